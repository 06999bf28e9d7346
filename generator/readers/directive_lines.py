"""The lines of a cell that speak to inkmill: ``#hide``, ``#| key: value``, ``# leak-ok: KIND``."""

import io
import re
import tokenize
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from generator.errors import FrontMatterError
from generator.location import Location
from generator.yaml_text import load

# Marks that open a comment to the end of the line, for options (`//| echo: false`). `#` stands first: it is in
# nearly every cell.
_MARKS = r"#|//|--|%%?|;;?|!"
_OPTION_LINE = re.compile(rf"[ \t]*(?:{_MARKS})[ \t]?\|(.*)")
_KEY = re.compile(r"[ \t]*([A-Za-z][\w.-]*)[ \t]*(?::(?:[ \t]+(.*))?)?[ \t]*")
# nbdev's own options name their argument without a colon.
_EXPORT = re.compile(r"[ \t]*((?:default_exp|exporti|exports?|filter_stream)[ \t]+[\w.][\w. ]*)")
_CANDIDATE = re.compile(rf"^[ \t]*(?:{_MARKS})[^\n]*|<!--[ \t]*leak-ok:|hide_line[ \t]*$", re.MULTILINE)
_FLAG_LINE = re.compile(rf"[ \t]*({_MARKS})[ \t]*([A-Za-z][\w-]*)(?:[ \t]+([\w.]+))?[ \t]*")
_LEAK_LINE = re.compile(rf"[ \t]*(?:{_MARKS}|<!--)[ \t]*leak-ok:[ \t]*([\w ,-]+?)[ \t]*(?:-->)?[ \t]*")
_HIDE_LINE = re.compile(r"(?:#|//)[ \t]*\|?[ \t]*hide_line[ \t]*$")
_FORM_TITLE = re.compile(r"[ \t]*#[ \t]*@title\b[ \t]*([^{\n]*)(?:\{.*)?")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")

# Languages in which a mark means something else than a comment, or a block comment.
_HASH_BAR_IS_A_COMMENT = frozenset({"scheme", "racket", "common-lisp", "commonlisp", "lisp", "clojure"})
_ONLY_IN: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "--": frozenset({"sql", "haskell", "lua", "ada", "elm", "postgresql", "mysql", "sqlite"}),
        "%": frozenset({"matlab", "octave", "prolog", "latex", "erlang"}),
        ";": frozenset({"scheme", "racket", "clojure", "lisp", "common-lisp", "commonlisp", "hy"}),
        "!": frozenset({"fortran"}),
    }
)
_YAML_WORDS: Mapping[str, bool | None] = MappingProxyType(
    {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False, "null": None, "": None}
)


@dataclass(frozen=True, slots=True)
class Flag:
    """A line that is one comment of one word (``#hide``), maybe with an argument (``#export core``)."""

    word: str
    argument: str
    line: int
    written: str


@dataclass(frozen=True, slots=True)
class Option:
    """A ``#| key: value`` line; value is None for ``#| key``.

    Args:
        is_leading: it stands in the block at the top of the cell, where Quarto reads options.
        line, last_line: from 1; several lines when the value does.
    """

    key: str
    value: Any
    line: int
    last_line: int
    is_leading: bool
    written: str


@dataclass(frozen=True, slots=True)
class LeakWaiver:
    """``# leak-ok: KIND``."""

    kinds: tuple[str, ...]
    line: int
    written: str


@dataclass(frozen=True, slots=True)
class HiddenLine:
    """A line that ends in ``#| hide_line``."""

    line: int


@dataclass(frozen=True, slots=True)
class FormTitle:
    """Colab's ``#@title Words``."""

    title: str
    line: int
    written: str


Found = Flag | Option | LeakWaiver | HiddenLine | FormTitle


def directive_lines(source: str, language: str, is_markdown: bool) -> tuple[Found, ...]:
    """Every line of source that may be a directive, in order; which words mean something is not decided here.

    Lines inside a string over several lines (Python) or inside a code fence (Markdown) are the author's text.
    """
    if _CANDIDATE.search(source) is None:
        return ()
    lines = source.split("\n")
    found = tuple(_found(lines, language, is_markdown))
    if not found:
        return ()
    quoted = _fenced_lines(lines) if is_markdown else _lines_inside_strings(source, language)
    return tuple(one for one in found if one.line not in quoted)


