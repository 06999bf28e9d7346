"""When a schedule fires: ``daily`` or a cron expression of five fields; home of cronsim."""

from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType

WORDS: Mapping[str, str] = MappingProxyType(
    {"hourly": "0 * * * *", "daily": "0 0 * * *", "weekly": "0 0 * * 1", "monthly": "0 0 1 * *"}
)
"""At the full hour, at midnight, at Monday's, at that of the month's first day."""

_FIELDS = 5
# Every combination of weekday and leap day comes round within these; cronsim itself looks ahead for fifty years.
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


def cron_of(schedule: str) -> str:
    """The cron expression that a word stands for (``@daily`` too); anything else as it is, in single spaces.

    >>> cron_of("Daily"), cron_of("0  6 * * mon")
    ('0 0 * * *', '0 6 * * mon')
    """
    expression = " ".join(schedule.split())
    return WORDS.get(expression.lower().removeprefix("@"), expression)


def is_cron(expression: str) -> bool:
    """Whether it is a cron expression of five fields, of one that never fires, too."""
    if len(expression.split()) != _FIELDS:
        return False
    minute, hour, day, _, weekday = expression.split()
    # `0 0 30 2 *` is refused when it is parsed, and says what it means all the same.
    return _is_readable(expression) or (
        _is_readable(f"{minute} {hour} {day} * {weekday}") and _is_readable(f"0 0 1 {expression.split()[3]} *")
    )


def can_fire(expression: str) -> bool:
    """Whether a cron expression of five fields ever fires."""
    return is_cron(expression) and _is_readable(expression) and _next(expression, _LONG_AGO) is not None


def next_fire(expression: str, after: datetime) -> datetime | None:
    """The first moment later than ``after`` at which it fires, in the time zone of ``after``; None for never.

    Daylight saving time is treated as cron on Debian treats it: what falls into the hour that is left out fires at
    its end, what falls into the hour that comes twice fires once, and what fires every hour or oftener goes by real
    time.

    Args:
        after: aware.
    """
    fires = _next(expression, after)
    # Within an hour that comes twice, the clock's next 02:30 may be the one that has been.
    while fires is not None and fires.astimezone(UTC) <= after.astimezone(UTC):
        fires = _next(expression, fires.replace(fold=0))
    return fires


def _next(expression: str, after: datetime) -> datetime | None:
    from cronsim import CronSim

    try:
        return next(CronSim(expression, after), None)
    except (OverflowError, ValueError):
        # The calendar ends with the year 9999.
        return None


def _is_readable(expression: str) -> bool:
    from cronsim import CronSim, CronSimError

    try:
        CronSim(expression, _LONG_AGO)
    except CronSimError:
        return False
    return True
