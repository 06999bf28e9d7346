"""Bars of one metric: where they begin, where they end and what is said of them."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as some
from selectolax.lexbor import LexborHTMLParser

from generator.experiments.page.bars import Bar, bars_svg


def drawn(*values: float, reference: float | None = None) -> list[tuple[float, float]]:
    """Where each bar begins and ends, in percent."""
    svg = bars_svg("acc", [Bar(f"run {value}", value, str(value)) for value in values], reference)
    return [
        (float(x), round(float(x) + float(width), 2))
        for x, width in re.findall(r'class="runs-bar[^"]*" x="([\d.]+)%" y="\d+" height="\d+" width="([\d.]+)%"', svg)
    ]


@pytest.mark.parametrize(
    ("values", "places"),
    [
        ((0.5, 1.0), [(0, 50), (0, 100)]),
        ((90.0, 95.0), [(0, 94.74), (0, 100)]),
        ((-1.0, 3.0), [(0, 25), (25, 100)]),
        ((-2.0, -4.0), [(50, 100), (0, 100)]),
        ((0.0,), [(50, 50.2)]),
        ((1e308, -1e308), [(50, 100), (0, 50)]),
        ((5e-324, 0.0), [(0, 100), (0, 0.2)]),
    ],
    ids=["halves", "near", "both signs", "negative", "nothing", "huge", "smallest"],
)
def test_every_bar_begins_at_zero(values: tuple[float, ...], places: list[tuple[float, float]]) -> None:
    assert drawn(*values) == places


def test_the_reference_is_marked_at_its_value_on_every_bar() -> None:
    svg = bars_svg("acc", [Bar("a", 1.0, "1"), Bar("b", 4.0, "4")], 2.0)

    assert re.findall(r'class="runs-mark" x1="([\d.]+%)" x2="([\d.]+%)"', svg) == [("50.00%", "50.00%")] * 2


def test_a_reference_beyond_all_bars_has_room() -> None:
    svg = bars_svg("acc", [Bar("a", 1.0, "1")], 2.0)

    assert 'class="runs-bar" x="0.00%" y="20" height="12" width="50.00%"' in svg
    assert 'x1="99.80%"' in svg


def test_bars_are_words_to_who_sees_none() -> None:
    bars = [Bar(f"run-{number}", float(number), str(number)) for number in range(9)]

    label = LexborHTMLParser(bars_svg("acc (max)", bars, None)).css("svg")[0].attributes["aria-label"]

    assert label == "Bars of acc (max): run-0 0, run-1 1, run-2 2, run-3 3, run-4 4, run-5 5 and 3 more"


def test_a_bar_says_its_name_its_part_and_its_value() -> None:
    svg = bars_svg("acc", [Bar("<i>a</i>" + "x" * 90, 1.0, "1", "reference", "reference, crashed")], None)

    words = [text.text() for text in LexborHTMLParser(svg).css("text")]
    assert words == ["<i>a</i>" + "x" * 31 + "… (reference, crashed)", "1"]
    assert 'class="runs-bar is-reference"' in svg


def test_a_bar_stands_out_from_its_track_where_no_style_sheet_is() -> None:
    drawing = LexborHTMLParser(bars_svg("acc", [Bar("a", 1.0, "1")], 2.0))

    assert [shape.attributes.get("fill-opacity") for shape in drawing.css("rect")] == [".1", None]
    assert drawing.css("svg")[0].attributes["fill"] == drawing.css("line")[0].attributes["stroke"] == "currentColor"


def test_nothing_is_drawn_of_nothing() -> None:
    assert bars_svg("acc", [], 1.0) == ""


@given(
    some.lists(some.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=8),
    some.none() | some.floats(allow_nan=False, allow_infinity=False),
)
def test_no_bar_leaves_the_drawing_whatever_the_numbers(values: list[float], reference: float | None) -> None:
    places = drawn(*values, reference=reference)

    assert len(places) == len(values)
    assert all(0 <= begin <= 99.81 and end <= 100.2 for begin, end in places)
