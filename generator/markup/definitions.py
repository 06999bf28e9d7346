"""What is defined: terms in lists, and at the side, where nothing shows, link targets, footnotes, abbreviations."""

import re
from xml.etree import ElementTree as ET

from markdown.blockparser import BlockParser
from markdown.blockprocessors import BlockProcessor

from generator.markup.lists import DEEPEST
from generator.markup.quotes import Current
from generator.markup.scope import LinkTarget

_REFERENCE = re.compile(
    r"""[ ]{0,3}\[(?!\^)(?P<label>(?:[^\[\]\\\n]|\\.){1,300})\]:[ \t]*\n?[ \t]*(?:<(?P<angled>[^<>\n]*)>|(?P<url>\S+))
    (?:[ \t]*(?:\n[ \t]*)?(?:"(?P<double>[^"\n]*)"|'(?P<single>[^'\n]*)'|\((?P<round>[^()\n]*)\)))?[ \t]*(?:\n|$)""",
    re.VERBOSE,
)
_FOOTNOTE = re.compile(r"[ ]{0,3}\[\^(?P<label>[^\]\n]{1,200})\]:[ \t]*(?P<text>[^\n]*)(?:\n|$)")
_FOOTNOTE_LATER = re.compile(r"\n(?=[ ]{0,3}\[\^[^\]\n]{1,200}\]:)")
_MEANING = re.compile(r"(?:^|(?<=\n)) {0,3}:[ ]{1,3}(?=\S)")
_ABBREVIATION = re.compile(r"[ ]{0,3}\*\[(?P<short>[^\]\n]{1,100})\]:[ \t]*(?P<long>[^\n]*)(?:\n|$)")


def normal_label(label: str) -> str:
    """Labels are equal whatever their case and white space."""
    return " ".join(label.split()).casefold()


class _Aside(BlockProcessor):
    """A definition: taken out of the text, put into the scope."""

    def __init__(self, parser: BlockParser, current: Current) -> None:
        super().__init__(parser)
        self.current = current


class ReferenceProcessor(_Aside):
    """``[label]: url "title"``."""

    def test(self, parent: ET.Element, block: str) -> bool:  # noqa: ARG002
        """Whether the block begins with one."""
        return block.lstrip(" ")[:1] == "[" and _REFERENCE.match(block) is not None

    def run(self, parent: ET.Element, blocks: list[str]) -> None:  # noqa: ARG002
        """Take all at the beginning of the block; of equal labels the first counts."""
        block = blocks.pop(0)
        links, tokens = self.current.now.scope.links, self.current.now.tokens
        while match := _REFERENCE.match(block):
            title = match["double"] if match["double"] is not None else match["single"] or match["round"]
            url = match["angled"] if match["angled"] is not None else match["url"]
            # Resolved here: stand-ins mean nothing in the other cells that may use the definition.
            title = None if title is None else tokens.plain(title)
            links.setdefault(normal_label(match["label"]), LinkTarget(tokens.resolve(url), title))
            block = block[match.end() :]
        if block.strip():
            blocks.insert(0, block)


class FootnoteProcessor(_Aside):
    """``[^label]: text``, with everything indented below it."""

    def test(self, parent: ET.Element, block: str) -> bool:  # noqa: ARG002
        """Whether the block begins with one, or a paragraph ends in one."""
        if "[^" not in block or len(self.parser.state) >= DEEPEST:
            return False
        return _FOOTNOTE.match(block) is not None or _FOOTNOTE_LATER.search(block) is not None

    def run(self, parent: ET.Element, blocks: list[str]) -> None:
        """Take one definition."""
        block = blocks.pop(0)
        later = _FOOTNOTE_LATER.search(block)
        if later is not None and not _FOOTNOTE.match(block):
            blocks.insert(0, block[later.end() :])
            self.parser.parseBlocks(parent, [block[: later.start()]])
            return
        if later is not None:
            blocks.insert(0, block[later.end() :])
            block = block[: later.start()]
        match = _FOOTNOTE.match(block)
        if match is None:
            return
        content = [match["text"] + "\n" + _outdented(block[match.end() :])]
        while later is None and blocks and blocks[0].startswith(("    ", "\t")):
            content.append(_outdented(blocks.pop(0)))
        holder = ET.SubElement(parent, "footnote")
        holder.set("label", normal_label(self.current.now.tokens.restore(match["label"])))
        self.parser.state.set("footnote")
        self.parser.parseChunk(holder, "\n\n".join(content))
        self.parser.state.reset()


