"""The part of a body before the author's ``<!-- more -->``."""

import re

_MARKER = re.compile(
    r"(?:<p>\s*)?<!--\s*(?:more|TEASER_END(?::[^>]*)?|PELICAN_END_SUMMARY|truncate)\s*-->(?:\s*</p>)?\n?",
    re.IGNORECASE,
)
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9-]*)(?:\s(?:[^>\"']|\"[^\"]*\"|'[^']*')*)?>")
_VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())


def split_excerpt(html: str) -> tuple[str, str]:
    """The body without the marker, and the excerpt with its open elements closed; empty without a marker."""
    match = _MARKER.search(html) if "<!--" in html else None
    if match is None:
        return html, ""
    before = html[: match.start()]
    rest = html[match.end() :]
    return before + _MARKER.sub("", rest), before + "".join(f"</{name}>" for name in reversed(_open_elements(before)))


def _open_elements(html: str) -> list[str]:
    """Names of the elements still open at the end of html, outermost first."""
    names: list[str] = []
    for match in _TAG.finditer(html):
        name = match[2].lower()
        if name in _VOID or match[0].endswith("/>"):
            continue
        if not match[1]:
            names.append(name)
        elif name in names:
            while names.pop() != name:
                pass
    return names
