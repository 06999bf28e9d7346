"""Notebooks run as tests: what passed, what failed, whose outputs are not the committed ones."""

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from enum import Enum

from generator.checks.line_differences import Tolerance
from generator.checks.notebook_differences import CellDifference, compare, has_outputs
from generator.execution.prepared import executed_notebook
from generator.execution.run_leaks import leaks_of_run, scrubbed, withheld
from generator.formats.notebook import parse
from generator.location import Location
from generator.model.execution import Executor, FailureKind, Outcome, RunFailure, Watch
from generator.model.notebook import Notebook
from generator.model.problem import Problem, Severity, error, note
from generator.model.request import BuildRequest
from generator.runs import jobs_of_tests
from generator.stages.executors import executor_for
from generator.stages.jobs_of_tests import JobOfTest
from generator.stages.runner import Runner
from generator.stages.selecting import Selection
from generator.wording import problem_text

_MOST_LINES_OF_A_CELL = 20
_NOTHING_COMMITTED = "no outputs are committed to compare with"
_MEND = (
    "commit the new outputs if they are right; where they are others at every run, "
    "write `#| compare: false` in the cell"
)


class Verdict(Enum):
    """What became of one notebook; the order is that of a report."""

    PASSED = "passed"
    FAILED = "failed"
    DIFFERS = "differs"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class LiterateResult:
    """One notebook's verdict and why.

    Args:
        name: as ``Job.name``.
        failure: of one that failed, without secrets.
        differences: of one that differs.
        because: a clause: why it was skipped.
        notes: sentences worth telling all the same.
    """

    name: str
    verdict: Verdict
    seconds: float = 0.0
    failure: RunFailure | None = None
    differences: tuple[CellDifference, ...] = ()
    because: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LiterateReport:
    """Every notebook that was asked for, in that order; those that were skipped come last.

    Args:
        problems: of reading them; one with an error among them has no result.
    """

    results: tuple[LiterateResult, ...]
    seconds: float = 0.0
    problems: tuple[Problem, ...] = ()

    @property
    def wrong(self) -> frozenset[str]:
        """Paths of what cannot be run for an error in the file itself."""
        return frozenset(p.at.file if p.at else "" for p in self.problems if p.severity is Severity.ERROR)

    @property
    def is_good(self) -> bool:
        """Whether none failed, none differs, and all could be read."""
        are_good = all(result.verdict in (Verdict.PASSED, Verdict.SKIPPED) for result in self.results)
        return are_good and not self.wrong


def run_tests(
    request: BuildRequest, selection: Selection, runner: Runner, *, tolerance: Tolerance | None
) -> LiterateReport | tuple[Problem, ...]:
    """Run the selected notebooks of a blog; the errors of a wrong ``_config.yml`` instead.

    Args:
        tolerance: see ``run_literate_tests``.

    Raises:
        UsageError: there is no such notebook.
        MachineError: as the executor does.
    """
    found = jobs_of_tests(request, selection)
    if isinstance(found, tuple):
        return found
    report = run_literate_tests(
        found.jobs,
        runner.executor or executor_for(request, found.defaults),
        runner.watch,
        tolerance=tolerance,
        leak_values=tuple(request.leak_values.values()),
        skipped=found.skipped,
        allows_waivers=not request.untrusted,
    )
    failed = (LiterateResult(name, Verdict.FAILED, failure=failure) for name, failure in found.failed)
    return replace(report, results=(*failed, *report.results), problems=found.problems)


def run_literate_tests(
    tests: Sequence[JobOfTest],
    execute: Executor,
    watch: Watch,
    *,
    tolerance: Tolerance | None,
    leak_values: tuple[str, ...] = (),
    skipped: Sequence[tuple[str, str]] = (),
    allows_waivers: bool = True,
) -> LiterateReport:
    """Run each notebook to its first unexpected error, whatever its ``on_error`` says.

    Args:
        tolerance: within which outputs must be the committed ones; None when they are not compared.
        leak_values: values of the environment's secret variables, which no report repeats.
        skipped: (name, why, as a clause) of notebooks that are no tests.
        allows_waivers: False in the strict profile.

    Raises:
        MachineError: as the executor does.
    """
    began = time.perf_counter()
    jobs = [replace(test.job, goes_on_after_errors=False) for test in tests]
    with closing(execute(jobs, watch)) as running:
        outcomes = {job.name: outcome for job, outcome in running}
    results = [
        _result(
            test,
            outcomes.get(test.job.name),
            tolerance=tolerance,
            leak_values=leak_values,
            allows_waivers=allows_waivers,
        )
        for test in tests
    ]
    results += [LiterateResult(name, Verdict.SKIPPED, because=because) for name, because in skipped]
    return LiterateReport(tuple(results), time.perf_counter() - began)


