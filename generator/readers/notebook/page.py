"""One notebook on its way to a body: what its transforms share, and what they hand in."""

import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass, field

from generator.formats.image import size_of
from generator.formats.names import content_name
from generator.location import Location
from generator.markup.dialect import Dialect
from generator.markup.highlight import Highlighter
from generator.markup.holes import dig
from generator.markup.scope import Scope
from generator.model.document import Asset, Picture
from generator.model.notebook import Cell, Notebook
from generator.model.outline import CellFlags, Shown
from generator.model.problem import note, warning
from generator.model.reading import Blob, Trust
from generator.readers.leaks import Leaks
from generator.readers.twin import inert

DrawVega = Callable[[str], bytes | None]
"""A Vega or Vega-Lite figure, as JSON, drawn as SVG; None when it cannot be."""


@dataclass(frozen=True, slots=True)
class Tools:
    """What one process shares between all notebooks."""

    dialect: Dialect
    highlighter: Highlighter
    draw_vega: DrawVega | None = None


@dataclass(slots=True)
class Page:
    """A notebook, and what has become of it so far.

    Args:
        flags: one per cell of the notebook, in the same order.
        twin: pieces of the Markdown twin.
        prose_html: Markdown cells as HTML.
        preview: name of the asset the author wants as the post's picture.
        tables: how many tables have a scroll region by now.
    """

    notebook: Notebook
    flags: tuple[CellFlags, ...]
    scope: Scope
    leaks: Leaks
    twin: list[str] = field(default_factory=list)
    prose_html: list[str] = field(default_factory=list)
    preview: str | None = None
    tables: int = 0

    @property
    def is_strict(self) -> bool:
        """Whether nothing active may be let through."""
        return self.scope.rules.trust is Trust.STRICT


@dataclass(frozen=True, slots=True)
class Showing:
    """One cell of a page while it is being shown."""

    page: Page
    cell: Cell
    flags: CellFlags
    tools: Tools

    @property
    def at(self) -> Location:
        """The cell."""
        return Location(self.page.scope.source_path, cell=self.cell.number, execution_count=self.cell.execution_count)

    @property
    def shows_input(self) -> bool:
        """Whether the cell's code can be seen, if only after unfolding."""
        return self.flags.input is not Shown.HIDDEN

    def dug(self, html: str) -> str:
        """HTML with holes for its references."""
        return dig(html, self.at, self.page.scope)

    def converted(self, text: str) -> str:
        """HTML of Markdown that code made: it is no prose of the author's, and holds no Liquid."""
        scope = self.page.scope
        prose = len(scope.prose)
        html = self.tools.dialect.convert(without_liquid(text), self.at, scope)
        del scope.prose[prose:]
        return html

    def written_plain(self, text: str) -> str:
        """Markdown that code made, as it stands in the twin."""
        return inert(text.strip("\n")) if self.page.is_strict else text.strip("\n")

    def warn(self, kind: str, problem: str, mend: str) -> None:
        """Report something the author should mend."""
        self.page.scope.problems.append(warning(kind, problem, self.at, mend))

    def note(self, kind: str, problem: str, mend: str) -> None:
        """Report something that is only said."""
        self.page.scope.problems.append(note(kind, problem, self.at, mend))

    def write_text(self, text: str) -> None:
        """Search text that is about to be written for secrets."""
        self.page.leaks.look(text, self.at, self.flags.waived_leaks)

    def write_source(self, text: str) -> None:
        """The same for what is shown of the cell's own source."""
        self.page.leaks.look(text, self.at, self.flags.waived_leaks, source=self.cell.source)


def without_liquid(text: str) -> str:
    """Markdown in which braces mean nothing to Liquid.

    >>> without_liquid("{{ x }}")
    '{% raw %}{{ x }}{% endraw %}'
    """
    if "{{" not in text and "{%" not in text:
        return text
    return "{% raw %}" + text.replace("{% endraw %}", "{&#37; endraw %}") + "{% endraw %}"


def decoded(text: object) -> bytes | None:
    """The bytes of base64 text as found in a bundle; None when it is not base64 or holds nothing."""
    if not isinstance(text, str):
        return None
    try:
        return base64.b64decode(text) or None
    except (binascii.Error, ValueError):
        return None


def keep(page: Page, content: bytes, extension: str) -> Asset:
    """The content as a file named after itself, kept once."""
    scope = page.scope
    name = content_name(content, extension)
    known = next((asset for asset in scope.assets if asset.name == name), None)
    if known is not None:
        return known
    width, height = size_of(content) or (None, None)
    asset = Asset(name, len(content), width, height)
    scope.assets.append(asset)
    scope.blobs.append(Blob(name, content))
    return asset


def add_picture(page: Page, asset: Asset, width_px: int | None, height_px: int | None, alt: str | None) -> None:
    """Tell the head that the page shows this asset."""
    page.scope.pictures.append(Picture(asset.name, True, width_px, height_px, alt))
