"""A block about runs → the figure that a page shows for it: table, drawing, date and link, made of what is kept."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from generator.experiments.comparison import ComparedRun, compare
from generator.experiments.metrics import metric_label
from generator.experiments.numbers import as_number, value_text
from generator.experiments.page.bars import Bar, bars_svg
from generator.experiments.page.block import Block, Frame, read_block
from generator.experiments.page.block_values import Chart, ChartKind
from generator.experiments.page.figure_markdown import figure_markdown
from generator.experiments.page.figure_source import link_alone, source_words
from generator.experiments.page.figure_table import notes, run_card, runs_table
from generator.experiments.page.gathering import Gathered, gathered
from generator.experiments.page.lines import Line, lines_html
from generator.experiments.page.page_text import html_text, plain
from generator.experiments.run_order import in_order, rows_within
from generator.experiments.states import count_states, is_finished, state_words
from generator.model.embed import Embed, EmbedFragment
from generator.model.experiment import SECONDARY_SHA_KEY, SHA_KEY, Metric, Run, Service
from generator.model.reading import Companions

# Columns of a file or a run whose author names none.
_MOST_COLUMNS, _MOST_OF_ONE = 12, 40
_KEYS_OF_THE_CODE = frozenset((SHA_KEY, SECONDARY_SHA_KEY))


def figure(embed: Embed, companions: Companions) -> EmbedFragment:
    """What the page shows, and what `inkmill wandb sync` is to fetch for it: a build itself asks no service."""
    block, problems = read_block(embed)
    if block is None:
        return EmbedFragment('<p class="runs runs-missing">Runs that could not be shown.</p>', problems=problems)
    found, told = gathered(block, companions)
    frame = _frame_html(block.frame, _title(block, found)) if block.frame else ""
    hosts = (urlsplit(block.frame.url).hostname or "",) if block.frame else ()
    shown = link_alone(_title(block, None), block.link, block.query) if found is None else _figure(block, found)
    html = frame + shown
    return EmbedFragment(
        html, hosts=hosts, problems=(*problems, *told), asked_runs=block.asked, markdown=figure_markdown(shown)
    )


def _figure(block: Block, found: Gathered) -> str:
    runs = (*found.runs, *found.baselines)
    if block.is_card and found.runs:
        shown = _card(block, found, found.runs[0])
    else:
        none = "" if found.runs else f'<p class="runs-none">{_no_runs(block)}</p>\n'
        shown = none + (_drawn_and_listed(block, found) if runs else "")
    return f'<figure class="runs">\n{shown}{_caption(block, found)}\n</figure>'


def _no_runs(block: Block) -> str:
    if block.query.sha:
        sha = html_text(block.query.sha, 12)
        return (
            f"No runs yet: none is logged for <code>{sha}</code>, in whose configuration it is <code>github_sha</code>."
        )
    # It may well have some, in tables that nobody here can read.
    return "No run of this report can be shown here." if block.query.report else "No runs yet."


def _drawn_and_listed(block: Block, found: Gathered) -> str:
    metrics, config = _columns(block, found)
    runs = in_order(found.runs, block.sort)
    comparison = compare(runs, in_order(found.baselines, block.sort), metrics, config)
    unfinished = [run for run in runs if not is_finished(run)]
    nothing = tuple(None for _ in metrics)
    rows = [*comparison.rows, *(ComparedRun(run, "candidate", nothing) for run in unfinished)]
    shown = rows_within(rows, found.runs, block.limit, block.query, block.sort)
    more = len(rows) - len(shown) + found.more_runs
    charts = "".join(_chart(chart, block, shown, found, comparison.reference) for chart in block.charts)
    table = runs_table(shown, metrics, config, _title(block, found))
    return charts + table + "\n" + (f'<p class="runs-more not-prose">and {more} more</p>\n' if more else "")


def _columns(block: Block, found: Gathered) -> tuple[tuple[Metric, ...], tuple[str, ...]]:
    """Those the block names; else those of the report, or the first of the file."""
    is_open = not block.metrics and not block.config
    metrics = block.metrics or tuple(map(Metric, found.metrics[:_MOST_COLUMNS] if is_open else ()))
    keys = [key for key in found.config if key not in _KEYS_OF_THE_CODE]
    return metrics, block.config or tuple(keys[:_MOST_COLUMNS] if is_open else ())


def _card(block: Block, found: Gathered, run: Run) -> str:
    metrics = [metric.name for metric in block.metrics] or list(run.summary)[:_MOST_OF_ONE]
    config = list(block.config) or [key for key in run.config if key not in _KEYS_OF_THE_CODE][:_MOST_OF_ONE]
    row = ComparedRun(run, "candidate", ())
    charts = "".join(_chart(chart, block, [row], found, None) for chart in block.charts)
    return charts + run_card(run, metrics, config, _title(block, found)) + "\n"


def _chart(chart: Chart, block: Block, rows: Sequence[ComparedRun], found: Gathered, reference: Run | None) -> str:
    metric = next((one for one in block.metrics if one.name == chart.metric), Metric(chart.metric))
    label = metric_label(metric)
    if chart.kind is ChartKind.LINES:
        lines = [
            Line(_called(row), points) for row in rows if (points := found.history.get(row.run.id, {}).get(metric.name))
        ]
        drawn = lines_html(metric.name, lines)
        words, key = f"{metric.name} by step", ""
    else:
        bars = [
            Bar(
                row.run.name or row.run.id,
                value,
                value_text(row.run.summary[metric.name]),
                row.role,
                ", ".join(notes(row)),
            )
            for row in rows
            if (value := as_number(row.run.summary.get(metric.name))) is not None
        ]
        mark = as_number(reference.summary.get(metric.name)) if reference else None
        drawn, words = bars_svg(label, bars, mark), label
        key = "" if mark is None else ' <span class="runs-key">the reference</span>'
    if not drawn:
        return f'<p class="runs-none not-prose">Nothing of {html_text(words)} to draw yet.</p>\n'
    return f'<div class="runs-chart not-prose"><p class="runs-chart-title">{html_text(words)}{key}</p>{drawn}</div>\n'


def _called(row: ComparedRun) -> str:
    said = ", ".join(notes(row))
    return (row.run.name or row.run.id) + (f" ({said})" if said else "")


def _title(block: Block, found: Gathered | None) -> str:
    if block.title:
        return block.title
    if found is not None and found.title:
        return found.title
    if block.is_card:
        run = found.runs[0] if found is not None and found.runs else None
        return f"Run {plain(run.name if run else block.query.run_ids[0], 80)}"
    if block.query.report:
        return f"A report of {block.query.project}"
    return "Runs" if block.query.service is Service.FILE else f"Runs of {block.query.project}"


def _caption(block: Block, found: Gathered) -> str:
    """What it is, how far it has come, when that was and where it goes on."""
    said = [f'<span class="runs-title">{html_text(_title(block, found))}</span>']
    said += [html_text(found.description, 600)] if found.description else []
    said += [words] if (words := _states(found, block)) else []
    said.append(source_words(found.as_of, block.link, block.query))
    return f"<figcaption>{'. '.join(part.rstrip('.') for part in said)}.</figcaption>"


def _states(found: Gathered, block: Block) -> str:
    """How many are in which state, where not all are finished."""
    counts = count_states(found.runs)
    if counts.finished == counts.total:
        return ""
    if block.is_card:
        return html_text(found.runs[0].state.capitalize(), 20)
    return state_words(counts)


def _frame_html(frame: Frame, title: str) -> str:
    """The report's own page, which loads when a reader comes near; its figure stands below it."""
    return (
        f'<iframe class="runs-frame" src="{html_text(frame.url, 4000)}" title="{html_text(title)}" width="960" '
        f'height="{frame.height_px}" loading="lazy" referrerpolicy="strict-origin-when-cross-origin" '
        'allow="fullscreen; clipboard-write"></iframe>\n'
    )
