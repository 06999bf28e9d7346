"""A program that outlives inkmill by a moment: if inkmill is killed, it ends the kernels left behind.

Run by its path with the standard library alone; see guard.py for who talks to it.
"""

import os
import shutil
import signal
import sys
import time
from collections.abc import Iterable
from pathlib import Path

_ROUNDS = 20
_PAUSE_SECONDS = 0.05


def main(variable: str, token: str) -> None:
    """Follow what inkmill says until it says ``end`` or says no more.

    Args:
        variable: of the environment, that marks what kernels start.
        token: how its value begins.
    """
    groups: set[int] = set()
    folders: set[str] = set()
    for line in sys.stdin:
        word, _, rest = line.rstrip("\n").partition(" ")
        if word == "end":
            return
        if word == "group":
            groups.add(int(rest))
        elif word == "gone":
            groups.discard(int(rest))
        elif word == "folder":
            folders.add(rest)
        elif word == "removed":
            folders.discard(rest)
    _end_all(groups, f"{variable}={token}".encode())
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


def _end_all(groups: Iterable[int], mark: bytes) -> None:
    for group in groups:
        _kill(-group)
    # More than once: a kernel may just have been starting, or starting something.
    for _ in range(_ROUNDS):
        for pid in _marked(mark):
            _kill(pid)
        time.sleep(_PAUSE_SECONDS)


def _marked(mark: bytes) -> list[int]:
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            environment = (folder / "environ").read_bytes()
        except OSError:
            continue
        if int(folder.name) != os.getpid() and (environment.startswith(mark) or b"\0" + mark in environment):
            found.append(int(folder.name))
    return found


def _kill(pid: int) -> None:
    """Kill a process, or a group when pid is negative."""
    try:
        os.kill(pid, signal.SIGKILL)
    except OSError:
        return


if __name__ == "__main__":
    main(*sys.argv[1:3])
