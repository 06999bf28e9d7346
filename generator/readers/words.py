"""Plain text out of prose: how much there is, and how it begins."""

import re
from html import unescape

_SPOKEN_BY_CHARACTER = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_PARAGRAPH = re.compile(r"<p(?:\s[^>]*)?>(.*?)</p>", re.DOTALL)
_ELSEWHERE = re.compile(
    r"<(blockquote|table|figure|aside|ul|ol|dl|details|nav|footer|script|style)\b.*?</\1>", re.DOTALL
)
_HIDDEN = re.compile(r"<(math|script|style|svg)\b.*?</\1>|<!--.*?-->", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_HOLE = re.compile("\ue0f0[^\ue0f2]*\ue0f2")
# What search engines and link previews show of a description.
_LONGEST_DESCRIPTION = 200


def count_words(prose: str) -> int:
    """Words of prose; two characters of a script without spaces count as one word.

    >>> count_words("one two"), count_words("日本語の文")
    (2, 3)
    """
    characters = len(_SPOKEN_BY_CHARACTER.findall(prose))
    if not characters:
        return len(prose.split())
    return len(_SPOKEN_BY_CHARACTER.sub(" ", prose).split()) + (characters + 1) // 2


def text_of(html: str) -> str:
    """HTML as one line of plain text, formulas and scripts left out.

    >>> text_of("<p>A &amp; <em>B</em></p>")
    'A & B'
    """
    return " ".join(unescape(_HOLE.sub("", _TAG.sub("", _HIDDEN.sub(" ", html)))).split())


def first_paragraph(html: str) -> str:
    """A description taken from prose: its first paragraph with words in it, cut at a word; may be empty."""
    for match in _PARAGRAPH.finditer(_ELSEWHERE.sub("", html[:20_000])):
        text = text_of(match[1])
        if any(character.isalpha() for character in text):
            return shortened(text)
    return ""


def shortened(text: str) -> str:
    """At most 200 characters, the last of them an ellipsis if anything was cut."""
    if len(text) <= _LONGEST_DESCRIPTION:
        return text
    head = text[: _LONGEST_DESCRIPTION - 1]
    end = head.rfind(" ")
    return (head[:end] if end > _LONGEST_DESCRIPTION // 2 else head).rstrip(" ,;:.–-") + "…"
