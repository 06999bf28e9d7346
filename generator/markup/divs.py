"""``:::`` containers: Quarto's and Pandoc's ``::: {.callout-note}``, MyST's ``:::{note} Title``."""

import re
from html import escape

from generator.markup.attributes import Attributes, parse_attributes
from generator.markup.callouts import Callout, default_title, kind_of
from generator.markup.conversion import Conversion

_OPENING = re.compile(
    r":{3,}[ \t]*(?:\{(?P<inner>[^{}\n]*)\}|(?P<word>[A-Za-z][\w-]*))[ \t]*(?P<title>[^:\n]*?)[ \t]*:*[ \t]*$"
)
_HEADING = re.compile(r"#{1,6}[ \t]+(?P<title>[^\n]+?)(?:[ \t]+#+)?[ \t]*$")


def read_div(line: str, next_line: str, conversion: Conversion) -> tuple[str, str, bool] | None:
    """Opening tag, closing tag, and whether next_line was taken for the title; None for what opens nothing.

    Args:
        next_line: the first line below that is not blank.
    """
    match = _OPENING.match(line)
    if match is None:
        return None
    attributes = (
        parse_attributes(match["inner"]) if match["inner"] is not None else Attributes(classes=(match["word"],))
    )
    if attributes is None:
        return None
    names = (*attributes.classes, *attributes.words)
    called = next((name for name in names if kind_of(name)), None)
    if called is None or not (called.startswith("callout-") or match["inner"] is None or attributes.words):
        return _plain(attributes, names)
    return _callout(called, attributes, match["title"], next_line, conversion)


def _plain(attributes: Attributes, names: tuple[str, ...]) -> tuple[str, str, bool]:
    identity = f' id="{escape(attributes.id)}"' if attributes.id else ""
    classes = f' class="{escape(" ".join(names))}"' if names else ""
    return f"<div{identity}{classes}>", "</div>", False


def _callout(
    called: str, attributes: Attributes, written: str, next_line: str, conversion: Conversion
) -> tuple[str, str, bool]:
    title = written or attributes.pairs.get("title", "")
    heading = _HEADING.match(next_line) if not title and called.startswith("callout-") else None
    if heading is not None:
        title = heading["title"]
    collapse = attributes.pairs.get("collapse", "").lower()
    callout = Callout(
        kind_of(called) or "note",
        conversion.inline(title) if title else default_title(called),
        is_folded=bool(collapse) or "dropdown" in attributes.classes,
        is_open=collapse == "false",
        id=attributes.id,
    )
    return callout.opening, callout.closing, heading is not None
