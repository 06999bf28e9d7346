"""What becomes of forked kernels, and of all they started, when something dies."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from generator.execution.warm.server import WarmServer
from tests.execution.warm.kernels import environment, has_gone, is_alive, kernel

pytestmark = pytest.mark.kernel

ROOT = Path(__file__).resolve().parents[3]

# A child, and a grandchild that has left the session and has no parent here any more; both ignore what they can.
DAEMONS = """
import os, signal, time
def linger():
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    time.sleep(600)
    os._exit(0)
child = os.fork()
if not child:
    linger()
read, write = os.pipe()
middle = os.fork()
if not middle:
    os.setsid()
    daemon = os.fork()
    if not daemon:
        linger()
    os.write(write, str(daemon).encode())
    os._exit(0)
os.waitpid(middle, 0)
print(child, int(os.read(read, 20)))
"""


@pytest.fixture
def server() -> Iterator[WarmServer]:
    with WarmServer(sys.executable, (), environment()) as opened:
        yield opened


def zygote_of(server: WarmServer) -> int:
    return next(iter(server._zygotes.values())).pid


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("import os; os._exit(3)", 3),
        ("import os; os._exit(0)", 0),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", -signal.SIGKILL),
        ("import os, signal; os.kill(os.getpid(), signal.SIGTERM)", -signal.SIGTERM),
        ("import ctypes; ctypes.string_at(0)", -signal.SIGSEGV),
        ("import os; os.abort()", -signal.SIGABRT),
    ],
)
def test_a_kernel_ends_as_a_fresh_one_does(server: WarmServer, tmp_path: Path, code: str, expected: int) -> None:
    with kernel(server, tmp_path) as forked, kernel(None, tmp_path) as fresh:
        assert forked.is_forked

        assert (forked.end_by(code), fresh.end_by(code)) == (expected, expected)


def test_a_kernel_that_is_asked_to_shut_down_ends_with_0(server: WarmServer, tmp_path: Path) -> None:
    with kernel(server, tmp_path) as forked:
        forked.client.shutdown()

        assert forked.ended() == 0


def test_a_crash_leaves_the_other_kernels_alone(server: WarmServer, tmp_path: Path) -> None:
    with kernel(server, tmp_path) as one, kernel(server, tmp_path) as other:
        one.end_by("import ctypes; ctypes.string_at(0)")

        with kernel(server, tmp_path) as later:
            assert (other.text("print(1)"), later.is_forked, later.text("print(2)")) == ("1\n", True, "2\n")


def test_an_interrupt_ends_the_cell_and_not_the_kernel(server: WarmServer, tmp_path: Path) -> None:
    with kernel(server, tmp_path) as forked:
        # A request that comes right behind an error would be called off with it.
        at_work = "print('at work', flush=True)\nimport time\nwhile True: time.sleep(0.01)"
        forked.client.execute(at_work, stop_on_error=False)
        while forked.client.get_iopub_msg(timeout=20)["msg_type"] != "stream":
            pass
        forked.manager.interrupt_kernel()
        reply = forked.client.get_shell_msg(timeout=20)

        assert (reply["content"]["ename"], forked.text("print(1)")) == ("KeyboardInterrupt", "1\n")


def test_a_restarted_kernel_is_forked_anew(server: WarmServer, tmp_path: Path) -> None:
    with kernel(server, tmp_path) as forked:
        before = forked.pid
        forked.manager.restart_kernel(now=True)
        forked.client.wait_for_ready(timeout=60)

        assert forked.is_forked
        assert forked.pid != before
        assert has_gone(before)
        assert forked.text("print(1)") == "1\n"


@pytest.mark.parametrize(
    "code", ["import os; os._exit(1)", "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"], ids=["exit", "kill"]
)
def test_daemons_end_with_their_kernel(server: WarmServer, tmp_path: Path, code: str) -> None:
    with kernel(server, tmp_path) as forked:
        daemons = [int(word) for word in forked.text(DAEMONS).split()]
        assert [is_alive(daemon) for daemon in daemons] == [True, True]
        forked.end_by(code)

        assert [is_alive(daemon) for daemon in daemons] == [False, False]


def test_daemons_end_when_the_kernel_is_shut_down(server: WarmServer, tmp_path: Path) -> None:
    with kernel(server, tmp_path) as forked:
        daemons = [int(word) for word in forked.text(DAEMONS).split()]
        forked.manager.shutdown_kernel(now=True)

        assert [has_gone(daemon) for daemon in daemons] == [True, True]


def test_daemons_end_when_the_supervisor_is_killed(server: WarmServer, tmp_path: Path) -> None:
    with kernel(server, tmp_path) as forked:
        daemons = [int(word) for word in forked.text(DAEMONS).split()]
        os.kill(psutil.Process(forked.pid).ppid(), signal.SIGKILL)

        assert forked.ended() == -signal.SIGKILL
        assert [has_gone(one) for one in (forked.pid, *daemons)] == [True, True, True]


def test_the_end_of_the_server_is_the_end_of_everything(tmp_path: Path) -> None:
    server = WarmServer(sys.executable, (), environment())
    with server, kernel(server, tmp_path) as forked:
        pids = [zygote_of(server), forked.pid, psutil.Process(forked.pid).ppid()]
        pids += [int(word) for word in forked.text(DAEMONS).split()]

        server.__exit__(None, None, None)

        assert [is_alive(pid) for pid in pids] == [False] * 5
        assert not server._folder.exists()


def test_a_kernel_outlives_its_zygote_and_the_next_is_a_plain_one(server: WarmServer, tmp_path: Path) -> None:
    with kernel(server, tmp_path) as forked:
        daemons = [int(word) for word in forked.text(DAEMONS).split()]
        os.kill(zygote_of(server), signal.SIGKILL)
        has_gone(zygote_of(server))

        with kernel(server, tmp_path) as next_one:
            assert (next_one.is_forked, next_one.text("print(1)")) == (False, "1\n")
        assert forked.text("print(2)") == "2\n"
        assert forked.end_by("import os; os._exit(3)") == 3
        assert [is_alive(daemon) for daemon in daemons] == [False, False]


def test_kernels_whose_zygote_is_gone_end_with_the_server(tmp_path: Path) -> None:
    server = WarmServer(sys.executable, (), environment())
    with server, kernel(server, tmp_path) as forked:
        os.kill(zygote_of(server), signal.SIGKILL)
        server.__exit__(None, None, None)

        assert has_gone(forked.pid)


def test_a_zygote_that_cannot_start_leaves_the_plain_way(tmp_path: Path) -> None:
    # Python itself refuses this one; the kernel says so, not the zygote.
    env = environment(PYTHONPATH=str(tmp_path))
    (tmp_path / "sitecustomize.py").write_text("import sys, os\nif sys.argv[0] != '-m': os._exit(9)", encoding="utf-8")

    with WarmServer(sys.executable, (), env) as server, kernel(server, tmp_path, env=env) as started:
        assert (started.is_forked, started.text("print(1)")) == (False, "1\n")


PARENT = """
import sys, time
from pathlib import Path
from generator.execution.warm.server import WarmServer
from tests.execution.warm.kernels import environment, kernel
from tests.execution.warm.test_faults import DAEMONS, zygote_of
import psutil
if __name__ == "__main__":
    with WarmServer(sys.executable, (), environment()) as server, kernel(server, Path(sys.argv[1])) as forked:
        daemons = forked.text(DAEMONS).split()
        print(server._folder, zygote_of(server), forked.pid, psutil.Process(forked.pid).ppid(), *daemons, flush=True)
        time.sleep(600)
