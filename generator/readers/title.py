"""A title for documents whose author wrote none: their first heading."""

import re
from dataclasses import replace

from generator.model.front_matter import FrontMatter
from generator.model.notebook import Cell, CellKind
from generator.model.outline import CellFlags

_FENCE = re.compile(r"\s{0,3}(`{3,}|~{3,})")
_ATX = re.compile(r"\s{0,3}(#{1,6})\s+(.*?)(?:\s+#+)?\s*")
_UNDERLINE = re.compile(r"\s{0,3}(=+|-{2,})\s*")
_ATTRIBUTES = re.compile(r"\s*\{:?\s*[#.][^{}]*\}\s*$")


def take_heading(text: str, *, is_first: bool = True) -> tuple[str, str] | None:
    """The heading that names a document, and the text without it (its lines left empty); None when there is none.

    That is the first line that says anything, if it is a heading of any level, else the first heading of level 1.

    Args:
        is_first: whether text begins the document.
    """
    lines = text.split("\n")
    fence = ""
    has_said = not is_first
    for number, line in enumerate(lines):
        opened = _FENCE.match(line)
        if opened and (not fence or (line.strip().startswith(fence) and not line.strip().strip(fence[0]))):
            fence = "" if fence else opened[1]
            has_said = True
            continue
        if fence or not line.strip():
            continue
        title, length = _heading_at(lines, number, only_first_level=has_said)
        if title:
            return title, "\n".join([*lines[:number], *[""] * length, *lines[number + length :]])
        has_said = has_said or not line.lstrip().startswith("<!--")
    return None


def take_heading_of_cells(
    front: FrontMatter, flags: tuple[CellFlags, ...], cells: tuple[Cell, ...]
) -> tuple[FrontMatter, tuple[CellFlags, ...]]:
    """Front matter with a notebook's first heading as title, and flags in which it is taken out of its cell."""
    is_first = True
    for index, (cell, flag) in enumerate(zip(cells, flags, strict=True)):
        if flag.is_dropped or flag.is_title or cell.kind is CellKind.RAW:
            continue
        taken = take_heading(flag.shown_source, is_first=is_first) if cell.kind is CellKind.MARKDOWN else None
        if taken is not None:
            shorn = replace(flag, shown_source=taken[1])
            return replace(front, title=taken[0], title_from_heading=True), (*flags[:index], shorn, *flags[index + 1 :])
        is_first = False
    return front, flags


def _heading_at(lines: list[str], number: int, *, only_first_level: bool) -> tuple[str, int]:
    """Text of the heading that begins at a line, and how many lines it takes; empty when it is none."""
    atx = _ATX.fullmatch(lines[number])
    if atx and atx[2] and (len(atx[1]) == 1 or not only_first_level):
        return _ATTRIBUTES.sub("", atx[2]), 1
    following = lines[number + 1] if number + 1 < len(lines) else ""
    underline = _UNDERLINE.fullmatch(following)
    starts_block = lines[number].lstrip().startswith((">", "-", "*", "+", "|", "<", "#", "{", "    "))
    is_alone = number == 0 or not lines[number - 1].strip()
    if underline and is_alone and not starts_block and (underline[1][0] == "=" or not only_first_level):
        return _ATTRIBUTES.sub("", lines[number].strip()), 2
    return "", 0
