"""One metric as horizontal bars: SVG that fits any width without scaling its words."""

from collections.abc import Sequence
from dataclasses import dataclass

from generator.experiments.page.page_text import html_text, plain
from generator.experiments.page.scales import Scale, scale_over

_ROW_PX, _BAR_PX, _WORDS_PX = 44, 12, 20
# Feeds carry drawings without any style sheet.
_STROKE = 'stroke="currentColor"'
_LONGEST_NAME = 40
_MOST_SPOKEN = 6


@dataclass(frozen=True, slots=True)
class Bar:
    """One run.

    Args:
        label: its name.
        words: the value as it is written.
        role: how it is drawn: ``reference``, ``baseline`` or any other word.
        note: what stands in brackets behind its name.
    """

    label: str
    value: float
    words: str
    role: str = ""
    note: str = ""


def bars_svg(title: str, bars: Sequence[Bar], reference: float | None) -> str:
    """The drawing; empty where there is nothing to draw.

    Args:
        title: what is measured: ``acc (max)``.
        reference: a tick on every bar stands at this value.
    """
    if not bars:
        return ""
    held = [bar.value for bar in bars] + ([reference] if reference is not None else [])
    scale = scale_over(held, with_zero=True)
    rows = "".join(_row(bar, number, scale, reference) for number, bar in enumerate(bars))
    height = _ROW_PX * len(bars)
    return (
        f'<svg class="runs-bars" role="img" width="100%" height="{height}" fill="currentColor" '
        f'aria-label="{html_text(_spoken(title, bars), 600)}">{rows}</svg>'
    )


def _row(bar: Bar, number: int, scale: Scale, reference: float | None) -> str:
    top = number * _ROW_PX
    zero, end = scale.place(0.0), scale.place(bar.value)
    left, width = min(zero, end), max(abs(end - zero), 0.002)
    kind = f" is-{bar.role}" if bar.role in ("reference", "baseline") else ""
    name = html_text(bar.label, _LONGEST_NAME) + (f" ({html_text(bar.note, 40)})" if bar.note else "")
    words, across = f'y="{top + _WORDS_PX - 5}"', f'y="{top + _WORDS_PX}" height="{_BAR_PX}"'
    drawn = (
        f'<text class="runs-label" x="0" {words}>{name}</text>'
        f'<text class="runs-value" x="100%" {words} text-anchor="end">{html_text(bar.words, 20)}</text>'
        f'<rect class="runs-track" x="0" {across} width="100%" fill-opacity=".1"></rect>'
        f'<rect class="runs-bar{kind}" x="{_percent(min(left, 0.998))}" {across} width="{_percent(width)}"></rect>'
    )
    if reference is None:
        return drawn
    place = _percent(min(max(scale.place(reference), 0.002), 0.998))
    above, below = top + _WORDS_PX - 3, top + _WORDS_PX + _BAR_PX + 3
    return drawn + f'<line class="runs-mark" x1="{place}" x2="{place}" y1="{above}" y2="{below}" {_STROKE}></line>'


def _percent(share: float) -> str:
    return f"{100 * share:.2f}%"


def _spoken(title: str, bars: Sequence[Bar]) -> str:
    """What a reader who sees no bars hears; all of it stands in the table, too."""
    said = [f"{plain(bar.label, _LONGEST_NAME)} {bar.words}" for bar in bars[:_MOST_SPOKEN]]
    more = len(bars) - len(said)
    return f"Bars of {title}: {', '.join(said)}{f' and {more} more' if more else ''}"
