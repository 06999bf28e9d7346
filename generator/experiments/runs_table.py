"""Compared runs for machines: the columns that workflows have read for years as CSV, and the whole as JSON."""

import csv
import io
import json
import math
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from generator.errors import UsageError
from generator.experiments.comparison import ComparedRun, Comparison
from generator.experiments.numbers import number_text
from generator.experiments.states import is_finished
from generator.experiments.written_values import written_value
from generator.model.experiment import SHA_KEY, Metric, Run

DESCRIPTION = "run.description"
_FIRST = ("run.url", "run.name", "run.tags", "run.id", "run.entity", "run.project", "github_sha")
_LAST = "__eval.category"
_CSV_END = "\r\n"
# What a spreadsheet takes for a formula, or passes over on its way to one.
_FORMULA_STARTS = ("=", "+", "@", "\t", "\r", "\n")


@dataclass(frozen=True, slots=True)
class TableColumns:
    """What stands in the table beside what always does.

    Args:
        config: shown with an underscore before them.
        has_description: of each run, after its commit.
    """

    metrics: tuple[str, ...] = ()
    config: tuple[str, ...] = ()
    has_description: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """The header."""
        description = (DESCRIPTION,) if self.has_description else ()
        return (*_FIRST, *description, *self.metrics, *(f"_{name}" for name in self.config), _LAST)


def table_columns(metrics: Iterable[Metric], config: Iterable[str], *, has_description: bool) -> TableColumns:
    """The columns of a table.

    Raises:
        UsageError: two of them would have one name.
    """
    columns = TableColumns(tuple(metric.name for metric in metrics), tuple(config), has_description)
    asked = [(name, f"--metric {name}") for name in columns.metrics]
    asked += [(f"_{name}", f"--config {name}") for name in columns.config]
    taken = dict.fromkeys((*_FIRST, DESCRIPTION, _LAST), "a column that is always there")
    for column, flag in asked:
        if column in taken:
            raise UsageError(f"{flag} is the column {column}, and so is {taken[column]}: leave one of them out")
        taken[column] = flag
    return columns


def runs_csv(
    candidates: Sequence[Run], baselines: Sequence[Run], columns: TableColumns, *, is_excel_safe: bool = False
) -> str:
    """The header, the finished candidates, and, where there are any, all baselines in whatever state.

    Args:
        is_excel_safe: text that a spreadsheet would take for a formula begins with an apostrophe.
    """
    finished = [run for run in candidates if is_finished(run)]
    lines = [_csv_line(columns.names)]
    for category, runs in (("candidate", finished), ("baseline", baselines if finished else ())):
        for run in runs:
            cells = _cells(run, columns)
            lines.append(_csv_line([*(map(_without_formula, cells) if is_excel_safe else cells), category]))
    # A lone surrogate has no UTF-8.
    return "".join(lines).encode("utf-8", "replace").decode("utf-8")


def runs_json(comparison: Comparison, candidates: Sequence[Run], columns: TableColumns) -> str:
    """The comparison and every candidate, finished or not, as an object; what is no JSON number is text, as ``"NaN"``.

    Its lists are in the order of the table for people.
    """
    unfinished = (ComparedRun(run, "candidate", ()) for run in candidates if not is_finished(run))
    rows = (*comparison.rows, *unfinished)
    found = {
        "counts": asdict(comparison.counts),
        "complete": comparison.counts.is_complete,
        "reference": comparison.reference.id if comparison.reference else None,
        "best": comparison.best.id if comparison.best else None,
        "previous": comparison.previous.id if comparison.previous else None,
        "runs": [_described(row, comparison.metrics, columns) for row in rows],
        "against_previous": [
            {"id": row.run.id, "deltas": _deltas(row, comparison.metrics)} for row in comparison.to_previous
        ],
    }
    return f"{json.dumps(found, indent=1)}\n"


def _csv_line(cells: Iterable[str]) -> str:
    text = io.StringIO()
    # With `\n` alone the writer would leave a `\r` within a cell without quotes.
    csv.writer(text, lineterminator=_CSV_END).writerow(cells)
    return f"{text.getvalue().removesuffix(_CSV_END)}\n"


def _cells(run: Run, columns: TableColumns) -> list[str]:
    entity, _, project = run.project.rpartition("/")
    description = [run.description] if columns.has_description else []
    return [
        *(run.url, run.name, str(list(run.tags)), run.id, entity, project, _cell(run.config.get(SHA_KEY))),
        *description,
        *(_cell(run.summary.get(name)) for name in columns.metrics),
        *(_cell(run.config.get(name)) for name in columns.config),
    ]


def _cell(value: Any) -> str:
    # `True`, as the columns always had it.
    return str(value) if isinstance(value, bool) else number_text(value)


def _without_formula(cell: str) -> str:
    # In some languages it reads the wide forms of these signs, too.
    first = unicodedata.normalize("NFKC", cell[:1])
    # A minus sign begins numbers, too; `-1+…|'…'!A0` starts a program.
    is_formula = first in _FORMULA_STARTS or (first == "-" and isinstance(written_value(cell), str))
    return f"'{cell}" if is_formula else cell


def _described(row: ComparedRun, metrics: Sequence[Metric], columns: TableColumns) -> dict[str, object]:
    run = row.run
    return {
        "role": row.role,
        "id": run.id,
        "name": run.name,
        "state": run.state,
        "project": run.project,
        "url": run.url,
        "tags": list(run.tags),
        "created_at": run.created_at,
        "github_sha": _json_value(run.config.get(SHA_KEY)),
        **({"description": run.description} if columns.has_description else {}),
        "metrics": _json_values(run.summary, columns.metrics),
        "config": _json_values(run.config, columns.config),
        "deltas": _deltas(row, metrics),
    }


def _deltas(row: ComparedRun, metrics: Sequence[Metric]) -> dict[str, object]:
    pairs = zip(metrics, row.deltas, strict=False)
    return {metric.name: asdict(delta) for metric, delta in pairs if delta is not None}


def _json_values(values: Mapping[str, Any], names: Iterable[str]) -> dict[str, object]:
    return {name: _json_value(values.get(name)) for name in names}


def _json_value(value: Any) -> object:
    """The value, if every reader of JSON can read it; its text otherwise."""
    is_plain = value is None or isinstance(value, str | bool)
    if is_plain or (isinstance(value, int | float) and math.isfinite(float(value) if abs(value) < 1e308 else math.inf)):
        return value
    return number_text(value)
