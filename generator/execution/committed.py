"""The outputs that were committed with a notebook."""

from generator.formats.notebook import parse
from generator.model.executed import Executed
from generator.model.outline import Outline
from generator.model.source import SourceKind


def committed(outline: Outline) -> Executed:
    """What the source itself holds; sources without cells hold nothing.

    Raises:
        NotebookError: the notebook cannot be read.
    """
    source = outline.source
    if source.kind is not SourceKind.NOTEBOOK:
        return Executed()
    notebook, _ = parse(source.content, source.path)
    return Executed(notebook)
