"""Tests of the memory kernels may take."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import psutil

from generator.execution.memory import MemoryBound, default_bound, exact_bytes, taken_bytes

_HOLD = "x = b'x' * {size}; print('ready', flush=True); input()"
_WITH_CHILD = "import subprocess, sys; subprocess.run([sys.executable, '-c', sys.argv[1]])"


@contextmanager
def holding(size: int, *, in_child: bool = False) -> Iterator[int]:
    """Pid of a process that holds so many bytes, itself or in a child."""
    hold = _HOLD.format(size=size)
    words = [sys.executable, "-c", _WITH_CHILD, hold] if in_child else [sys.executable, "-c", hold]
    process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdin is not None
    process.stdout.readline()
    try:
        yield process.pid
    finally:
        process.stdin.close()
        process.wait(10)
        process.stdout.close()


def test_the_memory_of_children_counts() -> None:
    with holding(200_000_000, in_child=True) as pid:
        taken = taken_bytes((pid,))[pid]
        exact = exact_bytes(pid, 0)

    assert 200_000_000 < taken < 400_000_000
    assert 200_000_000 < exact < 400_000_000


def test_memory_that_forked_processes_share_counts_once() -> None:
    program = (
        "x = b'x' * 200_000_000; import os, sys; os.fork(); os.fork(); print('ready', flush=True); sys.stdin.read()"
    )
    process = subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdin is not None
    for _ in range(4):
        process.stdout.readline()

    taken, exact = taken_bytes((process.pid,))[process.pid], exact_bytes(process.pid, 0)
    process.stdin.close()
    process.wait(10)
    process.stdout.close()

    assert taken > 700_000_000
    assert exact < 400_000_000


def test_a_bound_of_its_own_is_told_with_figures() -> None:
    with holding(200_000_000) as pid:
        memory = MemoryBound()
        memory.add(pid, 100_000_000)
        excess = memory.excess(pid)

    assert excess is not None
    assert excess.is_its_own
    assert excess.problem.startswith("the kernel grew to 2")
    assert excess.problem.endswith("MB, it may have 100 MB")


def test_of_all_together_the_largest_goes_and_only_that() -> None:
    with holding(200_000_000) as large, holding(100_000_000) as small:
        memory = MemoryBound(250_000_000)
        for pid in (large, small):
            memory.add(pid, None)

        small_goes, large_goes = memory.excess(small), memory.excess(large)
        small_goes_now = memory.excess(small)

    assert (small_goes, small_goes_now) == (None, None)
    assert large_goes is not None
    assert large_goes.problem.startswith("all kernels together may have 250 MB and took 3")


def test_within_the_bound_nobody_goes() -> None:
    with holding(100_000_000) as pid:
        memory = MemoryBound(2_000_000_000)
        memory.add(pid, 1_000_000_000)

        assert memory.excess(pid) is None


def test_the_first_kernel_always_may_start_and_the_next_only_if_there_is_room() -> None:
    memory = MemoryBound(500_000_000)

    first, second, small = memory.admit(10**12), memory.admit(None), memory.admit(100_000_000)
    memory.leave(10**12)
    later, small_beside_it = memory.admit(None), memory.admit(100_000_000)

    assert (first, second, small) == (True, False, False)
    assert (later, small_beside_it) == (True, True)


def test_what_a_kernel_has_taken_counts_over_what_it_wanted() -> None:
    memory = MemoryBound(700_000_000)
    with holding(500_000_000) as pid:
        memory.admit(100_000_000)
        memory.add(pid, None)

        assert (memory.admit(300_000_000), memory.admit(100_000_000)) == (False, True)


def test_the_default_leaves_a_quarter_of_the_machine() -> None:
    assert 0 < default_bound() <= psutil.virtual_memory().total * 3 // 4
