"""Who is published when, and in which order."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from generator.model.document import Document
from generator.model.front_matter import Visibility
from generator.model.site import SiteRules, State
from generator.model.source import Shelf
from generator.site.placed import Placed

_LONG_AGO = datetime(1, 1, 3, tzinfo=UTC)


def zone_of(name: str) -> ZoneInfo | None:
    """The time zone called name; None when there is none."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None


def moment_in(zone: ZoneInfo, value: date | datetime | None) -> datetime | None:
    """Value as an aware moment in zone: a day begins at midnight, a time without zone is the zone's own."""
    if value is None:
        return None
    if not isinstance(value, datetime):
        return datetime(value.year, value.month, value.day, tzinfo=zone)
    if value.tzinfo is None:
        return value.replace(tzinfo=zone)
    try:
        return value.astimezone(zone)
    except OverflowError:
        # The first and last day of the calendar have no neighbour to move to.
        return value.replace(tzinfo=zone)


def state_of(document: Document, when: datetime | None, expires: datetime | None, rules: SiteRules) -> State:
    """What becomes of a document; contracts.md, "Who sees what"."""
    visibility = document.front.visibility
    if visibility is Visibility.DRAFT or document.shelf is Shelf.DRAFTS:
        return State.DRAFT
    if expires is not None and not is_after(expires, rules.now):
        return State.EXPIRED
    if when is not None and is_after(when, rules.now) and not _publishes_future(rules):
        return State.SCHEDULED
    return State.UNLISTED if visibility is Visibility.UNLISTED else State.PUBLISHED


def is_shown(state: State, rules: SiteRules) -> bool:
    """Whether documents in this state get a page."""
    match state:
        case State.PUBLISHED | State.UNLISTED:
            return True
        case State.DRAFT:
            return rules.shows_drafts
        case State.SCHEDULED:
            return rules.shows_future
        case _:
            return False


def next_change(placed: Iterable[Placed]) -> datetime | None:
    """The earliest time at which a scheduled or expiring document changes state."""
    changes: list[datetime] = []
    for one in placed:
        if one.state is State.SCHEDULED and one.date is not None:
            changes.append(one.date)
        if one.state in (State.PUBLISHED, State.UNLISTED) and one.expires is not None:
            changes.append(one.expires)
    return min(changes, key=_instant, default=None)


def newest_first(placed: Iterable[Placed]) -> list[Placed]:
    """By date, newest first; on one day by name, last first, as Jekyll's lists do; undated ones at the end.

    Variants of one notebook stand as its author ordered them.
    """
    return sorted(sorted(placed, key=lambda one: one.place_in_list), key=_order, reverse=True)


def is_after(moment: datetime, other: datetime) -> bool:
    """Whether an aware moment is later than another, also at the ends of the calendar."""
    return _instant(moment) > _instant(other)


def _publishes_future(rules: SiteRules) -> bool:
    # An old blog published posts with a date to come like any other; `--future` elsewhere only shows them.
    return rules.is_old_blog and rules.shows_future


def _order(one: Placed) -> tuple[float, str, str]:
    return _instant(one.date or _LONG_AGO), one.stem, one.path


def _instant(moment: datetime) -> float:
    # Not `timestamp()` of the moment itself: comparing across zones overflows in the years 1 and 9999.
    try:
        return moment.timestamp()
    except (OverflowError, ValueError):
        return moment.replace(tzinfo=UTC).timestamp()
