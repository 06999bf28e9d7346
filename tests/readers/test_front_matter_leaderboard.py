"""``layout: leaderboard``: what front matter says of a board."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from generator.location import Location
from generator.model.front_matter import FrontMatter, LeaderboardBlock
from generator.model.notebook import Cell, CellKind, Notebook
from generator.model.problem import Problem, error, warning
from generator.model.reading import ReadingRules
from generator.model.source import Shelf, SourceFile, SourceKind
from generator.readers.front_matter import from_markdown, from_notebook
from generator.readers.front_matter_entries import Entry
from generator.readers.front_matter_leaderboard import leaderboard_of
from generator.readers.front_matter_values import Values
from generator.yaml_text import load

PATH = "_posts/2026-11-26-board.md"
SOURCE = SourceFile(PATH, Shelf.POSTS, "_posts", SourceKind.MARKDOWN, b"", "")


def read(yaml: str) -> tuple[FrontMatter, tuple[Problem, ...]]:
    front, _, _, problems = from_markdown(f"---\n{yaml}\n---\nWords.\n", SOURCE, ReadingRules())
    return front, problems


def test_every_key_keeps_its_line() -> None:
    front, problems = read(
        "layout: leaderboard\nleaderboard:\n  project: acme/mnist\n\n  # a word\n  metric: acc:max\n"
    )

    assert front.leaderboard is not None
    assert problems == ()
    parsed = load(front.leaderboard.text, at=front.leaderboard.at)
    assert parsed.value == {"project": "acme/mnist", "metric": "acc:max"}
    assert parsed.lines == {("project",): 4, ("metric",): 7}


def test_a_map_on_one_line_keeps_its_line_too() -> None:
    front, _ = read("layout: leaderboard\nleaderboard: {project: acme/mnist, metric: acc}")

    assert front.leaderboard is not None
    assert load(front.leaderboard.text, at=front.leaderboard.at).lines == {("project",): 3, ("metric",): 3}


@pytest.mark.parametrize(
    ("yaml", "line"),
    [
        pytest.param("layout: leaderboard", 2, id="absent"),
        pytest.param("layout: Leaderboard\nleaderboard:", 2, id="empty"),
        pytest.param("layout: leaderboard\nleaderboard: true", 3, id="true"),
    ],
)
def test_the_layout_alone_asks_for_the_board_of_the_settings(yaml: str, line: int) -> None:
    front, problems = read(yaml)

    assert front.leaderboard == LeaderboardBlock("", Location(PATH, line=line))
    assert problems == ()


def test_a_map_of_another_layout_is_the_authors_own() -> None:
    front, problems = read("layout: post\nleaderboard:\n  project: x\n")

    assert front.leaderboard is None
    assert front.extra == {"leaderboard": {"project": "x"}}
    assert problems == ()


def test_a_board_is_no_value_for_liquid() -> None:
    assert read("layout: leaderboard\nleaderboard:\n  project: x\n")[0].extra == {}


def test_what_is_no_map_is_an_error_at_its_line() -> None:
    front, problems = read("layout: leaderboard\nleaderboard: [acc, loss]")

    assert front.leaderboard is None
    assert problems == (
        error(
            "front-matter-value",
            "`leaderboard: ['acc', 'loss']` is no map of keys to values",
            Location(PATH, line=3),
            "write its keys below it, such as `metric: acc:max`",
        ),
    )


@pytest.mark.parametrize("layout", ["leaderbord", "leader-board", "leaderboards"])
def test_a_slip_in_the_layout_is_told(layout: str) -> None:
    front, problems = read(f"layout: {layout}")

    assert front.leaderboard is None
    assert problems == (
        warning(
            "front-matter-value",
            f"`layout: {layout}` is no layout",
            Location(PATH, line=2),
            "write `layout: leaderboard`",
        ),
    )


def test_a_slip_in_the_key_is_told() -> None:
    _, problems = read("layout: leaderboard\nleaderbord:\n  metric: acc")

    assert [(problem.problem, problem.mend) for problem in problems] == [
        ("unknown front-matter key `leaderbord`", "write `leaderboard:`")
    ]


def test_a_notebook_may_have_a_board() -> None:
    cell = Cell(CellKind.RAW, 1, "---\nlayout: leaderboard\nleaderboard:\n  metric: acc:max\n---")
    source = SourceFile("_notebooks/a.ipynb", Shelf.NOTEBOOKS, "_notebooks", SourceKind.NOTEBOOK, b"", "")

    front, _, problems = from_notebook(Notebook((cell,), {}, "python", "python3", "4.5"), source, ReadingRules())

    assert front.leaderboard is not None
    assert problems == ()
    parsed = load(front.leaderboard.text, at=front.leaderboard.at)
    assert (parsed.value, parsed.lines[("metric",)]) == ({"metric": "acc:max"}, 4)
    assert front.leaderboard.at.cell == 1


# As the loader gives text out: it has taken away what no page may hold.
TEXT = some.text(some.characters(codec="utf-8", exclude_characters="\x00\ue0f0\ue0f1\ue0f2"), max_size=20)
VALUES = some.recursive(
    some.none() | some.booleans() | some.integers(-(10**30), 10**30) | some.floats(allow_nan=False) | TEXT,
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)


@given(some.dictionaries(TEXT.filter(lambda key: key != "<<"), VALUES, min_size=1, max_size=4), some.data())
def test_whatever_the_map_holds_the_block_says_the_same_at_the_same_lines(
    keys: dict[str, object], draw: some.DataObject
) -> None:
    at = Location(PATH, line=3)
    lines = dict(zip(keys, sorted(draw.draw(some.integers(1, 9)) for _ in keys), strict=True))
    entries = {"layout": Entry("layout", "leaderboard", at), "leaderboard": Entry("leaderboard", keys, at, lines)}

    block = leaderboard_of(Values(entries))

    assert block is not None
    parsed = load(block.text, at=at)
    assert parsed.value == keys
    assert {key: parsed.lines[(key,)] for key in keys} == {key: line + 2 for key, line in lines.items()}
