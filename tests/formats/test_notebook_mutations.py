"""Laws of reading notebooks: whatever the bytes are, a Notebook or one line."""

import json
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from generator.errors import NotebookError
from generator.formats.notebook import from_node, parse, to_node
from generator.model.notebook import Notebook
from tests.corpora import corpora
from tests.formats.mutations import mutated

_json = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats() | some.text(max_size=8),
    lambda inner: some.lists(inner, max_size=4) | some.dictionaries(some.text(max_size=8), inner, max_size=4),
    max_leaves=20,
)


def _read(content: bytes) -> Notebook | None:
    """The notebook; None when it was refused, as it should be, in one line."""
    try:
        notebook, problems = parse(content, "a.ipynb")
    except NotebookError as refusal:
        assert refusal.at is not None
        assert refusal.mend is not None
        assert "\n" not in refusal.problem + refusal.mend
        return None
    assert all("\n" not in problem.problem for problem in problems)
    return notebook


@pytest.mark.slow
def test_no_mutated_notebook_raises_anything_but_a_refusal() -> None:
    chance = random.Random(20)
    names = ("test2", "test3", "test4.5", "test4custom", "test4jupyter_metadata", "many_tracebacks", "test4docinfo")
    folder = corpora() / "jupyter+nbformat-tests"
    originals = [json.loads((folder / f"{name}.ipynb").read_bytes()) for name in names]

    for round_number in range(5000):
        broken = mutated(originals[round_number % len(originals)], chance)
        notebook = _read(json.dumps(broken).encode())
        if notebook is not None:
            json.dumps(to_node(notebook))


def test_no_broken_bytes_raise_anything_but_a_refusal() -> None:
    chance = random.Random(21)
    original = (corpora() / "jupyter+nbformat-tests" / "test4custom.ipynb").read_bytes()

    read = 0
    for _ in range(1500):
        broken = bytearray(original)
        for _ in range(chance.randint(1, 5)):
            place = chance.randrange(len(broken))
            match chance.randrange(3):
                case 0:
                    broken[place] = chance.randrange(256)
                case 1:
                    del broken[place : place + chance.randrange(40)]
                case _:
                    broken[place:place] = chance.choice((b"[", b"{", b'"', b"\\", b"\xff", b"\x00", b"\\ud800", b","))
            if not broken:
                break
        read += _read(bytes(broken)) is not None

    # Some slips leave a notebook, some do not; anything but a refusal would have ended the test.
    assert 0 < read < 1500


@given(value=_json)
@settings(max_examples=300, deadline=None)
def test_any_json_is_a_notebook_or_refused(value: Any) -> None:
    assert _read(json.dumps(value).encode()) is None or isinstance(value, dict)
    _read(json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": value, "cells": value}).encode())
    _read(json.dumps({"nbformat": 4, "cells": [value, {"cell_type": "code", "outputs": [value]}]}).encode())
    _read(json.dumps({"nbformat": 3, "worksheets": [{"cells": [value]}, value]}).encode())


@given(sources=some.lists(some.tuples(some.sampled_from(("code", "markdown", "raw")), some.text()), max_size=6))
@settings(max_examples=200, deadline=None)
def test_no_cell_is_lost(sources: list[tuple[str, str]]) -> None:
    cells = [{"cell_type": kind, "metadata": {}, "source": source, "outputs": []} for kind, source in sources]

    notebook = _read(json.dumps({"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": cells}).encode())

    assert notebook is not None
    assert [cell.kind.value for cell in notebook.cells] == [kind for kind, _ in sources]
    assert from_node(to_node(notebook)).cells == notebook.cells
