"""In which order runs stand, and which of them are shown or drawn where there is no room for all."""

from collections.abc import Sequence

from generator.experiments.comparison import ComparedRun
from generator.experiments.numbers import as_number
from generator.experiments.run_dates import moment_of
from generator.experiments.states import is_finished
from generator.model.experiment import Run, RunQuery

MOST_DRAWN = 12
"""So many lines are told apart by colour and dash together."""


def in_order(runs: Sequence[Run], key: str) -> tuple[Run, ...]:
    """By a number of summary or configuration, by name or by age; those without it at the end, as they came.

    Args:
        key: as a block says it under ``sort``: ``acc``, ``-acc``, ``created``, ``name``; empty for as they come.
    """
    name, sign = key.removeprefix("-"), -1.0 if key.startswith("-") else 1.0
    if not name:
        return tuple(runs)
    if name == "name":
        return tuple(sorted(runs, key=lambda run: run.name, reverse=sign < 0))
    placed = [(_number(run, name), run) for run in runs]
    have = sorted((one for one in placed if one[0] is not None), key=lambda one: sign * (one[0] or 0.0))
    return (*(run for _, run in have), *(run for value, run in placed if value is None))


def rows_within(
    rows: Sequence[ComparedRun], runs: Sequence[Run], most: int, query: RunQuery, key: str
) -> tuple[ComparedRun, ...]:
    """At most so many of the rows, in their order: the first where somebody chose the order, else the newest.

    Args:
        rows: of the runs and of their baselines, which give way first; the reference stays.
        runs: that were asked for, as they came.
    """
    if len(rows) <= most or key or not _is_oldest_first(runs, query):
        return tuple(rows[:most])
    places = {run.id: place for place, run in enumerate(runs)}

    def importance(row: ComparedRun) -> tuple[bool, bool, int]:
        return row.role != "reference", row.run.id not in places, -places.get(row.run.id, 0)

    kept = {id(row) for row in sorted(rows, key=importance)[:most]}
    return tuple(row for row in rows if id(row) in kept)


def drawn_first(runs: Sequence[Run], key: str, most: int, *, leads_first: bool) -> tuple[Run, ...]:
    """The runs of which a page shows the courses.

    Args:
        leads_first: somebody chose the order they come in; else the oldest is first, and the newest count.
    """
    if key:
        ordered = in_order(runs, key)
        # As in the table: what is on its way or broke off stands below.
        return (*filter(is_finished, ordered), *(run for run in ordered if not is_finished(run)))[:most]
    return tuple(runs[:most] if leads_first else runs[-most:])


def _is_oldest_first(runs: Sequence[Run], query: RunQuery) -> bool:
    """Nobody chose the order, and there is one: a file may say of none when it was."""
    return not (query.run_ids or query.report) and all(run.created_at for run in runs)


def _number(run: Run, name: str) -> float | None:
    if name == "created":
        moment = moment_of(run.created_at)
        return moment.timestamp() if moment else None
    value = as_number(run.summary.get(name))
    return as_number(run.config.get(name)) if value is None else value
