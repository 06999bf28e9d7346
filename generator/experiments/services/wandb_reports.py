"""Reports of W&B: which runs their run sets show, and which columns.

A report's own text, panels and drawings are not read. What is not known here is told and left out, never guessed.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from generator.errors import UsageError
from generator.experiments.services.addresses import entity_and_name
from generator.experiments.services.wandb_answers import lenient_json
from generator.experiments.services.wandb_filters import NEWEST_FIRST, OPERATORS
from generator.experiments.short_text import one_line

# As W&B's table writes them, and as its server wants them.
_OPERATORS = MappingProxyType({**OPERATORS, "IN": "$in", "NIN": "$nin", "REGEX": "$regex"})
_RUN_KEYS = frozenset("name displayName display_name state tags group jobType createdAt username duration host".split())
_ORDERS = MappingProxyType({"createdAt": "created_at", "heartbeatAt": "heartbeat_at"})
_MOST_RUN_SETS = 20
_DEEPEST = 20
_LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class RunSet:
    """One table of a report.

    Args:
        project: ``entity/project``.
        filters, order: in the words of W&B's server.
        metrics, config: the columns that are shown, in their order; empty where the author chose none.
    """

    name: str
    project: str
    filters: Mapping[str, Any] = field(default_factory=dict)
    order: str = NEWEST_FIRST
    metrics: tuple[str, ...] = ()
    config: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """What of a report can be shown without W&B.

    Args:
        report_id: as it was asked for, or as W&B writes it.
        warnings: one clause for everything that had to be left out.
    """

    report_id: str
    title: str
    project: str
    description: str = ""
    run_sets: tuple[RunSet, ...] = ()
    warnings: tuple[str, ...] = ()


class _UnknownShapeError(Exception):
    """Something that W&B may mean in a way nobody here knows; its text is a clause."""


def read_report(view: Any) -> Report:
    """The report of an answer.

    Raises:
        ValueError: the answer is none that the service can have meant.
    """
    if not isinstance(view, dict):
        raise ValueError("no view")
    home = _project(_object(view.get("project")), "")
    warnings: list[str] = []
    found: dict[int, RunSet] = {}
    try:
        written = list(_enabled_run_sets(_spec(view.get("spec"))))
    except _UnknownShapeError as unknown:
        written = []
        warnings.append(str(unknown))
    if len(written) > _MOST_RUN_SETS:
        warnings.append(f"only the first {_MOST_RUN_SETS} of its {len(written)} run sets are shown")
    for number, run_set in enumerate(written[:_MOST_RUN_SETS], 1):
        name = _text(run_set, "name") or f"Run set {number}"
        try:
            read = _run_set(run_set, name, home)
        except _UnknownShapeError as unknown:
            warnings.append(f"run set “{one_line(name, _LONGEST_NAME)}” is left out: {unknown}")
            continue
        warnings += [f"run set “{one_line(name, _LONGEST_NAME)}”: {remark}" for remark in _remarks(run_set)]
        # A report may show the same table again and again.
        if read not in found.values():
            found[number] = read
    return Report(
        report_id=_text(view, "id"),
        title=_text(view, "displayName") or "Report",
        project=home,
        description=_text(view, "description"),
        run_sets=tuple(found.values()),
        warnings=tuple(dict.fromkeys(warnings)),
    )


def _spec(text: Any) -> Mapping[str, Any]:
    try:
        spec = lenient_json(text) if isinstance(text, str) else text
    except ValueError as error:
        raise _UnknownShapeError("what it shows cannot be read") from error
    if not isinstance(spec, dict) or not isinstance(spec.get("blocks"), list):
        raise _UnknownShapeError("what it shows is written in a way that is not known here")
    return spec


def _enabled_run_sets(spec: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for block in spec["blocks"]:
        if not isinstance(block, dict) or block.get("type") != "panel-grid":
            continue
        run_sets = _object(block.get("metadata")).get("runSets")
        if not isinstance(run_sets, list):
            raise _UnknownShapeError("its run sets are written in a way that is not known here")
        yield from (one for one in run_sets if isinstance(one, dict) and one.get("enabled", True) is True)


def _run_set(written: Mapping[str, Any], name: str, home: str) -> RunSet:
    columns = _columns(_object(written.get("runFeed")))
    filters = written.get("filters")
    project = _project(_object(written.get("project")), home)
    try:
        entity_and_name(project)
    except UsageError as error:
        raise _UnknownShapeError(error.problem if project else "it names no project") from error
    return RunSet(
        name=name,
        project=project,
        filters={} if filters is None else _condition(filters, _DEEPEST) or {},
        order=_order(written.get("sort")),
        metrics=tuple(key for section, key in columns if section == "summary"),
        config=tuple(key.removesuffix(".value") for section, key in columns if section == "config"),
    )


def _remarks(written: Mapping[str, Any]) -> Iterator[str]:
    """What is shown in another way than W&B shows it."""
    if _object(written.get("selections")).get("tree"):
        yield "runs chosen by hand are not known here, so all that its filters find are shown"
    if written.get("grouping"):
        yield "its runs are shown one by one, not in groups"


def _condition(node: Any, depth: int) -> Mapping[str, Any] | None:
    """What node asks for, in the words of W&B's server; None where it asks for nothing.

    >>> _condition({"op": "AND", "filters": [{"key": {"section": "config", "name": "lr"}, "op": ">", "value": 1}]}, 9)
    {'config.lr': {'$gt': 1}}
    """
    if not isinstance(node, dict) or depth == 0 or "filterFormat" in node:
        raise _UnknownShapeError("its filters are written in a way that is not known here")
    if node.get("disabled") is True:
        return None
    if "key" in node:
        return _comparison(node)
    word, members = node.get("op"), node.get("filters")
    if word not in ("AND", "OR") or not isinstance(members, list):
        raise _UnknownShapeError("its filters are written in a way that is not known here")
    conditions = [_condition(member, depth - 1) for member in members]
    asked = [condition for condition in conditions if condition is not None]
    if word == "OR" and asked and len(asked) < len(conditions):
        # "This, or nothing at all": W&B may mean all runs, or those of the other part.
        raise _UnknownShapeError("one of its alternatives is empty")
    if len(asked) > 1:
        return {f"${word.lower()}": asked}
    return asked[0] if asked else None


def _comparison(node: Mapping[str, Any]) -> Mapping[str, Any] | None:
    key, operator, value = _object(node.get("key")), node.get("op"), node.get("value")
    section, name = key.get("section"), key.get("name")
    if not isinstance(name, str) or not isinstance(operator, str):
        raise _UnknownShapeError("one of its filters is written in a way that is not known here")
    if not name or (value is None and operator not in ("=", "!=")):
        # A line of the filter's form that its author has not filled in.
        return None
    if not _is_plain(value, operator):
        raise _UnknownShapeError(f"what its filter compares `{one_line(name, _LONGEST_NAME)}` with is not known here")
    if section == "tags":
        return _tagged(name, operator, value)
    path = _server_key(section, name)
    if operator == "=":
        return {path: value}
    if operator not in _OPERATORS:
        raise _UnknownShapeError(f"its filter `{one_line(operator, _LONGEST_NAME)}` is not known here")
    return {path: {_OPERATORS[operator]: value}}


def _tagged(name: str, operator: str, value: Any) -> Mapping[str, Any]:
    """A tag by its name with true or false, or the whole list of tags."""
    if operator in ("IN", "NIN"):
        return {"tags": {_OPERATORS[operator]: value}}
    if operator == "=" and value is True:
        return {"tags": name}
    if operator == "=" and value is False:
        # The server's `$ne` lets nothing through that has no tags at all; W&B's own client asks for both, too.
        return {"$or": [{"tags": None}, {"tags": {"$ne": name}}]}
    raise _UnknownShapeError("its filter of tags is written in a way that is not known here")


def _server_key(section: Any, name: str) -> str:
    match section:
        case "config":
            return f"config.{name}"
        case "summary":
            return f"summary_metrics.{name}"
        case "run" if name in _RUN_KEYS:
            return name
    raise _UnknownShapeError(f"its filter by `{one_line(name, _LONGEST_NAME)}` is not known here")


def _is_plain(value: Any, operator: str) -> bool:
    if operator in ("IN", "NIN"):
        return isinstance(value, list) and all(isinstance(one, str | int | float | bool) for one in value)
    return value is None or isinstance(value, str | int | float | bool)


def _order(sort: Any) -> str:
    """By the first key of the table's order: the server takes one."""
    keys = _object(sort).get("keys")
    first = _object(keys[0]) if isinstance(keys, list) and keys else {}
    key = _object(first.get("key"))
    section, name = key.get("section"), key.get("name")
    sign = "+" if first.get("ascending") is True else "-"
    if not isinstance(name, str) or not name:
        return NEWEST_FIRST
    match section:
        case "run" if name in _ORDERS:
            return f"{sign}{_ORDERS[name]}"
        case "config":
            return f"{sign}config.{name.removesuffix('.value')}.value"
        case "summary":
            return f"{sign}summary_metrics.{name}"
    return NEWEST_FIRST


def _columns(feed: Mapping[str, Any]) -> Sequence[tuple[str, str]]:
    """(section, key) of what is shown, such as ``summary:acc``, in its order."""
    visible = _object(feed.get("columnVisible"))
    order = feed.get("columnOrder")
    places = {key: place for place, key in enumerate(order if isinstance(order, list) else ()) if isinstance(key, str)}
    shown = sorted((key for key, is_shown in visible.items() if is_shown is True), key=lambda key: places.get(key, 1e9))
    split = (key.partition(":") for key in shown)
    # What lies deeper in a value has no column of its own here.
    return [
        (section, key)
        for section, _, key in split
        if key and not (section == "config" and re.search(r"\.value\.", key))
    ]


def _project(written: Mapping[str, Any], otherwise: str) -> str:
    entity, name = _text(written, "entityName"), _text(written, "name")
    return f"{entity}/{name}" if entity and name else otherwise


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(node: Mapping[str, Any], key: str) -> str:
    value = node.get(key)
    return value if isinstance(value, str) else ""
