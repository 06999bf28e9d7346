"""The first reading: front matter, and what each cell asks for."""

from dataclasses import replace

from generator.formats.notebook import parse
from generator.model.notebook import Cell
from generator.model.outline import CellFlags, Outline
from generator.model.problem import Problem
from generator.model.reading import ReadingRules
from generator.model.source import SourceFile, SourceKind
from generator.readers.directives import context_of, read_cell_flags
from generator.readers.front_matter import from_markdown, from_notebook, from_side_files
from generator.readers.front_matter_forms import words_beside
from generator.readers.text_files import decoded_text


def outline(source: SourceFile, rules: ReadingRules) -> Outline:
    """What a source says about itself.

    Raises:
        ContentError: it cannot be read, or its front matter cannot be understood.
    """
    match source.kind:
        case SourceKind.NOTEBOOK:
            return _notebook_outline(source, rules)
        case SourceKind.MARKDOWN:
            front, _, _, problems = from_markdown(decoded_text(source.content, source.path), source, rules)
            return Outline(source, front, problems=problems)
        case SourceKind.WORD:
            front, problems = from_side_files(source, rules)
            return Outline(source, front, problems=problems)


def _notebook_outline(source: SourceFile, rules: ReadingRules) -> Outline:
    notebook, problems = parse(source.content, source.path)
    front, title_cell, found = from_notebook(notebook, source, rules)
    context = context_of(notebook, source.path, front.code, rules)
    flags: list[CellFlags] = []
    mistyped: list[Problem] = []
    for cell in notebook.cells:
        flag, wrong = read_cell_flags(cell, context)
        flags.append(_of_title(cell, flag, source, rules) if cell.number == title_cell else flag)
        mistyped.extend(wrong)
    return Outline(source, front, tuple(flags), (*problems, *found, *mistyped))


def _of_title(cell: Cell, flags: CellFlags, source: SourceFile, rules: ReadingRules) -> CellFlags:
    """The front-matter cell is not shown; in new sites the words beside front matter are."""
    is_yaml = cell.source.lstrip().startswith("---")
    is_lost = rules.is_old_blog and not is_yaml
    rest = "" if is_lost else words_beside(cell.source, source.path, is_old_blog=rules.is_old_blog)
    return replace(flags, shown_source=rest, is_title=not rest.strip())
