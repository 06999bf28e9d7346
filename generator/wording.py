"""Every sentence printed: reports and errors become text here."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING

from generator.errors import InkmillError
from generator.model.execution import Progress, RunState
from generator.model.problem import Problem, Severity
from generator.model.report import BuildReport
from generator.model.site import Fate, State
from generator.model.tally import RunTally

if TYPE_CHECKING:
    from generator.model.explanation import Explanation, RunOutlook
    from generator.model.plan import RunReport
    from generator.model.sync import SyncedSnapshot, SyncReport


_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_LONGEST_DIRECTIVE = 60
_PLURALS = MappingProxyType({State.DRAFT: "drafts"})


def error_text(failure: InkmillError) -> str:
    """An error as ``place: problem`` and the mend on a line of its own."""
    return _lines(failure.problem, str(failure.at) if failure.at else "", failure.mend)


def problem_text(problem: Problem) -> str:
    """A finding in the same shape as an error; a warning says that it is one."""
    label = {Severity.ERROR: "", Severity.WARNING: "warning: ", Severity.NOTE: "note: "}[problem.severity]
    return _lines(label + problem.problem, str(problem.at) if problem.at else "", problem.mend)


def _lines(problem: str, place: str, mend: str | None) -> str:
    first = _printable(f"{place}: {problem}" if place else problem)
    return f"{first}\n  mend: {_printable(mend)}" if mend else first


def _printable(text: str) -> str:
    """Text of an author's in one line: no escape sequence moves the cursor, no line speaks to GitHub's runner."""
    return _CONTROL.sub("\ufffd", text)


def internal_error_text(failure: BaseException, trace_file: str | None) -> str:
    """What to say when inkmill itself is wrong."""
    where = f"; the details are in {trace_file}" if trace_file else ""
    return f"inkmill failed: {type(failure).__name__}: {str(failure).splitlines()[0] if str(failure) else ''}{where}"


def fate_text(fate: Fate) -> str:
    """One source's line."""
    match fate.state:
        case State.PUBLISHED | State.UNLISTED:
            posts = f" with {fate.variants} variant{'' if fate.variants == 1 else 's'}" if fate.variants else ""
            said = f"{fate.state.value} at {fate.url}{posts}"
        case State.SCHEDULED:
            said = f"scheduled until {fate.until:%Y-%m-%d %H:%M %Z}" if fate.until else "scheduled"
        case State.SKIPPED:
            said = f"skipped because {fate.reason}"
        case State.DRAFT | State.EXPIRED:
            said = fate.state.value
    shown = f" (shown at {fate.url})" if fate.url and fate.state in (State.DRAFT, State.SCHEDULED) else ""
    return _printable(f"{fate.path}: {said}{shown}")


def report_lines(report: BuildReport, *, verbose: bool, strict: bool) -> Iterator[str]:
    """A build, as its author wants to read it: what is not published, what is wrong, then the counts."""
    for fate in report.fates:
        if verbose or fate.state is not State.PUBLISHED:
            yield fate_text(fate)
    for problem in _once(report.problems):
        yield problem_text(problem)
    yield counts_line(report)
    yield from _nothing_published(report, strict=strict)


def error_lines(report: BuildReport, *, strict: bool) -> Iterator[str]:
    """What made a build fail, and nothing else."""
    wrong = (*report.warnings, *report.errors) if strict else report.errors
    yield from map(problem_text, _once(wrong))
    yield from _nothing_published(report, strict=strict)


def check_lines(report: BuildReport, *, verbose: bool, quiet: bool) -> Iterator[str]:
    """What a check found; with nothing to mend one line of counts.

    Args:
        quiet: errors alone.
    """
    if verbose:
        yield from map(fate_text, report.fates)
    shown = report.errors if quiet else report.problems
    yield from map(problem_text, _once(shown))
    if not quiet:
        published = sum(fate.state is State.PUBLISHED for fate in report.fates)
        found = f"{_counted(len(report.errors), 'error')}, {_counted(len(report.warnings), 'warning')}"
        yield f"{_counted(published, 'source')} would be published · {found} · {report.seconds:.2f} s"


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _nothing_published(report: BuildReport, *, strict: bool) -> Iterator[str]:
    if not report.was_published:
        found = _counted(len(report.errors), "error") if report.errors else _counted(len(report.warnings), "warning")
        because = found + (" (--strict)" if strict and not report.errors else "")
        still = f"; {report.output} still shows the last good build" if report.shows_last_good else ""
        yield f"Nothing was published because of {because}{still}."


def _once(problems: Iterable[Problem]) -> Iterator[Problem]:
    order = {Severity.NOTE: 0, Severity.WARNING: 1, Severity.ERROR: 2}
    seen: set[tuple[object, ...]] = set()
    for problem in sorted(problems, key=lambda p: (order[p.severity], p.at.file if p.at else "")):
        identity = (problem.severity, problem.problem, problem.at)
        if identity not in seen:
            seen.add(identity)
            yield problem


