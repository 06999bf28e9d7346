"""A leaderboard: a project's runs by a metric, in orders and by tags that need no script, and how the best moved."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from generator.experiments.board.best_line import best_line_html
from generator.experiments.board.board_table import BoardColumns, bests_table, board_table, order_words
from generator.experiments.board.board_words import Board, read_board
from generator.experiments.board.orders import MOST_TAGS, Order, Placed, bests_of, orders, ranked, tags_of
from generator.experiments.page.figure_markdown import figure_markdown
from generator.experiments.page.figure_source import link_alone, source_words
from generator.experiments.page.figure_table import run_link
from generator.experiments.page.gathering import kept_snapshot, runs_in_file, told_columns, unlinked
from generator.experiments.page.page_text import html_text
from generator.experiments.run_dates import moment_of, second_of
from generator.experiments.services.choosing_runs import chosen_runs
from generator.experiments.states import is_finished
from generator.model.embed import PAGE_ONLY, PAGE_ONLY_END, Embed, EmbedFragment
from generator.model.experiment import Best, Metric, Run, Service
from generator.model.problem import Problem
from generator.model.reading import Companions, Trust

_MOST_UNFINISHED = 10


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of the runs.

    Args:
        as_of: ISO 8601; empty for a file.
        more_runs: that the service has and nobody kept.
    """

    runs: tuple[Run, ...]
    bests: tuple[Best, ...]
    as_of: str = ""
    more_runs: int = 0


def leaderboard(embed: Embed, companions: Companions) -> EmbedFragment:
    """What the page shows, made of what is kept, and what `inkmill wandb sync` is to fetch for it."""
    board, problems = read_board(embed)
    if board is None:
        return EmbedFragment(
            '<p class="runs runs-missing">A leaderboard that could not be shown.</p>', problems=problems
        )
    known, told = _known(board, companions)
    if known is not None and not board.has_links:
        known = replace(known, runs=unlinked(known.runs), bests=tuple(replace(best, url="") for best in known.bests))
    is_strict = embed.rules.trust is Trust.STRICT
    if known is None:
        shown = link_alone(_title(board), board.link, board.query)
    else:
        shown = _figure(board, known, _name(embed, board), is_strict=is_strict)
    return EmbedFragment(shown, problems=(*problems, *told), asked_runs=board.asked, markdown=figure_markdown(shown))


def _known(board: Board, companions: Companions) -> tuple[_Known | None, tuple[Problem, ...]]:
    names = [metric.name for metric in board.metrics]
    if board.query.service is Service.FILE:
        everything, problems = runs_in_file(board.query.project, names, board.at, companions)
        if everything is None:
            return None, problems
        runs = chosen_runs(everything, board.query)
        if everything:
            problems += told_columns(board.at, names, names, _keys(run.summary for run in everything), "column")
            config = _keys(run.config for run in everything)
            problems += told_columns(board.at, board.config, board.config, config, "column")
        return _Known(runs, bests_of(runs, board.leading)), problems
    snapshot, problems = kept_snapshot(board.query, board.at, companions)
    if snapshot is None:
        return None, problems
    if snapshot.runs:
        at, frozen = board.at, board.is_frozen
        problems += told_columns(at, names, snapshot.metrics, snapshot.known_metrics, "metric", is_frozen=frozen)
        what = "key of the configuration"
        problems += told_columns(at, board.config, snapshot.config, snapshot.known_config, what, is_frozen=frozen)
    bests = tuple(
        best for best in snapshot.best if Metric(best.metric, best.direction) == board.leading and moment_of(best.as_of)
    )
    return _Known(snapshot.runs, bests, snapshot.fetched_at, snapshot.more_runs), problems


