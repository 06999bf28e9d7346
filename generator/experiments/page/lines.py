"""The course of one metric over the steps of several runs: SVG whose lines stretch and whose words do not."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from generator.experiments.page.page_text import html_text, plain
from generator.experiments.page.scales import Scale, scale_over, tick_text
from generator.experiments.run_order import MOST_DRAWN

_TOP_PX, _PLOT_PX, _BELOW_PX = 12, 220, 26
# Room for what is written beside the plot, in parts of its whole width.
_LEFT = 0.15
_SIDE = 1000
# Of up to seven runs each has a dash of its own, for whoever sees no colours.
_COLOURS, _DASHES = 6, ("", "6 4", "2 3", "9 3 2 3", "16 4", "4 2", "9 3 2 3 2 3")
_LONGEST_NAME = 60

Points = Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Line:
    """One run's course: (step, value) in order."""

    label: str
    points: Points


def lines_html(title: str, lines: Sequence[Line]) -> str:
    """Drawing and legend; empty where no run has a course.

    Args:
        title: what is measured: ``loss``.
        lines: the first twelve that have points are drawn.
    """
    drawn = [line for line in map(_finite, lines) if line.points][:MOST_DRAWN]
    if not drawn:
        return ""
    across = scale_over([step for line in drawn for step, _ in line.points], with_zero=False)
    up = scale_over([value for line in drawn for _, value in line.points], with_zero=False)
    height = _TOP_PX + _PLOT_PX + _BELOW_PX
    return (
        f'<svg class="runs-lines" role="img" width="100%" height="{height}" fill="currentColor" '
        f'aria-label="{html_text(_spoken(title, drawn), 900)}">{_axes(across, up)}{_plot(drawn, across, up)}</svg>'
        f"{_legend(drawn)}"
    )


def _finite(line: Line) -> Line:
    return Line(line.label, [point for point in line.points if all(map(math.isfinite, point))])


def _axes(across: Scale, up: Scale) -> str:
    """The words at the ticks; the rules themselves are drawn with the lines."""
    parts = []
    left = f"{100 * _LEFT - 1.5:.2f}%"
    for tick in up.ticks:
        y = _TOP_PX + _PLOT_PX * (1 - up.place(tick)) + 4
        parts.append(f'<text class="runs-tick" x="{left}" y="{y:.1f}" text-anchor="end">{tick_text(tick)}</text>')
    for tick in across.ticks:
        place = across.place(tick)
        # The last words would stand half outside.
        anchor = "end" if place > 0.95 else "middle"
        x = 100 * (_LEFT + (1 - _LEFT) * place)
        parts.append(
            f'<text class="runs-tick" x="{x:.2f}%" y="{_TOP_PX + _PLOT_PX + 18}" text-anchor="{anchor}">'
            f"{tick_text(tick)}</text>"
        )
    return "".join(parts)


def _plot(lines: Sequence[Line], across: Scale, up: Scale) -> str:
    rules = "".join(
        f'<line class="runs-rule" x1="0" x2="{_SIDE}" y1="{_down(up, tick)}" y2="{_down(up, tick)}" '
        'stroke="currentColor" stroke-opacity=".2" vector-effect="non-scaling-stroke"></line>'
        for tick in up.ticks
    )
    courses = "".join(_course(line, number, across, up) for number, line in enumerate(lines))
    return (
        f'<svg x="{100 * _LEFT:.0f}%" y="{_TOP_PX}" width="{100 - 100 * _LEFT:.0f}%" height="{_PLOT_PX}" '
        f'viewBox="0 0 {_SIDE} {_SIDE}" preserveAspectRatio="none" overflow="visible">{rules}{courses}</svg>'
    )


def _course(line: Line, number: int, across: Scale, up: Scale) -> str:
    points = [f"{_SIDE * across.place(step):.1f},{_down(up, value)}" for step, value in line.points]
    # A single point is a line of no length: round ends make it seen.
    points = points * 2 if len(points) == 1 else points
    return f'<polyline {_look(number)} points="{" ".join(points)}" vector-effect="non-scaling-stroke"></polyline>'


def _down(up: Scale, value: float) -> str:
    return f"{_SIDE * (1 - up.place(value)):.1f}"


def _look(number: int) -> str:
    dash = _DASHES[number % len(_DASHES)]
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    # Feeds carry drawings without any style sheet.
    plain_look = 'fill="none" stroke="currentColor" stroke-width="2"'
    return f'class="runs-line runs-line-{number % _COLOURS + 1}" {plain_look}{dashes}'


def _legend(lines: Sequence[Line]) -> str:
    items = "".join(
        '<li><svg class="runs-swatch" width="32" height="10" aria-hidden="true">'
        f'<line {_look(number)} x1="1" x2="31" y1="5" y2="5"></line></svg> '
        f"<bdi>{html_text(line.label, _LONGEST_NAME)}</bdi></li>"
        for number, line in enumerate(lines)
    )
    return f'<ul class="runs-legend">{items}</ul>'


def _spoken(title: str, lines: Sequence[Line]) -> str:
    first = min(line.points[0][0] for line in lines)
    last = max(line.points[-1][0] for line in lines)
    ends = ", ".join(f"{plain(line.label, 40)} ends at {tick_text(line.points[-1][1])}" for line in lines)
    return f"Lines of {title} over steps {tick_text(first)} to {tick_text(last)}: {ends}"
