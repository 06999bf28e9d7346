"""The one preprocessor: a notebook becomes the blocks its page shows, one cell after another."""

from collections.abc import Mapping
from typing import Any

from nbconvert.preprocessors.base import Preprocessor

from generator.formats.image import size_of
from generator.formats.svg import inert_svg
from generator.markup.holes import dig
from generator.markup.sanitise import clean
from generator.model.notebook import CellKind
from generator.model.outline import CellFlags, Shown
from generator.readers.notebook.outputs import output_parts
from generator.readers.notebook.page import Page, Showing, Tools, decoded
from generator.readers.notebook.parts import Block, CodeBlock, InputSide, MarkdownBlock, OutputSide
from generator.readers.notebook.printed import fenced
from generator.readers.twin import plain_markdown
from generator.templating import Html

_FOLDED = frozenset({Shown.FOLDED, Shown.FOLDED_OPEN})
_COLUMNS = frozenset({"page", "screen", "margin"})
_MARKDOWN_FORMATS = frozenset({"text/markdown", "markdown"})
_RASTERS = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
_HTML_FORMATS = frozenset({"text/html", "html"})


class ShowBlocks(Preprocessor):
    """Puts ``resources["blocks"]`` beside the notebook; the Page it works on is ``resources["inkmill"]``."""

    enabled = True

    def __init__(self, tools: Tools, **kw: Any) -> None:
        super().__init__(**kw)  # type: ignore[no-untyped-call]
        self._tools = tools

    def preprocess(self, nb: Any, resources: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        """As nbconvert calls it; the notebook is left as it is."""
        resources["blocks"] = shown_blocks(resources["inkmill"], self._tools)
        return nb, resources


def shown_blocks(page: Page, tools: Tools) -> tuple[Block, ...]:
    """Every block the page shows, in order."""
    blocks: list[Block] = []
    for cell, flags in zip(page.notebook.cells, page.flags, strict=True):
        if flags.is_dropped or flags.is_title:
            continue
        showing = Showing(page, cell, flags, tools)
        block = _code_block(showing) if cell.kind is CellKind.CODE else _prose_block(showing)
        if block is not None:
            blocks.append(block)
    page.scope.attachments = {}
    return tuple(blocks)


def _prose_block(showing: Showing) -> MarkdownBlock | None:
    text = showing.flags.shown_source
    if not text.strip():
        return None
    if showing.cell.kind is CellKind.RAW:
        return _raw_block(showing, text)
    return _markdown_block(showing, text)


def _markdown_block(showing: Showing, text: str) -> MarkdownBlock:
    scope = showing.page.scope
    showing.write_source(text)
    scope.attachments = _attachments(showing)
    known = len(scope.refs)
    html = showing.tools.dialect.convert(text, showing.at, scope)
    showing.page.prose_html.append(html)
    showing.page.twin.append(plain_markdown(text, showing.at, scope, scope.refs[known:]))
    return MarkdownBlock(Html(_in_column(html, showing.flags)))


def _raw_block(showing: Showing, text: str) -> MarkdownBlock | None:
    """Raw cells say what they are for; only what a web page understands is shown."""
    said = showing.cell.metadata.get("raw_mimetype") or showing.cell.metadata.get("format")
    if said in _MARKDOWN_FORMATS:
        return _markdown_block(showing, text)
    if said not in _HTML_FORMATS:
        return None
    showing.write_source(text)
    html = clean(text) if showing.page.is_strict else text
    showing.page.twin.append(showing.written_plain(text))
    return MarkdownBlock(Html(_in_column(dig(html, showing.at, showing.page.scope, source_text=text), showing.flags)))


def _in_column(html: str, flags: CellFlags) -> str:
    return f'<div class="column-{flags.column}">\n{html}\n</div>' if flags.column in _COLUMNS else html


def _attachments(showing: Showing) -> Mapping[str, tuple[str, bytes]]:
    found: dict[str, tuple[str, bytes]] = {}
    for name, bundle in showing.cell.attachments.items():
        for mime, value in bundle.items():
            content = value.encode() if mime == "image/svg+xml" and isinstance(value, str) else decoded(value)
            if content is not None and showing.page.is_strict:
                content = _inert_picture(mime, content)
            if content is not None:
                found[name] = (mime, content)
                break
    return found


def _inert_picture(mime: str, content: bytes) -> bytes | None:
    """Of a stranger's attachments only pictures are files; None for any other."""
    if mime == "image/svg+xml":
        return inert_svg(content)
    return content if mime in _RASTERS and size_of(content) is not None else None


def _code_block(showing: Showing) -> CodeBlock | None:
    flags = showing.flags
    code = _input_side(showing)
    output = _output_side(showing)
    if code is None and output is None:
        return None
    column = f" column-{flags.column}" if flags.column in _COLUMNS else ""
    return CodeBlock(column, code, output)


def _input_side(showing: Showing) -> InputSide | None:
    flags = showing.flags
    source = flags.shown_source.strip("\n").rstrip()
    if flags.input is Shown.HIDDEN or not source:
        return None
    page = showing.page
    showing.write_source(flags.shown_source)
    showing.write_text(flags.fold_summary or "")
    language = page.notebook.language or "python"
    page.twin.append(fenced(source, language))
    return InputSide(
        source=source,
        language=language,
        has_line_numbers=bool(flags.line_numbers),
        is_folded=flags.input in _FOLDED,
        is_open=flags.input is Shown.FOLDED_OPEN,
        summary=flags.fold_summary or "Show code",
    )


def _output_side(showing: Showing) -> OutputSide | None:
    flags = showing.flags
    if flags.output is Shown.HIDDEN or not showing.cell.outputs:
        return None
    parts = output_parts(showing)
    if not parts:
        return None
    showing.page.twin.extend(part.twin for part in parts if part.twin)
    caption, label = flags.figure.caption or "", _figure_id(showing)
    return OutputSide(
        parts=parts,
        is_folded=flags.output in _FOLDED,
        is_open=flags.output is Shown.FOLDED_OPEN,
        is_scrolled=flags.output is Shown.SCROLLED,
        is_figure=bool(caption or label),
        figure_id=label,
        caption=Html(_caption(showing, caption)),
    )


def _figure_id(showing: Showing) -> str:
    label = (showing.flags.figure.label or "").strip()
    if not label or any(character.isspace() for character in label):
        return ""
    return showing.page.scope.claim_id(label)


def _caption(showing: Showing, caption: str) -> str:
    if not caption:
        return ""
    showing.write_text(caption)
    showing.page.twin.append(f"*{showing.written_plain(caption)}*")
    return showing.tools.dialect.inline(caption, showing.at, showing.page.scope)
