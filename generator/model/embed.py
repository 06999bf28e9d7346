"""What an author shows from elsewhere, and what a page shows for it: the types of the seam."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from generator.location import Location
from generator.model.experiment import AskedRuns
from generator.model.problem import Problem
from generator.model.reading import Companions, ReadingRules

PAGE_ONLY, PAGE_ONLY_END = "<!--page-->", "<!--/page-->"
"""What stands between them in a body is left out of feeds, where nothing can be pressed and no style sheet is."""


@dataclass(frozen=True, slots=True)
class Embed:
    """What the author wrote.

    Args:
        name: the word that called it: ``youtube``.
        target: the URL or id; empty for a block without one.
        options: further parameters, as written.
        text: what stands inside the fence of a block, without its marks; its first line is the one after at.
        rules: of the site, and whether it is strict.
    """

    name: str
    target: str
    options: Mapping[str, str] = field(default_factory=dict)
    at: Location | None = None
    text: str = ""
    rules: ReadingRules = field(default_factory=ReadingRules)


@dataclass(frozen=True, slots=True)
class EmbedFragment:
    """What a page shows for it.

    Args:
        html: block-level; its URLs are dug for holes like the author's own.
        needs: engine parts the page must load.
        hosts: other hosts the page reaches when it is opened.
        problems: what the author should mend.
        asked_runs: what `inkmill wandb sync` is to fetch for it.
        markdown: what the Markdown twin says in the place of a block; empty for the block itself.
    """

    html: str
    needs: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    asked_runs: tuple[AskedRuns, ...] = ()
    markdown: str = ""


EmbedFunction = Callable[[Embed, Companions], EmbedFragment | None]
"""None says that the target cannot be shown; then a link stands in its place, and the author is told."""
