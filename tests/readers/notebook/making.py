"""Notebooks for tests, and what the reader makes of them."""

import base64
import struct
import zlib
from pathlib import Path

from generator.markup.dialect import Dialect
from generator.markup.embeds import built_in_embeds
from generator.markup.highlight import Highlighter
from generator.readers.reader import Reader

from generator.model.notebook import Cell, CellKind, Display, Output
from generator.readers.notebook.page import DrawVega

_CELLS = Path(__file__).parents[3] / "templates" / "cells"
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
