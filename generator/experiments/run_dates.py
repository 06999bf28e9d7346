"""Moments as services write them, as points in time and as words."""

import math
from datetime import UTC, datetime

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def moment_of(written: str) -> datetime | None:
    """The point in time, in UTC where no zone is named; None for what is none.

    >>> moment_of("2026-11-26T08:00:00Z") == moment_of("2026-11-26T08:00:00")
    True
    >>> moment_of("soon") is None
    True
    """
    try:
        moment = datetime.fromisoformat(written)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def second_of(written: str) -> float:
    """Of that point in time, since 1970; of none minus infinity, as if it were older than all others."""
    moment = moment_of(written)
    return moment.timestamp() if moment else -math.inf


def date_words(written: str) -> str:
    """The day in UTC, in words; empty for what is no point in time.

    >>> date_words("2026-11-26T23:30:00-02:00"), date_words("soon")
    ('27 November 2026', '')
    """
    moment = moment_of(written)
    return f"{moment.day} {_MONTHS[moment.month - 1]} {moment.year}" if moment else ""


def short_date_words(written: str) -> str:
    """The same where there is little room.

    >>> short_date_words("2026-09-01")
    '1 Sep 2026'
    """
    moment = moment_of(written)
    return f"{moment.day} {_MONTHS[moment.month - 1][:3]} {moment.year}" if moment else ""
