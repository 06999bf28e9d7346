"""Who stands where: finished runs by one metric, and the same runs in other orders."""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from generator.experiments.ranking import goodness, value_of
from generator.experiments.run_dates import moment_of
from generator.experiments.states import is_finished
from generator.model.experiment import Best, Metric, Run

MOST_ORDERS = 6
"""Tables of one board, each with every row: the leading metric's, four more, and the newest first."""
MOST_TAGS = 12


@dataclass(frozen=True, slots=True)
class Placed:
    """A run and its place by the leading metric.

    Args:
        rank: from 1; equal values share one, and as many numbers are then left out. None for a run without a value.
    """

    run: Run
    rank: int | None


@dataclass(frozen=True, slots=True)
class Order:
    """The board's rows by one thing.

    Args:
        metric: None for the newest first.
    """

    metric: Metric | None
    rows: tuple[Placed, ...]


def ranked(runs: Iterable[Run], leading: Metric) -> tuple[Placed, ...]:
    """The finished of the runs, the best first; of equals the oldest; at the end those without a value."""
    rows = sorted((run for run in runs if is_finished(run)), key=_by(leading))
    first: dict[float, int] = {}
    for place, run in enumerate(rows, start=1):
        value = value_of(run, leading)
        if value is not None:
            first.setdefault(value, place)
    values = (value_of(run, leading) for run in rows)
    return tuple(
        Placed(run, first.get(value) if value is not None else None) for run, value in zip(rows, values, strict=True)
    )


def orders(board: Sequence[Placed], metrics: Sequence[Metric]) -> tuple[Order, ...]:
    """The rows as they stand, then by every other metric that has a direction, then the newest first.

    Args:
        board: ranked by the first of the metrics.
    """
    leading, *others = metrics
    found = [Order(leading, tuple(board))]
    for metric in others:
        if metric.direction is not None and len(found) < MOST_ORDERS - 1:
            found.append(Order(metric, tuple(sorted(board, key=_placed_by(metric)))))
    if any(moment_of(placed.run.created_at) for placed in board):
        found.append(Order(None, tuple(sorted(board, key=_newness))))
    return tuple(found)


def tags_of(board: Iterable[Placed], wanted: Sequence[str] = ()) -> tuple[str, ...]:
    """Tags to choose from: those wanted that a row has, else all, the most frequent first; at most ``MOST_TAGS``."""
    counted = Counter(tag for placed in board for tag in dict.fromkeys(placed.run.tags))
    if wanted:
        return tuple(tag for tag in dict.fromkeys(wanted) if tag in counted)[:MOST_TAGS]
    return tuple(sorted(counted, key=lambda tag: (-counted[tag], tag)))[:MOST_TAGS]


def bests_of(runs: Iterable[Run], leading: Metric) -> tuple[Best, ...]:
    """Every run that was better than all before it, by the days on which they were started; the oldest first.

    For runs of which no snapshot was ever made.
    """
    dated = sorted((run for run in runs if is_finished(run) and moment_of(run.created_at)), key=_age)
    direction = leading.direction
    found: list[Best] = []
    for run in dated:
        value = value_of(run, leading)
        if value is None or direction is None:
            continue
        if found and goodness(value, direction) <= goodness(found[-1].value, direction):
            continue
        if found and moment_of(found[-1].as_of) == moment_of(run.created_at):
            found.pop()
        found.append(Best(run.created_at, leading.name, direction, value, run.id, run.name, run.url))
    return tuple(found)


def _by(metric: Metric) -> Callable[[Run], tuple[float, float, str]]:
    """What runs are sorted by: the better value, then the older run; those without a value last."""

    def key(run: Run) -> tuple[float, float, str]:
        value = value_of(run, metric)
        return (math.inf if value is None else -goodness(value, metric.direction), *_age(run))

    return key


def _placed_by(metric: Metric) -> Callable[[Placed], tuple[float, float, str]]:
    key = _by(metric)
    return lambda placed: key(placed.run)


def _age(run: Run) -> tuple[float, str]:
    """Less is older; runs without a day are the last."""
    moment = moment_of(run.created_at)
    return (moment.timestamp() if moment else math.inf, run.id)


def _newness(placed: Placed) -> tuple[float, str]:
    moment = moment_of(placed.run.created_at)
    return (-moment.timestamp() if moment else math.inf, placed.run.id)
