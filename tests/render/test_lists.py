"""Home, tags, and the page for addresses that lead nowhere."""

from dataclasses import replace

from selectolax.lexbor import LexborHTMLParser

from generator.model.body import Body, Ref, RefKind
from generator.model.site import HomePage, Site, Tag
from tests.render.making import first, made, post, rules, site


def blog() -> Site:
    posts = (
        post("/pinned/", title="Pinned", day=1, pin=1, description="Why", tags=("a", "C#")),
        post("/new/", title="New <b>&</b>", title_html='New <a href="/x/"><b>b</b></a>', day=3, tags=("a",)),
        post("/old/", title="Old", day=2),
    )
    home = (
        HomePage(1, "/", "index.html", ("/pinned/", "/new/")),
        HomePage(2, "/page2/", "page2/index.html", ("/old/",)),
    )
    return site(*posts, home=home)


def cards(tree: LexborHTMLParser) -> list[tuple[str, str, str]]:
    return [
        (
            link.attributes["href"] or "",
            link.text(),
            " ".join(first(card, ".card-facts").text().split()),
        )
        for card in tree.css(".card")
        for link in card.css(".card-title a")
    ]


def test_home_lists_posts_in_their_order_and_leads_on() -> None:
    tree = LexborHTMLParser(made(blog(), rules(baseurl="/blog"))["index.html"])

    assert cards(tree) == [
        ("/blog/pinned/", "Pinned", "Pinned Jan 1, 2024 2 min read a C#"),
        ("/blog/new/", "New b", "Jan 3, 2024 2 min read a"),
    ]
    assert [(link.attributes["href"], link.text()) for link in tree.css(".pager a")] == [
        ("/blog/page2/", "Older posts")
    ]
    assert first(tree, ".pager-place").text() == "Page 1 of 2"


def test_the_list_can_be_linked_to_as_in_old_blogs() -> None:
    assert first(LexborHTMLParser(made(blog())["index.html"]), "#posts").tag == "h2"


def test_a_later_page_of_the_list_leads_back() -> None:
    tree = LexborHTMLParser(made(blog())["page2/index.html"])

    assert [(link.attributes["href"], link.text()) for link in tree.css(".pager a")] == [("/", "Newer posts")]


def test_one_page_of_posts_needs_no_pager() -> None:
    assert LexborHTMLParser(made(site(post("/a/")))["index.html"]).css(".pager") == []


def test_a_title_in_a_list_holds_no_second_link() -> None:
    assert LexborHTMLParser(made(blog())["index.html"]).css(".card-title a a") == []


def test_summaries_tags_and_pictures_show_when_the_blog_wants_them() -> None:
    one = site(
        post(
            "/a/",
            description="Why",
            tags=("t",),
            image="images/x.png",
            links={("file", "images/x.png"): "/images/x.png"},
        )
    )
    full = LexborHTMLParser(made(one, rules(shows_image=True, baseurl="/b"))["index.html"])
    bare = LexborHTMLParser(made(one, rules(shows_description=False, shows_tags=False))["index.html"])

    assert first(full, ".card-summary").text() == "Why"
    assert first(full, ".card-picture").attributes["src"] == "/b/images/x.png"
    assert bare.css(".card-summary, .card .tag, .card-picture") == []


def test_the_authors_own_words_stand_above_the_first_page_alone() -> None:
    link = Ref(RefKind.SITE, "/about/").hole
    intro = post("/", title="Home", body="intro", is_post=False, is_listed=False)
    one = replace(blog(), home_document=replace(intro, file="index.html"))
    files = made(
        one,
        rules(baseurl="/blog"),
        bodies={"intro": Body(f'<p>Hello, <a href="{link}">me</a></p>', markdown="# Hello")},
    )

    assert '<p>Hello, <a href="/blog/about/">me</a></p>' in files["index.html"]
    assert "Hello" not in files["page2/index.html"]
    assert files.paths.count("index.html") == 1
    assert (files["index.html.md"], 'href="/blog/index.html.md"' in files["index.html"]) == ("# Hello", True)


def test_a_tag_has_a_page_with_all_its_posts() -> None:
    tree = LexborHTMLParser(made(blog())["tags/a/index.html"])

    assert first(tree, "h1").text() == "a"
    assert first(tree, ".summary").text() == "2 posts"
    assert [href for href, _, _ in cards(tree)] == ["/pinned/", "/new/"]
    assert first(tree, ".kicker a").attributes["href"] == "/tags/"


def test_the_index_of_tags_answers_to_slugs_and_to_names_as_written() -> None:
    tree = LexborHTMLParser(made(blog())["tags/index.html"])

    assert [node.id for node in tree.css(".tag-group [id]")] == ["C#", "c-", "a"]
    assert [link.attributes["href"] for link in tree.css(".tag-cloud a")] == ["#c-", "#a"]


def test_no_two_tags_share_an_anchor() -> None:
    tags = (
        Tag("C", "c", "/tags/c/", ("/a/",)),
        Tag("c-2", "x", "/tags/x/", ("/a/",)),
        Tag("C#", "c-2", "/t/", ("/a/",)),
    )
    tree = LexborHTMLParser(made(site(post("/a/"), tags=tags))["tags/index.html"])

    anchors = [node.id for node in tree.css(".tag-group [id]")]
    assert len(anchors) == len(set(anchors))


def test_the_index_of_tags_shows_ten_posts_of_a_tag_and_leads_to_the_rest() -> None:
    posts = [post(f"/{number}/", tags=("t",)) for number in range(12)]
    tree = LexborHTMLParser(made(site(*posts))["tags/index.html"])

    assert len(tree.css(".titles li")) == 10
    assert first(tree, ".tag-group > p a").text() == "All 12 posts about t"


def test_an_address_that_leads_nowhere_offers_the_newest_posts() -> None:
    page = made(blog(), rules(baseurl="/blog"))["404.html"]
    tree = LexborHTMLParser(page)

    assert [link.attributes["href"] for link in tree.css(".titles a")] == ["/blog/pinned/", "/blog/new/", "/blog/old/"]
    assert '<meta name="robots" content="noindex">' in page
