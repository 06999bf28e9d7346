"""pool: the same work in several processes."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from generator.errors import MachineError
from generator.pool import work


@dataclass(frozen=True)
class Doubling:
    """Doubles numbers."""

    def __call__(self) -> Callable[[int], int]:
        return lambda number: number * 2


@dataclass(frozen=True)
class Dying:
    """Ends its process."""

    def __call__(self) -> Callable[[int], int]:
        import os

        return lambda number: os._exit(9)


@pytest.mark.parametrize("jobs", [1, 2, 5])
def test_results_come_back_in_the_order_of_the_items(jobs: int) -> None:
    items = list(range(30))
    assert work(Doubling(), items, jobs=jobs, weight=lambda n: n % 7) == [n * 2 for n in items]


def test_a_worker_that_dies_is_an_error_with_a_mend() -> None:
    with pytest.raises(MachineError, match="worker process died"):
        work(Dying(), list(range(20)), jobs=2, weight=lambda n: 1)
