"""Which outputs an edition shows after everything ran, and what its author is told; contracts.md."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from generator.location import Location
from generator.model.execution import FailureKind, RunHistory, RunRecord
from generator.model.front_matter import ErrorPolicy
from generator.model.plan import RunResult, ShownOutputs
from generator.model.problem import Problem, Severity, note
from generator.model.tally import RunTally
from generator.stages.asking import is_wrong
from generator.stages.running import Ended

_FAILED = "a newer run failed"
_CANNOT = "it cannot be run as it is now"
_IN_PREVIEW = "it could not be run in this preview, where notebooks have no network"
_DISABLED = "its last runs failed, and it is not run any more"


def shown_outputs(end: Ended) -> ShownOutputs:
    """The newest good run with the present key; else what ran, where the author wants to see it; else what was kept."""
    kept_because = _kept_because(end)
    if end.record is not None:
        return _of_record(end.record, kept_because)
    if end.partial is not None:
        return ShownOutputs(end.partial, "derived")
    last = end.history.last_good if end.history else None
    if last is not None and last.source_digest == end.needs.plan.saved:
        return _of_record(last, kept_because or _not_run(end))
    if has_saved(end):
        return ShownOutputs(kept_because=kept_because)
    if last is None:
        return ShownOutputs(is_bare=end.needs.variant is not None)
    return _of_record(last, kept_because or _not_run(end), is_whole=True)


def _kept_because(end: Ended) -> str | None:
    """Why older outputs are shown than was asked for, if any are; a refresh that failed holds until a later run."""
    if end.failure is not None:
        return _FAILED
    if end.is_disabled:
        return _DISABLED
    history, record = end.history, end.record
    has_failed_since = (
        record is not None
        and history is not None
        and history.last_failure is not None
        and history.failed_at is not None
        and history.failed_at > record.ran_at
    )
    if end.is_preview and record is None and _failed_last(history):
        return _IN_PREVIEW
    return _FAILED if has_failed_since else None


def _failed_last(history: RunHistory | None) -> bool:
    """Whether the last run, wherever it was, is no good one."""
    if history is None or history.last_failure is None:
        return False
    good = history.last_good
    return good is None or (history.failed_at is not None and history.failed_at > good.ran_at)


def has_saved(end: Ended) -> bool:
    """Whether outputs were committed with it; those of a notebook are no variant's."""
    return end.needs.plan.has_outputs and end.needs.variant is None


def _not_run(end: Ended) -> str:
    """For readers: the author's own reason is in the report."""
    return "the post has changed since, and has not been run again" if end.needs.key else _CANNOT


def _of_record(record: RunRecord, kept_because: str | None, *, is_whole: bool = False) -> ShownOutputs:
    return ShownOutputs(
        record.notebook,
        is_whole=is_whole,
        ran_at=record.ran_at,
        kept_because=kept_because,
        ran_with=tuple(record.versions.items()),
    )


def problems_of(end: Ended) -> Iterator[Problem]:
    """What the author must hear of one edition."""
    path = end.needs.plan.path
    of_variant = f" (variant `{end.needs.variant}`)" if end.needs.variant else ""
    for said in end.notes:
        yield note("kernel", said + of_variant, _place(end))
    for found in end.waived:
        place = Location(path, cell=found.cell, execution_count=found.execution_count)
        yield note("waived-leak", f"`{found.kind}` is in {found.where}, as `leak-ok` allows", place)
    if end.changed:
        said = f"{' and '.join(end.changed)} changed while it ran{of_variant}, so this run is shown and not kept"
        yield Problem(Severity.WARNING, "run-changed", said, _place(end), "build again when nothing writes to it")
    if end.failure is not None:
        is_error = end.policy is ErrorPolicy.FAIL or end.failure.kind is FailureKind.LEAK
        severity = Severity.ERROR if is_error else Severity.WARNING
        then = "" if end.needs.edition.is_for_once else f"; {shows(end)}"
        said = f"{end.failure.problem}{of_variant}{then}"
        yield Problem(severity, "run-failed", said, end.failure.at(path), end.failure.mend)
        for failure in end.more_failures:
            yield Problem(severity, "run-failed", f"{failure.problem}{of_variant}", failure.at(path), failure.mend)
    elif end.is_disabled:
        count = end.history.failures_in_row if end.history else 0
        said = f"its last {count} runs failed, and it is left alone{of_variant}; {shows(end)}"
        mend = f"mend it, then run it by hand: `inkmill run {path}`"
        yield Problem(Severity.WARNING, "run-disabled", said, _place(end), mend)


def bare_pages(ends: Sequence[Ended]) -> Iterator[Problem]:
    """One warning for each notebook whose pages show code alone, because there is no run and nothing was saved."""
    bare: dict[str, list[Ended]] = {}
    for end in ends:
        is_told = end.failure is not None or end.is_disabled or is_wrong(end.needs.plan)
        if end.record is None and not is_told and not has_saved(end) and shown_outputs(end).notebook is None:
            bare.setdefault(end.needs.plan.path, []).append(end)
    for path, those in bare.items():
        has_failed = any(end.history is not None and end.history.last_failure is not None for end in those)
        lacks = "no good run" if has_failed else "never been run"
        total = len(those[0].needs.plan.editions)
        said = f"it has {lacks}, and its page shows code alone"
        if those[0].needs.variant is not None:
            said = f"{len(those)} of its {total} variants have {lacks}, and their pages show code alone"
        yield Problem(Severity.WARNING, "never-run", said, Location(path), f"run it: `inkmill run {path}`")


def _place(end: Ended) -> Location:
    return Location(end.needs.plan.path)


def shows(end: Ended) -> str:
    """What the page of the edition shows, as a clause."""
    shown = shown_outputs(end)
    if shown.kind == "derived":
        return "its page shows how far it came"
    if shown.ran_at is not None:
        return f"its page shows the run of {shown.ran_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    return "its page shows the outputs it was saved with" if has_saved(end) else "there are no outputs to show"


def kept_from(end: Ended) -> tuple[str, datetime | None] | None:
    """The edition's name and when the older outputs were made that it shows; None when it shows what was asked for."""
    shown = shown_outputs(end)
    fails = end.failure is not None and (end.policy is ErrorPolicy.FAIL or end.failure.kind is FailureKind.LEAK)
    has_older = (shown.notebook is not None and shown.kind == "executed") or has_saved(end)
    if shown.kept_because is None or fails or not has_older:
        return None
    return end.needs.name, shown.ran_at


def tally_of(ends: Sequence[Ended]) -> RunTally:
    """The numbers of a report; every edition counts once."""
    kept = {end.needs.name: kept for end in ends if (kept := kept_from(end)) is not None}
    others = [end for end in ends if end.needs.name not in kept]
    return RunTally(
        executed=sum(end.ran and end.failure is None for end in others),
        cached=sum(not end.ran and end.record is not None and end.failure is None for end in others),
        kept=tuple(kept.values()),
        failed=sum(end.failure is not None for end in others),
    )


def result_of(end: Ended) -> RunResult:
    """One line of the result of ``run`` and ``refresh``."""
    shown = shown_outputs(end)
    if end.failure is not None:
        has_older = (shown.notebook is not None and shown.kind == "executed") or has_saved(end)
        status = "kept" if has_older else "failed"
    elif end.is_disabled:
        status = "disabled"
    else:
        status = "ok" if end.ran else "cached" if end.record is not None else "not-run"
    return RunResult(
        name=end.needs.name,
        status=status,
        failure=end.failure,
        seconds=end.seconds,
        ran_at=shown.ran_at,
        because=end.because,
        versions=dict(shown.ran_with),
    )
