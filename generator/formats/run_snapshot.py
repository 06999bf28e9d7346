"""Snapshots of runs as bytes: ``_wandb/NAME.json``, named after what was asked; sorted, so that a diff is small."""

import hashlib
import json
import math
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NoReturn

from generator.errors import ContentError
from generator.model.experiment import Best, Direction, Run, RunQuery, Service, Snapshot

FOLDER = "_wandb"
SCHEMA = 1

# 200 runs, and 200 points of a few metrics of 12 of them, are below one megabyte.
_MOST_BYTES = 8_000_000
_MOST_RUNS = 1000
_MOST_NAMES = 1000
_MOST_POINTS = 1000
_LONGEST_TEXT = 20_000
_DEEPEST = 8
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_URL = re.compile(r"https?://[^\s\x00-\x20]+")
# A point of a course takes one line, not four. No text in JSON holds the end of a line as it is.
_PAIR = re.compile(r"\[\n +(-?[0-9.e+-]+),\n +(-?[0-9.e+-]+)\n +\]")
_OPERATORS = ("=", "!=", "<", "<=", ">", ">=")


def canonical(query: RunQuery) -> str:
    """One text for one question: tags and filters in any order ask the same, run ids say the order.

    >>> canonical(RunQuery(Service.WANDB, "https://api.wandb.ai", "acme/mnist", tags=("b", "a")))
    '{"project":"acme/mnist","server":"https://api.wandb.ai","service":"wandb","tags":["a","b"]}'
    """
    asked = _query(query)
    if query.tags:
        asked["tags"] = sorted(set(query.tags))
    if query.filters:
        asked["filters"] = [json.loads(one) for one in sorted({json.dumps(one) for one in asked["filters"]})]
    return json.dumps(asked, sort_keys=True, separators=(",", ":"))


def snapshot_path(query: RunQuery) -> str:
    """Where its snapshot is, relative to the source directory."""
    return f"{FOLDER}/{hashlib.sha256(canonical(query).encode()).hexdigest()[:16]}.json"


def to_bytes(snapshot: Snapshot) -> bytes:
    """The file; what no JSON has is written as its name (``"NaN"``), and half a character as U+FFFD."""
    written = {
        "schema": SCHEMA,
        "query": _query(snapshot.query),
        "base_url": snapshot.query.server,
        "fetched_at": snapshot.fetched_at,
        "runs": [_run(run) for run in snapshot.runs],
        **_without_empty(
            metrics=list(snapshot.metrics),
            config=list(snapshot.config),
            known_metrics=list(snapshot.known_metrics),
            known_config=list(snapshot.known_config),
            history={run: _courses(courses) for run, courses in snapshot.history.items()},
            more_runs=snapshot.more_runs,
            title=snapshot.title,
            description=snapshot.description,
            best=[_best(best) for best in snapshot.best],
        ),
    }
    text = json.dumps(_plain(written), ensure_ascii=False, allow_nan=False, indent=1, sort_keys=True)
    return _PAIR.sub(r"[\1, \2]", f"{text}\n").encode()


def from_bytes(content: bytes) -> Snapshot:
    """What ``to_bytes`` wrote; names that this version does not know are passed over.

    Raises:
        ContentError: it is no snapshot, or one of another inkmill. The build then goes on as if it were not there.
    """
    try:
        return _read(content)
    except (ValueError, TypeError, LookupError, RecursionError) as wrong:
        reason = "it is nested too deeply" if isinstance(wrong, RecursionError) else str(wrong)
        raise ContentError(
            f"this is no snapshot of runs: {reason}", mend="fetch it again with `inkmill wandb sync`"
        ) from None


def _query(query: RunQuery) -> dict[str, Any]:
    return _without_empty(
        service=query.service.value,
        server=query.server,
        project=query.project,
        sha=query.sha,
        secondary_sha=query.secondary_sha,
        run_ids=list(query.run_ids),
        tags=list(query.tags),
        filters=[list(one) for one in query.filters],
        report=query.report,
    )


def _run(run: Run) -> dict[str, Any]:
    return {
        "id": run.id,
        "name": run.name,
        "state": run.state,
        **_without_empty(
            project=run.project,
            url=run.url,
            tags=list(run.tags),
            config=dict(run.config),
            summary=dict(run.summary),
            created_at=run.created_at,
            description=run.description,
            unread=list(run.unread),
        ),
    }


def _best(best: Best) -> dict[str, Any]:
    return {
        "as_of": best.as_of,
        "metric": best.metric,
        "direction": best.direction.value,
        "value": best.value,
        "run_id": best.run_id,
        "run_name": best.run_name,
        **_without_empty(url=best.url),
    }


def _courses(courses: Mapping[str, tuple[tuple[float, float], ...]]) -> dict[str, Any]:
    return {
        metric: [list(point) for point in points if all(map(math.isfinite, point))]
        for metric, points in courses.items()
    }


def _without_empty(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value}


