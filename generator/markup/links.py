"""What follows the bracket of a link or image: its destination, title and attributes."""

import re
from dataclasses import dataclass

from generator.markup.attributes import Attributes, parse_attributes

_DESTINATION = re.compile(
    r"""\([ \t]*\n?[ \t]*(?:<(?P<angled>[^<>\n]*+)>|
    (?P<plain>(?:[^\s()\\]++|\\.|\((?:[^\s()\\]++|\\.|\([^\s()]*+\))*+\))*+))
    (?P<title>\s+(?:"(?P<double>(?:[^"\\]++|\\.)*+)"|'(?P<single>(?:[^'\\]++|\\.)*+)'|\((?P<round>[^()]*+)\)))?
    (?P<size>[ \t]+=(?P<width>\d{1,5})?x(?P<height>\d{1,5})?)?\s*\)""",
    re.VERBOSE | re.DOTALL,
)
# `![](my picture.png)`, which nbconvert's old parser took for an image.
_SPACED = re.compile(
    r"""\([ \t]*(?P<plain>[^()<>\n"']*?[^()<>\s"'](?:\([^()\n]*\)[^()\n"']*?)?)
    (?P<title>[ \t]+(?:"(?P<double>[^"\n]*)"|'(?P<single>[^'\n]*)'))?[ \t]*\)""",
    re.VERBOSE,
)
_LOOKS_LIKE_PATH = re.compile(r"[./]")
_ATTRIBUTES = re.compile(r"[ ]?\{(?P<inner>[^{}\n]*)\}")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_LONGEST_DESTINATION = 4_000


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a link leads.

    Args:
        end: where the text goes on.
    """

    url: str
    title: str | None
    attributes: Attributes
    end: int


def read_destination(text: str, start: int) -> Destination | None:
    """What ``(url "title" =100x50)`` and braces after it say; None when it is not that."""
    close = text.find(")", start)
    if close < 0:
        return None
    match = _DESTINATION.match(text, start)
    if match is not None:
        url = match["angled"] if match["angled"] is not None else match["plain"]
        pairs = {key: match[key] for key in ("width", "height") if match[key]}
        title = _first(match["double"], match["single"], match["round"])
    else:
        match = _SPACED.match(text, start, min(len(text), start + _LONGEST_DESTINATION))
        if match is None or not _LOOKS_LIKE_PATH.search(match["plain"]):
            return None
        url, pairs, title = match["plain"], {}, _first(match["double"], match["single"])
    attributes, end = read_attributes(text, match.end())
    merged = Attributes(pairs=pairs).merged(attributes) if pairs else attributes
    return Destination(unescaped(url), None if title is None else unescaped(title), merged, end)


def _first(*values: str | None) -> str | None:
    return next((value for value in values if value is not None), None)


def read_attributes(text: str, start: int, *, needs_colon: bool = False) -> tuple[Attributes, int]:
    """Attributes in braces right at start, and where the text goes on; none, and start, when there are none."""
    if text[start : start + 1] not in ("{", " "):
        return Attributes(), start
    match = _ATTRIBUTES.match(text, start)
    if match is None or not match["inner"].strip() or (match[0][0] == " " and not match["inner"].startswith(":")):
        return Attributes(), start
    if needs_colon and not match["inner"].startswith(":"):
        return Attributes(), start
    found = parse_attributes(match["inner"])
    if found is None or not (found.id or found.classes or found.pairs):
        return Attributes(), start
    return found, match.end()


def unescaped(text: str) -> str:
    """Text without the backslashes that kept signs from being read as Markdown."""
    return _ESCAPE.sub(r"\1", text) if "\\" in text else text
