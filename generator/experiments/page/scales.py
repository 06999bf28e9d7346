"""Where a number stands on an axis, and the few round numbers written beside it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True, slots=True)
class Scale:
    """An axis from ``low`` to ``high``; both are finite, and ``low`` is less.

    Args:
        ticks: round numbers within it, in order.
    """

    low: float
    high: float
    ticks: tuple[float, ...] = ()

    def place(self, value: float) -> float:
        """Where it stands, 0 at low and 1 at high; what lies outside stands at the nearer end."""
        value = min(max(value, self.low), self.high)
        span = self.high - self.low
        if math.isinf(span):
            # Halved: the difference of two very large numbers is none. Half of the smallest would be nothing.
            return (value / 2 - self.low / 2) / (self.high / 2 - self.low / 2)
        return (value - self.low) / span


def scale_over(values: Sequence[float], *, with_zero: bool, about: int = 4) -> Scale:
    """The axis on which all of them have room.

    Args:
        values: at least one, all finite.
        with_zero: bars begin at zero, or their lengths lie.
        about: how many ticks are wanted.
    """
    low, high = min(values), max(values)
    if with_zero:
        low, high = min(low, 0.0), max(high, 0.0)
    if low == high:
        low, high = _around(low)
    ticks = _ticks(low, high, about)
    return Scale(low, high, ticks)


def tick_text(value: float) -> str:
    """At most seven characters or so: ``0.25``, ``1500``, ``2e+06``.

    >>> tick_text(0.1 + 0.2), tick_text(1500.0), tick_text(-0.0)
    ('0.3', '1500', '0')
    """
    text = f"{value + 0.0:.5g}" if 1e-3 <= abs(value) < 1e5 else f"{value + 0.0:.3g}"
    return "0" if text == "-0" else text


def _around(value: float) -> tuple[float, float]:
    """Two numbers with value between them, or at one end of what a float can be."""
    room = max(abs(value) * 0.1, 1e-300) if value else 1.0
    low, high = value - room, value + room
    if math.isinf(low) or math.isinf(high):
        return (value, value / 2) if value < 0 else (value / 2, value)
    return low, high


def _ticks(low: float, high: float, about: int) -> tuple[float, ...]:
    half = high / 2 - low / 2
    rough = half / about * 2
    if not math.isfinite(rough) or rough < 1e-290:
        return (low, high)
    power = 10.0 ** math.floor(math.log10(rough))
    step = next((power * step for step in _STEPS if power * step >= rough), power * 10)
    first = math.ceil(low / step - 1e-9)
    # Many digits that all ticks share leave no round number between them.
    if abs(first) > 1e12:
        return (low, high)
    count = math.floor(high / step + 1e-9) - first + 1
    ticks = tuple((first + number) * step for number in range(min(count, 3 * about)))
    return ticks or (low, high)
