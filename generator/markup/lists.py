"""Lists as CommonMark nests them: by where an item's text begins, not by four spaces."""

import re
from dataclasses import dataclass, field
from xml.etree import ElementTree as ET

from markdown.blockparser import BlockParser
from markdown.blockprocessors import BlockProcessor

from generator.markup.tokens import OPEN

ITEM = re.compile(r"(?P<indent> {0,3})(?P<mark>[-+*]|\d{1,9}[.)])(?:(?P<space> +)(?P<text>\S.*)|[ ]*$)")
_RULE = re.compile(r" {0,3}(?:(?:-[ ]*){3,}|(?:\*[ ]*){3,}|(?:_[ ]*){3,})$")
_INTERRUPTS = re.compile(r"\n(?= {0,3}(?:[-+*]|1[.)]) +\S)")
_NO_LAZY = re.compile(rf" {{0,3}}(?:#{{1,6}}(?: |$)|>|{OPEN}b|\{{:[^}}]*\}}[ ]*$)")
ENDS_PARAGRAPH = re.compile(rf"[ ]*$|[ ]*{OPEN}b| {{0,3}}(?:#{{1,6}}(?: |$)|(?:[-*_][ ]*){{3,}}$)")
"""A line after which no line goes on without marks or indent."""
DEEPEST = 24
"""Lists and quotes nest this deep; what is deeper is text. Nobody reads more, and Python's stack has an end."""


@dataclass(slots=True)
class _Item:
    """One item: its lines, and the column its text begins at."""

    indent: int
    offset: int
    lines: list[str] = field(default_factory=list)


class ListProcessor(BlockProcessor):
    """Takes a whole list, with everything that belongs into its items."""

    def __init__(self, parser: BlockParser) -> None:
        super().__init__(parser)

    def test(self, parent: ET.Element, block: str) -> bool:  # noqa: ARG002
        """Whether a list begins with this block, or breaks into its paragraph."""
        return self._start(block) is not None

    def _start(self, block: str) -> int | None:
        if len(self.parser.state) >= DEEPEST:
            return None
        if _begins_item(block.split("\n", 1)[0]):
            return 0
        for match in _INTERRUPTS.finditer(block):
            line = block[match.end() :].split("\n", 1)[0]
            if not _RULE.match(line):
                return match.end()
        return None

    def run(self, parent: ET.Element, blocks: list[str]) -> None:
        """Parse the list and leave what follows it in blocks."""
        block = blocks.pop(0)
        start = self._start(block) or 0
        if start:
            self.parser.parseBlocks(parent, [block[:start].rstrip("\n")])
        gathered = _Gathering(block[start:].split("\n"))
        while gathered.rest is None and blocks and gathered.continues(blocks[0]):
            gathered.take(blocks.pop(0))
        if gathered.rest:
            blocks.insert(0, "\n".join(gathered.rest))
        self._write(parent, gathered)

    def _write(self, parent: ET.Element, gathered: "_Gathering") -> None:
        is_ordered = gathered.mark not in "-+*"
        element = ET.SubElement(parent, "ol" if is_ordered else "ul")
        if is_ordered and gathered.number != 1:
            element.set("start", str(gathered.number))
        self.parser.state.set("list")
        for item in gathered.items:
            entry = ET.SubElement(element, "li")
            text = "\n".join(item.lines)
            self.parser.parseChunk(entry, text)
            if not gathered.is_loose:
                for child in entry:
                    if child.tag == "p":
                        child.tag = "span"
        self.parser.state.reset()


def _begins_item(line: str) -> bool:
    return ITEM.match(line) is not None and not _RULE.match(line)


class _Gathering:
    """The items of one list, line by line; rest is what ended it."""

    def __init__(self, lines: list[str]) -> None:
        first = ITEM.match(lines[0])
        self.mark = first["mark"][-1] if first else "-"
        self.number = int(first["mark"][:-1]) if first and first["mark"][:-1] else 1
        self.items: list[_Item] = []
        self.is_loose = False
        self.rest: list[str] | None = None
        self._take_lines(lines)

    def continues(self, block: str) -> bool:
        """Whether a block after a blank line still belongs to the list."""
        line = block.lstrip("\n").split("\n", 1)[0]
        if not line.strip():
            return True
        blank = len(line) - len(line.lstrip(" "))
        return blank >= self.items[-1].offset or self._is_sibling(line)

    def take(self, block: str) -> None:
        """A block after a blank line."""
        lines = block.split("\n")
        blank = len(lines[0]) - len(lines[0].lstrip(" "))
        if not block.strip():
            self.items[-1].lines.append(block)
            return
        self.is_loose = True
        if blank >= self.items[-1].offset or not lines[0].strip():
            self.items[-1].lines.append("")
        self._take_lines(lines)

    def _is_sibling(self, line: str) -> bool:
        match = ITEM.match(line)
        return match is not None and match["mark"][-1] == self.mark and not _RULE.match(line)

    def _take_lines(self, lines: list[str]) -> None:
        for index, line in enumerate(lines):
            if not self._take_line(line):
                self.rest = lines[index:]
                return

    def _take_line(self, line: str) -> bool:
        """Whether the line belongs to the list, and if so, it is in it now."""
        blank = len(line) - len(line.lstrip(" "))
        item = self.items[-1] if self.items else None
        if item is not None and (blank >= item.offset or not line.strip()):
            item.lines.append(line[item.offset :])
            return True
        match = ITEM.match(line)
        if match is not None and not _RULE.match(line):
            # A list marker that is indented more than its item's, though less than its text, was meant to be below it.
            if item is not None and blank >= item.indent + 2:
                item.lines.append(line[blank:])
                return True
            if match["mark"][-1] != self.mark:
                return False
            self.items.append(_item(match))
            return True
        if item is None or _RULE.match(line) or _NO_LAZY.match(line) or ENDS_PARAGRAPH.match(item.lines[-1]):
            return False
        item.lines.append(line.lstrip(" "))
        return True


def _item(match: re.Match[str]) -> _Item:
    indent, mark, space = len(match["indent"]), len(match["mark"]), len(match["space"] or " ")
    # Five spaces and more begin a block of code one space after the mark.
    offset = indent + mark + (space if space <= 4 else 1)
    text = match["text"] or ""
    return _Item(indent, offset, [" " * (space - 1) + text if space > 4 else text])
