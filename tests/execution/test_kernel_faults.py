"""What a kernel can do to us, and that each time the right cell is named and no process is left."""

import resource
import signal
import subprocess
import sys
import tempfile
import textwrap
import time
from pathlib import Path

import pytest

from generator.execution.run_notebook import run_notebook
from generator.model.resources import Resources
from tests.execution.running import Seen, a_job, gone, living, run, said, texts

pytestmark = pytest.mark.kernel

ROOT = Path(__file__).resolve().parents[2]
_BUSY = "import os\nopen('kernel.pid', 'w').write(str(os.getpid()))\nwhile True:\n    pass"
_IGNORES = "import signal, ctypes\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\n"
# Away from its parent, its session and its group, as a daemon goes.
_DAEMON = textwrap.dedent("""
    import os, sys, time
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            open("daemon.pid", "w").write(str(os.getpid()))
            time.sleep(600)
        os._exit(0)
    while not os.path.exists("daemon.pid") or not open("daemon.pid").read():
        time.sleep(0.01)
""")


@pytest.mark.parametrize(
    ("code", "problem"),
    [
        ("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", "the kernel died (SIGKILL)"),
        ("import ctypes\nctypes.string_at(0)", "the kernel died (SIGSEGV)"),
        ("import os\nos._exit(3)", "the kernel died (exit code 3)"),
    ],
)
def test_a_dead_kernel_is_named_with_cell_and_cause(tmp_path: Path, code: str, problem: str) -> None:
    began = time.monotonic()

    outcome = run(tmp_path, "'before'", code, "'after'")

    assert said(outcome) == ("died", problem, 2, None)
    assert texts(outcome) == ["'before'", "", ""]
    assert time.monotonic() - began < 30
    assert living() == []


def test_what_a_dying_kernel_printed_is_kept(tmp_path: Path) -> None:
    outcome = run(tmp_path, "import os, time\nprint('last words', flush=True)\ntime.sleep(0.2)\nos._exit(1)")

    assert texts(outcome) == ["last words\n"]


def test_a_kernel_that_dies_after_its_cell_is_no_good_run(tmp_path: Path) -> None:
    outcome = run(
        tmp_path, "import threading, os, time\nthreading.Timer(0.3, os._exit, [7]).start()", "time.sleep(5)", "3"
    )

    assert said(outcome) == ("died", "the kernel died (exit code 7)", 2, None)


def test_a_cell_that_outlives_its_timeout_is_interrupted(tmp_path: Path) -> None:
    outcome = run(tmp_path, "1", "while True:\n    pass", "3", timeout_seconds=1)

    assert said(outcome) == ("timeout", "the cell ran longer than its timeout of 1 s", 2, None)
    assert texts(outcome) == ["1", "KeyboardInterrupt", ""]
    assert living() == []


def test_a_cell_that_goes_on_after_the_interrupt_is_no_good_cell(tmp_path: Path) -> None:
    code = "import time\ntry:\n    time.sleep(60)\nexcept KeyboardInterrupt:\n    print('never mind')"

    outcome = run(tmp_path, code, "2", timeout_seconds=0.5)

    assert said(outcome) == ("timeout", "the cell ran longer than its timeout of 0.5 s", 1, None)
    assert texts(outcome) == ["never mind\n", ""]


@pytest.mark.slow
@pytest.mark.parametrize("loop", ["while True:\n    pass", "ctypes.PyDLL(None).sleep(60)"])
def test_a_cell_that_ignores_the_interrupt_is_killed(tmp_path: Path, loop: str) -> None:
    outcome = run(tmp_path, _IGNORES + loop, timeout_seconds=0.5)

    assert said(outcome) == ("timeout", "the cell ran longer than its timeout of 0.5 s", 1, None)
    assert living() == []


def test_the_notebook_has_a_timeout_of_its_own(tmp_path: Path) -> None:
    outcome = run(tmp_path, "import time\ntime.sleep(0.2)", "time.sleep(60)", notebook_timeout_seconds=1)

    assert said(outcome) == ("timeout", "the notebook ran longer than its timeout of 1 s", 2, None)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("code", "problem"),
    [
        ("while True:\n    print('x' * 1000)", "the cell printed more than 50 MB"),
        ("print('x' * 10**9)", "the cell sent more than 60 MB at once"),
        ("raise ValueError('x' * 10**8)", "the cell sent more than 60 MB at once"),
        ("while True:\n    display(1)", "the cell showed more than 10,000 outputs"),
    ],
)
def test_a_flood_of_output_ends_in_bounded_memory(tmp_path: Path, code: str, problem: str) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    outcome = run(tmp_path, "1", code, "3")

    assert said(outcome) == ("output", problem, 2, None)
    assert outcome.notebook is not None
    assert len(outcome.notebook) < 2_000_000
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 400_000  # kB
    assert living() == []


