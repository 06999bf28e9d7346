"""Commands that read: /get-runs and /help, from whoever may ask, and for forks."""

import pytest

from tests.workflows.end_state import assert_golden
from tests.workflows.experimenting import ASKED, Lab, logged
from tests.workflows.proposals import IDEA, post

pytestmark = pytest.mark.slow


def test_runs_of_a_fork_are_compared(lab: Lab, request: pytest.FixtureRequest) -> None:
    made = lab.proposed({IDEA: post("An idea", "In short.")}, by="eve")
    lab.log(logged("r1", made.sha, acc=0.93, loss=0.25), logged("r2", made.sha, "failed", lr=9))

    run = lab.commented(made, "/get-runs")

    assert run.results == ASKED, run.log
    assert_golden(lab.end(run), "experiment_get_runs_fork", request)
