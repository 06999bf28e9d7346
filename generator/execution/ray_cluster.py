"""Notebooks run on a Ray cluster, which may be this machine alone."""

import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import IO

import generator
from generator.errors import MachineError, UsageError
from generator.execution import ray_driver
from generator.execution.ray_words import Assignment, Broken, Connected, Finished, Message, Stop
from generator.model.execution import Job, Outcome, Progress, RunState, Watch

RUN = "generator.execution.run_notebook:run_notebook"

_CONNECT_SECONDS = 60.0
# The driver gives workers eight seconds to end their kernels, and Ray itself needs some.
_END_SECONDS = 15.0
_LEAVE_SECONDS = 2.0
_SHORT_FOLDER = Path("/tmp")  # noqa: S108 - sockets stand below it, and their paths have 107 bytes at most
_PROGRAM = (
    "import sys; sys.path[:0] = [sys.argv[2]] if sys.argv[2] not in sys.path else [];"
    "from generator.execution.ray_driver import main; main(int(sys.argv[1]))"
)


class RayExecutor:
    """Runs jobs on the machines of a Ray cluster; each gets the files its job declares, and no other.

    Args:
        root: source directory.
        address: of a cluster that this machine belongs to, ``HOST:PORT`` or ``auto``; None starts Ray here, for as long
            as the jobs take.
        run: ``module:function``, found on the workers, that runs one job.
        connect_seconds: how long the cluster may take to answer.

    Raises:
        MachineError: Ray is not installed.
        UsageError: an address of another kind.
    """

    def __init__(
        self, root: Path, *, address: str | None = None, run: str = RUN, connect_seconds: float = _CONNECT_SECONDS
    ) -> None:
        if importlib.util.find_spec("ray") is None:
            raise MachineError("Ray is not installed", mend='run `pip install "inkmill[ray]"`')
        if address is not None and "://" in address:
            raise UsageError(
                f"`{address}` is no address of a Ray cluster",
                mend="write HOST:PORT of its head, on a machine that `ray start --address HOST:PORT` has joined to it",
            )
        self._root = root.resolve()
        self._address = address
        self._run = run
        self._connect_seconds = connect_seconds

    def __call__(self, jobs: Sequence[Job], watch: Watch) -> Generator[tuple[Job, Outcome], None, None]:
        """Every job with its outcome, as they finish.

        Raises:
            MachineError: no cluster answers, its versions differ from ours, or it is gone.
        """
        if not jobs:
            return
        for job in jobs:
            watch(Progress(job.name, RunState.WAITING))
        with _scratch() as scratch, (scratch / "driver.log").open("w+b") as log:
            assignment = Assignment(self._root, self._address, tuple(jobs), self._run, scratch)
            with _driver(assignment, log) as driver:
                for message in driver.messages(self._connect_seconds):
                    match message:
                        case Progress():
                            watch(message)
                        case Finished():
                            yield jobs[message.number], message.outcome
                        case Broken():
                            raise message.error


class _Driver:
    """The driving process, seen from here."""

    def __init__(self, process: subprocess.Popen[bytes], channel: Connection, count: int, log: IO[bytes]) -> None:
        self._process = process
        self._channel = channel
        self._left = count
        self._log = log
        self._is_connected = False

    def messages(self, connect_seconds: float) -> Iterator[Message]:
        """What it says, until every job has its outcome.

        Raises:
            MachineError: it says nothing in time, or ends.
        """
        if not self._channel.poll(connect_seconds):
            raise MachineError(
                f"the Ray cluster did not answer within {connect_seconds:g} s",
                mend="check the address, and the cluster with `ray status`",
            )
        while self._left:
            try:
                message = self._channel.recv()
            except (EOFError, OSError):
                raise MachineError(
                    self._last_words(), mend="look at the cluster with `ray status`, then run again"
                ) from None
            if isinstance(message, Finished):
                self._left -= 1
            if isinstance(message, Connected):
                self._is_connected = True
            else:
                yield message

    def _last_words(self) -> str:
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(5)
        self._log.seek(0)
        lines = self._log.read()[-4096:].decode(errors="replace").split("\n")
        said = next((line.strip() for line in reversed(lines) if line.strip()), "it said nothing")
        return f"the process that drives Ray ended ({said[:300]})"

    def end(self) -> None:
        """Let it end the kernels and leave the cluster, or else end it."""
        # Before it is connected there is no kernel to end.
        deadline = time.monotonic() + (_END_SECONDS if self._is_connected else _LEAVE_SECONDS)
        try:
            with suppress(OSError):
                self._channel.send(Stop())
            # What it still says must be read, or it could not end.
            with suppress(EOFError, OSError):
                while self._channel.poll(max(0.0, deadline - time.monotonic())):
                    self._channel.recv_bytes()
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(max(0.1, deadline - time.monotonic()))
        finally:
            if self._process.poll() is None:
                with suppress(ProcessLookupError):
                    os.killpg(self._process.pid, signal.SIGKILL)
                self._process.wait()


@contextmanager
def _driver(assignment: Assignment, log: IO[bytes]) -> Iterator[_Driver]:
    ours, theirs = socket.socketpair()
    with theirs:
        package_folder = str(Path(generator.__file__).parents[1])
        process = subprocess.Popen(
            [sys.executable, "-P", "-c", _PROGRAM, str(theirs.fileno()), package_folder],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            pass_fds=[theirs.fileno()],
            # Ray puts the working directory on every worker's path.
            cwd="/",
            env=ray_driver.environment(assignment),
            # Ctrl-C in a terminal is ours to hear; it must live on to end the kernels.
            start_new_session=True,
        )
    with Connection(ours.detach()) as channel:
        driver = _Driver(process, channel, len(assignment.jobs), log)
        try:
            with suppress(BrokenPipeError, ConnectionResetError):
                channel.send(assignment)
            yield driver
        finally:
            driver.end()


@contextmanager
def _scratch() -> Iterator[Path]:
    parent = _SHORT_FOLDER if os.access(_SHORT_FOLDER, os.W_OK) else None
    folder = Path(tempfile.mkdtemp(prefix="im", dir=parent))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
