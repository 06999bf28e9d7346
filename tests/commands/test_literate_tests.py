"""Notebooks run as tests."""

import json
from collections.abc import Generator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from generator.checks.line_differences import Tolerance
from generator.checks.notebook_differences import CellDifference, DifferenceKind
from generator.commands.literate_tests import (
    LiterateReport,
    LiterateResult,
    Verdict,
    report_lines,
    run_literate_tests,
)
from generator.execution.kernels import choose_kernel
from generator.execution.local import LocalExecutor
from generator.execution.prepared import prepared
from generator.formats.notebook import parse, to_json
from generator.model.execution import Executor, FailureKind, Job, KernelChoice, Outcome, Progress, RunFailure, Watch
from generator.model.notebook import Notebook
from generator.model.outline import CellFlags
from generator.stages.jobs_of_tests import JobOfTest

KEY = "AKIA" + "Q3EGZ7WPLM2KTRB5"
PYTHON = KernelChoice("python3", "python", ("python",))
DIVISION = RunFailure(
    FailureKind.ERROR, "ZeroDivisionError: division by zero", "mend the cell", cell=2, execution_count=5, line=3
)


def notebook(*printed: str) -> Notebook:
    """A cell for each text, and the text is what it printed; none where it is empty."""
    cells = [
        {
            "cell_type": "code",
            "source": "x",
            "metadata": {"inkmill": {"number": number}},
            "execution_count": 1 if text else None,
            "outputs": [{"output_type": "stream", "name": "stdout", "text": text}] if text else [],
        }
        for number, text in enumerate(printed, start=1)
    ]
    return parse(json.dumps({"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": cells}).encode(), "")[0]


def case(name: str, *printed: str) -> JobOfTest:
    path, _, variant = name.partition("#")
    flags = tuple(CellFlags("x") for _ in printed)
    return JobOfTest(Job(path, variant or None, b"", PYTHON), None if variant else notebook(*printed), flags)


def outcome(*printed: str, failure: RunFailure | None = None, notes: tuple[str, ...] = ()) -> Outcome:
    return Outcome(to_json(notebook(*printed)), failure, 1.5, notes=notes)


def executor(outcomes: dict[str, Outcome]) -> Executor:
    """Runs nothing, and says what it was told to."""

    def execute(jobs: Sequence[Job], watch: Watch) -> Generator[tuple[Job, Outcome], None, None]:
        yield from ((job, outcomes[job.name]) for job in reversed(jobs) if job.name in outcomes)

    return execute


def unwatched(step: Progress) -> None:
    pass


def results(
    tests: Sequence[JobOfTest], outcomes: dict[str, Outcome], *, compares: bool = True
) -> tuple[LiterateResult, ...]:
    return run_literate_tests(tests, executor(outcomes), unwatched, tolerance=Tolerance() if compares else None).results


def test_a_notebook_passes_without_an_error_and_with_its_committed_outputs() -> None:
    assert results([case("a.ipynb", "1\n")], {"a.ipynb": outcome("1\n")}) == (
        LiterateResult("a.ipynb", Verdict.PASSED, 1.5),
    )


def test_a_notebook_fails_where_it_failed() -> None:
    assert results([case("a.ipynb", "1\n")], {"a.ipynb": outcome(failure=DIVISION)}) == (
        LiterateResult("a.ipynb", Verdict.FAILED, 1.5, DIVISION),
    )


def test_outputs_that_differ_count_only_where_they_are_compared() -> None:
    tests, outcomes = [case("a.ipynb", "same\n", "old\n")], {"a.ipynb": outcome("same\n", "new\n")}
    difference = CellDifference(2, DifferenceKind.TEXT, "what it printed differs", ("- old", "+ new"), 0, 1)

    assert results(tests, outcomes) == (LiterateResult("a.ipynb", Verdict.DIFFERS, 1.5, differences=(difference,)),)
    assert results(tests, outcomes, compares=False) == (LiterateResult("a.ipynb", Verdict.PASSED, 1.5),)


def test_a_variant_is_not_compared_with_the_outputs_of_its_notebook() -> None:
    assert [found.verdict for found in results([case("a.ipynb#x", "1\n")], {"a.ipynb#x": outcome("2\n")})] == [
        Verdict.PASSED
    ]


def test_stripped_outputs_are_said_and_not_compared() -> None:
    (found,) = results([case("a.ipynb", "")], {"a.ipynb": outcome("1\n")})

    assert (found.verdict, found.notes) == (Verdict.PASSED, ("no outputs are committed to compare with",))


def test_results_come_in_the_order_that_was_asked_for_and_skipped_ones_last() -> None:
    report = run_literate_tests(
        [case("b.ipynb", "1\n"), case("a.ipynb", "1\n"), case("c.ipynb", "1\n")],
        executor({"a.ipynb": outcome("1\n"), "b.ipynb": outcome("1\n")}),
        unwatched,
        tolerance=Tolerance(),
        skipped=[("d.ipynb", "it holds no code")],
    )

    assert [(found.name, found.verdict) for found in report.results] == [
        ("b.ipynb", Verdict.PASSED),
        ("a.ipynb", Verdict.PASSED),
        ("c.ipynb", Verdict.FAILED),
        ("d.ipynb", Verdict.SKIPPED),
    ]
    assert report.results[2].failure == RunFailure(FailureKind.LOST, "the run gave no result", "run it again")


def test_an_error_fails_a_test_whatever_the_notebook_does_after_errors() -> None:
    seen: list[Job] = []

    def execute(jobs: Sequence[Job], watch: Watch) -> Generator[tuple[Job, Outcome], None, None]:
        seen.extend(jobs)
        yield from ()

    test = case("a.ipynb", "1\n")
    run_literate_tests(
        [replace(test, job=replace(test.job, goes_on_after_errors=True))], execute, unwatched, tolerance=None
    )

    assert [job.goes_on_after_errors for job in seen] == [False]