def counts_line(report: BuildReport) -> str:
    """One line of counts."""
    counts = Counter(fate.state for fate in report.fates)
    # Of a build that failed the number says what it would have been.
    published = "published" if report.was_published else "would be published"
    states = ", ".join(
        f"{counts[state]} {published}"
        if state is State.PUBLISHED
        else f"{counts[state]} {_PLURALS.get(state, state.value) if counts[state] != 1 else state.value}"
        for state in State
        if counts[state] or state is State.PUBLISHED
    )
    ran = f" · {tally_text(report.tally)}" if tally_text(report.tally) else ""
    if report.was_unchanged:
        return f"{states}{ran} · nothing changed · {report.output} · {report.seconds:.2f} s"
    read = f"{report.converted} read, {max(0, len(_readable(report.fates)) - report.converted)} from cache"
    files = f"{report.written} files written, {report.kept} kept, {report.removed} removed"
    return f"{states}{ran} · {read} · {files} · {report.output} · {report.seconds:.2f} s"


def _readable(fates: Iterable[Fate]) -> list[Fate]:
    return [fate for fate in fates if fate.state is not State.SKIPPED]


def tally_text(tally: RunTally) -> str:
    """``12 executed, 30 from cache, 1 kept from 2026-11-18``; empty where no notebook is anybody's to run."""
    parts = [f"{tally.executed} executed", f"{tally.cached} from cache"] if tally.executed or tally.cached else []
    if tally.failed:
        parts = [*(parts or ["0 executed"]), f"{tally.failed} failed"]
    by_day = Counter(f"{ran_at:%Y-%m-%d}" if ran_at else "what was saved" for _, ran_at in tally.kept)
    parts += [f"{count} kept from {day}" for day, count in sorted(by_day.items())]
    return ", ".join(parts)


def progress_line(progress: Progress) -> str:
    """One step of a notebook that runs, for a log."""
    name = _printable(progress.name)
    match progress.state:
        case RunState.WAITING:
            return f"{name}: waits"
        case RunState.STARTING:
            return f"{name}: its kernel starts"
        case RunState.RUNNING:
            line = f": {_printable(progress.line)[:100]}" if progress.line else ""
            return f"{name}: {_cell_of(progress)}, {progress.seconds:.1f} s{line}"
        case RunState.DONE:
            return f"{name}: done in {progress.seconds:.1f} s"
        case RunState.FAILED:
            return f"{name}: failed after {progress.seconds:.1f} s"


def _cell_of(progress: Progress) -> str:
    return f"cell {progress.cell} of {progress.cells}" if progress.cell else "its parameters"


def progress_cells(progress: Progress, since_seconds: float) -> tuple[str, str, str, str]:
    """A row of the live table: name, how far, how long, and the cell's first line.

    Args:
        since_seconds: since that step.
    """
    is_starting = progress.state is RunState.STARTING
    place = "starting" if is_starting else _cell_of(progress)
    elapsed = f"{progress.seconds + since_seconds:.0f} s"
    return _printable(progress.name), place, elapsed, _printable(progress.line)[:200]


_RUN_WORDS = MappingProxyType(
    {
        "ok": "ran",
        "failed": "failed",
        "kept": "failed",
        "cached": "from cache",
        "not-run": "not run",
        "not-due": "not due",
        "disabled": "left alone after too many failures",
    }
)


def _in_utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def run_lines(report: "RunReport", *, quiet: bool) -> Iterator[str]:
    """What ``run`` and ``refresh`` did: a line a notebook, what is wrong, then the counts."""
    for result in () if quiet else report.results:
        took = f" {'in' if result.status == 'ok' else 'after'} {result.seconds:.1f} s" if result.seconds else ""
        stays = "; older outputs are kept" if result.status == "kept" else ""
        because = f" ({result.because})" if result.because and result.status in ("ok", "kept", "failed") else ""
        seen = f", last run {_in_utc(result.ran_at)}" if result.ran_at and result.status != "ok" else ""
        due = f", due at {_in_utc(result.next_at)}" if result.next_at else ""
        yield _printable(f"{result.name}: {_RUN_WORDS[result.status]}{took}{stays}{because}{seen}{due}")
    shown = (p for p in _once(report.problems) if not quiet or p.severity is Severity.ERROR)
    yield from map(problem_text, shown)
    if not quiet:
        yield f"{tally_text(report.tally) or 'no notebook was to run'} · {report.seconds:.1f} s"


