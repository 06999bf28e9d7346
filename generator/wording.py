"""Every sentence printed: reports and errors become text here."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from types import MappingProxyType

from generator.errors import InkmillError
from generator.model.problem import Problem, Severity
from generator.model.report import BuildReport
from generator.model.site import Fate, State

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
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


def not_run_text(when: str) -> str:
    """What to say to somebody who asked for notebooks to be run."""
    return f"note: `--execute {when}`: this release runs no notebook; pages show the outputs that were saved"


def fate_text(fate: Fate) -> str:
    """One source's line."""
    match fate.state:
        case State.PUBLISHED | State.UNLISTED:
            said = f"{fate.state.value} at {fate.url}"
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


def _nothing_published(report: BuildReport, *, strict: bool) -> Iterator[str]:
    if not report.was_published:
        count = len(report.errors) or len(report.warnings)
        kind = "error" if report.errors else "warning"
        because = f"{count} {kind}{'' if count == 1 else 's'}" + (" (--strict)" if strict and not report.errors else "")
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
    if report.was_unchanged:
        return f"{states} · nothing changed · {report.output} · {report.seconds:.2f} s"
    read = f"{report.converted} read, {max(0, len(_readable(report.fates)) - report.converted)} from cache"
    files = f"{report.written} files written, {report.kept} kept, {report.removed} removed"
    return f"{states} · {read} · {files} · {report.output} · {report.seconds:.2f} s"


def _readable(fates: Iterable[Fate]) -> list[Fate]:
    return [fate for fate in fates if fate.state is not State.SKIPPED]
