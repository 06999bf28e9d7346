"""The documents to be made of a source: itself, or the list of its variants and each of them."""

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any
from warnings import catch_warnings, simplefilter

from generator.formats.notebook import parse
from generator.formats.plain_values import words_of
from generator.location import Location
from generator.model.execution import Variant
from generator.model.front_matter import FrontMatter
from generator.model.notebook import CellKind, Notebook
from generator.model.outline import CellFlags, Edition, Outline, Shown
from generator.model.problem import Problem, Severity, error
from generator.model.source import SourceKind
from generator.near_words import nearest
from generator.readers.file_names import file_name_parts, title_from_slug
from generator.readers.front_matter_variants import default_title
from generator.readers.patterns import filled, placeholders, resolved
from generator.readers.title import take_heading_of_cells


def editions_of(outline: Outline) -> tuple[Edition, ...]:
    """One edition without variant; of a notebook with variants first the one that lists them, then one for each.

    The list has the notebook's own title and address and the prose before its first code cell, and is never run. Each
    variant's front matter holds its title, its address, all its parameters, and itself as the only one of ``variants``.
    What is wrong is with the first edition alone; a source with an error has no other.

    Raises:
        ContentError: the notebook cannot be read.
    """
    outline, notebook = _checked(outline)
    if notebook is None:
        return (Edition(outline),)
    variants = outline.front.execution.variants
    return (Edition(_list_of(outline, notebook)), *(Edition(_made(outline, one), one) for one in variants))


def edition_of(outline: Outline, variant: str | None) -> Edition | None:
    """The one of ``editions_of`` that is called so, without making all the others; None when there is none.

    Args:
        variant: its name; None for the first.

    Raises:
        ContentError: the notebook cannot be read.
    """
    outline, notebook = _checked(outline)
    if variant is None:
        return Edition(outline if notebook is None else _list_of(outline, notebook))
    named = (one for one in outline.front.execution.variants if one.name == variant)
    return next((Edition(_made(outline, one), one) for one in named), None) if notebook else None


def _checked(outline: Outline) -> tuple[Outline, Notebook | None]:
    """With what is wrong about parameters, and every title; the notebook only where variants are to be made of it."""
    execution = outline.front.execution
    if outline.source.kind is not SourceKind.NOTEBOOK or not (execution.variants or execution.params):
        return outline, None
    notebook, _ = parse(outline.source.content, outline.source.path)
    outline = replace(outline, problems=(*outline.problems, *_unknown_parameters(outline, notebook)))
    is_wrong = any(problem.severity is Severity.ERROR for problem in outline.problems)
    return (outline, None) if not execution.variants or is_wrong else (_titled(outline, notebook), notebook)


def _titled(outline: Outline, notebook: Notebook) -> Outline:
    """With a title from a heading or the file's name, and with that in the titles of variants which lack one."""
    front, cells = outline.front, outline.cells
    if front.title is None:
        front, cells = take_heading_of_cells(front, cells, notebook.cells)
    title = front.title or title_from_slug(file_name_parts(outline.source.path).slug)
    variants = tuple(
        one if one.title else replace(one, title=default_title(title, one.params)) for one in front.execution.variants
    )
    execution = replace(front.execution, variants=variants)
    return replace(outline, front=replace(front, title=title, execution=execution), cells=cells)


def _list_of(outline: Outline, notebook: Notebook) -> Outline:
    front = outline.front
    description = front.description
    if description and _known(description, front):
        description = None
    # Nothing of it is run, whatever the schedule says.
    execution = replace(front.execution, execute=False, refresh=None)
    cells = tuple(_introduction(outline.cells, notebook))
    return replace(outline, front=replace(front, description=description, execution=execution), cells=cells)


def _introduction(flags: Iterable[CellFlags], notebook: Notebook) -> Iterator[CellFlags]:
    is_over = False
    for cell, flag in zip(notebook.cells, flags, strict=True):
        is_over = is_over or (cell.kind is CellKind.CODE and not flag.is_dropped)
        yield replace(flag, shown_source="", is_dropped=True, is_title=flag.is_title) if is_over else flag


def _made(outline: Outline, variant: Variant) -> Outline:
    front = outline.front
    params = resolved({**front.execution.params, **variant.params})
    description = front.description
    if description and _known(description, front):
        scalars = {name: value for name, value in params.items() if not isinstance(value, list | dict)}
        description = filled(description, scalars, words_of)
    return replace(
        outline,
        cells=tuple(map(_with_defaults_folded, outline.cells)),
        front=replace(
            front,
            title=variant.title,
            title_from_heading=False,
            description=description,
            permalink=variant.permalink or front.permalink,
            aliases=(),
            execution=replace(front.execution, params=params, variants=(variant,)),
        ),
        problems=(),
    )


def _with_defaults_folded(flags: CellFlags) -> CellFlags:
    """What the notebook assigns is not what this variant ran with, and must not look so."""
    if not flags.is_parameters or flags.input is not Shown.PLAIN:
        return flags
    return replace(flags, input=Shown.FOLDED, fold_summary=flags.fold_summary or "Default parameters")


def _known(text: str, front: FrontMatter) -> bool:
    """Whether a text names a parameter in braces."""
    names = {*front.execution.params, *(name for one in front.execution.variants for name in one.params)}
    return not names.isdisjoint(placeholders(text))


def _unknown_parameters(outline: Outline, notebook: Notebook) -> Iterator[Problem]:
    """Parameters that the ``parameters`` cell does not assign, where it can be read without being run."""
    front, path = outline.front, outline.source.path
    if not front.execution.execute or notebook.language not in ("python", ""):
        return
    tagged = next(
        ((cell, flag) for cell, flag in zip(notebook.cells, outline.cells, strict=True) if flag.is_parameters), None
    )
    assigned = None if tagged is None else _assigned(tagged[1].shown_source)
    if tagged is None or assigned is None:
        return
    for name, key in _asked(front).items():
        if name not in assigned:
            near = nearest(name, sorted(assigned))
            mend = (
                f"write `{near}` in `{key}:`" if near else f"assign `{name}` in that cell, or take it out of `{key}:`"
            )
            said = f"`{key}:` has the parameter `{name}`, which the `parameters` cell does not assign"
            yield error("unknown-parameter", said, Location(path, cell=tagged[0].number), mend)


def _asked(front: FrontMatter) -> Mapping[str, str]:
    """Every parameter, and the key of front matter that has it."""
    asked: dict[str, Any] = {name: "variants" for one in front.execution.variants for name in one.params}
    return asked | dict.fromkeys(front.execution.params, "params")


def _assigned(code: str) -> frozenset[str] | None:
    """Names that Python code assigns; None when that cannot be known (magics, ``import *``)."""
    try:
        with catch_warnings():
            # A stray backslash in the author's code is no business of ours.
            simplefilter("ignore")
            tree = ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and any(alias.name == "*" for alias in node.names):
            return None
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
    return frozenset(names)
