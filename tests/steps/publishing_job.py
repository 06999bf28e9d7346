"""A job that publishes: a repository on a server, and steps that run as processes for it."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from generator.github.context import RunContext
from tests.github.git_server import TOKEN, GitServer, serving
from tests.github.publishing import make_artifact, make_server

ROOT = Path(__file__).parents[2]
SITE = {"index.html": b"<p>Hi</p>", "posts/a/index.html": b"A"}


@dataclass
class Workflow:
    """A repository on a server, and steps that run for it."""

    folder: Path
    context: RunContext
    server: GitServer

    def step(self, *words: str, token: str = TOKEN, **more: str) -> "subprocess.CompletedProcess[str]":
        """Run a step as its job does; `summary` then holds what it says on the page of the run."""
        environ = {
            "PATH": os.environ["PATH"],
            "GITHUB_ACTIONS": "true",
            "GITHUB_REPOSITORY": self.context.repository,
            "GITHUB_SERVER_URL": self.server.address,
            "GITHUB_API_URL": f"{self.server.address}/api/v3",
            "GITHUB_RUN_ID": "99",
            "GITHUB_RUN_NUMBER": "7",
            "GITHUB_STEP_SUMMARY": str(self.folder / "summary"),
            "GH_TOKEN": token,
            "INKMILL_RETRY_SECONDS": "0.01",
            **more,
        }
        self.summary_file.unlink(missing_ok=True)
        done = subprocess.run(
            (sys.executable, "-m", "generator.steps", *words),
            capture_output=True,
            text=True,
            check=False,
            cwd=ROOT,
            env=environ,
        )
        assert "Traceback" not in done.stderr
        assert TOKEN not in done.stdout + done.stderr
        return done

    @property
    def summary_file(self) -> Path:
        return self.folder / "summary"

    @property
    def summary(self) -> str:
        return self.summary_file.read_text() if self.summary_file.exists() else ""

    def artifact(self, name: str, files: Mapping[str, bytes] = SITE, **more: object) -> str:
        return str(make_artifact(self.folder / name, files, **more))  # type: ignore[arg-type]


def in_a_line(names: str) -> dict[str, str]:
    """History as `publishing.Commits` has it: a line of commits by number."""
    base, head = names.split("...")
    return {"status": "identical" if base == head else "ahead" if base < head else "behind"}


def on_disk(workflow: Workflow) -> RunContext:
    return RunContext("ann/blog", server_url=f"file://{workflow.folder / 'server'}")


@contextmanager
def publishing(folder: Path) -> Iterator[Workflow]:
    """A workflow whose repository is new."""
    context = make_server(folder)
    with serving(context) as (server, reached):
        server.compare = in_a_line
        yield Workflow(folder, reached, server)
