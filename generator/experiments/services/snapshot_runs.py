"""What is kept of runs in a snapshot: the keys that were asked for, short; the best so far; and never a secret."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from generator.errors import ContentError
from generator.experiments.comparison import best_run
from generator.experiments.numbers import as_number, number_text
from generator.experiments.ranking import goodness, value_of
from generator.experiments.run_dates import moment_of
from generator.experiments.short_text import cut
from generator.experiments.states import is_finished
from generator.formats.secrets import LeakFinder
from generator.model.experiment import AskedRuns, Best, Metric, Run, Snapshot
from generator.model.problem import Severity

MOST_RUNS = 200
_MOST_KNOWN = 200
# Of a block that names none: a card of one run, or a report whose author chose no columns.
_MOST_OPEN = 20
_MOST_BESTS = 400
_MOST_TAGS = 50
_LONGEST_NAME = 300
_LONGEST_VALUE = 500
_LONGEST_DESCRIPTION = 1000
_DEEPEST = 4
_LARGEST_INTEGER = 2**63


@dataclass(frozen=True, slots=True)
class KeptKeys:
    """Keys of summary and configuration."""

    metrics: tuple[str, ...] = ()
    config: tuple[str, ...] = ()


def kept_keys(asked: Sequence[AskedRuns], runs: Iterable[Run], shown: KeptKeys = KeptKeys()) -> KeptKeys:
    """What all places together ask for.

    A place that names nothing leaves it to the report or, without one, to the runs: their numbers, and what they were
    started with.

    Args:
        shown: columns of a report.
    """
    leading = [place.leading.name for place in asked if place.leading is not None]
    metrics = [name for place in asked for name in (*place.metrics, *place.history)] + leading
    config = [name for place in asked for name in place.config]
    if any(not (place.metrics or place.config or place.history or place.leading) for place in asked):
        is_chosen = bool(shown.metrics or shown.config)
        open_columns = shown if is_chosen else _common(tuple(runs))
        metrics += open_columns.metrics
        config += open_columns.config
    return KeptKeys(tuple(dict.fromkeys(metrics)), tuple(dict.fromkeys(config)))


def known_keys(runs: Iterable[Run]) -> KeptKeys:
    """What any of the runs has, the most frequent first where there are too many to keep; sorted."""
    metrics: Counter[str] = Counter()
    config: Counter[str] = Counter()
    for run in runs:
        metrics.update(key for key, value in run.summary.items() if _is_measured(value))
        config.update(run.config.keys())
    return KeptKeys(_most_common(metrics), _most_common(config))


def kept_run(run: Run, columns: KeptKeys) -> Run:
    """The run with those keys alone, and with nothing longer than a page shows."""
    moment = moment_of(run.created_at) if run.created_at else None
    return replace(
        run,
        id=run.id[:_LONGEST_NAME],
        name=cut(run.name, _LONGEST_NAME),
        state=run.state[:40] or "unknown",
        project=cut(run.project, _LONGEST_NAME),
        tags=tuple(cut(tag, _LONGEST_NAME) for tag in run.tags[:_MOST_TAGS]),
        config={key: _kept(run.config[key]) for key in columns.config if key in run.config},
        summary={key: _kept(run.summary[key]) for key in columns.metrics if key in run.summary},
        created_at=moment.isoformat().replace("+00:00", "Z") if moment else "",
        description=cut(run.description, _LONGEST_DESCRIPTION),
    )


def best_and_newest(runs: Sequence[Run], leading: Sequence[Metric], most: int = MOST_RUNS) -> tuple[Run, ...]:
    """At most so many, in their order: of each leading metric the best, and the newest of the rest.

    Args:
        runs: oldest first.
    """
    if len(runs) <= most:
        return tuple(runs)
    newest = list(runs[::-1])
    ranked = [_ranked(newest, metric) for metric in leading]
    chosen: dict[str, None] = {}
    # In turn, so that one metric does not take all places.
    for places in zip(*ranked, strict=False):
        chosen.update(dict.fromkeys(run.id for run in places))
    ids = list(dict.fromkeys([*chosen, *(run.id for run in newest)]))[:most]
    return tuple(run for run in runs if run.id in set(ids))


def all_bests(
    runs: Sequence[Run], leading: Sequence[Metric], now: str, earlier: Sequence[Snapshot]
) -> tuple[Best, ...]:
    """Every change of the best run of each leading metric, from the oldest.

    Args:
        now: ISO 8601 in UTC.
        earlier: snapshots of the same query, in any order.
    """
    found: list[Best] = []
    for metric in dict.fromkeys(leading):
        told = {best for snapshot in earlier for best in snapshot.best if _metric_of(best) == metric}
        bests: list[Best] = []
        moments: list[tuple[str, Best | None, Sequence[Run]]] = [(best.as_of, best, ()) for best in told]
        moments += [(snapshot.fetched_at, None, snapshot.runs) for snapshot in earlier]
        for as_of, best, those in sorted(moments, key=lambda moment: (moment[0], moment[1] is None)):
            _note(bests, best or _best_of(those, metric, as_of, bests))
        _note(bests, _best_of(runs, metric, now, bests))
        found += bests[-_MOST_BESTS:]
    return tuple(found)


def check_no_secret(snapshot: Snapshot, finder: LeakFinder) -> None:
    """
    Raises:
        ContentError: something in it looks like a secret; the error names the key, and never what it holds.
    """
    for run in snapshot.runs:
        whose = f"of the run `{cut(run.id, 60)}`"
        for key, value in run.config.items():
            mend = f"leave `{cut(key, 60)}` out of `config:`, and take the secret out of the run"
            _check(finder, value, f"`{cut(key, 60)}` in the configuration {whose}", mend)
        for key, value in run.summary.items():
            mend = f"leave `{cut(key, 60)}` out of `metrics:`, and take the secret out of the run"
            _check(finder, value, f"`{cut(key, 60)}` in the summary {whose}", mend)
        for what, value in (("name", run.name), ("tags", run.tags), ("description", run.description), ("id", run.id)):
            _check(finder, value, f"the {what} {whose}", "take the secret out of the run, and have a new one made")
        _check(finder, run.url, f"the address {whose}", "take the secret out of the address of the server")
    rest = replace(snapshot, runs=(), best=(), history={})
    _check(finder, [*rest.known_metrics, *rest.known_config], "a key of the runs", "rename it in the program that logs")
    _check(finder, [rest.title, rest.description], "the text of the report", "take the secret out of the report")


def _common(runs: Sequence[Run]) -> KeptKeys:
    metrics: Counter[str] = Counter()
    config: Counter[str] = Counter()
    for run in runs:
        metrics.update(key for key, value in run.summary.items() if not key.startswith("_") and _is_measured(value))
        config.update(key for key, value in run.config.items() if not key.startswith("_") and _is_plain(value))
    return KeptKeys(_most_common(metrics, _MOST_OPEN), _most_common(config, _MOST_OPEN))


def _most_common(keys: "Counter[str]", most: int = _MOST_KNOWN) -> tuple[str, ...]:
    short = sorted((key for key in keys if 0 < len(key) <= _LONGEST_NAME), key=lambda key: (-keys[key], key))
    return tuple(sorted(short[:most]))


def _is_measured(value: Any) -> bool:
    return as_number(value) is not None or value == "NaN"


def _is_plain(value: Any) -> bool:
    return isinstance(value, str | int | float | bool) and value != ""


def _kept(value: Any) -> Any:
    if value is None or isinstance(value, bool | float):
        return value
    if isinstance(value, int):
        # Readers of JSON know bounds that JSON does not.
        return value if abs(value) < _LARGEST_INTEGER else as_number(value) or "NaN"
    if not isinstance(value, str):
        written = number_text(value)
        # "…" stands for what nobody can write down.
        if written != "…" and len(written) <= _LONGEST_VALUE and _depth(value) <= _DEEPEST:
            return value
        value = written
    return cut(value, _LONGEST_VALUE)


def _depth(value: Any) -> int:
    if isinstance(value, Mapping):
        value = list(value.values())
    return 1 + max(map(_depth, value), default=0) if isinstance(value, list | tuple) else 0


def _ranked(newest_first: Sequence[Run], metric: Metric) -> list[Run]:
    """Best first; unfinished runs and those without a number last."""

    def rank(run: Run) -> tuple[bool, float]:
        number = value_of(run, metric)
        return number is None or not is_finished(run), -goodness(number or 0.0, metric.direction)

    return sorted(newest_first, key=rank)


def _best_of(runs: Sequence[Run], metric: Metric, as_of: str, bests: Sequence[Best]) -> Best | None:
    """The best of the finished; the one it was before stays it until another is better."""
    measured = [run for run in runs if is_finished(run) and value_of(run, metric) is not None]
    best = best_run(measured, metric)
    value = value_of(best, metric) if best else None
    if best is None or value is None or metric.direction is None:
        return None
    if bests and bests[-1].value == value:
        best = next((run for run in measured if _is_again(run, metric, bests[-1])), best)
    return Best(as_of, metric.name, metric.direction, value, best.id, cut(best.name, _LONGEST_NAME), best.url)


def _is_again(run: Run, metric: Metric, best: Best) -> bool:
    return run.id == best.run_id and value_of(run, metric) == best.value


def _metric_of(best: Best) -> Metric:
    return Metric(best.metric, best.direction)


def _note(bests: list[Best], best: Best | None) -> None:
    if best is not None and (not bests or (bests[-1].run_id, bests[-1].value) != (best.run_id, best.value)):
        bests.append(best)


def _check(finder: LeakFinder, value: Any, what: str, mend: str) -> None:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    leak = next((leak for leak in finder.find(text) if leak.severity is Severity.ERROR), None)
    if leak is not None:
        raise ContentError(f"{what}: there is what looks like a secret ({leak.kind})", mend=mend)
