"""deploy: one finished run of this very commit, or nothing."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from generator.github.runs_file import ExperimentRuns, Unasked
from generator.steps.result import StepResult
from tests.github.fake_api import BOT
from tests.github.previews import COMMENT, OTHER, SHA, pull
from tests.github.runner_commands import obeyed
from tests.steps.experiments import EVENT, a_job, about, found, handed, run
from tests.steps.on_github import Job

MODEL = "acme/mnist/model:v3"


@pytest.fixture
def job(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Job]:
    with a_job(tmp_path, monkeypatch) as one:
        one.api.reactions.append({"id": 1, "comment": COMMENT, "content": "eyes", "user": BOT})
        yield one


def deployed(job: Job, runs: ExperimentRuns | None, **environ: str) -> StepResult:
    words = ("--from", handed(job, runs))
    values = {"RUN_ID": "r1", "WORKFLOW": "deploy.yml", **environ}
    return job.run("deploy", *words, event=EVENT, **about("deploy", **values))


def test_a_finished_run_of_the_commit_is_deployed_with_what_it_made(job: Job) -> None:
    result = deployed(job, found(run("r1"), artifacts=(MODEL, "acme/mnist/table:v1")))

    assert result.exit_code == 0
    (deployment,) = job.api.deployments
    assert (deployment["ref"], deployment["environment"], deployment["auto_merge"]) == (SHA, "production", False)
    assert deployment["payload"]["run_id"] == "r1"
    assert [status["state"] for status in deployment["statuses"]] == ["queued"]
    inputs = {"sha": SHA, "pr": "7", "run_id": "r1", "artifact": MODEL, "deployment": str(deployment["id"])}
    assert job.api.dispatches == [{"workflow": "deploy.yml", "ref": "main", "inputs": inputs}]
    (body,) = job.api.own_comments(7)
    assert body.startswith("<!-- inkmill:deploy -->\n")
    assert "the run [r1](https://wandb.ai/acme/mnist/runs/r1)" in body
    assert f"- `{MODEL}`" in body
    assert job.api.issue_labels[7] == ["deploy: started"]
    assert job.api.own_reactions(COMMENT) == ["rocket"]


def test_the_environment_is_the_one_that_the_repository_names(job: Job) -> None:
    deployed(job, found(run("r1")), ENVIRONMENT="staging")

    assert [one["environment"] for one in job.api.deployments] == ["staging"]
    assert "`staging`" in job.api.own_comments(7)[0]


@pytest.mark.parametrize(
    ("runs", "why"),
    [
        (found(), "there is no run r1 in acme/mnist"),
        (found(run("r2")), "there is no run r1 in acme/mnist"),
        (found(run("r1"), run("r1")), "several runs are called r1"),
        (found(run("r1"), more_runs=1), "several runs are called r1"),
        (found(run("r1", state="running")), "the run r1 is running, not finished"),
        (found(run("r1", state="crashed")), "the run r1 is crashed, not finished"),
        (found(run("r1", sha=OTHER)), f"the run r1 is of {OTHER}, and not of this commit"),
        (found(run("r1", sha=SHA[:39])), f"the run r1 is of {SHA[:39]}, and not of this commit"),
        (found(run("r1", config={})), "does not say its commit"),
        (found(run("r1"), artifacts=("acme/$(id)/model:v3",)), "has a name with more than letters"),
        (found(unasked=Unasked("unanswered", "nobody answers")), "Nobody answers. Comment the command again"),
        (found(unasked=Unasked("unconfigured", "nobody knows")), "  project: ENTITY/PROJECT"),
    ],
    ids=[
        "none",
        "another",
        "two",
        "more",
        "running",
        "crashed",
        "other-commit",
        "short-commit",
        "no-commit",
        "artifact-for-a-shell",
        "unanswered",
        "unconfigured",
    ],
)
def test_any_other_run_is_not_deployed_and_the_comment_says_why(job: Job, runs: ExperimentRuns, why: str) -> None:
    result = deployed(job, runs)

    (body,) = job.api.own_comments(7)
    assert result.exit_code == 1
    assert (job.api.deployments, job.api.dispatches) == ([], [])
    assert why in body.replace("\u200b", "").replace("\\_", "_")
    assert job.api.issue_labels[7] == ["deploy: failed"]
    assert job.api.own_reactions(COMMENT) == ["confused"]


@pytest.mark.parametrize(
    "runs",
    [
        found(run("r1", sha="x\n::add-mask::production")),
        found(run("r1", sha="##[add-mask]production")),
        found(run("r1", state="x\r::error::y")),
        found(unasked=Unasked("refused", "no\u2028::error::y ##[error]z")),
    ],
    ids=["commit", "old-kind", "state", "refusal"],
)
def test_no_runner_obeys_what_a_service_says(job: Job, runs: ExperimentRuns) -> None:
    result = deployed(job, runs)

    assert any("Nothing is deployed" in line for line in result.lines)
    assert obeyed(result.lines) == []


def closed(api: Any) -> None:
    api.pulls[7]["state"] = "closed"


def pushed(api: Any) -> None:
    api.pulls[7] = pull(OTHER, fork=False)


def gone(api: Any) -> None:
    api.pulls.clear()


@pytest.mark.parametrize("change", [closed, pushed, gone])
def test_a_pull_request_that_has_changed_meanwhile_is_not_deployed(job: Job, change: Callable[[Any], None]) -> None:
    change(job.api)

    result = deployed(job, found(run("r1")))

    assert (result.exit_code, job.api.deployments, job.api.dispatches) == (1, [], [])


@pytest.mark.parametrize("ended", ["failure", "cancelled", "skipped"])
def test_what_a_job_left_that_did_not_end_well_is_not_deployed(job: Job, ended: str) -> None:
    result = deployed(job, found(run("r1")), RUNS_RESULT=ended)

    assert (result.exit_code, job.api.deployments, job.api.dispatches) == (1, [], [])


@pytest.mark.parametrize("workflow", ["", "a/b.yml"], ids=["none", "no-name"])
def test_without_a_workflow_no_deployment_is_opened(job: Job, workflow: str) -> None:
    result = deployed(job, found(run("r1")), WORKFLOW=workflow)

    assert (result.exit_code, job.api.deployments, job.api.dispatches) == (1, [], [])
    assert "DEPLOY\\_WORKFLOW" in job.api.own_comments(7)[0]


def test_a_deployment_whose_workflow_does_not_start_is_not_left_pending(job: Job) -> None:
    job.api.refused["POST", ".*/dispatches"] = (422, "no such input")

    result = deployed(job, found(run("r1")))

    (deployment,) = job.api.deployments
    assert result.exit_code == 1
    assert deployment["statuses"][-1]["state"] == "error"
    assert "GitHub did not start deploy.yml" in job.api.own_comments(7)[0]


def test_where_github_breaks_off_nobody_is_left_waiting(job: Job) -> None:
    job.api.refused["POST", ".*/dispatches"] = (500, "in trouble")

    result = deployed(job, found(run("r1")))

    (deployment,) = job.api.deployments
    assert result.exit_code == 4
    assert deployment["statuses"][-1]["state"] == "error"
    (body,) = job.api.own_comments(7)
    assert '"stage": "failed"' in body
    assert "whether it was started" in body


def test_the_same_command_run_again_opens_no_second_deployment(job: Job) -> None:
    deployed(job, found(run("r1")))
    deployed(job, found(run("r1")))

    assert len(job.api.deployments) == 1
