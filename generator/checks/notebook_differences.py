"""Outputs of a fresh run against the committed ones, cell by cell; what changes at every run does not count."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from generator.checks.line_differences import Tolerance, differing
from generator.checks.output_lines import Line, html_lines, json_lines, text_lines
from generator.formats.disguises import bytes_of
from generator.formats.image import size_of
from generator.model.notebook import (
    INJECTED,
    SKIPPED,
    Cell,
    CellKind,
    Display,
    Failure,
    JsonMap,
    Notebook,
    Output,
    Stream,
)

_MOST_LINES = 18
# Words of nbval's and testbook's users; a cell that did not run shows what was committed anyway.
_IGNORING_TAGS = frozenset({"ignore-output", "nbval-ignore-output", "nbval-skip", SKIPPED})
_IGNORING_LINE = re.compile(
    r"^[ \t]*(?:#|//|--|%|;)+[ \t]*(?:\|[ \t]*compare:[ \t]*(?:false|no)|(?:NBVAL|PYTEST_VALIDATE)_IGNORE_OUTPUT"
    r"|NBVAL_SKIP)[ \t]*$",
    re.IGNORECASE | re.MULTILINE,
)
_WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
# What stands for a figure where no picture can be shown.
_NAME_OF_A_PICTURE = re.compile(r"\s*<(?:Figure size|matplotlib\.|IPython\.core\.display\.)[^\n]*>\s*")


class DifferenceKind(Enum):
    """What about an output is not as it was."""

    TEXT = "text"
    NUMBER = "number"
    MISSING = "missing"
    EXTRA = "extra"
    TYPE = "type"
    SIZE = "size"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class CellDifference:
    """One output that is not the committed one.

    Args:
        cell: the author's own number, from 1.
        execution_count: of the fresh run.
        problem: one clause.
        excerpt: lines that begin with ``-`` (committed), ``+`` (fresh) or a space (both); long ones are cut.
        left_out: how many more lines differ.
    """

    cell: int
    kind: DifferenceKind
    problem: str
    excerpt: tuple[str, ...] = ()
    left_out: int = 0
    execution_count: int | None = None


@dataclass(frozen=True, slots=True)
class _Found:
    """A difference that does not know its cell yet."""

    kind: DifferenceKind
    problem: str
    excerpt: tuple[str, ...] = ()
    left_out: int = 0


def compare(
    committed: Notebook,
    fresh: Notebook,
    *,
    tolerance: Tolerance = Tolerance(),  # noqa: B008
) -> tuple[CellDifference, ...]:
    """What differs in the outputs of the author's cells, in their order.

    Cells are matched by the author's number: ``metadata.inkmill.number`` where a run wrote it, else the cell's own.
    A cell is left out when it says ``#| compare: false`` or carries a tag such as ``ignore-output``.
    """
    runs = {_number(cell): cell for cell in fresh.cells if cell.kind is CellKind.CODE and INJECTED not in cell.tags}
    return tuple(
        CellDifference(number, found.kind, found.problem, found.excerpt, found.left_out, run.execution_count)
        for cell in committed.cells
        if cell.kind is CellKind.CODE and INJECTED not in cell.tags and not _is_ignored(cell)
        for number in (_number(cell),)
        if (run := runs.get(number)) is not None and run.outputs != cell.outputs
        for found in _cell_differences(cell.outputs, run.outputs, tolerance)
    )


def has_outputs(notebook: Notebook) -> bool:
    """Whether there is anything to compare a run with; not so where outputs are stripped before a commit."""
    return any(cell.outputs or cell.execution_count is not None for cell in notebook.cells)


def _number(cell: Cell) -> int:
    ours = cell.metadata.get("inkmill")
    number = ours.get("number") if isinstance(ours, Mapping) else None
    return number if isinstance(number, int) else cell.number


def _is_ignored(cell: Cell) -> bool:
    tags = {tag.lower().replace("_", "-") for tag in cell.tags}
    return not tags.isdisjoint(_IGNORING_TAGS) or _IGNORING_LINE.search(cell.source) is not None


def _cell_differences(
    committed: tuple[Output, ...], fresh: tuple[Output, ...], tolerance: Tolerance
) -> Iterator[_Found]:
    yield from _error_differences(_failure(committed), _failure(fresh), tolerance)
    for name in dict.fromkeys(output.name for output in (*committed, *fresh) if isinstance(output, Stream)):
        where = "what it printed" if name == "stdout" else f"what it wrote to `{name}`"
        before, now = text_lines(_printed(committed, name)), text_lines(_printed(fresh, name))
        yield from _line_differences(where, before, now, tolerance)
    shown = [output for output in committed if isinstance(output, Display) and output.bundle]
    now_shown = [output for output in fresh if isinstance(output, Display) and output.bundle]
    if len(shown) != len(now_shown):
        # A new exception is the reason for what is missing after it, and is told already.
        if len(now_shown) > len(shown) or _failure(fresh) is None or _failure(committed) is not None:
            yield _other_number(shown, now_shown)
        return
    for before_output, now_output in zip(shown, now_shown, strict=True):
        yield from _bundle_differences(before_output.bundle, now_output.bundle, tolerance)


def _failure(outputs: tuple[Output, ...]) -> Failure | None:
    return next((output for output in outputs if isinstance(output, Failure)), None)


def _printed(outputs: tuple[Output, ...], name: str) -> str:
    return "".join(output.text for output in outputs if isinstance(output, Stream) and output.name == name)


def _error_differences(committed: Failure | None, fresh: Failure | None, tolerance: Tolerance) -> Iterator[_Found]:
    """Tracebacks are not compared: they name lines of libraries."""
    before = text_lines(f"{committed.name}: {committed.value}") if committed else ()
    now = text_lines(f"{fresh.name}: {fresh.value}") if fresh else ()
    found = differing(before, now, tolerance, most_lines=_MOST_LINES)
    if found is None:
        return
    if committed is None and fresh is not None:
        problem = f"it raised {fresh.name}, and no error was committed"
    elif fresh is None and committed is not None:
        problem = f"it raised no error, and {committed.name} was committed"
    elif committed is not None and fresh is not None and committed.name != fresh.name:
        problem = f"it raised {fresh.name}, and {committed.name} was committed"
    else:
        problem = "its error says something else"
    yield _Found(DifferenceKind.ERROR, problem, found.excerpt, found.left_out)


def _line_differences(
    where: str, committed: tuple[Line, ...], fresh: tuple[Line, ...], tolerance: Tolerance
) -> Iterator[_Found]:
    found = differing(committed, fresh, tolerance, most_lines=_MOST_LINES)
    if found is None:
        return
    if not fresh:
        kind, problem = DifferenceKind.MISSING, f"{where} is missing"
    elif not committed:
        kind, problem = DifferenceKind.EXTRA, f"{where} is new"
    elif found.numbers:
        kind, problem = (
            DifferenceKind.NUMBER,
            f"a number in {where} was {found.numbers[0]:.10g}, now {found.numbers[1]:.10g}",
        )
    else:
        kind, problem = DifferenceKind.TEXT, f"{where} differs"
    yield _Found(kind, problem, found.excerpt, found.left_out)


def _other_number(committed: list[Display], fresh: list[Display]) -> _Found:
    before, now = ([_kind_line(output.bundle) for output in outputs] for outputs in (committed, fresh))
    kind = DifferenceKind.MISSING if len(now) < len(before) else DifferenceKind.EXTRA
    said = (
        f"it shows {_outputs(len(now))}, and {_outputs(len(before))} {'was' if len(before) == 1 else 'were'} committed"
    )
    found = differing(tuple(map(_plain, before)), tuple(map(_plain, now)), Tolerance(), most_lines=_MOST_LINES)
    return _Found(kind, said, found.excerpt if found else (), found.left_out if found else 0)


def _outputs(count: int) -> str:
    return f"{count or 'no'} output{'' if count == 1 else 's'}"


def _plain(text: str) -> Line:
    return Line(text, text)


def _kind_line(bundle: JsonMap) -> str:
    richest = next(iter(sorted(bundle, key=_richness)))
    content = bundle[richest]
    words = [line.shown for line in text_lines(content)] if isinstance(content, str) and richest == "text/plain" else []
    return f"{richest}: {words[0]}" if words else richest


def _bundle_differences(committed: JsonMap, fresh: JsonMap, tolerance: Tolerance) -> Iterator[_Found]:
    if committed.keys() != fresh.keys():
        before, now = (tuple(_plain(mime) for mime in sorted(bundle, key=_richness)) for bundle in (committed, fresh))
        found = differing(before, now, tolerance, most_lines=_MOST_LINES)
        yield _Found(DifferenceKind.TYPE, "its output is of other types", found.excerpt if found else ())
        return
    is_another_picture = False
    for mime in _compared(committed):
        says_so_again = is_another_picture and _only_names_a_picture(mime, committed[mime], fresh[mime])
        if committed[mime] == fresh[mime] or says_so_again:
            continue
        differences = tuple(_content_differences(mime, committed[mime], fresh[mime], tolerance))
        is_another_picture = is_another_picture or (mime.startswith("image/") and bool(differences))
        yield from differences


def _only_names_a_picture(mime: str, committed: Any, fresh: Any) -> bool:
    """Whether plain text says of the picture beside it what the picture itself says."""
    texts = (committed, fresh)
    return mime == "text/plain" and all(isinstance(text, str) and _NAME_OF_A_PICTURE.fullmatch(text) for text in texts)


def _richness(mime: str) -> tuple[int, str]:
    order = (_is_json(mime), mime == "text/html", mime.startswith("image/"), mime != "text/plain")
    return order.index(True) if True in order else len(order), mime


def _is_json(mime: str) -> bool:
    return mime == "application/json" or mime.endswith("+json") or ".v1+" in mime


def _compared(bundle: JsonMap) -> list[str]:
    """The types that are compared, richest first.

    Plain text beside a table or a chart is its shortened double; beside a picture it says what the size does not.
    """
    rich = [mime for mime in sorted(bundle, key=_richness) if mime not in ("text/plain", _WIDGET_VIEW)]
    if _WIDGET_VIEW in bundle or any(not mime.startswith("image/") for mime in rich):
        return rich
    return [mime for mime in (*rich, "text/plain") if mime in bundle]


def _content_differences(mime: str, committed: Any, fresh: Any, tolerance: Tolerance) -> Iterator[_Found]:
    kind = mime.partition(";")[0].strip().lower()
    if kind.startswith("image/"):
        yield from _picture_differences(mime, committed, fresh, tolerance)
        return
    if kind.startswith(("audio/", "video/")) or kind == "application/pdf":
        return
    before, now = _lines(kind, committed), _lines(kind, fresh)
    yield from _line_differences(
        "its output" if kind == "text/plain" else f"its output `{mime}`", before, now, tolerance
    )


def _lines(mime: str, content: Any) -> tuple[Line, ...]:
    if isinstance(content, str) and not _is_json(mime):
        return html_lines(content) if mime == "text/html" else text_lines(content)
    if isinstance(content, str):
        try:
            return json_lines(json.loads(content))
        except (ValueError, RecursionError):
            return text_lines(content)
    return json_lines(content)


def _picture_differences(mime: str, committed: Any, fresh: Any, tolerance: Tolerance) -> Iterator[_Found]:
    before, now = _picture_size(mime, committed), _picture_size(mime, fresh)
    if before is None or now is None:
        if (before is None) != (now is None):
            yield _Found(
                DifferenceKind.SIZE, f"its picture `{mime}` {'can' if now else 'cannot'} be read, and was not so"
            )
        return
    if max(abs(one - other) for one, other in zip(before, now, strict=True)) > tolerance.pixels:
        problem = f"its picture `{mime}` is {now[0]} x {now[1]} px, and was {before[0]} x {before[1]} px"
        yield _Found(DifferenceKind.SIZE, problem)


def _picture_size(mime: str, content: Any) -> tuple[int, int] | None:
    if not isinstance(content, str):
        return None
    return size_of(content.encode() if "svg" in mime else bytes_of(content))
