"""The block grammar: Python-Markdown's parser with the processors this dialect needs, and no others."""

import re
from xml.etree import ElementTree as ET

import markdown
from markdown.blockparser import BlockParser
from markdown.blockprocessors import (
    BlockProcessor,
    CodeBlockProcessor,
    EmptyBlockProcessor,
    HRProcessor,
)
from markdown.util import Registry

from generator.markup.attributes import Attributes, parse_attributes
from generator.markup.definitions import AbbreviationProcessor, FootnoteProcessor, ReferenceProcessor, TermProcessor
from generator.markup.lists import ListProcessor
from generator.markup.quotes import AdmonitionProcessor, Current, QuoteProcessor
from generator.markup.tables import TableProcessor
from generator.markup.tokens import BLOCK_TOKEN, TOC_MARK

_ATTRIBUTE_LINE = re.compile(r"(?:^|\n) {0,3}\{:(?P<inner>[^{}\n]*)\}[ \t]*(?=\n|$)")
_HEADING = re.compile(r"(?:^|\n) {0,3}(?P<marks>#{1,6})(?P<text>[ \t][^\n]*)?(?=\n|$)")
_LOOSE_HEADING = re.compile(r"(?:^|\n) {0,3}(?P<marks>#{1,6})(?P<text>[^\n#!][^\n]*)?(?=\n|$)")
_UNDERLINED = re.compile(
    r" {0,3}(?!(?:(?:-[ ]*){3,}|(?:\*[ ]*){3,}|(?:_[ ]*){3,})\n)"
    r"(?P<text>\S[^\n]*)\n {0,3}(?P<line>=+|-+)[ \t]*(?:\n|$)"
)
_TOC_LINE = re.compile(r"[ \t]*(?:\[TOC\]|\[\[_?TOC_?\]\]|\[\[toc\]\])[ \t]*$")
_LONG_BLOCK = 4_000
_BEFORE_LINE = re.compile(r"(?<=\n)(?:#{1,6}[ \t]|(?:\*[ ]*){3,}\n|(?:_[ ]*){3,}\n|-[ ]+-[ ]+-[- ]*\n)")
_AFTER_LINE = re.compile(r"(?<=\n)(?:#{1,6}[ \t][^\n]*|[*_=-][*_= -]*)\n(?!\{:)")
_LEADING = re.compile(r"^[ \t]+", re.MULTILINE)


def block_parser(current: Current) -> BlockParser:
    """A parser with this dialect's blocks, in the order they are tried."""
    parser = markdown.Markdown().parser
    known: Registry[BlockProcessor] = Registry()
    parser.blockprocessors = known
    processors: tuple[BlockProcessor, ...] = (
        EmptyBlockProcessor(parser),
        CodeBlockProcessor(parser),
        AdmonitionProcessor(parser, current),
        FootnoteProcessor(parser, current),
        AttributeProcessor(parser),
        ListProcessor(parser),
        QuoteProcessor(parser, current),
        TableProcessor(parser),
        TokenProcessor(parser),
        HeadingProcessor(parser, current),
        UnderlinedProcessor(parser),
        HRProcessor(parser),
        AbbreviationProcessor(parser, current),
        ReferenceProcessor(parser, current),
        TermProcessor(parser),
        ParagraphProcessor(parser),
    )
    for place, processor in enumerate(processors):
        known.register(processor, type(processor).__name__, 100 - place)
    return parser


def short_blocks(text: str) -> str:
    """The text with blank lines around headings and rules, if it goes on for very long without any.

    Each processor searches the whole block, so a block of thousands of headings would take for ever.
    """
    longest = max(map(len, text.split("\n\n"))) if len(text) > _LONG_BLOCK else 0
    if longest <= _LONG_BLOCK:
        return text
    return _AFTER_LINE.sub(r"\g<0>\n", _BEFORE_LINE.sub(r"\n\g<0>", text))


class AttributeProcessor(BlockProcessor):
    """Kramdown's ``{: .class #id}`` on a line of its own, after the block it is about, or right before it."""

    def test(self, parent: ET.Element, block: str) -> bool:  # noqa: ARG002
        """Whether the block holds such a line."""
        return "{:" in block and _ATTRIBUTE_LINE.search(block) is not None

    def run(self, parent: ET.Element, blocks: list[str]) -> bool | None:
        """Split the block there."""
        match = _ATTRIBUTE_LINE.search(blocks[0])
        attributes = parse_attributes(match["inner"]) if match else None
        if match is None or attributes is None:
            return False
        block = blocks.pop(0)
        before, after = block[: match.start()], block[match.end() :].lstrip("\n")
        while not before and (more := _ATTRIBUTE_LINE.match(after)) and (added := parse_attributes(more["inner"])):
            attributes, after = attributes.merged(added), after[more.end() :].lstrip("\n")
        if before:
            self.parser.parseBlocks(parent, [before])
        elif after:
            # Nothing before it in the block: it is about what follows.
            count = len(parent)
            self.parser.parseBlocks(parent, [after])
            if len(parent) > count:
                _apply(attributes, parent, parent[count])
            return None
        if len(parent):
            _apply(attributes, parent, parent[-1])
        if after:
            blocks.insert(0, after)
        return None


