"""When a notebook is due by its schedule."""

from datetime import datetime
from zoneinfo import ZoneInfo

from generator.formats.cron import cron_of, next_fire


def next_time(refresh: str, timezone: str, after: datetime) -> datetime | None:
    """The first moment later than ``after`` at which the schedule asks for a run, in its own time zone; None for never.

    Args:
        refresh: ``hourly``, ``daily``, ``weekly`` (Mondays), ``monthly`` or a cron expression.
        timezone: IANA name; midnight and every hour of the schedule are meant there.
        after: aware.
    """
    return next_fire(cron_of(refresh), after.astimezone(ZoneInfo(timezone)))


def is_due(refresh: str, timezone: str, last_good: datetime | None, now: datetime) -> bool:
    """Whether the schedule has asked for a run since the last good one; before the first one it has.

    Args:
        last_good, now: aware.
    """
    if last_good is None:
        return True
    wanted = next_time(refresh, timezone, last_good)
    return wanted is not None and wanted.timestamp() <= now.timestamp()
