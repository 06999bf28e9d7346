"""Who is published, in which order, and under which name in feeds."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from generator.model.front_matter import Visibility
from generator.model.site import Fate, FileIndex, HomePage, State
from generator.site.assemble import assemble
from tests.site.making import document, old_rules, post_at, rules, said, site_of, urls_of

A, B, C, D = (f"_posts/2020-01-0{day}-{name}.md" for day, name in enumerate("abcd", 1))


def test_posts_are_newest_first_and_know_their_neighbours() -> None:
    site = site_of(document(A), document(B), document(C), document("_pages/about.md"))

    assert list(urls_of(site).values()) == ["/posts/c/", "/posts/b/", "/posts/a/", "/about/"]
    assert site.listed == ("/posts/c/", "/posts/b/", "/posts/a/")
    assert (post_at(site, B).previous, post_at(site, B).next) == ("/posts/a/", "/posts/c/")
    assert (post_at(site, A).previous, post_at(site, C).next) == (None, None)


def test_posts_of_one_day_come_in_jekylls_order_whatever_folder_they_stand_in() -> None:
    names = ("_notebooks/2020-01-01-b.ipynb", "_posts/2020-01-01-a.md", "_posts/2020-01-01-c.md")

    assert site_of(*(document(name) for name in names)).listed == ("/posts/c/", "/posts/b/", "/posts/a/")


def test_an_undated_post_comes_last() -> None:
    assert site_of(document("_notebooks/x.ipynb"), document(A)).listed == ("/posts/a/", "/posts/x/")


def test_pinned_posts_come_first_before_the_list_is_cut_and_hidden_ones_take_no_place() -> None:
    documents = (
        document(A, pin=2),
        document(B, pin=1),
        document(C, visibility=Visibility.UNLISTED, pin=0),
        document(D),
    )

    site = site_of(*documents, by=rules(paginate=2))

    assert site.home == (
        HomePage(1, "/", "index.html", ("/posts/b/", "/posts/a/")),
        HomePage(2, "/page2/", "page2/index.html", ("/posts/d/",)),
    )
    assert site.listed == ("/posts/d/", "/posts/b/", "/posts/a/")


def test_a_blog_without_posts_has_a_home_page() -> None:
    assert site_of().home == (HomePage(1, "/", "index.html", ()),)


@pytest.mark.parametrize(("written", "url"), [("/page:num/", "/page2/"), ("blog/p:num", "/blog/p2/")])
def test_pages_of_the_home_list_stand_where_jekyll_put_them(written: str, url: str) -> None:
    site = site_of(document(A), document(B), by=rules(paginate=1, paginate_path=written))

    assert site.home[1].url == url


def test_a_paginate_path_out_of_the_site_is_an_error() -> None:
    site = site_of(document(A), document(B), by=rules(paginate=1, paginate_path="/../:num/"))

    assert [problem.kind for problem in site.problems] == ["paginate-path"]
    assert site.home[1].url == "/page2/"


def test_a_paginate_path_without_a_number_is_an_error() -> None:
    assert said(site_of(by=rules(paginate_path="/page/"))) == [
        "_config.yml: `paginate_path: /page/` has no `:num` / write it as `/page:num/`"
    ]


def _presence(path: str, **changes: Any) -> tuple[bool, bool, bool, bool]:
    post = post_at(site_of(document(path, **changes)), path)
    return post.is_listed, post.in_feed, post.in_sitemap, post.in_search


def test_who_sees_a_post_follows_from_its_state() -> None:
    assert _presence(A) == (True, True, True, True)
    assert _presence(A, visibility=Visibility.UNLISTED) == (False, False, True, True)
    assert _presence(A, in_search=False) == (True, True, True, False)
    assert _presence(A, in_sitemap=False) == (True, True, False, True)
    assert _presence("_pages/about.md") == (False, False, True, True)
    assert _presence("_pages/404.md") == (False, False, False, False)


def test_drafts_are_shown_when_asked_for_but_never_leave_the_page() -> None:
    draft = document("_drafts/a.md")

    hidden, shown = site_of(draft), site_of(draft, by=rules(shows_drafts=True))

    assert (hidden.posts, hidden.fates) == ((), (Fate("_drafts/a.md", State.DRAFT),))
    post = post_at(shown, "_drafts/a.md")
    assert (post.is_listed, post.in_feed, post.in_sitemap, post.in_search) == (True, False, False, False)
    assert shown.fates == (Fate("_drafts/a.md", State.DRAFT, "/posts/a/"),)


def test_a_scheduled_post_waits_for_its_time() -> None:
    post = document(A, date=datetime(2024, 7, 1, 12))
    berlin = ZoneInfo("Europe/Berlin")

    site = site_of(post, by=rules(timezone="Europe/Berlin"))
    until = datetime(2024, 7, 1, 12, tzinfo=berlin)

    assert (site.posts, site.next_change) == ((), until)
    assert site.fates == (Fate(A, State.SCHEDULED, None, until),)


def test_a_scheduled_post_is_shown_when_asked_for_but_not_in_feeds() -> None:
    site = site_of(document(A, date=date(2030, 1, 1)), by=rules(shows_future=True))

    post = post_at(site, A)
    assert (post.state, post.is_listed, post.in_feed, post.in_sitemap) == (State.SCHEDULED, True, False, False)


def test_an_old_blog_publishes_posts_of_the_future() -> None:
    site = site_of(document(A, date=date(2030, 1, 1)), by=old_rules())

    assert post_at(site, A).state is State.PUBLISHED
    assert (post_at(site, A).in_feed, site.next_change) == (True, None)


def test_an_expired_post_is_gone_and_named() -> None:
    site = site_of(document(A, expires=date(2024, 6, 1)), document(B, expires=date(2024, 6, 2)))

    assert site.fates == (Fate(A, State.EXPIRED), Fate(B, State.PUBLISHED, "/posts/b/"))
    assert site.next_change == datetime(2024, 6, 2, tzinfo=ZoneInfo("UTC"))


def test_dates_at_the_ends_of_the_calendar_are_dates_like_others() -> None:
    ends = (date(1, 1, 1), datetime(9999, 12, 31, 23, tzinfo=UTC))
    documents = tuple(document(f"_posts/{number}.md", date=when) for number, when in enumerate(ends))

    site = site_of(*documents, by=rules(timezone="Asia/Tokyo", shows_future=True))

    assert site.listed == ("/posts/1/", "/posts/0/")


def test_an_unknown_time_zone_is_an_error() -> None:
    assert said(site_of(by=rules(timezone="Europe/Berlni"))) == [
        "_config.yml: `timezone: Europe/Berlni` is no time zone / write one such as `Europe/Berlin`"
    ]


@pytest.mark.parametrize(
    ("path", "permalink", "expected"),
    [
        ("_notebooks/2020-11-17-linkcheck.ipynb", "/fastlinkcheck/", "https://example.org/blog/linkcheck"),
        ("_posts/2020-12-10-codespaces.md", "/codespaces", "https://example.org/blog/codespaces"),
        ("_posts/2020-02-20-a b.md", None, "https://example.org/blog/2020/02/20/a%20b"),
        ("_notebooks/2020-02-20-a  b.ipynb", None, "https://example.org/blog/2020/02/20/a--b"),
    ],
)
def test_a_feed_knows_an_old_post_by_its_old_name(path: str, permalink: str | None, expected: str) -> None:
    site = site_of(document(path, permalink=permalink), by=old_rules(baseurl="/blog"))

    assert post_at(site, path).feed_id == expected


def test_two_posts_never_share_a_name_in_feeds() -> None:
    older, newer = document(A, slug="x", permalink="/1/"), document(B, slug="x", permalink="/2/")

    site = site_of(older, newer, by=rules(address=""))

    assert (post_at(site, A).feed_id, post_at(site, B).feed_id) == ("/x", "/2/")


def test_tags_count_each_spelling_and_are_named_by_the_commonest() -> None:
    site = site_of(
        document(A, tags=("python", "C#", "C")),
        document(B, tags=("Python",)),
        document(C, tags=("Python", "C++")),
        document(D, tags=("Hidden",), visibility=Visibility.UNLISTED),
    )

    assert [(tag.name, tag.url, tag.posts) for tag in site.tags] == [
        ("C", "/tags/c/", ("/posts/a/",)),
        ("C#", "/tags/c-2/", ("/posts/a/",)),
        ("C++", "/tags/c++/", ("/posts/c/",)),
        ("Python", "/tags/python/", ("/posts/c/", "/posts/b/", "/posts/a/")),
    ]


def test_a_tag_as_long_as_a_sentence_has_a_page() -> None:
    site = site_of(document(A, tags=("日" * 300, "日" * 299)))

    assert [len(tag.slug) for tag in site.tags] == [40, 42]


def test_an_old_blog_has_its_tags_at_categories() -> None:
    site = site_of(document(A, categories=("Data Science",)), by=old_rules())

    assert (site.tags_url, site.tags[0].url) == ("/categories/", "/categories/data-science/")


def test_the_navigation_is_all_pages_with_a_title_by_path() -> None:
    pages = (
        document("_pages/b.md", title="B"),
        document("_pages/a.md", title="A"),
        document("_pages/404.md", title="Lost"),
        document("_pages/tags.md", title="My tags"),
        document("_pages/hidden.md", title="H", visibility=Visibility.UNLISTED),
        document("index.md", title="Home"),
    )

    assert site_of(*pages).nav == (("A", "/a/"), ("B", "/b/"))


def test_header_pages_choose_and_order_the_navigation() -> None:
    pages = (document("_pages/a.md", title="A"), document("_pages/b.md", title="B"))

    site = site_of(*pages, by=rules(header_pages=("_pages/b.md", "_pages/search.html", "_pages/aa.md")))

    assert site.nav == (("B", "/b/"),)
    assert said(site) == ["_config.yml: `header_pages` names `_pages/aa.md`, which is no page / write `_pages/a.md`"]


def test_the_root_page_introduces_the_home_list() -> None:
    site = site_of(document("index.md"), document(A), by=old_rules())

    assert site.home_document is not None
    assert (site.home_document.url, [post.document.path for post in site.posts]) == ("/", [A])
    assert said(site) == []


def test_pages_of_the_old_template_give_way_to_the_engines() -> None:
    site = site_of(document("_pages/search.html", permalink="/search/"), by=old_rules())

    assert site.posts == ()
    assert [fate.reason for fate in site.fates] == ["the engine makes this page itself"]


def test_every_source_has_one_fate() -> None:
    skipped = (Fate("_word/x.docx", State.SKIPPED, reason="Word files come later"),)

    site = assemble((document(B), document(A)), skipped, FileIndex(frozenset()), rules())

    assert [fate.path for fate in site.fates] == [A, B, "_word/x.docx"]


def test_a_page_made_by_git_alone_has_no_date() -> None:
    page = replace(document("_pages/about.md", date=date(2020, 1, 1)), date_is_guessed=True)

    assert post_at(site_of(page), page.path).date is None
