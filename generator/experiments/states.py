"""How many runs are in which state."""

from collections.abc import Iterable
from dataclasses import dataclass

from generator.model.experiment import Run

_STOPPED = frozenset(("aborted", "killed"))
# They will go on by themselves; what was preempted may never come back.
_UNSETTLED = frozenset(("running", "pending", "preempting"))
_COUNTED = frozenset(("finished", "running", "crashed", "failed")) | _STOPPED


@dataclass(frozen=True, slots=True)
class StateCounts:
    """How many of some runs are in which state; each is in one of them.

    Args:
        aborted: stopped by a person; W&B calls it ``killed``.
        other: waiting, preempted, or in a state that nobody here knows.
        unsettled: running, or waiting for it.
    """

    finished: int = 0
    running: int = 0
    crashed: int = 0
    failed: int = 0
    aborted: int = 0
    other: int = 0
    total: int = 0
    unsettled: int = 0

    @property
    def is_complete(self) -> bool:
        """At least one is finished, and none is on its way."""
        return self.finished > 0 and self.unsettled == 0


def is_finished(run: Run) -> bool:
    """It came to its end, and its summary is what it came to."""
    return run.state == "finished"


def count_states(runs: Iterable[Run]) -> StateCounts:
    """
    >>> count_states([Run("a", "a", "finished", "p"), Run("b", "b", "pending", "p")]).is_complete
    False
    """
    states = [run.state for run in runs]
    return StateCounts(
        finished=states.count("finished"),
        running=states.count("running"),
        crashed=states.count("crashed"),
        failed=states.count("failed"),
        aborted=sum(state in _STOPPED for state in states),
        other=sum(state not in _COUNTED for state in states),
        total=len(states),
        unsettled=sum(state in _UNSETTLED for state in states),
    )


def counts_text(counts: StateCounts) -> str:
    """How many are in which state, and whether that is all.

    >>> counts_text(StateCounts(finished=2, running=1, aborted=1, total=4, unsettled=1))
    '2 finished, 1 running, 1 stopped: not complete'
    """
    return f"{state_words(counts) or 'no runs'}: {'complete' if counts.is_complete else 'not complete'}"


def state_words(counts: StateCounts) -> str:
    """How many are in which state; empty where there are none.

    >>> state_words(StateCounts(running=1, other=3, total=4, unsettled=2))
    '1 running, 1 waiting, 2 in another state'
    """
    waiting = counts.unsettled - counts.running
    named = (
        (counts.finished, "finished"),
        (counts.running, "running"),
        (waiting, "waiting"),
        (counts.crashed, "crashed"),
        (counts.failed, "failed"),
        (counts.aborted, "stopped"),
        (counts.other - waiting, "in another state"),
    )
    return ", ".join(f"{count} {words}" for count, words in named if count)
