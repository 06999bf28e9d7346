"""Emphasis by CommonMark's stack of delimiters, with ``~~`` and ``==`` beside ``*`` and ``_``."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

_TAGS: Mapping[str, str] = MappingProxyType({"~": "del", "=": "mark"})


@dataclass(slots=True)
class Delimiter:
    """A run of marks.

    Args:
        node: index of the run among the nodes.
        count: marks not yet used.
        length: marks at first.
        before, after: tags its used marks have become, around those that are left.
        attributes: for the tag it closes, as HTML, and tail: the same as written, while it closes nothing.
    """

    mark: str
    node: int
    count: int
    length: int
    can_open: bool
    can_close: bool
    before: str = ""
    after: str = ""
    attributes: str = ""
    tail: str = ""

    @property
    def html(self) -> str:
        """Tags and marks as they stand now."""
        return f"{self.before}{self.mark * self.count}{self.after}{self.tail}"


def flanking(mark: str, before: str, after: str) -> tuple[bool, bool]:
    """Whether a run between two characters can open and can close (CommonMark 0.31, 6.2)."""
    space_before, space_after = not before or before.isspace(), not after or after.isspace()
    sign_before, sign_after = _is_sign(before), _is_sign(after)
    left = not space_after and (not sign_after or space_before or sign_before)
    right = not space_before and (not sign_before or space_after or sign_after)
    if mark == "_":
        return left and (not right or sign_before), right and (not left or sign_after)
    return left, right


def _is_sign(character: str) -> bool:
    if not character:
        return False
    if character.isascii():
        return not character.isalnum() and not character.isspace()
    return unicodedata.category(character)[0] in "PS"


def pair_up(nodes: list[str], stack: list[Delimiter], bottom: int) -> None:
    """Turn the runs above bottom into tags, in nodes; what pairs with nothing stays text."""
    closer = bottom
    # Below which there is no opener of a kind: no search is made twice, or long runs would take for ever.
    floors: dict[tuple[str, int, bool], int] = {}
    while closer < len(stack):
        closing = stack[closer]
        if not closing.can_close:
            closer += 1
            continue
        key = (closing.mark, closing.length % 3 if closing.mark not in _TAGS else closing.count, closing.can_open)
        found = _opener(stack, closer, max(bottom, floors.get(key, bottom)))
        if found is None:
            floors[key] = closer
            closer += 1
            continue
        opening = stack[found]
        _wrap(nodes, opening, closing)
        keeps = found + 1 if opening.count else found
        del stack[keeps:closer]
        closer = keeps
        if not closing.count:
            del stack[closer]
        floors = {kind: min(floor, closer) for kind, floor in floors.items()}
    del stack[bottom:]


def _opener(stack: list[Delimiter], closer: int, floor: int) -> int | None:
    closing = stack[closer]
    for index in range(closer - 1, floor - 1, -1):
        opening = stack[index]
        if opening.mark != closing.mark or not opening.can_open:
            continue
        if closing.mark in _TAGS:
            if opening.count == closing.count:
                return index
            continue
        both = opening.can_close or closing.can_open
        if both and (opening.length + closing.length) % 3 == 0 and (opening.length % 3 or closing.length % 3):
            continue
        return index
    return None


def _wrap(nodes: list[str], opening: Delimiter, closing: Delimiter) -> None:
    used = 2 if opening.count >= 2 and closing.count >= 2 else 1
    tag = _TAGS.get(opening.mark) or ("strong" if used == 2 else "em")
    opening.count -= used
    closing.count -= used
    opening.after = f"<{tag}{closing.attributes}>{opening.after}"
    closing.attributes, closing.tail = "", ""
    closing.before = f"{closing.before}</{tag}>"
    nodes[opening.node] = opening.html
    nodes[closing.node] = closing.html
