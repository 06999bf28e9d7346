"""The kernel provisioner of jupyter_client that asks a zygote for a kernel, and starts a plain one in need."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from traitlets import Unicode

from generator.execution.warm.server import is_per_run, zygote_name

# For a zygote to import what it is to preload; beyond that a plain kernel is the better one.
_PATIENCE_SECONDS = 60.0

# For the sockets of a kernel to be there; who comes before them waits longer, no more.
_DOORS_SECONDS = 2.0

# What a command must look like: the interpreter, its options, and this.
_LAUNCHER = ("-m", "ipykernel_launcher")


class WarmProvisioner(LocalProvisioner):
    """As LocalProvisioner, but for where the process comes from."""

    address = Unicode(config=True, help="The socket at which the WarmServer starts zygotes.")
    python = Unicode(config=True, help="The interpreter of its kernels.")

    # LocalProvisioner never says that it is a subprocess.Popen.
    process: Any

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Forked, or else as LocalProvisioner does."""
        wish = _wish(cmd, kwargs, self.python)
        process = None if wish is None else await _forked(wish, self.address)
        if wish is None or process is None:
            return await super().launch_kernel(cmd, **kwargs)
        self.process = process
        # A forked kernel leads a session of its own, as launch_kernel of jupyter_client has it.
        self.pid = self.pgid = process.pid
        self.cwd = kwargs.get("cwd", Path.cwd())
        await _listens(process, wish.folder, self.connection_info)
        return self.connection_info

    @property
    def is_forked(self) -> bool:
        """Whether the kernel that runs now came from a zygote."""
        return isinstance(self.process, ForkedProcess)

    async def send_signal(self, signum: int) -> None:
        """Not to whoever has the number of a process that is gone."""
        if await self.poll() is None:
            await super().send_signal(signum)

    async def cleanup(self, restart: bool = False) -> None:
        """Let go of the supervisor, too."""
        if isinstance(self.process, ForkedProcess):
            self.process.poll()
        await super().cleanup(restart)


