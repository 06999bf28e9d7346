"""Runs what is to run, keeps what is good, and says which outputs every edition shows."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from generator.cache.store import Store
from generator.execution.records import Runs
from generator.model.execution import (
    Executor,
    FailureKind,
    Job,
    Outcome,
    RunFailure,
    RunHistory,
    RunRecord,
    Watch,
)
from generator.model.front_matter import ErrorPolicy
from generator.model.notebook import Notebook
from generator.model.request import BuildRequest, ExecuteWhen
from generator.pool import with_collector
from generator.settings.values import ExecutionDefaults
from generator.stages.asking import policy_of
from generator.stages.run_needs import RunNeeds

if TYPE_CHECKING:
    from generator.execution.run_leaks import FoundSecret
    from generator.stages.jobs import JobMaker


@dataclass(frozen=True, slots=True)
class Ended:
    """One edition after everything ran.

    Args:
        record: the good run with its present key, new or from the store.
        failure: why there is none, when it was to run.
        partial: key of what ran all the same, in the store's kind ``derived``; None unless ``on_error: show``.
        more_failures: of later cells, where the run went on.
        changed: files it depends on that changed while it ran, so that it is not kept.
        waived: secrets that a cell lets through.
        ran: whether a kernel was started for it in this build.
        because: why it ran.
        is_disabled: it was left alone after too many failures in a row.
        is_preview: its page shows a pull request, whose notebooks ran apart and without a network.
    """

    needs: RunNeeds
    policy: ErrorPolicy
    history: RunHistory | None
    record: RunRecord | None = None
    failure: RunFailure | None = None
    partial: str | None = None
    more_failures: tuple[RunFailure, ...] = ()
    changed: tuple[str, ...] = ()
    waived: "tuple[FoundSecret, ...]" = ()
    ran: bool = False
    seconds: float = 0.0
    because: str = ""
    is_disabled: bool = False
    notes: tuple[str, ...] = ()
    is_preview: bool = False


@dataclass(frozen=True, slots=True)
class Wish:
    """What one command wants to have run.

    Args:
        when: which of those that may run.
        forced: names that run whatever the store holds, and why.
        leaves_disabled: notebooks that failed too often are left alone.
        knows_all: those nobody asks to run are looked at, too.
    """

    when: ExecuteWhen
    forced: Mapping[str, str] = field(default_factory=dict)
    leaves_disabled: bool = True
    knows_all: bool = False


@dataclass(frozen=True, slots=True)
class RunBench:
    """What running needs beside the notebooks.

    Args:
        jobs, executor: made when something is to run; jobs is the same at every call.
        changed: whether a file of the source directory is another than when the build began.
    """

    request: BuildRequest
    defaults: ExecutionDefaults
    runs: Runs
    store: Store
    jobs: "Callable[[], JobMaker]"
    executor: Callable[[], Executor]
    changed: Callable[[str], bool]
    watch: Watch


def run_all(needs: Sequence[RunNeeds], wish: Wish, bench: RunBench) -> tuple[Ended, ...]:
    """Every edition's end, in order; good runs are kept as they come."""
    ends = [_before(need, wish, bench) for need in needs]
    waiting = {end.needs.name: number for number, end in enumerate(ends) if end.because and end.failure is None}
    jobs: list[Job] = []
    for number in waiting.values():
        made = bench.jobs()(ends[number].needs)
        if isinstance(made, Job):
            jobs.append(made)
        else:
            ends[number] = _failed(ends[number], made, bench)
    if jobs:
        with with_collector(), closing(bench.executor()(jobs, bench.watch)) as outcomes:
            for job, outcome in outcomes:
                number = waiting[job.name]
                ends[number] = _after(ends[number], job, outcome, bench)
    return tuple(ends)


def _before(need: RunNeeds, wish: Wish, bench: RunBench) -> Ended:
    """What the store knows, and whether and why the edition is to run."""
    wishes = need.edition.wishes
    policy = policy_of(wishes, bench.defaults)
    history = bench.runs.history(need.plan.path, need.variant)
    record = bench.runs.good(need.key) if need.key else None
    if record is not None and not need.edition.is_for_once:
        history = _claimed(need, record, history, bench.runs)
    is_preview = bench.request.preview is not None
    end = Ended(need, policy, history, record, notes=need.notes, is_preview=is_preview)
    because = wish.forced.get(need.name, "") or ("" if record else why_not_fresh(need, history))
    if wish.when is ExecuteWhen.ALWAYS:
        because = because or "all were asked to run"
    if not because or (wish.when is ExecuteWhen.NEVER and need.name not in wish.forced):
        return end
    if wish.leaves_disabled and is_disabled(need, history, bench.defaults):
        return replace(end, is_disabled=True)
    if need.failure is not None:
        return _failed(replace(end, because=because), need.failure, bench)
    return replace(end, because=because)


def _claimed(need: RunNeeds, record: RunRecord, history: RunHistory | None, runs: Runs) -> RunHistory:
    """The history in which a run found by its key is the notebook's own last good one.

    It may be of another path, or older than the last: what the page shows is what a failure must keep.
    """
    own = replace(record, path=need.plan.path, variant=need.variant)
    if history is None or has_recovered(need, history):
        return runs.note_good(own)
    return history if history.last_good == own else runs.note(replace(history, last_good=own))


