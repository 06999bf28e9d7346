"""A query in the words of W&B's server."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from generator.model.experiment import SECONDARY_SHA_KEY, SHA_KEY, Direction, Metric, RunQuery

OPERATORS = MappingProxyType({"!=": "$ne", "<": "$lt", "<=": "$lte", ">": "$gt", ">=": "$gte"})
NEWEST_FIRST = "-created_at"
"""What W&B's own table is ordered by at first."""


def filters_of(query: RunQuery) -> Mapping[str, Any]:
    """Everything that the query names; a run's id is the service's ``name``."""
    wanted: list[Mapping[str, Any]] = []
    if query.run_ids:
        wanted.append({"name": query.run_ids[0] if len(query.run_ids) == 1 else {"$in": list(query.run_ids)}})
    for key, sha in ((SHA_KEY, query.sha), (SECONDARY_SHA_KEY, query.secondary_sha)):
        if sha:
            wanted.append({f"config.{key}": sha})
    if query.tags:
        wanted.append({"tags": {"$in": list(query.tags)}})
    for key, operator, value in query.filters:
        path = f"summary_metrics.{key.removeprefix('summary.')}" if key.startswith("summary.") else key
        wanted.append({path: value if operator == "=" else {OPERATORS[operator]: value}})
    return wanted[0] if len(wanted) == 1 else {"$and": wanted} if wanted else {}


def best_first_order(metric: Metric) -> str:
    """The order that begins with the best."""
    return f"{'+' if metric.direction is Direction.MIN else '-'}summary_metrics.{metric.name}"
