"""Straight quotes and dashes → typographic ones, where a blog asks for it as kramdown did it."""

import re

_DASHES = ((re.compile(r"(?<!-)---(?!-)"), "—"), (re.compile(r"(?<!-)--(?!-)"), "–"), (re.compile(r"\.\.\."), "…"))
_OPENING_DOUBLE = re.compile(r'(^|[\s(\[{–—])"(?=\S)')
_OPENING_SINGLE = re.compile(r"(^|[\s(\[{–—“])'(?=\S)")


def smart(text: str) -> str:
    """Text with curly quotes, dashes and ellipses.

    >>> smart('"It\\'s" -- so...')
    '“It’s” – so…'
    """
    for pattern, sign in _DASHES:
        text = pattern.sub(sign, text)
    if '"' in text:
        text = _OPENING_DOUBLE.sub(r"\1“", text).replace('"', "”")
    if "'" in text:
        text = _OPENING_SINGLE.sub(r"\1‘", text).replace("'", "’")
    return text
