"""Notebooks of every format, and files that are none."""

import json
from typing import Any

import nbformat
import pytest

from generator.errors import NotebookError
from generator.formats.notebook import from_node, parse, to_node
from generator.model.notebook import Cell, CellKind, Display, Failure, Notebook, Stream
from tests.corpora import corpora, notebooks


def _bytes(value: Any) -> bytes:
    return json.dumps(value).encode()


def _notebook(*cells: dict[str, Any], **more: Any) -> bytes:
    return _bytes({"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": list(cells), **more})


def _code(source: Any = "1", **more: Any) -> dict[str, Any]:
    return {"cell_type": "code", "metadata": {}, "source": source, "outputs": [], "execution_count": None, **more}


def _refused(content: bytes) -> NotebookError:
    with pytest.raises(NotebookError) as refusal:
        parse(content, "_notebooks/a.ipynb")
    assert "\n" not in refusal.value.problem
    assert refusal.value.mend
    return refusal.value


def _said(content: bytes) -> list[tuple[str, str]]:
    return [(str(problem.at), problem.problem) for problem in parse(content, "a.ipynb")[1]]


def test_a_valid_notebook_is_read_without_a_word() -> None:
    content = _bytes(
        {
            "nbformat": 4,
            "nbformat_minor": 5,
            "metadata": {"kernelspec": {"name": "python3"}, "language_info": {"name": "Python"}},
            "cells": [
                {"cell_type": "markdown", "id": "a", "metadata": {"tags": ["x", "y"]}, "source": ["# A\n", "b"]},
                {
                    "cell_type": "code",
                    "id": "b",
                    "metadata": {},
                    "source": "1\r\n2",
                    "execution_count": 3,
                    "outputs": [
                        {"output_type": "stream", "name": "stdout", "text": ["a\n", "b"]},
                        {
                            "output_type": "execute_result",
                            "execution_count": 3,
                            "metadata": {},
                            "data": {"text/plain": ["1", "2"], "application/json": ["1", "2"]},
                        },
                        {"output_type": "error", "ename": "E", "evalue": "v", "traceback": ["t"]},
                    ],
                },
            ],
        }
    )

    notebook, problems = parse(content, "a.ipynb")

    assert problems == ()
    assert notebook == Notebook(
        cells=(
            Cell(CellKind.MARKDOWN, 1, "# A\nb", tags=("x", "y"), metadata={"tags": ["x", "y"]}),
            Cell(
                CellKind.CODE,
                2,
                "1\n2",
                outputs=(
                    Stream("stdout", "a\nb"),
                    Display({"text/plain": "12", "application/json": ["1", "2"]}, {}, is_result=True),
                    Failure("E", "v", ("t",)),
                ),
                execution_count=3,
            ),
        ),
        metadata={"kernelspec": {"name": "python3"}, "language_info": {"name": "Python"}},
        language="python",
        kernel_name="python3",
        format="4.5",
    )


