"""Compared runs in words for a comment or a summary: who is better at a glance, then the table."""

from collections.abc import Iterable
from dataclasses import dataclass

from generator.experiments.comparison import ComparedRun, Comparison, best_first, delta_text, leading_metric
from generator.experiments.metrics import metric_label
from generator.experiments.numbers import as_number, value_text
from generator.experiments.services.tied import is_shortened
from generator.experiments.states import counts_text, is_finished
from generator.experiments.text_bars import text_bars
from generator.github.said import code_span, fenced, inline, link
from generator.model.experiment import Metric, Run

# GitHub refuses 65,536 characters; the hidden marker and what a caller puts before and after need some of them.
_MOST_CHARACTERS = 58_000
_MOST_BARS = 12
_MOST_AGAINST_PREVIOUS = 8
_LONGEST_VALUE = 60
_LONGEST_LABEL = 24


@dataclass(frozen=True, slots=True)
class AboutRuns:
    """What the runs are those of.

    Args:
        project: ``entity/project``, or an experiment's name.
        sha, run_id: by which the candidates were asked for.
        project_url: its page; empty where it has none.
        previous_sha: of the commit before.
        notes: what the reader should know beside it, as plain sentences without their full stop.
    """

    project: str
    sha: str = ""
    run_id: str = ""
    project_url: str = ""
    previous_sha: str = ""
    notes: tuple[str, ...] = ()


def comparison_text(
    comparison: Comparison, about: AboutRuns, *, most: int = _MOST_CHARACTERS, rest: str = "in the CSV"
) -> str:
    """Markdown in which nothing from outside comes alive.

    Args:
        most: characters; beyond them the least important rows are left out.
        rest: where those are, to follow their number.
    """
    before = _joined(_title(comparison, about), _verdict(comparison))
    after = _joined(
        counts_text(comparison.counts) if comparison.counts.total else "",
        _against_previous(comparison, about),
        _bars(comparison),
        "\n".join(f"- {inline(note, 1_000)}" for note in about.notes),
    )
    table = _table(comparison, most - len(before) - len(after) - 10, rest) if comparison.rows else ""
    return _joined(before, table, after)


def no_runs_text(about: AboutRuns) -> str:
    """What to say where there is no candidate, as a clause."""
    if about.run_id:
        return f"there is no run {code_span(about.run_id, 128)} in {code_span(about.project)}"
    whole = " A run holds all 40 digits of its commit." if is_shortened(about.sha) else ""
    return f"no runs logged for {code_span(about.sha, 80)}: is `config.github_sha` set?{whole}"


def _title(comparison: Comparison, about: AboutRuns) -> str:
    project = link(about.project, about.project_url)
    if not comparison.counts.total:
        return f"In {project}, {no_runs_text(about)}"
    what = f"Run {code_span(about.run_id, 128)}" if about.run_id else f"Runs of {code_span(_short_sha(about.sha), 80)}"
    return f"**{what}** in {project}"


def _verdict(comparison: Comparison) -> str:
    """The current best and the best candidate, a line each; empty where nobody said which way is better."""
    leading = leading_metric(comparison.metrics)
    if leading is None:
        return ""
    lines = [f"- Current best: {_named(comparison.best, leading)}"] if comparison.best else []
    first = next(iter(best_first(_of_role(comparison, "candidate"), leading)), None)
    if first is not None:
        what = "Best of these" if comparison.counts.finished > 1 else "This run"
        delta = delta_text(first.deltas[comparison.metrics.index(leading)]) if comparison.best else ""
        lines.append(f"- {what}: {_named(first.run, leading)}{f': **{delta}**' if delta else ''}")
    return "\n".join(lines)


def _named(run: Run, metric: Metric) -> str:
    """A run with its name for people and a value."""
    value = run.summary.get(metric.name)
    shown = _shown(value) if as_number(value) is not None else "n/a"
    name = f" {inline(run.name, _LONGEST_VALUE)}" if run.name and run.name != run.id else ""
    return f"{link(run.id, run.url)}{name}, {inline(metric.name, _LONGEST_VALUE)} {shown}"


def _table(comparison: Comparison, room: int, rest: str) -> str:
    """As many rows as there is room for."""
    lines = {id(row): _row(comparison, row) for row in comparison.rows}
    head = _head(comparison)
    room -= len(head) + len(rest) + 40
    kept = set[int]()
    for row in _by_importance(comparison):
        room -= len(lines[id(row)]) + 1
        if room < 0:
            break
        kept.add(id(row))
    left_out = len(lines) - len(kept)
    shown = "\n".join((head, *(line for key, line in lines.items() if key in kept)))
    return f"{shown}\n\n{left_out:,} more {rest}" if left_out else shown


