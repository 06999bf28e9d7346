"""Quotes, and what hides in them: callouts and embeds."""

import re
from xml.etree import ElementTree as ET

from markdown.blockparser import BlockParser
from markdown.blockprocessors import BlockProcessor

from generator.markup.callouts import ADMONITION, GITHUB_WORD, QUOTE_WORD, Callout, default_title, kind_of
from generator.markup.conversion import Conversion
from generator.markup.lists import DEEPEST, ENDS_PARAGRAPH
from generator.markup.tokens import OPEN

_MARK = re.compile(r" {0,3}>[ ]?")
_SEARCH = re.compile(r"(?:^|\n) {0,3}>")
_NO_LAZY = re.compile(
    rf" {{0,3}}(?:#{{1,6}}(?: |$)|[-+*] |\d{{1,9}}[.)] |(?:[-*_][ ]*){{3,}}$|{OPEN}b|\{{:[^}}]*\}}[ ]*$)"
)
_EMBED = re.compile(r"\s*(?P<name>youtube|twitter|tweet|video)\s*:\s*(?P<target>\S+)\s*(?:\n|$)", re.IGNORECASE)
# Runs of an experiment: an address, which a word of a sentence is not, and options.
_RUNS = re.compile(
    rf"\s*wandb\s*:\s*(?P<target>\[[^\]\n]*\]\([^()\s]+\)|(?:[^\s:/]*[:/]|{OPEN})\S*)"
    r"(?P<options>(?:[ \t]+[A-Za-z][\w-]*=\S+)*)\s*$",
    re.IGNORECASE,
)
_LINKED = re.compile(r"\[[^\]\n]*\]\((?P<url>[^()\s]+)\)|<(?P<angled>[^<>\s]+)>")


class _Framed(BlockProcessor):
    """Shared by everything that becomes a callout."""

    def __init__(self, parser: BlockParser, current: "Current") -> None:
        super().__init__(parser)
        self.current = current

    def frame(self, parent: ET.Element, callout: Callout, content: str) -> None:
        """The callout with its content parsed."""
        element = ET.SubElement(parent, "frame")
        element.set("opening", callout.opening)
        element.set("closing", callout.closing)
        self.parser.state.set("callout")
        self.parser.parseChunk(element, content)
        self.parser.state.reset()


class Current:
    """The conversion the processors of the shared parser are working on now."""

    def __init__(self) -> None:
        self.conversion: Conversion | None = None

    @property
    def now(self) -> Conversion:
        """It, while there is one."""
        if self.conversion is None:
            raise RuntimeError("nothing is being converted")
        return self.conversion


