"""pool: the same work in several processes."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from generator.errors import MachineError
from generator.pool import work

ROOT = Path(__file__).resolve().parents[1]


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


@dataclass(frozen=True)
class Sleeping:
    """Says that it works, and does so for a minute."""

    def __call__(self) -> Callable[[int], int]:
        def sleep(number: int) -> int:
            os.write(1, b".")
            time.sleep(60)
            return number

        return sleep


def test_workers_end_with_the_process_they_work_for() -> None:
    program = "from tests.test_pool import *; work(Sleeping(), list(range(8)), jobs=2, weight=lambda n: 1)"
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, cwd=ROOT) as parent:
        assert parent.stdout is not None
        assert parent.stdout.read(2) == b".."

        parent.kill()

        # The pipe is open for as long as one of them lives.
        assert parent.stdout.read() == b""
    assert parent.returncode == -signal.SIGKILL
