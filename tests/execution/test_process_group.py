"""Tests of ending what a kernel left behind, and of the guard that does it when we cannot."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from generator.execution.guard import Guard
from generator.execution.process_group import MARK, descendants, end_group, end_strays, marked
from tests.execution.running import gone

ROOT = Path(__file__).resolve().parents[2]


Sleeper = Callable[..., "subprocess.Popen[bytes]"]


@pytest.fixture
def sleeper() -> Iterator[Sleeper]:
    """Starts what sleeps until it is ended, at the latest with the test."""
    started: list[subprocess.Popen[bytes]] = []

    def start(mark: str = "") -> "subprocess.Popen[bytes]":
        environment = {**os.environ, MARK: mark} if mark else None
        process = subprocess.Popen(["sleep", "600"], env=environment, start_new_session=True)
        started.append(process)
        # A program that has just been loaded has no environment yet that another could read.
        deadline = time.monotonic() + 10
        while not psutil.Process(process.pid).environ() and time.monotonic() < deadline:
            time.sleep(0.005)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()


def test_what_carries_the_mark_is_ended_and_nothing_else(sleeper: Sleeper) -> None:
    ours, longer, others = sleeper("token.1"), sleeper("token.12"), sleeper()

    found = list(marked("token.1"))
    end_strays("token.1", [])

    assert found == [ours.pid]
    assert ours.wait(10) == -signal.SIGKILL
    assert (longer.poll(), others.poll()) == (None, None)


def test_known_processes_are_ended_without_a_mark(sleeper: Sleeper) -> None:
    child = sleeper()
    known = [process for process in descendants(os.getpid()) if process.pid == child.pid]

    end_strays("nobody", known)

    assert child.wait(10) == -signal.SIGKILL


def test_a_group_that_is_gone_is_fine(sleeper: Sleeper) -> None:
    child = sleeper()
    end_group(child.pid)
    child.wait(10)

    end_group(child.pid)

    assert child.returncode == -signal.SIGKILL


def _guarded(ending: str) -> tuple[int, int, str]:
    """(pid of a marked process, of one in a known group, a known folder) of a program that ends in that way."""
    program = textwrap.dedent(f"""
        import os, subprocess, sys, tempfile
        sys.path.insert(0, {str(ROOT)!r})
        from pathlib import Path
        from generator.execution.guard import Guard
        from generator.execution.process_group import MARK
        with Guard() as guard:
            environment = {{**os.environ, MARK: guard.new_mark()}}
            quiet = dict(stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
            marked = subprocess.Popen(["sleep", "600"], env=environment, **quiet)
            group = subprocess.Popen(["sleep", "600"], **quiet)
            guard.started(group.pid)
            folder = tempfile.mkdtemp()
            guard.made(Path(folder))
            print(marked.pid, group.pid, folder, flush=True)
            {ending}
        os._exit(0)
    """)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    pid, group, folder = done.stdout.split()
    return int(pid), int(group), folder


def test_a_guard_ends_what_a_killed_inkmill_leaves_behind() -> None:
    pid, group, folder = _guarded("os.kill(os.getpid(), 9)")

    assert (gone(pid), gone(group)) == (True, True)
    deadline = time.monotonic() + 10
    while Path(folder).exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not Path(folder).exists()


def test_a_guard_that_is_dismissed_does_nothing() -> None:
    pid, group, folder = _guarded("pass")

    assert (gone(pid, 0.5), gone(group, 0.5), Path(folder).exists()) == (False, False, True)
    os.kill(pid, signal.SIGKILL)
    os.kill(group, signal.SIGKILL)
    Path(folder).rmdir()


def test_every_run_has_a_mark_of_its_own() -> None:
    with Guard() as one, Guard() as other:
        marks = [one.new_mark(), one.new_mark(), other.new_mark()]

    assert len(set(marks)) == 3