def test_no_secret_of_a_run_gets_into_a_report() -> None:
    told = replace(DIVISION, problem=f"E: {KEY}", last_line=f"E: {KEY}")
    outcomes = {
        "a.ipynb": outcome("1\n", f"{KEY}\n"),
        "b.ipynb": outcome("1\n", failure=told, notes=(f"it said {KEY}",)),
    }
    report = run_literate_tests(
        [case("a.ipynb", "1\n", "2\n"), case("b.ipynb", "1\n")], executor(outcomes), unwatched, tolerance=Tolerance()
    )

    assert KEY not in repr(report)
    assert [found.verdict for found in report.results] == [Verdict.FAILED, Verdict.FAILED]
    assert report.results[0].failure is not None
    assert (report.results[0].failure.kind, report.results[0].failure.cell) == (FailureKind.LEAK, 2)


def test_no_secret_of_what_was_committed_gets_into_a_report() -> None:
    (found,) = results([case("a.ipynb", f"a\n{KEY}\n")], {"a.ipynb": outcome("a\nb\n")})

    assert [difference.excerpt for difference in found.differences] == [
        ("withheld: the committed output holds a secret",)
    ]


def test_a_waiver_is_told() -> None:
    test = replace(case("a.ipynb", f"{KEY}\n"), flags=(CellFlags("x", waived_leaks=("aws-key",)),))

    (found,) = results([test], {"a.ipynb": outcome(f"{KEY}\n")})

    assert (found.verdict, found.notes) == (
        Verdict.PASSED,
        ("`aws-key` in cell 1 is let through, as `leak-ok` allows",),
    )


def test_a_report_says_what_to_mend_and_counts() -> None:
    differences = (
        CellDifference(4, DifferenceKind.NUMBER, "a number differs", ("  a", "- 1.5", "+ 2.5"), 12, 7),
        CellDifference(6, DifferenceKind.SIZE, "its picture is larger"),
    )
    report = LiterateReport(
        (
            LiterateResult("a.ipynb", Verdict.PASSED, 2.0),
            LiterateResult("b.ipynb", Verdict.FAILED, failure=DIVISION),
            LiterateResult("c.ipynb#x", Verdict.DIFFERS, differences=differences),
            LiterateResult("d.ipynb", Verdict.SKIPPED, because="it holds no code"),
        ),
        12.34,
    )

    assert list(report_lines(report)) == [
        "b.ipynb, cell 2 (In [5]), line 3: ZeroDivisionError: division by zero\n  mend: mend the cell",
        "c.ipynb#x, cell 4 (In [7]): a number differs",
        "      a",
        "    - 1.5",
        "    + 2.5",
        "    … and 12 more lines that differ",
        "c.ipynb#x, cell 6: its picture is larger",
        (
            "  mend: commit the new outputs if they are right; where they are others at every run, "
            "write `#| compare: false` in the cell"
        ),
        "d.ipynb: skipped because it holds no code",
        "1 passed, 1 failed, 1 differs, 1 skipped · 12.3 s",
    ]
    assert "a.ipynb: passed in 2.0 s" in report_lines(report, verbose=True)
    assert not report.is_good
    assert list(report_lines(LiterateReport(()))) == ["0 passed · 0.0 s"]


def test_of_one_cell_no_more_lines_than_a_screen_holds_are_shown() -> None:
    many = tuple(
        CellDifference(1, DifferenceKind.TEXT, f"output {number}", tuple(f"- {line}" for line in range(18)))
        for number in range(3)
    )
    report = LiterateReport((LiterateResult("a.ipynb", Verdict.DIFFERS, differences=many),))

    lines = list(report_lines(report))

    assert sum(line.startswith("    - ") for line in lines) == 20
    assert [line for line in lines if "more" in line] == [
        "    … and 16 more lines that differ",
        "    … and 18 more lines that differ",
    ]


@pytest.mark.kernel
@pytest.mark.timeout(120)
def test_real_notebooks_pass_fail_and_differ(tmp_path: Path) -> None:
    kernel = choose_kernel("", "python")[0]

    def real(name: str, source: str, *printed: str) -> JobOfTest:
        committed = notebook(*printed)
        committed = replace(committed, cells=tuple(replace(cell, source=source) for cell in committed.cells))
        flags = tuple(CellFlags(source) for _ in printed)
        return JobOfTest(Job(name, None, prepared(committed, flags), kernel), committed, flags)

    report = run_literate_tests(
        [
            real("a.ipynb", "print(object(), 1 / 3)", "<object object at 0x7f00000000aa> 0.3333333334\n"),
            real("b.ipynb", "1 / 0", "1\n"),
            real("c.ipynb", "print(1 / 3)", "0.34\n"),
            real("d.ipynb", f"print('{KEY[:4]}' + '{KEY[4:]}')", "1\n"),
        ],
        LocalExecutor(tmp_path, jobs=2),
        unwatched,
        tolerance=Tolerance(),
    )

    assert [(found.name, found.verdict) for found in report.results] == [
        ("a.ipynb", Verdict.PASSED),
        ("b.ipynb", Verdict.FAILED),
        ("c.ipynb", Verdict.DIFFERS),
        ("d.ipynb", Verdict.FAILED),
    ]
    failures = [found.failure for found in report.results if found.failure is not None]
    assert [(failure.kind, failure.cell) for failure in failures] == [(FailureKind.ERROR, 1), (FailureKind.LEAK, 1)]
