"""Running notebooks in tests: cells go in, the outcome and what was said on the way come out."""

import json
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from generator.execution.kernels import choose_kernel
from generator.execution.run_notebook import run_notebook
from generator.formats.notebook import parse
from generator.model.execution import Job, Outcome, Progress
from generator.model.notebook import Display, Failure, Output, Stream

Cell = str | tuple[str, str] | dict[str, Any]
"""Code, (code, tag), or a whole nbformat cell without its number."""


def a_job(*cells: Cell, path: str = "_notebooks/post.ipynb", **more: Any) -> Job:
    """A job of code cells for the native kernel; more goes to Job."""
    more.setdefault("kernel", choose_kernel("", "python")[0])
    return Job(path=path, variant=more.pop("variant", None), notebook=notebook_bytes(cells), is_warm=False, **more)


def notebook_bytes(cells: Sequence[Cell]) -> bytes:
    nodes = [_node(cell, number) for number, cell in enumerate(cells, start=1)]
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": nodes}).encode()


def _node(cell: Cell, number: int) -> dict[str, Any]:
    ours = {"inkmill": {"number": number}}
    if isinstance(cell, dict):
        return {"id": f"cell-{number}", **cell, "metadata": {**cell.get("metadata", {}), **ours}}
    source, *tags = (cell,) if isinstance(cell, str) else cell
    metadata = {**ours, "tags": list(tags)} if tags else ours
    code: dict[str, Any] = {"cell_type": "code", "execution_count": None, "outputs": []}
    return {"id": f"cell-{number}", "metadata": metadata, "source": source, **code}


@dataclass
class Seen:
    """A watch that remembers."""

    steps: list[Progress] = field(default_factory=list)

    def __call__(self, step: Progress) -> None:
        self.steps.append(step)


def run(root: Path, *cells: Cell, **more: Any) -> Outcome:
    """Run cells at root; more goes to Job."""
    return run_notebook(a_job(*cells, **more), root, Seen())


def outputs(outcome: Outcome) -> tuple[tuple[Output, ...], ...]:
    """Of each cell that is no prose."""
    assert outcome.notebook is not None
    return tuple(cell.outputs for cell in parse(outcome.notebook, "post.ipynb")[0].cells)


def texts(outcome: Outcome) -> list[str]:
    """What each cell shows, as plain text, one after the other."""
    return ["".join(map(_text, cell)) for cell in outputs(outcome)]


def _text(output: Output) -> str:
    match output:
        case Stream(text=text):
            return text
        case Display(bundle=bundle):
            return str(bundle.get("text/plain", ""))
        case Failure(name=name):
            return name


def said(outcome: Outcome) -> tuple[str, str, int | None, int | None] | None:
    """(kind, problem, cell, line) of a failure."""
    failure = outcome.failure
    return None if failure is None else (failure.kind.value, failure.problem, failure.cell, failure.line)


def living() -> list[int]:
    """Pids of the kernels of this process, and of whatever they started, that are still there."""
    mark = f"INKMILL_KERNEL={os.getpid()}-".encode()
    return [int(folder.name) for folder in Path("/proc").glob("[0-9]*") if mark in _environment(folder)]


def _environment(folder: Path) -> bytes:
    try:
        return (folder / "environ").read_bytes()
    except OSError:
        return b""


def gone(pid: int, seconds: float = 5.0) -> bool:
    """Whether a process ends within so many seconds; a zombie has ended."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if not _is_alive(pid):
            return True
        time.sleep(0.02)
    return False


def _is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in "ZX"
