"""No notebook, however broken, makes the first reading raise anything but a refusal."""

import json
import random
from typing import Any

import pytest

from generator.errors import ContentError
from generator.formats.notebook import parse
from generator.model.reading import ReadingRules
from generator.model.source import Shelf, SourceFile, SourceKind
from generator.readers.directives import context_of, read_cell_flags
from generator.readers.front_matter import from_notebook
from generator.readers.front_matter_forms import words_beside
from tests.corpora import notebooks
from tests.formats.mutations import mutated

_EVERYTHING: dict[str, Any] = {
    "nbformat": 4,
    "nbformat_minor": 4,
    "metadata": {
        "title": "x",
        "authors": [{"name": "a"}],
        "nikola": {"title": "a", "tags": "b", "date": "2020-01-01"},
        "frontmatter": {"toc": True, "format": {"html": {"toc": 1}}},
        "mystnb": {"execution_mode": "off"},
        "colab": {"name": "x.ipynb"},
        "hide_input": True,
    },
    "cells": [
        {"cell_type": "raw", "metadata": {}, "source": "---\ntitle: a\nauthor: [{name: x}]\n---\n"},
        {"cell_type": "markdown", "metadata": {}, "source": ["# T\n", "> S\n", "- toc: true\n", "- tags: [a]\n"]},
        {
            "cell_type": "code",
            "metadata": {
                "jupyter": {"source_hidden": True},
                "tags": ["hide-input"],
                "mystnb": {"figure": {"caption": "c"}},
            },
            "source": ["#| fig-cap: x\n", "#hide_input\n", "x"],
            "outputs": [],
        },
    ],
}


def _read_first(content: bytes, rules: ReadingRules) -> None:
    source = SourceFile("_notebooks/a.ipynb", Shelf.NOTEBOOKS, "_notebooks", SourceKind.NOTEBOOK, content, "")
    notebook, _ = parse(content, source.path)
    front, _, problems = from_notebook(notebook, source, rules)
    context = context_of(notebook, source.path, front.code, rules)
    for cell in notebook.cells:
        words_beside(cell.source, source.path, is_old_blog=rules.is_old_blog)
        problems += read_cell_flags(cell, context)[1]
    assert all("\n" not in problem.problem for problem in problems)


@pytest.mark.slow
def test_no_mutated_notebook_breaks_the_first_reading() -> None:
    chance = random.Random(22)
    small = (path.read_bytes() for path in notebooks() if path.stat().st_size < 40_000)
    originals = [*(json.loads(content) for content in small), *[_EVERYTHING] * 12]

    for number in range(3500):
        content = json.dumps(mutated(originals[number % len(originals)], chance)).encode()
        try:
            _read_first(content, ReadingRules(is_old_blog=number % 2 == 0, is_nbdev=number % 3 == 0))
        except ContentError as refusal:
            assert refusal.at is not None
            assert refusal.mend is not None
