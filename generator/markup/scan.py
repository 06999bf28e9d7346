"""Lines → lines Markdown can take: fences, containers and raw HTML become stand-ins, the rest is protected."""

import re

from generator.markup.conversion import Conversion
from generator.markup.divs import read_div
from generator.markup.fences import Fence, read_fence
from generator.markup.html_blocks import HtmlBlock, html_block, is_block_name
from generator.markup.lists import DEEPEST
from generator.markup.spans import protect
from generator.markup.tokens import JOINT

_START = re.compile(
    r"(?P<quotes>(?:[ \t]{0,3}>[ \t]?)*+)(?P<indent>[ \t]*+)(?P<marker>(?:(?:[-+*]|\d{1,9}[.)])[ \t]+)*+)"
    r"(?P<what>`{3,}|~{3,}|:{3,}|<[A-Za-z/!?])"
)
_QUICK = re.compile(r"```|~~~|:::|<[A-Za-z/!?]|\{%-?\s*(?:comment|highlight)\b|" + JOINT)
_TAG_PAIR = re.compile(r"\{%-?\s*(?P<word>comment|highlight)\b(?P<rest>[^%\n]*)%\}")
_FENCE_END = re.compile(r"(?:[ \t]{0,3}>)*[ \t]*(?:`{3,}|~{3,})[ \t]*")
_CLOSER = re.compile(r"[ \t]*(:{3,})[ \t]*$")


def scan(text: str, conversion: Conversion) -> str:
    """The text with everything in it that is not Markdown's business held as stand-ins."""
    if not _QUICK.search(text):
        return protect(text.expandtabs(4) if "\t" in text else text, conversion, 1)
    return _Scanner(text, conversion).scanned()