"""


@pytest.mark.parametrize("signum", [signal.SIGKILL, signal.SIGINT, signal.SIGHUP], ids=lambda one: one.name)
def test_nothing_is_left_of_an_inkmill_that_is_killed(tmp_path: Path, signum: signal.Signals) -> None:
    program = [sys.executable, "-c", textwrap.dedent(PARENT), str(tmp_path)]

    # A group of its own, all of which gets the signal, as from a terminal.
    with subprocess.Popen(
        program, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, process_group=0
    ) as parent:
        assert parent.stdout is not None
        folder, *numbers = parent.stdout.readline().split()
        pids = [int(number) for number in numbers]
        was_alive = [is_alive(pid) for pid in pids]
        os.killpg(parent.pid, signum)
        parent.wait(30)

    assert was_alive == [True] * 5
    assert [has_gone(pid) for pid in pids] == [True] * 5
    assert not Path(folder).exists()


def test_a_kernel_that_nobody_owns_any_more_ends(server: WarmServer, tmp_path: Path) -> None:
    with kernel(server, tmp_path) as forked:
        pid = forked.pid
        forked.manager.provisioner.process = None  # type: ignore[union-attr]

        assert has_gone(pid)


def test_a_server_that_nobody_asks_starts_nothing() -> None:
    before = psutil.Process().children()
    with WarmServer(sys.executable) as server:
        time.sleep(0.05)

        assert psutil.Process().children() == before
        assert server.provisioner["provisioner_name"] == "inkmill-warm"