class QuoteProcessor(_Framed):
    """``> …``: a quote, a callout or an embed, as its first words say."""

    def test(self, parent: ET.Element, block: str) -> bool:  # noqa: ARG002
        """Whether the block holds a line with a quote mark."""
        return ">" in block and _SEARCH.search(block) is not None and len(self.parser.state) < DEEPEST

    def run(self, parent: ET.Element, blocks: list[str]) -> None:
        """Parse one quote; what follows it goes back to blocks."""
        block = blocks.pop(0)
        start = _SEARCH.search(block)
        lines = block[start.start() if start else 0 :].lstrip("\n").split("\n")
        if start and start.start():
            self.parser.parseBlocks(parent, [block[: start.start()]])
        inside, rest = _inside(lines)
        if rest:
            blocks.insert(0, "\n".join(rest))
        self._show(parent, inside)

    def _show(self, parent: ET.Element, inside: list[str]) -> None:
        """Plain quote lines, callouts and embeds in the order they stand."""
        position = 0
        plain: list[str] = []
        while position < len(inside):
            line = inside[position]
            shown = self._shown_elsewhere(line)
            if shown is not None:
                self._quote(parent, plain)
                plain = []
                ET.SubElement(parent, "raw").text = shown
                position += 1
                continue
            callout = self._callout(line) if not plain or QUOTE_WORD.match(line) else None
            if callout is not None:
                self._quote(parent, plain)
                plain = []
                end = _callout_end(inside, position + 1)
                frame, first = callout
                self.frame(parent, frame, "\n".join([first, *inside[position + 1 : end]]).strip("\n"))
                position = end
                continue
            plain.append(line)
            position += 1
        self._quote(parent, plain)

    def _quote(self, parent: ET.Element, lines: list[str]) -> None:
        if not any(line.strip() for line in lines):
            return
        quote = ET.SubElement(parent, "blockquote")
        self.parser.state.set("blockquote")
        self.parser.parseChunk(quote, "\n".join(lines))
        self.parser.state.reset()

    def _shown_elsewhere(self, line: str) -> str | None:
        """The embed that a line calls, or None."""
        embed = _EMBED.fullmatch(line)
        if embed is not None:
            return self._embed(embed)
        plain = self.current.now.tokens.plain(line) if "wandb" in line.lower() else ""
        runs = _RUNS.fullmatch(plain)
        return self._runs(runs) if runs is not None else None

    def _runs(self, match: re.Match[str]) -> str | None:
        conversion = self.current.now
        target = _address(match["target"])
        # The whole line: the same address may stand elsewhere, too, with other options or in a sentence.
        whole = re.search(rf"{re.escape(match[0].strip())}[ \t]*$", conversion.text, re.MULTILINE)
        found = whole.start() if whole else conversion.text.find(target)
        number = conversion.text.count("\n", 0, found) + 1 if found >= 0 else 1
        pairs = (option.partition("=") for option in match["options"].split())
        return conversion.embed("wandb", target, {key: value for key, _, value in pairs}, number)

    def _embed(self, match: re.Match[str]) -> str | None:
        conversion = self.current.now
        target = _address(match["target"])
        name = match["name"].lower()
        return conversion.embed("twitter" if name == "tweet" else name, conversion.tokens.plain(target), {}, 1)

    def _callout(self, line: str) -> tuple[Callout, str] | None:
        """The callout a line begins, and what it says on that line."""
        github = GITHUB_WORD.fullmatch(line)
        kind = kind_of(github["kind"]) if github else None
        if github and kind:
            title = (
                self.current.now.inline(github["title"]) if github["title"].strip() else default_title(github["kind"])
            )
            return Callout(kind, title, bool(github["fold"]), github["fold"] == "+"), ""
        word = QUOTE_WORD.match(line)
        if word is None:
            return None
        kind = (word["kind"] or word["bare"]).lower()
        return Callout(kind, default_title(kind)), line[word.end() :].lstrip()


def _address(written: str) -> str:
    """An address as it is, in angles or in a link."""
    linked = _LINKED.fullmatch(written)
    return (linked["url"] or linked["angled"]) if linked else written


def _calls_embed(line: str) -> bool:
    return _EMBED.fullmatch(line) is not None or _RUNS.fullmatch(line) is not None


def _inside(lines: list[str]) -> tuple[list[str], list[str]]:
    """The lines of one quote without their marks, and the lines after it."""
    inside: list[str] = []
    for index, line in enumerate(lines):
        mark = _MARK.match(line)
        if mark is not None:
            inside.append(line[mark.end() :] if line[mark.end() :].strip() else "")
            continue
        # A paragraph may go on without marks; anything else, and what follows an embed, stands outside.
        if not inside or _NO_LAZY.match(line) or ENDS_PARAGRAPH.match(inside[-1]) or _calls_embed(inside[-1]):
            return inside, lines[index:]
        inside.append(line)
    return inside, []


def _callout_end(inside: list[str], start: int) -> int:
    """Where the next callout or embed of the same quote begins, or its end."""
    for index in range(start, len(inside)):
        line = inside[index]
        if QUOTE_WORD.match(line) or _calls_embed(line):
            return index
    return len(inside)


class AdmonitionProcessor(_Framed):
    """Material's ``!!! note "Title"`` and ``???`` with an indented body."""

    def test(self, parent: ET.Element, block: str) -> bool:  # noqa: ARG002
        """Whether one begins at the first line, or breaks into its paragraph."""
        return block[:3] in ("!!!", "???") and ADMONITION.match(block) is not None and len(self.parser.state) < DEEPEST

    def run(self, parent: ET.Element, blocks: list[str]) -> None:
        """Parse it with every indented block that follows."""
        block = blocks.pop(0)
        match = ADMONITION.match(block)
        if match is None:
            return
        body, rest = self.detab(block[match.end() :]) if block[match.end() :] else ("", "")
        content = [body]
        while not rest and blocks and (not blocks[0].strip() or blocks[0].lstrip("\n").startswith("    ")):
            body, rest = self.detab(blocks.pop(0))
            content.append(body)
        if rest:
            blocks.insert(0, rest)
        word = match["kind"]
        title = match["title"]
        callout = Callout(
            kind_of(word) or "note",
            default_title(word) if title is None else self.current.now.inline(title),
            is_folded=match["mark"].startswith("?"),
            is_open=match["mark"].endswith("+"),
            classes=tuple(match["more"].split()),
        )
        self.frame(parent, callout, "\n\n".join(content))
