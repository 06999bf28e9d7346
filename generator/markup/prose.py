"""HTML → the plain text a reader would read aloud, for search and word counts: no code, nothing hidden."""

import re
from html import unescape

from generator.markup.tokens import CLOSE, OPEN

_PIECE = re.compile(r"<!--|<(/?)([A-Za-z][A-Za-z0-9-]*)((?:[^<>\"']++|\"[^\"]*+\"|'[^']*+')*+)>")
_SKIPPED = frozenset("script style pre svg math iframe template noscript textarea object canvas video audio".split())
_INLINE = frozenset(
    "a abbr b bdi bdo cite code del em i ins kbd mark q s samp small span strong sub sup time u var wbr".split()
)
_HIDDEN = re.compile(
    r"""\shidden(?:[\s=/]|$)|display\s*:\s*none|class="anchor"|\sclass="[^"]*\bnot-prose\b|\saria-hidden="true\"""",
    re.IGNORECASE,
)
_VOID = frozenset("br hr img input link meta source track wbr area base col embed".split())
_MARK = re.compile(f"{OPEN}[^{CLOSE}]*{CLOSE}")


def prose_of(html: str) -> str:
    """The text, one line a block.

    >>> prose_of("<p>A <em>b</em> &amp; c</p><pre>code</pre><p>d</p>")
    'A b & c\\nd'
    """
    parts: list[str] = []
    position, skipping, depth = 0, "", 0
    while match := _PIECE.search(html, position):
        if not skipping:
            parts.append(html[position : match.start()])
        position = match.end()
        if match[2] is None:
            end = html.find("-->", position)
            position = end + 3 if end >= 0 else len(html)
            continue
        name = match[2].lower()
        if skipping:
            depth += (-1 if match[1] else 1) if name == skipping else 0
            skipping = skipping if depth else ""
        elif not match[1] and name not in _VOID and (name in _SKIPPED or _HIDDEN.search(match[3])):
            skipping, depth = name, 1
        elif name not in _INLINE:
            parts.append("\n")
    if not skipping:
        parts.append(html[position:])
    text = unescape(_MARK.sub("", "".join(parts)))
    return "\n".join(line for line in (" ".join(line.split()) for line in text.split("\n")) if line)
