"""An output as lines that can be compared: what is shown of each, what must be equal, and its numbers."""

import base64
import binascii
import html
import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from generator.checks.changing_words import is_only_sometimes_printed, progress_of, without_changing_words
from generator.formats.image import size_of
from generator.formats.secrets import hide_home_paths

_ANSI = re.compile(r"\x1b(?:\[[0-?]{0,40}[ -/]{0,4}[@-~]|\][^\x07\x1b]{0,2000}(?:\x07|\x1b\\)|[@-Z\\^_])")
# A floating-point number: with a point or an exponent. A whole number is compared as the text it is, and so is
# whatever has a second point, such as a version.
_FLOAT = re.compile(
    r"(?<![\w.])[-+]?(?:"
    r"(?:\d+\.\d+(?!\.?\d)|\d+\.(?=[\s\]),j]{0,80}[\d\]),j-])|\.\d+(?!\.?\d))(?:[eE][-+]?\d{1,3}(?!\d))?"
    r"|\d+\.?[eE](?:[-+]\d{1,3}(?!\d)|\d{1,3}(?!\w)))"
)
_IMAGINARY = re.compile(r"(?<=[\d.])([-+])(?=[\d.]+(?:e[-+]?\d+)?j)")
_BRACKETS = (("[", 1), ("(", 1), ("{", 1), ("]", -1), (")", -1), ("}", -1))
_SPACE_BY_A_BRACKET = re.compile(r"(?<=[\[({]) | (?=[\])},])")
_SPACES = re.compile(r"[ \t]+")
_NUMBER = "‹number›"

