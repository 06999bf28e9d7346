"""/deploy: one finished run of the newest commit is deployed, by a workflow of the blog's own, and nothing else is."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from tests.experiments.fake_wandb import BROKEN
from tests.workflows import events
from tests.workflows.end_state import assert_golden
from tests.workflows.experimenting import REFUSED, Lab, logged
from tests.workflows.github_state import DispatchedWorkflow, OpenedDeployment
from tests.workflows.proposals import BLOG, IDEA, Proposal, post, pushed_again
from tests.workflows.runner import WorkflowRun

pytestmark = pytest.mark.slow

STARTED = REFUSED | {"runs": "success", "deploy": "success"}
UNSTARTED = REFUSED | {"runs": "success", "deploy": "failure"}
GOOD, BETTER = {IDEA: post("An idea", "A good one.")}, {IDEA: post("An idea", "A better one.")}
DEPLOYER = """
name: deploy
on:
  workflow_dispatch:
    inputs:
      sha: {type: string, required: true}
      pr: {type: string, required: true}
      run_id: {type: string, required: true}
      artifact: {type: string}
      deployment: {type: string, required: true}
permissions: {}
jobs:
  deploy:
    runs-on: ubuntu-24.04
    permissions:
      contents: read
      deployments: write
      pull-requests: write
    steps:
      - uses: actions/checkout@v7
        with:
          persist-credentials: false
      - run: make steps
      - env:
          RUN_ID: ${{ inputs.run_id }}
          ARTIFACT: ${{ inputs.artifact }}
        run: echo "$ARTIFACT of $RUN_ID is put to use"
      - env:
          GH_TOKEN: ${{ github.token }}
          PR: ${{ inputs.pr }}
          SHA: ${{ inputs.sha }}
          DEPLOYMENT: ${{ inputs.deployment }}
        run: >-
          .venv-steps/bin/python -m generator.steps report --command deploy --deployment "$DEPLOYMENT"
          --pr "$PR" --sha "$SHA" --state success --link https://digits.example/
"""


@pytest.fixture
def deploying(lab: Lab) -> Lab:
    """The blog has a workflow that deploys."""
    lab.github.repositories[BLOG].variables["DEPLOY_WORKFLOW"] = "deploy.yml"
    lab.github.push(BLOG, "main", {".github/workflows/deploy.yml": DEPLOYER}, "Our own deployment")
    return lab


def opened(lab: Lab) -> list[OpenedDeployment]:
    return lab.github.repositories[BLOG].opened_deployments


def dispatched(lab: Lab) -> list[DispatchedWorkflow]:
    return lab.github.repositories[BLOG].dispatched


def carried_out(lab: Lab, asked: DispatchedWorkflow) -> WorkflowRun:
    """The workflow that was started runs."""
    event = events.dispatch(lab.github, BLOG, asked.workflow, actor="github-actions[bot]", inputs=asked.inputs)
    return lab.runner.run(asked.workflow, event)


def test_each_command_opens_one_deployment_which_the_blogs_own_workflow_carries_out(
    deploying: Lab, request: pytest.FixtureRequest
) -> None:
    lab = deploying
    made = lab.proposed(GOOD)
    lab.log(logged("r1", made.sha, acc=0.93, loss=0.25))
    # Found again instead of opened a second time.
    lab.github.fault("POST", f"/repos/{BLOG}/deployments", "lost-502")

    first = lab.commented(made, "/deploy r1")
    done = carried_out(lab, dispatched(lab)[0])
    told, shown = lab.said("deploy"), list(lab.github.repositories[BLOG].issues[1].labels)
    second = lab.commented(made, "/deploy r1")

    assert (first.results, done.results, second.results) == (STARTED, {"deploy": "success"}, STARTED), done.log
    assert "acme/mnist/digits:v3 of r1 is put to use" in done.log
    assert [asked.inputs["deployment"] for asked in dispatched(lab)] == [str(one.number) for one in opened(lab)]
    assert [[status.state for status in one.statuses] for one in opened(lab)] == [["queued", "success"], ["queued"]]
    assert ("was deployed to `production`" in told, shown) == (True, ["deploy: done"])
    assert_golden(lab.end(first, done, second), "experiment_deploy", request)


@dataclass(frozen=True, slots=True)
class Undeployable:
    """A run that is not deployed.

    Args:
        before: what there is when the comment is written.
        why: stands in the comment.
    """

    before: Callable[[Lab, Proposal], object]
    why: str


def is_running(lab: Lab, made: Proposal) -> None:
    lab.log(logged("r1", made.sha, "running", acc=0.93))


def is_of_another_commit(lab: Lab, made: Proposal) -> None:
    lab.log(logged("r1", made.sha, acc=0.93))
    pushed_again(lab.github, made, BETTER)


def is_unknown(lab: Lab, made: Proposal) -> None:
    lab.log(logged("r2", made.sha, acc=0.93))


def is_asked_of_nobody(lab: Lab, made: Proposal) -> None:
    lab.log(logged("r1", made.sha, acc=0.93))
    lab.wandb.always = BROKEN


def is_overtaken(lab: Lab, made: Proposal) -> None:
    lab.log(logged("r1", made.sha, acc=0.93))
    lab.github.before("GET", "/_runtime/artifacts", lambda: pushed_again(lab.github, made, BETTER))


@pytest.mark.parametrize(
    ("name", "undeployable"),
    [
        ("running", Undeployable(is_running, "the run r1 is running, not finished")),
        ("other_commit", Undeployable(is_of_another_commit, "and not of this commit")),
        ("unknown", Undeployable(is_unknown, "there is no run r1 in acme/mnist")),
        ("unanswered", Undeployable(is_asked_of_nobody, "is in trouble")),
        ("overtaken", Undeployable(is_overtaken, "the pull request has a newer commit by now")),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_only_a_finished_run_of_the_newest_commit_is_deployed(
    name: str, undeployable: Undeployable, deploying: Lab, request: pytest.FixtureRequest
) -> None:
    lab = deploying
    made = lab.proposed(GOOD)
    undeployable.before(lab, made)

    run = lab.commented(made, "/deploy r1")

    assert run.results == UNSTARTED, run.log
    assert (opened(lab), dispatched(lab)) == ([], [])
    assert undeployable.why in lab.said("deploy")
    assert lab.reactions("/deploy r1") == ["confused"]
    assert_golden(lab.end(run), f"experiment_deploy_{name}", request)