def _keys(mappings: Iterable[Iterable[str]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(key for keys in mappings for key in keys))


def _name(embed: Embed, board: Board) -> str:
    """Of its radio buttons: no other board of the same page may have it, and every build the same."""
    return "board-" + sha256(f"{embed.at}\0{board.query}\0{embed.text}".encode(errors="replace")).hexdigest()[:10]


def _title(board: Board) -> str:
    return board.title or f"Leaderboard of {board.query.project}"


def _figure(board: Board, known: _Known, name: str, *, is_strict: bool) -> str:
    everyone = ranked(known.runs, board.leading)
    rows = everyone[: board.limit]
    nothing = "No run has finished yet." if known.runs else "No runs yet."
    shown = _tables(board, rows, name, is_strict=is_strict) if rows else f'<p class="runs-none">{nothing}</p>\n'
    notes = [_cut(len(rows), len(everyone) + known.more_runs, is_counted=not known.more_runs)]
    notes.append(_unfinished([run for run in known.runs if not is_finished(run)]))
    said = "".join(f'<p class="runs-more not-prose">{note}</p>\n' for note in notes if note)
    history = _history(board, known)
    return f'<figure class="runs leaderboard">\n{shown}{said}{history}{_caption(board, known)}\n</figure>'


def _tables(board: Board, rows: Sequence[Placed], name: str, *, is_strict: bool) -> str:
    """The board in every order, and what chooses among them; in the strict profile, which has no inputs, in one."""
    found = orders(rows, board.metrics)
    tags = () if is_strict else _choosable(board, rows)
    columns = BoardColumns(
        metrics=board.metrics,
        config=board.config,
        has_tags=any(placed.run.tags for placed in rows),
        has_days=any(moment_of(placed.run.created_at) for placed in rows),
        choices={tag: f"tagged-{number}" for number, tag in enumerate(tags, start=1)},
    )
    if is_strict:
        return board_table(found[0], columns, _title(board)) + "\n"
    first, *others = (
        f'<div class="ordered ordered-{number}">{board_table(order, columns, _title(board))}</div>\n'
        for number, order in enumerate(found, start=1)
    )
    choices = f"{_order_choice(found, name)}{_tag_choice(tags, rows, name)}"
    return f"{_on_the_page(choices)}{first}{_on_the_page(''.join(others))}"


def _on_the_page(html: str) -> str:
    return f"{PAGE_ONLY}{html}{PAGE_ONLY_END}" if html else ""


def _choosable(board: Board, rows: Sequence[Placed]) -> tuple[str, ...]:
    """Tags that tell rows apart, and those the author asked for."""
    found = tags_of(rows, board.tags)
    return found if board.tags else tuple(tag for tag in found if any(tag not in placed.run.tags for placed in rows))


def _order_choice(found: Sequence[Order], name: str) -> str:
    if len(found) < 2:
        return ""
    labels = [(f"order-{number}", html_text(order_words(order))) for number, order in enumerate(found, start=1)]
    return _choice("Order", f"{name}-order", labels)


def _tag_choice(tags: Sequence[str], rows: Sequence[Placed], name: str) -> str:
    if not tags:
        return ""
    labels = [("tag-0", f"all ({len(rows)})")]
    for number, tag in enumerate(tags[:MOST_TAGS], start=1):
        count = sum(tag in placed.run.tags for placed in rows)
        labels.append((f"tag-{number}", f"<bdi>{html_text(tag, 40)}</bdi> ({count})"))
    return _choice("Tag", f"{name}-tag", labels)


def _choice(legend: str, name: str, labels: Sequence[tuple[str, str]]) -> str:
    """Radio buttons, the first one chosen.

    Args:
        labels: class of the button, and HTML of its label.
    """
    buttons = "\n".join(
        f'<label><input type="radio" name="{name}" class="{kind}"{" checked" if number == 0 else ""}> {label}</label>'
        for number, (kind, label) in enumerate(labels)
    )
    return f'<fieldset class="choice not-prose"><legend>{legend}</legend>\n{buttons}\n</fieldset>\n'


def _cut(shown: int, count: int, *, is_counted: bool) -> str:
    """That there are more than are shown.

    Args:
        is_counted: whether all of count are known to be finished.
    """
    return f"The best {shown} of {count} {'finished ' if is_counted else ''}runs." if count > shown else ""


def _unfinished(runs: Sequence[Run]) -> str:
    if not runs:
        return ""
    named = ", ".join(f"{run_link(run)} {html_text(run.state, 20)}" for run in runs[:_MOST_UNFINISHED])
    more = len(runs) - _MOST_UNFINISHED
    return f"Not finished: {len(runs)} ({named}{f' and {more} more' if more > 0 else ''})."


def _history(board: Board, known: _Known) -> str:
    if len(known.bests) < 2:
        return ""
    until = known.as_of or max(known.runs, key=lambda run: second_of(run.created_at)).created_at
    line = best_line_html(board.leading.name, known.bests, until)
    title = f'<p class="runs-chart-title not-prose">The best {html_text(board.leading.name, 80)} so far</p>'
    drawn = f'<div class="runs-chart not-prose">{line}</div>\n' if line else ""
    return f'<div class="bests">{title}\n{drawn}{bests_table(known.bests, board.leading, _title(board))}\n</div>\n'


def _caption(board: Board, known: _Known) -> str:
    """What it is, by what it ranks, of when it is and where it goes on."""
    title = html_text(_title(board)).rstrip(".")
    ranks = f"Ranked by {html_text(order_words(Order(board.leading, ())).removesuffix(' first'))}"
    source = source_words(known.as_of, board.link, board.query)
    return f'<figcaption><span class="runs-title">{title}</span>. {ranks}. {source}.</figcaption>'