_PICTURE_IN_TEXT = re.compile(r"data:((?:image|video|audio)/[\w.+-]+);base64,([A-Za-z0-9+/=\s]{24,})")
_GENERATED = re.compile(
    r"(?i)\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}(?![0-9a-f])|(?<=[-_])[0-9a-f]{32}(?![0-9a-f])"
    r"|(?<![A-Za-z0-9])T_[0-9a-f]{5,32}(?=[_\"' #{,]|$)|\bsk-(?:container|estimator)-id-\d+"
)
_ID = re.compile(r"""\b(?:id|for|data-root-id|elementid|data-target)=["']([^"'<>]{5,80})["']""", re.IGNORECASE)
_LOOKS_GENERATED = re.compile(r"(?i)\d{6,}|(?=[a-f]*\d)[0-9a-f]{8,}|(?:[a-z]+\d+){3,}")
_AFTER_BLOCK = re.compile(
    r"(?<=</tr>)|(?<=</p>)|(?<=</div>)|(?<=</li>)|(?<=</style>)|(?<=</script>)|(?<=</thead>)|(?<=<tbody>)|(?<=<br>)"
    r"|(?<=</h\d>)|(?<=\})(?=\s*[#.\w])"
)
_CELL_END = re.compile(r"</t[dh]>\s*<t[dh][^>]*>")
_TAG = re.compile(r"<[!/A-Za-z][^<>]{0,4000}>")
_WHITE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an output.

    Args:
        shown: as its author would know it.
        key: what must be equal, with a mark for each number and for each word that changes at every run.
        numbers: the floating-point numbers in it, in order.
        whole: those of JSON that have no fraction, by their place in numbers; two of them must be equal.
    """

    shown: str
    key: str
    numbers: tuple[float, ...] = ()
    whole: frozenset[int] = frozenset()


def text_lines(text: str) -> tuple[Line, ...]:
    """Text as a terminal leaves it: no colours, the last state of a line that was written over, no progress bars."""
    lines = [_last_state(line).rstrip() for line in _ANSI.sub("", text).split("\n")]
    kept = [line for line in _without_progress(lines) if not is_only_sometimes_printed(line)]
    while kept and not kept[-1]:
        kept.pop()
    has_floats = any(_FLOAT.search(line) for line in kept)
    return tuple(_line(line, keeps_indent=not has_floats) for line in _joined_in_brackets(kept))


def html_lines(text: str) -> tuple[Line, ...]:
    """HTML, one row or block a line; what is shown of it are its words, with ``|`` between the cells of a table."""
    text = _without_generated_names(_PICTURE_IN_TEXT.sub(_picture, text))
    parts = (_WHITE.sub(" ", part).strip() for part in _AFTER_BLOCK.split(text))
    return tuple(_html_line(re.sub(r"> (?=<)", ">", part)) for part in parts if part)


def json_lines(value: Any) -> tuple[Line, ...]:
    """JSON, one value a line with its path before it, keys in order."""
    found = [(path, leaf) for path, leaf in _leaves("", value) if not _is_name_of_a_run(path)]
    names = _Names()
    return tuple(
        _json_line(names.sub(path), names.sub(leaf) if isinstance(leaf, str) else leaf) for path, leaf in found
    )


def _last_state(line: str) -> str:
    r"""What ``\r`` and backspaces leave of a line."""
    line = line.rstrip("\r")
    if "\r" in line:
        line = next((part for part in reversed(line.split("\r")) if part.strip()), "")
    while "\b" in line:
        shorter = re.sub(r"[^\b]\b", "", line)
        if shorter == line:
            return line.replace("\b", "")
        line = shorter
    return line


def _without_progress(lines: list[str]) -> Iterator[str]:
    """Every other line, and of each bar one line with what it counted."""
    told: set[str] = set()
    for line in lines:
        progress = progress_of(line)
        if progress is None:
            yield line
        elif progress and progress not in told:
            told.add(progress)
            yield progress


def _joined_in_brackets(lines: list[str]) -> Iterator[str]:
    """Lines, those within square brackets, parentheses or braces in one: NumPy and pprint break them where they fit."""
    held: list[str] = []
    depth = 0
    for line in lines:
        held.append(line)
        depth = max(0, depth + sum(line.count(bracket) * step for bracket, step in _BRACKETS))
        if not depth:
            yield " ".join((held[0], *(part.strip() for part in held[1:])))
            held = []
    # A bracket that is never closed is none of an array.
    yield from held


def _line(shown: str, *, keeps_indent: bool) -> Line:
    stripped = shown.strip()
    indent = shown[: len(shown) - len(shown.lstrip())] if keeps_indent else ""
    key = without_changing_words(hide_home_paths(stripped))
    key = _SPACE_BY_A_BRACKET.sub("", _SPACES.sub(" ", key))
    return _with_numbers(_SPACES.sub(" ", shown) if not indent else shown, indent + key)


def _with_numbers(shown: str, key: str) -> Line:
    numbers: list[float] = []

    def taken(match: re.Match[str]) -> str:
        number = float(match[0])
        if math.isinf(number):
            return match[0]
        numbers.append(number)
        return _NUMBER

    spaced = _IMAGINARY.sub(r" \1", key) if "j" in key else key
    return Line(shown, _FLOAT.sub(taken, spaced), tuple(numbers))


def _picture(match: re.Match[str]) -> str:
    try:
        size = size_of(base64.b64decode(match[2], validate=False))
    except (binascii.Error, ValueError):
        size = None
    return f"data:{match[1]};{size[0]}x{size[1]}" if size else f"data:{match[1]};"


class _Names:
    """Generated names, each numbered in the order it is met, so that references to it stay what they are."""

    def __init__(self) -> None:
        self._numbers: dict[str, str] = {}

    def name(self, written: str) -> str:
        return self._numbers.setdefault(written, f"‹name {len(self._numbers) + 1}›")

    def sub(self, text: str) -> str:
        return _GENERATED.sub(lambda match: self.name(match[0]), text)


def _without_generated_names(text: str) -> str:
    names = _Names()
    text = names.sub(text)
    ids = dict.fromkeys(found for found in _ID.findall(text) if _LOOKS_GENERATED.search(found) and "‹" not in found)
    for found in ids:
        text = re.sub(rf"(?<![\w-]){re.escape(found)}(?![\w-])", names.name(found), text)
    return text


def _html_line(part: str) -> Line:
    words = html.unescape(_TAG.sub("", _CELL_END.sub(" | ", part))).strip()
    is_code = part.startswith(("<style", "<script"))
    return _with_numbers(part if is_code or not words else words, without_changing_words(hide_home_paths(part)))


def _leaves(path: str, value: Any) -> Iterator[tuple[str, Any]]:
    waiting: list[tuple[str, Any]] = [(path, value)]
    while waiting:
        path, value = waiting.pop()
        if isinstance(value, dict) and value:
            waiting.extend((f"{path}.{key}" if path else str(key), value[key]) for key in sorted(value, reverse=True))
        elif isinstance(value, list) and value:
            waiting.extend((f"{path}[{place}]", value[place]) for place in reversed(range(len(value))))
        else:
            yield path, value


def _is_name_of_a_run(path: str) -> bool:
    return path.rpartition(".")[2] in ("model_id", "uid")


def _json_line(path: str, leaf: Any) -> Line:
    if isinstance(leaf, (int, float)) and not isinstance(leaf, bool):
        number = float(leaf) if abs(leaf) < 2**1000 else math.inf
        whole = frozenset({0}) if isinstance(leaf, int) else frozenset()
        return Line(f"{path}: {leaf}", f"{path}: {_NUMBER}", (number,), whole)
    if isinstance(leaf, str):
        return _with_numbers(f"{path}: {leaf}", f"{path}: {without_changing_words(hide_home_paths(leaf))}")
    return Line(f"{path}: {json.dumps(leaf)}", f"{path}: {json.dumps(leaf)}")