def test_a_kernel_that_outgrows_its_memory_is_killed_with_figures(tmp_path: Path) -> None:
    hog = "import time\nkept = []\nwhile True:\n    kept.append(b'x' * 20_000_000)\n    time.sleep(0.01)"

    outcome = run_notebook(a_job("1", hog), tmp_path, Seen(), memory_bytes=400_000_000)

    assert outcome.failure is not None
    assert (outcome.failure.kind.value, outcome.failure.cell) == ("memory", 2)
    assert outcome.failure.problem.endswith("MB, it may have 400 MB")
    assert living() == []


def test_a_childs_memory_counts_as_its_kernels(tmp_path: Path) -> None:
    hog = "x = b'x' * 700_000_000; import time; time.sleep(60)"

    outcome = run(
        tmp_path,
        f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {hog!r}])",
        resources=Resources(memory_bytes=500_000_000),
    )

    assert outcome.failure is not None
    assert (outcome.failure.kind.value, outcome.failure.cell) == ("memory", 1)
    assert living() == []


@pytest.mark.parametrize("ending", ["", "import os\nos._exit(1)", "1 / 0"])
def test_a_daemon_a_notebook_started_does_not_outlive_it(tmp_path: Path, ending: str) -> None:
    outcome = run(tmp_path, _DAEMON, ending)

    assert (outcome.failure is None) == (ending == "")
    assert gone(int((tmp_path / "daemon.pid").read_text()))
    assert living() == []


def test_a_program_in_a_session_of_its_own_does_not_outlive_its_notebook(tmp_path: Path) -> None:
    outcome = run(
        tmp_path,
        "import subprocess\nchild = subprocess.Popen(['sleep', '600'], start_new_session=True)\nprint(child.pid)",
    )

    assert gone(int(texts(outcome)[0]))


def _started(folder: Path) -> "subprocess.Popen[bytes]":
    """Another inkmill, which runs a notebook that starts a daemon and goes on for ever."""
    program = textwrap.dedent(f"""
        import sys
        sys.path.insert(0, {str(ROOT)!r})
        from pathlib import Path
        from generator.execution.local import LocalExecutor
        from tests.execution.running import Seen, a_job
        busy = a_job({_DAEMON!r}, {_BUSY!r})
        try:
            list(LocalExecutor(Path({str(folder)!r}), jobs=2)([busy], Seen()))
        except KeyboardInterrupt:
            sys.exit(130)
    """)
    started = subprocess.Popen([sys.executable, "-c", program], start_new_session=True)
    deadline = time.monotonic() + 60
    while not (folder / "kernel.pid").exists() or not (folder / "kernel.pid").read_text():
        assert time.monotonic() < deadline and started.poll() is None
        time.sleep(0.05)
    return started


def _pids(folder: Path) -> tuple[int, int]:
    return int((folder / "kernel.pid").read_text()), int((folder / "daemon.pid").read_text())


def test_ctrl_c_ends_every_kernel_and_what_it_started(tmp_path: Path) -> None:
    inkmill = _started(tmp_path)

    inkmill.send_signal(signal.SIGINT)

    assert inkmill.wait(30) == 130
    assert [gone(pid, 0.5) for pid in _pids(tmp_path)] == [True, True]
    assert living() == []


def test_no_kernel_survives_an_inkmill_that_is_killed(tmp_path: Path) -> None:
    inkmill = _started(tmp_path)

    inkmill.kill()
    inkmill.wait()

    assert [gone(pid, 10) for pid in _pids(tmp_path)] == [True, True]


def test_a_failed_run_leaves_no_folder_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = Path(tempfile.mkdtemp(prefix="t", dir="/tmp"))
    monkeypatch.setattr(tempfile, "tempdir", str(folder))

    outcome = run(tmp_path, "import os\nos._exit(1)")

    assert outcome.failure is not None
    assert list(folder.iterdir()) == []
    folder.rmdir()
