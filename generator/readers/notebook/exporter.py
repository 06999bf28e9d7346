"""nbconvert's exporter for our pages: our templates, our filter, one preprocessor, nothing parsed twice."""

from collections.abc import Mapping
from typing import Any

from nbconvert.exporters.exporter import ResourcesDict
from nbconvert.exporters.templateexporter import TemplateExporter

from generator.readers.notebook.blocks import ShowBlocks
from generator.readers.notebook.page import Page, Tools
from generator.templating import Html, Templates


class PostExporter(TemplateExporter):
    """A notebook's shown cells as HTML with holes; one per process.

    Args:
        tools: what all notebooks share.
        cell_templates: by name below ``templates/cells/``; ``notebook.html`` is where rendering begins.
    """

    output_mimetype = "text/html"

    def __init__(self, tools: Tools, cell_templates: Mapping[str, str], config: Any = None, **kw: Any) -> None:
        self.tools = tools
        self._cell_templates = cell_templates
        # Set before nbconvert asks for them: their defaults search Jupyter's folders and import every preprocessor.
        ours = {"template_paths": [], "template_file": "notebook.html", "default_preprocessors": []}
        super().__init__(config=config, file_extension=".html", **{**ours, **kw})  # type: ignore[no-untyped-call]
        self._show_blocks = ShowBlocks(tools, parent=self)

    def body(self, page: Page) -> str:
        """The page's cells, one after the other.

        The notebook was checked when it was read and is frozen since, so nbconvert neither copies nor validates it.
        """
        _, resources = self._show_blocks(page.notebook, ResourcesDict(inkmill=page))
        return self.template.render(blocks=resources["blocks"])

    def default_filters(self) -> Any:
        """The one filter our cell templates need."""
        return (("highlight_code", self._highlighted),)

    def _create_environment(self) -> Any:
        environment = Templates(self._cell_templates).environment
        for name, jinja_filter in self.default_filters():
            self._register_filter(environment, name, jinja_filter)  # type: ignore[no-untyped-call]
        return environment

    def _highlighted(self, source: str, language: str, has_line_numbers: bool) -> Html:
        return Html(self.tools.highlighter.code(source, language, line_numbers=has_line_numbers))
