"""Where two outputs differ, line by line, and an excerpt that shows it."""

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest

from generator.checks.output_lines import Line

_CONTEXT_LINES = 1
_LONGEST_LINE = 110
# Nothing an author printed moves the cursor of a terminal.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
# difflib takes time that grows with the square of what it compares.
_MOST_COMPARED = 1500
# Noise of floating-point arithmetic beside the largest number of the same output, and up to which size it counts.
_NOISE = 1e-15
_LARGEST_SCALE = 1e3


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How far apart what counts as equal may be.

    Args:
        relative: between two floating-point numbers, as a share of the larger.
        pixels: between two widths or heights of pictures; a tight layout moves with the fonts.
    """

    relative: float = 1e-6
    pixels: int = 4


@dataclass(frozen=True, slots=True)
class LineDifference:
    """What differs first, and all that differs as an excerpt.

    Args:
        numbers: (committed, fresh) where nothing but a number differs.
        excerpt: lines that begin with ``-`` (committed), ``+`` (fresh) or a space (both).
        left_out: how many lines that differ the excerpt does not show.
    """

    numbers: tuple[float, float] | None
    excerpt: tuple[str, ...]
    left_out: int


def differing(
    committed: Sequence[Line], fresh: Sequence[Line], tolerance: Tolerance, *, most_lines: int
) -> LineDifference | None:
    """The difference of two outputs; None when each line equals the other's."""
    noise = _NOISE * min(_LARGEST_SCALE, max((_scale(line) for line in (*committed, *fresh)), default=0.0))
    if len(committed) == len(fresh):
        pairs = zip(committed, fresh, strict=True)
        wrong = [pair for pair in pairs if not _equal(*pair, tolerance, noise)]
        if not wrong:
            return None
        if all(before.key == now.key for before, now in wrong):
            numbers = _first_apart(*wrong[0], tolerance, noise)
        else:
            numbers = None
    else:
        numbers = None
    marked = list(_marked(committed, fresh, tolerance, noise))
    return LineDifference(numbers, *_excerpt(marked, most_lines))


def _scale(line: Line) -> float:
    return max((abs(number) for number in line.numbers if math.isfinite(number)), default=0.0)


def _equal(committed: Line, fresh: Line, tolerance: Tolerance, noise: float) -> bool:
    return committed.key == fresh.key and _first_apart(committed, fresh, tolerance, noise) is None


def _first_apart(committed: Line, fresh: Line, tolerance: Tolerance, noise: float) -> tuple[float, float] | None:
    for place, (before, now) in enumerate(zip(committed.numbers, fresh.numbers, strict=True)):
        is_whole = place in committed.whole and place in fresh.whole
        if not _close(before, now, 0.0 if is_whole else tolerance.relative, 0.0 if is_whole else noise):
            return before, now
    return None


def _close(before: float, now: float, relative: float, noise: float) -> bool:
    if math.isnan(before) or math.isnan(now):
        return math.isnan(before) and math.isnan(now)
    return math.isclose(before, now, rel_tol=relative, abs_tol=noise)


def _marked(
    committed: Sequence[Line], fresh: Sequence[Line], tolerance: Tolerance, noise: float
) -> Iterator[tuple[str, str]]:
    """(mark, line) of both outputs, put side by side; a line beyond tolerance stands there twice."""
    start = 0
    while start < min(len(committed), len(fresh)) and _equal(committed[start], fresh[start], tolerance, noise):
        start += 1
    if start:
        yield " ", _cut(committed[start - 1].shown, 0)
    before, now = committed[start : start + _MOST_COMPARED], fresh[start : start + _MOST_COMPARED]
    matcher = SequenceMatcher(None, [line.key for line in before], [line.key for line in now], autojunk=False)
    for kind, i1, i2, j1, j2 in matcher.get_opcodes():
        if kind != "equal":
            yield from _replaced(before[i1:i2], now[j1:j2])
            continue
        for one, other in zip(before[i1:i2], now[j1:j2], strict=True):
            if _equal(one, other, tolerance, noise):
                yield " ", _cut(one.shown, 0)
            else:
                yield from _replaced((one,), (other,))
    yield from (("-", _cut(line.shown, 0)) for line in committed[start + _MOST_COMPARED :])
    yield from (("+", _cut(line.shown, 0)) for line in fresh[start + _MOST_COMPARED :])


def _replaced(before: Sequence[Line], now: Sequence[Line]) -> Iterator[tuple[str, str]]:
    """Lines in the place of others, each beside the one it replaces and cut around what differs."""
    for one, other in zip_longest(before, now):
        if one is None or other is None:
            yield ("-", _cut(one.shown, 0)) if one else ("+", _cut(other.shown, 0))
            continue
        # The words of HTML may be the same where its tags are not.
        first, second = (one.key, other.key) if one.shown == other.shown else (one.shown, other.shown)
        apart = _where_apart(first, second)
        yield "-", _cut(first, apart)
        yield "+", _cut(second, apart)


def _where_apart(one: str, other: str) -> int:
    shorter = min(len(one), len(other))
    return next((place for place in range(shorter) if one[place] != other[place]), shorter)


def _cut(line: str, around: int) -> str:
    """No more of a line than fits, with ``…`` where something was left out.

    Args:
        around: the place that must be seen, counted from 0.
    """
    line = _CONTROL.sub(lambda match: " " if match[0] == "\t" else "\ufffd", line)
    if len(line) <= _LONGEST_LINE:
        return line
    start = max(0, min(around - _LONGEST_LINE // 3, len(line) - _LONGEST_LINE))
    end = start + _LONGEST_LINE
    return f"{'…' if start else ''}{line[start:end]}{'…' if end < len(line) else ''}"


def _excerpt(marked: Sequence[tuple[str, str]], most_lines: int) -> tuple[tuple[str, ...], int]:
    """The lines around what differs, as many as may be shown, and how many that differ are not."""
    changed = [place for place, (mark, _) in enumerate(marked) if mark != " "]
    near = {
        place
        for change in changed[:most_lines]
        for place in range(change - _CONTEXT_LINES, change + _CONTEXT_LINES + 1)
        if 0 <= place < len(marked)
    }
    shown = sorted(near)[:most_lines]
    lines = tuple(f"{marked[place][0]} {marked[place][1]}".rstrip() for place in shown)
    return lines, len(set(changed) - set(shown))
