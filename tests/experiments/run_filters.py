"""Filters of runs as W&B's service understands them, with its rule for what is missing."""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from tests.experiments.fixture_runs import StoredRun

MISSING = KeyError
"""What a run does not have; null is something else."""

_FIELDS: Mapping[str, Callable[[StoredRun], Any]] = {
    "name": lambda run: run.id,
    "displayName": lambda run: run.name or f"run-{run.id}",
    "display_name": lambda run: run.name or f"run-{run.id}",
    "state": lambda run: run.state,
    "tags": lambda run: list(run.tags),
    "group": lambda run: run.group,
    "jobType": lambda run: run.job_type,
    "createdAt": lambda run: run.created_at,
    "created_at": lambda run: run.created_at,
    "commit": lambda run: run.commit,
}


class FilterError(Exception):
    """A filter that the service refuses."""


def selected(runs: list[StoredRun], filters: str | None, order: str | None) -> list[StoredRun]:
    """The runs that filters (JSON) lets through, in order: ``+created_at``, ``-summary_metrics.acc``."""
    try:
        wanted = json.loads(filters or "{}")
    except ValueError as error:
        raise FilterError("filters are no JSON") from error
    found = [run for run in runs if matches(run, wanted)]
    key = (order or "+created_at").lstrip("+-")
    having = [run for run in found if value_of(run, key) is not MISSING]
    lacking = [run for run in found if value_of(run, key) is MISSING]
    # Numbers before texts: the two have no order of their own.
    having.sort(
        key=lambda run: (isinstance(value_of(run, key), str), value_of(run, key)), reverse=(order or "").startswith("-")
    )
    return having + lacking


def matches(run: StoredRun, wanted: Mapping[str, Any]) -> bool:
    """Whether all conditions hold."""
    return all(_holds(run, key, condition) for key, condition in wanted.items())


def value_of(run: StoredRun, key: str) -> Any:
    """What the run has there, or MISSING."""
    if key.startswith("config."):
        return _value_at(run.config, key.removeprefix("config.").removesuffix(".value"))
    if key.startswith("summary_metrics."):
        return _value_at(run.summary, key.removeprefix("summary_metrics."))
    if key not in _FIELDS:
        raise FilterError(f"unknown key {key}")
    return _FIELDS[key](run)


def _value_at(values: Mapping[str, Any] | str, key: str) -> Any:
    return MISSING if isinstance(values, str) else values.get(key, MISSING)


def _holds(run: StoredRun, key: str, condition: Any) -> bool:
    if key == "$and":
        return all(matches(run, one) for one in condition)
    if key == "$or":
        return any(matches(run, one) for one in condition)
    if key == "$nor":
        return not any(matches(run, one) for one in condition)
    value = value_of(run, key)
    operations = condition if isinstance(condition, Mapping) else {"$eq": condition}
    return all(_is_so(value, operator, operand) for operator, operand in operations.items())


def _is_so(value: Any, operator: str, operand: Any) -> bool:
    if operator == "$exists":
        return (value is not MISSING) is bool(operand)
    if operator not in _OPERATORS:
        raise FilterError(f"unknown operator {operator}")
    # The rule of SQL's null, unlike MongoDB's: what is missing is not even unequal.
    return value is not MISSING and bool(_OPERATORS[operator](value, operand))


def _any_of(value: Any, operand: Any) -> bool:
    return any(one in operand for one in (value if isinstance(value, list) else [value]))


def _equals(value: Any, operand: Any) -> bool:
    return operand in value if isinstance(value, list) else bool(value == operand)


def _compared(value: Any, operand: Any, is_so: Callable[[Any, Any], bool]) -> bool:
    """Texts with texts, numbers with numbers; nothing else has an order."""
    for kind in (str, int | float):
        if isinstance(value, kind) and isinstance(operand, kind):
            return bool(is_so(value, operand))
    return False


_OPERATORS: Mapping[str, Callable[[Any, Any], bool]] = {
    "$eq": _equals,
    "$ne": lambda value, operand: not _equals(value, operand),
    "$in": _any_of,
    "$nin": lambda value, operand: not _any_of(value, operand),
    "$gt": lambda value, operand: _compared(value, operand, lambda left, right: left > right),
    "$gte": lambda value, operand: _compared(value, operand, lambda left, right: left >= right),
    "$lt": lambda value, operand: _compared(value, operand, lambda left, right: left < right),
    "$lte": lambda value, operand: _compared(value, operand, lambda left, right: left <= right),
    "$regex": lambda value, operand: isinstance(value, str) and re.search(operand, value) is not None,
}
