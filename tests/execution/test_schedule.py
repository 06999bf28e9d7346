"""When a notebook is due."""

from datetime import UTC, datetime

import pytest

from generator.execution.schedule import is_due, next_time


def _at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("refresh", "timezone", "expected"),
    [
        ("hourly", "UTC", "2026-11-18T13:00:00+00:00"),
        ("daily", "UTC", "2026-11-19T00:00:00+00:00"),
        ("daily", "Europe/Berlin", "2026-11-19T00:00:00+01:00"),
        ("weekly", "America/Chicago", "2026-11-23T00:00:00-06:00"),
        ("monthly", "UTC", "2026-12-01T00:00:00+00:00"),
        ("0 */6 * * *", "UTC", "2026-11-18T18:00:00+00:00"),
        ("0 6 * * mon", "Europe/Berlin", "2026-11-23T06:00:00+01:00"),
    ],
)
def test_a_schedule_is_meant_in_its_time_zone(refresh: str, timezone: str, expected: str) -> None:
    found = next_time(refresh, timezone, _at(18, 12, 20))

    assert found is not None
    assert found.isoformat() == expected


def test_a_notebook_is_due_when_its_time_has_come_since_the_last_good_run() -> None:
    assert not is_due("daily", "UTC", _at(18, 0), _at(18, 23, 59))
    assert is_due("daily", "UTC", _at(18, 0), _at(19, 0))
    assert is_due("daily", "Europe/Berlin", _at(18, 22, 30), _at(18, 23))
    assert not is_due("daily", "UTC", _at(18, 22, 30), _at(18, 23))


def test_a_workflow_that_comes_a_little_earlier_each_day_misses_no_day() -> None:
    assert is_due("daily", "UTC", _at(18, 6, 10), _at(19, 6, 5))


def test_a_notebook_that_has_never_run_is_due() -> None:
    assert is_due("monthly", "UTC", None, _at(18, 0))


def test_a_run_of_the_future_is_no_reason_to_run_again() -> None:
    assert not is_due("hourly", "UTC", _at(20, 0), _at(18, 0))
