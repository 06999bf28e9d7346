"""Cron expressions: which are some, and when they fire."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from generator.formats.cron import can_fire, cron_of, is_cron, next_fire

_BERLIN, _CHICAGO = ZoneInfo("Europe/Berlin"), ZoneInfo("America/Chicago")


@pytest.mark.parametrize(
    "expression",
    [
        "0 6 * * *",
        "*/15 * * * *",
        "0 6 * * mon",
        "0 6 * jan-mar 1-5",
        "0 0 l * *",
        "0 0 29 2 *",
        "0 0 31 4 1",
        "5/10 * * * *",
    ],
)
def test_an_expression_of_five_fields_fires(expression: str) -> None:
    assert (is_cron(expression), can_fire(expression)) == (True, True)


@pytest.mark.parametrize("expression", ["0 0 30 2 *", "0 0 31 4,6 *", "0 0 31 feb *"])
def test_a_day_that_no_such_month_has_never_comes(expression: str) -> None:
    assert (is_cron(expression), can_fire(expression)) == (True, False)
    assert next_fire("0 0 29 2 *", datetime(2025, 1, 1, tzinfo=UTC)) == datetime(2028, 2, 29, tzinfo=UTC)


@pytest.mark.parametrize(
    "expression",
    [
        "",
        "dayly",
        "* * * *",
        "0 0 6 * * *",
        "61 * * * *",
        "0 25 * * *",
        "0 0 32 * *",
        "0 0 30 13 *",
        "a b c d e",
        "0 0 * * mond",
    ],
)
def test_what_is_no_cron_expression_is_known_as_such(expression: str) -> None:
    assert (is_cron(expression), can_fire(expression)) == (False, False)


def test_words_stand_for_expressions() -> None:
    assert [cron_of(word) for word in ("hourly", "@daily", "Weekly", "monthly", " 1  2 3 4 5 ")] == [
        "0 * * * *",
        "0 0 * * *",
        "0 0 * * 1",
        "0 0 1 * *",
        "1 2 3 4 5",
    ]


def _fires(expression: str, after: datetime, times: int) -> list[str]:
    found = []
    for _ in range(times):
        following = next_fire(expression, after)
        assert following is not None
        assert following.tzinfo is after.tzinfo
        found.append(following.astimezone(UTC).strftime("%m-%d %H:%M"))
        after = following
    return found


def test_a_time_that_the_clock_leaps_over_comes_at_the_end_of_the_leap() -> None:
    assert _fires("30 2 * * *", datetime(2026, 3, 28, 12, tzinfo=_BERLIN), 2) == ["03-29 01:00", "03-30 00:30"]
    assert _fires("30 2 * * *", datetime(2026, 3, 7, 12, tzinfo=_CHICAGO), 2) == ["03-08 08:00", "03-09 07:30"]


def test_a_time_that_comes_twice_fires_once() -> None:
    assert _fires("30 2 * * *", datetime(2026, 10, 24, 12, tzinfo=_BERLIN), 2) == ["10-25 00:30", "10-26 01:30"]
    assert _fires("30 1 * * *", datetime(2026, 10, 31, 12, tzinfo=_CHICAGO), 2) == ["11-01 06:30", "11-02 07:30"]


def test_within_the_hour_that_comes_twice_the_next_time_is_later() -> None:
    second = datetime(2026, 10, 25, 2, 10, fold=1, tzinfo=_BERLIN)

    assert _fires("30 2 * * *", second, 1) == ["10-26 01:30"]


def test_what_fires_every_hour_goes_by_real_time() -> None:
    assert _fires("0 * * * *", datetime(2026, 3, 29, 0, 30, tzinfo=_BERLIN), 3) == [
        "03-29 00:00",
        "03-29 01:00",
        "03-29 02:00",
    ]
    assert _fires("0 * * * *", datetime(2026, 10, 25, 1, 30, tzinfo=_BERLIN), 3) == [
        "10-25 00:00",
        "10-25 01:00",
        "10-25 02:00",
    ]


def test_midnight_may_be_the_hour_that_is_left_out() -> None:
    santiago = ZoneInfo("America/Santiago")

    assert _fires("0 0 * * *", datetime(2026, 9, 5, 12, tzinfo=santiago), 2) == ["09-06 04:00", "09-07 03:00"]


def test_the_calendar_ends() -> None:
    assert next_fire("0 0 1 1 *", datetime(9999, 6, 1, tzinfo=UTC)) is None
