"""What a reader sees of one post or page."""

from datetime import UTC, datetime
from typing import Any

from selectolax.lexbor import LexborHTMLParser, LexborNode

from generator.model.body import Body, Ref, RefKind
from generator.model.front_matter import Author
from generator.model.site import State
from generator.render.rules import RenderRules
from tests.render.making import first, made, post, rules, site


def page(by: RenderRules | None = None, bodies: dict[str, Body] | None = None, **words: Any) -> LexborHTMLParser:
    return LexborHTMLParser(made(site(post("/a/", **words)), by, bodies=bodies)["a/index.html"])


def text(tree: LexborHTMLParser | LexborNode, selector: str) -> list[str]:
    return [" ".join(node.text().split()) for node in tree.css(selector)]


def test_a_post_shows_title_date_authors_tags_and_reading_time() -> None:
    tree = page(
        title="Rain & Shine",
        day=7,
        words=401,
        tags=("data",),
        authors=(Author("Mira", url="https://x.org"), Author("Jo", orcid="https://orcid.org/0000-1"), Author("Al")),
    )

    assert text(tree, "h1") == ["Rain & Shine"]
    assert text(tree, ".facts > *") == ["Jan 7, 2024", "Mira", "Jo", "Al", "3 min read"]
    assert [link.attributes["href"] for link in tree.css(".author a")] == ["https://x.org", "https://orcid.org/0000-1"]
    assert [link.attributes["href"] for link in tree.css(".document-head .tag")] == ["/tags/data/"]
    assert [time.attributes["datetime"] for time in tree.css(".facts time")] == ["2024-01-07T09:30:00+00:00"]


def test_a_name_that_old_blogs_wrote_as_html_is_shown_so_when_it_is_trusted() -> None:
    author = Author("Mira", html='<a href="https://x.org">Mira</a>')

    assert first(page(authors=(author,)), ".author a").attributes["href"] == "https://x.org"
    assert page(rules(trusts_html=False), authors=(author,)).css(".author a") == []


def test_a_later_change_is_said_and_one_on_the_same_day_is_not() -> None:
    assert text(page(updated=datetime(2024, 3, 1, tzinfo=UTC)), ".facts > span")[0] == "Updated Mar 1, 2024"
    assert text(page(updated=datetime(2024, 1, 1, 23, tzinfo=UTC)), ".facts > span") == ["2 min read"]


def test_dates_are_written_as_the_blog_asks() -> None:
    assert text(page(rules(date_format="%d.%m.%Y"), day=7), ".facts time") == ["07.01.2024"]


def test_a_tag_without_a_page_is_no_link() -> None:
    tree = LexborHTMLParser(made(site(post("/a/", tags=("x",)), tags=()))["a/index.html"])

    assert text(tree, ".document-head span.tag") == ["x"]
    assert tree.css(".document-head a.tag") == []


def test_a_page_shows_neither_date_nor_reading_time() -> None:
    tree = page(is_post=False, is_listed=False, day=None)

    assert (text(tree, "h1"), tree.css(".facts"), tree.css("time")) == (["A post"], [], [])


def test_a_draft_says_so_and_asks_not_to_be_indexed() -> None:
    tree = page(state=State.DRAFT)

    assert text(tree, ".banner") == ["Draft. Not part of the published site."]
    assert first(tree, 'meta[name="robots"]').attributes["content"] == "noindex"


def test_a_scheduled_post_says_when() -> None:
    assert text(page(state=State.SCHEDULED), ".banner") == ["Scheduled for Jan 1, 2024. Not published yet."]


def test_a_published_post_has_no_banner_and_may_be_indexed() -> None:
    tree = page()

    assert (tree.css(".banner"), tree.css('meta[name="robots"]')) == ([], [])


def test_results_that_inkmill_made_say_from_when_they_are() -> None:
    ran = datetime(2024, 5, 2, tzinfo=UTC)

    assert text(page(ran_at=ran), ".data-note") == ["Data as of May 2, 2024, 00:00 UTC."]
    assert text(page(ran_at=ran, kept_because="the newest run failed"), ".data-note") == [
        "Data as of May 2, 2024, 00:00 UTC, kept because the newest run failed."
    ]
    assert text(page(kept_because="it failed"), ".data-note") == ["Older results, kept because it failed."]


