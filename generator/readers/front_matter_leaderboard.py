"""``layout: leaderboard`` and ``leaderboard:`` as the text of a block, line for line."""

import json
import re
from collections.abc import Mapping
from typing import Any

from generator.model.front_matter import LeaderboardBlock
from generator.model.problem import Severity
from generator.near_words import nearest
from generator.readers.front_matter_values import Values, as_flag

_LAYOUT = "leaderboard"
_NO_POINT = re.compile(r"^(-?[0-9]+)e")
# What JSON may hold as it is and YAML may not, or would end a line at.
_NO_YAML = re.compile("[^\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")


def leaderboard_of(values: Values) -> LeaderboardBlock | None:
    """The block that stands below the post; None for another layout."""
    layout = (values.text("layout") or "").lower()
    if layout != _LAYOUT:
        if nearest(layout, (_LAYOUT,)) is not None:
            values.wrong("layout", f"`{values.shown('layout')}` is no layout", f"write `layout: {_LAYOUT}`")
        return None
    entry = values.entries.get("leaderboard")
    if entry is None:
        return LeaderboardBlock("", values.entries["layout"].at)
    if entry.value is None or as_flag(entry.value) is True:
        return LeaderboardBlock("", entry.at)
    if not isinstance(entry.value, dict):
        said = f"`{values.shown('leaderboard')}` is no map of keys to values"
        values.wrong("leaderboard", said, "write its keys below it, such as `metric: acc:max`", Severity.ERROR)
        return None
    return LeaderboardBlock(_at_its_lines(entry.value, entry.lines), entry.at)


def _at_its_lines(keys: Mapping[str, Any], lines: Mapping[str, int]) -> str:
    """The map in YAML's flow style, each key on its own line, counted from 1."""
    text, line = "{", 1
    for number, (key, value) in enumerate(keys.items()):
        missing = max(0, lines.get(key, 1) - line)
        line += missing
        between = "\n" * missing or (" " if number else "")
        text += f"{',' if number else ''}{between}{_json(key)}: {_json(value)}"
    return text + "}"


def _json(value: Any) -> str:
    """The value as JSON that is YAML too, and means the same there."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_json(str(key))}: {_json(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_json, value)) + "]"
    if isinstance(value, float):
        # To YAML `1e-05` is text, and `1.0e-05` a number; its loader makes infinity of one that is too large.
        return _NO_POINT.sub(r"\1.0e", repr(value)).replace("inf", "1.0e+999")
    written = json.dumps(value, ensure_ascii=False, default=str)
    return _NO_YAML.sub(lambda match: f"\\u{ord(match[0]):04x}", written)
