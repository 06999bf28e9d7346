"""Raw HTML blocks: where an element that begins a line ends, and whether its content is Markdown."""

import re
from dataclasses import dataclass

from generator.markup.callouts import Callout, alert_kind, alert_title, default_title

_NAME = re.compile(r"<(?P<slash>/?)(?P<name>[A-Za-z][A-Za-z0-9-]*)(?=[\s/>])")
_OPEN_TAG = re.compile(r"""<[A-Za-z][A-Za-z0-9-]*(?:[^<>"']++|"[^"]*+"|'[^']*+')*+>""")
_CLOSE_TAGS = re.compile(r"(?:</[A-Za-z][A-Za-z0-9-]*\s*>[ \t]*)+")
_VERBATIM = frozenset("script style pre textarea svg math template xmp noscript".split())
_BLOCKS = frozenset(
    """address article aside audio blockquote body canvas caption center col colgroup dd details dialog dir div dl dt
    embed fieldset figcaption figure footer form frame frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html iframe
    legend li link main menu menuitem meta nav noframes object ol optgroup option p param search section source
    summary table tbody td tfoot th thead title tr track ul video""".split()
)
_ALL = _BLOCKS | _VERBATIM
_VOID = frozenset("hr link meta col param source track embed frame base".split())
# Elements in which a blank line after the tags means Markdown, as it does on GitHub and in Jupyter.
_CONTAINERS = frozenset("details div center section article aside figure header footer main nav p blockquote".split())
_BLANK_LINE = re.compile(r"\n[ \t]*(?:\n|$)")
_SUMMARY = re.compile(r"<summary\b[^>]*>.*?</summary\s*>", re.DOTALL | re.IGNORECASE)
_ANY_TAG = re.compile(r"<[^>]*>")
_MARKDOWN = re.compile(r"""\smarkdown\s*=\s*["']?(1|block|span|true)["']?""", re.IGNORECASE)
_BLOCK_INSIDE = re.compile(r"<(?:p|div|ul|ol|table|pre|h[1-6]|blockquote|section|details|figure|br)\b", re.IGNORECASE)
_INDENT = re.compile(r"^[ \t]+(?=\S)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class HtmlBlock:
    """One block of raw HTML at the beginning of a text.

    Args:
        source: as written.
        content: what spans are looked for in: the source, or an alert's inside.
        inner: Markdown that takes the content's place, between opening and closing; None when all is raw.
        rest: what follows on its last line.
        has_spans: math and Liquid are looked for inside.
        is_loose: its tags may be unbalanced.
    """

    source: str
    content: str
    rest: str
    opening: str = ""
    closing: str = ""
    inner: str | None = None
    has_spans: bool = True
    is_loose: bool = False

    @property
    def line_count(self) -> int:
        """How many lines it begins, covers and ends on."""
        return self.source.count("\n") + 1

    @property
    def has_rest(self) -> bool:
        """Whether anything but white space follows it on its last line."""
        return bool(self.rest.strip())

    def html(self, content: str) -> str:
        """The block with its content as protected."""
        return f"{self.opening}{content}{self.closing}" if self.inner is None else content


def is_block_name(text: str, start: int) -> bool:
    """Whether what begins at start can be a block at all; cheap."""
    if text[start + 1] in "!?":
        return True
    match = _NAME.match(text, start)
    return match is not None and match["name"].lower() in _ALL


def html_block(text: str, start: int, budget: list[int]) -> HtmlBlock | None:
    """The block of raw HTML that begins at start; None when it is none, and so part of a paragraph.

    Args:
        budget: how many more tags may be looked at, over the whole text; used up, elements count as unbalanced.
    """
    if text[start + 1] in "!?":
        return _declaration(text, start)
    match = _NAME.match(text, start)
    name = match["name"].lower() if match else ""
    if match is None or (name not in _BLOCKS and name not in _VERBATIM):
        return None
    if match["slash"]:
        closing = _CLOSE_TAGS.match(text, start)
        return _raw(text, start, closing.end(), is_loose=True) if closing else None
    tag = _OPEN_TAG.match(text, start)
    if tag is None:
        return None
    if name in _VOID:
        return _raw(text, start, tag.end())
    if name in _VERBATIM:
        closing = re.compile(rf"</{name}\s*>", re.IGNORECASE).search(text, tag.end())
        if closing is None:
            return _raw(text, start, _to_blank_line(text, tag.end()), is_loose=True, has_spans=False)
        return _raw(text, start, closing.end(), has_spans=False)
    element = _element(text, name, tag.end(), budget)
    if element is None:
        return _raw(text, start, _to_blank_line(text, tag.end()), is_loose=True)
    return _balanced(text, start, tag, name, element)


def _declaration(text: str, start: int) -> HtmlBlock | None:
    if not text.startswith("<!--", start):
        end = text.find(">", start)
        return _raw(text, start, end + 1, has_spans=False) if 0 < end < start + 2000 else None
    end = text.find("-->", start + 4)
    if end >= 0:
        return _raw(text, start, end + 3, has_spans=False)
    # Never closed: everything after it is hidden, and must not hide the cells that follow.
    return HtmlBlock(text[start:], text[start:], "", closing="-->", has_spans=False)


def _raw(text: str, start: int, end: int, *, is_loose: bool = False, has_spans: bool = True) -> HtmlBlock:
    line_end = text.find("\n", end)
    source = text[start:end]
    rest = text[end : line_end if line_end >= 0 else len(text)]
    return HtmlBlock(source, source, rest, has_spans=has_spans, is_loose=is_loose)


def _to_blank_line(text: str, start: int) -> int:
    blank = _BLANK_LINE.search(text, start)
    return blank.start() if blank else len(text)


def _element(text: str, name: str, start: int, budget: list[int]) -> tuple[int, int] | None:
    """Where the closing tag of an element begins and ends; None when it is never closed."""
    depth = 1
    for tag in re.compile(rf"<(/?){name}(?=[\s/>])[^<>]*>|<!--.*?-->", re.IGNORECASE | re.DOTALL).finditer(text, start):
        budget[0] -= 1
        if budget[0] < 0:
            return None
        if tag[0].startswith("<!--"):
            continue
        depth += -1 if tag[1] else 1
        if depth == 0:
            return tag.start(), tag.end()
    return None


def _balanced(text: str, start: int, tag: re.Match[str], name: str, element: tuple[int, int]) -> HtmlBlock:
    block = _raw(text, start, element[1])
    inner = text[tag.end() : element[0]]
    kind = alert_kind(tag[0]) if name == "div" else None
    if kind is not None:
        return _alert(block, kind, inner)
    if not _holds_markdown(tag[0], name, inner):
        return block
    return HtmlBlock(
        block.source,
        block.content,
        block.rest,
        opening=_MARKDOWN.sub("", tag[0]),
        closing=text[element[0] : element[1]],
        inner=_outdented(inner),
    )


def _alert(block: HtmlBlock, kind: str, inner: str) -> HtmlBlock:
    """Jupyter's alert box as a callout; its text is Markdown unless it is made of HTML blocks."""
    title, content = alert_title(inner, kind)
    callout = Callout(kind, title or default_title(kind))
    if _BLOCK_INSIDE.search(content):
        return HtmlBlock(block.source, content, block.rest, callout.opening, callout.closing)
    return HtmlBlock(block.source, content, block.rest, callout.opening, callout.closing, _outdented(content))


def _holds_markdown(tag: str, name: str, inner: str) -> bool:
    if _MARKDOWN.search(tag):
        return True
    # What nbconvert wrote into committed posts is indented HTML with blank lines in it.
    if name not in _CONTAINERS or "notebook-container" in tag:
        return False
    blank = _BLANK_LINE.search(inner)
    if blank is None or not inner[blank.end() :].strip():
        return False
    if name == "details":
        return True
    head = _ANY_TAG.sub("", _SUMMARY.sub("", inner[: blank.start()]))
    return not head.strip() and not inner[blank.end() :].lstrip().startswith("<")


def _outdented(inner: str) -> str:
    """The content without the indentation all its lines share, so that it is not taken for code."""
    indents = [len(match[0].expandtabs(4)) for match in _INDENT.finditer(inner)]
    lines = [line for line in inner.split("\n") if line.strip()]
    shared = min(indents) if indents and len(indents) >= len(lines) else 0
    if not shared:
        return inner
    return "\n".join(line.expandtabs(4)[shared:] if line.strip() else "" for line in inner.split("\n"))
