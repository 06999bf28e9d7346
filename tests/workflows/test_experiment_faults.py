"""Somebody does not answer as they should while runs are asked for: one comment, in words, and nothing else."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from tests.experiments.fake_wandb import BROKEN, refuses
from tests.workflows.end_state import assert_golden
from tests.workflows.experimenting import ASKED, KEY, NOTHING, Lab, logged, settings
from tests.workflows.fake_github import FakeGitHub
from tests.workflows.github_state import ACTIONS
from tests.workflows.proposals import BLOG, IDEA, post
from tests.workflows.runner import WorkflowRun

pytestmark = pytest.mark.slow

API = r"/repos/ann/blog/.*"
COMMENTS = r"/repos/ann/blog/issues/\d+/comments"


def asked(lab: Lab) -> WorkflowRun:
    """/get-runs, where there is a run to find."""
    made = lab.proposed({IDEA: post("An idea", "In short.")})
    lab.log(logged("r1", made.sha, acc=0.93, loss=0.25))
    return lab.commented(made, "/get-runs")


@dataclass(frozen=True, slots=True)
class Fails:
    """Something about W&B, and words of the comment."""

    happens: Callable[[Lab], None]
    words: str


def is_down(lab: Lab) -> None:
    lab.wandb.always = BROKEN


def echoes_the_key(lab: Lab) -> None:
    lab.wandb.always = refuses(401, f"the API key {KEY} is not known")


def has_no_key(lab: Lab) -> None:
    lab.github.repositories[BLOG].environments.clear()


def has_no_project(lab: Lab) -> None:
    lab.configure(settings(lab.wandb).replace("acme/mnist", "acme/gone"))


def is_not_configured(lab: Lab) -> None:
    lab.configure("")


WANDB = {
    "down": Fails(is_down, "again in a few minutes"),
    "unauthorized": Fails(echoes_the_key, "`WANDB_API_KEY` is a secret of the environment `notebooks`"),
    "without_key": Fails(has_no_key, "`WANDB_API_KEY` is a secret of the environment `notebooks`"),
    "without_project": Fails(has_no_project, "acme/gone"),
    "unconfigured": Fails(is_not_configured, "baseline_tags: [baseline]"),
}


@pytest.mark.parametrize("name", WANDB)
def test_what_is_wrong_with_the_service_is_told_in_words(name: str, lab: Lab, request: pytest.FixtureRequest) -> None:
    WANDB[name].happens(lab)

    run = asked(lab)

    assert run.results == ASKED, run.log
    assert WANDB[name].words in lab.said("get-runs")
    assert KEY not in run.log + run.summary
    assert "Traceback" not in run.log
    assert_golden(lab.end(run), f"experiment_wandb_{name}", request)


def test_settings_that_cannot_be_read_end_in_words_too(lab: Lab, request: pytest.FixtureRequest) -> None:
    lab.configure("experiments: [what")

    run = asked(lab)

    assert run.results == ASKED | {"runs": "failure"}, run.log
    assert "What the runs of this commit came to is not known" in lab.said("get-runs")
    assert_golden(lab.end(run), "experiment_settings_broken", request)


def test_a_storm_over_the_gate_asks_nobody(lab: Lab, request: pytest.FixtureRequest) -> None:
    lab.github.fault("GET", API, "500", times=10_000)

    run = asked(lab)

    assert run.results == NOTHING | {"gate": "failure"}
    assert [comment for comment in lab.comments(1) if comment.author == ACTIONS] == []
    assert "Traceback" not in run.log
    assert_golden(lab.end(run), "experiment_faults_gate", request)


def test_a_storm_over_the_report_leaves_the_comment_as_it_was(lab: Lab, request: pytest.FixtureRequest) -> None:
    lab.github.before("GET", "/_runtime/artifacts", lambda: lab.github.fault("GET", API, "503", times=10_000))

    run = asked(lab)

    assert run.results == ASKED | {"report": "failure"}
    assert "looking for those of" in lab.said("get-runs")
    assert "Traceback" not in run.log
    assert_golden(lab.end(run), "experiment_faults_report", request)


def storm(github: FakeGitHub) -> None:
    """Everything fails a few times; comments are written, and nobody hears of it."""
    for method in ("GET", "POST"):
        github.fault(method, API, "500", times=2)
        github.fault(method, API, "503", times=1, after=1)
    github.fault("PATCH", API, "500", times=2)
    github.fault("GET", API, "429", times=1, after=3)
    github.fault("GET", API, "truncated", times=1, after=5)
    github.fault("POST", COMMENTS, "lost-502", times=1)
    github.fault("PATCH", API, "lost", times=1)


def test_what_passes_ends_in_one_comment(lab: Lab, request: pytest.FixtureRequest) -> None:
    storm(lab.github)
    lab.wandb.faults += [BROKEN, BROKEN]

    run = asked(lab)

    assert run.results == ASKED, run.log
    assert [fault.taken for fault in lab.github.faults] == [fault.times for fault in lab.github.faults]
    assert "1 finished: complete" in lab.said("get-runs")
    assert_golden(lab.end(run), "experiment_faults_storm", request)
