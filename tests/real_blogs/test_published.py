"""Three real blogs, built whole and held against what fastpages published of them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from types import MappingProxyType

import pytest

from generator.model.report import BuildReport
from generator.model.request import BuildRequest
from generator.model.site import State
from generator.pipeline import build
from tests.corpora import corpora

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
KEPT_ANCHORS = 0.97


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
    def pages_of_documents(self) -> list[str]:
        """Published pages that have a source here."""
        return [path for path in self.pages if (self.name, path) not in MISSING_PAGES and path not in ENGINE_PAGES]


@pytest.fixture(scope="module", params=BLOGS)
def blog(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Blog:
    source = corpora() / request.param
    work = tmp_path_factory.mktemp("blog")
    now = datetime(2026, 1, 1, tzinfo=UTC)
    report = build(BuildRequest(source, work / "_site", work / "store", now))
    published = json.loads((source / "PUBLISHED.json").read_text(encoding="utf-8"))
    return Blog(request.param, source, work / "_site", report, published["pages"], published["other_files"])


class _Headings(HTMLParser):
    """The ids of every heading of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if len(tag) == 2 and tag[0] == "h" and tag[1] in "123456":
            self.ids += [value or "" for name, value in attrs if name == "id"]


def headings_in(page: Path) -> list[str]:
    parser = _Headings()
    parser.feed(page.read_text(encoding="utf-8"))
    return parser.ids


def without_repeats(ids: Sequence[str]) -> list[str]:
    """Published ids as they have to be now: the first of equal ones keeps its id, the next get ``-1``, ``-2``."""
    seen: dict[str, int] = {}
    distinct: list[str] = []
    for written in ids:
        anchor = unescape(written)
        count = seen.get(anchor, 0)
        seen[anchor] = count + 1
        distinct.append(f"{anchor}-{count}" if count else anchor)
    return distinct


def lost_anchors(blog: Blog) -> list[tuple[str, str]]:
    """(page, anchor) of every published heading that cannot be linked to any more."""
    lost: list[tuple[str, str]] = []
    for path in blog.pages_of_documents:
        there = set(headings_in(blog.site / path))
        wanted = without_repeats(blog.pages[path]["heading_ids"])
        lost += [(path, anchor) for anchor in wanted if anchor not in there]
    return lost


def test_a_real_blog_builds_without_an_error(blog: Blog) -> None:
    assert [f"{problem.at}: {problem.problem}" for problem in blog.report.errors] == []
    assert blog.report.was_published


def test_every_source_of_a_real_blog_is_published(blog: Blog) -> None:
    left_out = {
        (blog.name, fate.path)
        for fate in blog.report.fates
        if fate.state is not State.PUBLISHED and not (fate.reason or "").startswith("it was made of")
    }

    assert left_out == {key for key in UNPUBLISHED if key[0] == blog.name}


def test_every_published_page_is_where_it_was(blog: Blog) -> None:
    missing = {(blog.name, path) for path in blog.pages if not (blog.site / path).is_file()}

    assert missing == {key for key in MISSING_PAGES if key[0] == blog.name}


def test_the_anchors_of_headings_are_what_they_were(blog: Blog) -> None:
    lost = lost_anchors(blog)

    assert {(blog.name, *one) for one in lost} == {key for key in MISSING_ANCHORS if key[0] == blog.name}
    total = sum(len(blog.pages[path]["heading_ids"]) for path in blog.pages_of_documents)
    assert 1 - len(lost) / total >= KEPT_ANCHORS


def test_every_other_file_whose_bytes_are_here_is_published_unchanged(blog: Blog) -> None:
    wrong: list[str] = []
    for path in blog.others:
        copied_from = path.replace("images/copied_from_nb/", "_notebooks/")
        known = [file.read_bytes() for name in (path, copied_from) if (file := blog.source / name).is_file()]
        published = blog.site / path
        if known and not (published.is_file() and published.read_bytes() in known):
            wrong.append(path)

    assert wrong == []


def test_feed_sitemap_and_robots_are_where_they_were(blog: Blog) -> None:
    made = {"feed.xml", "sitemap.xml", "robots.txt"}

    assert {path for path in made if not (blog.site / path).is_file()} == set()


def test_feed_readers_see_no_old_post_as_new(blog: Blog) -> None:
    # Source: Jekyll's ids as fastpages' feed showed them.
    known = {
        FASTPAGES: "https://fastpages.fast.ai/linkcheck",
        THESIS: "https://kai-tub.github.io/master-thesis-blog/images/2020/10/28/bigearthnet-dataset",
        CS_BLOG: "https://csblog.madhavshekhar.com/ml/math/2020/06/15/Deepdive-into-the-chain-rule",
    }

    feed = (blog.site / "feed.xml").read_text(encoding="utf-8")

    assert f"<id>{known[blog.name]}</id>" in feed


def test_a_real_blogs_links_lead_somewhere(blog: Blog) -> None:
    kinds = ("broken-link", "broken-anchor", "missing-image", "collision", "alias", "guessed-date")
    explained = [ending for name, ending in BROKEN_LINKS if name == blog.name]

    found = [f"{one.at}: {one.problem}" for one in blog.report.problems if one.kind in kinds]

    assert [said for said in found if not any(ending in said for ending in explained)] == []
    assert [ending for ending in explained if not any(ending in said for said in found)] == []
