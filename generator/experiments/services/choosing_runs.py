"""Of runs that are at hand, those a query asks for: what W&B's own filters do, for services that have none."""

import operator
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any

from generator.experiments.numbers import as_number
from generator.model.experiment import SECONDARY_SHA_KEY, SHA_KEY, Run, RunQuery

_ORDERED: Mapping[str, Callable[[Any, Any], bool]] = MappingProxyType(
    {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
)


def chosen_runs(runs: Iterable[Run], query: RunQuery) -> tuple[Run, ...]:
    """Those that fit everything the query names; in the order of its run ids where it names any.

    What a run does not have fits nothing, ``!=`` included: so do W&B's own filters read it.
    """
    found = [run for run in runs if _fits(run, query)]
    if not query.run_ids:
        return tuple(found)
    by_id = {run.id: run for run in found}
    return tuple(by_id[one] for one in dict.fromkeys(query.run_ids) if one in by_id)


def _fits(run: Run, query: RunQuery) -> bool:
    return (
        (not query.sha or _is_same(run.config.get(SHA_KEY), query.sha))
        and (not query.secondary_sha or _is_same(run.config.get(SECONDARY_SHA_KEY), query.secondary_sha))
        and (not query.run_ids or run.id in query.run_ids)
        and (not query.tags or bool(set(run.tags) & set(query.tags)))
        and all(_holds(_value(run, key), sign, wanted) for key, sign, wanted in query.filters)
    )


def _value(run: Run, key: str) -> Any:
    if key == "state":
        return run.state
    place, _, name = key.partition(".")
    if place == "config":
        return run.config.get(name)
    return run.summary.get(name) if place == "summary" else None


def _holds(value: Any, sign: str, wanted: str | float | bool) -> bool:
    if value is None:
        return False
    if sign in ("=", "!="):
        return _is_same(value, wanted) == (sign == "=")
    number, bound = as_number(value), as_number(wanted)
    compare = _ORDERED.get(sign)
    return compare is not None and number is not None and bound is not None and compare(number, bound)


def _is_same(value: Any, wanted: str | float | bool) -> bool:
    """A SHA of digits alone may have been read as a number, and a flag as text."""
    if isinstance(value, bool) or isinstance(wanted, bool):
        return str(value).lower() == str(wanted).lower()
    if isinstance(value, str) or isinstance(wanted, str):
        return str(value) == str(wanted)
    return bool(value == wanted)
