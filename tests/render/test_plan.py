"""Which files there are, and which of them change with what."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from generator.model.body import Body
from generator.model.site import HomePage, Post, Site, State
from generator.render.rules import RenderRules
from tests.render.making import Made, headings, made, post, rules, site, tags_of


def changed(before: Made, after: Made) -> set[str]:
    return {path for path, key in after.keys.items() if before.keys.get(path) != key}


def blog(*changes: Post) -> Site:
    """Four posts on two home pages; a post in changes takes the place of the one at its URL."""
    posts = (
        post("/d/", title="D", day=4, body="d", tags=("x",), previous="/c/"),
        post("/c/", title="C", day=3, body="c", tags=("x", "y"), previous="/b/", next="/d/"),
        post("/b/", title="B", day=2, body="b", tags=("y",), previous="/a/", next="/c/"),
        post("/a/", title="A", day=1, body="a", next="/b/"),
    )
    taken = {change.url: change for change in changes}
    shown = tuple(taken.get(one.url, one) for one in posts)
    home = (
        HomePage(1, "/", "index.html", ("/d/", "/c/")),
        HomePage(2, "/page2/", "page2/index.html", ("/b/", "/a/")),
    )
    return site(*shown, home=home, tags=tags_of(shown))


def test_a_site_is_its_pages_lists_and_files_for_machines() -> None:
    paths = [path for path in made(blog()).paths if not path.startswith("assets/g/")]

    assert paths == [
        "d/index.html", "d/index.html.md", "c/index.html", "c/index.html.md",
        "b/index.html", "b/index.html.md", "a/index.html", "a/index.html.md",
        "index.html", "page2/index.html", "tags/index.html", "tags/x/index.html", "tags/y/index.html", "404.html",
        "feed.xml", "sitemap.xml", "robots.txt", "assets/js/search-data.json", "search/index.html",
    ]  # fmt: skip


def test_planning_makes_nothing_and_asks_for_no_body() -> None:
    assert made(blog()).asked == []


def test_the_same_site_has_the_same_keys_and_bytes() -> None:
    once, again = made(blog()), made(blog())

    assert once.keys == again.keys
    assert [file.make() for file in once.files] == [file.make() for file in again.files]


def test_another_body_changes_its_page_twin_and_search_and_the_feed() -> None:
    after = made(blog(post("/b/", title="B", day=2, body="b2", tags=("y",), previous="/a/", next="/c/")))

    assert changed(made(blog()), after) == {
        "b/index.html", "b/index.html.md", "assets/js/search-data.json", "feed.xml",
    }  # fmt: skip


def test_another_title_changes_the_neighbours_and_every_list_that_shows_it() -> None:
    after = made(blog(post("/b/", title="New", day=2, body="b", tags=("y",), previous="/a/", next="/c/")))

    assert changed(made(blog()), after) == {
        "a/index.html", "a/index.html.md", "b/index.html", "b/index.html.md", "c/index.html", "c/index.html.md",
        "page2/index.html", "tags/index.html", "tags/y/index.html", "404.html",
        "assets/js/search-data.json", "feed.xml",
    }  # fmt: skip


def test_a_date_of_the_last_change_reaches_the_sitemap() -> None:
    moment = datetime(2024, 5, 1, tzinfo=UTC)
    after = made(blog(post("/a/", title="A", day=1, body="a", next="/b/", updated=moment)))

    assert changed(made(blog()), after) == {"a/index.html", "a/index.html.md", "sitemap.xml", "feed.xml"}


def test_a_new_character_in_a_formula_changes_pages_with_formulas_only() -> None:
    math = post("/b/", title="B", day=2, body="b", tags=("y",), previous="/a/", next="/c/", needs=("math",))

    before = made(blog(math), rules(math_font="/assets/g/1.woff2"))
    after = made(blog(math), rules(math_font="/assets/g/2.woff2"))

    assert changed(before, after) == {"b/index.html"}


def test_a_rule_of_the_whole_site_changes_every_page() -> None:
    before, after = made(blog()), made(blog(), rules(title="Other"))

    assert changed(before, after) == {path for path in after.paths if not path.startswith("assets/g/")}


def differs(**change: Any) -> bool:
    """Whether the key of a page notices that something about its post is different."""
    return made(site(post("/a/"))).keys["a/index.html"] != made(site(post("/a/", **change))).keys["a/index.html"]


def test_everything_a_page_shows_is_in_its_key() -> None:
    changes: list[dict[str, Any]] = [
        {"title": "B"}, {"description": "B"}, {"subtitle": "B"}, {"day": 2}, {"tags": ("t",)}, {"words": 900},
        {"image": "https://x.org/y.png"}, {"lang": "de"}, {"headings": headings("2 A", "2 B")}, {"toc": False},
        {"toc_depth": 2}, {"links": {("file", "a"): "/b/"}}, {"body": "other"}, {"needs": ("math",)},
        {"image_alt": "B"}, {"state": State.DRAFT}, {"ran_at": datetime(2024, 1, 1, tzinfo=UTC)},
        {"kept_because": "it failed"}, {"license": "CC0"}, {"doi": "10.1/1"}, {"is_post": False},
        {"updated": datetime(2024, 1, 9, tzinfo=UTC)}, {"path": "_notebooks/b.ipynb"},
    ]  # fmt: skip
    unseen = [change for change in changes if not differs(**change)]

    # A page without a table of contents has none to hide or to cut.
    assert unseen == [{"toc": False}]


def test_the_authors_own_file_stands_in_place_of_ours() -> None:
    assert "robots.txt" not in made(replace(blog(), files={"robots.txt": "robots.txt"})).paths


def test_the_authors_own_page_stands_in_place_of_ours() -> None:
    page = post("/404.html", title="Lost", body="lost", day=None, is_post=False, is_listed=False)

    assert "<p>lost</p>" in made(site(page))["404.html"]


def test_a_site_without_search_has_neither_page_nor_records() -> None:
    files = made(blog(), rules(has_search=False))

    assert [path for path in files.paths if "search" in path] == []
    assert "search" not in files["a/index.html"].lower()


def test_a_draft_has_a_page_and_no_twin() -> None:
    draft = post("/a/", state=State.DRAFT, in_feed=False, in_sitemap=False, in_search=False)

    paths = made(site(draft)).paths

    assert [path for path in paths if path.startswith("a/")] == ["a/index.html"]


def test_a_post_that_moved_elsewhere_is_a_page_that_leads_there() -> None:
    files = made(site(post("/a/", redirect_to="https://x.org/y")))

    assert [path for path in files.paths if path.startswith("a/")] == ["a/index.html"]
    assert '<meta http-equiv="refresh" content="0; url=https://x.org/y">' in files["a/index.html"]


def test_an_empty_blog_is_a_site_too() -> None:
    files = made(site(), RenderRules(title="Blog"))

    assert [file.make() for file in files.files if not file.path.startswith("assets/")] != []
    assert "No posts yet." in files["index.html"]


def test_hostile_words_stay_words_everywhere() -> None:
    bad = "\"><script>alert(1)</script>'&\x00"
    hostile = post("/a/", title=bad, tags=(bad,), subtitle=bad, license=bad, doi=bad, lang=bad, kept_because=bad)
    files = made(site(hostile, nav=((bad, "/x/"),)), rules(title=bad, description=bad, author=bad))

    for file in files.files:
        if file.path.endswith((".html", ".xml")):
            assert (file.path, b"<script>alert" in file.make()) == (file.path, False)


def test_a_body_is_shown_as_it_is() -> None:
    bodies = {"body": Body('<p onclick="x()">1 < 2 {{ title }}</p>')}

    assert '<p onclick="x()">1 < 2 {{ title }}</p>' in made(site(post("/a/")), bodies=bodies)["a/index.html"]
