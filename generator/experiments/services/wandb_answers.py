"""What W&B answers, made into runs, courses and artifacts.

Every function raises ValueError for an answer that the service cannot have meant. What is in single runs is read
leniently: one of them shall not hide the others.
"""

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from generator.experiments.numbers import as_number
from generator.experiments.services.addresses import run_url
from generator.experiments.services.courses import sampled
from generator.model.experiment import Run

_SURROGATE = re.compile("[\ud800-\udfff]")
# Deeper than any configuration, and far from where Python's own JSON gives up.
_DEEPEST = 60
# Of W&B itself, not of the author.
_OWN_KEYS = frozenset(("_wandb", "wandb_version"))


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list.

    Args:
        cursor: of its last entry; empty where it has none.
        count: of all that was asked for; None where the service does not say.
    """

    nodes: tuple[Mapping[str, Any], ...]
    cursor: str
    has_more: bool
    count: int | None = None


@dataclass(frozen=True, slots=True)
class ArtifactReference:
    """One version of what a run made.

    Args:
        name: in full, such as ``acme/mnist/model:v3``.
        type: such as ``model``.
    """

    name: str
    type: str


def lenient_json(text: str | bytes) -> Any:
    """JSON as W&B writes it: control characters and bare NaN included; these, and infinity, become text.

    Raises:
        ValueError: it is none, or one that nobody can have meant: too deep, a number of thousands of digits.
    """
    try:
        value = json.loads(text, strict=False, parse_constant=str, parse_float=_finite)
        return _clean(value, _DEEPEST)
    except RecursionError as error:
        raise ValueError("too deep") from error


def read_page(connection: Any, count: Any = None) -> Page:
    """A page of anything that has edges."""
    listed = _mapping(connection)
    edges = listed.get("edges")
    if not isinstance(edges, list):
        raise ValueError("no edges")
    nodes = tuple(_mapping(_mapping(edge).get("node")) for edge in edges)
    cursor = edges[-1].get("cursor") if edges else ""
    has_more = _mapping(listed.get("pageInfo")).get("hasNextPage")
    is_count = isinstance(count, int) and not isinstance(count, bool)
    return Page(nodes, cursor if isinstance(cursor, str) else "", has_more is True, count if is_count else None)


def read_run(node: Mapping[str, Any], project: str, app: str) -> Run:
    """One run.

    Args:
        project: ``entity/project``.
        app: where its page is.
    """
    run_id = node.get("name")
    if not isinstance(run_id, str) or not run_id:
        raise ValueError("a run without an id")
    config, is_config_read = _values(node.get("config"))
    summary, is_summary_read = _values(node.get("summaryMetrics"))
    tags = node.get("tags")
    return Run(
        id=run_id,
        name=_text(node, "displayName") or run_id,
        state=_text(node, "state"),
        project=project,
        url=run_url(app, project, run_id),
        tags=tuple(tag for tag in tags if isinstance(tag, str)) if isinstance(tags, list) else (),
        config={key: _unwrapped(value) for key, value in config.items()},
        summary=summary,
        created_at=_with_zone(_text(node, "createdAt")),
        description=_text(node, "description"),
        unread=tuple(
            name for name, is_read in (("config", is_config_read), ("summary", is_summary_read)) if not is_read
        ),
    )


def read_histories(lists: Any, keys: Sequence[str], most: int) -> Mapping[str, tuple[tuple[float, float], ...]]:
    """(step, value) by metric, in order; rows where either is no number are left out.

    Args:
        lists: one list of rows for each of keys.
    """
    if not isinstance(lists, list) or len(lists) != len(keys):
        raise ValueError("not one list a metric")
    return {key: sampled(_course(rows, key), most) for key, rows in zip(keys, lists, strict=True)}


def read_artifact(node: Mapping[str, Any]) -> ArtifactReference:
    """One version of an artifact."""
    sequence = _mapping(node.get("artifactSequence"))
    project = _mapping(sequence.get("project"))
    version = node.get("versionIndex")
    parts = [_text(project, "entityName"), _text(project, "name"), _text(sequence, "name")]
    if not all(parts) or isinstance(version, bool) or not isinstance(version, int):
        raise ValueError("an artifact without a name")
    return ArtifactReference(f"{'/'.join(parts)}:v{version}", _text(_mapping(node.get("artifactType")), "name"))


def _values(text: Any) -> tuple[Mapping[str, Any], bool]:
    """The entries of a JSON text, those of W&B itself left out, and whether it could be read; null has none."""
    if text is None or text == "":
        return {}, True
    try:
        value = lenient_json(text) if isinstance(text, str) else text
    except ValueError:
        return {}, False
    if value is None:
        return {}, True
    if not isinstance(value, dict):
        return {}, False
    return {key: kept for key, kept in value.items() if key not in _OWN_KEYS}, True


def _unwrapped(value: Any) -> Any:
    """W&B keeps each entry of a configuration as ``{"value": …, "desc": …}``; old ones stand bare."""
    return value["value"] if isinstance(value, dict) and "value" in value else value


def _finite(text: str) -> float | str:
    number = float(text)
    if math.isfinite(number):
        return number
    return "Infinity" if number > 0 else "-Infinity"


def _clean(value: Any, depth: int) -> Any:
    """Value without lone surrogates, which no file and no page can hold."""
    if depth == 0:
        raise ValueError("too deep")
    if isinstance(value, str):
        return _SURROGATE.sub("\ufffd", value)
    if isinstance(value, list):
        return [_clean(one, depth - 1) for one in value]
    if isinstance(value, dict):
        return {_clean(key, depth - 1): _clean(one, depth - 1) for key, one in value.items()}
    return value


def _course(rows: Any, key: str) -> tuple[tuple[float, float], ...]:
    if not isinstance(rows, list):
        raise ValueError("no rows")
    points = []
    for row in rows:
        if isinstance(row, dict):
            step, value = as_number(row.get("_step")), as_number(row.get(key))
            if step is not None and value is not None:
                points.append((step, value))
    return tuple(sorted(points, key=lambda point: point[0]))


def _with_zone(moment: str) -> str:
    """W&B means UTC where it names no zone, as its older servers do."""
    if not moment or re.search(r"(?:Z|[+-]\d\d:?\d\d)$", moment):
        return moment
    return f"{moment}Z"


def _mapping(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise ValueError("no object")
    return value


def _text(node: Mapping[str, Any], key: str) -> str:
    value = node.get(key)
    return value if isinstance(value, str) else ""