def _apply(attributes: Attributes, parent: ET.Element, element: ET.Element) -> None:
    if "toc" in attributes.words and element.tag in ("ul", "ol"):
        parent.remove(element)
        ET.SubElement(parent, "raw").text = TOC_MARK
        return
    if "no_toc" in attributes.words:
        attributes = attributes.merged(Attributes(classes=("no_toc",)))
    for key, value in attributes.as_pairs().items():
        element.set(key, f"{element.get(key)} {value}" if key == "class" and element.get(key) else value)


class TokenProcessor(BlockProcessor):
    """A stand-in for a block stands alone, whatever is around it."""

    def test(self, parent: ET.Element, block: str) -> bool:  # noqa: ARG002
        """Whether there is one."""
        return BLOCK_TOKEN.search(block) is not None

    def run(self, parent: ET.Element, blocks: list[str]) -> None:
        """Split the block around it."""
        block = blocks.pop(0)
        match = BLOCK_TOKEN.search(block)
        if match is None:
            return
        before, after = block[: match.start()].rstrip(), block[match.end() :].lstrip(" \t").removeprefix("\n")
        if before.strip():
            self.parser.parseBlocks(parent, [before])
        ET.SubElement(parent, "raw").text = match[0]
        if after.strip():
            blocks.insert(0, after)


class HeadingProcessor(BlockProcessor):
    """``# Heading``; notebooks may leave the space out, as nbconvert let them."""

    def __init__(self, parser: BlockParser, current: Current) -> None:
        super().__init__(parser)
        self._current = current

    def _match(self, block: str) -> re.Match[str] | None:
        return (_HEADING if self._current.now.is_post else _LOOSE_HEADING).search(block)

    def _text(self, text: str) -> str:
        """What stands between the marks; those that close it need a space in posts, and none in notebooks."""
        bare = text.rstrip("#")
        return text if self._current.now.is_post and bare and not bare.endswith((" ", "\t")) else bare.rstrip()

    def test(self, parent: ET.Element, block: str) -> bool:  # noqa: ARG002
        """Whether a line of the block is one."""
        return "#" in block and self._match(block) is not None

    def run(self, parent: ET.Element, blocks: list[str]) -> None:
        """Split the block around it."""
        block = blocks.pop(0)
        match = self._match(block)
        if match is None:
            return
        if block[: match.start()].strip():
            self.parser.parseBlocks(parent, [block[: match.start()]])
        heading = ET.SubElement(parent, f"h{len(match['marks'])}")
        heading.text = self._text((match["text"] or "").strip())
        after = block[match.end() :].removeprefix("\n")
        if after:
            blocks.insert(0, after)


class UnderlinedProcessor(BlockProcessor):
    """A line underlined with ``===`` or ``---``."""

    def test(self, parent: ET.Element, block: str) -> bool:  # noqa: ARG002
        """Whether the block's first line is underlined."""
        return _UNDERLINED.match(block) is not None

    def run(self, parent: ET.Element, blocks: list[str]) -> None:
        """Take the two lines."""
        block = blocks.pop(0)
        match = _UNDERLINED.match(block)
        if match is None:
            return
        ET.SubElement(parent, "h1" if match["line"][0] == "=" else "h2").text = match["text"].lstrip()
        if block[match.end() :].strip():
            blocks.insert(0, block[match.end() :])


class ParagraphProcessor(BlockProcessor):
    """Everything else."""

    def test(self, parent: ET.Element, block: str) -> bool:  # noqa: ARG002
        """Always."""
        return True

    def run(self, parent: ET.Element, blocks: list[str]) -> None:
        """A paragraph, or the place of the table of contents."""
        block = blocks.pop(0)
        if not block.strip():
            return
        if _TOC_LINE.fullmatch(block):
            ET.SubElement(parent, "raw").text = TOC_MARK
            return
        ET.SubElement(parent, "p").text = _LEADING.sub("", block)