def _head(comparison: Comparison) -> str:
    cells, marks = ["", "Run"], ["---", "---"]
    for metric in comparison.metrics:
        cells.append(inline(metric_label(metric)))
        marks.append("--:")
        if comparison.reference:
            cells.append("vs ref")
            marks.append("--:")
    cells += [inline(name) for name in comparison.config]
    marks += ["--:"] * len(comparison.config)
    return f"{_line(cells)}\n{_line(marks)}"


def _row(comparison: Comparison, row: ComparedRun) -> str:
    run = row.run
    state = "" if is_finished(run) else f" {inline(run.state, _LONGEST_LABEL) or 'in no known state'}"
    cells = [row.role, f"{link(run.id, run.url)}{state}"]
    for metric, delta in zip(comparison.metrics, row.deltas, strict=True):
        cells.append(_shown(run.summary.get(metric.name)))
        cells += [delta_text(delta)] if comparison.reference else []
    cells += [_shown(run.config.get(name)) for name in comparison.config]
    return _line(cells)


def _line(cells: Iterable[str]) -> str:
    return "|" + "".join(f" {cell} |" if cell else " |" for cell in cells)


def _shown(value: object) -> str:
    text = value_text(value, _LONGEST_VALUE)
    # Digits, a point and a sign: nothing in them can come alive, and an escape would tear them apart.
    return text if as_number(value) is not None else inline(text, _LONGEST_VALUE)


def _by_importance(comparison: Comparison) -> tuple[ComparedRun, ...]:
    candidates = best_first(_of_role(comparison, "candidate"), leading_metric(comparison.metrics))
    others = (_of_role(comparison, role) for role in ("previous", "baseline"))
    return (*_of_role(comparison, "reference"), *candidates, *(row for rows in others for row in rows))


def _of_role(comparison: Comparison, role: str) -> list[ComparedRun]:
    return [row for row in comparison.rows if row.role == role]


def _against_previous(comparison: Comparison, about: AboutRuns) -> str:
    """A line for each of the best candidates."""
    previous = comparison.previous
    if previous is None or not comparison.to_previous or not comparison.metrics:
        return ""
    sha = f"{code_span(_short_sha(about.previous_sha), 80)}, " if about.previous_sha else ""
    if comparison.reference is not None and previous.id == comparison.reference.id:
        # The table says all of it.
        return f"The reference is a run of the commit before ({sha}{link(previous.id, previous.url)})."
    rows = best_first(comparison.to_previous, leading_metric(comparison.metrics))
    lines = [f"Against the commit before ({sha}{link(previous.id, previous.url)}):", ""]
    for row in rows[:_MOST_AGAINST_PREVIOUS]:
        pairs = zip(comparison.metrics, row.deltas, strict=True)
        changes = "; ".join(_change(metric, previous, row.run, delta_text(delta)) for metric, delta in pairs)
        lines.append(f"- {link(row.run.id, row.run.url)}: {changes}")
    more = len(rows) - _MOST_AGAINST_PREVIOUS
    return "\n".join([*lines, f"- {more:,} more"] if more > 0 else lines)


def _change(metric: Metric, before: Run, now: Run, delta: str) -> str:
    name = inline(metric.name, _LONGEST_VALUE)
    old, new = before.summary.get(metric.name), now.summary.get(metric.name)
    if as_number(old) is None or as_number(new) is None:
        return f"{name} {delta}"
    return f"{name} {_shown(old)} → {_shown(new)}, {delta}"


def _bars(comparison: Comparison) -> str:
    """The leading metric as bars of text; empty where fewer than two runs have it."""
    metric = leading_metric(comparison.metrics) or next(iter(comparison.metrics), None)
    if metric is None:
        return ""
    rows = [row for row in _by_importance(comparison) if is_finished(row.run)]
    shown = [(row, value) for row in rows if (value := as_number(row.run.summary.get(metric.name))) is not None]
    shown = shown[:_MOST_BARS]
    if len(shown) < 2:
        return ""
    labels = [" ".join(row.run.id.split())[:_LONGEST_LABEL] for row, _ in shown]
    values = [value_text(row.run.summary[metric.name], _LONGEST_VALUE) for row, _ in shown]
    width, digits = max(map(len, labels)), max(map(len, values))
    bars = text_bars([value for _, value in shown])
    lines = [
        f"{label:<{width}}  {bar}  {value:<{digits}}  {row.role}"
        for label, bar, value, (row, _) in zip(labels, bars, values, shown, strict=True)
    ]
    return fenced("\n".join((metric_label(metric)[:_LONGEST_VALUE], *lines)), "text")


def _short_sha(sha: str) -> str:
    is_full = len(sha) in (40, 64) and all(digit in "0123456789abcdef" for digit in sha)
    return sha[:7] if is_full else sha


def _joined(*parts: str) -> str:
    return "\n\n".join(part for part in parts if part)
