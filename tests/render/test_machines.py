"""Feed, sitemap, robots, search records, redirects: files that programs read."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from generator.model.body import Body, Ref, RefKind
from generator.model.front_matter import Author
from generator.render.rules import RenderRules
from tests.render.making import first, made, post, rules, site

ATOM = "{http://www.w3.org/2005/Atom}"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
BLOG = rules(title="Ink & Mill", description="Notes", author="Mira", baseurl="/blog")


def feed_of(*posts: Any, by: RenderRules = BLOG, bodies: dict[str, Body] | None = None) -> ET.Element:
    return ET.fromstring(made(site(*posts), by, bodies=bodies)["feed.xml"])


def texts(element: ET.Element, *names: str) -> list[str]:
    return [found.text or "" for name in names for found in element.findall(ATOM + name)]


def test_a_feed_says_whose_it_is_and_when_its_content_changed() -> None:
    feed = feed_of(post("/b/", day=2), post("/a/", updated=datetime(2024, 3, 1, tzinfo=UTC)))

    assert texts(feed, "id", "title", "subtitle", "updated") == [
        "https://example.org/blog/feed.xml",
        "Ink & Mill",
        "Notes",
        "2024-03-01T00:00:00+00:00",
    ]
    assert texts(feed.find(ATOM + "author") or feed, "name") == ["Mira"]
    assert [link.attrib["href"] for link in feed.findall(ATOM + "link")] == [
        "https://example.org/blog/feed.xml",
        "https://example.org/blog/",
    ]


def test_an_entry_keeps_the_id_it_always_had() -> None:
    entry = feed_of(
        post(
            "/a/", title="A & B", feed_id="https://example.org/linkcheck", tags=("x", "y"), description="<b>Why</b>",
            authors=(Author("Jo"),), lang="de",
        )
    ).find(ATOM + "entry")  # fmt: skip

    assert entry is not None
    assert texts(entry, "id", "title", "published", "updated", "summary") == [
        "https://example.org/linkcheck",
        "A & B",
        "2024-01-01T09:30:00+00:00",
        "2024-01-01T09:30:00+00:00",
        "<b>Why</b>",
    ]
    assert [category.attrib["term"] for category in entry.findall(ATOM + "category")] == ["x", "y"]
    assert entry.attrib["{http://www.w3.org/XML/1998/namespace}lang"] == "de"
    assert texts(entry.find(ATOM + "author") or entry, "name") == ["Jo"]


def test_a_whole_post_in_the_feed_has_links_that_work_anywhere() -> None:
    body = Body(f'<img src="{Ref(RefKind.ASSET, "x.png").hole}"> & <a href="{Ref(RefKind.FILE, "b.md").hole}">b</a>')
    feed = feed_of(
        post("/a/", links={("file", "b.md"): "/b/"}),
        by=replace(BLOG, feed_is_full=True),
        bodies={"body": body},
    )
    content = feed.find(f"{ATOM}entry/{ATOM}content")

    assert content is not None
    assert content.text == (
        '<img src="https://example.org/blog/assets/g/x.png"> & <a href="https://example.org/blog/b/">b</a>'
    )
    assert content.attrib["{http://www.w3.org/XML/1998/namespace}base"] == "https://example.org/blog/a/"


def test_a_post_without_summary_opens_the_entry_with_its_excerpt_or_its_first_words() -> None:
    words = " ".join(f"w{number}" for number in range(80))
    feed = feed_of(
        post("/b/", body="cut", day=2),
        post("/a/", body="long"),
        bodies={"cut": Body("", excerpt="<p>Until here</p>"), "long": Body("", text="a < b " + words)},
    )

    assert [texts(entry, "summary")[0] for entry in feed.findall(ATOM + "entry")] == [
        "<p>Until here</p>",
        "a &lt; b " + " ".join(f"w{number}" for number in range(57)) + "…",
    ]


def test_the_feed_holds_the_newest_posts_that_are_in_it() -> None:
    posts = [post(f"/{day}/", day=day, in_feed=day != 3) for day in (1, 4, 2, 3)]

    feed = feed_of(*posts, by=replace(BLOG, feed_limit=2))

    assert texts(feed, "id")[0].endswith("feed.xml")
    assert [texts(entry, "id")[0] for entry in feed.findall(ATOM + "entry")] == [
        "https://example.org/4/",
        "https://example.org/2/",
    ]


def test_an_empty_feed_is_one_without_a_clock() -> None:
    assert texts(feed_of(), "updated") == ["1970-01-01T00:00:00+00:00"]


@given(st.text(st.characters(codec="utf-8")))
def test_no_text_breaks_the_feed(text: str) -> None:
    one = post("/a/", title=text, tags=(text,), description_html=text, authors=(Author(text),))

    feed = feed_of(one, by=replace(BLOG, title=text, feed_is_full=True), bodies={"body": Body(text)})

    assert len(texts(feed, "updated")) == 1


def test_the_sitemap_holds_what_may_be_found_with_its_last_change() -> None:
    files = made(
        site(
            post("/b/", tags=("x",), updated=datetime(2024, 3, 1, tzinfo=UTC)),
            post("/a&b/", in_sitemap=False),
            post("/p/", is_post=False, is_listed=False, day=None),
        ),
        BLOG,
    )
    found = ET.fromstring(files["sitemap.xml"])

    assert [(url.findtext(MAP + "loc"), url.findtext(MAP + "lastmod")) for url in found] == [
        ("https://example.org/blog/b/", "2024-03-01T00:00:00+00:00"),
        ("https://example.org/blog/p/", None),
        ("https://example.org/blog/", None),
        ("https://example.org/blog/tags/", None),
        ("https://example.org/blog/tags/x/", None),
    ]


def test_robots_are_shown_the_sitemap_where_the_address_is_known() -> None:
    assert made(site(), BLOG)["robots.txt"] == (
        "User-agent: *\nAllow: /\nSitemap: https://example.org/blog/sitemap.xml\n"
    )
    assert made(site(), rules(address=""))["robots.txt"] == "User-agent: *\nAllow: /\n"


def test_search_records_have_the_shape_fastpages_wrote() -> None:
    files = made(
        site(
            post("/b/", title='Say "hi"', body="b", day=2),
            post("/a/", body="a"),
            post("/hidden/", in_search=False),
            post("/about/", title="About", body="p", is_post=False, is_listed=False, day=None),
        ),
        BLOG,
        bodies={"b": Body("", text="some\n  words </script>", markdown="secret()")},
    )

    assert json.loads(files["assets/js/search-data.json"]) == {
        "post0": {
            "title": 'Say "hi"',
            "content": "some words </script>",
            "url": "https://example.org/blog/b/",
            "relUrl": "/b/",
            "date": "Jan 2, 2024",
        },
        "post1": {
            "title": "A post",
            "content": "a",
            "url": "https://example.org/blog/a/",
            "relUrl": "/a/",
            "date": "Jan 1, 2024",
        },
        "page0": {"title": "About", "content": "p", "url": "https://example.org/blog/about/", "relUrl": "/about/"},
    }


def test_the_search_page_finds_its_records_and_says_what_it_needs() -> None:
    tree = LexborHTMLParser(made(site(post("/a/", tags=("x",))), BLOG)["search/index.html"])
    form = first(tree, "form").attributes

    assert (form["action"], form["data-records"], form["data-base"]) == (
        "/blog/search/",
        "/blog/assets/js/search-data.json",
        "/blog",
    )
    assert "needs JavaScript" in first(tree, "noscript").text()
    assert [link.attributes["href"] for link in tree.css("noscript a")] == ["/blog/", "/blog/tags/"]


def test_an_old_address_leads_to_the_new_one() -> None:
    moved = {"/old/": "/a/", "/older": "/a/", "/2020/x y.html": "/a/", "/../no/": "/a/"}
    files = made(site(post("/a/"), redirects=moved), BLOG)

    assert {"old/index.html", "older.html", "2020/x y.html"} < set(files.paths)
    page = LexborHTMLParser(files["old/index.html"])
    assert first(page, 'meta[http-equiv="refresh"]').attributes["content"] == "0; url=/blog/a/"
    assert first(page, 'link[rel="canonical"]').attributes["href"] == "https://example.org/blog/a/"
    assert first(page, "a").attributes["href"] == "/blog/a/"
