"""Three real blogs, what of them is not kept, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from generator.model.report import BuildReport

FASTPAGES, THESIS, CS_BLOG = "fastai+fastpages", "kai-tub+master-thesis-blog", "mdvsh+blog"
BLOGS = (FASTPAGES, THESIS, CS_BLOG)

# Published pages that are not built, and why.
MISSING_PAGES: Mapping[tuple[str, str], str] = MappingProxyType(
    {
        (FASTPAGES, "2020/01/01/Microsoft-Word-Example-Post.html"): "Word files are not read yet",
        (THESIS, "widgets/grayscale_widget.html"): "its source, an .htm file, is not in the corpus",
        (THESIS, "widgets/rgb_widget.html"): "its source, an .htm file, is not in the corpus",
    }
)
# Made by the engine, without a source: only their place is promised.
ENGINE_PAGES = frozenset({"404.html", "categories/index.html", "index.html", "page2/index.html", "search/index.html"})
# Anchors of headings that are not there, and why.
MISSING_ANCHORS: Mapping[tuple[str, str, str], str] = MappingProxyType({})
# Links that lead nowhere, and why.
BROKEN_LINKS: Mapping[tuple[str, str], str] = MappingProxyType(
    {
        (FASTPAGES, "`www.github.com`"): "the author left the `https://` out, and the link was broken",
        (THESIS, "grayscale_widget.html`"): "see MISSING_PAGES",
        (THESIS, "rgb_widget.html`"): "see MISSING_PAGES",
        (THESIS, "/images/2020/09/02/introduction.html`"): "the post was renamed, and the link was broken",
        (CS_BLOG, "`experiments/surely_overfit/learning_rate_0.001/`"): "a folder the author never published",
    }
)
# Sources that are not published, and why.
UNPUBLISHED: Mapping[tuple[str, str], str] = MappingProxyType(
    {(FASTPAGES, "_word/2020-01-01-Microsoft-Word-Example-Post.docx"): "Word files are not read yet"}
)


@dataclass(frozen=True, slots=True)
class Blog:
    """One blog, built.

    Args:
        pages: PUBLISHED.json's pages: path to title and heading ids.
        others: PUBLISHED.json's other files.
    """

    name: str
    source: Path
    site: Path
    report: BuildReport
    pages: Mapping[str, Mapping[str, Sequence[str]]]
    others: Sequence[str]

    @property
    def base_path(self) -> str:
        """``baseurl`` of its _config.yml."""
        return "/master-thesis-blog" if self.name == THESIS else ""

    @property
    def pages_of_documents(self) -> list[str]:
        """Published pages that have a source here."""
        return [path for path in self.pages if (self.name, path) not in MISSING_PAGES and path not in ENGINE_PAGES]
