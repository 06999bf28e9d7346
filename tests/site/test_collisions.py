"""Two things at one place are found before anything is written."""

from generator.model.problem import Severity
from generator.model.site import FileIndex, State
from tests.site.making import document, old_rules, rules, said, site_of, urls_of

A, B = "_notebooks/2021-01-02-b.ipynb", "_posts/2021-01-01-hello.md"


def test_two_sources_for_one_url_name_both_files() -> None:
    site = site_of(document(A, permalink="/hello/"), document(B, permalink="/hello/"))

    assert said(site) == [
        (
            "_notebooks/2021-01-02-b.ipynb: `/hello/` is also the URL of _posts/2021-01-01-hello.md"
            " / give one of them its own `permalink:`"
        )
    ]
    assert site.problems[0].severity is Severity.ERROR


def test_three_sources_for_one_url_are_all_named_at_once() -> None:
    third = "_posts/2022-01-01-c.md"

    site = site_of(*(document(path, permalink="/hello/") for path in (third, B, A)))

    assert [problem.problem for problem in site.problems] == [f"`/hello/` is also the URL of {B} and {third}"]


def test_the_first_by_path_keeps_the_place_and_the_other_is_accounted_for() -> None:
    site = site_of(document(B, permalink="/hello/"), document(A, permalink="/hello/"))

    assert urls_of(site) == {A: "/hello/"}
    assert site.listed == ("/hello/",)
    assert [(fate.path, fate.state, fate.reason) for fate in site.fates] == [
        (A, State.PUBLISHED, None),
        (B, State.SKIPPED, f"its URL is taken by {A}"),
    ]


def test_one_page_under_two_spellings_of_its_url_is_a_collision() -> None:
    assert len(site_of(document(A, permalink="/x"), document(B, permalink="/x.html")).problems) == 1


def test_urls_that_differ_only_in_case_are_a_collision() -> None:
    site = site_of(document(A, permalink="/Hello/"), document(B, permalink="/hello/"))

    assert [problem.problem for problem in site.problems] == [
        (
            "`/Hello/` differs only in case from the URL of _posts/2021-01-01-hello.md,"
            " and is the same file on macOS and Windows"
        )
    ]


def test_a_page_in_the_place_of_a_folder_is_a_collision() -> None:
    site = site_of(document(A, permalink="/x.html/"), document(B, permalink="/x.html"))

    assert [problem.problem for problem in site.problems] == [
        "`/x.html/` needs a folder where _posts/2021-01-01-hello.md has its page, `/x.html`"
    ]


def test_a_page_and_a_copied_file_at_one_place_are_a_collision() -> None:
    files = FileIndex(frozenset({"x.html"}), {"x.html": "x.html"})

    site = site_of(document(B, permalink="/x.html"), files=files)

    assert said(site) == [
        (
            "x.html: `/x.html` is also the URL of _posts/2021-01-01-hello.md"
            " / rename the file, or give the page another `permalink:`"
        )
    ]
    assert site.files == {}


def test_a_post_in_the_place_of_the_feed_or_a_home_page_is_a_collision() -> None:
    posts = (document(A, permalink="/page2/"), document(B, permalink="/feed.xml"), document("_posts/2020-01-01-c.md"))

    site = site_of(*posts, by=rules(paginate=2))

    assert [problem.problem for problem in site.problems] == [
        "`/page2/` is also the URL of page 2 of the home list",
        "`/feed.xml` is also the URL of the feed",
    ]


def test_a_users_own_404_tags_and_search_pages_win_over_ours() -> None:
    pages = (
        document("_pages/404.md"),
        document("_pages/tags.md", permalink="/categories/"),
        document("_pages/search.md", permalink="/search/"),
    )

    site = site_of(*pages, by=old_rules())

    assert sorted(urls_of(site).values()) == ["/404.html", "/categories/", "/search/"]
    assert said(site) == []


def test_a_post_does_not_replace_the_search_page() -> None:
    site = site_of(document(B, permalink="/search/"))

    assert [problem.problem for problem in site.problems] == ["`/search/` is also the URL of the search page"]


def test_a_feed_committed_by_the_author_gives_way_to_ours() -> None:
    site = site_of(files=FileIndex(frozenset({"feed.xml"}), {"feed.xml": "feed.xml"}))

    assert (site.files, [problem.severity for problem in site.problems]) == ({}, [Severity.WARNING])


def test_files_that_differ_in_case_alone_are_no_affair_of_ours() -> None:
    published = {"images/a.png": "images/a.png", "images/A.png": "images/A.png"}

    site = site_of(files=FileIndex(frozenset(published), published))

    assert (site.files, said(site)) == (published, [])


def test_an_alias_leads_to_its_page() -> None:
    site = site_of(document(B, aliases=("/old.html", "old/place", "https://example.org/was/", "/posts/hello/")))

    assert site.redirects == {
        "/old.html": "/posts/hello/",
        "/old/place": "/posts/hello/",
        "/was/": "/posts/hello/",
    }
    assert said(site) == []


def test_an_alias_never_shadows_a_page() -> None:
    site = site_of(document(A, aliases=("/posts/hello", "/Posts/Hello/", "/search/")), document(B))

    assert site.redirects == {}
    assert [problem.problem for problem in site.problems] == [
        "the old URL `/posts/hello` is the URL of _posts/2021-01-01-hello.md, so it cannot lead here",
        "the old URL `/Posts/Hello/` is the URL of _posts/2021-01-01-hello.md, so it cannot lead here",
        "the old URL `/search/` is the URL of the search page, so it cannot lead here",
    ]


def test_an_alias_of_another_site_or_out_of_the_site_is_said() -> None:
    site = site_of(document(A, aliases=("https://other.org/x", "/../x", "http://[", "/")))

    assert [problem.kind for problem in site.problems] == ["alias"] * 4
    assert site.redirects == {}


def test_a_migrated_blog_keeps_its_old_urls_alive() -> None:
    documents = (
        document(B, categories=("Some Tag",)),
        document(A, permalink="/own/"),
        document("_pages/about.md"),
    )

    site = site_of(*documents, by=rules(redirects_old_urls=True))

    assert site.redirects == {
        "/some%20tag/2021/01/01/hello.html": "/posts/hello/",
        "/_pages/about.html": "/about/",
        "/categories/": "/tags/",
    }
