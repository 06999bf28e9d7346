"""What went wrong in a run, in the words of its author."""

import re
import signal
from collections.abc import Mapping, Sequence
from itertools import zip_longest
from typing import Any

from generator.execution.prepared import own_number
from generator.model.execution import FailureKind, RunFailure

_LONGEST = 300
_ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\^_])")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
# What IPython adds to a syntax error: a file that nobody has, and a line that stands in the place already.
_COMPILED_NAME = re.compile(r" \((?:\d+\.py|<[^>]*>), line \d+\)$")
# ipykernel since 2022 · before it · before 2021, where the line stands beneath, after an arrow.
_FRAME = re.compile(
    r"Cell In ?\[(?P<new>\d+)\], line (?P<line>\d+)"
    r"|Input In \[(?P<mid>\d+)\], in <cell line: (?P<mid_line>\d+)>"
    r"|<ipython-input-(?P<old>\d+)-\w+> in "
)
_ARROW = re.compile(r"^-+> ?(\d+)", re.MULTILINE)
_ENOUGH_TRACEBACK = 200_000
_NOBODY_ANSWERS = "StdinNotImplementedError"


def error_failure(name: str, value: str, traceback: Sequence[str], place: Mapping[str, Any]) -> RunFailure:
    """An exception that ended a cell.

    Args:
        traceback: as the kernel wrote it, colours and all.
        place: the cell as nbformat has it.
    """
    number, count = cell_number(place), place.get("execution_count")
    shown = plain("\n".join(line[:_ENOUGH_TRACEBACK] for line in traceback)[-_ENOUGH_TRACEBACK:])
    said = one_line(_COMPILED_NAME.sub("", first_line(plain(value[:_ENOUGH_TRACEBACK]))))
    problem = one_line(f"{name}: {said}" if said else name or "the cell failed")
    mend = "mend the cell, or tag it `raises-exception` if the error is the point"
    if number is None:
        problem, mend = one_line(f"the parameters cannot be set: {problem}"), "mend the values of `params:`"
    elif name == _NOBODY_ANSWERS:
        problem = "the cell asks for input, and nobody answers"
        mend = "set the value in the cell, or make it a parameter"
    lines = [line for line in shown.splitlines() if line.strip()]
    return RunFailure(
        FailureKind.PARAMETERS if number is None else FailureKind.ERROR,
        problem,
        mend,
        cell=number,
        execution_count=count if isinstance(count, int) else None,
        line=None if number is None else line_in_cell(shown, count),
        last_line=one_line(lines[-1]) if lines else "",
    )


def line_in_cell(traceback: str, count: int | None) -> int | None:
    """The line, from 1, of the cell with that execution count: of the deepest frame that stands in the cell itself."""
    frames = list(_FRAME.finditer(traceback))
    found = None
    for frame, following in zip_longest(frames, frames[1:]):
        if int(frame["new"] or frame["mid"] or frame["old"]) != count:
            continue
        line = frame["line"] or frame["mid_line"]
        if line is None:
            arrow = _ARROW.search(traceback, frame.end(), following.start() if following else len(traceback))
            line = arrow[1] if arrow else None
        found = int(line) if line else found
    return found


def died(exit_code: int, place: Mapping[str, Any] | None) -> RunFailure:
    """A kernel that ended by itself.

    Args:
        exit_code: as subprocess has it: a signal is negative.
    """
    mend = "mend the cell: something in it ends the process"
    if exit_code == -getattr(signal, "SIGKILL", 9):
        mend = "if the machine ran out of memory, let the cell use less, or run with `--jobs 1`"
    elif exit_code < 0:
        mend = "a compiled library crashed: run the cell by itself, and look at the versions of what it imports"
    return at_cell(FailureKind.DIED, f"the kernel died ({how_it_ended(exit_code)})", mend, place)


def how_it_ended(exit_code: int) -> str:
    """``SIGKILL`` or ``exit code 3``."""
    if exit_code >= 0:
        return f"exit code {exit_code}"
    try:
        return signal.Signals(-exit_code).name
    except ValueError:
        return f"signal {-exit_code}"


def at_cell(kind: FailureKind, problem: str, mend: str, place: Mapping[str, Any] | None) -> RunFailure:
    """A failure of the cell that ran."""
    if place is None:
        return RunFailure(kind, problem, mend)
    count = place.get("execution_count")
    return RunFailure(kind, problem, mend, cell_number(place), count if isinstance(count, int) else None)


def cell_number(place: Mapping[str, Any]) -> int | None:
    """The author's own number of a cell; papermill's cell of parameters has none."""
    return own_number(place.get("metadata", {}))


def plain(text: str) -> str:
    """Text without colours."""
    return _ANSI.sub("", text)


def first_line(text: str) -> str:
    """The first line that says something."""
    return next((line.strip() for line in text.splitlines() if line.strip()), "")


def one_line(text: str) -> str:
    """Text on one line, cut where it is too long for a message."""
    flat = " ".join(_CONTROL.sub(" ", plain(text)).split())
    return flat if len(flat) <= _LONGEST else flat[: _LONGEST - 1].rstrip() + "…"
