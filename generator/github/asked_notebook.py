"""Which notebook a job is to run, and with what, as the gate hands it on: the variables NOTEBOOK and PARAMETERS."""

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from generator.errors import UsageError

_MOST_PARAMETERS = 50
_LONGEST = 100_000
_LONGEST_PATH = 400
_WORDS: tuple[tuple[str, Any], ...] = (("true", True), ("false", False), ("none", None), ("null", None))
# No more digits than a 64-bit number has; a leading zero is part of a name, such as a date.
_WHOLE = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,17})")
_DECIMAL = re.compile(r"[-+]?(?:[0-9]{1,40}\.?[0-9]{0,40}|\.[0-9]{1,40})(?:[eE][-+]?[0-9]{1,4})?")


@dataclass(frozen=True, slots=True)
class AskedNotebook:
    """One notebook.

    Args:
        path: relative to the source directory.
        parameters: values for its ``parameters`` cell.
    """

    path: str
    parameters: Mapping[str, Any] = field(default_factory=dict)


def asked_notebook(environ: Mapping[str, str]) -> AskedNotebook:
    """What the variables say.

    Raises:
        UsageError: NOTEBOOK is no path of one within the repository, or PARAMETERS no JSON object of texts.
    """
    path = environ.get("NOTEBOOK", "")
    if not _is_notebook(path):
        raise UsageError(
            "NOTEBOOK is not the path of a notebook", mend="write it as `_notebooks/2026-01-01-name.ipynb`"
        )
    return AskedNotebook(path, {name: typed(text) for name, text in _texts(environ.get("PARAMETERS", "")).items()})


def typed(text: str) -> Any:
    """The value that a word of a command stands for; what is no truth, number, list or map stays text.

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


def _is_notebook(path: str) -> bool:
    is_plain = (
        path.isprintable() and "\\" not in path and len(path) <= _LONGEST_PATH and not path.startswith(("-", "/"))
    )
    return is_plain and path.endswith(".ipynb") and not {"", ".", ".."} & set(path.split("/"))


def _texts(written: str) -> Mapping[str, str]:
    try:
        found = json.loads(written or "{}") if len(written) <= _LONGEST else None
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict) or len(found) > _MOST_PARAMETERS:
        raise UsageError("PARAMETERS is no JSON object of a few texts", mend="give it what the gate found")
    for name, text in found.items():
        if not name.isidentifier() or not isinstance(text, str) or not text.isprintable():
            raise UsageError("PARAMETERS holds what is no parameter", mend="give it what the gate found")
    return found


def _collection(text: str) -> Any:
    try:
        value = json.loads(text, parse_constant=_no_number)
    except (ValueError, RecursionError):
        return text
    return value


def _no_number(word: str) -> Any:
    raise ValueError(word)
