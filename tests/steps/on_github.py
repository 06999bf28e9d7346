"""A step in this process, against a GitHub on loopback, as a job of a workflow would run it."""

import json
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from generator.errors import InkmillError
from generator.github.git import Remote
from generator.steps.result import StepResult
from tests.github.fake_api import REPOSITORY, FakeApi

RUN = 500
RUN_URL = f"https://github.com/{REPOSITORY}/actions/runs/{RUN}"


@dataclass(frozen=True, slots=True)
class Job:
    """The surroundings of one job.

    Args:
        folder: where the runner keeps its files.
        remote: a bare repository that stands for GitHub's; it has no branch yet.
    """

    api: FakeApi
    folder: Path
    monkeypatch: pytest.MonkeyPatch
    remote: Path | None = None

    def run(self, step: str, *words: str, event: Mapping[str, Any], run: int | str = RUN, **environ: str) -> StepResult:
        """What the step says; its exit code is the error's where it raises one."""
        surroundings = self.surroundings(event, run) | environ
        with self.monkeypatch.context() as patched:
            for name, value in surroundings.items():
                patched.setenv(name, value)
            if self.remote is not None:
                remote = Remote(self.remote.as_uri(), "https://github.com", wait_seconds=0.001)
                patched.setattr("generator.github.pages.remote_of", lambda context: remote)
            try:
                result: StepResult = import_module(f"generator.steps.{step}").main(words)
            except InkmillError as failure:
                return StepResult((failure.problem,), failure.exit_code)
        return result

    def surroundings(self, event: Mapping[str, Any], run: int | str = RUN) -> dict[str, str]:
        """The variables of a job; the runner's files are empty again."""
        (self.folder / "event.json").write_text(json.dumps(event), encoding="utf-8")
        for name in ("output", "summary"):
            (self.folder / name).write_text("", encoding="utf-8")
        return {
            "GITHUB_REPOSITORY": REPOSITORY,
            "GITHUB_API_URL": self.api.address,
            "GITHUB_SERVER_URL": "https://github.com",
            "GITHUB_EVENT_PATH": str(self.folder / "event.json"),
            "GITHUB_OUTPUT": str(self.folder / "output"),
            "GITHUB_STEP_SUMMARY": str(self.folder / "summary"),
            "GITHUB_RUN_ID": str(run),
            "GITHUB_RUN_ATTEMPT": "1",
            "GH_TOKEN": "canary-token",
            "INKMILL_RETRY_SECONDS": "0.001",
        }

    @property
    def outputs(self) -> dict[str, str]:
        """As the runner reads them."""
        lines = (self.folder / "output").read_text(encoding="utf-8").splitlines()
        return dict(line.split("=", 1) for line in lines)

    @property
    def summary(self) -> str:
        return (self.folder / "summary").read_text(encoding="utf-8")

    def branch(self, name: str = "gh-pages") -> list[str]:
        """The files of a branch, sorted; none where there is no such branch."""
        words = ["git", "-C", str(self.remote), "ls-tree", "-r", "--name-only", name]
        return subprocess.run(words, capture_output=True, text=True, check=False).stdout.splitlines()


def bare_repository(folder: Path) -> Path:
    """An empty repository on disk."""
    subprocess.run(["git", "init", "--quiet", "--bare", str(folder)], check=True)
    return folder
