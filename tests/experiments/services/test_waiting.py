"""Looking again and again, on a clock of the test's own."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest

from generator.experiments.services.waiting import have_ended, wait_for_runs
from generator.model.experiment import Run
from generator.web import UnansweredError

RUNNING = (Run("a", "", "finished", "p"), Run("b", "", "running", "p"))
ENDED = (Run("a", "", "finished", "p"), Run("b", "", "crashed", "p"))


@dataclass
class Clock:
    """Goes on when somebody sleeps."""

    now: float = 100.0
    pauses: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        assert seconds > 0
        self.pauses.append(seconds)
        self.now += seconds


def answers(*given: tuple[Run, ...] | Exception) -> Callable[[], tuple[Run, ...]]:
    left: Iterator[tuple[Run, ...] | Exception] = iter(given)

    def look() -> tuple[Run, ...]:
        answer = next(left, given[-1])
        if isinstance(answer, Exception):
            raise answer
        return answer

    return look


def wait(look: Callable[[], tuple[Run, ...]], seconds: float, clock: Clock) -> tuple[Run, ...]:
    return wait_for_runs(look, seconds, clock=lambda: clock.now, sleep=clock.sleep)


def test_it_ends_with_the_last_run() -> None:
    clock = Clock()

    assert wait(answers((), RUNNING, RUNNING, ENDED), 3600, clock) == ENDED
    assert clock.pauses == [5, 7.5, 11.25]


def test_it_ends_with_the_time_after_a_last_look() -> None:
    clock = Clock()

    assert wait(answers(RUNNING), 600, clock) == RUNNING
    assert sum(clock.pauses) == pytest.approx(600)
    assert max(clock.pauses) == 60


def test_a_service_in_trouble_is_asked_again_while_there_is_time() -> None:
    trouble = UnansweredError("no answer")

    assert wait(answers(trouble, RUNNING, trouble, ENDED), 600, Clock()) == ENDED
    assert wait(answers(RUNNING, trouble), 60, Clock()) == RUNNING


def test_a_service_that_never_answered_is_said_to_be_silent() -> None:
    with pytest.raises(UnansweredError):
        wait(answers(UnansweredError("no answer")), 60, Clock())


def test_no_runs_have_not_ended() -> None:
    assert not have_ended(())
    assert not have_ended(RUNNING)
    assert have_ended(ENDED)
