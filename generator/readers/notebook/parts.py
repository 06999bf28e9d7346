"""What a template of cells sees: shown blocks, all decisions taken."""

from dataclasses import dataclass

from generator.model.notebook import JsonMap
from generator.templating import Html


@dataclass(frozen=True, slots=True)
class Form:
    """One representation in a MIME bundle.

    Args:
        about: nbformat's metadata for this MIME type.
    """

    mime: str
    content: object
    about: JsonMap


@dataclass(frozen=True, slots=True)
class OutputPart:
    """One output.

    Args:
        classes: beside ``output``.
        twin: the same in Markdown; empty when there is nothing to say.
    """

    classes: str
    html: Html
    twin: str


@dataclass(frozen=True, slots=True)
class InputSide:
    """A cell's code."""

    source: str
    language: str
    has_line_numbers: bool
    is_folded: bool
    is_open: bool
    summary: str


@dataclass(frozen=True, slots=True)
class OutputSide:
    """What a cell's code showed.

    Args:
        figure_id: of the figure around it; empty without a label.
        caption: inline HTML.
        is_figure: whether there is a caption or a label.
    """

    parts: tuple[OutputPart, ...]
    is_folded: bool
    is_open: bool
    is_scrolled: bool
    is_figure: bool
    figure_id: str
    caption: Html


@dataclass(frozen=True, slots=True)
class MarkdownBlock:
    """Prose, already HTML."""

    html: Html
    template: str = "markdown.html"


@dataclass(frozen=True, slots=True)
class CodeBlock:
    """A code cell of which at least one side is shown.

    Args:
        classes: beside ``cell``; begins with a space when not empty.
    """

    classes: str
    input: InputSide | None
    output: OutputSide | None
    template: str = "code.html"


Block = MarkdownBlock | CodeBlock
