"""Values of runs as numbers and as text: whatever a service sent, in full for machines, short for people."""

import json
import math
from typing import Any

from generator.experiments.short_text import cut

# Of a value that is shown; a table for machines has all.
_DIGITS = 6
_DIFFERENCE_DIGITS = 4
_LARGEST_PLAIN = 1e15
_SMALLEST_PLAIN = 1e-4
_LARGEST_PERCENT = 1e6


def as_number(value: Any) -> float | None:
    """The number that can be compared and drawn; None for all else, such as text, ``true``, NaN and infinity.

    >>> as_number(3), as_number("NaN"), as_number(True), as_number(float("inf"))
    (3.0, None, None, None)
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def number_text(value: Any) -> str:
    """The value in full: text as it is, ``10`` for 10, nothing for null, all else as JSON.

    >>> [number_text(value) for value in (10, 0.1 + 0.2, None, float("nan"), "NaN", [1, True])]
    ['10', '0.30000000000000004', '', 'NaN', 'NaN', '[1, true]']
    """
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    try:
        return json.dumps(value, ensure_ascii=False)
    except (ValueError, TypeError, RecursionError):
        # Deeper, or with more digits, than Python writes; such a value says nothing to anybody.
        return "…"


def value_text(value: Any, most: int = 80) -> str:
    """The value for people: six digits of a number, whole numbers in full, at most so many characters of all else.

    >>> value_text(0.1 + 0.2), value_text(1234567.89), value_text(3e-7), value_text(None)
    ('0.3', '1234568', '3e-07', '')
    """
    number = as_number(value)
    shown = _rounded(number, _DIGITS) if isinstance(value, float) and number is not None else number_text(value)
    return cut(shown, most)


def difference_text(difference: float) -> str:
    """With its sign, four digits.

    >>> difference_text(-0.05), difference_text(0.1234567), difference_text(0.0)
    ('-0.05', '+0.1235', '0')
    """
    sign = "+" if difference > 0 else ""
    return f"{sign}{_rounded(difference, _DIFFERENCE_DIGITS)}"


def percent_text(percent: float) -> str:
    """With its sign, two decimals; empty where they would all be 0.

    >>> percent_text(-5.2631), percent_text(160), percent_text(0.001)
    ('-5.26%', '+160.00%', '')
    """
    if abs(percent) >= _LARGEST_PERCENT:
        return f"{percent:+.2e}%"
    shown = f"{percent:+.2f}%"
    return "" if shown[1:] == "0.00%" else shown


def _rounded(number: float, digits: int) -> str:
    """Digits that count are rounded to so many, those before the point never left out."""
    if number == 0:
        return "0"
    if not _SMALLEST_PLAIN <= abs(number) < _LARGEST_PLAIN:
        return f"{number:.{digits}g}"
    decimals = max(0, digits - 1 - math.floor(math.log10(abs(number))))
    shown = f"{number:.{decimals}f}"
    return shown.rstrip("0").rstrip(".") if "." in shown else shown
