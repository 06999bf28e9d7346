"""A figure of runs as Markdown: its tables and what stands below them, for readers that prefer text."""

import re
from html import unescape

from generator.model.embed import PAGE_ONLY, PAGE_ONLY_END

_OF_THE_PAGE = re.compile(rf"{re.escape(PAGE_ONLY)}.*?{re.escape(PAGE_ONLY_END)}", re.DOTALL)
_TABLE = re.compile(r'<table class="runs-table[^"]*">(.*?)</table>', re.DOTALL)
_ROW = re.compile(r"<tr[^>]*>(.*?)</tr>", re.DOTALL)
_CELL = re.compile(r"<(t[hd])[ >].*?</\1>", re.DOTALL)
_CAPTION = re.compile(r"<figcaption>(.*?)</figcaption>", re.DOTALL)
_LINK = re.compile(r'<a href="([^"]*)">(.*?)</a>', re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_MARKS = re.compile(r"([\\`*_{}\[\]<>|~$#&@!])")
_UNFIT = re.compile(r"[\s()<>\\|]")


def figure_markdown(html: str) -> str:
    """The same as tables, and the caption as a paragraph; empty where there is no figure.

    Args:
        html: as the modules beside this one write it: text in it holds no ``<``.
    """
    caption = _CAPTION.search(html)
    if caption is None:
        return ""
    tables = [_table(rows) for rows in _TABLE.findall(_OF_THE_PAGE.sub("", html))]
    return "\n\n".join([*filter(None, tables), _text(caption[1])])


def _table(html: str) -> str:
    rows = [[_text(cell[0]) for cell in _CELL.finditer(row)] for row in _ROW.findall(html)]
    if not rows:
        return ""
    width = max(map(len, rows))
    head, *body = [f"| {' | '.join([*row, *[''] * (width - len(row))])} |" for row in rows]
    return "\n".join((head, "|" + " --- |" * width, *body))


def _text(html: str) -> str:
    """One line of Markdown in which names and values are only text."""
    parts = _LINK.split(html)
    texts = [_inert(part) for part in parts[::3]]
    links = [
        f"[{_inert(name)}]({_UNFIT.sub(lambda found: f'%{ord(found[0]):02X}', unescape(url))})"
        for url, name in zip(parts[1::3], parts[2::3], strict=True)
    ]
    return "".join(text + link for text, link in zip(texts, [*links, ""], strict=True)).strip()


def _inert(html: str) -> str:
    # What stands beside a name or a value is set apart by its look alone.
    text = unescape(_TAG.sub("", html.replace(" <span", ", <span")))
    return _MARKS.sub(r"\\\1", re.sub(r"\s+", " ", text))
