"""/run-full-test: the blog's own workflow is started, and what it reports stands in the comment that asked for it."""

import re

import pytest

from tests.workflows import events
from tests.workflows.blog import CHECKOUT
from tests.workflows.end_state import assert_golden
from tests.workflows.experimenting import REFUSED, Lab, logged
from tests.workflows.proposals import BLOG, IDEA, post, pushed_again

pytestmark = pytest.mark.slow

STARTED = REFUSED | {"test": "success"}
UNSTARTED = REFUSED | {"test": "failure"}
REPORTED = REFUSED | {"runs": "success", "report": "success"}
COMMAND = "/run-full-test"
GOOD = {IDEA: post("An idea", "A good one.")}
# Somewhere else it is tested for hours.
ELSEWHERE = """
name: to the cluster
on:
  workflow_dispatch:
    inputs:
      sha: {type: string, required: true}
      pr: {type: string, required: true}
permissions: {}
jobs:
  submit:
    runs-on: ubuntu-24.04
    steps:
      - run: argo submit
"""


def documented(name: str) -> str:
    """The workflow of that name as the page on pull requests shows it."""
    page = (CHECKOUT / "_pages/docs/experiments-in-pull-requests.md").read_text(encoding="utf-8")
    (found,) = (
        block for block in re.findall(r"```yaml\n(.*?)```", page, re.DOTALL) if block.startswith(f"name: {name}\n")
    )
    return str(found)


def set_up(lab: Lab, workflow: str, content: str = "") -> None:
    """The blog names a workflow of its own for full tests, and has it where content is given."""
    lab.github.repositories[BLOG].variables["FULL_TEST_WORKFLOW"] = workflow
    if content:
        lab.github.push(BLOG, "main", {f".github/workflows/{workflow}": content}, "Our own test")


def labels(lab: Lab) -> list[str]:
    return list(lab.github.repositories[BLOG].issues[1].labels)


def test_the_documented_workflow_tests_the_commit_and_reports(lab: Lab, request: pytest.FixtureRequest) -> None:
    set_up(lab, "full-test.yml", documented("full test"))
    makefile = (CHECKOUT / "Makefile").read_text(encoding="utf-8")
    made = lab.proposed({"Makefile": f"{makefile}\nfull-test:\n\techo seven tests of an idea passed\n"})

    started = lab.commented(made, COMMAND)
    running, shown = lab.said("full-test"), labels(lab)
    (asked,) = lab.github.repositories[BLOG].dispatched
    again = events.dispatch(lab.github, BLOG, asked.workflow, actor="github-actions[bot]", inputs=asked.inputs)
    tested = lab.runner.run(asked.workflow, again)

    assert (started.results, tested.results) == (STARTED, {"test": "success", "report": "success"}), tested.log
    assert asked.inputs == {"sha": made.sha, "pr": "1"}
    assert "seven tests of an idea passed" in tested.jobs["test"].log
    assert ("is running" in running, shown) == (True, ["full test: running"])
    assert_golden(lab.end(started, tested), "experiment_full_test_passed", request)


def test_a_report_is_of_the_commit_that_was_asked_for(lab: Lab, request: pytest.FixtureRequest) -> None:
    set_up(lab, "to-the-cluster.yml", ELSEWHERE)
    made = lab.proposed(GOOD)
    started = lab.commented(made, COMMAND)
    running, shown = lab.said("full-test"), labels(lab)
    newer = pushed_again(lab.github, made, {IDEA: post("An idea", "A better one.")})
    lab.log(logged("r1", made.sha, acc=0.85, loss=0.35), logged("r2", newer, acc=0.99, loss=0.1))

    other = lab.dispatched(pr="1", sha=newer, state="success")
    after, asked = (lab.said("full-test"), labels(lab)), len(lab.wandb.requests)
    right = lab.dispatched(pr="1", sha=made.sha, state="failure")

    assert (started.results, other.results, right.results) == (STARTED, REFUSED, REPORTED), right.log
    assert (after, asked) == ((running, shown), 0)
    assert "no full test of pull request 1 was asked for" in other.log
    assert_golden(lab.end(started, other, right), "experiment_full_test_failed", request)


@pytest.mark.parametrize(
    ("name", "workflow", "words"),
    [
        ("unconfigured", "", "the variable FULL_TEST_WORKFLOW of this repository names no workflow"),
        ("missing", "full-test.yml", "GitHub did not start full-test.yml"),
    ],
    ids=["unconfigured", "missing"],
)
def test_where_nothing_can_be_started_the_comment_says_what_to_do(
    name: str, workflow: str, words: str, lab: Lab, request: pytest.FixtureRequest
) -> None:
    set_up(lab, workflow)
    made = lab.proposed(GOOD)
    # Of an earlier commit.
    lab.github.repositories[BLOG].issues[made.number].labels += ["full test: passed", "good first read"]

    run = lab.commented(made, COMMAND)

    assert run.results == UNSTARTED, run.log
    assert labels(lab) == ["good first read"]
    assert words.replace("_", "\\_") in lab.said("full-test")
    assert lab.github.repositories[BLOG].dispatched == []
    assert_golden(lab.end(run), f"experiment_full_test_{name}", request)


def test_a_test_of_which_nobody_knows_whether_it_runs_is_not_started_twice(
    lab: Lab, request: pytest.FixtureRequest
) -> None:
    set_up(lab, "to-the-cluster.yml", ELSEWHERE)
    made = lab.proposed(GOOD)
    lab.github.fault("POST", f"/repos/{BLOG}/actions/workflows/.*", "lost-502")

    run = lab.commented(made, COMMAND)

    assert run.results == UNSTARTED, run.log
    assert len(lab.github.repositories[BLOG].dispatched) == 1
    assert lab.reactions(COMMAND) == ["confused"]
    assert_golden(lab.end(run), "experiment_full_test_in_doubt", request)
