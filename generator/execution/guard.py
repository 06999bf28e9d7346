"""Makes sure that no kernel survives inkmill, even when inkmill is killed with SIGKILL."""

import os
import subprocess
import sys
import threading
from contextlib import suppress
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Self

from generator.execution import guard_process
from generator.execution.process_group import MARK


class Guard:
    """One small process beside all kernels of an executor; it reads from a pipe that the system closes if we die.

    PR_SET_PDEATHSIG would need code between fork and exec, which is not safe with threads, and would reach only the
    kernel itself. On macOS, where nobody may read another process's environment, process groups are ended; Windows
    has no such process: there ipykernel watches its parent itself.
    """

    def __init__(self) -> None:
        self._token = f"{os.getpid()}-{os.urandom(6).hex()}"
        self._numbers = count(1)
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        if os.name == "posix":
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-S", str(Path(guard_process.__file__)), MARK, self._token],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                # Ctrl-C in a terminal reaches every process of the foreground group; this one must outlast it.
                start_new_session=True,
                cwd="/",
                env={},
            )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process is not None:
            self._tell("end")
            with suppress(OSError):
                assert self._process.stdin is not None
                self._process.stdin.close()
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(5)

    def new_mark(self) -> str:
        """For one run; what carries it is ended with us."""
        return f"{self._token}.{next(self._numbers)}"

    def started(self, group: int) -> None:
        """A kernel runs in that process group."""
        self._tell(f"group {group}")

    def ended(self, group: int) -> None:
        """Its number may soon be another's."""
        self._tell(f"gone {group}")

    def made(self, folder: Path) -> None:
        """A folder that must not stay behind."""
        self._tell(f"folder {folder}")

    def removed(self, folder: Path) -> None:
        """It is gone."""
        self._tell(f"removed {folder}")

    def _tell(self, line: str) -> None:
        if self._process is None or self._process.stdin is None:
            return
        # A guard that was killed is no reason to stop.
        with self._lock, suppress(OSError, ValueError):
            os.write(self._process.stdin.fileno(), f"{line}\n".encode())