def _plain(value: Any) -> Any:
    """Text, numbers, lists and objects that JSON and UTF-8 have."""
    if isinstance(value, str):
        return _whole_characters(value)
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    if isinstance(value, Mapping):
        return {_plain(str(name)): _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value


def _whole_characters(text: str) -> str:
    return text if text.isascii() else text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _read(content: bytes) -> Snapshot:
    if len(content) > _MOST_BYTES:
        raise ValueError(f"it is larger than {_MOST_BYTES // 1_000_000} MB")
    value = _object(json.loads(content.decode(), parse_constant=_no_constant, parse_float=_finite), "the file")
    schema = value.get("schema")
    if schema != SCHEMA or isinstance(schema, bool):
        raise ValueError("its `schema` is not one that this inkmill knows")
    return Snapshot(
        query=_read_query(_object(value.get("query"), "query")),
        fetched_at=_moment(value.get("fetched_at"), "fetched_at"),
        runs=tuple(_read_run(_object(run, "runs")) for run in _list(value.get("runs"), "runs", _MOST_RUNS)),
        metrics=_names(value, "metrics"),
        config=_names(value, "config"),
        known_metrics=_names(value, "known_metrics"),
        known_config=_names(value, "known_config"),
        history={
            run: {metric: _points(points) for metric, points in _object(courses, "history").items()}
            for run, courses in _object(value.get("history", {}), "history").items()
        },
        more_runs=_count(value.get("more_runs", 0), "more_runs"),
        title=_text(value, "title"),
        description=_text(value, "description"),
        best=tuple(_read_best(_object(best, "best")) for best in _list(value.get("best", []), "best", _MOST_NAMES)),
    )


def _read_query(value: Mapping[str, Any]) -> RunQuery:
    return RunQuery(
        service=Service(_text(value, "service")),
        server=_url(value, "server"),
        project=_text(value, "project"),
        sha=_text(value, "sha"),
        secondary_sha=_text(value, "secondary_sha"),
        run_ids=_names(value, "run_ids"),
        tags=_names(value, "tags"),
        filters=tuple(map(_filter, _list(value.get("filters", []), "filters", _MOST_NAMES))),
        report=_text(value, "report"),
    )


def _filter(value: object) -> tuple[str, str, str | int | float | bool]:
    match value:
        case [str(key), str(operator), str() | int() | float() | bool() as wanted] if operator in _OPERATORS:
            return key, operator, wanted
    raise ValueError("`filters` holds what is no filter")


def _read_run(value: Mapping[str, Any]) -> Run:
    created_at = _text(value, "created_at")
    if created_at and datetime.fromisoformat(created_at).tzinfo is None:
        raise ValueError("`created_at` is a time without a zone")
    return Run(
        id=_some_text(value, "id"),
        name=_text(value, "name"),
        state=_some_text(value, "state"),
        project=_text(value, "project"),
        url=_url(value, "url"),
        tags=_names(value, "tags"),
        config=_values(value, "config"),
        summary=_values(value, "summary"),
        created_at=created_at,
        description=_text(value, "description"),
        unread=_names(value, "unread"),
    )


def _read_best(value: Mapping[str, Any]) -> Best:
    return Best(
        as_of=_moment(value.get("as_of"), "as_of"),
        metric=_some_text(value, "metric"),
        direction=Direction(_some_text(value, "direction")),
        value=_number(value.get("value"), "value"),
        run_id=_some_text(value, "run_id"),
        run_name=_text(value, "run_name"),
        url=_url(value, "url"),
    )


def _no_constant(word: str) -> NoReturn:
    raise ValueError(f"`{word}` is no JSON")


def _finite(written: str) -> float:
    number = float(written)
    if not math.isfinite(number):
        raise ValueError("a number is too large")
    return number


def _object(value: object, name: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError(f"`{name}` is no object")
    return value


def _list(value: object, name: str, most: int) -> list[Any]:
    if not isinstance(value, list) or len(value) > most:
        raise ValueError(f"`{name}` is no list of at most {most}")
    return value


def _names(value: Mapping[str, Any], name: str) -> tuple[str, ...]:
    names = _list(value.get(name, []), name, _MOST_NAMES)
    return tuple(_whole_text(one, name) for one in names)


def _text(value: Mapping[str, Any], name: str) -> str:
    return _whole_text(value.get(name, ""), name)


def _some_text(value: Mapping[str, Any], name: str) -> str:
    text = _text(value, name)
    if not text:
        raise ValueError(f"`{name}` is missing")
    return text


def _whole_text(value: object, name: str) -> str:
    # A lone surrogate can be in JSON and in no file name, page or store.
    if not isinstance(value, str) or len(value) > _LONGEST_TEXT or value != _whole_characters(value):
        raise ValueError(f"`{name}` is no text")
    return value


def _url(value: Mapping[str, Any], name: str) -> str:
    """Empty, or an address that may stand in a link."""
    url = _text(value, name)
    if url and not _URL.fullmatch(url):
        raise ValueError(f"`{name}` is no address")
    return url


def _moment(value: object, name: str) -> str:
    if not isinstance(value, str) or not _MOMENT.fullmatch(value):
        raise ValueError(f"`{name}` is no time in UTC")
    datetime.fromisoformat(value)
    return value


def _count(value: object, name: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**31:
        raise ValueError(f"`{name}` is no count")
    return value


def _number(value: object, name: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"`{name}` is no number")
    try:
        return float(value)
    except OverflowError:
        raise ValueError(f"`{name}` is too large") from None


def _points(value: object) -> tuple[tuple[float, float], ...]:
    points = _list(value, "history", _MOST_POINTS)
    for point in points:
        if not isinstance(point, list) or len(point) != 2:
            raise ValueError("`history` holds what is no point")
    return tuple((_number(step, "history"), _number(height, "history")) for step, height in points)


def _values(value: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """What a run was started with or came to: any JSON, as long as a page can show it."""
    found = _object(value.get(name, {}), name)
    _check_value(found, name, _DEEPEST)
    return found


def _check_value(value: object, name: str, deepest: int) -> None:
    if deepest == 0:
        raise ValueError(f"`{name}` is nested too deeply")
    if isinstance(value, str):
        _whole_text(value, name)
    elif isinstance(value, dict):
        for key, one in value.items():
            _whole_text(key, name)
            _check_value(one, name, deepest - 1)
    elif isinstance(value, list):
        for one in value:
            _check_value(one, name, deepest - 1)
