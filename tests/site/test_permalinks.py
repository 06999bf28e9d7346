"""Where documents are published."""

from datetime import UTC, datetime
from typing import Any

import pytest

from generator.model.document import Document
from generator.model.site import SiteRules
from tests.site.making import document, old_rules, rules, said, site_of, urls_of


def url(one: Document, by: SiteRules) -> str:
    return urls_of(site_of(one, by=by))[one.path]


@pytest.mark.parametrize(
    ("path", "front", "expected"),
    [
        ("_notebooks/2020-02-20-test.ipynb", {"categories": ("jupyter",)}, "/jupyter/2020/02/20/test.html"),
        ("_posts/2020-01-14-a.md", {}, "/2020/01/14/a.html"),
        (
            "_posts/2020-03-10-r.md",
            {"categories": ("Django", "Weekend Project")},
            "/django/weekend%20project/2020/03/10/r.html",
        ),
        ("_posts/2020-03-10-r.md", {"categories": ("A", "b", "a")}, "/a/b/2020/03/10/r.html"),
        ("_posts/2020-03-10-r.md", {"categories": ("a/b",)}, "/a/b/2020/03/10/r.html"),
        ("_notebooks/2020-01-14-With Text(jl)?.ipynb", {}, "/2020/01/14/With-Text(jl).html"),
        ("_posts/2020-01-14-snake_case.md", {}, "/2020/01/14/snake_case.html"),
        ("_posts/2022-9-7-one-digit.md", {}, "/2022/09/07/one-digit.html"),
        ("_posts/2020/2020-01-14-in-a-folder.md", {}, "/2020/01/14/in-a-folder.html"),
        ("docs/_posts/2020-01-14-a.md", {"categories": ("x",)}, "/docs/x/2020/01/14/a.html"),
        ("_posts/2020-01-14-日本語.md", {}, "/2020/01/14/%E6%97%A5%E6%9C%AC%E8%AA%9E.html"),
        ("_posts/2020-01-14-a.md", {"slug": "Own Slug"}, "/2020/01/14/Own-Slug.html"),
        ("_posts/2020-12-10-codespaces.md", {"permalink": "/codespaces"}, "/codespaces"),
        ("_posts/2020-12-10-x.md", {"permalink": "/:title:output_ext"}, "/x.html"),
        ("_posts/2020-12-10-x.md", {"permalink": "no-slash/"}, "/no-slash/"),
        ("_posts/2020-12-10-x.md", {"permalink": "/../../etc/passwd"}, "/etc/passwd"),
    ],
)
def test_an_old_post_keeps_its_url(path: str, front: dict[str, Any], expected: str) -> None:
    assert url(document(path, **front), old_rules()) == expected


@pytest.mark.parametrize(
    ("permalink", "expected"),
    [
        ("date", "/Cat/2020/01/04/A_b.html"),
        ("pretty", "/Cat/2020/01/04/A_b/"),
        ("ordinal", "/Cat/2020/004/A_b.html"),
        ("weekdate", "/Cat/2020/W01/Sat/A_b.html"),
        ("none", "/Cat/A_b.html"),
        ("/:title", "/A_b"),
        ("/posts/:title/", "/posts/A_b/"),
        ("/:slug", "/a-b"),
        ("/:year_:i_month/:short_year/:i_day-:long_month-:short_month/:title", "/2020_1/20/4-January-Jan/A_b"),
        ("/:w_year/:week/:w_day/:long_day/:name", "/2020/01/6/Saturday/2020-01-04-a-b"),
        ("/:collection/:path", "/posts/sub/2020-01-04-A_b"),
        ("/:hour:minute:second/:title", "/000000/A_b"),
        ("/:basename:output_ext", "/2020-01-04-A_b.html"),
    ],
)
def test_a_site_permalink_is_filled_like_jekylls(permalink: str, expected: str) -> None:
    post = document("_posts/sub/2020-01-04-A_b.md", categories=("Cat",))

    assert url(post, rules(permalink=permalink)).replace("/cat/", "/Cat/") == expected


@pytest.mark.parametrize(
    ("path", "front", "old", "new"),
    [
        ("_pages/about.md", {"permalink": "/about/"}, "/about/", "/about/"),
        ("_pages/about.md", {}, "/_pages/about.html", "/about/"),
        ("_pages/team/index.md", {}, "/_pages/team/", "/team/"),
        ("_pages/404.md", {}, "/404.html", "/404.html"),
        ("contact.md", {}, "/contact.html", "/contact/"),
        ("_pages/About us.md", {}, "/_pages/About%20us.html", "/About-us/"),
    ],
)
def test_pages_stand_where_they_stood(path: str, front: dict[str, Any], old: str, new: str) -> None:
    page = document(path, **front)

    assert (url(page, old_rules()), url(page, rules())) == (old, new)


def test_the_day_in_a_url_is_the_day_in_the_blogs_time_zone() -> None:
    post = document("_posts/2020-01-01-a.md", date=datetime(2020, 3, 1, 3, tzinfo=UTC))

    assert url(post, old_rules()) == "/2020/02/29/a.html"


def test_a_bundle_is_named_by_its_folder() -> None:
    assert url(document("_posts/2020-01-01-hello/index.md"), rules()) == "/posts/hello/"


def test_a_name_without_letters_still_has_a_url() -> None:
    assert url(document("_posts/2020-01-01-🎉.md"), rules()) == "/posts/u1f389/"


def test_an_unknown_word_in_a_permalink_is_an_error_with_the_nearest_word() -> None:
    site = site_of(document("_posts/2020-01-01-a.md", permalink="/:titel/"))

    assert said(site) == ["_posts/2020-01-01-a.md: `permalink:` has the unknown word `:titel` / write `:title`"]


def test_an_unknown_word_in_the_sites_permalink_is_said_once() -> None:
    posts = (document("_posts/2020-01-01-a.md"), document("_posts/2020-01-01-b.md"))

    site = site_of(*posts, by=rules(permalink="/:titel/:slug/"))

    assert said(site) == ["_config.yml: `permalink:` has the unknown word `:titel` / write `:title`"]


def test_an_undated_post_whose_url_needs_a_date_is_said() -> None:
    site = site_of(document("_notebooks/notes.ipynb"), by=old_rules())

    assert urls_of(site) == {"_notebooks/notes.ipynb": "/notes.html"}
    assert [problem.kind for problem in site.problems] == ["guessed-date"]
