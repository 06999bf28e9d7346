"""An .ipynb file of nbformat 2 to 4.5 as our Notebook, and back for nbconvert; the home of nbformat."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from generator.errors import NotebookError
from generator.formats.notebook_cells import Repairs, TooDeepError, plain_map, read_cells
from generator.formats.notebook_old import upgraded
from generator.formats.notebook_text import cleaned, parse_json, too_deep
from generator.location import Location
from generator.model.notebook import Cell, CellKind, Display, Failure, JsonMap, Notebook, Output, Stream
from generator.model.problem import Problem

if TYPE_CHECKING:
    from nbformat import NotebookNode

_NEWEST = (4, 5)
# Kernels of notebooks that name no language: (how the kernel's name begins, language).
_LANGUAGE_OF_KERNEL = (("python", "python"), ("conda", "python"), ("julia", "julia"), ("ir", "r"), ("bash", "bash"))


def parse(content: bytes, file: str) -> tuple[Notebook, tuple[Problem, ...]]:
    """The notebook in content, mended where nbformat would mend it, with a warning for each kind of repair.

    Nothing is validated against nbformat's schema: that takes longer than everything else a build does to a
    notebook, and its import alone a tenth of a second.

    Args:
        file: as messages shall name it.

    Raises:
        NotebookError: the bytes are not a notebook we can read.
    """
    repairs = Repairs(file)
    notebook = _read(parse_json(content, file), repairs)
    return notebook, repairs.problems()


def from_node(node: Mapping[str, Any], file: str = "") -> Notebook:
    """The notebook in an nbformat node (a dict of nbformat 4, as nbconvert hands it round).

    Raises:
        NotebookError: as parse does.
    """
    try:
        return _read(cleaned(dict(node)), Repairs(file))
    except RecursionError:
        raise too_deep(file) from None


def to_node(notebook: Notebook) -> "NotebookNode":
    """The notebook as nbformat 4.5; cells get their number for an id, so that it is the same every time."""
    from nbformat import from_dict

    return cast("NotebookNode", from_dict(_plain(notebook)))  # type: ignore[no-untyped-call]


def to_json(notebook: Notebook) -> bytes:
    """The notebook as an nbformat 4.5 file, without nbformat's help."""
    return json.dumps(_plain(notebook), ensure_ascii=False, separators=(",", ":")).encode(errors="surrogatepass")


def _plain(notebook: Notebook) -> dict[str, Any]:
    return {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": notebook.metadata,
        "cells": [_cell_node(cell) for cell in notebook.cells],
    }


def _read(value: Any, repairs: Repairs) -> Notebook:
    if not isinstance(value, dict):
        raise _not_a_notebook(f"its JSON is a {_json_type(value)}, not an object", repairs.file)
    major, minor = _format(value, repairs)
    if major < 4:
        if not isinstance(value.get("worksheets"), list):
            repairs.note("it has no worksheets")
        value = upgraded(value)
    try:
        metadata = plain_map(value.get("metadata"), "the notebook's `metadata`", repairs)
        cells = read_cells(value.get("cells"), (major, minor) >= _NEWEST, repairs)
    except TooDeepError:
        raise too_deep(repairs.file) from None
    kernel = _word(metadata, "kernelspec", "name")
    language = _word(metadata, "language_info", "name") or _word(metadata, "kernelspec", "language")
    return Notebook(
        cells=cells,
        metadata=metadata,
        language=(language or _language_of(kernel)).lower(),
        kernel_name=kernel,
        format=f"{major}.{minor}",
    )


def _format(value: Mapping[str, Any], repairs: Repairs) -> tuple[int, int]:
    at = Location(repairs.file)
    if "nbformat" not in value and not isinstance(value.get("cells"), list) and "worksheets" not in value:
        raise _not_a_notebook("it has neither `cells` nor `nbformat`", repairs.file)
    major = _whole(value.get("nbformat"))
    if major is None:
        major = 3 if "worksheets" in value and "cells" not in value else 4
        repairs.note(f"it does not say its `nbformat`, and is read as {major}")
    if major == 3 and "worksheets" not in value and isinstance(value.get("cells"), list):
        repairs.note("it says nbformat 3, and is written as 4")
        major = 4
    if major < 2:
        raise NotebookError(
            f"nbformat {major} is older than the oldest that is read, 2",
            at=at,
            mend="open it in an old IPython or Jupyter and save it as nbformat 4",
        )
    if major > 4:
        raise NotebookError(
            f"nbformat {major} is newer than the newest that is read, 4.5", at=at, mend="save it as nbformat 4.5"
        )
    minor = _whole(value.get("nbformat_minor"))
    if minor is None and major == 4:
        repairs.note("it does not say its `nbformat_minor`")
    return major, minor or 0


def _whole(value: Any) -> int | None:
    """A version number; text and floats are what other programs write for one."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 4:
        return int(value)
    if isinstance(value, float) and 0 <= value < 1000:
        return int(value)
    return value if isinstance(value, int) and 0 <= value < 1000 else None


def _not_a_notebook(why: str, file: str) -> NotebookError:
    return NotebookError(
        f"it is not a notebook: {why}", at=Location(file), mend="give the file another ending, or move it elsewhere"
    )


def _json_type(value: Any) -> str:
    names = {list: "list", str: "text", bool: "true or false", type(None): "null"}
    return names.get(type(value), "number")


def _word(metadata: JsonMap, outer: str, inner: str) -> str:
    holder = metadata.get(outer)
    value = holder.get(inner) if isinstance(holder, dict) else None
    return value if isinstance(value, str) else ""


def _language_of(kernel: str) -> str:
    return next((language for start, language in _LANGUAGE_OF_KERNEL if kernel.lower().startswith(start)), "")


def _cell_node(cell: Cell) -> dict[str, Any]:
    node: dict[str, Any] = {
        "id": f"cell-{cell.number}",
        "cell_type": cell.kind.value,
        "metadata": _cell_metadata(cell),
        "source": cell.source,
    }
    if cell.attachments:
        node["attachments"] = cell.attachments
    if cell.kind is CellKind.CODE:
        node["execution_count"] = cell.execution_count
        node["outputs"] = [_output_node(output, cell.execution_count) for output in cell.outputs]
    return node


def _cell_metadata(cell: Cell) -> JsonMap:
    """With the cell's tags, and no others that its metadata still holds."""
    rest = {key: value for key, value in cell.metadata.items() if key != "tags"}
    return {**rest, "tags": list(cell.tags)} if cell.tags else rest


def _output_node(output: Output, execution_count: int | None) -> dict[str, Any]:
    match output:
        case Stream(name, text):
            return {"output_type": "stream", "name": name, "text": text}
        case Display(bundle, metadata, is_result):
            node = {"output_type": "display_data", "data": bundle, "metadata": metadata}
            return {**node, "output_type": "execute_result", "execution_count": execution_count} if is_result else node
        case Failure(name, value, traceback):
            return {"output_type": "error", "ename": name, "evalue": value, "traceback": list(traceback)}
