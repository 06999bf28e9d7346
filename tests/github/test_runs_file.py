"""runs.json and its snapshots: read whole and strictly, whatever lies there."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generator.errors import ContentError
from generator.github.runs_file import ExperimentRuns, Unasked, read_runs, write_runs
from generator.model.experiment import Direction, Metric, Run, RunQuery, Service

QUERY = RunQuery(Service.WANDB, "https://api.wandb.ai", "acme/mnist", sha="a1" * 20)
RUN = Run("r1", "run-r1", "finished", "acme/mnist", "https://wandb.ai/acme/mnist/runs/r1", ("a",), {"lr": 0.1})
FOUND = ExperimentRuns(
    QUERY,
    "2026-11-26T12:00:00Z",
    metrics=(Metric("acc", Direction.MAX), Metric("n")),
    config=("lr",),
    candidates=(RUN,),
    baselines=(RUN, RUN),
    previous=(RUN,),
    previous_sha="b2" * 20,
    artifacts=("acme/mnist/model:v3",),
    more_runs=7,
    notes=("so it is",),
    unasked=Unasked("refused", "no", "do so"),
)


def test_what_is_written_is_read(tmp_path: Path) -> None:
    write_runs(tmp_path, FOUND)

    assert read_runs(tmp_path) == FOUND


def changed(tmp_path: Path, name: str, change: Callable[[Any], object]) -> None:
    write_runs(tmp_path, FOUND)
    value = json.loads((tmp_path / name).read_text())
    change(value)
    (tmp_path / name).write_text(json.dumps(value))


@pytest.mark.parametrize(
    ("name", "change", "said"),
    [
        ("runs.json", lambda value: value.update(version=2), "version"),
        ("runs.json", lambda value: value.update(more_runs=-1), "more_runs"),
        ("runs.json", lambda value: value["metrics"][0].update(direction="up"), "direction"),
        ("runs.json", lambda value: value["unasked"].update(reason="bored"), "reason"),
        ("runs.json", lambda value: value.update(artifacts=[{"name": "x" * 501}]), "name"),
        ("runs.json", lambda value: value.update(config=[{"name": "x"}] * 201), "config"),
        ("candidates.json", lambda value: value["runs"][0].update(url="javascript:alert(1)"), "url"),
        ("baselines.json", lambda value: value["runs"][0].update(id=""), "id"),
        ("previous.json", lambda value: value.update(schema=9), "schema"),
    ],
    ids=["version", "count", "direction", "reason", "long-name", "many-names", "script", "no-id", "schema"],
)
def test_what_no_step_of_ours_wrote_is_refused_by_file_and_field(
    tmp_path: Path, name: str, change: Callable[[Any], object], said: str
) -> None:
    changed(tmp_path, name, change)

    with pytest.raises(ContentError, match=said) as refused:
        read_runs(tmp_path)

    assert str(refused.value.at).startswith(name)


@pytest.mark.parametrize("name", ["runs.json", "candidates.json"])
def test_a_link_is_not_followed_and_a_missing_file_is_named(tmp_path: Path, name: str) -> None:
    write_runs(tmp_path / "one", FOUND)
    write_runs(tmp_path / "two", FOUND)
    (tmp_path / "one" / name).unlink()
    with pytest.raises(ContentError) as missing:
        read_runs(tmp_path / "one")
    (tmp_path / "one" / name).symlink_to(tmp_path / "two" / name)

    with pytest.raises(ContentError):
        read_runs(tmp_path / "one")

    assert str(missing.value.at) == name


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary() | st.text().map(str.encode), st.sampled_from(["runs.json", "candidates.json"]))
def test_no_bytes_raise_anything_but_a_refusal(tmp_path: Path, content: bytes, name: str) -> None:
    write_runs(tmp_path, FOUND)
    (tmp_path / name).write_bytes(content)

    with pytest.raises(ContentError):
        read_runs(tmp_path)
