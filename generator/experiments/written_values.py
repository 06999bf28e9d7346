"""Numbers that are written as text: cells of CSV, MLflow's parameters."""

import re

_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,17})")
_NUMBER = re.compile(r"[+-]?(?:(?:0|[1-9][0-9]{0,39})(?:\.[0-9]{0,40})?|\.[0-9]{1,40})(?:[eE][+-]?[0-9]{1,3})?")


def written_value(text: str) -> int | float | str:
    """A number where text is written as one; all else, and what is too large, stays text.

    >>> [written_value(text) for text in ("10", "1e-3", "007", "NaN", "1e999")]
    [10, 0.001, '007', 'NaN', '1e999']
    """
    if _INTEGER.fullmatch(text):
        return int(text)
    if _NUMBER.fullmatch(text):
        number = float(text)
        return text if abs(number) == float("inf") else number
    return text