@pytest.mark.parametrize(
    ("content", "place", "problem"),
    [
        (b"", "_notebooks/a.ipynb", "the file is empty"),
        (b" \n\t", "_notebooks/a.ipynb", "the file is empty"),
        ("{}".encode("utf-16"), "_notebooks/a.ipynb", "the file is UTF-16, and notebooks are UTF-8"),
        ("{}".encode("utf-16-be"), "_notebooks/a.ipynb", "the file is UTF-16, and notebooks are UTF-8"),
        (b'{\n"a": "\xe9"}', "_notebooks/a.ipynb:2", "byte 0xe9 is not UTF-8"),
        (b'{"cells": [],\n "a": }', "_notebooks/a.ipynb:2:7", "it is not JSON: expecting value"),
        (b"<!doctype html>", "_notebooks/a.ipynb", "it is a web page, not a notebook"),
        (
            b'{"cells": [\n<<<<<<< HEAD\n1\n=======\n2\n>>>>>>> topic\n]}',
            "_notebooks/a.ipynb:2",
            "a merge conflict is left in it (`<<<<<<< HEAD`)",
        ),
        (
            b"version https://git-lfs.github.com/spec/v1\noid",
            "_notebooks/a.ipynb",
            "it is a Git LFS pointer, not the notebook",
        ),
        (b"[1]", "_notebooks/a.ipynb", "it is not a notebook: its JSON is a list, not an object"),
        (b'"x"', "_notebooks/a.ipynb", "it is not a notebook: its JSON is a text, not an object"),
        (b'{"a": 1}', "_notebooks/a.ipynb", "it is not a notebook: it has neither `cells` nor `nbformat`"),
        (b'{"nbformat": 1, "cells": []}', "_notebooks/a.ipynb", "nbformat 1 is older than the oldest that is read, 2"),
        (b'{"nbformat": 5}', "_notebooks/a.ipynb", "nbformat 5 is newer than the newest that is read, 4.5"),
        (b'{"a":' * 2000, "_notebooks/a.ipynb", "its JSON is nested too deeply to be a notebook"),
        (
            b'{"nbformat": 4, "cells": [], "metadata": {"a":' + b"[" * 300 + b"]" * 300 + b"}}",
            "_notebooks/a.ipynb",
            "its JSON is nested too deeply to be a notebook",
        ),
        (b'{"a": ' + b"9" * 5000 + b"}", "_notebooks/a.ipynb", "a number in it has thousands of digits"),
    ],
)
def test_what_is_no_notebook_is_refused_with_one_line(content: bytes, place: str, problem: str) -> None:
    refusal = _refused(content)

    assert (str(refusal.at), refusal.problem) == (place, problem)


def test_a_byte_order_mark_is_no_reason_to_refuse() -> None:
    assert parse(b"\xef\xbb\xbf" + _notebook(_code()), "a.ipynb")[0].cells[0].source == "1"


@pytest.mark.parametrize(
    ("cell", "problem"),
    [
        ({"cell_type": "code", "metadata": {}, "outputs": []}, "the cell's `source` is missing"),
        (_code(source=["a", 1]), "the cell's `source` holds something that is not text"),
        (_code(source=7), "the cell's `source` is not text"),
        (_code(metadata=None), "the cell's `metadata` is missing"),
        (_code(metadata=[]), "the cell's `metadata` is not an object"),
        (_code(metadata={"tags": "a"}), "the cell's `tags` are not a list of words"),
        (
            _code(metadata={"collapsed": "no"}),
            "the cell's metadata `collapsed` has a value nbformat does not know, and is ignored",
        ),
        (_code(outputs=None), "the cell has no `outputs`"),
        (_code(outputs={}), "the cell's `outputs` are not a list"),
        (_code(outputs=[1]), "an output that is not an object was left out"),
        (_code(outputs=[{"output_type": "new"}]), "output type `new` is unknown, and not shown"),
        (
            _code(outputs=[{"output_type": "stream", "text": "x"}]),
            "a stream has no name, and is taken for stdout",
        ),
        (
            _code(outputs=[{"output_type": "display_data", "metadata": {}}]),
            "an output's `data` is missing",
        ),
        (
            {"cell_type": "heading", "level": 2, "metadata": {}, "source": "x"},
            "a heading cell belongs to older formats",
        ),
        (
            {"cell_type": "new", "metadata": {}, "source": "x"},
            "cell type `new` is unknown, so the cell is not shown",
        ),
        (
            {"cell_type": "markdown", "metadata": {}, "source": "", "attachments": 1},
            "the cell's `attachments` are not an object",
        ),
        ("no cell", "a cell that is not an object was left out"),
    ],
)
def test_what_is_wrong_in_a_cell_is_mended_and_said(cell: Any, problem: str) -> None:
    assert _said(_notebook(_code(), cell)) == [("a.ipynb, cell 2", problem)]


