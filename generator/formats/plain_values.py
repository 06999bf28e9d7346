"""A plain value (a word, a number, a list) as readers see it."""

import json
from typing import Any


def words_of(value: Any) -> str:
    """A value in words; a map as JSON.

    >>> words_of("FR"), words_of(True), words_of(None), words_of([1, "a"]), words_of({"a": 1})
    ('FR', 'true', 'none', '1, a', '{"a": 1}')
    """
    if value is None:
        return "none"
    if isinstance(value, list):
        return ", ".join(map(words_of, value))
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)
    return str(value).lower() if isinstance(value, bool) else str(value)
