"""The table of contents an author asks for inside the text: ``{:toc}``, ``[TOC]``."""

from collections.abc import Sequence
from html import escape

from generator.model.document import Heading


def contents_html(headings: Sequence[Heading]) -> str:
    """Nested links to the headings; nothing when there are none."""
    if not headings:
        return ""
    return f'<nav class="toc-inline" aria-label="Contents">{_list(headings)}</nav>'


def _list(headings: Sequence[Heading]) -> str:
    items: list[str] = []
    start = 0
    while start < len(headings):
        end = start + 1
        while end < len(headings) and headings[end].level > headings[start].level:
            end += 1
        below = _list(headings[start + 1 : end]) if end > start + 1 else ""
        items.append(f'<li><a href="#{escape(headings[start].anchor)}">{headings[start].html}</a>{below}</li>')
        start = end
    return f"<ul>{''.join(items)}</ul>"