def test_one_kind_of_repair_is_said_once() -> None:
    cells = [_code(metadata=None) for _ in range(5)]

    assert _said(_notebook(*cells)) == [("a.ipynb, cell 1", "the cell's `metadata` is missing (and in 4 more places)")]


def test_cell_ids_are_asked_for_since_4_5_only() -> None:
    cells = [_code(id="a"), _code(id="a"), _code(id="b c"), _code()]

    assert _said(_notebook(*cells)) == []
    assert _said(_notebook(*cells, nbformat_minor=5)) == [
        ("a.ipynb, cell 2", "the cell id `a` is used twice"),
        ("a.ipynb, cell 3", "`b c` is not a valid cell id"),
        ("a.ipynb, cell 4", "the cell has no id"),
    ]


def test_characters_that_mark_holes_or_cannot_be_written_never_come_in() -> None:
    content = _notebook(_code(source="a\ue0f0b\ud800c\x00d\U0001f600"), metadata={"\ue0f1": ["\ue0f2"]})

    notebook, _ = parse(content, "a.ipynb")

    assert notebook.cells[0].source == "a\ufffdb\ufffdc\ufffdd\U0001f600"
    assert notebook.metadata == {"\ufffd": ["\ufffd"]}


def test_nbformat_3_becomes_4_as_nbformat_does_it() -> None:
    path = corpora() / "jupyter+nbformat-tests" / "test3.ipynb"
    with path.open(encoding="utf-8") as file:
        theirs = from_node(nbformat.read(file, as_version=4))  # type: ignore[no-untyped-call]

    ours, problems = parse(path.read_bytes(), "test3.ipynb")

    assert problems == ()
    assert ours.cells == theirs.cells
    assert (ours.language, ours.format) == ("python", "3.0")


def test_nbformat_2_becomes_4_as_nbformat_does_it() -> None:
    path = corpora() / "jupyter+nbformat-tests" / "test2.ipynb"
    with path.open(encoding="utf-8") as file:
        theirs = from_node(nbformat.read(file, as_version=4))  # type: ignore[no-untyped-call]

    ours, problems = parse(path.read_bytes(), "test2.ipynb")

    assert problems == ()
    assert ours.cells == theirs.cells
    assert ours.format == "2.0"


def test_a_heading_cell_becomes_a_markdown_heading() -> None:
    sheet = {"cells": [{"cell_type": "heading", "level": 3, "source": ["One\n", "two"]}]}

    notebook, _ = parse(_bytes({"nbformat": 3, "metadata": {}, "worksheets": [sheet]}), "a.ipynb")

    assert [cell.source for cell in notebook.cells] == ["### One two"]


@pytest.mark.parametrize("path", notebooks(), ids=lambda path: f"{path.parts[-3]}/{path.name}")
def test_every_notebook_of_the_corpora_is_read(path: Any) -> None:
    notebook, _ = parse(path.read_bytes(), path.name)

    assert from_node(to_node(notebook)).cells == notebook.cells


def test_a_node_for_nbconvert_is_valid() -> None:
    notebook, _ = parse(
        _notebook(
            _code(
                outputs=[
                    {"output_type": "execute_result", "metadata": {}, "data": {"text/plain": "1"}},
                    {"output_type": "error", "ename": "E", "evalue": "", "traceback": []},
                ]
            ),
            {"cell_type": "markdown", "source": "![](attachment:a)", "attachments": {"a": {"image/png": "AA=="}}},
        ),
        "a.ipynb",
    )

    node = to_node(notebook)
    nbformat.validate(node)
    assert [cell["cell_type"] for cell in node["cells"]] == ["code", "markdown"]


def test_a_kernel_tells_the_language_when_nothing_else_does() -> None:
    kernels = {"python3": "python", "conda-env-x-py": "python", "julia-1.4": "julia", "ir": "r", "xeus": ""}

    found = {name: parse(_notebook(metadata={"kernelspec": {"name": name}}), "a.ipynb")[0].language for name in kernels}

    assert found == kernels
