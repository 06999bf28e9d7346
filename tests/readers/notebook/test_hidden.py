"""What an author hides leaves no trace."""

import json
from collections.abc import Mapping
from dataclasses import fields
from types import MappingProxyType

import pytest

from generator.model.reading import Reading
from tests.readers.notebook.making import base64_text, png, read_ipynb

CANARY = "canary7f3a"


def ipynb(
    source: str, *, tags: tuple[str, ...] = (), kind: str = "code", metadata: Mapping[str, str] = MappingProxyType({})
) -> bytes:
    """A notebook with a title, and one cell whose source and outputs may hold canaries."""
    outputs = [
        {"output_type": "stream", "name": "stdout", "text": f"out-{CANARY}"},
        {"output_type": "stream", "name": "stderr", "text": f"err-{CANARY}"},
        {"output_type": "display_data", "metadata": {}, "data": {"image/png": base64_text(png(3, 3))}},
        {
            "output_type": "execute_result",
            "metadata": {},
            "execution_count": 1,
            "data": {"text/html": f"<b>html-{CANARY}</b>"},
        },
        {"output_type": "error", "ename": "E", "evalue": "", "traceback": [f"trace-{CANARY}"]},
    ]
    cell: dict[str, object] = {"cell_type": kind, "source": source, "metadata": {"tags": list(tags), **metadata}}
    if kind == "code":
        cell |= {"outputs": outputs, "execution_count": 1}
    cells = [{"cell_type": "markdown", "metadata": {}, "source": "# A title\n"}, cell]
    return json.dumps({"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": cells}).encode()


def traces(reading: Reading) -> set[str]:
    """Where a canary can be found, and in which form."""
    body = reading.body
    written = "".join(getattr(body, field.name) for field in fields(body)) + repr(reading.document)
    found = {f"{form}-{CANARY}" for form in ("in", "out", "err", "html", "trace")}
    return {form for form in found if form in written} | ({"picture"} if reading.blobs else set())


IN, OUT = {f"in-{CANARY}"}, {f"out-{CANARY}", f"err-{CANARY}", f"html-{CANARY}", f"trace-{CANARY}", "picture"}


@pytest.mark.parametrize(
    ("source", "tags", "left"),
    [
        (f"x = 'in-{CANARY}'", (), IN | OUT),
        (f"#hide\nx = 'in-{CANARY}'", (), set()),
        (f"x = 'in-{CANARY}'\n# hide", (), set()),
        (f"#| include: false\nx = 'in-{CANARY}'", (), set()),
        (f"x = 'in-{CANARY}'", ("remove-cell",), set()),
        (f"#hide_input\nx = 'in-{CANARY}'", (), OUT),
        (f"#| echo: false\nx = 'in-{CANARY}'", (), OUT),
        (f"x = 'in-{CANARY}'", ("remove-input",), OUT),
        (f"#hide-output\nx = 'in-{CANARY}'", (), IN),
        (f"#| output: false\nx = 'in-{CANARY}'", (), IN),
        (f"x = 'in-{CANARY}'", ("remove-output",), IN),
        (f"x = 'in-{CANARY}'", ("remove-stderr",), IN | OUT - {f"err-{CANARY}"}),
        (f"x = 'in-{CANARY}' #| hide_line\ny = 2", (), OUT),
        (f"#collapse\nx = 'in-{CANARY}'", (), IN | OUT),
    ],
)
def test_what_is_hidden_leaves_no_trace(source: str, tags: tuple[str, ...], left: set[str]) -> None:
    assert traces(read_ipynb(ipynb(source, tags=tags))) == left


def test_a_hidden_markdown_cell_leaves_no_trace() -> None:
    assert traces(read_ipynb(ipynb(f"#hide\nin-{CANARY}", kind="markdown"))) == set()


@pytest.mark.parametrize("said", [{}, {"raw_mimetype": "text/restructuredtext"}, {"format": "text/latex"}])
def test_a_raw_cell_for_something_else_leaves_no_trace(said: dict[str, str]) -> None:
    assert traces(read_ipynb(ipynb(f"in-{CANARY}", kind="raw", metadata=said))) == set()
