"""The reader: one per process, for every kind of source."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from generator.errors import ContentError
from generator.location import Location
from generator.markup.dialect import Dialect
from generator.markup.highlight import Highlighter
from generator.model.executed import Executed
from generator.model.outline import Edition, Outline
from generator.model.reading import Companions, Reading, ReadingRules
from generator.model.source import SourceFile, SourceKind
from generator.readers.markdown import read_markdown
from generator.readers.outline import outline

if TYPE_CHECKING:
    from generator.readers.notebook.exporter import PostExporter


class Reader:
    """Reads sources one after the other; what costs time to make is made once.

    Args:
        cell_templates: by name below ``templates/cells/``.
        draw_vega: draws a Vega or Vega-Lite figure (JSON) as SVG; None leaves such figures to their other forms.
    """

    def __init__(
        self,
        dialect: Dialect,
        highlighter: Highlighter,
        cell_templates: Mapping[str, str],
        draw_vega: Callable[[str], bytes | None] | None = None,
    ) -> None:
        self._dialect = dialect
        self._highlighter = highlighter
        self._cell_templates = cell_templates
        self._draw_vega = draw_vega
        self._exporter: PostExporter | None = None

    def outline(self, source: SourceFile, rules: ReadingRules) -> Outline:
        """Front matter, and what each cell asks for.

        Raises:
            ContentError: the source cannot be read.
        """
        return outline(source, rules)

    def read(self, edition: Edition, executed: Executed, companions: Companions, rules: ReadingRules) -> Reading:
        """The document an edition makes, and its body.

        Raises:
            ContentError: the source cannot be read.
            SettingsError: a cell template of the blog is wrong.
        """
        source = edition.outline.source
        match source.kind:
            case SourceKind.NOTEBOOK:
                from generator.readers.notebook.read import read_notebook

                return read_notebook(edition, executed, companions, rules, self._post_exporter())
            case SourceKind.MARKDOWN:
                return read_markdown(edition, companions, rules, self._dialect)
            case SourceKind.WORD:
                at = Location(source.path)
                raise ContentError("Word files cannot be read yet", at=at, mend="save it as Markdown")

    def _post_exporter(self) -> "PostExporter":
        # nbconvert takes half a second to import, and sites without a changed notebook must not pay for it.
        if self._exporter is None:
            from generator.readers.notebook.exporter import PostExporter
            from generator.readers.notebook.page import Tools

            tools = Tools(self._dialect, self._highlighter, self._draw_vega)
            self._exporter = PostExporter(tools, self._cell_templates)
        return self._exporter
