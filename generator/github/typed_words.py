"""Words of a command as values: what papermill's own command line makes of them, and lists."""

import json
import math
import re
from typing import Any

_WORDS: tuple[tuple[str, Any], ...] = (("true", True), ("false", False), ("none", None), ("null", None))
# No more digits than a 64-bit number has; a leading zero is part of a name, such as a date.
_WHOLE = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,17})")
_DECIMAL = re.compile(r"[-+]?(?:[0-9]{1,40}\.?[0-9]{0,40}|\.[0-9]{1,40})(?:[eE][-+]?[0-9]{1,4})?")


def typed(text: str) -> Any:
    """The value that a word stands for; what is no truth, number, list or map stays text.

    >>> typed("3"), typed("1e-3"), typed("true"), typed("[1, 2]"), typed("007"), typed("adam")
    (3, 0.001, True, [1, 2], '007', 'adam')
    """
    for word, value in _WORDS:
        if text in (word, word.capitalize()):
            return value
    if _WHOLE.fullmatch(text):
        return int(text)
    if _DECIMAL.fullmatch(text) and not re.match(r"[-+]?0[0-9]", text):
        number = float(text)
        return number if math.isfinite(number) else text
    return _collection(text) if text[:1] in ("[", "{") else text


def _collection(text: str) -> Any:
    try:
        value = json.loads(text, parse_constant=_no_number, parse_float=_finite)
    except (ValueError, RecursionError):
        return text
    return value


def _no_number(word: str) -> Any:
    raise ValueError(word)


def _finite(written: str) -> float:
    number = float(written)
    if not math.isfinite(number):
        raise ValueError(written)
    return number
