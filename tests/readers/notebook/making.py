"""Notebooks for tests, and what the reader makes of them."""

import base64
import struct
import zlib
from pathlib import Path

from generator.execution.committed import committed
from generator.markup.dialect import Dialect
from generator.markup.embeds import built_in_embeds
from generator.markup.highlight import Highlighter
from generator.model.executed import Executed
from generator.model.front_matter import FrontMatter
from generator.model.notebook import Cell, CellKind, Display, Notebook, Output
from generator.model.outline import CellFlags, Edition, Outline
from generator.model.reading import Companions, Reading, ReadingRules
from generator.model.source import Shelf, SourceFile, SourceKind
from generator.readers.notebook.page import DrawVega
from generator.readers.reader import Reader

_CELLS = Path(__file__).parents[3] / "templates" / "cells"
RULES = ReadingRules()
CELL_TEMPLATES = {path.name: path.read_text(encoding="utf-8") for path in sorted(_CELLS.glob("*.html"))}


def png(width: int, height: int, shade: int = 0) -> bytes:
    """A picture of one shade."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress((b"\0" + bytes([shade]) * width) * height)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def base64_text(content: bytes) -> str:
    """Bytes as a notebook keeps them."""
    return base64.b64encode(content).decode()


def new_reader(draw_vega: DrawVega | None = None) -> Reader:
    """A reader as a build has one."""
    return Reader(Dialect(built_in_embeds()), Highlighter(), CELL_TEMPLATES, draw_vega)


def code(source: str, *outputs: Output, number: int = 1) -> Cell:
    """A code cell."""
    return Cell(CellKind.CODE, number, source, outputs)


def shows(**forms: object) -> Display:
    """A display by short names: ``shows(html="…", plain="…")``."""
    names = {
        "html": "text/html",
        "plain": "text/plain",
        "latex": "text/latex",
        "markdown": "text/markdown",
        "png": "image/png",
        "jpeg": "image/jpeg",
        "svg": "image/svg+xml",
        "json": "application/json",
        "javascript": "application/javascript",
        "vega": "application/vnd.vegalite.v5+json",
        "plotly": "application/vnd.plotly.v1+json",
        "widget": "application/vnd.jupyter.widget-view+json",
    }
    return Display({names[name]: value for name, value in forms.items()})


def read_cells(
    *cells: Cell,
    flags: tuple[CellFlags, ...] | None = None,
    rules: ReadingRules = RULES,
    draw_vega: DrawVega | None = None,
) -> Reading:
    """What the page of a notebook with these cells is made of."""
    notebook = Notebook(cells, {}, "python", "python3", "4.5")
    source = SourceFile("_notebooks/a.ipynb", Shelf.NOTEBOOKS, "_notebooks", SourceKind.NOTEBOOK, b"", "")
    shown = flags or tuple(CellFlags(cell.source) for cell in cells)
    outline = Outline(source, FrontMatter(title="A"), shown)
    return new_reader(draw_vega).read(Edition(outline), Executed(notebook), no_files, rules)


def no_files(path: str) -> bytes | None:
    """A directory in which nothing lies."""
    return None


def read_ipynb(
    content: bytes,
    path: str = "_notebooks/a.ipynb",
    rules: ReadingRules = RULES,
    companions: Companions = no_files,
) -> Reading:
    """What a build makes of the bytes of a notebook."""
    source = SourceFile(path, Shelf.NOTEBOOKS, "_notebooks", SourceKind.NOTEBOOK, content, "")
    reader = new_reader()
    outline = reader.outline(source, rules)
    return reader.read(Edition(outline), committed(outline), companions, rules)


def outputs_of(*outputs: Output, rules: ReadingRules = RULES, draw_vega: DrawVega | None = None) -> str:
    """The HTML of one cell's outputs, without the boxes around them."""
    html = read_cells(code("", *outputs), rules=rules, draw_vega=draw_vega).body.html
    before, after = '<div class="cell">\n<div class="cell-output">\n', "\n</div>\n</div>\n\n"
    return html.removeprefix(before).removesuffix(after)
