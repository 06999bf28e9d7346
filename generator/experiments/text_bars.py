"""Numbers as bars of text, where no picture can be."""

from collections.abc import Sequence

# An eighth of a character more each.
_PARTS = ("", "▏", "▎", "▍", "▌", "▋", "▊", "▉")
_FULL = "█"
_AXIS = "│"


def text_bars(values: Sequence[float], width: int = 20) -> tuple[str, ...]:
    """A bar from zero for every finite number, all of one length in characters and to one scale.

    Where some are below zero, theirs go to the left of a line.

    >>> text_bars([1, 0.5, 0], width=4)
    ('████', '██  ', '    ')
    >>> text_bars([1, -1], width=4)
    ('  │██', '██│  ')
    """
    highest, lowest = max((0.0, *values)), min((0.0, *values))
    # Halves: the sum of two sizes can be more than a float holds.
    span = highest / 2 - lowest / 2
    if span == 0:
        return tuple(" " * width for _ in values)
    left = round(width * (-lowest / 2 / span))
    right = width - left
    if left == 0:
        return tuple(_bar(value / highest, width).ljust(width) for value in values)
    return tuple(
        f"{_below(value / lowest if value < 0 else 0, left)}{_AXIS}{_above(value, highest, right)}" for value in values
    )


def _above(value: float, highest: float, width: int) -> str:
    return _bar(value / highest if value > 0 else 0, width).ljust(width)


def _below(part: float, width: int) -> str:
    # There are no eighths that grow from the right.
    return (_FULL * round(part * width)).rjust(width)


def _bar(part: float, width: int) -> str:
    eighths = round(part * width * 8)
    return _FULL * (eighths // 8) + _PARTS[eighths % 8]
