"""Everything that asks to be run, all at once: between the two readings, in neither."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from generator.cache.store import Store
from generator.execution.records import Runs
from generator.model.execution import Executor
from generator.model.plan import EditionOutputs, ShownOutputs, SourcePlan
from generator.model.problem import Problem
from generator.model.request import BuildRequest, ExecuteWhen
from generator.model.tally import RunTally
from generator.sources.disk import digest_of
from generator.stages.asking import is_wrong, may_run
from generator.stages.inputs import Inputs
from generator.stages.runner import UNWATCHED, Runner

if TYPE_CHECKING:
    from generator.stages.jobs import JobMaker
    from generator.stages.run_needs import RunNeeds
    from generator.stages.running import Ended, RunBench, Wish


@dataclass(frozen=True, slots=True)
class Executions:
    """What execution made of the plans.

    Args:
        outputs: one for every edition, those included whose outputs are not execution's affair.
        ends: of those that were, for reports.
        is_settled: a build that finds nothing changed need not try again.
        pythons: interpreters of kernels, beside the one inkmill runs in.
        marks: of what is known of their runs: (path, variant, ``Runs.mark``).
    """

    outputs: tuple[EditionOutputs, ...] = ()
    problems: tuple[Problem, ...] = ()
    tally: RunTally = field(default_factory=RunTally)
    ends: "tuple[Ended, ...]" = ()
    is_settled: bool = True
    pythons: tuple[str, ...] = ()
    marks: tuple[tuple[str, str | None, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Execution:
    """Execution between the two readings of one build."""

    request: BuildRequest
    inputs: Inputs
    runner: Runner = UNWATCHED

    def __call__(self, plans: Sequence[SourcePlan], wish: "Wish | None" = None) -> Executions:
        """Run what is to run, and say which outputs each edition of every plan shows.

        Args:
            wish: what is to run; None for what the request says.
        """
        if not plans:
            return Executions()
        from generator.stages.choosing import bare_pages, problems_of, shown_outputs, tally_of
        from generator.stages.run_needs import NeedsFinder
        from generator.stages.running import Wish, run_all

        store = Store(self.request.cache)
        runs = Runs(store)
        needs_of = NeedsFinder(self.request, self.inputs)
        wish = wish or Wish(ExecuteWhen.NEVER if self.request.untrusted else self.request.execute)
        concerned = [plan for plan in plans if self._is_concerned(plan, wish, runs)]
        needs = [needs_of(plan, edition) for plan in concerned for edition in plan.editions]
        ends = run_all(needs, wish, self._bench(runs, store))
        outputs = {(end.needs.plan.path, end.needs.variant): shown_outputs(end) for end in ends}
        return Executions(
            outputs=tuple(_editions(plans, outputs)),
            problems=(*(problem for end in ends for problem in problems_of(end)), *bare_pages(ends)),
            tally=tally_of(ends),
            ends=ends,
            pythons=_pythons(needs),
            is_settled=all(end.failure is None and not end.changed for end in ends),
            marks=tuple(_mark(runs, end.needs.plan.path, end.needs.variant) for end in ends),
        )

    def _is_concerned(self, plan: SourcePlan, wish: "Wish", runs: Runs) -> bool:
        if wish.knows_all:
            return True
        if is_wrong(plan):
            # Its page is not made, and what is wrong is told by those who read it.
            return False
        names = [edition.variant.name if edition.variant else None for edition in plan.editions]
        if any((plan.path if name is None else f"{plan.path}#{name}") in wish.forced for name in names):
            return True
        by_default = self.inputs.settings.execution.execute
        has_history = wish.when is ExecuteWhen.STALE and any(runs.history(plan.path, name) for name in names)
        return may_run(plan, wish.when, by_default=by_default, has_history=has_history)

    def _bench(self, runs: Runs, store: Store) -> "RunBench":
        from generator.stages.running import RunBench

        @cache
        def jobs() -> "JobMaker":
            from generator.stages.jobs import JobMaker
            from generator.stages.slices import reading_rules

            return JobMaker(self.request, self.inputs, reading_rules(self.request, self.inputs))

        return RunBench(
            request=self.request,
            defaults=self.inputs.settings.execution,
            runs=runs,
            store=store,
            jobs=jobs,
            executor=self._executor,
            changed=lambda path: digest_of(self.request.source, path) != self.inputs.digests(path),
            watch=self.runner.watch,
        )

    def _executor(self) -> Executor:
        if self.runner.executor is not None:
            return self.runner.executor
        from generator.stages.executors import executor_for

        return executor_for(self.request, self.inputs.settings.execution)


def _pythons(needs: Sequence["RunNeeds"]) -> tuple[str, ...]:
    kernels = (need.kernel for need in needs if need.kernel is not None and need.own is None)
    return tuple(sorted({kernel.python for kernel in kernels if kernel.python and not kernel.is_own_python}))


def _mark(runs: Runs, path: str, variant: str | None) -> tuple[str, str | None, str]:
    return path, variant, runs.mark(path, variant)


def _editions(
    plans: Sequence[SourcePlan], outputs: Mapping[tuple[str, str | None], ShownOutputs]
) -> Iterator[EditionOutputs]:
    for plan in plans:
        if plan.is_split:
            yield EditionOutputs(plan.path, None)
        for edition in plan.editions:
            name = edition.variant.name if edition.variant else None
            nobodys = ShownOutputs(is_bare=edition.variant is not None)
            yield EditionOutputs(plan.path, name, outputs.get((plan.path, name), nobodys))
