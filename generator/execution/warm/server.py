"""The side of inkmill: starts zygotes, one for each environment a kernel is asked for in, and ends them."""

import hashlib
import json
import os
import select
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

# The name that kernel specs use, and the entry point in pyproject.toml.
PROVISIONER = "inkmill-warm"

_MOST_ZYGOTES = 4  # each holds the memory of a kernel; notebooks with yet other environments start the plain way

# Set anew for every kernel, and read by nothing that a zygote imports.
_PER_RUN = ("JPY_", "INKMILL_")

_PATIENCE_SECONDS = 6.0


def can_be_warm() -> bool:
    """Whether this platform forks; Windows does not."""
    return hasattr(os, "fork") and hasattr(socket, "send_fds") and sys.platform != "win32"


def register() -> None:
    """Let jupyter_client know the provisioner where inkmill is not installed and has no entry points."""
    from importlib.metadata import EntryPoint

    from jupyter_client.provisioning.factory import KernelProvisionerFactory

    value = "generator.execution.warm.provisioner:WarmProvisioner"
    entry_point = EntryPoint(PROVISIONER, value, KernelProvisionerFactory.GROUP_NAME)
    KernelProvisionerFactory.instance().provisioners.setdefault(PROVISIONER, entry_point)


def is_per_run(variable: str) -> bool:
    """Whether the variable may differ between two kernels of one zygote."""
    return variable.startswith(_PER_RUN)


def zygote_name(executable: str, options: Sequence[str], environment: Mapping[str, str]) -> str:
    """Of the socket at which the zygote for such kernels listens: the same interpreter, options and variables."""
    lasting = sorted((name, value) for name, value in environment.items() if not is_per_run(name))
    return hashlib.sha256(json.dumps([executable, list(options), lasting]).encode()).hexdigest()[:16]


class WarmServer:
    """Zygotes, as long as the context lasts; then they and all their kernels are gone.

    Args:
        python: the interpreter of the kernels, absolute.
        preloaded: modules to import before the fork; one that fails, or does what cannot be taken back, is left out.
        environment: of the kernels, so that their zygote starts at once; without it, with the first kernel.
    """

    def __init__(
        self, python: str, preloaded: tuple[str, ...] = (), environment: Mapping[str, str] | None = None
    ) -> None:
        self._python = python
        self._preloaded = preloaded
        self._environment = environment
        self._stack = ExitStack()
        self._zygotes: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            self._folder = Path(tempfile.mkdtemp(prefix="inkmill-warm-"))
            stack.callback(shutil.rmtree, self._folder, ignore_errors=True)
            self._life, self._life_of_zygotes = (stack.enter_context(end) for end in socket.socketpair())
            self._door = stack.enter_context(_listening(self._folder / "door"))
            self._waking = os.pipe()
            for end in self._waking:
                stack.callback(os.close, end)
            if self._environment is not None:
                self._zygote({"executable": self._python, "options": [], "environment": dict(self._environment)})
            keeper = threading.Thread(target=self._answer, name="warm kernels", daemon=True)
            keeper.start()
            stack.callback(self._end, keeper)
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    @property
    def provisioner(self) -> Mapping[str, Any]:
        """``kernel_provisioner`` in the metadata of a kernel spec."""
        register()
        config = {"address": str(self._folder / "door"), "python": self._python}
        return {"provisioner_name": PROVISIONER, "config": config}

    def _end(self, keeper: threading.Thread) -> None:
        os.write(self._waking[1], b".")
        keeper.join()
        # Not close(): a forked worker of the pool may hold a copy.
        self._life.shutdown(socket.SHUT_RDWR)
        for zygote in self._zygotes.values():
            try:
                zygote.wait(_PATIENCE_SECONDS)
            except subprocess.TimeoutExpired:
                zygote.kill()
                zygote.wait()

    def _answer(self) -> None:
        """Start the zygotes that provisioners ask for, one after the other."""
        while True:
            ready = select.select([self._door.fileno(), self._waking[0]], [], [])[0]
            if self._waking[0] in ready:
                return
            with suppress(OSError, ValueError, KeyError), self._door.accept()[0] as asking:
                asking.settimeout(5)
                with asking.makefile("rb") as lines:
                    is_there = self._zygote(json.loads(lines.readline()))
                asking.sendall(json.dumps({"is_there": is_there}).encode() + b"\n")

    def _zygote(self, wish: Mapping[str, Any]) -> bool:
        """Whether there is one for such kernels; started now, if need be."""
        name = zygote_name(wish["executable"], wish["options"], wish["environment"])
        if name in self._zygotes:
            return True
        if len(self._zygotes) >= _MOST_ZYGOTES:
            return False
        environment = {key: value for key, value in wish["environment"].items() if not is_per_run(key)}
        script = str(Path(__file__).with_name("zygote.py"))
        # Heard by the zygote alone. Who asks before it is ready waits in the queue of the socket.
        with _listening(self._folder / name) as listening, tempfile.TemporaryFile() as said:
            handed = (listening.fileno(), self._life_of_zygotes.fileno())
            asked = {
                "listening": handed[0],
                "life": handed[1],
                "folder": str(self._folder),
                "preloaded": self._preloaded,
            }
            self._zygotes[name] = subprocess.Popen(
                [wish["executable"], *wish["options"], script, json.dumps(asked)],
                env=environment,
                cwd=self._folder,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                pass_fds=handed,
                # A Ctrl-C of the terminal is for inkmill, which then ends the zygotes.
                start_new_session=True,
            )
        return True


def _listening(path: Path) -> socket.socket:
    """A socket that only this user can reach: the folder is closed to others."""
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(str(path))
    listening.listen(128)
    return listening
