"""Ends a kernel's processes, those that tried to leave it included."""

import os
import signal
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import psutil

# In the environment of every process a kernel starts, however far it walks away from it.
MARK = "INKMILL_KERNEL"
_ROUNDS = 5


def descendants(pid: int) -> "list[psutil.Process]":
    """The processes below pid now."""
    import psutil

    try:
        return psutil.Process(pid).children(recursive=True)
    except psutil.Error:
        return []


def end_group(group: int) -> None:
    """Kill a process group; one that is gone is fine."""
    if hasattr(os, "killpg"):
        try:
            os.killpg(group, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            return


def end_strays(mark: str, known: "Iterable[psutil.Process]") -> None:
    """Kill what is left of a run: the known processes, and every process that carries the mark.

    In rounds, since what is about to die may still start another.
    """
    import psutil

    for process in known:
        try:
            process.kill()
        except psutil.Error:
            continue
    for _ in range(_ROUNDS):
        pids = list(marked(mark))
        if not pids:
            return
        for pid in pids:
            try:
                os.kill(pid, getattr(signal, "SIGKILL", signal.SIGTERM))
            except OSError:
                continue


def marked(mark: str) -> Iterator[int]:
    """Pids of the living processes that were started with ``MARK=mark`` in their environment."""
    if Path("/proc/self/environ").exists():
        yield from _marked_in_proc(f"{MARK}={mark}\0".encode())
        return
    import psutil

    for process in psutil.process_iter():
        try:
            if process.environ().get(MARK) == mark:
                yield process.pid
        except (psutil.Error, OSError):
            continue


def _marked_in_proc(entry: bytes) -> Iterator[int]:
    # Read directly: psutil parses every variable of every process, which takes ten times as long.
    for folder in os.scandir("/proc"):
        if folder.name.isdigit():
            try:
                environment = Path(folder.path, "environ").read_bytes()
            except OSError:
                continue
            if environment.startswith(entry) or b"\0" + entry in environment:
                yield int(folder.name)
