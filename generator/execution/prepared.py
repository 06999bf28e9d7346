"""A notebook on its way to a kernel, and its outputs on their way back."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from generator.formats.notebook import parse, to_json
from generator.model.notebook import (
    INJECTED,
    MAY_FAIL,
    PARAMETERS,
    SKIPPED,
    Cell,
    CellKind,
    Failure,
    JsonMap,
    Notebook,
)
from generator.model.outline import CellFlags

_OURS = "inkmill"
_WIDGETS = "widgets"


def prepared(notebook: Notebook, flags: Sequence[CellFlags]) -> bytes:
    """The notebook as ``model.execution.Job`` wants it: every cell numbered, every author's spelling one tag.

    Args:
        flags: one per cell.
    """
    cells = tuple(_prepared_cell(cell, flag) for cell, flag in zip(notebook.cells, flags, strict=True))
    # Both are made anew; what an old run or another program left there may be anything.
    metadata = {key: value for key, value in notebook.metadata.items() if key not in (_WIDGETS, "papermill")}
    return to_json(replace(notebook, cells=cells, metadata=metadata))


def _prepared_cell(cell: Cell, flags: CellFlags) -> Cell:
    metadata = {**cell.metadata, _OURS: {"number": cell.number}}
    if cell.kind is not CellKind.CODE:
        return replace(cell, metadata=metadata)
    wanted = ((SKIPPED, not flags.evaluate), (MAY_FAIL, flags.expects_error), (PARAMETERS, flags.is_parameters))
    spellings = {name for name, _ in wanted}
    tags = (*(tag for tag in cell.tags if tag not in spellings), *(name for name, is_so in wanted if is_so))
    # What will not run keeps the outputs it was saved with.
    outputs, count = ((), None) if flags.evaluate else (cell.outputs, cell.execution_count)
    return replace(cell, metadata=metadata, tags=tags, outputs=outputs, execution_count=count)


def executed_notebook(content: bytes, file: str) -> Notebook:
    """What a run left, read: see ``authors_cells``."""
    return authors_cells(parse(content, file)[0])


def authors_cells(notebook: Notebook) -> Notebook:
    """What a run left, without the cell that papermill put in: the author's cells with their own numbers."""
    numbered = ((cell, own_number(cell.metadata)) for cell in notebook.cells)
    cells = tuple(
        replace(cell, number=number, metadata=_without_ours(cell.metadata))
        for cell, number in numbered
        if number is not None
    )
    return replace(notebook, cells=cells)


def own_number(metadata: JsonMap) -> int | None:
    """The author's own number of a cell that a run gave back; None for the cell that papermill put in."""
    ours = metadata.get(_OURS)
    number = ours.get("number") if isinstance(ours, Mapping) else None
    return number if isinstance(number, int) else None


def _without_ours(metadata: JsonMap) -> JsonMap:
    return {key: value for key, value in metadata.items() if key != _OURS}


def grafted(notebook: Notebook, executed: Notebook, flags: Sequence[CellFlags]) -> Notebook:
    """The notebook as it is now, with the outputs of a run of the same code.

    Cells are paired in their order: those with code in them, since a key knows no others, and where papermill has put
    its parameters in the place of a cell it had injected before, without that cell.

    Args:
        executed: of ``executed_notebook``; its code is that of notebook, its prose may be older.
        flags: one per cell of notebook.

    Raises:
        ValueError: the code is another.
    """
    runs = [cell for cell in executed.cells if _holds_code(cell)]
    own = [cell for cell in notebook.cells if _holds_code(cell)]
    if len(own) > len(runs):
        own = [cell for cell in own if INJECTED not in cell.tags]
    by_number = {cell.number: run for cell, run in zip(own, runs, strict=True)}

    def cells() -> Iterator[Cell]:
        for cell, flag in zip(notebook.cells, flags, strict=True):
            run = by_number.get(cell.number)
            is_run = run is not None and flag.evaluate
            yield replace(cell, outputs=run.outputs, execution_count=run.execution_count) if is_run and run else cell

    metadata = {key: value for key, value in notebook.metadata.items() if key != _WIDGETS}
    if _WIDGETS in executed.metadata:
        metadata[_WIDGETS] = executed.metadata[_WIDGETS]
    return replace(notebook, cells=tuple(cells()), metadata=metadata)


def _holds_code(cell: Cell) -> bool:
    return cell.kind is CellKind.CODE and bool(cell.source.strip())


def without_outputs(notebook: Notebook) -> Notebook:
    """Its cells alone."""
    cells = tuple(replace(cell, outputs=(), execution_count=None) for cell in notebook.cells)
    return replace(notebook, cells=cells)


def unexpected(executed: Notebook) -> Iterator[tuple[Cell, Failure]]:
    """The exceptions that no cell announced, of a run that goes on after errors."""
    for cell in executed.cells:
        yield from (
            (cell, output) for output in cell.outputs if isinstance(output, Failure) and MAY_FAIL not in cell.tags
        )
