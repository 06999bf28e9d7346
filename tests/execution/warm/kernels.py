"""Kernels for tests, forked and fresh, and what they answer."""

import os
import re
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import KernelManager

from generator.execution.warm.server import WarmServer

ARGV = (sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}")


def environment(**more: str) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
    return {**kept, "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1", **more}


class Kernel:
    """A kernel that runs, and its client."""

    def __init__(
        self, server: WarmServer | None, folder: Path, argv: tuple[str, ...], transport: str, **started: Any
    ) -> None:
        self.sockets = tempfile.TemporaryDirectory()
        self.manager = KernelManager(transport=transport, connection_file=str(Path(self.sockets.name) / "kernel.json"))
        stanza = {} if server is None else {"kernel_provisioner": dict(server.provisioner)}
        spec = KernelSpec(argv=list(argv), language="python", display_name="Python", metadata=stanza)
        self.manager._kernel_spec = spec
        self.manager.start_kernel(**{"env": environment(), "cwd": str(folder), **started})
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=60)

    @property
    def is_forked(self) -> bool:
        return bool(getattr(self.manager.provisioner, "is_forked", False))

    @property
    def pid(self) -> int:
        assert self.manager.provisioner is not None
        return int(self.manager.provisioner.pid)  # type: ignore[attr-defined]

    def run(self, code: str) -> list[object]:
        """What a cell puts out, in order."""
        outputs: list[object] = []

        def take(message: Mapping[str, Any]) -> None:
            kind, content = message["msg_type"], message["content"]
            if kind == "stream":
                if outputs and isinstance(outputs[-1], list) and outputs[-1][0] == content["name"]:
                    outputs[-1][1] += content["text"]
                else:
                    outputs.append([content["name"], content["text"]])
            elif kind in ("execute_result", "display_data"):
                outputs.append(content["data"])
            elif kind == "error":
                outputs.append([content["ename"], content["evalue"], content["traceback"]])

        self.client.execute_interactive(code, output_hook=take, timeout=120, allow_stdin=False)
        return [self.without_own(output) for output in outputs]

    def without_own(self, output: object) -> object:
        """Without what no two kernels share: addresses, the number of the process, the folder of its sockets."""
        if isinstance(output, str):
            told = output.replace(self.sockets.name, "SOCKETS").replace(f"ipykernel_{self.pid}", "ipykernel_PID")
            return re.sub(r"0x[0-9a-f]{6,}", "0x", told)
        if isinstance(output, list):
            return [self.without_own(part) for part in output]
        if isinstance(output, dict):
            return {key: self.without_own(part) for key, part in output.items()}
        return output

    def text(self, code: str) -> str:
        """All that a cell prints."""
        return "".join(output[1] for output in self.run(code) if isinstance(output, list))

    def end_by(self, code: str) -> int | None:
        """The exit code of a kernel that a cell ends."""
        self.client.execute(code)
        return self.ended()

    def ended(self) -> int | None:
        assert self.manager.provisioner is not None
        process = self.manager.provisioner.process  # type: ignore[attr-defined]
        return int(process.wait(20))


@contextmanager
def kernel(
    server: WarmServer | None, folder: Path, *, argv: tuple[str, ...] = ARGV, transport: str = "ipc", **started: Any
) -> Iterator[Kernel]:
    made = Kernel(server, folder, argv, transport, **started)
    try:
        yield made
    finally:
        made.client.stop_channels()
        made.manager.shutdown_kernel(now=True)
        made.sockets.cleanup()


def has_gone(pid: int, *, seconds: float = 10) -> bool:
    """Whether the process ends within that time; a zombie has ended."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if not is_alive(pid):
            return True
        time.sleep(0.02)
    return False


def is_alive(pid: int) -> bool:
    import psutil

    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
