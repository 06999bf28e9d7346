"""Holes become URLs of this build."""

from generator.model.body import Ref, RefKind
from generator.render.links import fill_html, fill_markdown, in_pages, in_the_open
from tests.render.making import rules

BLOG = rules(baseurl="/blog")
PAGES, OPEN = in_pages(BLOG), in_the_open(BLOG)


def hole(kind: RefKind, target: str, suffix: str = "") -> str:
    return Ref(kind, target, suffix).hole


def test_every_kind_of_hole_is_filled_with_the_base_path_in_pages() -> None:
    html = " ".join(
        [
            hole(RefKind.FILE, "_posts/a.md", "#x"),
            hole(RefKind.SITE, "/about/"),
            hole(RefKind.POST, "2020-01-01-a"),
            hole(RefKind.ASSET, "abc.png"),
            hole(RefKind.LIBRARY, "vega/vega.js"),
            hole(RefKind.ADDRESS, ""),
        ]
    )
    links = {("file", "_posts/a.md"): "/a/", ("site", "/about/"): "/about/", ("post", "2020-01-01-a"): "/a/"}

    assert fill_html(html, links, PAGES).split() == [
        "/blog/a/#x",
        "/blog/about/",
        "/blog/a/",
        "/blog/assets/g/abc.png",
        "/blog/assets/lib/vega/vega.js",
        "https://example.org",
    ]


def test_links_that_leave_the_site_begin_with_its_address() -> None:
    html = hole(RefKind.FILE, "a.md") + " " + hole(RefKind.ASSET, "abc.png")

    filled = fill_html(html, {("file", "a.md"): "/a/"}, OPEN)

    assert filled == "https://example.org/blog/a/ https://example.org/blog/assets/g/abc.png"


def test_a_link_that_is_no_site_path_is_left_as_it_is() -> None:
    links: dict[tuple[str, str], str | None] = {("file", "x"): "../x y.md", ("file", "y"): "#here"}

    assert fill_html(f"{hole(RefKind.FILE, 'x')} {hole(RefKind.FILE, 'y')}", links, PAGES) == "../x y.md #here"


def test_a_reference_nobody_resolved_leads_where_it_was_written() -> None:
    assert fill_html(hole(RefKind.SITE, "/a b/", "?c"), {}, PAGES) == "/blog/a%20b/?c"


def test_an_anchor_already_resolved_is_not_written_twice() -> None:
    links: dict[tuple[str, str], str | None] = {("file", "a"): "/a/#new"}

    assert fill_html(hole(RefKind.FILE, "a", "#old"), links, PAGES) == "/blog/a/#new"
    assert fill_html(hole(RefKind.FILE, "a", "?q"), links, PAGES) == "/blog/a/?q#new"


def test_a_suffix_cannot_end_the_attribute_it_stands_in() -> None:
    filled = fill_html(hole(RefKind.SITE, "/a/", "?x=1&y='\"<b>&amp;z"), {}, PAGES)

    assert filled == "/blog/a/?x=1&amp;y=%27%22%3Cb>&amp;z"


def test_markdown_gets_plain_urls() -> None:
    assert fill_markdown(f"[a]({hole(RefKind.SITE, '/a/', '?x=1&y=2')})", {}, OPEN) == (
        "[a](https://example.org/blog/a/?x=1&y=2)"
    )


def test_a_missing_image_shows_its_alt_text_in_its_place() -> None:
    links: dict[tuple[str, str], str | None] = {("file", "_posts/no.png"): None}
    html = f'<p><img src="{hole(RefKind.FILE, "_posts/no.png")}" alt="A &gt; B"> <img src="yes.png" alt="x"></p>'

    assert fill_html(html, links, PAGES) == (
        '<p><span class="missing-image" role="img" aria-label="A &gt; B">A &gt; B</span> '
        '<img src="yes.png" alt="x"></p>'
    )


def test_a_missing_image_without_alt_text_shows_its_name() -> None:
    links: dict[tuple[str, str], str | None] = {("file", "_posts/no.png"): None}

    filled = fill_html(f"<img src='{hole(RefKind.FILE, '_posts/no.png')}' alt=''>", links, PAGES)

    assert filled == '<span class="missing-image" role="img" aria-label="no.png">no.png</span>'
