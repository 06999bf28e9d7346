"""nbformat 4 cells and outputs as ours, whatever shape they are in; every repair is noted."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from generator.formats.notebook_old import heading
from generator.location import Location
from generator.model.notebook import Cell, CellKind, Display, Failure, JsonMap, Output, Stream
from generator.model.problem import Problem, warning

_KINDS: Mapping[str, CellKind] = MappingProxyType({kind.value: kind for kind in CellKind})
_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")
_DEEPEST = 100


class TooDeepError(Exception):
    """JSON nested deeper than anything a notebook holds."""


@dataclass(slots=True)
class Repairs:
    """What was mended, each kind said once with the first place it was met."""

    file: str
    _first: dict[str, int | None] = field(default_factory=dict)
    _times: dict[str, int] = field(default_factory=dict)

    def note(self, what: str, cell: int | None = None) -> None:
        """what: a clause about the notebook, or about the cell when one is given (counted from 1)."""
        self._first.setdefault(what, cell)
        self._times[what] = self._times.get(what, 0) + 1

    def problems(self) -> tuple[Problem, ...]:
        """One warning for each kind of repair."""
        return tuple(
            warning(
                "repaired-notebook",
                what if self._times[what] == 1 else f"{what} (and in {self._times[what] - 1} more places)",
                Location(self.file, cell=cell),
                "open it in Jupyter and save it, which writes valid nbformat",
            )
            for what, cell in self._first.items()
        )


def read_cells(cells: Any, needs_ids: bool, repairs: Repairs) -> tuple[Cell, ...]:
    """Every cell of an nbformat 4 ``cells`` list; a cell that is none keeps its number and is left out.

    Args:
        needs_ids: whether the format demands cell ids (4.5 and later).
    """
    if not isinstance(cells, list):
        repairs.note("it has no list of cells")
        return ()
    if needs_ids:
        _note_ids(cells, repairs)
    found = []
    for number, cell in enumerate(cells, start=1):
        if isinstance(cell, dict):
            found.append(_cell(cell, number, repairs))
        else:
            repairs.note("a cell that is not an object was left out", number)
    return tuple(found)


def plain_map(value: Any, what: str, repairs: Repairs, cell: int | None = None) -> JsonMap:
    """A JSON object nested no deeper than our own code may walk; anything else is noted and becomes empty."""
    if isinstance(value, dict):
        _check_depth(value)
        return value
    repairs.note(f"{what} is missing" if value is None else f"{what} is not an object", cell)
    return {}


def text_of(value: Any, what: str, repairs: Repairs, cell: int | None = None) -> str:
    """A multi-line string of nbformat: a string, or a list of strings that are joined as they are."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        try:
            return "".join(value)
        except TypeError:
            repairs.note(f"{what} holds something that is not text", cell)
            return "".join(part for part in value if isinstance(part, str))
    repairs.note(f"{what} is missing" if value is None else f"{what} is not text", cell)
    return "" if value is None or isinstance(value, dict) else str(value)


def _note_ids(cells: list[Any], repairs: Repairs) -> None:
    seen: set[str] = set()
    for number, cell in enumerate(cells, start=1):
        if not isinstance(cell, dict):
            continue
        cell_id = cell.get("id")
        if cell_id is None:
            repairs.note("the cell has no id", number)
        elif not isinstance(cell_id, str) or not _ID.fullmatch(cell_id):
            repairs.note(f"`{str(cell_id)[:64]}` is not a valid cell id", number)
        elif cell_id in seen:
            repairs.note(f"the cell id `{cell_id}` is used twice", number)
        else:
            seen.add(cell_id)


def _cell(cell: dict[str, Any], number: int, repairs: Repairs) -> Cell:
    if cell.get("cell_type") == "heading":
        repairs.note("a heading cell belongs to older formats", number)
        cell = heading(cell)
    kind = _kind(cell.get("cell_type"), number, repairs)
    metadata = plain_map(cell.get("metadata"), "the cell's `metadata`", repairs, number)
    source = text_of(cell.get("source"), "the cell's `source`", repairs, number)
    is_code = kind is CellKind.CODE
    return Cell(
        kind=kind,
        number=number,
        source=source.replace("\r\n", "\n").replace("\r", "\n") if "\r" in source else source,
        outputs=_outputs(cell, number, repairs) if is_code else (),
        execution_count=_count(cell.get("execution_count")) if is_code else None,
        tags=_tags(metadata.get("tags")),
        metadata=_mended_metadata(metadata, number, repairs),
        attachments=_attachments(cell.get("attachments"), number, repairs),
    )


