"""Notebooks as tests: jobs whose runs nobody keeps, and what they will be compared with."""

from collections.abc import Sequence
from dataclasses import dataclass

from generator.model.execution import Job, RunFailure
from generator.model.notebook import Notebook
from generator.model.outline import CellFlags
from generator.model.plan import SourcePlan, name_of
from generator.model.problem import Problem
from generator.model.request import BuildRequest
from generator.settings.values import ExecutionDefaults
from generator.stages.asking import is_wrong
from generator.stages.inputs import Inputs
from generator.stages.jobs import JobMaker
from generator.stages.run_needs import NeedsFinder
from generator.stages.slices import reading_rules


@dataclass(frozen=True, slots=True)
class JobOfTest:
    """One notebook, or one variant of it.

    Args:
        committed: None for a variant, of which no outputs can be committed.
        flags: one for each of the author's cells.
    """

    job: Job
    committed: Notebook | None
    flags: tuple[CellFlags, ...]


@dataclass(frozen=True, slots=True)
class JobsOfTests:
    """Everything that was selected.

    Args:
        failed: names of what cannot run, and why.
        skipped: names of what is no test, and why, as a clause.
    """

    jobs: tuple[JobOfTest, ...]
    failed: tuple[tuple[str, RunFailure], ...]
    skipped: tuple[tuple[str, str], ...]
    defaults: ExecutionDefaults
    problems: tuple[Problem, ...] = ()


def jobs_of_plans(request: BuildRequest, inputs: Inputs, plans: Sequence[SourcePlan]) -> JobsOfTests:
    """A job for every edition that can run."""
    needs_of = NeedsFinder(request, inputs)
    make = JobMaker(request, inputs, reading_rules(request, inputs))
    jobs: list[JobOfTest] = []
    failed: list[tuple[str, RunFailure]] = []
    skipped: list[tuple[str, str]] = []
    for plan in (plan for plan in plans if not is_wrong(plan)):
        for edition in plan.editions:
            name = name_of(plan, edition)
            if not plan.runs_code or edition.wishes.execute is False:
                why = "its front matter forbids it" if plan.runs_code else "it has no code that may run"
                skipped.append((name, why))
                continue
            needs = needs_of(plan, edition)
            made = needs.failure or make(needs)
            if isinstance(made, RunFailure):
                failed.append((name, made))
            else:
                committed = None if edition.variant is not None else make.notebook_of(needs)
                jobs.append(JobOfTest(made, committed, make.flags_of(needs)))
    return JobsOfTests(tuple(jobs), tuple(failed), tuple(skipped), inputs.settings.execution)
