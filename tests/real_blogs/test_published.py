"""Three real blogs, built whole and held against what fastpages published of them."""

from collections.abc import Sequence
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

from generator.model.site import State
from tests.real_blogs.blogs import (
    BROKEN_LINKS,
    CS_BLOG,
    FASTPAGES,
    MISSING_ANCHORS,
    MISSING_PAGES,
    THESIS,
    UNPUBLISHED,
    Blog,
)

KEPT_ANCHORS = 0.97


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
