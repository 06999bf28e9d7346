"""Notebooks run without a page being made: `inkmill run` and `inkmill refresh`, in the order it happens."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC
from typing import TypeVar

from generator.cache.lock import hold
from generator.cache.state import load_state
from generator.cache.store import Store
from generator.errors import UsageError
from generator.execution.records import Runs
from generator.execution.schedule import is_due, next_time
from generator.location import Location
from generator.model.execution import RunHistory
from generator.model.plan import RunReport, RunResult, SourcePlan, name_of
from generator.model.problem import Problem, warning
from generator.model.request import BuildRequest, ExecuteWhen
from generator.model.tally import RunTally
from generator.stages.asking import asking, is_wrong
from generator.stages.choosing import result_of
from generator.stages.engine import Engine, engine_fingerprint, read_engine
from generator.stages.execution import Execution
from generator.stages.inputs import Inputs, list_inputs, look
from generator.stages.jobs_of_tests import JobsOfTests, jobs_of_plans
from generator.stages.runner import UNWATCHED, Runner
from generator.stages.running import Wish
from generator.stages.selecting import Selection, select
from generator.stages.slices import timezone

Made = TypeVar("Made")


def run(request: BuildRequest, selection: Selection, runner: Runner = UNWATCHED) -> RunReport:
    """Run notebooks into the store; without paths those that ask for it.

    One that is named runs if it has no good run with its present key or failed when it was last run; with
    ``--execute always`` in any case.

    Raises:
        UsageError: there is no such notebook, or the strict profile is asked for.
        BusyError: another build of this source is running.
    """

    def work(inputs: Inputs, engine: Engine) -> RunReport:
        selected = select(request, inputs, engine, selection)
        forbidden = _forbidden(selected.plans) if selection.paths or selection.params else ()
        is_named = bool(selection.paths or selection.params)
        plans = tuple(map(asking, selected.plans)) if is_named else selected.plans
        forced = _failing(request, plans) if is_named and request.execute is not ExecuteWhen.NEVER else {}
        made = Execution(request, inputs, runner)(plans, Wish(request.execute, forced, leaves_disabled=not is_named))
        problems = (*selected.problems, *forbidden, *made.problems)
        return RunReport(tuple(map(result_of, made.ends)), problems, made.tally)

    return _report(request, work)


def run_asking(request: BuildRequest, paths: Sequence[str], runner: Runner = UNWATCHED) -> RunReport:
    """Of these notebooks, run those that ask for it and have no good run with their present key.

    As a build with ``--execute declared`` does; one that does not ask is not in the report.

    Raises:
        UsageError: there is no such notebook, or the strict profile is asked for.
        BusyError: another build of this source is running.
    """

    def work(inputs: Inputs, engine: Engine) -> RunReport:
        selected = select(request, inputs, engine, Selection(tuple(paths)))
        made = Execution(request, inputs, runner)(selected.plans, Wish(ExecuteWhen.DECLARED, leaves_disabled=False))
        return RunReport(tuple(map(result_of, made.ends)), (*selected.problems, *made.problems), made.tally)

    return _report(request, work)


def refresh(request: BuildRequest, runner: Runner = UNWATCHED) -> RunReport:
    """Run what is due by its schedule since its last good run.

    Raises:
        BusyError: another build of this source is running.
    """

    def work(inputs: Inputs, engine: Engine) -> RunReport:
        selected = select(request, inputs, engine, Selection())
        due, waiting = _by_schedule(request, inputs, selected.plans)
        plans = tuple(plan for plan in selected.plans if any(name_of(plan, one) in due for one in plan.editions))
        made = Execution(request, inputs, runner)(plans, Wish(ExecuteWhen.NEVER, forced=due))
        ran = (result_of(end) for end in made.ends if end.needs.name in due)
        results = sorted((*ran, *waiting), key=lambda result: result.name)
        return RunReport(tuple(results), (*selected.problems, *made.problems), made.tally)

    return _report(request, work)


def jobs_of_tests(request: BuildRequest, selection: Selection) -> JobsOfTests | tuple[Problem, ...]:
    """The selected notebooks as jobs, whether they ask to be run or not; the errors of a wrong ``_config.yml`` instead.

    Raises:
        UsageError: there is no such notebook, or the strict profile is asked for.
        BusyError: another build of this source is running.
    """

    def work(inputs: Inputs, engine: Engine) -> JobsOfTests:
        selected = select(request, inputs, engine, selection)
        return replace(jobs_of_plans(request, inputs, selected.plans), problems=selected.problems)

    return _with_inputs(request, work)


def _forbidden(plans: Sequence[SourcePlan]) -> tuple[Problem, ...]:
    """A word for those who name what its own front matter forbids."""
    said = "its front matter says `execute: false`, so it is not run"
    mend = "take the line out, or write `execute: true`"
    wanting = (plan for plan in plans if plan.editions and plan.editions[0].wishes.execute is False)
    return tuple(warning("not-run", said, Location(plan.path), mend) for plan in wanting)


def _failing(request: BuildRequest, plans: Sequence[SourcePlan]) -> Mapping[str, str]:
    """Names of what failed when it was last run: who names one wants to know whether it still does."""
    runs = Runs(Store(request.cache))
    found = {}
    for plan in plans:
        for edition in plan.editions:
            history = runs.history(plan.path, edition.variant.name if edition.variant else None)
            if history is not None and history.failures_in_row:
                found[name_of(plan, edition)] = "its last run failed"
    return found


def _by_schedule(
    request: BuildRequest, inputs: Inputs, plans: Sequence[SourcePlan]
) -> tuple[Mapping[str, str], list[RunResult]]:
    """Names of what is due, each with the reason, and the results of what has a schedule and is not."""
    runs = Runs(Store(request.cache))
    due: dict[str, str] = {}
    waiting: list[RunResult] = []
    for plan in plans:
        for edition in plan.editions:
            refresh = edition.wishes.refresh
            if refresh is None or edition.wishes.execute is False or not plan.runs_code or is_wrong(plan):
                continue
            zone = edition.wishes.timezone or timezone(inputs)
            history = runs.history(plan.path, edition.variant.name if edition.variant else None)
            last = history.last_good.ran_at if history and history.last_good else None
            name = name_of(plan, edition)
            if is_due(refresh, zone, last, request.now):
                due[name] = _why_due(refresh, history)
            else:
                waiting.append(RunResult(name, "not-due", ran_at=last, next_at=next_time(refresh, zone, request.now)))
    return due, waiting


def _why_due(refresh: str, history: RunHistory | None) -> str:
    if history is None or history.last_good is None:
        return "it has never had a good run here"
    return (
        f"its schedule (`{refresh}`) asked for it since {history.last_good.ran_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    )


def _report(request: BuildRequest, work: Callable[[Inputs, Engine], RunReport]) -> RunReport:
    started = time.perf_counter()
    report = _with_inputs(request, work)
    if not isinstance(report, RunReport):
        return RunReport((), report, RunTally())
    return replace(report, seconds=time.perf_counter() - started)


def _with_inputs(request: BuildRequest, work: Callable[[Inputs, Engine], Made]) -> Made | tuple[Problem, ...]:
    """What work makes of the blog; the errors of a ``_config.yml`` that cannot be used instead."""
    if request.untrusted:
        raise UsageError("`--untrusted` is for content that must not run", mend="leave it out, or build instead")
    Store(request.cache).prepare()
    with hold(request.cache):
        inputs = look(request, list_inputs(request, time.time_ns()), load_state(request.cache))
        if not isinstance(inputs, Inputs):
            return inputs
        return work(inputs, read_engine(request.source, engine_fingerprint(), trusts_blog=True))
