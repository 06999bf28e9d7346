"""The real client of W&B from PyPI, in its own environment, in a network with nothing but the fake server."""

import json
import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.experiments.fake_wandb import FakeWandb
from tests.workflows.loopback import Loopback

ROOT = Path(__file__).resolve().parents[2]
ENVIRONMENT = ROOT / ".venv/wandb"
KEY = "k" * 40


def need_client() -> None:
    """The real client is installed; at a desk tests that need it may be left out, in CI never."""
    if ENVIRONMENT.with_suffix(".stamp").exists():
        return
    why = "the client of W&B is not installed: `make .venv/wandb.stamp` does it"
    if os.environ.get("CI"):
        pytest.fail(why)
    pytest.skip(why)


@dataclass(frozen=True, slots=True)
class RealClient:
    """A place where the client runs.

    Args:
        folder: its home and working directory.
    """

    server: FakeWandb
    network: Loopback
    folder: Path

    def read(self, program: str) -> Any:
        """What a program that uses the client prints last, as JSON."""
        return json.loads(self.run("python", "-c", program).splitlines()[-1])

    def run(self, program: str, *words: str, **variables: str) -> str:
        """What a program of the client's environment prints; it fails with all it said."""
        command = [*self.network.words(), str(ENVIRONMENT / "bin" / program), *words]
        ran = subprocess.run(
            command,
            cwd=self.folder,
            env={**self.environment(), **variables},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert ran.returncode == 0, f"{ran.stdout}\n{ran.stderr}"
        return ran.stdout

    def environment(self) -> Mapping[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "WANDB_API_KEY": KEY,
            "WANDB_BASE_URL": self.server.url,
            "WANDB_ERROR_REPORTING": "false",
            "WANDB_SILENT": "true",
        }


@contextmanager
def real_client(folder: Path, **store: Any) -> Iterator[RealClient]:
    """Inside, the client and a fake server of its own, which wants the key."""
    with Loopback() as network, FakeWandb(key=KEY, listening=network.listening(), **store) as server:
        yield RealClient(server, network, folder)
