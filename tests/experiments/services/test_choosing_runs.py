from typing import Any

import pytest

from generator.experiments.services.choosing_runs import chosen_runs
from generator.model.experiment import Run, RunQuery, Service

_RUNS = (
    Run("r1", "a", "finished", "p", config={"github_sha": "aaa", "lr": 0.1, "aug": True}, summary={"acc": 0.9}),
    Run("r2", "b", "crashed", "p", tags=("baseline",), config={"github_sha": 123456}, summary={"acc": "NaN"}),
    Run("r3", "c", "finished", "p", tags=("x", "y"), config={"github_sha": "aaa", "secondary_sha": "d1", "lr": "0.1"}),
)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        pytest.param({}, ["r1", "r2", "r3"], id="all"),
        pytest.param({"sha": "aaa"}, ["r1", "r3"], id="sha"),
        pytest.param({"sha": "123456"}, ["r2"], id="sha-of-digits"),
        pytest.param({"sha": "aaa", "secondary_sha": "d1"}, ["r3"], id="secondary-sha"),
        pytest.param({"run_ids": ("r3", "r9", "r1", "r3")}, ["r3", "r1"], id="ids-in-their-order"),
        pytest.param({"tags": ("y", "baseline")}, ["r2", "r3"], id="one-of-the-tags"),
        pytest.param({"filters": (("state", "=", "finished"),)}, ["r1", "r3"], id="state"),
        pytest.param({"filters": (("state", "!=", "finished"),)}, ["r2"], id="other-state"),
        pytest.param({"filters": (("summary.acc", ">", 0.5),)}, ["r1"], id="greater"),
        pytest.param({"filters": (("summary.acc", "!=", 0.5),)}, ["r1", "r2"], id="missing-is-not-unequal"),
        pytest.param({"filters": (("config.lr", "=", 0.1),)}, ["r1", "r3"], id="number-or-text"),
        pytest.param({"filters": (("config.aug", "=", True),)}, ["r1"], id="flag"),
        pytest.param({"filters": (("config.aug", ">=", 1),)}, [], id="flags-have-no-order"),
        pytest.param({"filters": (("config.lr", ">", 0), ("state", "=", "crashed"))}, [], id="all-hold"),
        pytest.param({"filters": (("colour", "=", "blue"),)}, [], id="unknown-key"),
    ],
)
def test_runs_fit_everything_that_is_asked(asked: dict[str, Any], found: list[str]) -> None:
    query = RunQuery(Service.FILE, "", "p", **asked)

    assert [run.id for run in chosen_runs(_RUNS, query)] == found
