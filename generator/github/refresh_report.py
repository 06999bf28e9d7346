"""What a refresh did, read from the ``refresh.json`` of its artifact."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from generator.github.strict_json import Fields, read_fields
from generator.model.preview import ReportedProblem

NAME = "refresh.json"
RAN = "ran.json"
"""The same of one notebook that a comment asked for."""

_VERSION = 1
_MOST_BYTES = 20_000_000
_MOST_NOTEBOOKS = 5000
_MOST_ERRORS = 1000
_MOST_NAME = 1000
_MOST_SENTENCE = 1000
_STATUSES = frozenset(("ok", "cached", "kept", "failed", "not-run", "not-due", "disabled"))


@dataclass(frozen=True, slots=True)
class NotebookFailure:
    """How a run ended that was not good: see ``RunFailure``.

    Args:
        mend: empty in reports of older engines.
    """

    kind: str
    problem: str
    last_line: str
    cell: int | None
    line: int | None
    mend: str = ""


@dataclass(frozen=True, slots=True)
class RefreshedNotebook:
    """What became of one notebook.

    Args:
        name: its path, with the variant after ``#``.
        status: as ``RunResult``.
        ran_at: of the outputs that its page shows, if inkmill made them.
    """

    name: str
    status: str
    seconds: float
    ran_at: datetime | None
    failure: NotebookFailure | None

    @property
    def has_failed(self) -> bool:
        """This time, whatever its page shows now."""
        return self.status in ("failed", "kept")


@dataclass(frozen=True, slots=True)
class RefreshReport:
    """One refresh.

    Args:
        errors: those beside failed runs, such as a wrong setting.
    """

    now: datetime
    notebooks: tuple[RefreshedNotebook, ...]
    errors: tuple[ReportedProblem, ...] = ()


def read_refresh(folder: Path, name: str = NAME) -> RefreshReport:
    """The report that an artifact holds.

    Args:
        name: of its file.

    Raises:
        ContentError: there is none, or it is not as a refresh writes it; the field is named.
    """
    found = read_fields(folder, name, most_bytes=_MOST_BYTES)
    if found.count("version") != _VERSION:
        raise found.wrong("version", str(_VERSION))
    now = _moment(found, "now")
    if now is None:
        raise found.wrong("now", "a time")
    return RefreshReport(
        now,
        tuple(map(_notebook, found.rows("notebooks", most=_MOST_NOTEBOOKS))),
        tuple(map(_error, found.rows("errors", most=_MOST_ERRORS))),
    )


def _notebook(row: Fields) -> RefreshedNotebook:
    status = row.text("status", most=20)
    if status not in _STATUSES:
        raise row.wrong("status", " or ".join(sorted(_STATUSES)))
    failure = row.part_or_none("failure")
    return RefreshedNotebook(
        row.text("name", most=_MOST_NAME),
        status,
        row.amount("seconds"),
        _moment(row, "ran_at"),
        None if failure is None else _failure(failure),
    )


def _failure(part: Fields) -> NotebookFailure:
    return NotebookFailure(
        part.text("kind", most=50),
        # Of an error that quotes a table a few words say enough.
        part.text("problem", most=_MOST_BYTES)[:_MOST_SENTENCE],
        part.text("last_line", most=_MOST_BYTES)[:_MOST_SENTENCE],
        part.count_or_none("cell"),
        part.count_or_none("line"),
        (part.text_or_none("mend", most=_MOST_BYTES) or "")[:_MOST_SENTENCE],
    )


def _error(row: Fields) -> ReportedProblem:
    return ReportedProblem(
        is_error=True,
        place=row.text_or_none("at", most=_MOST_NAME) or "",
        problem=row.text("problem", most=_MOST_BYTES)[:_MOST_SENTENCE],
        mend=(row.text_or_none("mend", most=_MOST_BYTES) or "")[:_MOST_SENTENCE],
    )


def _moment(row: Fields, name: str) -> datetime | None:
    text = row.text_or_none(name, most=40)
    if text is None:
        return None
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        raise row.wrong(name, "a time") from None
