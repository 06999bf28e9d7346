"""What a worker of a cluster leaves on its machine."""

import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from generator.execution.ray_worker import scratch


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_what_travelled_is_gone_after_its_run(temporary: Path) -> None:
    with scratch() as root:
        (root / "sales.csv").write_text("1")

    assert list(temporary.iterdir()) == []


def test_what_a_killed_worker_left_goes_with_the_next_run(temporary: Path) -> None:
    program = (
        "import os, signal, sys, tempfile; tempfile.tempdir = sys.argv[1]\n"
        "from generator.execution.ray_worker import scratch\n"
        "with scratch(): os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    killed = subprocess.run([sys.executable, "-c", program, str(temporary)], check=False)
    left = list(temporary.iterdir())

    with scratch():
        pass

    assert (killed.returncode, len(left)) == (-signal.SIGKILL, 1)
    assert list(temporary.iterdir()) == []


def test_runs_at_the_same_time_leave_each_other_s_folders_alone(temporary: Path) -> None:
    with scratch() as one, scratch() as other:
        assert one.is_dir()
        assert other.is_dir()
