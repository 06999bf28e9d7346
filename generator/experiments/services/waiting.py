"""Looking again and again until runs have ended, at most so long."""

import time
from collections.abc import Callable, Sequence

from generator.experiments.states import count_states
from generator.model.experiment import Run
from generator.web import UnansweredError

# Runs end in minutes or hours, and services count requests.
_FIRST_PAUSE_SECONDS = 5.0
_LONGEST_PAUSE_SECONDS = 60.0
_GROWTH = 1.5


def wait_for_runs(
    look: Callable[[], tuple[Run, ...]],
    seconds: float,
    *,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> tuple[Run, ...]:
    """The runs as they were when they had all ended, or when the time was up.

    No runs yet is a reason to wait, too. That a service does not answer is none to give up while there is time.

    Raises:
        UnansweredError: the service did not answer the last look, and none before it.
    """
    ends = clock() + seconds
    pause = _FIRST_PAUSE_SECONDS
    last: tuple[Run, ...] | None = None
    while True:
        try:
            last = look()
        except UnansweredError:
            if last is None and clock() >= ends:
                raise
        left = ends - clock()
        if last is not None and (have_ended(last) or left <= 0):
            return last
        if left > 0:
            sleep(min(pause, left))
        pause = min(pause * _GROWTH, _LONGEST_PAUSE_SECONDS)


def have_ended(runs: Sequence[Run]) -> bool:
    """There are some, and none is on its way."""
    return bool(runs) and count_states(runs).unsettled == 0
