"""Notebooks with a few things in them replaced or taken out."""

import json
import random
from copy import deepcopy
from typing import Any

_STRANGE: tuple[Any, ...] = (
    None, True, 0, -1, 2**70, 1.5, float("nan"), "", "x", "\ud800", "\ue0f0", [], {}, [None], [1, "a"], {"a": None},
    ["a", ["b"]], {"text/plain": 1}, "code", "heading", "stream",
)  # fmt: skip


def mutated(value: Any, chance: random.Random) -> Any:
    """A copy of a JSON value in which one to four things are gone or are something else."""
    copy = json.loads(json.dumps(value))
    for _ in range(chance.randint(1, 4)):
        places = _places(copy)
        if not places:
            break
        holder, key = chance.choice(places)
        if chance.random() < 0.3:
            del holder[key]
        else:
            holder[key] = deepcopy(chance.choice(_STRANGE))
    return copy


def _places(value: Any) -> list[tuple[Any, Any]]:
    """Every (container, key) below value."""
    found: list[tuple[Any, Any]] = []
    pending = [value]
    while pending:
        holder = pending.pop()
        items = list(holder.items()) if isinstance(holder, dict) else list(enumerate(holder))
        found.extend((holder, key) for key, _ in items)
        pending.extend(inner for _, inner in items if isinstance(inner, dict | list))
    return found
