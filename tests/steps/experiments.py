"""What jobs before have left for the steps that tell of experiments."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from generator.github.runs_file import ExperimentRuns, write_runs
from generator.model.experiment import Direction, Metric, Run, RunQuery, Service
from tests.github.fake_api import FakeApi, serving
from tests.github.previews import COMMENT, OTHER, SHA, pull
from tests.steps.on_github import RUN, Job

METRICS = (Metric("acc", Direction.MAX), Metric("loss", Direction.MIN))
QUERY = RunQuery(Service.WANDB, "https://api.wandb.ai", "acme/mnist", sha=SHA)
EVENT = {"repository": {"full_name": "jane/blog", "default_branch": "main"}}


def run(run_id: str, acc: object = 0.9, *, state: str = "finished", sha: str = SHA, **more: Any) -> Run:
    """A run of a commit, with a page."""
    url = f"https://wandb.ai/acme/mnist/runs/{run_id}"
    summary = {"acc": acc, "loss": 0.3}
    values = {"config": {"github_sha": sha, "lr": 0.1}, "summary": summary, "url": url, **more}
    return Run(run_id, f"run-{run_id}", state, "acme/mnist", **values)


def found(*candidates: Run, **more: Any) -> ExperimentRuns:
    """What the service said."""
    values = {"metrics": METRICS, "config": ("lr",), "candidates": candidates, **more}
    return ExperimentRuns(QUERY, "2026-11-26T12:00:00Z", **values)


def handed(job: Job, runs: ExperimentRuns | None) -> str:
    """The folder of the artifacts."""
    folder = job.folder / "found"
    folder.mkdir(exist_ok=True)
    if runs is not None:
        write_runs(folder, runs)
    return str(folder)


def about(command: str, **more: str) -> dict[str, str]:
    """The variables of a job."""
    return {"COMMAND": command, "PR": "7", "SHA": SHA, "COMMENT": str(COMMENT), "RUNS_RESULT": "success", **more}


@contextmanager
def a_job(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Job]:
    """A job of pull request 7 of this very repository."""
    api = FakeApi(pulls={7: pull(fork=False)}, commits={SHA: "", OTHER: ""})
    with serving(api):
        yield Job(api, folder, monkeypatch)


LATER = RUN + 9
