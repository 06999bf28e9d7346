"""The documents to be made of a source: itself, or the list of its variants and each of them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from generator.formats.notebook import parse
from generator.formats.plain_values import words_of
from generator.location import Location
from generator.model.front_matter import FrontMatter
from generator.model.notebook import Cell, CellKind, Notebook
from generator.model.outline import CellFlags, Edition, Outline, Shown
from generator.model.problem import Problem, Severity, error
from generator.model.source import SourceKind
from generator.model.variant import Variant
from generator.near_words import nearest
from generator.readers.file_names import file_name_parts, title_from_slug
from generator.readers.front_matter_variants import default_title
from generator.readers.names_in_code import CellNames, assigned_in, names_in
from generator.readers.patterns import filled, placeholders, resolved
from generator.readers.title import take_heading_of_cells

_INJECTED = "injected-parameters"


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
    """Parameters that no run would heed, where the code tells without being run."""
    if not outline.front.execution.execute or notebook.language not in ("python", ""):
        return
    pairs = tuple(zip(notebook.cells, outline.cells, strict=True))
    tagged = next(((cell, flag) for cell, flag in pairs if flag.is_parameters), None)
    if tagged is not None:
        yield from _not_assigned(outline, tagged[0], tagged[1].shown_source)
    elif not any(_INJECTED in cell.tags for cell in notebook.cells):
        running = (cell for cell, flag in pairs if cell.kind is CellKind.CODE and flag.evaluate)
        yield from _without_tag(outline, tuple((cell, names_in(cell.source)) for cell in running))


def _not_assigned(outline: Outline, tagged: Cell, code: str) -> Iterator[Problem]:
    assigned = assigned_in(code)
    if assigned is None:
        return
    for name, key in _asked(outline.front).items():
        if name not in assigned:
            near = nearest(name, sorted(assigned))
            mend = (
                f"write `{near}` in `{key}:`" if near else f"assign `{name}` in that cell, or take it out of `{key}:`"
            )
            said = f"`{key}:` has the parameter `{name}`, which the `parameters` cell does not assign"
            yield error("unknown-parameter", said, Location(outline.source.path, cell=tagged.number), mend)


def _without_tag(outline: Outline, cells: Sequence[tuple[Cell, CellNames]]) -> Iterator[Problem]:
    """A name that is only read is papermill's way: what is injected at the top arrives there."""
    path, inner = outline.source.path, _inside_others(outline.front)
    can_tell = not any(names.is_opaque for _, names in cells)
    for name, key in _asked(outline.front).items():
        first = next(((cell, names) for cell, names in cells if name in names.overwritten | names.taken), None)
        if first is not None and name in first[1].overwritten:
            said = f"no cell is tagged `parameters`, and `{key}:` sets `{name}`"
            mend = f"tag the cell that assigns `{name}`"
            yield error("untagged-parameters", said, Location(path, cell=first[0].number), mend)
        elif can_tell and name not in inner and not any(name in names.read for _, names in cells):
            said = f"`{key}:` sets `{name}`, which no cell reads"
            mend = "tag the cell of parameters, or take it out"
            yield error("unread-parameter", said, Location(path), mend)


def _inside_others(front: FrontMatter) -> frozenset[str]:
    """Parameters that the value of another holds in braces, and which arrive with that one."""
    every = (front.execution.params, *(one.params for one in front.execution.variants))
    texts = (value for params in every for value in params.values() if isinstance(value, str))
    return frozenset(name for text in texts for name in placeholders(text))


def _asked(front: FrontMatter) -> Mapping[str, str]:
    """Every parameter, and the key of front matter that has it."""
    asked: dict[str, Any] = {name: "variants" for one in front.execution.variants for name in one.params}
    return asked | dict.fromkeys(front.execution.params, "params")
