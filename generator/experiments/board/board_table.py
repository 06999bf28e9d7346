"""Rows of a board in one of its orders, and the history of its best, as tables."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from generator.experiments.board.orders import Order, Placed
from generator.experiments.metrics import metric_label
from generator.experiments.numbers import value_text
from generator.experiments.page.figure_table import named_link, region, run_link, value_cell
from generator.experiments.page.page_text import html_text
from generator.experiments.run_dates import moment_of, short_date_words
from generator.model.experiment import Best, Direction, Metric

_LONGEST_NAME, _LONGEST_TAG = 80, 40
_MOST_TAGS_OF_A_RUN = 12
_MOST_BESTS = 12


@dataclass(frozen=True, slots=True)
class BoardColumns:
    """What stands behind rank and name.

    Args:
        metrics: the first is the one that ranks.
        choices: class of the rows that have a tag, by the tag.
    """

    metrics: tuple[Metric, ...]
    config: tuple[str, ...]
    has_tags: bool
    has_days: bool
    choices: Mapping[str, str]


def order_words(order: Order) -> str:
    """What the rows go by: ``acc, highest first``.

    >>> order_words(Order(None, ()))
    'Newest first'
    """
    if order.metric is None:
        return "Newest first"
    return f"{order.metric.name}, {'lowest' if order.metric.direction is Direction.MIN else 'highest'} first"


def board_table(order: Order, columns: BoardColumns, title: str) -> str:
    """The rows in this order, within a region that scrolls by itself."""
    words = order_words(order)
    body = "\n".join(_row(placed, columns) for placed in order.rows)
    table = (
        f'<table class="runs-table"><caption>{html_text(words, _LONGEST_NAME)}</caption>'
        f"<thead><tr>{_heads(order, columns)}</tr></thead>\n<tbody>\n{body}\n</tbody></table>"
    )
    return region(table, f"{title}: {words}")


def bests_table(bests: Sequence[Best], metric: Metric, title: str) -> str:
    """Since when who was the best, the newest first."""
    shown = list(reversed(bests))[:_MOST_BESTS]
    more = len(bests) - len(shown)
    rows = "\n".join(
        f"<tr><td>{_day(best.as_of)}</td><td>{named_link(best.run_name or best.run_id, best.url)}</td>"
        f'<td class="runs-number">{html_text(value_text(best.value))}</td></tr>'
        for best in shown
    )
    table = (
        f'<table class="runs-table"><thead><tr><th scope="col">Since</th>'
        f'<th scope="col">Run</th><th scope="col" class="runs-number">{html_text(metric_label(metric), _LONGEST_NAME)}'
        f"</th></tr></thead>\n<tbody>\n{rows}\n</tbody></table>"
    )
    return region(table, f"{title}: the best so far") + (
        f'\n<p class="runs-more not-prose">and {more} before</p>' if more else ""
    )


def _heads(order: Order, columns: BoardColumns) -> str:
    heads = ['<th scope="col" class="runs-number">Rank</th>', '<th scope="col">Run</th>']
    for metric in columns.metrics:
        way = "ascending" if metric.direction is Direction.MIN else "descending"
        sorted_by = f' aria-sort="{way}"' if metric == order.metric else ""
        heads.append(
            f'<th scope="col" class="runs-number"{sorted_by}>{html_text(metric_label(metric), _LONGEST_NAME)}</th>'
        )
    heads += [f'<th scope="col" class="runs-number">{html_text(key, _LONGEST_NAME)}</th>' for key in columns.config]
    heads += ['<th scope="col">Tags</th>'] if columns.has_tags else []
    if columns.has_days:
        sorted_by = "" if order.metric else ' aria-sort="descending"'
        heads.append(f'<th scope="col"{sorted_by}>Started</th>')
    return "".join(heads)


def _row(placed: Placed, columns: BoardColumns) -> str:
    run = placed.run
    cells = [value_cell(run.summary.get(metric.name), is_number=True) for metric in columns.metrics]
    cells += [value_cell(run.config.get(key)) for key in columns.config]
    if columns.has_tags:
        shown = ", ".join(f"<bdi>{html_text(tag, _LONGEST_TAG)}</bdi>" for tag in run.tags[:_MOST_TAGS_OF_A_RUN])
        more = len(run.tags) - _MOST_TAGS_OF_A_RUN
        cells.append(f"<td>{shown}{f' and {more} more' if more > 0 else ''}</td>")
    if columns.has_days:
        cells.append(f"<td>{_day(run.created_at)}</td>")
    kinds = ["is-reference"] if placed.rank == 1 else []
    kinds += [columns.choices[tag] for tag in dict.fromkeys(run.tags) if tag in columns.choices]
    kind = f' class="{" ".join(kinds)}"' if kinds else ""
    rank = "–" if placed.rank is None else str(placed.rank)
    return f'<tr{kind}><td class="runs-number">{rank}</td><th scope="row">{run_link(run)}</th>{"".join(cells)}</tr>'


def _day(written: str) -> str:
    moment = moment_of(written)
    return f'<time datetime="{moment.date().isoformat()}">{short_date_words(written)}</time>' if moment else ""
