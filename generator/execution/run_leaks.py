"""Secrets in what a run left, hidden outputs and metadata included: named by cell and kind, never repeated."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from generator.execution.prepared import own_number
from generator.formats.disguises import bytes_of, texts_in, texts_in_bytes
from generator.formats.secrets import Leak, LeakFinder
from generator.model.execution import FailureKind, RunFailure
from generator.model.notebook import INJECTED, Cell, Display, Failure, JsonMap, Notebook, Output, Stream
from generator.model.outline import CellFlags
from generator.model.problem import Severity

_ENVIRONMENT = "environment-value"
# What a loop or a line wrap puts between the letters of a value.
_BETWEEN_LETTERS = re.compile(r"[\s'\",\\\u00ad\u200b-\u200d\u2060\ufeff]+")
_SHORTEST_SPREAD_VALUE = 10
# `requests.exceptions.HTTPError: 401…`: what says which exception it was.
_EXCEPTION = re.compile(r"[A-Za-z_][\w.]{0,100}(?=: )")
_PRINTED, _SHOWN, _RAISED = "what the cell printed", "an output of the cell", "the error of the cell"
_CELL_METADATA, _PARAMETERS = "the metadata of the cell", "the parameters of the run"


@dataclass(frozen=True, slots=True)
class FoundSecret:
    """A secret that a run left.

    Args:
        kind: as in the waiver ``# leak-ok: KIND``.
        where: ``what the cell printed``, ``the metadata of the notebook``…
        cell: the author's own number, from 1; None outside the author's cells.
    """

    kind: str
    where: str
    cell: int | None
    execution_count: int | None = None


@dataclass(frozen=True, slots=True)
class RunLeaks:
    """What a search after a run found.

    Args:
        failure: names every cell, and of the first one the kind; None when nothing was found that counts.
        waived: found, and let through by the cell's ``# leak-ok: KIND``; every report lists them.
    """

    failure: RunFailure | None = None
    waived: tuple[FoundSecret, ...] = ()


def leaks_of_run(
    notebook: Notebook, flags: Sequence[CellFlags], values: tuple[str, ...], *, allows_waivers: bool = True
) -> RunLeaks:
    """The secrets in what a run left behind. Hidden outputs count: the store and the branch of runs keep them.

    E-mail and private addresses are not looked at: they only warn, and the reading of the page does that.

    Args:
        notebook: as the run left it, with the cell of injected parameters if it is at hand.
        flags: one for each of the author's cells, in order.
        values: of the environment's secret variables.
        allows_waivers: False in the strict profile.
    """
    search = _Search(values)
    secrets: list[FoundSecret] = []
    waived: list[FoundSecret] = []
    for found in dict.fromkeys(_found(notebook, search)):
        own = flags[found.cell - 1].waived_leaks if found.cell and found.cell <= len(flags) else ()
        (waived if allows_waivers and found.kind in own else secrets).append(found)
    return RunLeaks(_failure(secrets) if secrets else None, tuple(waived))


def withheld(text: str, values: tuple[str, ...]) -> str:
    """Text as it is, or a note in its place when it holds a secret.

    >>> withheld("token=hunter2hunter2", ("hunter2hunter2",))
    'withheld: it holds a secret (`environment-value`)'
    """
    return _withheld(text, _Search(values))


def scrubbed(failure: RunFailure, values: tuple[str, ...]) -> RunFailure:
    """The failure without the secrets in its sentences; cell, line and the name of the exception stay."""
    search = _Search(values)
    return replace(
        failure,
        problem=_withheld(failure.problem, search),
        mend=_withheld(failure.mend, search),
        last_line=_withheld(failure.last_line, search),
    )


def _withheld(text: str, search: "_Search") -> str:
    kinds = search.kinds((text,))
    if not kinds:
        return text
    exception = _EXCEPTION.match(text)
    name = f"{exception[0]}: " if exception and not search.kinds((exception[0],)) else ""
    return f"{name}withheld: it holds a secret (`{kinds[0]}`)"


class _Search:
    """The finder, and the one that looks for values with white space between their letters."""

    def __init__(self, values: tuple[str, ...]) -> None:
        self._finder = LeakFinder(values)
        spread = (_BETWEEN_LETTERS.sub("", value) for value in values)
        self._spread = tuple(value for value in spread if len(value) >= _SHORTEST_SPREAD_VALUE and not value.isalpha())

    def kinds(self, texts: Sequence[str]) -> tuple[str, ...]:
        """Of the secrets in texts, disguised ones included, each kind once."""
        return self._kinds(seen for text in dict.fromkeys(texts) if text for seen in texts_in(text))

    def kinds_in_bytes(self, raw: bytes) -> tuple[str, ...]:
        """Of the secrets in a file."""
        return self._kinds(texts_in_bytes(raw))

    def _kinds(self, texts: Iterator[str]) -> tuple[str, ...]:
        kinds: dict[str, None] = {}
        for text in texts:
            kinds.update(dict.fromkeys(leak.kind for leak in self._finder.find(text) if _counts(leak)))
            if self._spread and _ENVIRONMENT not in kinds:
                closed = _BETWEEN_LETTERS.sub("", text)
                if any(value in closed for value in self._spread):
                    kinds[_ENVIRONMENT] = None
        return tuple(kinds)


def _counts(leak: Leak) -> bool:
    return leak.severity is Severity.ERROR


def _found(notebook: Notebook, search: _Search) -> Iterator[FoundSecret]:
    for cell in notebook.cells:
        number = _number(cell)
        if INJECTED in cell.tags:
            yield from (FoundSecret(kind, _PARAMETERS, None) for kind in search.kinds((cell.source,)))
        for where, kinds in _in_cell(cell, search):
            yield from (FoundSecret(kind, where, number, cell.execution_count) for kind in kinds)
    for name, value in notebook.metadata.items():
        where = {"widgets": "the state of its widgets", "papermill": _PARAMETERS}.get(name, "its metadata")
        yield from (FoundSecret(kind, where, None) for kind in _kinds_in_json({name: value}, search))


def _in_cell(cell: Cell, search: _Search) -> Iterator[tuple[str, tuple[str, ...]]]:
    """(where, kinds found there)."""
    yield _PRINTED, search.kinds(_printed(cell.outputs))
    for output in cell.outputs:
        match output:
            case Failure(name, value, traceback):
                yield _RAISED, search.kinds((name, value, "\n".join(traceback)))
            case Display(bundle, metadata):
                yield _SHOWN, (*_kinds_in_bundle(bundle, search), *_kinds_in_json(metadata, search))
            case Stream():
                pass
    yield _CELL_METADATA, _kinds_in_json(cell.metadata, search)


def _printed(outputs: tuple[Output, ...]) -> tuple[str, ...]:
    """What was printed, in the order it came and stream by stream: a kernel may cut a line anywhere."""
    streams = [output for output in outputs if isinstance(output, Stream)]
    names = dict.fromkeys(stream.name for stream in streams)
    each = ("".join(stream.text for stream in streams if stream.name == name) for name in names)
    return ("".join(stream.text for stream in streams), *each)


def _kinds_in_bundle(bundle: JsonMap, search: _Search) -> Iterator[str]:
    for mime, content in bundle.items():
        if isinstance(content, str) and _is_binary(mime):
            yield from search.kinds((mime,))
            yield from search.kinds_in_bytes(bytes_of(content))
        else:
            yield from _kinds_in_json({mime: content}, search)


def _is_binary(mime: str) -> bool:
    kind, _, name = mime.partition(";")[0].strip().lower().partition("/")
    return (kind in ("image", "audio", "video", "font") and not name.endswith("+xml")) or name in (
        "pdf",
        "octet-stream",
        "zip",
        "gzip",
    )


def _kinds_in_json(value: Any, search: _Search) -> tuple[str, ...]:
    # One text of them all: a key and its value stand beside one another, and names of settings tell some keys.
    return search.kinds(("\n".join(_lines_of(value)),))


def _lines_of(value: Any) -> Iterator[str]:
    """Every text in JSON with the name it goes by, lists of texts also joined as nbformat joins lines."""
    waiting: list[tuple[str, Any]] = [("", value)]
    while waiting:
        name, value = waiting.pop()
        if isinstance(value, Mapping):
            waiting.extend((str(key), inner) for key, inner in value.items())
            # A name whose value is no text is a text all the same.
            yield from (str(key) for key, inner in value.items() if not isinstance(inner, str))
        elif isinstance(value, list):
            if value and all(isinstance(part, str) for part in value):
                yield "".join(value)
            waiting.extend(("", inner) for inner in value)
        elif isinstance(value, str):
            yield f"{name}: {value}" if name else value


def _number(cell: Cell) -> int | None:
    """The author's own number of a cell; a run says it in the metadata, since it may put a cell in front."""
    if INJECTED in cell.tags:
        return None
    return own_number(cell.metadata) or cell.number


def _failure(secrets: Sequence[FoundSecret]) -> RunFailure:
    first = min(secrets, key=lambda found: (found.cell is None, found.cell or 0))
    others = sorted({found.cell for found in secrets if found.cell and found.cell != first.cell})
    waiver = f"; if it is no secret, write `# leak-ok: {first.kind}` in the cell" if first.cell else ""
    return RunFailure(
        FailureKind.LEAK,
        f"a secret (`{first.kind}`) is in {first.where}{_also(others)}",
        f"take it out and revoke it{waiver}",
        cell=first.cell,
        execution_count=first.execution_count,
    )


def _also(cells: Sequence[int]) -> str:
    if not cells:
        return ""
    if len(cells) == 1:
        return f", and one is in cell {cells[0]}"
    return f", and more are in cells {', '.join(map(str, cells[:-1]))} and {cells[-1]}"
