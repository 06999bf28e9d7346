"""Outputs that were committed with their notebook."""

import json

import pytest

from generator.errors import NotebookError
from generator.execution.committed import committed
from generator.model.executed import Executed
from generator.model.front_matter import FrontMatter
from generator.model.notebook import Stream
from generator.model.outline import Outline
from generator.model.source import Shelf, SourceFile, SourceKind


def outline_of(content: bytes, kind: SourceKind) -> Outline:
    return Outline(SourceFile("_notebooks/a.ipynb", Shelf.NOTEBOOKS, "_notebooks", kind, content, ""), FrontMatter())


def test_a_notebook_shows_the_outputs_it_was_committed_with() -> None:
    output = {"output_type": "stream", "name": "stdout", "text": ["1\n", "2\n"]}
    cell = {"cell_type": "code", "source": "x", "metadata": {}, "outputs": [output], "execution_count": 1}
    content = json.dumps({"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": [cell]}).encode()

    executed = committed(outline_of(content, SourceKind.NOTEBOOK))

    assert executed.notebook is not None
    assert executed.notebook.cells[0].outputs == (Stream("stdout", "1\n2\n"),)
    assert (executed.ran_at, executed.kept_because) == (None, None)


def test_a_post_has_no_outputs() -> None:
    assert committed(outline_of(b"# Words", SourceKind.MARKDOWN)) == Executed()


def test_what_is_no_notebook_is_named() -> None:
    with pytest.raises(NotebookError) as said:
        committed(outline_of(b"[]", SourceKind.NOTEBOOK))

    assert str(said.value.at) == "_notebooks/a.ipynb"