def _found(lines: list[str], language: str, is_markdown: bool) -> Iterator[Found]:
    options = {} if is_markdown or language in _HASH_BAR_IS_A_COMMENT else _option_lines(lines)
    yield from _options(options)
    for number, line in enumerate(lines, start=1):
        if number in options:
            continue
        waiver = _LEAK_LINE.fullmatch(line) if "leak-ok" in line else None
        if waiver:
            yield LeakWaiver(tuple(re.findall(r"[\w-]+", waiver[1])), number, line.strip())
        elif "hide_line" in line and _HIDE_LINE.search(line):
            yield HiddenLine(number)
        elif "@title" in line and (form := _FORM_TITLE.fullmatch(line)):
            yield FormTitle(form[1].strip(), number, line.strip())
        elif (flag := _FLAG_LINE.fullmatch(line)) and _opens_a_comment(flag[1], language):
            yield Flag(flag[2], flag[3] or "", number, line.strip())


def _opens_a_comment(mark: str, language: str) -> bool:
    languages = _ONLY_IN.get(mark if mark == "--" else mark[0])
    return languages is None or language in languages


def _option_lines(lines: list[str]) -> dict[int, str]:
    """What follows the bar, by line number."""
    barred = ((number, line) for number, line in enumerate(lines, start=1) if "|" in line)
    matches = ((number, _OPTION_LINE.fullmatch(line)) for number, line in barred)
    return {number: match[1] for number, match in matches if match and not _HIDE_LINE.fullmatch(match[0].strip())}


def _options(texts: dict[int, str]) -> Iterator[Option]:
    numbers = sorted(texts)
    place = 0
    while place < len(numbers):
        first = numbers[place]
        place += 1
        named = _EXPORT.fullmatch(texts[first])
        if named:
            word, _, argument = named[1].partition(" ")
            yield Option(word, argument.strip(), first, first, False, f"#| {named[1].strip()}")
            continue
        key = _KEY.fullmatch(texts[first])
        if key is None:
            continue
        last = first
        while place < len(numbers) and numbers[place] == last + 1 and _continues(texts[first], texts[numbers[place]]):
            last = numbers[place]
            place += 1
        value = _scalar(key[2]) if ":" in key[0] else None
        if last > first:
            value = _block_value([texts[number] for number in range(first, last + 1)])
        is_leading = first == numbers.index(first) + 1
        yield Option(key[1], value, first, last, is_leading, f"#| {texts[first].strip()}")


def _continues(first: str, line: str) -> bool:
    """A deeper line, or a list item under a bare key, belongs to the option above it."""
    text = line.lstrip()
    depth, first_depth = len(line) - len(text), len(first) - len(first.lstrip())
    return not text or depth > first_depth or (text.startswith("- ") and first.rstrip().endswith(":"))


def _block_value(texts: list[str]) -> Any:
    try:
        value = load("\n".join(texts), at=Location("")).value
    except FrontMatterError:
        return None
    return next(iter(value.values()), None) if isinstance(value, dict) else None


def _scalar(text: str | None) -> Any:
    """A one-line YAML value; only what is more than plain words goes through the YAML parser."""
    words = (text or "").strip()
    if re.fullmatch(r"[\w./ -]*", words) and words.lower() not in _YAML_WORDS:
        return words
    if words.lower() in _YAML_WORDS:
        return _YAML_WORDS[words.lower()]
    try:
        value = load(f"k: {words}", at=Location("")).value
    except FrontMatterError:
        return words.strip("\"'")
    return value.get("k") if isinstance(value, dict) and len(value) == 1 else words


def _fenced_lines(lines: Iterable[str]) -> frozenset[int]:
    fenced = set()
    fence = ""
    for number, line in enumerate(lines, start=1):
        match = _FENCE.match(line)
        if fence:
            fenced.add(number)
            closes = match and match[1].startswith(fence) and not line[match.end() :].strip()
            fence = "" if closes else fence
        elif match:
            fence = match[1]
    return frozenset(fenced)


def _lines_inside_strings(source: str, language: str) -> frozenset[int]:
    """Lines that begin inside a string of several lines; only Python is read, and only if it may have one."""
    if language not in ("python", "ipython", "") or ('"""' not in source and "'''" not in source):
        return frozenset()
    inside: set[int] = set()
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            if token.end[0] > token.start[0] and tokenize.tok_name[token.type] in ("STRING", "FSTRING_MIDDLE"):
                inside.update(range(token.start[0] + 1, token.end[0] + 1))
    except (tokenize.TokenError, SyntaxError):
        # A magic or half a program: what was found up to there stands.
        return frozenset(inside)
    return frozenset(inside)
