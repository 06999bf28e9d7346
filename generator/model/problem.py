"""A finding about the author's content: error or warning, with place and mend."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from generator.location import Location


class Severity(Enum):
    """An error fails the build; a warning does with --strict; a note is said once and counts for nothing."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding.

    Args:
        kind: a stable word for filters and tests, such as ``broken-link`` or ``unknown-liquid``.
        problem: one clause, no full stop, wrong words in backticks.
        mend: an instruction.
    """

    severity: Severity
    kind: str
    problem: str
    at: Location | None = None
    mend: str | None = None


def warning(kind: str, problem: str, at: Location | None = None, mend: str | None = None) -> Problem:
    """A Problem that lets the build go on."""
    return Problem(Severity.WARNING, kind, problem, at, mend)


def error(kind: str, problem: str, at: Location | None = None, mend: str | None = None) -> Problem:
    """A Problem that fails the build."""
    return Problem(Severity.ERROR, kind, problem, at, mend)


def note(kind: str, problem: str, at: Location | None = None, mend: str | None = None) -> Problem:
    """A Problem that is only said."""
    return Problem(Severity.NOTE, kind, problem, at, mend)


def of_severity(problems: Iterable[Problem], severity: Severity) -> tuple[Problem, ...]:
    """Those of one severity, in order."""
    return tuple(problem for problem in problems if problem.severity is severity)
