"""What fails after a refresh, and what becomes of the issue about it."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from generator.github.failing import Failing, Move, Refreshed, digest_of, failing_now, move_of
from generator.github.job_results import JobResult
from generator.github.refresh_report import NotebookFailure, RefreshedNotebook, RefreshReport
from generator.model.preview import ReportedProblem

NOW = datetime(2026, 11, 26, 5, 20, tzinfo=UTC)
BROKEN = NotebookFailure("error", "KeyError: 'x'", "KeyError: 'x'", 3, 2)
A, B = "_notebooks/a.ipynb", "_notebooks/b.ipynb"
OLD = "2026-11-01"


def notebook(name: str, status: str) -> RefreshedNotebook:
    return RefreshedNotebook(name, status, 1.0, None, BROKEN if status in ("failed", "kept") else None)


def refreshed(*statuses: str, ends: str = "success success success", error: str = "") -> Refreshed:
    """A run in which notebooks a, b, … ended so; its jobs as ends says."""
    notebooks = tuple(
        notebook(f"_notebooks/{letter}.ipynb", status) for letter, status in zip("abc", statuses, strict=False)
    )
    errors = (ReportedProblem(True, "_config.yml:3", error),) if error else ()
    return Refreshed(NOW, RefreshReport(NOW, notebooks, errors), "", *map(JobResult, ends.split(" ")))


def lost(ends: str) -> Refreshed:
    return Refreshed(NOW, None, "there is no such file", *map(JobResult, ends.split(" ")))


def names(run: Refreshed, *before: str) -> list[str | None] | None:
    failing = failing_now(run, {digest_of(name): OLD for name in before})
    return None if failing is None else [part.name for part in failing]


def test_a_notebook_fails_whether_or_not_older_outputs_were_kept() -> None:
    assert names(refreshed("ok", "kept", "failed")) == [B, "_notebooks/c.ipynb"]


def test_a_notebook_that_was_not_due_again_fails_as_before() -> None:
    assert names(refreshed("not-due", "not-due"), A) == [A]
    assert names(refreshed("not-run"), A) == [A]


@pytest.mark.parametrize(("day", "failing"), [(1, [A]), (2, [])])
def test_a_notebook_that_is_not_due_fails_no_more_once_it_ran_well_on_a_later_day(day: int, failing: list[str]) -> None:
    run = refreshed("not-due")
    assert run.report is not None
    ran = replace(run.report.notebooks[0], ran_at=datetime(2026, 11, day, 5, 20, tzinfo=UTC))

    assert names(replace(run, report=replace(run.report, notebooks=(ran,))), A) == failing


def test_a_secret_in_an_output_fails_the_job_and_is_told_once() -> None:
    run = refreshed("kept", ends="failure success success")
    assert run.report is not None
    leaks = replace(run.report.notebooks[0], failure=replace(BROKEN, kind="leak"))

    assert names(replace(run, report=replace(run.report, notebooks=(leaks,)))) == [A]


@pytest.mark.parametrize("status", ["ok", "cached", "disabled"])
def test_a_notebook_that_could_be_run_or_need_not_be_fails_no_more(status: str) -> None:
    assert names(refreshed(status), A) == []


def test_a_notebook_that_is_gone_fails_no_more() -> None:
    assert names(refreshed("ok"), A, B) == []


def test_since_is_the_day_of_the_first_failure() -> None:
    failing = failing_now(refreshed("failed", "failed"), {digest_of(A): OLD})

    assert failing is not None
    assert [part.since for part in failing] == [OLD, "2026-11-26"]


PARTS: dict[str, tuple[Refreshed, list[str | None] | None]] = {
    "all is well": (refreshed("ok"), []),
    "no report": (lost("failure skipped skipped"), ["the run itself"]),
    "no report though all went well": (lost("success success success"), ["the run itself"]),
    "no report at a desk": (Refreshed(NOW, None, "none", *[JobResult.UNKNOWN] * 3), ["the run itself"]),
    "cancelled": (lost("cancelled skipped skipped"), None),
    "skipped": (lost("skipped skipped skipped"), None),
    "cancelled after the notebooks": (refreshed("kept", ends="cancelled success skipped"), [A]),
    "cancelled after the notebooks, and runs were lost": (
        refreshed("ok", ends="cancelled failure skipped"),
        ["keeping the runs"],
    ),
    "the build failed": (refreshed("ok", ends="failure success failure"), ["the run itself"]),
    "the build failed, older outputs were kept": (
        refreshed("kept", ends="failure success failure"),
        ["the run itself", A],
    ),
    "a notebook failed the job": (refreshed("failed", ends="failure success success"), [A]),
    "publishing failed": (refreshed("ok", ends="success success failure"), ["publishing"]),
    "keeping failed": (refreshed("kept", ends="success failure success"), ["keeping the runs", A]),
    "later jobs were stopped": (refreshed("ok", ends="success cancelled skipped"), []),
}


@pytest.mark.parametrize("case", sorted(PARTS))
def test_what_broke_beside_notebooks_is_named(case: str) -> None:
    run, expected = PARTS[case]

    assert names(run) == expected


def test_a_run_without_a_report_leaves_notebooks_as_they_were() -> None:
    assert names(lost("failure skipped skipped"), A, B) == ["the run itself", None, None]
    assert names(lost("failure skipped skipped"), "the run itself") == ["the run itself"]


def test_a_broken_run_shows_its_first_error() -> None:
    failing = failing_now(refreshed(ends="failure skipped skipped", error="no such key"), {})

    assert failing is not None
    assert failing[0].last_line == "_config.yml:3: no such key"


def test_the_row_of_a_notebook_says_how_and_what_its_page_shows() -> None:
    run = refreshed("failed", "kept", "kept")
    assert run.report is not None
    first, second, third = run.report.notebooks
    run = replace(run, report=replace(run.report, notebooks=(first, second, replace(third, ran_at=NOW))))

    failing = failing_now(run, {})

    assert failing is not None
    assert [part.how for part in failing] == [
        "error in cell 3, line 2; nothing older to show",
        "error in cell 3, line 2; its page shows the outputs it was saved with",
        "error in cell 3, line 2; its page shows the run of 2026-11-26 05:20 UTC",
    ]


@pytest.mark.parametrize(
    ("failure", "how", "last_line"),
    [
        (NotebookFailure("died", "the kernel died", "", None, None), "died", "the kernel died"),
        (NotebookFailure("timeout", "too slow", "", 3, None), "timeout in cell 3", "too slow"),
        (NotebookFailure("error", "x", "KeyError: 'x'", None, 2), "error", "KeyError: 'x'"),
        (None, "failed", ""),
    ],
)
def test_a_row_says_as_much_as_is_known(failure: NotebookFailure | None, how: str, last_line: str) -> None:
    broken = RefreshedNotebook(A, "failed", 1.0, None, failure)
    run = Refreshed(NOW, RefreshReport(NOW, (broken,)), "", *[JobResult.SUCCESS] * 3)

    failing = failing_now(run, {})

    assert failing == (Failing(digest_of(A), "2026-11-26", A, f"{how}; nothing older to show", last_line),)


def test_no_more_than_an_issue_holds_is_named() -> None:
    many = tuple(notebook(f"_notebooks/{number:04}.ipynb", "failed") for number in range(1000))
    run = Refreshed(NOW, RefreshReport(NOW, many), "", *[JobResult.SUCCESS] * 3)

    failing = failing_now(run, {})

    assert failing is not None
    assert len(failing) == 300
    assert failing == failing_now(run, {part.digest: part.since for part in failing})


MOVES = [
    (None, "", False, Move.NOTHING),
    (None, "a", False, Move.OPEN),
    ("a", "a", True, Move.REWRITE),
    ("a", "b", True, Move.TELL),
    ("a", "ab", True, Move.TELL),
    ("ab", "a", True, Move.TELL),
    ("ab", "ba", True, Move.REWRITE),
    ("", "a", True, Move.TELL),
    ("a", "", True, Move.CLOSE),
    ("", "", True, Move.CLOSE),
    ("", "", False, Move.NOTHING),
    ("", "a", False, Move.REOPEN),
    ("a", "a", False, Move.REWRITE),
    ("a", "ab", False, Move.REOPEN),
    ("a", "", False, Move.REWRITE),
]


@pytest.mark.parametrize(("known", "failing", "is_open", "move"), MOVES)
def test_the_issue_follows_what_fails(known: str | None, failing: str, is_open: bool, move: Move) -> None:
    assert move_of(known, failing, is_open=is_open) is move
