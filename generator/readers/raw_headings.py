"""Headings an author wrote in HTML, for the table of contents."""

import re
from html import unescape

from generator.markup.scope import Scope
from generator.model.document import Heading
from generator.readers.words import text_of

_HEADING = re.compile(r"<h([1-6])\b([^<>]*)>(.{0,2000}?)</h\1\s*>", re.DOTALL | re.IGNORECASE)
_OPENING = re.compile(r"<h[1-6][\s>]", re.IGNORECASE)
_ID = re.compile(r"""\sid\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
# A page of more is no page, and would take long to search.
_MOST = 2_000
_LINK = re.compile(r"<a\b[^>]*\bclass=[\"']?anchor[^>]*>.*?</a>|</?a\b[^>]*>", re.DOTALL | re.IGNORECASE)


def add_raw_headings(html: str, scope: Scope) -> None:
    """Put headings that stand in raw HTML between the others, in the order of the page.

    Args:
        html: the finished body.
    """
    if not len(scope.headings) < len(_OPENING.findall(html)) <= _MOST:
        return
    known = {heading.anchor: heading for heading in scope.headings}
    found: dict[str, Heading] = {}
    for level, attributes, inner in _HEADING.findall(html):
        match = _ID.search(attributes)
        anchor = unescape(match[1] or match[2] or match[3] or "") if match else ""
        bare = _LINK.sub("", inner).strip()
        if anchor and anchor not in found:
            found[anchor] = known.get(anchor) or Heading(int(level), anchor, bare, text_of(bare))
    scope.headings[:] = found.values() if known.keys() <= found.keys() else scope.headings
