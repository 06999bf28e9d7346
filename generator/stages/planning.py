"""The first reading of a notebook, as execution needs it: what would run, and with what."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace

from generator.cache.codec import encode
from generator.execution.imports import imports_of
from generator.execution.key import code_of
from generator.formats.notebook import parse
from generator.model.notebook import INJECTED, Cell, CellKind, Output
from generator.model.outline import CellFlags, Edition, Outline
from generator.model.plan import EditionPlan, SourcePlan
from generator.model.source import SourceKind

_Saved = tuple[tuple[str, tuple[Output, ...]], ...]


def plan_of(outline: Outline, editions: tuple[Edition, ...]) -> SourcePlan | None:
    """What of a source could run; None for a source that has no code of its own to run.

    Raises:
        NotebookError: the notebook cannot be read.
    """
    source = outline.source
    if source.kind is not SourceKind.NOTEBOOK:
        return None
    notebook, _ = parse(source.content, source.path)
    code = [
        (cell, flags)
        for cell, flags in zip(notebook.cells, outline.cells, strict=True)
        if cell.kind is CellKind.CODE and cell.source.strip()
    ]
    running = [(cell, flags) for cell, flags in code if flags.evaluate]
    imports = imports_of([cell.source for cell, _ in running]) if _is_python(notebook.language) else None
    is_split = len(editions) > 1
    first = code[0][0] if code else None
    return SourcePlan(
        path=source.path,
        digest=source.digest,
        saved=_saved([cell for cell, _ in code]),
        language=notebook.language,
        kernel_name=notebook.kernel_name,
        code=code_of(
            (cell.source, flags.evaluate, flags.expects_error, flags.is_parameters or INJECTED in cell.tags)
            for cell, flags in code
        ),
        modules=imports.modules if imports else (),
        scripts=imports.scripts if imports else (),
        first_cell=first.source if first else "",
        first_cell_number=first.number if first else 0,
        runs_code=bool(running),
        has_outputs=not _lacks_outputs(running),
        is_split=is_split,
        editions=tuple(_edition_plan(edition) for edition in editions if edition.variant is not None or not is_split),
        # What is wrong with parameters and variants is said by the first edition.
        problems=editions[0].outline.problems,
    )


def _edition_plan(edition: Edition) -> EditionPlan:
    wishes = edition.outline.front.execution
    params: Mapping[str, object] = {**wishes.params, **(edition.variant.params if edition.variant else {})}
    return EditionPlan(edition.variant, replace(wishes, params=params, variants=()))


def _is_python(language: str) -> bool:
    return language in ("", "python", "ipython", "python3")


def _saved(code: list[Cell]) -> str:
    """Code and committed outputs as one digest: what an author who runs the notebook by hand changes."""
    return hashlib.sha256(encode(tuple((cell.source, cell.outputs) for cell in code), _Saved)).hexdigest()


def _lacks_outputs(running: list[tuple[Cell, CellFlags]]) -> bool:
    """Nothing was saved of a notebook that runs code: it was never run, or its outputs were cleared."""
    return bool(running) and not any(cell.outputs or cell.execution_count for cell, _ in running)