def explanation_lines(found: "Explanation", *, verbose: bool) -> Iterator[str]:
    """What is known of one source, from its fate to its next run.

    Args:
        verbose: every variant, and everything a run depends on.
    """
    yield fate_text(found.fate) if found.fate else f"{_printable(found.path)}: not a source"
    if found.title:
        yield _printable(f"  title: {found.title}")
    if found.date is not None:
        guessed = " (the author gave none)" if found.date_is_guessed else ""
        yield f"  date: {found.date:%Y-%m-%d %H:%M %Z}{guessed}"
    shown = found.variants if verbose else found.variants[:3]
    yield from (_printable(f"  variant {name}: {url}") for name, url in shown)
    if len(shown) < len(found.variants):
        yield f"  and {len(found.variants) - len(shown)} more variants (--verbose names them)"
    if found.meanings:
        yield "  directives:"
    for meaning in found.meanings:
        yield _printable(f"    cell {meaning.cell}: `{_clipped(meaning.written)}` {_clipped(meaning.meaning)}")
    for run in found.runs if verbose else found.runs[:3]:
        yield from map(_printable, _outlook_lines(run, found.path, verbose=verbose))
    if not verbose and len(found.runs) > 3:
        yield f"  and {len(found.runs) - 3} more variants (--verbose names them)"
    yield from map(problem_text, _once(found.problems))


def _clipped(text: str) -> str:
    """A caption says enough in its first words."""
    return text if len(text) <= _LONGEST_DIRECTIVE else f"{text[: _LONGEST_DIRECTIVE - 1].rstrip()}…"


def _outlook_lines(run: "RunOutlook", path: str, *, verbose: bool) -> Iterator[str]:
    name = f" ({run.name.removeprefix(path)})" if run.name != path else ""
    yield f"  {'would run' if run.would_run else 'would not run'}{name}: {run.because}"
    yield f"    {run.shows}"
    history = run.history
    if history is not None and history.last_good is not None:
        record = history.last_good
        versions = ", ".join(f"{library} {version}" for library, version in record.versions.items())
        said = f" with {versions}" if versions else ""
        yield f"    last good run: {_in_utc(record.ran_at)}, {record.seconds:.1f} s{said}"
    if history is not None and history.last_failure is not None and history.failed_at is not None:
        times = f", {history.failures_in_row} times in a row" if history.failures_in_row > 1 else ""
        yield f"    last failure: {_in_utc(history.failed_at)}{times}: {history.last_failure.problem}"
    if run.refresh:
        due = f"next at {_in_utc(run.next_at)}" if run.next_at else "not due"
        yield f"    schedule: {run.refresh}, {'due now' if run.is_due else due}"
    if run.kernel:
        yield f"    kernel: {run.kernel}"
    if run.unused_lock:
        yield f"    {run.unused_lock} does not say what is installed here, so what is installed counts"
    if run.depends_on:
        shown = run.depends_on if verbose else run.depends_on[:8]
        more = f" and {len(run.depends_on) - len(shown)} more" if len(shown) < len(run.depends_on) else ""
        yield f"    depends on its code, its parameters, the environment, {', '.join(shown)}{more}"


def sync_lines(report: "SyncReport", *, quiet: bool) -> Iterator[str]:
    """What became of each snapshot, what the author should mend, then the counts.

    Args:
        quiet: failures alone.
    """
    yield from map(problem_text, report.unread)
    for snapshot in report.snapshots:
        if snapshot.failure is not None:
            yield _printable(f"{snapshot.path}: {_not_fetched(snapshot)}: {snapshot.failure.problem}")
            if snapshot.failure.mend:
                yield f"  mend: {_printable(snapshot.failure.mend)}"
        elif not quiet:
            yield _printable(f"{snapshot.path}: {_synced_words(snapshot)}")
            yield from (_printable(f"{snapshot.path}: warning: {warning}") for warning in snapshot.warnings)
        if snapshot.is_too_old and not quiet:
            yield _printable(f"{snapshot.path}: warning: its numbers are {_age_words(snapshot.age_days)} old")
    if quiet:
        return
    for path in report.unused:
        yield _printable(f"{path}: note: no source asks for it")
        yield "  mend: delete it"
    if not report.snapshots:
        if not report.unread:
            yield "No source asks for runs of experiments."
        return
    words = ("written", "unchanged", "kept", "frozen", "missing")
    counts = Counter(str(snapshot.outcome) for snapshot in report.snapshots)
    yield ", ".join(f"{counts[word]} {word}" for word in words if counts[word])


def _not_fetched(snapshot: "SyncedSnapshot") -> str:
    if snapshot.age_days is None:
        return f"the runs of {snapshot.what} were not fetched (for {', '.join(snapshot.sources)})"
    return f"the runs of {snapshot.what} were not fetched, and those of {_age_words(snapshot.age_days)} ago stay"


def _synced_words(snapshot: "SyncedSnapshot") -> str:
    if snapshot.age_days is None:
        return f"the runs of {snapshot.what} were never fetched (for {', '.join(snapshot.sources)})"
    runs = f"{_counted(snapshot.runs, 'run')} of {snapshot.what}"
    if snapshot.outcome == "written":
        # Nothing found is a word misspelt, perhaps.
        return f"{runs}, written" if snapshot.runs else f"{runs}, written (for {', '.join(snapshot.sources)})"
    return f"{runs}, {snapshot.outcome}, as of {_age_words(snapshot.age_days)} ago"


def _age_words(days: float | None) -> str:
    if days is None:
        return "an unknown time"
    hours = int(days * 24)
    return _counted(int(days), "day") if days >= 1 else _counted(hours, "hour") if hours else "less than an hour"
