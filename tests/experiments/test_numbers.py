"""Values of runs as numbers and as text."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.experiments.numbers import as_number, difference_text, number_text, percent_text, value_text


def deep(levels: int) -> Any:
    value: Any = 0
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("value", "full", "short"),
    [
        (10, "10", "10"),
        (10.0, "10.0", "10"),
        (0.1 + 0.2, "0.30000000000000004", "0.3"),
        (1e-5, "1e-05", "1e-05"),
        (123456789.5, "123456789.5", "123456790"),
        (1e300, "1e+300", "1e+300"),
        (-0.0, "-0.0", "0"),
        (True, "true", "true"),
        (None, "", ""),
        ("NaN", "NaN", "NaN"),
        (math.nan, "NaN", "NaN"),
        (math.inf, "Infinity", "Infinity"),
        ({"a": [1, "é"]}, '{"a": [1, "é"]}', '{"a": [1, "é"]}'),
    ],
    ids=repr,
)
def test_machines_get_the_whole_value_and_people_six_digits(value: Any, full: str, short: str) -> None:
    assert (number_text(value), value_text(value)) == (full, short)


def test_what_cannot_be_written_is_a_mark_and_no_error() -> None:
    assert number_text(deep(100_000)) == "…"
    assert number_text(10**5000) == "…"


def test_long_text_is_cut_for_people() -> None:
    assert value_text("x" * 100, 5) == "xxxx…"
    assert number_text("x" * 100) == "x" * 100


def test_signs_and_rounding_of_differences() -> None:
    assert difference_text(123456.7) == "+123457"
    assert difference_text(-1e-9) == "-1e-09"
    assert percent_text(2.5e7) == "+2.50e+07%"
    assert percent_text(-0.004) == ""


@given(st.floats() | st.integers() | st.text() | st.booleans() | st.none())
def test_a_number_is_finite_and_what_was_written(value: Any) -> None:
    number = as_number(value)

    if number is not None:
        assert math.isfinite(number)
        assert number == float(value)
        assert not isinstance(value, bool | str)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_what_people_read_is_within_six_digits_of_the_value(value: float) -> None:
    assert math.isclose(float(value_text(value)), value, rel_tol=5.1e-6, abs_tol=5e-324)