def _outdented(text: str) -> str:
    return re.sub(r"^ {1,4}", "", text, flags=re.MULTILINE)


class AbbreviationProcessor(_Aside):
    """``*[HTML]: HyperText Markup Language``."""

    def test(self, parent: ET.Element, block: str) -> bool:  # noqa: ARG002
        """Whether the block begins with one."""
        return block.lstrip(" ")[:2] == "*[" and _ABBREVIATION.match(block) is not None

    def run(self, parent: ET.Element, blocks: list[str]) -> None:  # noqa: ARG002
        """Take all at the beginning of the block."""
        block = blocks.pop(0)
        while match := _ABBREVIATION.match(block):
            now = self.current.now
            now.scope.abbreviations[match["short"].strip()] = now.tokens.plain(match["long"].strip())
            block = block[match.end() :]
        if block.strip():
            blocks.insert(0, block)


class TermProcessor(BlockProcessor):
    """``term`` and below it ``: what it means``."""

    def test(self, parent: ET.Element, block: str) -> bool:
        """Whether a line of the block is a meaning, and something stands before it that can be its term."""
        if ":" not in block or len(self.parser.state) >= DEEPEST:
            return False
        match = _MEANING.search(block)
        sibling = self.lastChild(parent)
        return match is not None and (match.start() > 0 or (sibling is not None and sibling.tag in ("p", "dl")))

    def run(self, parent: ET.Element, blocks: list[str]) -> None:
        """Take the block, and what is indented below it."""
        lines = blocks.pop(0).split("\n")
        sibling = self.lastChild(parent)
        is_loose = _MEANING.match(lines[0]) is not None
        if is_loose and sibling is not None and sibling.tag == "p":
            lines[:0] = (sibling.text or "").split("\n")
            parent.remove(sibling)
            sibling = self.lastChild(parent)
        entries = _entries(lines)
        while blocks and blocks[0].startswith("    ") and entries[-1][0] == "dd":
            entries[-1][1].append("\n" + _outdented(blocks.pop(0)))
            is_loose = True
        listing = sibling if sibling is not None and sibling.tag == "dl" else ET.SubElement(parent, "dl")
        for tag, text in entries:
            element = ET.SubElement(listing, tag)
            if tag == "dt":
                element.text = text[0].strip()
            else:
                self._meaning(element, "\n".join(text), is_loose=is_loose)

    def _meaning(self, element: ET.Element, text: str, *, is_loose: bool) -> None:
        self.parser.state.set("meaning")
        self.parser.parseChunk(element, text)
        self.parser.state.reset()
        if not is_loose:
            for child in element:
                if child.tag == "p":
                    child.tag = "span"


def _entries(lines: list[str]) -> list[tuple[str, list[str]]]:
    """Terms and meanings in order; a line right before a meaning is a term."""
    entries: list[tuple[str, list[str]]] = []
    for index, line in enumerate(lines):
        meaning = _MEANING.match(line)
        if meaning is not None:
            entries.append(("dd", [line[meaning.end() :]]))
            continue
        is_before_meaning = index + 1 < len(lines) and _MEANING.match(lines[index + 1]) is not None
        if not entries or entries[-1][0] == "dt" or (is_before_meaning and not line.startswith(" ")):
            entries.append(("dt", [line]))
        else:
            entries[-1][1].append(_outdented(line))
    return entries
