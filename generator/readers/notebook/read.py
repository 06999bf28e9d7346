"""A notebook with its outputs → a reading."""

from dataclasses import replace

from generator.location import Location
from generator.markup.scope import IdStyle, Scope
from generator.model.body import Body
from generator.model.executed import Executed
from generator.model.front_matter import FrontMatter
from generator.model.notebook import INJECTED, Notebook
from generator.model.outline import CellFlags, Edition, Outline
from generator.model.reading import Companions, Reading, ReadingRules
from generator.readers.directives import context_of, read_cell_flags
from generator.readers.excerpt import split_excerpt
from generator.readers.head import finished, front_text, own_rules, page_values, with_title
from generator.readers.leaderboard import leaderboard_html, leaderboard_twin
from generator.readers.leaks import Leaks
from generator.readers.notebook.exporter import PostExporter
from generator.readers.notebook.page import Page
from generator.readers.title import take_heading_of_cells
from generator.readers.twin import twin_of


def read_notebook(
    edition: Edition,
    executed: Executed,
    companions: Companions,
    rules: ReadingRules,
    exporter: PostExporter,
) -> Reading:
    """The document a notebook makes."""
    page, front = open_page(edition.outline, executed, companions, rules)
    scope, dialect = page.scope, exporter.tools.dialect
    page.leaks.look(front_text(front), Location(scope.source_path))
    cells = exporter.body(page)
    html, excerpt = split_excerpt(dialect.finish(cells + leaderboard_html(front, dialect, scope), scope))
    body = Body(
        html=html,
        excerpt=excerpt,
        text="\n\n".join(scope.prose),
        markdown=twin_of(front, [*page.twin, *leaderboard_twin(front, scope)], is_strict=scope.is_strict),
    )
    return finished(
        edition,
        executed,
        front=_with_preview(front, page),
        scope=scope,
        dialect=dialect,
        body=body,
        prose_html="\n".join(page.prose_html),
    )


def open_page(
    outline: Outline, executed: Executed, companions: Companions, rules: ReadingRules
) -> tuple[Page, FrontMatter]:
    """The page before any cell is shown, and front matter with a title from a heading or the file's name if need be."""
    notebook = executed.notebook
    if notebook is None:
        raise ValueError("a notebook is read with its outputs")
    flags = _aligned(outline, notebook, rules)
    front = outline.front
    if front.title is None:
        front, flags = take_heading_of_cells(front, flags, notebook.cells)
    front = with_title(front, outline.source, rules)
    scope = Scope(
        source_path=outline.source.path,
        rules=own_rules(front, rules),
        id_style=IdStyle.NOTEBOOK,
        page_values=page_values(front, outline.source),
        companions=companions,
    )
    return Page(notebook, flags, scope, Leaks(rules, scope.problems)), front


def _aligned(outline: Outline, notebook: Notebook, rules: ReadingRules) -> tuple[CellFlags, ...]:
    """One CellFlags per cell, though a run may have put a cell of parameters between the author's own."""
    if len(outline.cells) == len(notebook.cells):
        return outline.cells
    own = [cell for cell in notebook.cells if INJECTED not in cell.tags]
    context = context_of(notebook, outline.source.path, outline.front.code, rules)
    if len(own) != len(outline.cells):
        return tuple(read_cell_flags(cell, context)[0] for cell in notebook.cells)
    authored = iter(outline.cells)
    return tuple(
        CellFlags(shown_source="", is_dropped=True) if INJECTED in cell.tags else next(authored)
        for cell in notebook.cells
    )


def _with_preview(front: FrontMatter, page: Page) -> FrontMatter:
    """The figure the author marked as the post's picture, unless front matter names another."""
    if front.image or page.preview is None:
        return front
    return replace(front, image=f"/assets/g/{page.preview}")
