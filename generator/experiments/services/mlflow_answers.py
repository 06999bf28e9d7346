"""What an MLflow server says, as runs: answers of its REST API 2.0, which versions 2 and 3 share."""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

from generator.experiments.numbers import as_number
from generator.experiments.short_text import one_line
from generator.experiments.written_values import written_value
from generator.model.experiment import SECONDARY_SHA_KEY, SHA_KEY, Run

STATES = MappingProxyType(
    {
        "RUNNING": "running",
        "SCHEDULED": "pending",
        "FINISHED": "finished",
        "FAILED": "failed",
        "KILLED": "killed",
    }
)
# MLflow's own, such as `mlflow.user`, are no tags that anybody gave.
_OWN_TAGS = "mlflow."
_COMMIT = "mlflow.source.git.commit"
_SHAS = (SHA_KEY, SECONDARY_SHA_KEY)
_YES = frozenset(("", "true", "yes", "1"))
_NO = frozenset(("false", "no", "0"))
_LONGEST_TAG = 60
_LONGEST_DESCRIPTION = 1000


def read_json(body: bytes) -> dict[str, Any]:
    """An object; numbers that JSON does not have as their names.

    Raises:
        ValueError: it is none.
    """
    try:
        value = json.loads(body.decode(), parse_constant=str)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if not isinstance(value, dict):
        raise ValueError("no object")
    return value


def read_experiment_id(body: bytes) -> str:
    """The id of the experiment that was asked for by name.

    Raises:
        ValueError: it is no such answer.
    """
    number = _object(read_json(body).get("experiment")).get("experiment_id")
    if not isinstance(number, str) or not number:
        raise ValueError("an experiment without id")
    return number


def is_no_such_thing(body: bytes) -> bool:
    """It is MLflow that answers 404, and not whatever else is at that address."""
    try:
        return read_json(body).get("error_code") in ("RESOURCE_DOES_NOT_EXIST", "NOT_FOUND")
    except ValueError:
        return False


def said_by(body: bytes) -> str:
    """The server's own message in one short line, without what a terminal or a log would act on."""
    try:
        message = read_json(body).get("message")
    except ValueError:
        return ""
    return one_line(message) if isinstance(message, str) else ""


def next_page(answer: Mapping[str, Any]) -> str:
    """The token of the next page; empty after the last."""
    token = answer.get("next_page_token")
    return token if isinstance(token, str) else ""


def read_runs(answer: Mapping[str, Any], server: str, project: str) -> list[Run]:
    """The runs of one page.

    Raises:
        ValueError: it is no answer to a search.
    """
    found = (read_run(entry, server, project) for entry in _objects(answer.get("runs", [])))
    return [run for run in found if run is not None]


def read_run(entry: Mapping[str, Any], server: str, project: str, only_of: str = "") -> Run | None:
    """One run; None where it is not of the experiment with that id, or was deleted.

    Its parameters are its configuration, numbers read as numbers; ``github_sha`` and ``secondary_sha`` may be tags,
    too, and MLflow's own commit stands in where nobody logged a ``github_sha``.

    Raises:
        ValueError: it is none.
    """
    about = _object(entry.get("info"))
    found = _object(entry.get("data", {}))
    run_id = about.get("run_id") or about.get("run_uuid")
    if not isinstance(run_id, str):
        raise ValueError("a run without id")
    experiment = str(about.get("experiment_id", "0"))
    if about.get("lifecycle_stage", "active") != "active" or (only_of and experiment != only_of):
        return None
    tags = {key: str(value) for key, value in _pairs(found.get("tags", []))}
    config = {key: written_value(str(value)) for key, value in _pairs(found.get("params", []))}
    shas = {name: str(tags[name]) for name in _SHAS if name in tags}
    if _COMMIT in tags:
        shas = {SHA_KEY: tags[_COMMIT], **shas}
    written = {key: str(value) for key, value in _pairs(found.get("params", [])) if key in _SHAS}
    status = str(about.get("status", ""))
    return Run(
        id=run_id,
        name=str(about.get("run_name") or tags.get("mlflow.runName") or run_id),
        state=STATES.get(status, status.lower() or "running"),
        project=project,
        url=f"{server}/#/experiments/{quote(experiment, safe='')}/runs/{quote(run_id, safe='')}",
        tags=tuple(_tags(tags)),
        config={**shas, **config, **written},
        summary=dict(_pairs(found.get("metrics", []))),
        created_at=_moment(about.get("start_time")),
        description=tags.get("mlflow.note.content", "")[:_LONGEST_DESCRIPTION],
    )


def read_points(answer: Mapping[str, Any]) -> list[tuple[float, float, float]]:
    """Step, time and value of each number on one page of a metric's history.

    Raises:
        ValueError: it is none.
    """
    points = []
    for entry in _objects(answer.get("metrics", [])):
        value, step = as_number(entry.get("value")), as_number(_whole(entry.get("step", 0)))
        time = as_number(_whole(entry.get("timestamp", 0)))
        if value is not None and step is not None:
            points.append((step, time or 0.0, value))
    return points


def course(points: Iterable[tuple[float, float, float]]) -> tuple[tuple[float, float], ...]:
    """(step, value) in order, the last value of each step.

    A program that names no step logs everything at step 0; then the points are counted.
    """
    ordered = sorted(points, key=lambda point: point[:2])
    if len({step for step, _, _ in ordered}) == 1 and len(ordered) > 1:
        return tuple((float(index), value) for index, (_, _, value) in enumerate(ordered))
    return tuple({step: value for step, _, value in ordered}.items())


def _tags(tags: Mapping[str, str]) -> Iterator[str]:
    """W&B has words where MLflow has keys and values: ``baseline=true`` and ``stage=baseline`` are ``baseline``."""
    for key, value in sorted(tags.items()):
        said = value.strip()
        if key.startswith(_OWN_TAGS) or key in _SHAS or said.lower() in _NO:
            continue
        word = key if said.lower() in _YES else said
        if len(word) <= _LONGEST_TAG:
            yield word


def _pairs(entries: object) -> Iterator[tuple[str, Any]]:
    for entry in _objects(entries):
        yield str(entry.get("key", "")), entry.get("value", "")


def _moment(milliseconds: object) -> str:
    number = as_number(_whole(milliseconds))
    try:
        return "" if not number else datetime.fromtimestamp(number / 1000, UTC).isoformat(timespec="milliseconds")
    except (ValueError, OverflowError, OSError):
        return ""


def _whole(value: object) -> object:
    """Protocol buffers write long numbers as text."""
    return written_value(value) if isinstance(value, str) else value


def _objects(value: object) -> list[dict[str, Any]]:
    if not isinstance(value, list):
        raise ValueError("no list")
    return [_object(entry) for entry in value]


def _object(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError("no object")
    return value