def _result(
    test: JobOfTest,
    outcome: Outcome | None,
    *,
    tolerance: Tolerance | None,
    leak_values: tuple[str, ...],
    allows_waivers: bool,
) -> LiterateResult:
    if outcome is None:
        lost = RunFailure(FailureKind.LOST, "the run gave no result", "run it again")
        return LiterateResult(test.job.name, Verdict.FAILED, failure=lost)
    notes = tuple(withheld(said, leak_values) for said in outcome.notes)
    result = LiterateResult(test.job.name, Verdict.PASSED, outcome.seconds, notes=notes)
    if outcome.failure is not None:
        return replace(result, verdict=Verdict.FAILED, failure=scrubbed(outcome.failure, leak_values))
    if outcome.notebook is None:
        return result
    run, _ = parse(outcome.notebook, test.job.path)
    leaks = leaks_of_run(run, test.flags, leak_values, allows_waivers=allows_waivers)
    # An excerpt of what differs must not show what a page must not.
    if leaks.failure is not None:
        return replace(result, verdict=Verdict.FAILED, failure=leaks.failure)
    waived = (f"`{found.kind}` in cell {found.cell} is let through, as `leak-ok` allows" for found in leaks.waived)
    result = replace(result, notes=(*result.notes, *waived))
    if tolerance is None or test.committed is None:
        return result
    if not has_outputs(test.committed):
        return replace(result, notes=(*result.notes, _NOTHING_COMMITTED))
    differences = compare(test.committed, executed_notebook(outcome.notebook, test.job.path), tolerance=tolerance)
    if not differences:
        return result
    clean = tuple(_without_secrets(difference, test.committed, leak_values) for difference in differences)
    return replace(result, verdict=Verdict.DIFFERS, differences=clean)


def _without_secrets(difference: CellDifference, committed: Notebook, leak_values: tuple[str, ...]) -> CellDifference:
    """What was committed may hold a secret that the run does not; cut lines may hold half of one."""
    cell = tuple(cell for cell in committed.cells if cell.number == difference.cell)
    found = leaks_of_run(replace(committed, cells=cell, metadata={}), (), leak_values).failure
    if found is None:
        return difference
    problem = withheld(difference.problem, leak_values)
    return replace(difference, problem=problem, excerpt=("withheld: the committed output holds a secret",))


def report_lines(report: LiterateReport, *, verbose: bool = False) -> Iterator[str]:
    """What is to be mended, notebook by notebook, then the counts."""
    yield from map(problem_text, dict.fromkeys(report.problems))
    for result in report.results:
        yield from (_said(result, note("literate-test", said)) for said in result.notes)
        match result.verdict:
            case Verdict.PASSED:
                if verbose:
                    yield _said(result, error("literate-test", f"passed in {result.seconds:.1f} s"))
            case Verdict.SKIPPED:
                yield _said(result, error("literate-test", f"skipped because {result.because}"))
            case Verdict.FAILED:
                if result.failure is not None:
                    problem = error("run-failed", result.failure.problem, mend=result.failure.mend)
                    yield problem_text(replace(problem, at=result.failure.at(result.name)))
            case Verdict.DIFFERS:
                yield from _difference_lines(result)
    yield _counts_line(report)


def _said(result: LiterateResult, problem: Problem) -> str:
    return problem_text(replace(problem, at=Location(result.name)))


def _difference_lines(result: LiterateResult) -> Iterator[str]:
    """Each difference at its cell; of one cell no more lines than a screen holds."""
    shown: Counter[int] = Counter()
    for difference in result.differences:
        at = Location(result.name, cell=difference.cell, execution_count=difference.execution_count)
        yield problem_text(error("differs", difference.problem, at))
        room = max(0, _MOST_LINES_OF_A_CELL - shown[difference.cell])
        lines = difference.excerpt[:room]
        shown[difference.cell] += len(lines)
        yield from (f"    {line}" for line in lines)
        left = difference.left_out + sum(not line.startswith(" ") for line in difference.excerpt[room:])
        if left:
            yield f"    … and {left} more line{'' if left == 1 else 's'} that differ{'s' if left == 1 else ''}"
    yield f"  mend: {_MEND}"


def _counts_line(report: LiterateReport) -> str:
    counts = Counter(result.verdict for result in report.results)
    words = {Verdict.DIFFERS: "differs" if counts[Verdict.DIFFERS] == 1 else "differ"}
    states = ", ".join(
        f"{counts[verdict]} {words.get(verdict, verdict.value)}"
        for verdict in Verdict
        if counts[verdict] or verdict is Verdict.PASSED
    )
    unread = f", {len(report.wrong)} with an error in the file" if report.wrong else ""
    return f"{states}{unread} · {report.seconds:.1f} s"
