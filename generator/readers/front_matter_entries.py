"""Front matter as written: keys with their values and places, before anybody asks what they mean."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from generator.errors import FrontMatterError
from generator.location import Location
from generator.yaml_text import load

# Keys whose value is text whatever YAML makes of it: `title: Why: a story`, `title: 2020`, `title: [Draft] x`.
TEXT_KEYS = frozenset({"title", "subtitle", "description", "summary", "excerpt", "abstract"})
_TEXT_LINE = re.compile(rf"({'|'.join(sorted(TEXT_KEYS))})[ \t]*:[ \t]*(\S.*?)[ \t]*", re.IGNORECASE)
_BLOCK_SCALAR = re.compile(r"[>|][+-]?\d?")
_QUOTED = re.compile(r"(?:\"(?:[^\"\\]|\\.)*\"|'(?:[^']|'')*')(?:[ \t]+#.*)?")
_PLAIN_WORDS = re.compile(r"[A-Za-z][\w./ -]*")
_YAML_WORDS = frozenset({"true", "false", "yes", "no", "on", "off", "null", "y", "n"})


@dataclass(frozen=True, slots=True)
class Entry:
    """One key as written, with its value (strings, numbers, booleans, None, lists and dicts) and its place.

    Args:
        lines: of the keys of a value that is a map, counted from the one at ``at``, which is 1; where they are known.
    """

    key: str
    value: Any
    at: Location
    lines: Mapping[str, int] = field(default_factory=dict)


Entries = Mapping[str, Entry]
"""By the key in lower case with ``_`` for ``-``."""


def normal_key(key: str) -> str:
    """One spelling for ``date-modified``, ``date_modified`` and ``Date-Modified``."""
    return key.strip().lower().replace("-", "_")


def entries_of(values: Mapping[str, Any], at: Location) -> dict[str, Entry]:
    """Entries of a map that has no lines of its own."""
    return {normal_key(str(key)): Entry(str(key), value, at) for key, value in values.items()}


def yaml_entries(text: str, at: Location) -> dict[str, Entry] | None:
    """Entries of a YAML map that begins at ``at``; None when it is something else than a map.

    Raises:
        FrontMatterError: it is not YAML, even with its titles and summaries taken as text.
    """
    try:
        parsed = load(text, at=at)
    except FrontMatterError:
        mended = _with_quoted_texts(text)
        if mended == text:
            raise
        parsed = load(mended, at=at)
        text = mended
    if parsed.value is None:
        return {}
    if not isinstance(parsed.value, dict):
        return None
    lines = text.split("\n")
    first = at.line or 1
    entries = {}
    for key, value in parsed.value.items():
        line = parsed.lines.get((key,), first)
        meant = _as_written(lines[line - first], value) if normal_key(key) in TEXT_KEYS else value
        inner = value if isinstance(value, dict) else {}
        below = {name: parsed.lines.get((key, name), line) - line + 1 for name in inner}
        entries[normal_key(key)] = Entry(key, meant, at.at_line(line - first + 1), below)
    return entries


def scalar_entry(key: str, text: str, at: Location) -> Entry:
    """One ``key: value`` line of a notebook's title cell; what YAML cannot read is text."""
    return Entry(key, (text_value(text) or None) if normal_key(key) in TEXT_KEYS else _scalar(text), at)


def text_value(text: str) -> str:
    """A line of text without the quotes YAML habits put round it.

    >>> text_value('"Why: a story"'), text_value("'It''s'"), text_value('"A" and "B"')
    ('Why: a story', "It's", '"A" and "B"')
    """
    text = text.strip()
    if text[:1] in ('"', "'") and _QUOTED.fullmatch(text):
        try:
            value = load(f"k: {text}", at=Location("")).value["k"]
        except FrontMatterError:
            return text[1:-1]
        return " ".join(str(value).split())
    return text


def header_entries(text: str, at: Location) -> dict[str, Entry]:
    """Entries of Pelican's and Nikola's side files: ``Key: value`` or ``.. key: value`` lines."""
    entries = {}
    for number, line in enumerate(text.splitlines(), start=1):
        match = re.fullmatch(r"(?:\.\.[ \t]+)?([A-Za-z_][\w.-]*)[ \t]*:[ \t]*(.*?)[ \t]*", line)
        if match and match[2]:
            entries[normal_key(match[1])] = scalar_entry(match[1], match[2], at.at_line(number))
    return entries


def _scalar(text: str) -> Any:
    text = text.strip()
    if not text:
        return None
    if _PLAIN_WORDS.fullmatch(text) and text.lower() not in _YAML_WORDS:
        return text
    try:
        value = load(f"k: {text}", at=Location("")).value
    except FrontMatterError:
        return text
    return value["k"] if isinstance(value, dict) and set(value) == {"k"} else text


def _as_written(line: str, value: Any) -> str | None:
    """The text of a title or summary of which YAML made a number, a list or a tag."""
    match = _TEXT_LINE.fullmatch(line.strip())
    if value is None or (isinstance(value, str) and not (match and match[2].startswith("!"))):
        return value
    if match is None:
        return json.dumps(value) if isinstance(value, dict | list) else str(value)
    return re.sub(r"[ \t]#.*", "", match[2]).strip()


def _with_quoted_texts(text: str) -> str:
    """The same YAML with its one-line titles and summaries in quotes, line for line."""
    return "\n".join(_lines_with_quoted_texts(text.split("\n")))


def _lines_with_quoted_texts(lines: list[str]) -> Iterator[str]:
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        match = _TEXT_LINE.fullmatch(line.rstrip("\r"))
        goes_on = following[:1] in (" ", "\t") and following.strip()
        if match is None or goes_on or _BLOCK_SCALAR.fullmatch(match[2]) or _QUOTED.fullmatch(match[2]):
            yield line
        else:
            yield f"{match[1]}: {json.dumps(_unquoted(match[2]), ensure_ascii=False)}"


def _unquoted(text: str) -> str:
    quote, inner = text[0], text[1:-1]
    is_quoted = len(text) > 1 and quote == text[-1] and quote in "\"'"
    # `'It's'` is one quotation, `"A" and "B"` are two.
    return inner if is_quoted and not re.search(rf"{quote}\s|\s{quote}", inner) else text
