"""Parts of what GitHub says, in an event or an answer: of any shape until they were looked at."""

from collections.abc import Mapping
from typing import Any


def part_of(thing: object, name: str) -> Mapping[str, Any]:
    """An object within an object; empty for what is none, such as the repository of a fork that was deleted."""
    part = thing.get(name) if isinstance(thing, Mapping) else None
    return part if isinstance(part, Mapping) else {}


def number_of(thing: object, name: str) -> int:
    """A comment's ``id``, an issue's ``number``; 0 for what is none."""
    value = thing.get(name) if isinstance(thing, Mapping) else None
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0