class _Scanner:
    """Walks the lines once; numbers keep each line's place in the author's text."""

    def __init__(self, text: str, conversion: Conversion) -> None:
        self._conversion = conversion
        self._lines = text.split("\n")
        self._numbers = list(range(1, len(self._lines) + 1))
        self._out: list[str] = []
        self._plain: list[str] = []
        self._plain_number = 1
        # Containers written as fences, innermost last: index of the closing line, and what closes it in the output.
        self._frames: list[tuple[int, str]] = []
        self._divs: list[str] = []
        self._has_pairs = "{%" in text
        self._budget = [20_000]

    def scanned(self) -> str:
        index = 0
        while index < len(self._lines):
            following = self._special(index)
            if following is None:
                self._keep(index)
                following = index + 1
            index = following
        self._flush()
        tail = [closer for _, closer in reversed(self._frames)] + self._divs[::-1]
        return "\n".join([*self._out, *(line for closer in tail for line in ("", closer))])

    def _keep(self, index: int) -> None:
        if not self._plain:
            self._plain_number = self._numbers[index]
        line = self._lines[index]
        self._plain.append("" if line == JOINT else line)

    def _flush(self) -> None:
        if self._plain:
            text = "\n".join(self._plain)
            text = text.expandtabs(4) if "\t" in text else text
            self._out.append(protect(text, self._conversion, self._plain_number))
            self._plain = []

    def _put(self, line: str) -> None:
        self._flush()
        self._out.append(line)

    def _special(self, index: int) -> int | None:
        """Where to go on after what begins at this line; None when it is plain."""
        line = self._lines[index]
        if self._frames and index == self._frames[-1][0]:
            return self._close_frames(index)
        if self._has_pairs and "{%" in line and (following := self._pair(index, line)) is not None:
            return following
        match = _START.match(line)
        if match is None:
            return None
        what = match["what"][0]
        if what == ":":
            return self._div(index, match)
        if what == "<":
            return self._html(index, match)
        return self._fence(index, match)

    def _fence(self, index: int, match: re.Match[str]) -> int | None:
        limit = self._frames[-1][0] if self._frames else len(self._lines)
        fence = read_fence(self._lines, index, match, min(limit, len(self._lines)))
        if fence is None:
            return None
        frame = fence.frame(self._conversion) if len(self._frames) < DEEPEST else None
        lead = _lead(match)
        if frame is None:
            self._put(lead + self._fence_token(fence, index))
            return fence.end
        hold = self._conversion.tokens.hold
        opening, closing = frame
        first = self._lines[index][match.start("what") :]
        self._put(lead + hold(first, lambda: opening, is_block=True))
        blank = match["quotes"].rstrip()
        for option in range(index + 1, index + 1 + fence.option_lines):
            self._lines[option] = blank
        closer = hold(first[: fence.length], lambda: closing, is_block=True)
        self._frames.append((fence.last_line, match["quotes"] + " " * fence.width + closer))
        return index + 1

    def _close_frames(self, index: int) -> int:
        """What ends at this line; the line itself is the mark that says so, or the first that stands outside."""
        while self._frames and self._frames[-1][0] == index:
            self._put(self._frames.pop()[1])
        is_mark = index < len(self._lines) and _FENCE_END.fullmatch(self._lines[index]) is not None
        if is_mark:
            return index + 1
        following = self._special(index)
        if following is None:
            self._keep(index)
            return index + 1
        return following

    def _fence_token(self, fence: Fence, index: int) -> str:
        conversion, number = self._conversion, self._numbers[index]
        body = conversion.tokens.restore(fence.body)
        return conversion.tokens.hold(
            conversion.tokens.restore(fence.source), lambda: fence.html(body, conversion, number), is_block=True
        )

    def _div(self, index: int, match: re.Match[str]) -> int | None:
        """Quarto's and MyST's ``:::`` containers."""
        line = self._lines[index]
        hold = self._conversion.tokens.hold
        if _CLOSER.fullmatch(line, match.start("what")):
            if not self._divs:
                return None
            self._put(_lead(match) + self._divs.pop())
            return index + 1
        taken, next_line = self._next_line(index)
        div = read_div(line[match.start("what") :], next_line, self._conversion)
        if div is None:
            return None
        opening, closing, takes_next = div
        self._put(_lead(match) + hold(line.strip(), lambda: opening, is_block=True))
        self._divs.append(hold(":::", lambda: closing, is_block=True))
        if takes_next:
            self._lines[taken] = match["quotes"].rstrip()
        return index + 1

    def _next_line(self, index: int) -> tuple[int, str]:
        """Index and text of the next line that is not blank, without quote marks."""
        for following in range(index + 1, min(index + 4, len(self._lines))):
            if self._lines[following].strip(" \t>"):
                return following, self._lines[following].strip(" \t>")
        return index, ""

    def _pair(self, index: int, line: str) -> int | None:
        """``{% comment %}`` and ``{% highlight %}`` with what they enclose."""
        begin = _TAG_PAIR.search(line)
        if begin is None or line.count("`", 0, begin.start()) % 2 or line.startswith("    "):
            return None
        ending = re.compile(rf"\{{%-?\s*end{begin['word']}\s*-?%\}}")
        enclosed = [line[begin.end() :]]
        for last in range(index, len(self._lines)):
            if last > index:
                enclosed.append(self._lines[last])
            end = ending.search(enclosed[-1])
            if end is not None:
                break
        else:
            return None
        rest, enclosed[-1] = enclosed[-1][end.end() :], enclosed[-1][: end.start()]
        before = line[: begin.start()]
        if begin["word"] == "highlight":
            language, _, options = begin["rest"].strip(" -").partition(" ")
            source = self._conversion.tokens.restore("\n".join(enclosed))
            code = self._conversion.tools.highlighter.code(source, language, line_numbers="linenos" in options)
            before += self._conversion.tokens.hold(source, lambda: code, is_block=True)
        self._lines[last] = before + rest
        self._numbers[last] = self._numbers[index]
        return last

    def _html(self, index: int, match: re.Match[str]) -> int | None:
        if not is_block_name(self._lines[index], match.start("what")):
            return None
        if match["quotes"] or match["marker"]:
            block = html_block(self._lines[index], match.start("what"), self._budget)
        else:
            block = html_block("\n".join(self._lines[index:]), match.start("what"), self._budget)
        if block is None:
            return None
        return self._html_container(index, match, block) if block.inner is not None else self._raw(index, match, block)

    def _raw(self, index: int, match: re.Match[str], block: HtmlBlock) -> int:
        conversion = self._conversion
        if block.is_loose:
            conversion.has_loose_html = True
        html = block.html(
            protect(block.content, conversion, self._numbers[index]) if block.has_spans else block.content
        )
        token = conversion.tokens.hold(_dedented(block.source, len(match["indent"])), lambda: html, is_block=True)
        self._put(_lead(match) + token)
        return self._after(index, block)

    def _html_container(self, index: int, match: re.Match[str], block: HtmlBlock) -> int:
        """An element whose content is Markdown: its tags become stand-ins, its lines take its place."""
        hold = self._conversion.tokens.hold
        opening = protect(block.opening, self._conversion, self._numbers[index])
        closing = block.closing
        indent = match["quotes"] + match["indent"]
        inner = (block.inner or "").split("\n")
        last = self._after(index, block)
        rest = self._lines[last : last + 1] if block.has_rest else []
        number = self._numbers[index]
        closer = indent + hold(closing, lambda: closing, is_block=True)
        self._put(_lead(match) + hold(opening, lambda: opening, is_block=True))
        stop = last + 1 if block.has_rest else last
        lines = ["", *(indent + line if line.strip() else "" for line in inner), "", closer, *rest]
        self._lines[index:stop] = lines
        self._numbers[index:stop] = [min(number + offset, number + stop - index) for offset in range(len(lines))]
        grown = len(lines) - (stop - index)
        self._frames = [(end + grown, text) for end, text in self._frames]
        return index

    def _after(self, index: int, block: HtmlBlock) -> int:
        """Where to go on after a block; text that follows it on its last line becomes a line of its own."""
        last = index + block.line_count - 1
        if not block.has_rest:
            return last + 1
        self._lines[last] = block.rest
        return last


def _lead(match: re.Match[str]) -> str:
    return (match["quotes"] + match["indent"] + match["marker"]).expandtabs(4)


def _dedented(source: str, width: int) -> str:
    """Source as an indented block of code would show it: every line but the first lost as much as the first."""
    if not width or "\n" not in source:
        return source
    return re.sub(rf"\n[ \t]{{1,{width}}}", "\n", source)
