"""One command in a sandbox, from its start to its certain end, and what came out of it."""

import os
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from generator.errors import MachineError
from generator.execution.memory import exact_bytes, taken_bytes
from generator.execution.output_limits import megabytes
from generator.execution.sandbox import Limits, as_root, ensure_bubblewrap, sandbox_words
from generator.execution.system_calls import refused_calls

_LOOK_SECONDS = 0.4
_END_SECONDS = 10.0
_BLOCK_BYTES = 1 << 16
_KILLED_BY_TIMEOUT = (-signal.SIGKILL, 128 + signal.SIGKILL)
# Nothing of ours is in the environment of what stands around the sandbox, either.
_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


@dataclass(frozen=True, slots=True)
class Ended:
    """How a sandbox ended.

    Args:
        stopped: why it was ended, as a clause; empty when its command ended by itself.
        exit_code: of the command; of no use when it was stopped.
        log: the beginning of what it printed; whatever bytes strangers like.
        was_cut: it printed more.
    """

    stopped: str
    exit_code: int
    log: bytes
    was_cut: bool = False


def run_confined(
    command: Sequence[str], answer: IO[bytes], *, tree: Path, readable: Sequence[Path], limits: Limits
) -> Ended:
    """Run a command in a sandbox of its own; afterwards nothing of it is left.

    Args:
        command: as ``sandbox_words`` says; its standard error is the log.
        answer: gets its standard output, up to the limit.

    Raises:
        MachineError: no sandbox can be made here.
    """
    root = as_root()
    ensure_bubblewrap(root)
    words = sandbox_words(command, tree=tree, readable=readable, limits=limits, root=root)
    process = subprocess.Popen(
        words,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={"PATH": _PATH},
        cwd="/",
        start_new_session=True,
    )
    assert process.stdin is not None
    with suppress(BrokenPipeError), process.stdin:
        process.stdin.write(refused_calls())
    with tempfile.TemporaryFile() as log:
        watched = _Watched(process, root, limits, answer, log)
        try:
            stopped = watched.wait()
        finally:
            watched.end()
        log.seek(0)
        said = log.read()
    if not stopped and process.returncode in _KILLED_BY_TIMEOUT:
        stopped = "it was ended from outside"
    return Ended(stopped, process.returncode, said, watched.was_cut)


class _Watched:
    """A sandbox that runs, with the threads that read what it prints."""

    def __init__(
        self,
        process: "subprocess.Popen[bytes]",
        root: Sequence[str],
        limits: Limits,
        answer: IO[bytes],
        log: IO[bytes],
    ) -> None:
        self.was_cut = False
        self._process = process
        self._root = root
        self._limits = limits
        self._too_much = threading.Event()
        assert process.stdout is not None and process.stderr is not None
        readers = ((process.stdout, answer, self._answer), (process.stderr, log, self._log))
        self._threads = [
            threading.Thread(target=take, args=(pipe, kept), daemon=True, name="sandbox-output")
            for pipe, kept, take in readers
        ]
        for thread in self._threads:
            thread.start()

    def wait(self) -> str:
        """Why it has to be ended; empty once it has ended by itself."""
        limits, process = self._limits, self._process
        # `timeout` ends it as well: that also holds when we are gone, and this here when that does not work.
        deadline = time.monotonic() + limits.seconds
        while True:
            with suppress(subprocess.TimeoutExpired):
                process.wait(_LOOK_SECONDS)
                late = time.monotonic() >= deadline - _LOOK_SECONDS
                return _too_long(limits) if late and process.returncode in _KILLED_BY_TIMEOUT else ""
            if time.monotonic() > deadline:
                return _too_long(limits)
            if self._too_much.is_set():
                return f"it handed over more than {megabytes(limits.answer_bytes)}"
            taken = taken_bytes((process.pid,)).get(process.pid, 0)
            if taken > limits.memory_bytes and (taken := exact_bytes(process.pid, taken)) > limits.memory_bytes:
                return f"it took {megabytes(taken)} of memory and may have {megabytes(limits.memory_bytes)}"

    def end(self) -> None:
        """Nothing in the sandbox lives on; what it printed has been read."""
        if self._process.poll() is None:
            self._kill()
        for thread in self._threads:
            thread.join(_END_SECONDS)
        for pipe in (self._process.stdout, self._process.stderr):
            if pipe is not None:
                pipe.close()

    def _kill(self) -> None:
        # With bubblewrap goes the first process in there, and with that one all the others.
        for pid in (*_below(self._process.pid), self._process.pid):
            if self._root:
                subprocess.run((*self._root, "kill", "-KILL", str(pid)), capture_output=True, check=False)
            else:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        try:
            self._process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            raise MachineError("the sandbox cannot be ended", mend="end it, or start the machine anew") from None

    def _answer(self, pipe: IO[bytes], kept: IO[bytes]) -> None:
        left = self._limits.answer_bytes
        for block in iter(lambda: os.read(pipe.fileno(), _BLOCK_BYTES), b""):
            if len(block) > left:
                self._too_much.set()
                return
            left -= len(block)
            kept.write(block)

    def _log(self, pipe: IO[bytes], kept: IO[bytes]) -> None:
        left = self._limits.log_bytes
        # Read to its end in any case: a full pipe would stop what runs in there.
        for block in iter(lambda: os.read(pipe.fileno(), _BLOCK_BYTES), b""):
            kept.write(block[:left])
            self.was_cut = self.was_cut or len(block) > left
            left = max(left - len(block), 0)


def _below(pid: int) -> list[int]:
    """Processes that are to be killed for a sandbox to end: bubblewrap and what started it, the outermost first."""
    import psutil

    try:
        family = psutil.Process(pid).children(recursive=True)
        names = {child.pid: child.name() for child in family}
    except psutil.Error:
        return []
    return [child for child, name in names.items() if name in ("timeout", "bwrap")]


def _too_long(limits: Limits) -> str:
    seconds = limits.seconds
    return f"it took longer than {f'{seconds:g} seconds' if seconds < 120 else f'{seconds / 60:g} minutes'}"