def _kind(value: Any, number: int, repairs: Repairs) -> CellKind:
    kind = _KINDS.get(value) if isinstance(value, str) else None
    if kind is None:
        repairs.note(f"cell type `{str(value)[:40]}` is unknown, so the cell is not shown", number)
    return kind or CellKind.RAW


def _count(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**53 else None


def _tags(value: Any) -> tuple[str, ...]:
    words = [word.strip() for word in value if isinstance(word, str)] if isinstance(value, list) else []
    return tuple(dict.fromkeys(word for word in words if word))


def _mended_metadata(metadata: JsonMap, number: int, repairs: Repairs) -> JsonMap:
    """Metadata without the values nbformat's schema forbids."""
    wrong = [
        key
        for key, is_right in (
            ("collapsed", _is_flag),
            ("scrolled", lambda value: _is_flag(value) or value == "auto"),
            ("jupyter", lambda value: isinstance(value, dict)),
            ("format", lambda value: isinstance(value, str)),
            ("name", lambda value: isinstance(value, str)),
        )
        if key in metadata and not is_right(metadata[key])
    ]
    if "tags" in metadata and not _are_words(metadata["tags"]):
        repairs.note("the cell's `tags` are not a list of words", number)
        metadata = {key: value for key, value in metadata.items() if key != "tags"}
    for key in wrong:
        repairs.note(f"the cell's metadata `{key}` has a value nbformat does not know, and is ignored", number)
    return {key: value for key, value in metadata.items() if key not in wrong} if wrong else metadata


def _are_words(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(tag, str) for tag in value)


def _is_flag(value: Any) -> bool:
    return value is None or isinstance(value, bool)


def _attachments(value: Any, number: int, repairs: Repairs) -> Mapping[str, JsonMap]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        repairs.note("the cell's `attachments` are not an object", number)
        return {}
    found = {}
    for name, bundle in value.items():
        if isinstance(bundle, dict):
            found[name] = _bundle(bundle)
        else:
            repairs.note("an attachment without contents was left out", number)
    return found


def _outputs(cell: Mapping[str, Any], number: int, repairs: Repairs) -> tuple[Output, ...]:
    outputs = cell.get("outputs")
    if outputs is None:
        repairs.note("the cell has no `outputs`", number)
        return ()
    if not isinstance(outputs, list):
        repairs.note("the cell's `outputs` are not a list", number)
        return ()
    found = (_output(output, number, repairs) for output in outputs)
    return tuple(output for output in found if output is not None)


def _output(output: Any, number: int, repairs: Repairs) -> Output | None:
    if not isinstance(output, dict):
        repairs.note("an output that is not an object was left out", number)
        return None
    match output.get("output_type"):
        case "stream":
            name = output.get("name")
            if not isinstance(name, str):
                repairs.note("a stream has no name, and is taken for stdout", number)
            text = text_of(output.get("text"), "a stream's `text`", repairs, number)
            return Stream(name if isinstance(name, str) else "stdout", text)
        case "display_data" | "execute_result" as kind:
            bundle = _bundle(plain_map(output.get("data"), "an output's `data`", repairs, number))
            metadata = plain_map(output.get("metadata"), "an output's `metadata`", repairs, number)
            return Display(bundle, metadata, is_result=kind == "execute_result")
        case "error":
            return _failure(output, number, repairs)
        case unknown:
            repairs.note(f"output type `{str(unknown)[:40]}` is unknown, and not shown", number)
            return None


def _failure(output: Mapping[str, Any], number: int, repairs: Repairs) -> Failure:
    lines = output.get("traceback")
    if not isinstance(lines, list) or not all(isinstance(line, str) for line in lines):
        lines = text_of(lines, "an error's `traceback`", repairs, number).splitlines()
    return Failure(
        name=text_of(output.get("ename"), "an error's `ename`", repairs, number),
        value=text_of(output.get("evalue"), "an error's `evalue`", repairs, number),
        traceback=tuple(lines),
    )


def _bundle(bundle: JsonMap) -> JsonMap:
    return {mime: value if isinstance(value, str) else _content(mime, value) for mime, value in bundle.items()}


def _content(mime: str, value: Any) -> Any:
    is_json = mime == "application/json" or (mime.startswith("application/") and mime.endswith("+json"))
    if not is_json and isinstance(value, list) and all(isinstance(line, str) for line in value):
        return "".join(value)
    return value


def _check_depth(value: Any) -> None:
    """Raises TooDeepError; walks level by level, so that no depth of ours matters."""
    level: list[Any] = [value]
    for _ in range(_DEEPEST):
        if not level:
            return
        level = [inner for outer in level for inner in _inside(outer) if isinstance(inner, (dict, list))]
    raise TooDeepError


def _inside(value: Any) -> Any:
    return value.values() if isinstance(value, dict) else value
