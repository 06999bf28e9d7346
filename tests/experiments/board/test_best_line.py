"""The line of the best over time."""

import re
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from generator.experiments.board.best_line import best_line_html
from generator.model.experiment import Best, Direction


def best(day: int, value: float) -> Best:
    return Best(f"2026-11-{day:02}T00:00:00Z", "acc", Direction.MAX, value, f"r{day}", f"run-{day}")


def corners(svg: str) -> list[tuple[float, float]]:
    (points,) = re.findall(r'points="([^"]*)"', svg)
    return [(float(x), float(y)) for x, y in (point.split(",") for point in points.split())]


def test_a_best_holds_until_the_next_and_the_last_until_the_snapshot_was_made() -> None:
    svg = best_line_html("acc", [best(1, 0.5), best(6, 1.0)], "2026-11-11T00:00:00Z")

    assert corners(svg) == [(0, 1000), (500, 1000), (500, 0), (1000, 0)]
    assert "1 Nov 2026" in svg
    assert "11 Nov 2026" in svg


def test_it_says_in_words_what_it_shows() -> None:
    svg = best_line_html('a"<b>', [best(1, 0.5), best(6, 1.0)], "2026-11-11T00:00:00Z")

    root = ET.fromstring(svg)
    assert root.attrib["aria-label"] == 'The best a"<b> moved in 1 step from 0.5 to 1'
    assert root.attrib["role"] == "img"


@pytest.mark.parametrize(
    ("bests", "until"),
    [
        pytest.param([], "2026-11-11T00:00:00Z", id="none"),
        pytest.param([best(1, 0.5)], "2026-11-11T00:00:00Z", id="one"),
        pytest.param([best(1, 0.5), best(1, 0.6)], "2026-11-01T00:00:00Z", id="one moment"),
        pytest.param([replace(best(1, 1), as_of="?"), best(2, 2)], "2026-11-11T00:00:00Z", id="no moment"),
    ],
)
def test_there_is_no_line_through_less_than_two_points(bests: list[Best], until: str) -> None:
    assert best_line_html("acc", bests, until) == ""


@pytest.mark.parametrize("values", [(1e308, -1e308), (5e-324, 0.0), (0.1, 0.1), (-1e300, 1e-300)], ids=repr)
def test_any_numbers_stay_within_the_drawing(values: tuple[float, float]) -> None:
    svg = best_line_html("acc", [best(1, values[0]), best(6, values[1])], "")

    assert all(0 <= x <= 1000 and 0 <= y <= 1000 for x, y in corners(svg))


def test_a_feed_which_has_no_style_sheet_shows_a_line_and_no_filled_shape() -> None:
    drawn = best_line_html("acc", [best(1, 0.5), best(2, 0.75)], "2026-11-03T08:00:00Z")

    (line,) = re.findall("<polyline[^>]*>", drawn)
    assert ('fill="none"' in line, 'stroke="currentColor"' in line) == (True, True)
