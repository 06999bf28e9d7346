"""nbconvert's exporter for our pages: our templates, our filter, one preprocessor, nothing parsed twice."""

from collections.abc import Mapping
from typing import Any

from jinja2 import TemplateError, TemplateSyntaxError
from nbconvert.exporters.exporter import ResourcesDict
from nbconvert.exporters.templateexporter import TemplateExporter

from generator.errors import SettingsError
from generator.location import Location
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

        Raises:
            SettingsError: a cell template is wrong.
        """
        _, resources = self._show_blocks(page.notebook, ResourcesDict(inkmill=page))
        try:
            html: str = self.template.render(blocks=resources["blocks"])
        except (TemplateError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError) as wrong:
            raise _wrong_template(wrong) from None
        return html

    def use_templates(self, cell_templates: Mapping[str, str]) -> None:
        """Render with these from now on."""
        self._cell_templates = cell_templates
        self._invalidate_environment_cache()  # type: ignore[no-untyped-call]

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


def _wrong_template(wrong: Exception) -> SettingsError:
    name, line = "notebook.html", None
    if isinstance(wrong, TemplateSyntaxError):
        name, line = wrong.name or name, wrong.lineno
    return SettingsError(
        f"a cell template is wrong: {wrong}",
        at=Location(f"_templates/cells/{name}", line=line),
        mend="correct the template, or delete it to use inkmill's own",
    )
