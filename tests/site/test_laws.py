"""What holds for every blog, whatever is in it."""

import random
from datetime import date, datetime

from hypothesis import given
from hypothesis import strategies as st

from generator.formats.names import case_key, safe_file_path, safe_output_path
from generator.model.body import Ref, RefKind
from generator.model.document import Document
from generator.model.front_matter import Visibility
from generator.model.problem import Severity
from generator.model.site import FileIndex
from generator.site.slugs import plain_slug, pretty_slug, tag_slug
from generator.site.urls import without_collisions
from tests.site.making import document, old_rules, rules, site_of

_words = st.text(st.sampled_from("aAbB/.-_ %#?:é日🎉0\\\0\ud800"), max_size=8) | st.text(max_size=4)
_names = st.sampled_from(["a", "B", "b", "a b", "2020-01-01-a", "2020-1-2-c", "index", "404", "é", "e\u0301", "🎉"])
_folders = st.sampled_from(["_posts", "_posts/sub", "_notebooks", "_pages", "_drafts", "docs/_posts", ""])
_dates = st.none() | st.dates() | st.datetimes()
_targets = st.one_of(_words, st.sampled_from(["_posts/a.md", "../x", "/a/", "/posts/a", "images/a.png", "a.png"]))
_refs = st.builds(
    Ref,
    kind=st.sampled_from(RefKind),
    target=_targets,
    suffix=st.sampled_from(["", "#a", "?x#y", "#%zz"]),
    is_image=st.booleans(),
    written=_targets,
)
_files = FileIndex(
    frozenset({"images/a.png", "_notebooks/a.png", "a.png", "é.csv"}), {"images/a.png": "images/a.png", "x": "a.html"}
)


@st.composite
def _documents(draw: st.DrawFn) -> Document:
    folder, name = draw(_folders), draw(_names)
    ending = draw(st.sampled_from([".md", ".ipynb"]))
    return document(
        f"{folder}/{name}{ending}".lstrip("/"),
        refs=tuple(draw(st.lists(_refs, max_size=3))),
        anchors=tuple(draw(st.lists(_words, max_size=2))),
        date=draw(_dates),
        expires=draw(_dates),
        categories=tuple(draw(st.lists(_words, max_size=2))),
        tags=tuple(draw(st.lists(_words, max_size=2))),
        permalink=draw(st.none() | _words | st.sampled_from(["/:title/", "/a/", "/A/", "/a", "/a.html"])),
        slug=draw(st.none() | _words),
        aliases=tuple(draw(st.lists(_words, max_size=2))),
        image=draw(st.none() | _words),
        pin=draw(st.none() | st.integers(0, 2)),
        visibility=draw(st.sampled_from(Visibility)),
    )


_blogs = st.lists(_documents(), max_size=6, unique_by=lambda one: one.path)
_rules = st.sampled_from(
    [
        rules(),
        old_rules(),
        rules(permalink="/:title", shows_drafts=True, shows_future=True, paginate=1, redirects_old_urls=True),
        rules(permalink="none", baseurl="/blog", address="", header_pages=("_pages/a.md",), timezone="Asia/Tokyo"),
    ]
)


@given(st.text())
def test_the_slug_of_a_slug_is_itself(text: str) -> None:
    for slug in (pretty_slug, plain_slug):
        assert slug(slug(text)) == slug(text)


@given(st.text(min_size=1))
def test_a_tag_always_has_a_folder_of_its_own(name: str) -> None:
    slug = tag_slug(name)

    assert "/" not in slug
    assert slug or name.isspace()


@given(_blogs, _rules, st.randoms(use_true_random=False))
def test_the_order_of_documents_changes_nothing(blog: list[Document], by: object, shuffler: random.Random) -> None:
    shuffled = blog[:]
    shuffler.shuffle(shuffled)

    assert site_of(*shuffled, files=_files, by=by) == site_of(*blog, files=_files, by=by)  # type: ignore[arg-type]


@given(_blogs, _rules)
def test_every_file_of_a_site_is_safe_and_has_a_place_of_its_own(blog: list[Document], by: object) -> None:
    site = site_of(*blog, files=_files, by=by)  # type: ignore[arg-type]

    redirected = [safe_output_path(old) for old in site.redirects]
    pages = [post.file for post in site.posts] + [page.file for page in site.home]
    files = [*pages, *redirected, *site.files.values()]
    assert len({case_key(file) for file in files}) == len(files)
    assert [safe_file_path(file) for file in files] == files
    folders = {case_key(file).rsplit("/", depth)[0] for file in files for depth in range(1, file.count("/") + 1)}
    assert not folders & {case_key(file) for file in files}
    for post in site.posts:
        assert post.url.startswith("/")
        assert post.url.isascii()
        assert safe_output_path(post.url) == post.file


@given(_blogs, _rules)
def test_lists_name_only_pages_that_are_there(blog: list[Document], by: object) -> None:
    site = site_of(*blog, files=_files, by=by)  # type: ignore[arg-type]

    there = {post.url for post in site.posts}
    assert set(site.listed) <= there
    assert sorted(url for page in site.home for url in page.posts) == sorted(site.listed)
    assert {url for tag in site.tags for url in tag.posts} <= set(site.listed)
    assert len({post.feed_id for post in site.posts if post.is_post}) == sum(post.is_post for post in site.posts)
    assert {fate.path for fate in site.fates} == {one.path for one in blog}


@given(_blogs, _rules)
def test_whoever_loses_a_place_is_told_by_an_error(blog: list[Document], by: object) -> None:
    site = site_of(*blog, files=_files, by=by)  # type: ignore[arg-type]

    lost = [fate for fate in site.fates if (fate.reason or "").startswith(("its URL", "no file"))]
    errors = [problem for problem in site.problems if problem.severity is Severity.ERROR]
    for fate in lost:
        assert any(fate.path in f"{problem.at} {problem.problem}" for problem in errors)


@given(st.lists(st.sampled_from(["/a/", "/A/", "/b/", "/a", "/a.html"]), min_size=2, max_size=4))
def test_collisions_are_symmetric(permalinks: list[str]) -> None:
    from generator.site.placing import place_all

    def named(order: list[str]) -> list[frozenset[str]]:
        documents = [
            document(f"_posts/2020-01-0{number}-x.md", permalink=link, date=date(2020, 1, 1))
            for number, link in enumerate(order, 1)
        ]
        placed, _ = place_all(documents, rules())
        _, lost, _ = without_collisions(placed)
        groups: dict[str, set[str]] = {}
        for loser, winner in lost.items():
            groups.setdefault(winner, {winner}).add(loser)
        by_path = {one.path: one.url for one in placed}
        return sorted((frozenset(by_path[path] for path in group) for group in groups.values()), key=sorted)

    assert named(permalinks) == named(permalinks[::-1])


@given(st.lists(_refs, max_size=8))
def test_no_reference_stops_the_build(refs: list[Ref]) -> None:
    one = document("_posts/sub/2020-01-01-a.md", refs=tuple(refs), date=datetime(2020, 1, 1))

    site = site_of(one, document("_pages/a.md"), files=_files)

    expected = {(ref.kind.value, ref.target) for ref in refs if ref.kind.value in ("file", "site", "post")}
    assert set(site.posts[0].links) == expected
