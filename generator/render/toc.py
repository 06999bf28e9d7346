"""The table of contents: headings become a tree of links."""

from collections.abc import Sequence
from urllib.parse import quote

from generator.model.document import Heading
from generator.render.links import Base, Links, fill_html
from generator.render.plain import without_anchors
from generator.render.views import TocView
from generator.templating import Html

# What a fragment may hold besides letters and digits (RFC 3986), so that anchors stay legible.
_SAFE_IN_FRAGMENT = "!$&'()*+,;=:@/?-._~"


def toc_of(headings: Sequence[Heading], depth: int, links: Links, base: Base) -> tuple[TocView, ...]:
    """Headings down to level depth, each under the nearest higher one before it."""
    shown = [heading for heading in headings if heading.level <= depth and heading.anchor]
    return _branches(shown, links, base)


def _branches(headings: Sequence[Heading], links: Links, base: Base) -> tuple[TocView, ...]:
    branches: list[TocView] = []
    start = 0
    while start < len(headings):
        end = start + 1
        while end < len(headings) and headings[end].level > headings[start].level:
            end += 1
        top = headings[start]
        title = Html(fill_html(without_anchors(top.html), links, base))
        href = "#" + quote(top.anchor, safe=_SAFE_IN_FRAGMENT)
        branches.append(TocView(title, href, _branches(headings[start + 1 : end], links, base)))
        start = end
    return tuple(branches)
