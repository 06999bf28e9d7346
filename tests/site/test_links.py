"""References become URL paths, or problems at their place."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from generator.location import Location
from generator.model.body import Ref, RefKind
from generator.model.front_matter import Visibility
from generator.model.site import Fate, FileIndex, State
from generator.site.assemble import assemble
from tests.site.making import document, file_ref, old_rules, post_at, rules, said, site_of, site_ref

FILES = FileIndex(
    frozenset({"images/logo.png", "_notebooks/img/a b.png", "data/table.csv", "_posts/side.csv", "README.md"}),
    {"images/logo.png": "images/logo.png"},
)


def test_a_link_to_a_notebook_becomes_its_url() -> None:
    one = document("_posts/2020-01-01-a.md", refs=(file_ref("_notebooks/2020-02-02-b.ipynb", "#My-Heading"),))
    other = document("_notebooks/2020-02-02-b.ipynb", anchors=("My-Heading",))

    site = site_of(one, other)

    assert post_at(site, one.path).links == {("file", "_notebooks/2020-02-02-b.ipynb"): "/posts/b/"}
    assert said(site) == []


@pytest.mark.parametrize(
    "target",
    [
        "_notebooks/2020-02-02-b.ipynb",
        "_notebooks/2020-02-02-b",
        "_notebooks/2020-02-02-b.html",
        "_notebooks/2020-02-02-b.md",
        "_notebooks/../_notebooks/2020-02-02-b.ipynb",
        "_posts/2020-02-02-b.md",
    ],
)
def test_a_document_is_found_under_every_name_it_goes_by(target: str) -> None:
    one = document("_posts/2020-01-01-a.md", refs=(file_ref(target),))

    site = site_of(one, document("_notebooks/2020-02-02-b.ipynb"))

    assert post_at(site, one.path).links == {("file", target): "/posts/b/"}
    assert said(site) == []


@pytest.mark.parametrize("name", ["2020-2-2-b c", "2020-02-02-b c"])
def test_a_link_to_a_generated_twin_leads_to_the_notebook_it_was_made_of(name: str) -> None:
    one = document("_posts/2020-01-01-a.md", refs=(file_ref("_posts/2020-02-02-b-c.md"),))

    site = site_of(one, document(f"_notebooks/{name}.ipynb"))

    assert post_at(site, one.path).links == {("file", "_posts/2020-02-02-b-c.md"): "/posts/b-c/"}


def test_a_link_to_a_data_file_publishes_it() -> None:
    one = document("_posts/2020-01-01-a.md", refs=(file_ref("data/table.csv"),))

    site = site_of(one, files=FILES)

    assert post_at(site, one.path).links == {("file", "data/table.csv"): "/data/table.csv"}
    assert site.files == {"data/table.csv": "data/table.csv", "images/logo.png": "images/logo.png"}


def test_a_notebooks_picture_is_published_where_fastpages_copied_it() -> None:
    one = document("_notebooks/2020-01-01-a.ipynb", refs=(file_ref("_notebooks/img/a b.png", is_image=True),))

    site = site_of(one, files=FILES)

    assert post_at(site, one.path).links == {("file", "_notebooks/img/a b.png"): "/images/copied_from_nb/img/a%20b.png"}
    assert site.files["_notebooks/img/a b.png"] == "images/copied_from_nb/img/a b.png"


def test_an_old_path_of_a_copied_picture_leads_back_to_the_notebooks_file() -> None:
    one = document("_posts/2020-01-01-a.md", refs=(site_ref("/images/copied_from_nb/img/a b.png", is_image=True),))

    site = site_of(one, files=FILES)

    assert site.files["_notebooks/img/a b.png"] == "images/copied_from_nb/img/a b.png"
    assert said(site) == []


def test_the_notebooks_own_picture_wins_over_its_committed_copy() -> None:
    copy = "images/copied_from_nb/img/a b.png"
    files = FileIndex(FILES.linkable | {copy}, {copy: copy})
    one = document("_notebooks/2020-01-01-a.ipynb", refs=(file_ref("_notebooks/img/a b.png", is_image=True),))

    assert site_of(one, files=files).files == {"_notebooks/img/a b.png": copy}


def test_a_picture_written_from_the_root_in_a_post_is_found_there() -> None:
    one = document("_posts/2020-01-01-a.md", refs=(file_ref("_posts/images/logo.png", is_image=True),))

    site = site_of(one, files=FILES)

    assert post_at(site, one.path).links == {("file", "_posts/images/logo.png"): "/images/logo.png"}


def test_a_relative_url_of_the_old_page_is_understood() -> None:
    one = document("_posts/2020-01-01-a.md", refs=(file_ref("about.html"), file_ref("_posts/b.html")))
    other = document("_posts/2020-01-01-b.md", permalink="/2020/01/01/b.html")
    about = document("_pages/about.md", permalink="/about/")

    site = site_of(one, other, about, by=old_rules())

    assert post_at(site, one.path).links[("file", "_posts/b.html")] == "/2020/01/01/b.html"


@pytest.mark.parametrize("written", ["/about", "/about/", "/about.html", "/about/index.html"])
def test_a_site_path_is_known_with_and_without_slash_and_ending(written: str) -> None:
    one = document("_posts/2020-01-01-a.md", refs=(site_ref(written),))

    site = site_of(one, document("_pages/about.md"))

    assert post_at(site, one.path).links == {("site", written): "/about/"}
    assert said(site) == []


@pytest.mark.parametrize(
    "written", ["/", "/tags/", "/search", "/feed.xml", "/sitemap.xml", "/404.html", "/assets/lib/x.js", "/tags/x/"]
)
def test_pages_of_the_engine_are_known(written: str) -> None:
    one = document("_posts/2020-01-01-a.md", tags=("x",), refs=(site_ref(written),))

    assert said(site_of(one)) == []


def test_a_site_path_of_a_file_that_no_rule_publishes_publishes_it() -> None:
    one = document("_posts/2020-01-01-a.md", refs=(site_ref("/data/table.csv"),))

    assert site_of(one, files=FILES).files["data/table.csv"] == "data/table.csv"


def test_a_site_path_written_with_the_base_path_loses_it() -> None:
    one = document("_posts/2020-01-01-a.md", refs=(site_ref("/blog/about/"),))

    site = site_of(one, document("_pages/about.md"), by=rules(baseurl="/blog"))

    assert post_at(site, one.path).links == {("site", "/blog/about/"): "/about/"}


def test_a_link_to_an_old_url_leads_to_the_new_one() -> None:
    one = document("_posts/2020-01-01-a.md", refs=(site_ref("/old/"),))

    site = site_of(one, document("_pages/about.md", aliases=("/old/",)))

    assert post_at(site, one.path).links == {("site", "/old/"): "/about/"}


@pytest.mark.parametrize("name", ["2020-02-02-b", "2020-2-2-b", "sub/2020-2-2-b"])
def test_a_post_url_names_a_post_by_its_file(name: str) -> None:
    one = document("_posts/2020-01-01-a.md", refs=(Ref(RefKind.POST, name),))

    site = site_of(one, document("_posts/sub/2020-2-2-b.md"))

    assert post_at(site, one.path).links == {("post", name): "/posts/b/"}
    assert said(site) == []


def test_a_broken_link_is_said_at_its_place_with_the_nearest_name() -> None:
    one = document("_posts/2020-01-01-a.md", refs=(file_ref("_notebooks/2020-02-02-bee.ipynb", line=7),))

    site = site_of(one, document("_notebooks/2020-02-02-been.ipynb"))

    assert said(site) == [
        (
            "_posts/a.md:7: `2020-02-02-bee.ipynb` leads to no page and no file of the blog"
            " / write `../_notebooks/2020-02-02-been.ipynb`"
        )
    ]
    assert post_at(site, one.path).links == {("file", "_notebooks/2020-02-02-bee.ipynb"): "2020-02-02-bee.ipynb"}


def test_an_address_without_its_scheme_is_told_what_it_lacks() -> None:
    one = document("_posts/2020-01-01-a.md", refs=(file_ref("_posts/www.github.com"),))

    assert [problem.mend for problem in site_of(one).problems] == ["write `https://www.github.com`"]


def test_a_missing_picture_is_none_and_is_said_with_the_right_case() -> None:
    one = document("_posts/2020-01-01-a.md", refs=(site_ref("/images/Logo.png", is_image=True),))

    site = site_of(one, files=FILES)

    assert post_at(site, one.path).links == {("site", "/images/Logo.png"): None}
    assert said(site) == ["_posts/a.md:1: `/images/Logo.png` is no file of the blog / write `../images/logo.png`"]


def test_an_unknown_anchor_is_said_with_the_anchor_of_the_same_words() -> None:
    ref = file_ref("_notebooks/2020-02-02-b.ipynb", "#my-heading")
    other = document("_notebooks/2020-02-02-b.ipynb", anchors=("My-Heading",))

    site = site_of(document("_posts/2020-01-01-a.md", refs=(ref,)), other)

    assert said(site) == [
        "_posts/a.md:1: `#my-heading` is no heading of _notebooks/2020-02-02-b.ipynb / write `#My-Heading`"
    ]


@pytest.mark.parametrize("fragment", ["#%C3%84pfel", "#Äpfel", "#own", "#", "#:~:text=x"])
def test_anchors_are_known_percent_encoded_too_and_others_than_headings_pass(fragment: str) -> None:
    one = document("_posts/2020-01-01-a.md", refs=(file_ref("_posts/2020-01-01-a.md", fragment),), anchors=("Äpfel",))

    assert said(site_of(replace(one, anchors=("own",)))) == []


@pytest.mark.parametrize(
    ("front", "why"),
    [
        ({"visibility": Visibility.DRAFT}, "which is a draft"),
        ({"date": date(2030, 5, 6)}, "which is not published until 2030-05-06"),
        ({"expires": datetime(2024, 1, 1)}, "which has expired"),
    ],
)
def test_a_link_to_what_is_not_published_says_so(front: dict[str, Any], why: str) -> None:
    one = document("_posts/2020-01-01-a.md", refs=(file_ref("_posts/2020-02-02-b.md"),))

    site = site_of(one, document("_posts/2020-02-02-b.md", **front))

    assert said(site) == [
        (
            f"_posts/a.md:1: `2020-02-02-b.md` leads to _posts/2020-02-02-b.md, {why}"
            " / publish it too, or take the link out"
        )
    ]


def test_a_site_path_of_a_draft_is_known_for_one() -> None:
    one = document("_posts/2020-01-01-a.md", refs=(site_ref("/posts/b/"),))

    site = site_of(one, document("_drafts/b.md"))

    assert [problem.problem for problem in site.problems] == ["`/posts/b/` leads to _drafts/b.md, which is a draft"]


def test_a_link_to_a_skipped_source_says_why_it_was_skipped() -> None:
    one = document("_posts/2020-01-01-a.md", refs=(file_ref("_word/x.docx"),))
    skipped = Fate("_word/x.docx", State.SKIPPED, reason="Word files come later")

    site = assemble((one,), (skipped,), FileIndex(frozenset()), rules())

    assert [problem.problem for problem in site.problems] == [
        "`x.docx` leads to a source that is not published: Word files come later"
    ]


@pytest.mark.parametrize("target", ["../../etc/passwd", "..", "_posts/../../x", "", ".", "/", "a\0b", "//", "a/./b"])
def test_no_target_leads_out_of_the_blog(target: str) -> None:
    refs = tuple(Ref(kind, target) for kind in RefKind)

    site = site_of(document("_posts/2020-01-01-a.md", refs=refs), files=FILES)

    assert set(site.files) == {"images/logo.png"}


def test_the_picture_of_a_post_is_published_and_found_by_its_written_path() -> None:
    one = document("_posts/2020-01-01-a.md", image="data/table.csv")

    site = site_of(one, files=FILES)

    assert post_at(site, one.path).links == {("file", "data/table.csv"): "/data/table.csv"}
    assert "data/table.csv" in site.files


def test_a_missing_picture_of_a_post_is_said() -> None:
    site = site_of(document("_posts/2020-01-01-a.md", image="/images/loga.png"), files=FILES)

    assert said(site) == [
        "_posts/2020-01-01-a.md: `image: /images/loga.png` is no file of the blog / write `image: images/logo.png`"
    ]


def test_only_a_picture_is_named_in_place_of_a_picture() -> None:
    post = document("_posts/2020-01-01-logo.md", image="logos/logo")
    page = document(
        "_pages/a.md",
        refs=(
            replace(file_ref("_pages/table.png"), is_image=True),
            replace(site_ref("/2020-01-01-logo"), is_image=True),
            replace(file_ref("_pages/Logo.svg"), is_image=True),
        ),
    )

    assert [line.partition(": ")[2] for line in said(site_of(post, page, files=FILES))] == [
        "`image: logos/logo` is no file of the blog / write `image: images/logo.png`",
        "`table.png` is no file of the blog / put the picture there, or mend its path",
        "`/2020-01-01-logo` is no file of the blog / put the picture there, or mend its path",
        "`Logo.svg` is no file of the blog / write `../images/logo.png`",
    ]


def test_a_problem_without_a_place_of_its_own_names_the_source() -> None:
    one = document("_posts/2020-01-01-a.md", refs=(replace(file_ref("nowhere.md"), at=None),))

    assert [problem.at for problem in site_of(one).problems] == [Location("_posts/2020-01-01-a.md")]
