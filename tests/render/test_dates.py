"""Dates read the same on every machine."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.render.dates import format_date

MOMENT = datetime(2020, 2, 3, 4, 5, 6, tzinfo=UTC)


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("%b %-d, %Y", "Feb 3, 2020"),
        ("%B %d, %Y", "February 03, 2020"),
        ("%e %b %y", " 3 Feb 20"),
        ("%A, %a", "Monday, Mon"),
        ("%Y-%m-%d", "2020-02-03"),
        ("%F %T", "2020-02-03 04:05:06"),
        ("%-m/%-d %-I:%M %p", "2/3 4:05 AM"),
        ("%^b %_d", "FEB  3"),
        ("%j %z %Z", "034 +0000 UTC"),
        ("100%% %Q", "100% %Q"),
    ],
)
def test_a_pattern_is_read_as_jekyll_reads_it(pattern: str, words: str) -> None:
    assert format_date(MOMENT, pattern) == words


def test_a_day_has_no_hours() -> None:
    assert format_date(date(2020, 2, 3), "%Y %H") == "2020 %H"


@given(st.datetimes(timezones=st.just(UTC)).filter(lambda moment: moment.year > 1900), st.sampled_from("YmdHMSjyp"))
def test_numbers_are_those_of_strftime(moment: datetime, letter: str) -> None:
    assert format_date(moment, f"%{letter}") == moment.strftime(f"%{letter}")


@given(st.text(alphabet="%-_^bdYQz "))
def test_no_pattern_is_refused(pattern: str) -> None:
    assert isinstance(format_date(MOMENT, pattern), str)
