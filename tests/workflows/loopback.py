"""A network in which there is loopback and nothing else: sockets that listen there, words that run a program there."""

import os
import socket
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Self

_PROCESS = Path(__file__).with_name("loopback_process.py")


class Loopback:
    """One network namespace, kept by a process of its own until it is closed.

    Servers stay in this process: a socket belongs to the namespace in which it was made, wherever it is accepted from.
    """

    def __init__(self) -> None:
        here, there = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        with there:
            self._process = subprocess.Popen(
                ["unshare", "--net", *_as_nobody_special(), sys.executable, "-I", "-S", _PROCESS, str(there.fileno())],
                pass_fds=[there.fileno()],
            )
        self._wire = here

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, what: BaseException | None, at: TracebackType | None) -> None:
        self._wire.close()
        self._process.wait(10)

    def listening(self) -> socket.socket:
        """A new socket that listens on 127.0.0.1 in there, at a port of its own."""
        self._wire.sendall(b"n")
        _, descriptors, _, _ = socket.recv_fds(self._wire, 1, 1)
        return socket.socket(fileno=descriptors[0])

    def words(self) -> tuple[str, ...]:
        """What is put before a command so that it runs in there."""
        user = ("--user", "--preserve-credentials") if _as_nobody_special() else ()
        return ("nsenter", "--target", str(self._process.pid), "--net", *user, "--")


def _as_nobody_special() -> tuple[str, ...]:
    """Who is not root needs a user namespace to make one of the network."""
    return () if os.geteuid() == 0 else ("--user", "--map-root-user")
