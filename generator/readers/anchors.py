"""The ids a body can be entered at, and links on the page itself that lead to none of them."""

import re
from html import unescape
from urllib.parse import unquote

from generator.markup.scope import Scope

_IDS = re.compile(r"""[\s"'](?:id|name)\s*=\s*(?:"([^"<>]+)"|'([^'<>]+)')""", re.IGNORECASE)
# What browsers know by themselves.
_BUILT_IN = ("top", ":~:")


def anchors_of(html: str) -> tuple[str, ...]:
    """Every id and name in a body, sorted.

    >>> anchors_of('<p id="a">x</p><a name="b&amp;c"></a>')
    ('a', 'b&c')
    """
    return tuple(sorted({unescape(double or single) for double, single in _IDS.findall(html)}))


def warn_of_lost_anchors(anchors: tuple[str, ...], scope: Scope) -> None:
    """Tell of the links to an anchor of their own page that is not there."""
    known = frozenset(anchors)
    for fragment, at in scope.own_anchors:
        if fragment not in known and unquote(fragment) not in known and not fragment.startswith(_BUILT_IN):
            mend = "name one of its headings, or take the link out"
            scope.warn("broken-anchor", f"`#{fragment}` is no heading of this page", at, mend)
