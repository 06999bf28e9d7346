"""One build at a time."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from generator.cache import lock
from generator.cache.lock import hold
from generator.errors import BusyError, MachineError, UsageError

ROOT = Path(__file__).resolve().parents[2]
_HOLDER = """
import sys, time
from pathlib import Path
from generator.cache import lock
if sys.argv[2] == "without":
    lock._fcntl = lambda: None
with lock.hold(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture(params=["with", "without"])
def flock(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """With flock, and without, as on Windows."""
    if request.param == "without":
        monkeypatch.setattr(lock, "_fcntl", lambda: None)
    return str(request.param)


def _held(folder: Path, flock: str) -> "subprocess.Popen[bytes]":
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    words = [sys.executable, "-c", _HOLDER, str(folder), flock]
    holder = subprocess.Popen(words, env=environment, stdout=subprocess.PIPE)
    assert holder.stdout is not None
    assert holder.stdout.readline() == b"held\n"
    holder.stdout.close()
    return holder


def test_a_second_build_is_told_that_one_runs(tmp_path: Path, flock: str) -> None:
    holder = _held(tmp_path, flock)
    try:
        with pytest.raises(BusyError, match="another build of this site is running") as failure, hold(tmp_path):
            pass
    finally:
        holder.kill()
        holder.wait()

    assert failure.value.exit_code == 1


def test_a_build_that_was_killed_holds_nothing(tmp_path: Path, flock: str) -> None:
    holder = _held(tmp_path, flock)
    holder.send_signal(signal.SIGKILL)
    holder.wait()

    with hold(tmp_path):
        assert holder.returncode == -signal.SIGKILL


def test_a_lock_is_given_back_even_after_a_failure(tmp_path: Path, flock: str) -> None:
    with pytest.raises(RuntimeError), hold(tmp_path):
        raise RuntimeError
    with hold(tmp_path):
        pass
    assert not (tmp_path / "lock.pid").exists()


def test_a_build_inside_a_build_is_refused(tmp_path: Path, flock: str) -> None:
    with hold(tmp_path), pytest.raises(BusyError), hold(tmp_path):
        pass


def test_a_lock_whose_maker_died_while_making_it_is_old_after_a_while(tmp_path: Path) -> None:
    (tmp_path / "lock.pid").touch()
    assert not lock._is_abandoned(tmp_path / "lock.pid")
    os.utime(tmp_path / "lock.pid", (time.time() - 60,) * 2)
    assert lock._is_abandoned(tmp_path / "lock.pid")


def test_a_store_that_is_a_file_is_said_to_be_in_the_way(tmp_path: Path) -> None:
    (tmp_path / "store").write_text("x")

    with pytest.raises(MachineError, match="the store cannot be locked"), hold(tmp_path / "store"):
        pass


def test_the_store_is_never_laid_among_somebodys_files(tmp_path: Path) -> None:
    notebooks = tmp_path / "_notebooks"
    notebooks.mkdir()
    (notebooks / "a.ipynb").write_text("{}")

    with pytest.raises(UsageError, match="the store cannot be in") as failure, hold(notebooks):
        pass

    assert failure.value.exit_code == 2
    assert [file.name for file in notebooks.iterdir()] == ["a.ipynb"]


@pytest.mark.parametrize("left", ["lock", "state", ".gitignore"])
def test_what_is_left_of_a_store_is_a_store(tmp_path: Path, left: str) -> None:
    (tmp_path / "documents").mkdir()
    (tmp_path / left).write_text("*\n")

    with hold(tmp_path):
        assert (tmp_path / left).is_file()
