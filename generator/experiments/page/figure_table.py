"""Runs of a figure as a table, and one run as a card: numbers to the right, words that say what a colour would."""

from collections.abc import Iterable, Sequence
from typing import Any

from generator.experiments.comparison import ComparedRun, Delta, delta_text
from generator.experiments.metrics import metric_label
from generator.experiments.numbers import as_number, value_text
from generator.experiments.page.page_text import html_text
from generator.experiments.states import is_finished
from generator.model.experiment import Metric, Run

_LONGEST_NAME, _LONGEST_VALUE, _LONGEST_ADDRESS = 80, 40, 2000
_ROLES = ("reference", "baseline")


def runs_table(rows: Sequence[ComparedRun], metrics: Sequence[Metric], config: Sequence[str], label: str) -> str:
    """The table within a region that scrolls by itself.

    Args:
        label: what a screen reader calls that region.
    """
    heads = "".join(
        f'<th scope="col" class="runs-number">{html_text(name, _LONGEST_NAME)}</th>'
        for name in [*map(metric_label, metrics), *config]
    )
    body = "\n".join(_row(row, metrics, config) for row in rows)
    return region(
        f'<table class="runs-table"><thead><tr><th scope="col">Run</th>{heads}</tr></thead>\n'
        f"<tbody>\n{body}\n</tbody></table>",
        label,
    )


def run_card(run: Run, metrics: Sequence[str], config: Sequence[str], label: str) -> str:
    """What one run was started with and came to."""
    parts = (("Summary", metrics, run.summary), ("Configuration", config, run.config))
    bodies = "".join(
        f'<tbody><tr><th scope="rowgroup" colspan="2">{head}</th></tr>\n'
        + "\n".join(
            f'<tr><th scope="row">{html_text(name, _LONGEST_NAME)}</th>{value_cell(values.get(name))}</tr>'
            for name in names
        )
        + "</tbody>"
        for head, names, values in parts
        if names
    )
    return region(f'<table class="runs-table runs-card">{bodies}</table>', label) if bodies else ""


def region(table: str, label: str) -> str:
    """A table that is too wide for a page scrolls alone, and the keyboard reaches it."""
    return (
        f'<div class="table-scroll not-prose" role="group" tabindex="0" aria-label="{html_text(label)}">{table}</div>'
    )


def run_link(run: Run) -> str:
    """Its name, and its page where it has one."""
    return named_link(run.name or run.id, run.url)


def named_link(name: str, url: str) -> str:
    """A run's name, and the page at url if a link may lead there."""
    shown = f"<bdi>{html_text(name, _LONGEST_NAME)}</bdi>"
    return f'<a href="{html_text(url, _LONGEST_ADDRESS)}">{shown}</a>' if is_address(url) else shown


def is_address(url: str) -> bool:
    """Whether a link may lead there."""
    return len(url) <= _LONGEST_ADDRESS and url.startswith(("https://", "http://"))


def value_cell(value: Any, *, is_number: bool = False) -> str:
    """A cell of the table; numbers and what stands for one to the right.

    Args:
        is_number: what else it may be, it stands in a column of numbers.
    """
    kind = ' class="runs-number"' if is_number or value is None or as_number(value) is not None else ""
    return f"<td{kind}>{html_text(value_text(value, _LONGEST_VALUE))}</td>"


def notes(row: ComparedRun) -> tuple[str, ...]:
    """What is said beside its name: that others are held against it, and its state unless it is finished."""
    role = (row.role,) if row.role in _ROLES else ()
    return role if is_finished(row.run) else (*role, row.run.state)


def _row(row: ComparedRun, metrics: Sequence[Metric], config: Sequence[str]) -> str:
    run = row.run
    words = "".join(f' <span class="runs-note">{html_text(word, 20)}</span>' for word in notes(row))
    cells = [_metric_cell(run.summary.get(metric.name), delta) for metric, delta in _with_deltas(metrics, row.deltas)]
    cells += [value_cell(run.config.get(name)) for name in config]
    kind = f' class="is-{row.role}"' if row.role in _ROLES else ""
    return f'<tr{kind}><th scope="row">{run_link(run)}{words}</th>{"".join(cells)}</tr>'


def _with_deltas(metrics: Sequence[Metric], deltas: Sequence[Delta | None]) -> Iterable[tuple[Metric, Delta | None]]:
    return zip(metrics, [*deltas, *[None] * (len(metrics) - len(deltas))], strict=True)


def _metric_cell(value: Any, delta: Delta | None) -> str:
    words = delta_text(delta)
    shown = html_text(value_text(value, _LONGEST_VALUE))
    if not words:
        return f'<td class="runs-number">{shown}</td>'
    kind = f" is-{delta.verdict}" if delta is not None and delta.verdict in ("better", "worse") else ""
    return f'<td class="runs-number">{shown} <span class="runs-delta{kind}">{html_text(words)}</span></td>'
