"""States of runs, counted."""

import pytest

from generator.experiments.states import StateCounts, count_states
from generator.model.experiment import Run


def runs(*states: str) -> list[Run]:
    return [Run(str(number), "", state, "p") for number, state in enumerate(states)]


def test_every_run_is_counted_once() -> None:
    every = ("finished", "running", "crashed", "failed", "killed", "aborted", "pending", "preempting", "preempted", "?")

    assert count_states(runs(*every)) == StateCounts(
        finished=1, running=1, crashed=1, failed=1, aborted=2, other=4, total=10, unsettled=3
    )


@pytest.mark.parametrize("state", ["running", "pending", "preempting"])
def test_what_is_on_its_way_holds_back_that_all_is_complete(state: str) -> None:
    assert not count_states(runs("finished", state)).is_complete


def test_what_has_ended_in_whatever_way_does_not() -> None:
    assert count_states(runs("finished", "crashed", "failed", "killed", "preempted", "odd")).is_complete
    assert not count_states(runs("crashed", "failed")).is_complete
    assert not count_states([]).is_complete
