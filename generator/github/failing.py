"""Which notebooks fail, since when, and what to do about it: decided from the last report and this one."""

import hashlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from generator.github.job_results import JobResult
from generator.github.refresh_report import RefreshedNotebook, RefreshReport

# A blog whose every notebook fails has one reason, and an issue has 65,536 characters.
_MOST = 300
_STILL_UNKNOWN = frozenset(("not-due", "not-run"))


@dataclass(frozen=True, slots=True)
class Refreshed:
    """One run of the workflow.

    Args:
        now: when.
        report: None where it cannot be read; why is `unread`, a clause.
        refresh, keep, publish: how its jobs ended.
    """

    now: datetime
    report: RefreshReport | None
    unread: str
    refresh: JobResult
    keep: JobResult
    publish: JobResult


@dataclass(frozen=True, slots=True)
class Failing:
    """Something that fails.

    Args:
        name: of the notebook, with the variant after ``#``; None where this run says nothing of it.
        digest: of the name, by which it is known again.
        since: a day.
        how: a clause, and what page readers see; ours, with words from outside.
        last_line: of the traceback, or the problem; from outside.
    """

    digest: str
    since: str
    name: str | None = None
    how: str = ""
    last_line: str = ""


def failing_now(run: Refreshed, before: Mapping[str, str]) -> tuple[Failing, ...] | None:
    """What fails after a run, by name; None where the run says nothing: it was cancelled or skipped.

    Args:
        before: what failed after the last one: digest to day.
    """
    today = f"{run.now:%Y-%m-%d}"
    broken = _broken_parts(run)
    if run.report is None:
        if not broken:
            return None
        # Nobody knows of the notebooks, so they are as they were.
        names = {digest_of(name) for name, _, _ in broken}
        stays = [Failing(digest, since) for digest, since in sorted(before.items()) if digest not in names]
    else:
        stays = list(_failing_notebooks(run.report, before, today))
    parts = [Failing(digest_of(name), _since(name, before, today), name, how, line) for name, how, line in broken]
    return tuple([*parts, *stays][:_MOST])


def _broken_parts(run: Refreshed) -> list[tuple[str, str, str]]:
    """What is wrong beside notebooks: what, how, and a last line."""
    has_failed = run.report is not None and any(map(_fails_the_job, run.report.notebooks))
    if run.report is None and run.refresh in (JobResult.CANCELLED, JobResult.SKIPPED):
        return []
    if run.report is None:
        return [("the run itself", "it left no report", run.unread)]
    if run.refresh is JobResult.FAILURE and not has_failed:
        first = next(iter(run.report.errors), None)
        return [("the run itself", "the job failed", f"{first.place}: {first.problem}" if first else "")]
    parts = (("keeping the runs", run.keep), ("publishing", run.publish))
    return [] if has_failed else [(what, "the job failed", "") for what, end in parts if end is JobResult.FAILURE]


def _fails_the_job(notebook: RefreshedNotebook) -> bool:
    """It had nothing to show in its place, or it showed a secret."""
    return notebook.status == "failed" or (notebook.failure is not None and notebook.failure.kind == "leak")


def _failing_notebooks(report: RefreshReport, before: Mapping[str, str], today: str) -> Iterator[Failing]:
    for notebook in sorted(report.notebooks, key=lambda notebook: notebook.name):
        name, digest = notebook.name, digest_of(notebook.name)
        if notebook.has_failed:
            failure = notebook.failure
            line = (failure.last_line or failure.problem) if failure else ""
            yield Failing(digest, _since(name, before, today), name, _how(notebook), line)
        elif notebook.status in _STILL_UNKNOWN and digest in before and not _ran_after(notebook, before[digest]):
            yield Failing(digest, before[digest], name, "it was not due again")


def _ran_after(notebook: RefreshedNotebook, since: str) -> bool:
    """A good run of a later day: of a build, or of a refresh whose report did not come through."""
    return notebook.ran_at is not None and f"{notebook.ran_at:%Y-%m-%d}" > since


def _how(notebook: RefreshedNotebook) -> str:
    failure = notebook.failure
    kind = failure.kind if failure else "failed"
    place = f" in cell {failure.cell}" if failure and failure.cell else ""
    line = f", line {failure.line}" if failure and failure.cell and failure.line else ""
    if notebook.status == "failed":
        shows = "nothing older to show"
    elif notebook.ran_at is None:
        shows = "its page shows the outputs it was saved with"
    else:
        shows = f"its page shows the run of {notebook.ran_at:%Y-%m-%d %H:%M} UTC"
    return f"{kind}{place}{line}; {shows}"


def digest_of(name: str) -> str:
    """Short, and nothing of the name shows."""
    return hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def _since(name: str, before: Mapping[str, str], today: str) -> str:
    return before.get(digest_of(name), today)


class Move(Enum):
    """What to do with the issue."""

    NOTHING = "nothing"
    OPEN = "open"
    REWRITE = "rewrite"
    TELL = "tell"
    REOPEN = "reopen"
    CLOSE = "close"


def move_of(known: Collection[str] | None, failing: Collection[str], *, is_open: bool) -> Move:
    """What to do.

    Args:
        known: what the issue says fails, as digests; None where there is no issue.
        failing: what fails now.
        is_open: whether the issue is.
    """
    if known is None:
        return Move.OPEN if failing else Move.NOTHING
    is_news = {*known} != {*failing}
    if not failing and is_open:
        return Move.CLOSE
    if not is_open and failing and is_news:
        return Move.REOPEN
    if not is_open or not is_news:
        # A person who closed it knows of these; it comes back with others.
        return Move.REWRITE if known else Move.NOTHING
    return Move.TELL
