"""One kernel: started, waited for, interrupted, and ended with all that it started."""

import asyncio
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from queue import Empty
from typing import TYPE_CHECKING, Any

from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from traitlets import Instance

from generator.execution.channels import CountedClient
from generator.execution.failures import first_line, how_it_ended, one_line, plain
from generator.execution.guard import Guard
from generator.execution.output_limits import OutputMeter
from generator.execution.process_group import MARK, descendants, end_group, end_strays
from generator.model.execution import KernelChoice

if TYPE_CHECKING:
    import psutil

# The path of a Unix socket has 107 bytes on Linux, 103 on macOS; `/k-ipc-5` comes after the folder.
_LONGEST_FOLDER = 90
_TAIL_BYTES = 8192
_STEP_SECONDS = 0.1
_ECHO_SECONDS = 0.1
_DEATH_SECONDS = 2.0


class KernelStartError(Exception):
    """The kernel did not come up; the text says why, in one clause."""


class _OneSpec(KernelSpecManager):
    """Knows the chosen kernel, and searches no folder."""

    spec = Instance(KernelSpec)

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:  # noqa: ARG002 - there is one
        """The chosen one."""
        return self.spec


class KernelProcess:
    """A kernel and its client.

    Args:
        warm: a provisioner's stanza; None for a process of its own.
    """

    def __init__(
        self, choice: KernelChoice, meter: OutputMeter, guard: Guard, *, warm: Mapping[str, Any] | None = None
    ) -> None:
        self.choice = choice
        self.exit_code: int | None = None
        self._meter = meter
        self._guard = guard
        self._warm = warm
        self._mark = guard.new_mark()
        self._folder: Path | None = None
        self._stderr = b""
        self._stderr_fd: int | None = None
        self._strays: set[psutil.Process] = set()
        self._group: int | None = None
        self.pid: int | None = None
        self.client: CountedClient | None = None
        self.manager = self._make_manager()

    def _make_manager(self) -> AsyncKernelManager:
        choice = self.choice
        spec = KernelSpec(
            name=choice.name,
            argv=list(choice.argv),
            env=dict(choice.env),
            display_name=choice.name,
            language=choice.language,
            interrupt_mode="message" if choice.interrupts_by_message else "signal",
            # Said outright: JUPYTER_DEFAULT_PROVISIONER_NAME would name another.
            metadata={"kernel_provisioner": dict(self._warm or {"provisioner_name": "local-provisioner"})},
        )
        manager = AsyncKernelManager(kernel_name=choice.name, kernel_spec_manager=_OneSpec(spec=spec))
        manager.client_factory = CountedClient
        return manager

    def _make_folder(self) -> None:
        folder = self._folder = _short_folder()
        self._guard.made(folder)
        # TCP needs free ports, and kernels that start at the same time take them from one another.
        is_ipc = sys.platform != "win32" and len(os.fsencode(folder)) <= _LONGEST_FOLDER
        self.manager.transport = "ipc" if is_ipc else "tcp"
        self.manager.connection_file = str(folder / "k.json")

    async def start(self, environment: Mapping[str, str], folder: Path) -> None:
        """Start the process, working in folder.

        Raises:
            KernelStartError: there is no such program.
        """
        self._make_folder()
        is_ipython = any("ipykernel" in word for word in self.choice.argv)
        options: dict[str, Any] = {
            "cwd": str(folder),
            "env": {**environment, MARK: self._mark},
            # Kernels that run at the same time would lock one another out of one history file.
            "extra_arguments": ["--HistoryManager.hist_file=:memory:"] if is_ipython else [],
        }
        # What a kernel says before it can speak through its sockets is kept for the message; the rest is nobody's.
        nowhere, stderr = os.open(os.devnull, os.O_WRONLY), self._listen_to_stderr()
        try:
            await self.manager.start_kernel(stdout=nowhere, stderr=nowhere if stderr is None else stderr, **options)
        except Exception as error:
            raise KernelStartError(f"it cannot be started: {one_line(_said(error))}") from error
        finally:
            for theirs in (nowhere, stderr):
                if theirs is not None:
                    os.close(theirs)
        self.pid = getattr(self.manager.provisioner, "pid", None)
        self._group = getattr(self.manager.provisioner, "pgid", None) or None
        if self._group == os.getpgrp():
            self._group = None
        if self._group is not None:
            self._guard.started(self._group)

    async def ready(self, timeout_seconds: float) -> dict[str, Any]:
        """What the kernel says of itself, once it answers on shell and is heard on iopub.

        jupyter_client's own wait ends with a fifth of a second of listening to silence, for every kernel.

        Raises:
            KernelStartError: it ended, or did not answer in time.
        """
        client = self.manager.client(context=self.manager.context)
        assert isinstance(client, CountedClient)
        self.client = client
        client.open(self._meter)
        deadline = time.monotonic() + timeout_seconds
        asked: set[str] = set()
        while True:
            asked.add(client.kernel_info())
            reply = await self._reply(client, asked, deadline)
            if await _is_heard(client, asked):
                return dict(reply["content"])

    async def _reply(self, client: CountedClient, asked: set[str], deadline: float) -> dict[str, Any]:
        while True:
            with suppress(Empty):
                message: dict[str, Any] = await client.shell_channel.get_msg(timeout=_STEP_SECONDS)
                if message["parent_header"].get("msg_id") in asked:
                    return message
            if await self.has_ended():
                await asyncio.sleep(0.05)
                raise KernelStartError(f"it ended while it started ({self._how_it_ended()}){self._last_words()}")
            if time.monotonic() > deadline:
                raise KernelStartError(f"it did not answer in time{self._last_words()}")

    def _how_it_ended(self) -> str:
        return how_it_ended(self.exit_code or 0)

    def _last_words(self) -> str:
        lines = [line for line in plain(self._stderr.decode(errors="replace")).splitlines() if line.strip()]
        return f": {one_line(lines[-1])}" if lines else ""

    def _listen_to_stderr(self) -> int | None:
        """The end for the kernel; None where an event loop cannot wait for a pipe."""
        if os.name != "posix":
            return None
        self._stderr_fd, theirs = os.pipe()
        os.set_blocking(self._stderr_fd, False)
        asyncio.get_running_loop().add_reader(self._stderr_fd, self._read_stderr)
        return theirs

    def _read_stderr(self) -> None:
        assert self._stderr_fd is not None
        try:
            read = os.read(self._stderr_fd, 65536)
        except BlockingIOError:
            return
        except OSError:
            read = b""
        if not read:
            asyncio.get_running_loop().remove_reader(self._stderr_fd)
        self._stderr = (self._stderr + read)[-_TAIL_BYTES:]

    async def has_ended(self) -> bool:
        """Whether the process is gone; ``exit_code`` then says how."""
        if self.exit_code is None and self.manager.provisioner is not None and self.manager.has_kernel:
            self.exit_code = await self.manager.provisioner.poll()
        return self.exit_code is not None

    async def interrupt(self) -> None:
        """Ask the cell to stop."""
        if not await self.has_ended():
            await self.manager.interrupt_kernel()

    def note_descendants(self) -> None:
        """Remember what the kernel has started so far: once it is dead nobody can tell whose children they were."""
        if self.pid is not None:
            self._strays.update(descendants(self.pid))

    async def end(self) -> None:
        """End the kernel, its process group and whatever else it started; nothing of it stays on disk."""
        try:
            await self._end_processes()
        finally:
            if self.client is not None:
                self.client.close()
            with suppress(Exception):
                await self.manager.cleanup_resources()
            if self._stderr_fd is not None:
                asyncio.get_running_loop().remove_reader(self._stderr_fd)
                os.close(self._stderr_fd)
                self._stderr_fd = None
            if self._folder is not None:
                shutil.rmtree(self._folder, ignore_errors=True)
                self._guard.removed(self._folder)

    async def _end_processes(self) -> None:
        provisioner = self.manager.provisioner
        if provisioner is None or not self.manager.has_kernel:
            return
        self.note_descendants()
        if not await self.has_ended():
            with suppress(OSError):
                await provisioner.kill()
        if self._group is not None:
            end_group(self._group)
        deadline = time.monotonic() + _DEATH_SECONDS
        while await provisioner.poll() is None and time.monotonic() < deadline:
            await asyncio.sleep(0.005)
        if await provisioner.poll() is not None:
            await provisioner.wait()
        end_strays(self._mark, self._strays)
        if self._group is not None:
            self._guard.ended(self._group)


async def _is_heard(client: CountedClient, asked: set[str]) -> bool:
    """Whether iopub brings something that answers us: a subscription takes a moment to get through."""
    while True:
        try:
            message = await client.iopub_channel.get_msg(timeout=_ECHO_SECONDS)
        except Empty:
            return False
        if message["parent_header"].get("msg_id") in asked:
            return True


def _short_folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="ik-"))
    if len(os.fsencode(folder)) > _LONGEST_FOLDER and Path("/tmp").is_dir():  # noqa: S108
        folder.rmdir()
        folder = Path(tempfile.mkdtemp(prefix="ik-", dir="/tmp"))
    return folder


def _said(error: Exception) -> str:
    if isinstance(error, OSError) and error.filename:
        return f"{error.strerror}: {error.filename}"
    return first_line(str(error)) or type(error).__name__
