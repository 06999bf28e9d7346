"""Previews that nobody needs any more go, and their comments say so."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.github.fake_api import FakeApi, serving
from tests.github.previews import pull
from tests.steps.on_github import Job, bare_repository
from tests.steps.test_publish_preview import build, publish

CLOSING = {"action": "closed", "pull_request": {"number": 7}}
NIGHTLY = {"schedule": "41 3 * * *"}
RECENT = datetime.now(UTC) - timedelta(days=2)


@pytest.fixture
def job(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Job]:
    """Pull requests 7, 8 and 9 are open and have previews; so is 10, which has none."""
    api = FakeApi(pulls={number: {**pull(), "number": number} for number in (7, 8, 9, 10)})
    with serving(api):
        job = Job(api, tmp_path, monkeypatch, bare_repository(tmp_path / "remote.git"))
        for number in (7, 8, 9):
            build(job, number=number, now=RECENT)
            publish(job, PR=str(number))
        api.requests.clear()
        yield job


def shown(job: Job) -> set[str]:
    return {path.split("/")[1] for path in job.branch() if path.startswith("pr-preview/")}


def close(job: Job, number: int) -> None:
    job.api.pulls[number]["state"] = "closed"


def clean(job: Job, event: dict[str, Any], **environ: str) -> tuple[int, tuple[str, ...]]:
    name = "pull_request_target" if event is CLOSING else "schedule"
    result = job.run("clean_previews", event=event, run=600, GITHUB_EVENT_NAME=name, **environ)
    return result.exit_code, result.lines


def test_closing_a_pull_request_removes_its_preview_and_no_other(job: Job) -> None:
    close(job, 7)
    close(job, 8)

    code, lines = clean(job, CLOSING)

    assert (code, shown(job)) == (0, {"pr-8", "pr-9"})
    assert lines == ("Removed the preview of pull request 7: the pull request is closed.",)
    assert "removed, since the pull request is closed" in job.api.own_comments(7)[0]
    assert "Look at the preview" in job.api.own_comments(8)[0]


def look(job: Job, event: dict[str, Any]) -> str:
    name = "pull_request_target" if event is not NIGHTLY else "schedule"
    job.run("clean_previews", "--look", event=event, run=600, GITHUB_EVENT_NAME=name)
    return job.outputs["any"]


def test_only_where_there_is_something_to_remove_a_job_that_may_write_starts(job: Job) -> None:
    without = {"action": "closed", "pull_request": {"number": 10}}

    assert [look(job, event) for event in (CLOSING, NIGHTLY, without)] == ["true", "true", "false"]


def test_a_pull_request_that_was_opened_again_keeps_its_preview(job: Job) -> None:
    assert clean(job, CLOSING) == (0, ("No preview was to be removed.",))
    assert shown(job) == {"pr-7", "pr-8", "pr-9"}


def test_the_sweep_removes_what_is_closed_or_gone(job: Job) -> None:
    close(job, 8)
    del job.api.pulls[9]

    code, lines = clean(job, NIGHTLY)

    assert (code, shown(job)) == (0, {"pr-7"})
    assert len(lines) == 2
    assert "removed, since the pull request is closed" in job.api.own_comments(8)[0]
    assert "removed, since the pull request is gone" in job.api.own_comments(9)[0]


def test_the_sweep_removes_what_is_older_than_thirty_days(job: Job) -> None:
    for days, number in ((29, 7), (31, 10)):
        build(job, number=number, now=datetime.now(UTC) - timedelta(days=days))
        publish(job, PR=str(number))

    clean(job, NIGHTLY)

    assert shown(job) == {"pr-7", "pr-8", "pr-9"}
    assert "older than 30 days" in job.api.own_comments(10)[0]


def test_a_sweep_without_work_writes_nothing(job: Job) -> None:
    before = job.branch()

    assert clean(job, NIGHTLY) == (0, ("No preview was to be removed.",))
    assert (job.branch(), job.api.calls("POST", "PATCH", "DELETE")) == (before, [])


def test_where_there_is_no_branch_there_is_nothing_to_remove(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(FakeApi()) as api:
        job = Job(api, tmp_path, monkeypatch, bare_repository(tmp_path / "remote.git"))

        assert clean(job, NIGHTLY) == (0, ("No preview was to be removed.",))
        assert job.branch() == []


def test_a_pull_request_that_cannot_be_asked_for_keeps_its_preview_and_stops_no_other(job: Job) -> None:
    close(job, 8)
    close(job, 9)
    job.api.refused[("GET", ".*/pulls/8")] = (403, "Resource not accessible by integration")

    code, lines = clean(job, NIGHTLY)

    assert (code, shown(job)) == (3, {"pr-7", "pr-8"})
    assert any(line.startswith("Pull request 8 was left") for line in lines)


def test_no_comment_is_written_where_there_is_none(job: Job) -> None:
    job.api.comments.clear()
    close(job, 7)

    clean(job, CLOSING)

    assert (shown(job), job.api.comments) == ({"pr-8", "pr-9"}, [])


def test_the_comment_says_so_although_a_newer_run_has_spoken(job: Job) -> None:
    close(job, 7)
    body = '<!-- inkmill:preview -->\n<!-- {"run": 900, "sha": "", "shown": "", "stage": "failed"} -->\nfailed'
    job.api.comments[0]["body"] = body

    clean(job, CLOSING)

    assert "removed, since the pull request is closed" in job.api.own_comments(7)[0]


def test_a_comment_on_a_build_that_never_ended_is_closed_with_its_pull_request(job: Job) -> None:
    close(job, 7)
    job.api.comments.clear()
    job.api.add_comment(7, '<!-- inkmill:preview -->\n<!-- {"stage": "building"} -->\nbuilding')
    clean(job, CLOSING)
    job.api.comments[0]["body"] = '<!-- inkmill:preview -->\n<!-- {"stage": "building"} -->\nbuilding'

    clean(job, CLOSING)

    assert "removed" in job.api.own_comments(7)[0]


@pytest.mark.slow
@pytest.mark.parametrize("is_done", [False, True])
def test_wherever_it_breaks_a_second_run_makes_it_right(is_done: bool, job: Job) -> None:
    for place in range(1, 7):
        job.api.pulls[7]["state"] = "open"
        build(job, now=RECENT + timedelta(minutes=place))
        publish(job, run=600 + place)
        close(job, 7)
        job.api.requests.clear()
        job.api.fails_from, job.api.does_the_failing = place, is_done
        clean(job, CLOSING)
        job.api.fails_from = 0

        clean(job, CLOSING)

        assert shown(job) == {"pr-8", "pr-9"}
        (comment,) = job.api.own_comments(7)
        assert "removed" in comment
