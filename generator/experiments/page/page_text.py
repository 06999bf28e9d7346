"""Words of a service → text that is safe in a page: names of runs are written by anyone."""

import re
from html import escape

from generator.model.body import without_reserved

# What no HTML may hold, half a character, and marks that turn the rest of a line around.
_UNWELCOME = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufdd0-\ufdef\ufffe\uffff]"
)
_LONGEST = 200


def plain(text: str, most: int = _LONGEST) -> str:
    """Text on one line, without characters a page cannot hold, cut with an ellipsis at ``most`` characters.

    >>> plain("a\\x00b\\n  c")
    'a\\ufffdb c'
    """
    text = " ".join(_UNWELCOME.sub("\ufffd", without_reserved(text[: 10 * most])).split())
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def html_text(text: str, most: int = _LONGEST) -> str:
    """The same, escaped for elements and attributes."""
    return escape(plain(text, most))
