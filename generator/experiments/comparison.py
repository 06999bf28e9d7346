"""Runs held against the best that is known: who is better, by how much, and where nobody can say."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from generator.experiments.numbers import as_number, difference_text, percent_text
from generator.experiments.ranking import goodness, value_of
from generator.experiments.run_dates import second_of
from generator.experiments.states import StateCounts, count_states, is_finished
from generator.model.experiment import Direction, Metric, Run

Role = Literal["reference", "candidate", "previous", "baseline"]
Verdict = Literal["better", "worse", "same", ""]


@dataclass(frozen=True, slots=True)
class Delta:
    """How far a value is from another.

    Args:
        difference: None where one of the two is missing or no number.
        percent: of the other's size, so with the sign of the difference; None where that is 0 or there is none.
        verdict: empty where nobody said which way is better.
    """

    difference: float | None = None
    percent: float | None = None
    verdict: Verdict = ""


@dataclass(frozen=True, slots=True)
class ComparedRun:
    """A run in its place.

    Args:
        deltas: one per metric; None where there is nothing to hold it against.
    """

    run: Run
    role: Role
    deltas: tuple[Delta | None, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What became of some runs.

    Args:
        config: keys of the configuration that are shown.
        rows: the reference, the finished candidates, the run before, the other baselines in any state.
        counts: of the candidates, finished or not.
        reference: what the rows are held against; None where no baseline is finished.
        previous: the run of an earlier commit; None for none.
        to_previous: the finished candidates held against it.
        best: the best finished baseline by the leading metric; None where nobody said which way is better.
    """

    metrics: tuple[Metric, ...]
    config: tuple[str, ...]
    rows: tuple[ComparedRun, ...]
    counts: StateCounts
    reference: Run | None = None
    previous: Run | None = None
    to_previous: tuple[ComparedRun, ...] = ()
    best: Run | None = None


def compare(
    candidates: Sequence[Run],
    baselines: Sequence[Run],
    metrics: Sequence[Metric],
    config: Sequence[str] = (),
    previous: Sequence[Run] = (),
) -> Comparison:
    """Hold every finished candidate against the best finished baseline.

    Args:
        previous: runs of the newest earlier commit that has any.
    """
    leading = leading_metric(metrics)
    reference = best_run(baselines, leading)
    before = best_run(previous, leading)
    finished = [run for run in candidates if is_finished(run)]
    rows = [_beside(run, "candidate", reference, metrics) for run in finished]
    if before is not None and before.id not in {run.id for run in (*baselines, *finished)}:
        rows.append(_beside(before, "previous", reference, metrics))
    if reference is not None:
        rows.insert(0, _beside(reference, "reference", None, metrics))
    rows += [_beside(run, "baseline", None, metrics) for run in baselines if run is not reference]
    return Comparison(
        metrics=tuple(metrics),
        config=tuple(config),
        rows=tuple(rows),
        counts=count_states(candidates),
        reference=reference,
        previous=before,
        to_previous=tuple(_beside(run, "candidate", before, metrics) for run in finished) if before else (),
        best=reference if _has_rank(reference, leading) else None,
    )


def leading_metric(metrics: Iterable[Metric]) -> Metric | None:
    """The first of which somebody said which way is better: by it the reference is chosen."""
    return next((metric for metric in metrics if metric.direction is not None), None)


def best_run(runs: Iterable[Run], leading: Metric | None) -> Run | None:
    """The best of the finished by a metric; the newest of them where several are or where that says nothing."""
    finished = [run for run in runs if is_finished(run)]
    ranked = [run for run in finished if _has_rank(run, leading)]
    chosen = ranked or finished
    return max(enumerate(chosen), key=lambda place: (_rank(place[1], leading), *_age(place)))[1] if chosen else None


def best_first(rows: Iterable[ComparedRun], leading: Metric | None) -> tuple[ComparedRun, ...]:
    """Rows by their runs' rank in a metric; those without a value last, and equals in their order."""
    return tuple(sorted(rows, key=lambda row: (not _has_rank(row.run, leading), -_rank(row.run, leading))))


def delta_between(value: Any, other: Any, direction: Direction | None) -> Delta:
    """How far value is from other.

    >>> delta_between(0.9, 0.95, Direction.MAX)
    Delta(difference=-0.05, percent=-5.26..., verdict='worse')
    >>> delta_between("NaN", 0.95, Direction.MAX).difference is None
    True
    """
    mine, theirs = as_number(value), as_number(other)
    if mine is None or theirs is None:
        return Delta()
    # 0.9 - 0.95 is -0.05 in decimals, and -0.04999999999999993 in binary.
    exact, size = Decimal(repr(mine)) - Decimal(repr(theirs)), abs(Decimal(repr(theirs)))
    difference = _finite(exact)
    if difference is None:
        return Delta()
    return Delta(difference, _finite(exact * 100 / size) if size else None, _verdict(mine, theirs, direction))


def delta_text(delta: Delta | None) -> str:
    """``-0.05 (-5.26%) worse``, ``same``, ``n/a``; empty where there is nothing to compare.

    >>> delta_text(Delta(0.11, 55.0, "worse")), delta_text(Delta())
    ('+0.11 (+55.00%) worse', 'n/a')
    """
    if delta is None:
        return ""
    if delta.difference is None:
        return "n/a"
    if delta.difference == 0:
        return "same"
    percent = percent_text(delta.percent) if delta.percent is not None else ""
    shown = (difference_text(delta.difference), f"({percent})" if percent else "", delta.verdict)
    return " ".join(word for word in shown if word)


def _beside(run: Run, role: Role, other: Run | None, metrics: Iterable[Metric]) -> ComparedRun:
    if other is None:
        return ComparedRun(run, role, tuple(None for _ in metrics))
    deltas = (
        delta_between(run.summary.get(metric.name), other.summary.get(metric.name), metric.direction)
        for metric in metrics
    )
    return ComparedRun(run, role, tuple(deltas))


def _has_rank(run: Run | None, leading: Metric | None) -> bool:
    return run is not None and leading is not None and value_of(run, leading) is not None


def _rank(run: Run, leading: Metric | None) -> float:
    """Higher is better, whichever way the metric goes; all the same without one."""
    value = value_of(run, leading) if leading else None
    return 0 if value is None or leading is None else goodness(value, leading.direction)


def _age(place: tuple[int, Run]) -> tuple[float, int]:
    """Higher is newer; of the same moment, or of none, what stands later."""
    index, run = place
    return second_of(run.created_at), index


def _verdict(mine: float, theirs: float, direction: Direction | None) -> Verdict:
    if direction is None:
        return ""
    if mine == theirs:
        return "same"
    return "better" if goodness(mine, direction) > goodness(theirs, direction) else "worse"


def _finite(number: Decimal) -> float | None:
    value = float(number)
    return value if math.isfinite(value) else None