class ForkedProcess:
    """What subprocess.Popen is for a child of this process, for a kernel that is the child of a supervisor."""

    stdin = stdout = stderr = None

    def __init__(self, pid: int, conversation: socket.socket) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._conversation = conversation
        self._said = b""

    def poll(self) -> int | None:
        """The exit code, negative for a signal; None while it runs."""
        if self.returncode is None:
            self._hear(0)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """As poll, but waits.

        Raises:
            subprocess.TimeoutExpired: after that many seconds.
        """
        deadline = None if timeout is None else time.monotonic() + timeout
        while self.returncode is None:
            left = None if deadline is None else deadline - time.monotonic()
            if left is not None and left <= 0:
                raise subprocess.TimeoutExpired("kernel", timeout or 0)
            self._hear(left)
        return self.returncode

    def send_signal(self, signum: int) -> None:
        """To the process alone."""
        if self.poll() is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, signum)

    def terminate(self) -> None:
        """SIGTERM."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """SIGKILL."""
        self.send_signal(signal.SIGKILL)

    def _hear(self, seconds: float | None) -> None:
        self._conversation.settimeout(seconds)
        try:
            heard = self._conversation.recv(4096)
        except (BlockingIOError, TimeoutError):
            return
        except OSError:
            heard = b""
        self._said += heard
        if heard and b"\n" not in self._said:
            return
        if heard:
            self.returncode = json.loads(self._said)["exit"]
        else:
            # The supervisor was killed, which takes the kernel along; where it does not, we do.
            self.returncode = -signal.SIGKILL
            with suppress(OSError):
                os.killpg(self.pid, signal.SIGKILL)
        # Now its number may be given to another process.
        self._conversation.close()

    def __del__(self) -> None:
        # Without an owner it would be an orphan: the supervisor ends it when it finds nobody there.
        self._conversation.close()


@dataclass(frozen=True, slots=True)
class _Wish:
    """What a kernel is to be.

    Args:
        command: whole; ``executable``, ``options`` and ``arguments`` are its parts.
        streams: descriptors for its standard input, output and error; None for an input that is at its end.
    """

    command: tuple[str, ...]
    executable: str
    options: tuple[str, ...]
    arguments: tuple[str, ...]
    environment: Mapping[str, str]
    folder: str
    streams: tuple[int | None, int, int]


def _wish(command: Sequence[str], asked: Mapping[str, Any], python: str) -> _Wish | None:
    """None when a fork cannot give just that."""
    environment = asked.get("env") or dict(os.environ)
    folder = str(Path(asked.get("cwd") or ".").absolute())
    executable, *rest = (os.path.expanduser(word) for word in command)  # noqa: PTH111 - as jupyter_client does
    start = next((number for number in range(len(rest)) if tuple(rest[number : number + 2]) == _LAUNCHER), None)
    streams = tuple(asked.get(name) for name in ("stdin", "stdout", "stderr"))
    known = {"env", "cwd", "stdin", "stdout", "stderr", "independent", "extra_arguments", "kernel_id"}
    if (
        start is None
        or set(asked) - known
        or asked.get("independent")
        or not _is_same_python(executable, python)
        or not Path(folder).is_dir()
        # Drawn by lot when the interpreter starts, and all forks of a zygote would have the same.
        or not environment.get("PYTHONHASHSEED", "random").isdecimal()
        or any(not (stream is None or (isinstance(stream, int) and stream >= 0)) for stream in streams)
    ):
        return None
    stdin, stdout, stderr = streams
    return _Wish(
        command=(executable, *rest),
        executable=executable,
        options=tuple(rest[:start]),
        arguments=tuple(rest[start + 2 :]),
        environment=environment,
        folder=folder,
        streams=(stdin, 1 if stdout is None else stdout, 2 if stderr is None else stderr),
    )


def _is_same_python(executable: str, python: str) -> bool:
    """Two names in one folder may be one interpreter; links from elsewhere are other environments."""
    one, other = Path(executable), Path(python)
    return one == other or (one.parent == other.parent and one.exists() and one.samefile(other))


async def _forked(wish: _Wish, address: str) -> ForkedProcess | None:
    """None when there is no zygote, or it cannot do it."""
    conversation = socket.socket(socket.AF_UNIX)
    try:
        conversation.setblocking(False)
        if await _connected(conversation, wish, address):
            _ask(conversation, wish)
            answer = await asyncio.wait_for(_line(conversation), _PATIENCE_SECONDS)
            if "pid" in answer:
                return ForkedProcess(answer["pid"], conversation)
    except (OSError, ValueError, TimeoutError):
        pass
    except BaseException:
        # Ctrl-C, or whoever waited has gone: the supervisor finds nobody there, and ends the kernel.
        conversation.close()
        raise
    conversation.close()
    return None


async def _connected(conversation: socket.socket, wish: _Wish, address: str) -> bool:
    """Whether a zygote listens; the first kernel of its kind has it started."""
    zygote = Path(address).with_name(zygote_name(wish.executable, wish.options, wish.environment))
    loop = asyncio.get_running_loop()
    if not zygote.exists():
        with socket.socket(socket.AF_UNIX) as door:
            door.setblocking(False)
            await loop.sock_connect(door, address)
            asked = {"executable": wish.executable, "options": wish.options, "environment": dict(wish.environment)}
            await loop.sock_sendall(door, json.dumps(asked).encode() + b"\n")
            if not (await asyncio.wait_for(_line(door), _PATIENCE_SECONDS)).get("is_there"):
                return False
    await loop.sock_connect(conversation, str(zygote))
    return True


async def _listens(process: ForkedProcess, folder: str, connection: Mapping[str, Any]) -> None:
    """Wait until the kernel has its sockets, or has ended.

    zmq comes back only after 100 ms to a door that was not there yet: most of the time that a fork takes.
    """
    doors = [(connection["ip"], connection[f"{name}_port"]) for name in ("shell", "stdin", "control", "iopub", "hb")]
    deadline = time.monotonic() + _DOORS_SECONDS
    while doors and process.poll() is None and time.monotonic() < deadline:
        if _is_open(folder, connection["transport"], *doors[0]):
            del doors[0]
        else:
            await asyncio.sleep(0.001)


def _is_open(folder: str, transport: str, ip: str, port: int) -> bool:
    if transport == "ipc":
        return Path(folder, f"{ip}-{port}").exists()
    with socket.socket(socket.AF_INET6 if ":" in ip else socket.AF_INET) as knocking:
        knocking.settimeout(1)
        return knocking.connect_ex((ip, port)) == 0


def _ask(conversation: socket.socket, wish: _Wish) -> None:
    asked = {
        "command": wish.command,
        "arguments": wish.arguments,
        "folder": wish.folder,
        "variables": {name: value for name, value in wish.environment.items() if is_per_run(name)},
    }
    text = json.dumps(asked).encode()
    stdin, stdout, stderr = wish.streams
    ended, ending = os.pipe()
    os.close(ending)
    try:
        conversation.settimeout(_PATIENCE_SECONDS)
        socket.send_fds(
            conversation, [len(text).to_bytes(4, "big")], [ended if stdin is None else stdin, stdout, stderr]
        )
        conversation.sendall(text)
        conversation.setblocking(False)
    finally:
        os.close(ended)


async def _line(conversation: socket.socket) -> dict[str, Any]:
    """One message; empty when the other side is gone."""
    loop = asyncio.get_running_loop()
    said = b""
    while not said.endswith(b"\n") and (more := await loop.sock_recv(conversation, 4096)):
        said += more
    found: dict[str, Any] = json.loads(said or b"{}")
    return found
