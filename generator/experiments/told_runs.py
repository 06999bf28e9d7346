"""Which keys of runs are told of, and runs with those alone, short enough for a comment."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from generator.experiments.comparison import best_run, leading_metric
from generator.experiments.numbers import as_number
from generator.experiments.short_text import cut
from generator.model.experiment import SHA_KEY, ExperimentRules, Metric, Run

# Of a comment that nobody configured; a table of more columns is not read.
_MOST_FOUND_METRICS = 5
_MOST_METRICS = 20
_LONGEST_VALUE = 300
_LONGEST_NAME = 500
_MOST_TAGS = 30


def columns_to_tell(rules: ExperimentRules, runs: Sequence[Run]) -> tuple[tuple[Metric, ...], tuple[str, ...]]:
    """Metrics and keys of the configuration: those of ``_config.yml``, else the first numbers that runs came to.

    What services log of themselves begins with an underscore.
    """
    if rules.metrics:
        return rules.metrics[:_MOST_METRICS], rules.config[:_MOST_METRICS]
    names = {
        key
        for run in runs
        for key, value in run.summary.items()
        if not key.startswith("_") and len(key) <= _LONGEST_NAME and as_number(value) is not None
    }
    return tuple(map(Metric, sorted(names)[:_MOST_FOUND_METRICS])), rules.config[:_MOST_METRICS]


def narrowed(run: Run, metrics: Sequence[Metric], config: Sequence[str]) -> Run:
    """The run with those keys, and the commit it is of; the description, which no table has, is left out."""
    return replace(
        run,
        name=run.name[:_LONGEST_NAME],
        state=run.state[:40] or "unknown",
        tags=tuple(tag[:_LONGEST_NAME] for tag in run.tags[:_MOST_TAGS]),
        config=_short(run.config, (*config, SHA_KEY)),
        summary=_short(run.summary, [metric.name for metric in metrics]),
        description="",
    )


def fewer(runs: Sequence[Run], metrics: Sequence[Metric], most: int) -> tuple[Run, ...]:
    """The newest of them and the best, in the order they were in.

    Args:
        runs: oldest first.
    """
    if len(runs) <= most:
        return tuple(runs)
    best = best_run(runs, leading_metric(metrics))
    newest = runs[len(runs) - most :]
    return tuple(newest) if best is None or best in newest else (best, *newest[1:])


def _short(values: Mapping[str, Any], keys: Sequence[str]) -> Mapping[str, Any]:
    return {key: _short_value(values[key]) for key in keys if key in values}


def _short_value(value: Any) -> Any:
    if value is None or isinstance(value, bool | float):
        return value
    if isinstance(value, int):
        # JSON knows no bound, and readers of it do.
        return value if abs(value) < 2**63 else str(value)[:_LONGEST_VALUE] if abs(value) < 10**300 else "NaN"
    if not isinstance(value, str):
        value = json.dumps(value, ensure_ascii=False, default=str)
    return cut(value, _LONGEST_VALUE)
