"""Words of a title or a file name, as they stand in a URL."""

import re
import unicodedata

# Jekyll's `pretty` keeps letters, marks, digits and these; every run of others becomes one hyphen.
_PRETTY = "._~!$&'()+,;=@"
_NOT_PRETTY_ASCII = re.compile(f"[^A-Za-z0-9{re.escape(_PRETTY)}]+")
_NOT_PLAIN_ASCII = re.compile("[^A-Za-z0-9]+")


def pretty_slug(text: str) -> str:
    """Text as Jekyll's ``:title`` writes it: case, ``_`` and letters of every script are kept.

    >>> pretty_slug("Sentiment Analysis - TextAnalysis(jl)?")
    'Sentiment-Analysis-TextAnalysis(jl)'
    """
    return _hyphenated(text, _NOT_PRETTY_ASCII, _PRETTY)


def plain_slug(text: str) -> str:
    """Text as Jekyll's ``:slug`` writes it: lower case, letters and digits alone.

    >>> plain_slug("What's _new_?")
    'what-s-new'
    """
    return _hyphenated(text.lower(), _NOT_PLAIN_ASCII, "")


def tag_slug(name: str) -> str:
    """A tag's name as a folder: lower case, the signs of ``C++`` and ``.NET`` kept, never empty.

    >>> tag_slug("Machine Learning"), tag_slug("C++"), tag_slug("🎉")
    ('machine-learning', 'c++', 'u1f389')
    """
    return pretty_slug(name.lower()).strip(".") or code_points(name)


def code_points(text: str) -> str:
    """A slug for text that holds no letter at all; empty for no text."""
    return "-".join(f"u{ord(character):x}" for character in text if not character.isspace())


def _hyphenated(text: str, not_kept: re.Pattern[str], kept: str) -> str:
    if not text.isascii():
        text = "".join(c if c in kept or _is_word(c) else " " for c in text)
        return "-".join(text.split())
    return not_kept.sub("-", text).strip("-")


def _is_word(character: str) -> bool:
    category = unicodedata.category(character)
    return category[0] in "LM" or category == "Nd"
