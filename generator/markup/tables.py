"""Pipe tables: with a separator row anywhere in the block, with or without outer pipes, without a header."""

import re
from xml.etree import ElementTree as ET

from markdown.blockparser import BlockParser
from markdown.extensions.tables import TableProcessor as PipeTables

_SEPARATOR = re.compile(r"(?:^|\n)(?P<line>(?=[^\n]*\|)(?=[^\n]*-)[ ]{0,3}[|: \t-]+)(?=\n|$)")
_BARE_SEPARATOR = re.compile(r"(?:^|\n)(?P<line>[ ]{0,3}:?-{2,}:?)[ \t]*(?=\n|$)")


class TableProcessor(PipeTables):
    """Python-Markdown's tables, found inside a block too, and kramdown's without a header."""

    def __init__(self, parser: BlockParser) -> None:
        super().__init__(parser, {"use_align_attribute": False})
        self._begin, self._end = 0, 0

    def test(self, parent: ET.Element, block: str) -> bool:
        """Whether the block holds a table; where, is kept for run."""
        if "|" not in block:
            return False
        lines = block.split("\n")
        for match in _SEPARATOR.finditer(block):
            row = block.count("\n", 0, match.start("line"))
            end = _table_end(lines, row + 1)
            if row and super().test(parent, "\n".join(lines[row - 1 : end])):
                self._begin, self._end = row - 1, end
                return True
        if len(lines) > 1 and all(_is_framed(line) for line in lines):
            self._begin, self._end = 0, len(lines)
            return True
        return False

    def run(self, parent: ET.Element, blocks: list[str]) -> None:
        """Split the block around the table."""
        lines = blocks.pop(0).split("\n")
        begin, end = self._begin, self._end
        separator, border = self.separator, self.border
        if begin:
            self.parser.parseBlocks(parent, ["\n".join(lines[:begin])])
            self.separator, self.border = separator, border
        rows = lines[begin:end]
        if lines[end:]:
            blocks.insert(0, "\n".join(lines[end:]))
        if len(rows) > 1 and _SEPARATOR.fullmatch(rows[1]):
            super().run(parent, ["\n".join(rows)])
        else:
            self._headless(parent, rows)

    def _headless(self, parent: ET.Element, rows: list[str]) -> None:
        """Kramdown's tables without a header: one is added for Python-Markdown, and taken away again."""
        kept = [row.strip() for row in rows if not _SEPARATOR.fullmatch(row)]
        width = max((row.count("|") - 1 for row in kept), default=1)
        block = "\n".join(["|" + " |" * width, "|" + "-|" * width, *kept])
        if super().test(parent, block):
            super().run(parent, [block])
            parent[-1].remove(parent[-1][0])
        else:
            ET.SubElement(parent, "p").text = "\n".join(rows)


def _is_framed(line: str) -> bool:
    stripped = line.strip()
    return len(stripped) > 1 and stripped[0] == "|" == stripped[-1]


def _table_end(lines: list[str], start: int) -> int:
    for index in range(start, len(lines)):
        if "|" not in lines[index]:
            return index
    return len(lines)
