"""The table of contents is a tree."""

from hypothesis import given
from hypothesis import strategies as st

from generator.model.document import Heading
from generator.render.links import in_pages
from generator.render.toc import toc_of
from generator.render.views import TocView
from tests.render.making import headings, made, post, rules, site

BASE = in_pages(rules())


def tree(*lines: str, depth: int = 6) -> list[object]:
    def plain(line: TocView) -> list[object]:
        return [str(line.title), *map(plain, line.children)]

    return [plain(line) for line in toc_of(headings(*lines), depth, {}, BASE)]


def test_each_heading_stands_under_the_nearest_higher_one() -> None:
    assert tree("2 A", "3 B", "4 C", "3 D", "2 E") == [["A", ["B", ["C"]], ["D"]], ["E"]]


def test_a_skipped_level_is_no_level() -> None:
    assert tree("4 A", "2 B", "5 C", "3 D") == [["A"], ["B", ["C"], ["D"]]]


def test_headings_below_the_depth_are_left_out() -> None:
    assert tree("2 A", "3 B", "2 C", depth=2) == [["A"], ["C"]]


def test_an_anchor_is_legible_and_safe_in_a_link() -> None:
    heading = Heading(2, 'Example-1:-"Ü"', '<a href="/x">Example</a> <code>1</code>', "Example 1")

    assert toc_of((heading,), 6, {}, BASE) == (
        TocView("Example <code>1</code>", "#Example-1:-%22%C3%9C%22", ()),  # type: ignore[arg-type]
    )


@given(st.lists(st.integers(1, 6)))
def test_no_heading_is_lost(levels: list[int]) -> None:
    def count(lines: tuple[TocView, ...]) -> int:
        return sum(1 + count(line.children) for line in lines)

    lines = toc_of([Heading(level, "x", "x", "x") for level in levels], 6, {}, BASE)

    assert count(lines) == len(levels)


def test_a_document_decides_about_its_own_table_of_contents() -> None:
    shown = headings("2 A", "2 B")
    pages = made(
        site(
            post("/yes/", toc=True, headings=shown),
            post("/no/", toc=False, headings=shown),
            post("/one/", toc=True, headings=headings("2 A")),
            post("/silent/", headings=shown),
        ),
        rules(shows_toc=False),
    )

    assert [name for name in ("yes", "no", "one", "silent") if 'class="toc"' in pages[f"{name}/index.html"]] == ["yes"]
