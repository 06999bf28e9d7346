"""Bars of text."""

from hypothesis import given
from hypothesis import strategies as st

from generator.experiments.text_bars import text_bars


def test_bars_are_to_one_scale_from_zero() -> None:
    assert text_bars([0.95, 0.9, 0.8, 0.0]) == (
        "████████████████████",
        "███████████████████ ",
        "████████████████▉   ",
        " " * 20,
    )


def test_below_zero_goes_to_the_left() -> None:
    assert text_bars([3, -1, 0], width=8) == ("  │██████", "██│      ", "  │      ")
    assert text_bars([-1, -2], width=4) == ("  ██│", "████│")


def test_without_sizes_there_are_no_bars() -> None:
    assert text_bars([0, 0], width=3) == ("   ", "   ")
    assert text_bars([]) == ()


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=8))
def test_bars_are_of_one_width_and_a_larger_number_never_has_the_shorter_one(values: list[float]) -> None:
    bars = text_bars(values)

    assert len({len(bar) for bar in bars}) == 1
    lengths = [(value, sum(mark not in " │" for mark in bar)) for value, bar in zip(values, bars, strict=True)]
    above = sorted((value, length) for value, length in lengths if value >= 0)
    assert [length for _, length in above] == sorted(length for _, length in above)
