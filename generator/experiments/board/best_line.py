"""How the best of a project moved: a line of steps over days, whose words do not stretch with it."""

from collections.abc import Sequence
from dataclasses import dataclass

from generator.experiments.page.page_text import html_text, plain
from generator.experiments.page.scales import Scale, scale_over, tick_text
from generator.experiments.run_dates import moment_of, second_of, short_date_words
from generator.model.experiment import Best

_TOP_PX, _PLOT_PX, _BELOW_PX = 10, 130, 26
_LEFT_PERCENT = 13
_SIDE = 1000


@dataclass(frozen=True, slots=True)
class _Step:
    """A best and the second at which it was known, since 1970."""

    best: Best
    second: float

    @property
    def value(self) -> float:
        """What is drawn."""
        return self.best.value


def best_line_html(metric: str, bests: Sequence[Best], until: str) -> str:
    """The drawing; empty where there are no two steps of different days or values to draw.

    Args:
        bests: from the oldest.
        until: when the last of them was still the best, ISO 8601.
    """
    steps = [_Step(best, moment.timestamp()) for best in bests if (moment := moment_of(best.as_of)) is not None]
    seconds = [step.second for step in steps]
    last = moment_of(until)
    end = max([*seconds, last.timestamp()] if last else seconds, default=0.0)
    if len(steps) < 2 or end <= seconds[0]:
        return ""
    across, up = Scale(seconds[0], end), scale_over([step.value for step in steps], with_zero=False, about=3)
    spoken = (
        f"The best {plain(metric, 60)} moved in {_steps(len(steps) - 1)} from {tick_text(steps[0].value)} "
        f"to {tick_text(steps[-1].value)}"
    )
    size = f'width="100%" height="{_TOP_PX + _PLOT_PX + _BELOW_PX}"'
    # Feeds carry drawings without any style sheet.
    return (
        f'<svg class="runs-lines" role="img" {size} fill="currentColor" aria-label="{html_text(spoken)}">'
        f"{_words(steps, until, up)}{_plot(steps, across, up)}</svg>"
    )


def _words(steps: Sequence[_Step], until: str, up: Scale) -> str:
    """Numbers at the rules, and the days at which the line begins and ends."""
    numbers = "".join(
        f'<text class="runs-tick" x="{_LEFT_PERCENT - 1.5}%" y="{_TOP_PX + _PLOT_PX * (1 - up.place(tick)) + 4:.1f}" '
        f'text-anchor="end">{tick_text(tick)}</text>'
        for tick in up.ticks
    )
    first, last = (
        short_date_words(steps[0].best.as_of),
        short_date_words(max(steps[-1].best.as_of, until, key=second_of)),
    )
    below = _TOP_PX + _PLOT_PX + 19
    return (
        f'{numbers}<text class="runs-tick" x="{_LEFT_PERCENT}%" y="{below}">{first}</text>'
        f'<text class="runs-tick" x="99.5%" y="{below}" text-anchor="end">{last}</text>'
    )


def _plot(steps: Sequence[_Step], across: Scale, up: Scale) -> str:
    rules = "".join(
        f'<line class="runs-rule" x1="0" x2="{_SIDE}" y1="{_down(up, tick)}" y2="{_down(up, tick)}" '
        'stroke="currentColor" stroke-opacity=".2" vector-effect="non-scaling-stroke"></line>'
        for tick in up.ticks
    )
    corners: list[str] = []
    for step in steps:
        x, y = f"{_SIDE * across.place(step.second):.1f}", _down(up, step.value)
        corners += [f"{x},{corners[-1].partition(',')[2]}", f"{x},{y}"] if corners else [f"{x},{y}"]
    corners.append(f"{_SIDE},{_down(up, steps[-1].value)}")
    return (
        f'<svg x="{_LEFT_PERCENT}%" y="{_TOP_PX}" width="{100 - _LEFT_PERCENT}%" height="{_PLOT_PX}" '
        f'viewBox="0 0 {_SIDE} {_SIDE}" preserveAspectRatio="none" overflow="visible">{rules}'
        '<polyline class="runs-line runs-line-1" fill="none" stroke="currentColor" stroke-width="2" '
        f'points="{" ".join(corners)}" vector-effect="non-scaling-stroke"></polyline></svg>'
    )


def _down(up: Scale, value: float) -> str:
    return f"{_SIDE * (1 - up.place(value)):.1f}"


def _steps(count: int) -> str:
    return "1 step" if count == 1 else f"{count} steps"
