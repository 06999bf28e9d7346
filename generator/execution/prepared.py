"""A notebook on its way to a kernel, and its outputs on their way back."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from generator.formats.notebook import parse, to_json
from generator.model.notebook import Cell, CellKind, Failure, JsonMap, Notebook
from generator.model.outline import CellFlags

SKIPPED, MAY_FAIL, PARAMETERS, INJECTED = "skip-execution", "raises-exception", "parameters", "injected-parameters"
_OURS = "inkmill"
_WIDGETS = "widgets"


def prepared(notebook: Notebook, flags: Sequence[CellFlags]) -> bytes:
    """The notebook as ``model.execution.Job`` wants it: every cell numbered, every author's spelling one tag.

    Args:
        flags: one per cell.
    """
    cells = tuple(_prepared_cell(cell, flag) for cell, flag in zip(notebook.cells, flags, strict=True))
    return to_json(replace(notebook, cells=cells))


def _prepared_cell(cell: Cell, flags: CellFlags) -> Cell:
    metadata = {**cell.metadata, _OURS: {"number": cell.number}}
    if cell.kind is not CellKind.CODE:
        return replace(cell, metadata=metadata)
    wanted = ((SKIPPED, not flags.evaluate), (MAY_FAIL, flags.expects_error), (PARAMETERS, flags.is_parameters))
    spellings = {name for name, _ in wanted} | {INJECTED}
    tags = (*(tag for tag in cell.tags if tag not in spellings), *(name for name, is_so in wanted if is_so))
    # What will not run keeps the outputs it was saved with.
    outputs, count = ((), None) if flags.evaluate else (cell.outputs, cell.execution_count)
    return replace(cell, metadata=metadata, tags=tags, outputs=outputs, execution_count=count)


def executed_notebook(content: bytes, file: str) -> Notebook:
    """What a run left, without papermill's cell of parameters: the author's cells with their own numbers."""
    notebook, _ = parse(content, file)
    cells = tuple(
        replace(cell, number=_number(cell) or cell.number, metadata=_without_ours(cell.metadata))
        for cell in notebook.cells
        if INJECTED not in cell.tags
    )
    return replace(notebook, cells=cells)


def _number(cell: Cell) -> int | None:
    ours = cell.metadata.get(_OURS)
    number = ours.get("number") if isinstance(ours, Mapping) else None
    return number if isinstance(number, int) else None


def _without_ours(metadata: JsonMap) -> JsonMap:
    return {key: value for key, value in metadata.items() if key != _OURS}


def grafted(notebook: Notebook, executed: Notebook, flags: Sequence[CellFlags]) -> Notebook:
    """The notebook as it is now, with the outputs of a run of the same code.

    Args:
        executed: of ``executed_notebook``; its code cells are those of notebook, its prose may be older.
        flags: one per cell of notebook.
    """
    runs = iter([cell for cell in executed.cells if cell.kind is CellKind.CODE])

    def cells() -> Iterator[Cell]:
        for cell, flag in zip(notebook.cells, flags, strict=True):
            if cell.kind is not CellKind.CODE:
                yield cell
                continue
            run = next(runs)
            yield replace(cell, outputs=run.outputs, execution_count=run.execution_count) if flag.evaluate else cell

    metadata = {key: value for key, value in notebook.metadata.items() if key != _WIDGETS}
    if _WIDGETS in executed.metadata:
        metadata[_WIDGETS] = executed.metadata[_WIDGETS]
    return replace(notebook, cells=tuple(cells()), metadata=metadata)


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