def test_results_say_what_they_ran_with() -> None:
    def said(*versions: tuple[str, str]) -> list[str]:
        return text(page(ran_at=datetime(2024, 5, 2, tzinfo=UTC), ran_with=versions), ".ran-with")

    python, many = ("python", "3.11.7"), [(name, "1") for name in "abcdef"]
    assert said() == []
    assert said(python) == ["Run with Python 3.11.7."]
    assert said(python, ("numpy", "2.1"), ("pandas", "2.3")) == ["Run with Python 3.11.7, numpy 2.1 and pandas 2.3."]
    assert said(python, *many) == ["Run with Python 3.11.7, a 1, b 1, c 1, d 1 and 2 more libraries."]


def test_neighbours_lead_to_the_older_and_the_newer_post_by_title() -> None:
    posts = (
        post("/c/", title="C", previous="/b/"),
        post("/b/", title="B", previous="/a/", next="/c/"),
        post("/a/", title="A", next="/b/"),
    )
    tree = LexborHTMLParser(made(site(*posts), rules(baseurl="/blog"))["b/index.html"])

    assert [(link.attributes["rel"], link.attributes["href"]) for link in tree.css(".neighbour")] == [
        ("prev", "/blog/a/"),
        ("next", "/blog/c/"),
    ]
    assert text(tree, ".neighbour") == ["Older A", "Newer C"]


def test_a_document_in_another_language_says_which_and_in_which_direction() -> None:
    arabic = first(page(lang="ar"), ".prose")
    german = first(page(lang="de"), ".prose")
    same = first(page(lang="EN"), ".prose")

    assert (arabic.attributes["lang"], arabic.attributes["dir"]) == ("ar", "rtl")
    assert german.attributes == {"class": "prose", "lang": "de"}
    assert same.attributes == {"class": "prose"}


def test_only_pages_with_formulas_load_the_math_font() -> None:
    by = rules(math_font="/assets/g/m.woff2", baseurl="/blog")

    assert '/blog/assets/g/m.woff2") format("woff2")' in str(page(by, needs=("math",)).html)
    assert "woff2" not in str(page(by).html)


def test_licence_and_doi_stand_at_the_foot() -> None:
    tree = page(license="CC BY 4.0", doi="10.5281/zenodo.1")

    assert text(tree, ".document-foot p") == ["Licence: CC BY 4.0", "DOI: 10.5281/zenodo.1"]
    assert page().css(".document-foot") == []


def test_the_blogs_own_head_is_in_every_page() -> None:
    files = made(site(post("/a/", tags=("x",))), rules(head_html='<meta name="mine" content="1">'))

    pages = [path for path in files.paths if path.endswith(".html")]
    assert [path for path in pages if '<meta name="mine" content="1">' not in files[path]] == []


def test_the_twin_is_the_documents_markdown_with_links_that_work_anywhere() -> None:
    link = Ref(RefKind.FILE, "_posts/b.md").hole
    bodies = {"body": Body("", markdown=f"# A post\n\n[b]({link})\n")}
    files = made(site(post("/a/", links={("file", "_posts/b.md"): "/b/"})), rules(baseurl="/blog"), bodies=bodies)

    assert files["a/index.html.md"] == "# A post\n\n[b](https://example.org/blog/b/)\n"
    assert (
        '<link rel="alternate" type="text/markdown" title="This page as Markdown" href="/blog/a/index.html.md">'
        in (files["a/index.html"])
    )


def test_the_page_one_is_on_is_marked_in_the_navigation() -> None:
    about = post("/about/", title="About", is_post=False, is_listed=False, day=None)
    files = made(site(about, nav=(("About", "/about/"), ("More", "/more/"))))
    tree = LexborHTMLParser(files["about/index.html"])

    assert [(link.text(), link.attributes.get("aria-current")) for link in tree.css(".site-nav a")] == [
        ("About", "page"),
        ("More", None),
    ]


def test_every_page_has_landmarks_one_heading_and_a_way_past_the_navigation() -> None:
    files = made(site(post("/a/", tags=("x",)), post("/p/", is_post=False, is_listed=False)))

    for path in ("index.html", "a/index.html", "p/index.html", "tags/index.html", "tags/x/index.html", "404.html",
                 "search/index.html"):  # fmt: skip
        tree = LexborHTMLParser(files[path])
        counts = {name: len(tree.css(name)) for name in ("header.site-header", "main", "footer.site-footer", "h1")}
        assert (path, set(counts.values())) == (path, {1})
        assert first(tree, "body > a").attributes["href"] == "#" + (first(tree, "main").id or "")
        assert first(tree, "html").attributes["lang"] == "en"
