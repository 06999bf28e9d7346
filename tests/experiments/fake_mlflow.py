"""An MLflow tracking server on loopback: the part of REST API 2.0 that is asked, as version 3.17 answered it."""

import base64
import json
import math
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.loopback import Asked, Loopback, Reply, says, serving

_API = "/api/2.0/mlflow/"
_FILTER = re.compile(r"(params|tags)\.`([^`]+)` = '([^']*)'")


@dataclass(frozen=True, slots=True)
class StoredRun:
    """One run.

    Args:
        courses: metric to its points (step, value), in the order they were logged.
    """

    id: str
    name: str
    status: str = "FINISHED"
    start_time: int = 1_795_713_668_000
    params: Mapping[str, str] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    courses: Mapping[str, tuple[tuple[int, float], ...]] = field(default_factory=dict)
    experiment: str = "mnist"
    lifecycle_stage: str = "active"


class FakeMlflow:
    """What the server holds, and how it behaves.

    Args:
        authorization: the header that it wants, empty for a server that asks nobody.
        page: how many runs or points an answer holds at most.
    """

    def __init__(self, runs: tuple[StoredRun, ...], *, authorization: str = "", page: int = 1000) -> None:
        self.authorization = authorization
        self.page = page
        self.hold(*runs)

    def hold(self, *runs: StoredRun) -> None:
        """Hold these runs and no others."""
        self.runs = runs
        self.experiments = tuple(dict.fromkeys(run.experiment for run in runs))

    def __call__(self, asked: Asked) -> Reply:
        if self.authorization and asked.headers.get("authorization") != self.authorization:
            return says(401, b"You are not authenticated.")
        address = urlsplit(asked.target)
        words = {name: values[0] for name, values in parse_qs(address.query).items()}
        answers: Mapping[str, Callable[[], Reply]] = {
            "GET experiments/get-by-name": lambda: self._experiment(words["experiment_name"]),
            "GET runs/get": lambda: self._run(words["run_id"]),
            "GET metrics/get-history": lambda: self._history(words),
            "POST runs/search": lambda: self._search(json.loads(asked.body)),
        }
        answer = answers.get(f"{asked.method} {address.path.removeprefix(_API)}")
        return answer() if answer else says(404, b"<html>Not Found</html>")

    def _experiment(self, name: str) -> Reply:
        if name not in self.experiments:
            return _missing(f"Could not find experiment with name '{name}'")
        return says(
            200, {"experiment": {"experiment_id": self._number(name), "name": name, "lifecycle_stage": "active"}}
        )

    def _run(self, run_id: str) -> Reply:
        run = next((run for run in self.runs if run.id == run_id), None)
        return _missing(f"Run with id={run_id} not found") if run is None else says(200, {"run": self._written(run)})

    def _search(self, asked: Mapping[str, Any]) -> Reply:
        runs = [run for run in self.runs if self._number(run.experiment) in asked["experiment_ids"]]
        runs = [run for run in runs if run.lifecycle_stage == "active" and _fits(run, asked["filter"])]
        if asked["order_by"] != ["attributes.start_time DESC"]:
            return says(400, {"error_code": "INVALID_PARAMETER_VALUE", "message": "Invalid order_by"})
        runs.sort(key=lambda run: run.start_time, reverse=True)
        return self._paged("runs", [self._written(run) for run in runs], asked.get("page_token", ""))

    def _history(self, words: Mapping[str, str]) -> Reply:
        run = next((run for run in self.runs if run.id == words["run_id"]), None)
        if run is None:
            return _missing(f"Run with id={words['run_id']} not found")
        key = words["metric_key"]
        points = [
            {"key": key, "value": _number(value), "timestamp": 1_795_713_668_000 + index, "step": step}
            for index, (step, value) in enumerate(run.courses.get(key, ()))
        ]
        return self._paged("metrics", points, words.get("page_token", ""))

    def _paged(self, name: str, entries: list[dict[str, Any]], token: str) -> Reply:
        start = int(base64.b64decode(token)) if token else 0
        end = start + self.page
        following = {"next_page_token": base64.b64encode(str(end).encode()).decode()} if end < len(entries) else {}
        return says(200, {name: entries[start:end], **following} if entries else {})

    def _number(self, experiment: str) -> str:
        return str(self.experiments.index(experiment) + 1)

    def _written(self, run: StoredRun) -> dict[str, Any]:
        last = {key: points[-1] for key, points in run.courses.items()}
        tags = {"mlflow.user": "ada", "mlflow.runName": run.name, **run.tags}
        found = {
            "metrics": [{"key": k, "value": _number(v), "timestamp": 1, "step": s} for k, (s, v) in last.items()],
            "params": [{"key": key, "value": value} for key, value in run.params.items()],
            "tags": [{"key": key, "value": value} for key, value in tags.items()],
        }
        about = {
            "run_uuid": run.id,
            "run_id": run.id,
            "run_name": run.name,
            "experiment_id": self._number(run.experiment),
            "status": run.status,
            "start_time": run.start_time,
            "lifecycle_stage": run.lifecycle_stage,
        }
        return {"info": about, "data": {name: entries for name, entries in found.items() if entries}, "inputs": {}}


def _fits(run: StoredRun, words: str) -> bool:
    if not words:
        return True
    found = _FILTER.fullmatch(words)
    if found is None:
        raise ValueError(words)
    place = run.params if found[1] == "params" else run.tags
    return place.get(found[2]) == found[3]


def _number(value: float) -> float | str:
    return "NaN" if math.isnan(value) else value


def _missing(message: str) -> Reply:
    return says(404, {"error_code": "RESOURCE_DOES_NOT_EXIST", "message": message})


MNIST = (
    StoredRun(
        "r1",
        "first",
        start_time=1_795_713_668_000,
        params={"lr": "0.1", "github_sha": "aaa"},
        tags={"stage": "baseline"},
        courses={"loss": tuple((step, 1 / (step + 1)) for step in range(300)), "acc": ((0, 0.9),)},
    ),
    StoredRun(
        "r2",
        "second",
        start_time=1_795_713_669_000,
        params={"opt": "adam"},
        tags={"baseline": "true", "slow": "no", "mlflow.source.git.commit": "bbb", "mlflow.note.content": "a note"},
        courses={"acc": ((0, float("nan")),), "loss": tuple((0, float(value)) for value in range(5))},
    ),
    StoredRun(
        "r3", "third", "FAILED", 1_795_713_670_000, tags={"github_sha": "aaa", "mlflow.source.git.commit": "bbb"}
    ),
    StoredRun("r4", "gone", start_time=1_795_713_671_000, lifecycle_stage="deleted"),
    StoredRun("s1", "elsewhere", experiment="other"),
)
"""As five runs that the real client logged."""


@contextmanager
def fake_mlflow(runs: tuple[StoredRun, ...] = MNIST, **behaviour: Any) -> Iterator[Loopback]:
    """A running server."""
    with serving(FakeMlflow(runs, **behaviour)) as server:
        yield server
