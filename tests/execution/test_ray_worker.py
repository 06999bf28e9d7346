"""What a worker of a cluster leaves on its machine."""

import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from generator.errors import ContentError
from generator.execution.kernels import choose_kernel
from generator.execution.ray_worker import kernel_here, scratch
from generator.model.execution import KernelChoice


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


def test_a_kernel_that_is_here_too_is_taken_as_it_is() -> None:
    kernel = KernelChoice("mine", "python", (sys.executable, "-m", "ipykernel_launcher"))

    assert kernel_here(kernel) == (kernel, None)


def test_inkmill_s_own_python_elsewhere_is_inkmill_s_own_python_here() -> None:
    elsewhere = KernelChoice(
        "python3", "python", ("/elsewhere/python",), python="/elsewhere/python", is_own_python=True
    )

    assert kernel_here(elsewhere) == (choose_kernel("python3", "python")[0], None)


def test_a_kernel_that_is_not_here_is_stood_in_for_with_a_note() -> None:
    elsewhere = KernelChoice("conda-env-x-py", "python", ("/conda/x/python",), python="/conda/x/python")

    kernel, note = kernel_here(elsewhere)

    assert (kernel.name, note) == ("python3", "`conda-env-x-py` is not on the machine that ran it; `python3` did")


def test_an_environment_of_its_own_is_never_stood_in_for() -> None:
    elsewhere = KernelChoice("python3", "python", ("/blog/.inkmill/e/python",), python="/blog/.inkmill/e/python")

    with pytest.raises(ContentError, match="is not on the machine that should run it"):
        kernel_here(elsewhere)
