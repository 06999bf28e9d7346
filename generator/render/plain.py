"""HTML and text reduced to what titles, lists and feeds may hold."""

import re
from html import unescape
from math import ceil

_TAG = re.compile(r"<!--.*?-->|</?[A-Za-z](?:[^>\"']|\"[^\"]*\"|'[^']*')*>", re.DOTALL)
_ANCHOR = re.compile(r"</?a\b(?:[^>\"']|\"[^\"]*\"|'[^']*')*>", re.IGNORECASE)
_MATH = re.compile(r"<math\b.*?</math>", re.DOTALL | re.IGNORECASE)
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_OPENING_QUOTE = re.compile(r"(?:(?<=[\s(\[{<\u2013\u2014/])|^)([\"'])(?=\S)")
_READING_WORDS_A_MINUTE = 200


def text_of(html: str) -> str:
    """The words of inline HTML, in one line.

    >>> text_of("<em>1</em> &lt; 2")
    '1 < 2'
    """
    return " ".join(unescape(_TAG.sub("", html)).split())


def title_of(html: str, written: str) -> str:
    """A title as text: written as the author did where formulas would fall apart."""
    return " ".join(written.split()) if _MATH.search(html) else text_of(html)


def without_anchors(html: str) -> str:
    """Inline HTML that may stand inside a link."""
    return _ANCHOR.sub("", html) if "<a" in html or "<A" in html else html


def smart(text: str) -> str:
    """Straight quotes, dots and dashes as jekyll-seo-tag sets them in titles; comment threads are keyed by these.

    >>> smart("What's \\"new\\"...")
    'What’s “new”…'
    """
    text = text.replace("---", "\u2014").replace("--", "\u2013").replace("...", "\u2026")
    text = _OPENING_QUOTE.sub(lambda quote: "\u201c" if quote[1] == '"' else "\u2018", text)
    return text.replace('"', "\u201d").replace("'", "\u2019")


def xml_safe(text: str) -> str:
    """Text without the characters XML 1.0 has no way to write."""
    return _NOT_XML.sub("", text)


def reading_minutes(words: int) -> int:
    """Whole minutes to read that many words of prose, never less than 1.

    Code and output do not count: readers skim them at a rate nobody has measured for us.
    200 words a minute is the blog's promise to its readers, not a law.

    >>> reading_minutes(401)
    3
    """
    return max(1, ceil(words / _READING_WORDS_A_MINUTE))
