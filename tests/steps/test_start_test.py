"""start-test: the blog's own workflow is started once for the commit, and comment and label say so."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from generator.steps.result import StepResult
from tests.github.fake_api import BOT
from tests.github.previews import COMMENT, SHA
from tests.steps.experiments import EVENT, LATER, a_job, about
from tests.steps.on_github import RUN, Job


@pytest.fixture
def job(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Job]:
    with a_job(tmp_path, monkeypatch) as one:
        one.api.reactions.append({"id": 1, "comment": COMMENT, "content": "eyes", "user": BOT})
        yield one


def started(job: Job, workflow: str, run: int = RUN) -> StepResult:
    return job.run("start_test", event=EVENT, run=run, **about("full-test", WORKFLOW=workflow))


def test_the_workflow_is_started_on_the_default_branch_with_commit_and_pull_request(job: Job) -> None:
    job.api.issue_labels[7] = ["full test: passed", "bug"]

    result = started(job, "argo.yml")

    assert result.exit_code == 0
    assert job.api.dispatches == [{"workflow": "argo.yml", "ref": "main", "inputs": {"sha": SHA, "pr": "7"}}]
    (body,) = job.api.own_comments(7)
    assert body.startswith("<!-- inkmill:full-test -->\n")
    assert "is running ([its page](https://github.com/jane/blog/actions/workflows/argo.yml))" in body
    assert job.api.issue_labels[7] == ["bug", "full test: running"]
    assert job.api.own_reactions(COMMENT) == ["rocket"]


@pytest.mark.parametrize(
    ("workflow", "said"),
    [
        ("", "the variable FULL\\_TEST\\_WORKFLOW of this repository names no workflow. Set it under"),
        ("../x.sh", "the variable FULL\\_TEST\\_WORKFLOW is no name of a workflow. Mend"),
    ],
    ids=["none", "no-name"],
)
def test_where_no_workflow_is_named_the_comment_says_how(job: Job, workflow: str, said: str) -> None:
    job.api.issue_labels[7] = ["full test: passed", "bug"]

    result = started(job, workflow)

    (body,) = job.api.own_comments(7)
    assert result.exit_code == 1
    assert job.api.dispatches == []
    assert said in body
    assert job.api.issue_labels[7] == ["bug"]
    assert job.api.own_reactions(COMMENT) == ["confused"]


@pytest.mark.parametrize("status", [404, 422], ids=["no-workflow", "other-inputs"])
def test_a_workflow_that_github_does_not_start_is_told_with_the_mend(job: Job, status: int) -> None:
    job.api.refused["POST", ".*/dispatches"] = (status, "Unexpected inputs provided: @jane")

    result = started(job, "argo.yml")

    (body,) = job.api.own_comments(7)
    assert result.exit_code == 1
    assert "GitHub did not start argo.yml" in body
    assert "the inputs sha, pr" in body
    assert "@jane" not in body


def test_where_github_does_not_answer_the_comment_does_not_wait_for_ever_and_nothing_is_started_twice(job: Job) -> None:
    job.api.refused["POST", ".*/dispatches"] = (500, "in trouble")

    result = started(job, "argo.yml")

    (body,) = job.api.own_comments(7)
    assert result.exit_code == 4
    assert "nothing was started" not in body
    assert "is not known" in body
    assert len([call for call in job.api.calls("POST") if call.endswith("/dispatches")]) == 1


def test_a_test_that_has_reported_by_now_keeps_its_words(job: Job) -> None:
    words = ("--pr", "7", "--sha", SHA, "--state", "success")
    started(job, "argo.yml")
    job.run("report", *words, event=EVENT, run=LATER)

    started(job, "argo.yml")

    (body,) = job.api.own_comments(7)
    assert "passed" in body
    assert job.api.issue_labels[7] == ["full test: passed"]
