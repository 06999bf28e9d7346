"""What a refresh did is told in one issue, and the schedule is kept alive."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from generator.model.execution import FailureKind, RunFailure
from generator.model.plan import RunReport, RunResult
from generator.model.tally import RunTally
from generator.stages.refresh_result import write_result
from generator.steps.result import StepResult
from tests.github.fake_api import FakeApi, serving
from tests.steps.on_github import Job

NOW = datetime(2026, 11, 26, 5, 20, tzinfo=UTC)
FAILURE = RunFailure(FailureKind.ERROR, "KeyError: 'x'", "mend the cell", 3, 2, 1, "KeyError: 'x'")
ENABLED = [f"PUT /repos/jane/blog/actions/workflows/{name}.yml/enable" for name in ("refresh", "preview", "upgrade")]


@pytest.fixture
def job(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Job]:
    with serving(FakeApi()) as api:
        yield Job(api, tmp_path, monkeypatch)


def refresh(job: Job, **statuses: str) -> None:
    """Leave the artifact of a refresh in which notebooks ended so."""
    results = [
        RunResult(f"_notebooks/{name}.ipynb", status, FAILURE if status in ("failed", "kept") else None, 1.5)
        for name, status in sorted(statuses.items())
    ]
    write_result(job.folder / "refreshed/refresh.json", RunReport(tuple(results), (), RunTally()), NOW)


def report(job: Job, run: int | str = 500, **ends: str) -> StepResult:
    environ = {"REFRESH_RESULT": "success", "KEEP_RESULT": "success", "PUBLISH_RESULT": "success", **ends}
    words = ("--from", str(job.folder / "refreshed"))
    return job.run("report_refresh", *words, event={"schedule": "17 5 * * *"}, **{**environ, "run": str(run)})


def issue(job: Job) -> dict[str, Any]:
    """The only one there is."""
    (found,) = job.api.issues
    return found


def comments(job: Job) -> list[str]:
    """What was said below it, without what is hidden."""
    return [body.split("\n", 2)[2] for body in job.api.own_comments(issue(job)["number"])]


def test_a_failure_opens_an_issue_that_shows_it(job: Job) -> None:
    refresh(job, a="kept", b="ok")

    result = report(job)

    assert result.exit_code == 0
    assert (issue(job)["title"], issue(job)["labels"]) == (
        "Notebooks could not be refreshed",
        [{"name": "inkmill-refresh"}],
    )
    body = issue(job)["body"]
    assert "| <code>\\_notebooks/a.ipynb</code> | 2026-11-26 | error in cell 3, line 1; its page shows" in body
    assert "<code>KeyError: 'x'</code>" in body
    assert "b.ipynb" not in body
    assert "[this run](https://github.com/jane/blog/actions/runs/500)" in body
    assert comments(job) == []


def test_the_same_failure_rewrites_the_issue_and_says_nothing_more(job: Job) -> None:
    refresh(job, a="kept")
    report(job)
    report(job, run=501)

    assert "runs/501" in issue(job)["body"]
    assert comments(job) == []


def test_another_failure_is_told_once(job: Job) -> None:
    refresh(job, a="kept", b="ok")
    report(job)
    refresh(job, a="ok", b="failed")
    report(job, run=501)
    report(job, run=502)

    (told,) = comments(job)
    assert "Now fails, too:\n\n- <code>\\_notebooks/b.ipynb</code>" in told
    assert "Can be run again:\n\n- <code>\\_notebooks/a.ipynb</code>" in told


def test_recovery_closes_the_issue_with_a_word(job: Job) -> None:
    refresh(job, a="kept")
    report(job)
    refresh(job, a="ok")
    report(job, run=501)
    report(job, run=502)

    assert (issue(job)["state"], issue(job)["state_reason"]) == ("closed", "completed")
    (told,) = comments(job)
    assert "All can be run again." in told


def test_a_failure_after_recovery_opens_the_same_issue_again(job: Job) -> None:
    for run, status in enumerate(("kept", "ok", "failed", "ok", "kept"), start=500):
        refresh(job, a=status)
        report(job, run=run)

    assert issue(job)["state"] == "open"
    assert len(comments(job)) == 4


def test_an_issue_that_a_person_closed_stays_closed_until_others_fail(job: Job) -> None:
    refresh(job, a="kept", b="ok")
    report(job)
    issue(job)["state"] = "closed"
    report(job, run=501)
    state_after_the_same = issue(job)["state"]
    refresh(job, a="kept", b="kept")
    report(job, run=502)

    assert (state_after_the_same, issue(job)["state"]) == ("closed", "open")


def test_a_notebook_that_is_not_due_keeps_the_issue_open_and_its_day(job: Job) -> None:
    refresh(job, a="kept")
    report(job)
    job.api.issues[0]["body"] = issue(job)["body"].replace("2026-11-26", "2026-11-01")
    refresh(job, a="not-due")
    report(job, run=501)

    assert issue(job)["state"] == "open"
    assert "a.ipynb</code> | 2026-11-01 | it was not due again | – |" in issue(job)["body"]


def test_a_run_that_broke_is_reported_and_recovers(job: Job) -> None:
    report(job, REFRESH_RESULT="failure", KEEP_RESULT="failure", PUBLISH_RESULT="failure")
    broken = issue(job)["body"]
    refresh(job, a="ok")
    report(job, run=501)

    assert "<code>the run itself</code> | " in broken
    assert issue(job)["state"] == "closed"


@pytest.mark.parametrize("end", ["cancelled", "skipped"])
def test_a_run_that_was_stopped_reports_nothing(end: str, job: Job) -> None:
    refresh(job, a="kept")
    report(job)
    before = dict(issue(job))
    (job.folder / "refreshed/refresh.json").unlink()

    result = report(job, run=501, REFRESH_RESULT=end, KEEP_RESULT="skipped", PUBLISH_RESULT="skipped")

    assert (result.exit_code, issue(job), comments(job)) == (0, before, [])


def test_all_is_well_and_nothing_is_written(job: Job) -> None:
    refresh(job, a="ok", b="not-due")

    result = report(job)

    assert (result.exit_code, job.api.issues) == (0, [])
    assert job.api.calls("POST", "PATCH", "DELETE") == []


def test_every_run_keeps_the_schedules_alive(job: Job) -> None:
    refresh(job, a="ok")
    report(job)
    report(job, run=501, REFRESH_RESULT="cancelled")

    assert job.api.calls("PUT") == [*ENABLED, *ENABLED]


def test_a_schedule_that_cannot_be_kept_alive_is_a_warning(job: Job) -> None:
    job.api.refused[("PUT", ".*")] = (403, "Resource not accessible by integration")
    refresh(job, a="kept")

    result = report(job)

    assert result.exit_code == 0
    assert result.lines[0].startswith("::warning::The schedule of refresh.yml could not be kept alive")
    assert issue(job)["state"] == "open"


def test_where_issues_are_turned_off_the_summary_has_to_do(job: Job) -> None:
    job.api.refused[("GET", "/repos/jane/blog/issues")] = (410, "Issues are disabled for this repo")
    refresh(job, a="kept")

    result = report(job)

    assert (result.exit_code, job.api.issues) == (0, [])
    assert "| <code>\\_notebooks/a.ipynb</code> | kept: KeyError: 'x' | 1.5 | – |" in job.summary


def test_the_summary_shows_every_notebook_and_how_the_jobs_ended(job: Job) -> None:
    refresh(job, a="kept", b="not-due")

    report(job, PUBLISH_RESULT="cancelled")

    assert "| <code>\\_notebooks/b.ipynb</code> | not-due | 1.5 | – |" in job.summary
    assert "run and build: success · keep the runs: success · publish: cancelled" in job.summary


def test_a_label_that_cannot_be_made_does_not_hinder_the_issue(job: Job) -> None:
    job.api.refused[("POST", ".*/labels")] = (403, "Resource not accessible by integration")
    refresh(job, a="kept")

    report(job)

    assert (issue(job)["state"], issue(job)["labels"]) == ("open", [])


def test_a_label_that_exists_is_used(job: Job) -> None:
    job.api.labels.append("inkmill-refresh")
    refresh(job, a="kept")

    report(job)

    assert issue(job)["labels"] == [{"name": "inkmill-refresh"}]


def test_a_marker_that_somebody_pasted_makes_no_issue_ours(job: Job) -> None:
    pasted = "<!-- inkmill:refresh -->\nmine"
    job.api.add_issue("mine", pasted, {"login": "eve", "type": "User"})
    job.api.add_issue("a pull request", pasted, pull_request={"url": "x"})
    job.api.add_issue("of another workflow", "unrelated")
    refresh(job, a="kept")

    report(job)

    assert [found["body"] for found in job.api.issues[:3]] == [pasted, pasted, "unrelated"]
    assert len(job.api.issues) == 4


def test_an_issue_whose_hidden_part_was_edited_is_written_anew(job: Job) -> None:
    refresh(job, a="kept")
    report(job)
    issue(job)["body"] = '<!-- inkmill:refresh -->\r\n<!-- {"failing": {"x": "<b>"}} -->\r\nedited'

    report(job, run=501)

    assert "edited" not in issue(job)["body"]
    assert "<b>" not in issue(job)["body"]
    assert len(comments(job)) == 1


def test_an_older_run_does_not_overwrite_what_a_newer_one_reported(job: Job) -> None:
    refresh(job, a="kept")
    report(job, run=600)
    before = dict(issue(job))
    refresh(job, a="ok")

    report(job, run=599)

    assert issue(job) == before


def test_names_and_errors_of_notebooks_are_inert_in_the_issue(job: Job) -> None:
    hostile = "@jane #1 <img src=x> | [x](https://evil.example) \u202e::error::"
    failure = RunFailure(FailureKind.ERROR, hostile, hostile, 1, 1, 1, hostile)
    results = (RunResult(f"_notebooks/{hostile}.ipynb", "failed", failure),)
    write_result(job.folder / "refreshed/refresh.json", RunReport(results, (), RunTally()), NOW)

    result = report(job)

    for text in (issue(job)["body"], job.summary, *result.lines):
        for alive in ("@jane", "#1", "<img", "](https://evil", "https://evil", "\u202e"):
            assert alive not in text, alive


WRONG = {
    "no JSON": "{",
    "another version": json.dumps({"version": 2}),
    "no time": json.dumps({"version": 1, "now": "soon", "notebooks": [], "errors": []}),
    "a status of its own": json.dumps(
        {"version": 1, "now": NOW.isoformat(), "notebooks": [{"name": "a", "status": "fine"}], "errors": []}
    ),
    "a list": "[]",
}


@pytest.mark.parametrize("case", sorted(WRONG))
def test_a_report_that_is_not_as_a_refresh_writes_it_counts_as_none(case: str, job: Job) -> None:
    (job.folder / "refreshed").mkdir()
    (job.folder / "refreshed/refresh.json").write_text(WRONG[case], encoding="utf-8")

    result = report(job)

    assert result.exit_code == 0
    assert "<code>the run itself</code>" in issue(job)["body"]
    assert "There is no report of it: refresh.json" in job.summary


def test_a_long_list_fits_into_an_issue_and_a_long_error_into_its_row(job: Job) -> None:
    failure = RunFailure(FailureKind.ERROR, "e" * 50_000, "m", 1, 1, 1, "l" * 50_000)
    results = tuple(RunResult(f"_notebooks/{number:04}{'n' * 200}.ipynb", "failed", failure) for number in range(400))
    folder = job.folder / "refreshed"
    write_result(folder / "refresh.json", RunReport(results[:50], (), RunTally()), NOW)
    report(job)
    write_result(folder / "refresh.json", RunReport(results[:190], (), RunTally()), NOW)
    report(job, run=501)

    assert len(issue(job)["body"]) < 65_536
    assert all(len(text) < 65_536 for text in comments(job))
    assert issue(job)["body"].endswith("</sub>") or "left out" in issue(job)["body"]


@pytest.mark.parametrize("variable", ["REFRESH_RESULT", "KEEP_RESULT", "PUBLISH_RESULT"])
def test_a_variable_that_is_no_result_is_wrong_usage(variable: str, job: Job) -> None:
    result = report(job, **{variable: "perhaps"})

    assert (result.exit_code, job.api.requests) == (2, [])


MOVES = [("", "kept"), ("kept", "failed b"), ("kept", "ok"), ("kept ok", "kept")]


@pytest.mark.parametrize("is_done", [False, True])
@pytest.mark.slow
@pytest.mark.parametrize("move", range(len(MOVES)))
def test_wherever_it_breaks_a_second_run_leaves_one_issue_and_one_comment(move: int, is_done: bool, job: Job) -> None:
    earlier, now = MOVES[move]
    place = 0
    while True:
        place += 1
        for kept in (job.api.comments, job.api.issues, job.api.labels):
            kept.clear()
        for run, status in enumerate(earlier.split(), start=100):
            refresh(job, a=status)
            report(job, run=run)
        said = len(job.api.comments)
        refresh(job, a="ok", b="kept") if now == "failed b" else refresh(job, a=now)
        job.api.requests.clear()
        job.api.fails_from, job.api.does_the_failing = place, is_done
        report(job)
        if job.api.fails_from > len(job.api.requests):
            break
        job.api.fails_from = 0
        assert report(job).exit_code == 0
        assert issue(job)["state"] == ("closed" if now == "ok" else "open")
        assert len(comments(job)) == said + (1 if earlier else 0)
    job.api.fails_from = 0
    assert place > 2