def why_not_fresh(need: RunNeeds, history: RunHistory | None) -> str:
    """Why there is no good run with the present key, in words."""
    if history is None or history.last_good is None:
        return "it has never had a good run here"
    if need.key is None:
        return "it cannot run as it is"
    from generator.execution.key import differences

    changed = differences(history.last_good.key, need.key)
    return "; ".join(changed[:3]) or "its last good run is gone from the store"


def has_recovered(need: RunNeeds, history: RunHistory | None) -> bool:
    """Whether what failed was another state of the notebook than the present one, which has a good run."""
    if history is None or need.key is None or not history.failures_in_row:
        return False
    return history.failed_key != need.key.digest


def is_disabled(need: RunNeeds, history: RunHistory | None, defaults: ExecutionDefaults) -> bool:
    """Whether it has failed so often that only who names it runs it."""
    asked = need.edition.wishes.disable_after
    limit = defaults.disable_after if asked is None else asked
    return bool(limit and history is not None and history.failures_in_row >= limit)


def _after(end: Ended, job: Job, outcome: Outcome, bench: RunBench) -> Ended:
    """What a finished job leaves: a record of a good run, or a failure in the history."""
    from generator.execution.prepared import authors_cells
    from generator.execution.run_leaks import leaks_of_run, scrubbed, withheld
    from generator.formats.notebook import parse

    values = tuple(sorted(set(bench.request.leak_values.values())))
    notes = (withheld(said, values) for said in outcome.notes)
    end = replace(end, ran=True, seconds=outcome.seconds, notes=(*end.notes, *notes))
    if outcome.notebook is None:
        return _failed(end, outcome.failure or _nothing_came(), bench, values)
    whole, _ = parse(outcome.notebook, job.path)
    executed = authors_cells(whole)
    leaks = leaks_of_run(whole, bench.jobs().flags_of(end.needs), values)
    end = replace(end, waived=leaks.waived)
    if leaks.failure is not None:
        return _failed(end, leaks.failure, bench, values)
    failures = list(_shown_errors(executed)) if end.policy is ErrorPolicy.SHOW else []
    if outcome.failure is not None:
        failures.append(outcome.failure)
    if failures:
        more = tuple(scrubbed(failure, values) for failure in failures[1:])
        return replace(_failed(end, failures[0], bench, values, partial=outcome.notebook), more_failures=more)
    changed = tuple(path for path in end.needs.files if bench.changed(path))
    if changed:
        return replace(end, record=None, changed=changed, partial=_kept_aside(outcome.notebook, bench))
    record = _record(end.needs, job, outcome, bench.request)
    kept = bench.runs.put(record, outcome.notebook)
    return replace(end, record=kept, history=bench.runs.note_good(kept))


def _record(needs: RunNeeds, job: Job, outcome: Outcome, request: BuildRequest) -> RunRecord:
    if needs.key is None:
        raise ValueError(f"{needs.name} ran without a key")
    language = (needs.kernel.language if needs.kernel else "") or needs.plan.language or "python"
    versions = {language: outcome.language_version} if outcome.language_version else {}
    return RunRecord(
        path=needs.plan.path,
        variant=needs.variant,
        key=needs.key,
        ran_at=request.now,
        seconds=round(outcome.seconds, 3),
        source_digest=needs.plan.saved,
        notebook="",
        versions={**versions, **_libraries(needs, job)},
    )


def _libraries(needs: RunNeeds, job: Job) -> Mapping[str, str]:
    """Versions of what the notebook imports; an environment of its own is there now, and can be asked."""
    if needs.own is None or job.kernel.python is None:
        return needs.versions or {}
    from generator.execution.imports import Imports
    from generator.execution.packages import packages_of, versions_used

    return versions_used(Imports(needs.plan.modules, needs.plan.scripts), packages_of(job.kernel.python))


def _failed(
    end: Ended, failure: RunFailure, bench: RunBench, values: tuple[str, ...] = (), *, partial: bytes | None = None
) -> Ended:
    from generator.execution.run_leaks import scrubbed

    failure = scrubbed(failure, values or tuple(bench.request.leak_values.values()))
    history = bench.runs.note_failure(end.needs.plan.path, end.needs.variant, failure, bench.request.now, end.needs.key)
    # A run of the present key from before: it was forced, and the older one stays.
    end = replace(end, failure=failure, history=history)
    if partial is None or end.policy is not ErrorPolicy.SHOW or failure.kind is FailureKind.LEAK:
        return end
    return replace(end, partial=_kept_aside(partial, bench))


def _kept_aside(notebook: bytes, bench: RunBench) -> str:
    """A run that is shown once and never taken for a good one: its name in the store."""
    name = hashlib.sha256(notebook).hexdigest()
    bench.store.put("derived", name, notebook)
    return name


def _shown_errors(executed: Notebook) -> Iterator[RunFailure]:
    """The exceptions that no cell announced, of a run that went on after them."""
    from generator.execution.failures import error_failure
    from generator.execution.prepared import unexpected

    for cell, error in unexpected(executed):
        place = {"metadata": {"inkmill": {"number": cell.number}}, "execution_count": cell.execution_count}
        yield error_failure(error.name, error.value, error.traceback, place)


def _nothing_came() -> RunFailure:
    return RunFailure(FailureKind.LOST, "nothing came back of its run", "run it again")
