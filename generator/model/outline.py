"""What a cheap first reading knows: front matter and what each cell asks for."""

from dataclasses import dataclass, field
from enum import Enum

from generator.model.front_matter import FrontMatter
from generator.model.problem import Problem
from generator.model.source import SourceFile
from generator.model.variant import Variant


class Shown(Enum):
    """How one side of a cell (its input or its output) appears."""

    PLAIN = "plain"
    FOLDED = "folded"
    FOLDED_OPEN = "folded-open"
    HIDDEN = "hidden"
    SCROLLED = "scrolled"


@dataclass(frozen=True, slots=True)
class FigureWish:
    """What the author said of a cell's figure or table."""

    caption: str | None = None
    alt: str | None = None
    label: str | None = None
    width: str | None = None
    is_preview: bool = False


@dataclass(frozen=True, slots=True)
class CellFlags:
    """What one cell asks for, after every spelling has become one.

    Args:
        shown_source: the source without directive lines, exactly as the author wrote the rest.
        is_dropped: no trace of the cell in anything that is written.
        filtered_words: lines that hold one of them are left out of what the cell printed.
        column: ``page``, ``screen`` or ``margin``; None for the text column.
        evaluate: False for cells that must not run.
        waived_leaks: kinds named by ``# leak-ok: KIND``.
        meanings: sentences for ``inkmill explain``: (directive as written, what it means here).
    """

    shown_source: str
    is_dropped: bool = False
    input: Shown = Shown.PLAIN
    output: Shown = Shown.PLAIN
    fold_summary: str | None = None
    shows_stdout: bool = True
    shows_stderr: bool = True
    filtered_words: tuple[str, ...] = ()
    line_numbers: bool | None = None
    evaluate: bool = True
    expects_error: bool = False
    is_parameters: bool = False
    is_title: bool = False
    figure: FigureWish = field(default_factory=FigureWish)
    column: str | None = None
    waived_leaks: tuple[str, ...] = ()
    meanings: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Outline:
    """A source after its first reading.

    Args:
        cells: one per notebook cell, in order; empty for sources that have none.
        problems: what the first reading found; errors among them fail the build.
    """

    source: SourceFile
    front: FrontMatter
    cells: tuple[CellFlags, ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Edition:
    """One document to be made of a source: the source itself, or one of its variants.

    Args:
        outline: with the front matter of this edition.
    """

    outline: Outline
    variant: Variant | None = None
