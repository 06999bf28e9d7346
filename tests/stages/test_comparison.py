"""comparison: which pages of two sites are not the same, and by how much."""

import string
import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.cache.codec import encode
from generator.cache.store import LostBytesError, Store
from generator.location import Location
from generator.model.body import Body, Ref, RefKind
from generator.model.preview import ChangedPage, PageChange
from generator.model.problem import error, warning
from generator.model.report import MadePage
from generator.stages.comparison import bodies_in, broken_in, changed_pages

BODIES = {
    "one": Body("<p>one two two</p>", markdown="# A\n\none two two\n"),
    "other": Body("<p>one two three four</p>", markdown="# A\n\none two three four\n"),
    "chart": Body("<div>new chart</div>", markdown="# A\n\none two two\n"),
}


def body(key: str) -> Body:
    return BODIES[key]


def page(url: str, path: str = "_posts/a.md", body: str = "one", pictures: tuple[str, ...] = ()) -> MadePage:
    return MadePage(url, url.strip("/") + "/index.html", f"Title of {url}", path, body, pictures)


A = page("/a/")


def test_equal_sites_have_no_changed_page() -> None:
    assert changed_pages((A,), (A,), body) == ()


def test_words_count_as_often_as_they_come_and_go() -> None:
    assert changed_pages((A,), (replace(A, body="other"),), body) == (
        ChangedPage("Title of /a/", "_posts/a.md", PageChange.CHANGED, "/a/", "/a/", 2, 1, 0),
    )


def test_a_page_that_is_new_counts_all_its_words_and_pictures_as_added() -> None:
    new = page("/b/", "_posts/b.md", pictures=("x", "y"))

    assert changed_pages((A,), (A, new), body) == (
        ChangedPage("Title of /b/", "_posts/b.md", PageChange.ADDED, None, "/b/", 4, 0, 2),
    )


def test_a_page_that_is_gone_has_no_address_in_the_preview() -> None:
    assert changed_pages((A,), (), body) == (
        ChangedPage("Title of /a/", "_posts/a.md", PageChange.REMOVED, "/a/", None, 0, 4, 0),
    )


def test_a_page_of_the_same_source_at_another_address_has_moved() -> None:
    assert changed_pages((A,), (page("/z/"),), body) == (
        ChangedPage("Title of /z/", "_posts/a.md", PageChange.MOVED, "/a/", "/z/", 0, 0, 0),
    )


def test_variants_of_one_source_come_and_go_without_having_moved() -> None:
    before = (page("/a/de/"), page("/a/fr/"))
    after = (page("/a/it/"),)

    changes = {(one.live, one.preview): one.change for one in changed_pages(before, after, body)}

    assert changes == {
        ("/a/de/", None): PageChange.REMOVED,
        ("/a/fr/", None): PageChange.REMOVED,
        (None, "/a/it/"): PageChange.ADDED,
    }


@pytest.mark.parametrize(
    ("before", "after", "changed"),
    [
        (("x",), ("y",), 1),
        (("x",), (), 1),
        (("x", "x"), ("x",), 1),
        (("x", "y"), ("y", "x"), 0),
        ((), ("x", "y", "z"), 3),
    ],
)
def test_a_picture_drawn_anew_is_one_changed_picture(
    before: tuple[str, ...], after: tuple[str, ...], changed: int
) -> None:
    found = changed_pages((replace(A, pictures=before),), (replace(A, pictures=after, body="other"),), body)

    assert [one.figures_changed for one in found] == [changed]


def test_a_page_whose_words_are_the_same_and_whose_output_is_not_is_changed() -> None:
    assert changed_pages((A,), (replace(A, body="chart"),), body) == (
        ChangedPage("Title of /a/", "_posts/a.md", PageChange.CHANGED, "/a/", "/a/", 0, 0, 0),
    )


def test_addresses_are_no_words() -> None:
    link = Ref(RefKind.FILE, "images/words of a name.png").hole
    found = {
        "plain": Body("", markdown="see here"),
        "linked": Body("", markdown=f"[see]({link}) [here](https://example.org/blog/pr-preview/pr-7/posts/a/)"),
    }

    (one,) = changed_pages((replace(A, body="plain"),), (replace(A, body="linked"),), found.__getitem__)

    assert (one.words_added, one.words_removed) == (0, 0)


def test_pages_come_in_the_order_of_their_titles() -> None:
    pages = [replace(page(f"/{name}/", f"{name}.md"), title=name) for name in ("b", "C", "a")]

    assert [one.title for one in changed_pages((), pages, body)] == ["a", "b", "C"]


def test_in_a_script_without_spaces_a_changed_character_is_one_word() -> None:
    bodies = {"old": Body("", markdown="春の海、終日のたり"), "new": Body("", markdown="秋の海、終日のたり")}

    (one,) = changed_pages((replace(A, body="old"),), (replace(A, body="new"),), bodies.__getitem__)

    assert (one.words_added, one.words_removed) == (1, 1)


TEXTS = st.lists(st.text(alphabet=st.sampled_from(string.ascii_letters + " \n.漢字"), max_size=60), max_size=6)


@given(TEXTS, TEXTS)
def test_what_was_added_less_what_was_removed_is_the_difference_in_length(old: list[str], new: list[str]) -> None:
    bodies = {"old": Body("", markdown="\n".join(old)), "new": Body("", markdown="\n".join(new))}
    live, preview = replace(A, body="old"), replace(A, body="new")

    (there,) = changed_pages((live,), (preview,), bodies.__getitem__)
    (back,) = changed_pages((preview,), (live,), bodies.__getitem__)
    (whole,) = changed_pages((), (preview,), bodies.__getitem__)
    (lost,) = changed_pages((live,), (), bodies.__getitem__)

    assert (there.words_added, there.words_removed) == (back.words_removed, back.words_added)
    assert there.words_added - there.words_removed == whole.words_added - lost.words_removed


@pytest.mark.parametrize("piece", ["word ", "a", "a+", "a://", "\ue0f0file", "漢"], ids=str.split("w a p u h c"))
def test_a_long_page_is_compared_within_seconds_whatever_is_in_it(piece: str) -> None:
    bodies = {"old": Body("", markdown="x"), "new": Body("", markdown=piece * (1_000_000 // len(piece)))}

    began = time.process_time()
    (one,) = changed_pages((replace(A, body="old"),), (replace(A, body="new"),), bodies.__getitem__)

    assert one.change is PageChange.CHANGED
    assert time.process_time() - began < 5


def test_bodies_come_from_whichever_store_has_them(tmp_path_factory: pytest.TempPathFactory) -> None:
    first, second = (Store(tmp_path_factory.mktemp("store")) for _ in range(2))
    second.put("documents", "one", encode(BODIES["one"]))

    bodies = bodies_in(first, second)

    assert bodies("one") == BODIES["one"]
    with pytest.raises(LostBytesError):
        bodies("other")


def test_a_page_that_cannot_be_read_any_more_is_not_said_to_be_removed() -> None:
    problems = (
        error("broken", "it is not JSON", Location("_posts/a.md")),
        warning("w", "odd", Location("_posts/b.md")),
    )
    kept = page("/b/", "_posts/b.md")

    found = changed_pages((A, kept), (), body, broken=broken_in(problems))

    assert [(one.path, one.change) for one in found] == [("_posts/b.md", PageChange.REMOVED)]
