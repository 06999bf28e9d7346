"""Courses of runs as lines: where they run, how they are told apart and what is said of them."""

import re
from fractions import Fraction

from hypothesis import example, given
from hypothesis import strategies as some
from selectolax.lexbor import LexborHTMLParser

from generator.experiments.page.lines import Line, lines_html
from generator.experiments.page.scales import scale_over, tick_text
from generator.experiments.run_order import MOST_DRAWN


def points_of(html: str) -> list[list[tuple[float, float]]]:
    """Corners of every line, of a square of 1000."""
    return [
        [(float(x), float(y)) for x, y in (pair.split(",") for pair in line.split())]
        for line in re.findall(r'points="([^"]*)"', html)
    ]


def test_the_first_step_is_left_and_the_largest_value_on_top() -> None:
    html = lines_html("loss", [Line("a", [(0, 4.0), (5, 2.0), (10, 0.0)])])

    assert points_of(html) == [[(0, 0), (500, 500), (1000, 1000)]]


def test_all_lines_share_their_axes() -> None:
    html = lines_html("loss", [Line("a", [(0, 0.0), (10, 1.0)]), Line("b", [(10, 2.0), (20, 4.0)])])

    assert points_of(html) == [[(0, 1000), (500, 750)], [(500, 500), (1000, 0)]]


def test_ticks_are_few_and_round() -> None:
    html = lines_html("loss", [Line("a", [(0, 0.13), (1000, 0.97)])])

    ticks = [text.text() for text in LexborHTMLParser(html).css("text")]
    assert ticks == ["0.25", "0.5", "0.75", "0", "250", "500", "750", "1000"]


def test_twelve_lines_are_told_apart_by_colour_and_dash_together_and_no_more_are_drawn() -> None:
    html = lines_html("loss", [Line(f"run {number}", [(0, number), (1, number + 1)]) for number in range(20)])

    looks = re.findall(r"<polyline ([^>]*) points", html)
    assert (len(looks), len(set(looks))) == (MOST_DRAWN, MOST_DRAWN)
    assert len(points_of(html)) == MOST_DRAWN


def test_the_legend_names_every_line_in_its_look() -> None:
    html = lines_html("loss", [Line("first", [(0, 1), (1, 2)]), Line("<b>", [(0, 1), (1, 3)])])

    tree = LexborHTMLParser(html)
    assert [item.text().strip() for item in tree.css(".runs-legend li")] == ["first", "<b>"]
    swatches = [line.attributes["class"] for line in tree.css(".runs-legend line")]
    assert swatches == [line.attributes["class"] for line in tree.css("polyline")]
    assert tree.css("b") == []


def test_lines_are_words_to_who_sees_none() -> None:
    html = lines_html("loss", [Line("a", [(0, 4.0), (1500, 0.25)]), Line("b", [(500, 2.0)])])

    label = LexborHTMLParser(html).css("svg")[0].attributes["aria-label"]
    assert label == "Lines of loss over steps 0 to 1500: a ends at 0.25, b ends at 2"


def test_lines_are_lines_where_no_style_sheet_is() -> None:
    tree = LexborHTMLParser(lines_html("loss", [Line("a", [(0, 1), (1, 2)])]))

    for line in tree.css("polyline, line"):
        assert line.attributes["stroke"] == "currentColor"
    assert [line.attributes["fill"] for line in tree.css("polyline")] == ["none"]


def test_a_course_of_one_point_is_seen() -> None:
    assert len(points_of(lines_html("loss", [Line("a", [(3, 4.0)])]))[0]) == 2


def test_a_course_without_points_is_left_out() -> None:
    nothing = Line("a", [(0, float("nan")), (1, float("inf"))])

    assert lines_html("loss", [nothing, Line("b", [])]) == ""
    assert ">b<" not in lines_html("loss", [Line("b", []), Line("c", [(0, 1)])])


_NUMBERS = some.floats(allow_nan=False, allow_infinity=False)


@given(some.lists(some.lists(some.tuples(_NUMBERS, _NUMBERS), max_size=5), max_size=4))
def test_no_line_leaves_the_drawing_whatever_the_numbers(courses: list[list[tuple[float, float]]]) -> None:
    html = lines_html("loss", [Line(str(number), points) for number, points in enumerate(courses)])

    lines = points_of(html)
    assert len(lines) == sum(bool(points) for points in courses)
    assert all(0 <= x <= 1000 and 0 <= y <= 1000 for line in lines for x, y in line)


@given(some.lists(_NUMBERS, min_size=1, max_size=5), some.booleans())
@example([5e-324], True)
@example([-1.7e308, 1.7e308], False)
def test_a_scale_holds_its_values_and_a_few_ticks_within(values: list[float], with_zero: bool) -> None:
    scale = scale_over(values, with_zero=with_zero)

    assert scale.low < scale.high
    assert all(scale.low <= value <= scale.high for value in values)
    assert 1 <= len(scale.ticks) <= 12
    # In fractions: the sizes of the smallest and of the largest numbers are none that a float holds.
    low, room = Fraction(scale.low), Fraction(scale.high) - Fraction(scale.low)
    assert all(-room / 1000 <= Fraction(tick) - low <= room * 1001 / 1000 for tick in scale.ticks)
    assert all(len(tick_text(tick)) <= 10 for tick in scale.ticks)


def test_up_to_seven_lines_are_told_apart_by_dash_alone() -> None:
    svg = lines_html("loss", [Line(f"run {n}", ((0, n), (1, n))) for n in range(7)])

    looks = re.findall(r"<polyline ([^>]*) points", svg)
    assert len({re.sub(r'class="[^"]*" ', "", look) for look in looks}) == len(looks) == 7
