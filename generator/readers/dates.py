"""Dates as people write them."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from types import MappingProxyType

# So that no change of time zone leaves the calendar.
FIRST_YEAR, LAST_YEAR = 1000, 9000
_MONTHS: Mapping[str, int] = MappingProxyType(
    {
        name: number
        for number, name in enumerate(
            ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), start=1
        )
    }
)
_TIME = r"(?:[T ,]\s*(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*([AaPp][Mm])?)?"
_ZONE = r"(?:\s*(Z|UTC|GMT|(?:UTC|GMT)?[+-]\d{2}(?::?\d{2})?))?"
_YEAR_FIRST = re.compile(rf"(\d{{4}})([-/.])(\d{{1,2}})\2(\d{{1,2}}){_TIME}{_ZONE}", re.IGNORECASE)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2})?(Z)?)?")
_YEAR_LAST = re.compile(rf"(\d{{1,2}})([-/.])(\d{{1,2}})\2(\d{{4}}){_TIME}{_ZONE}", re.IGNORECASE)
_WEEKDAY = r"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,?\s+)?"
_MONTH = r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_DAY = r"(\d{1,2})(?:st|nd|rd|th)?"
_MONTH_FIRST = re.compile(rf"{_WEEKDAY}{_MONTH}\s+{_DAY},?\s+(\d{{4}}){_TIME}{_ZONE}", re.IGNORECASE)
_DAY_FIRST = re.compile(rf"{_WEEKDAY}{_DAY}[\s-]+{_MONTH},?[\s-]+(\d{{4}}){_TIME}{_ZONE}", re.IGNORECASE)


def parse_date(value: object) -> date | datetime:
    """The date in value; a time without a zone stays without one.

    Raises:
        ValueError: it is none, or one that two readers would take for two days (``05/04/2021``).

    >>> parse_date("2020-1-5"), parse_date("Jan 5, 2020")
    (datetime.date(2020, 1, 5), datetime.date(2020, 1, 5))
    >>> parse_date("2020-01-05 10:00 +02:00").isoformat()
    '2020-01-05T10:00:00+02:00'
    """
    if isinstance(value, date):
        return value
    text = " ".join(str(value).strip().strip("\"'").split())
    if len(text) > 60:
        raise ValueError("too long for a date")
    readings = (read(text) for read in (_year_first, _compact, _with_month_name, _year_last, _mail_date))
    found = next(found for found in readings if found is not None)
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise ValueError("no year of a blog")
    return found


def _year_first(text: str) -> date | datetime | None:
    match = _YEAR_FIRST.fullmatch(text)
    if match is None:
        return None
    return _moment(date(int(match[1]), int(match[3]), int(match[4])), match.groups()[4:])


def _compact(text: str) -> date | datetime | None:
    match = _COMPACT.fullmatch(text)
    if match is None:
        return None
    hour, minute, second, zone = match.groups()[3:]
    return _moment(date(int(match[1]), int(match[2]), int(match[3])), (hour, minute, second, None, None, zone))


def _with_month_name(text: str) -> date | datetime | None:
    match = _MONTH_FIRST.fullmatch(text)
    if match is not None:
        return _moment(date(int(match[3]), _MONTHS[match[1].lower()], int(match[2])), match.groups()[3:])
    match = _DAY_FIRST.fullmatch(text)
    if match is not None:
        return _moment(date(int(match[3]), _MONTHS[match[2].lower()], int(match[1])), match.groups()[3:])
    return None


def _year_last(text: str) -> date | datetime | None:
    match = _YEAR_LAST.fullmatch(text)
    if match is None:
        return None
    first, second, year = int(match[1]), int(match[3]), int(match[4])
    if match[2] != "." and first <= 12 and second <= 12 and first != second:
        raise ValueError("either of two days")
    day, month = (first, second) if match[2] == "." or second <= 12 else (second, first)
    return _moment(date(year, month, day), match.groups()[4:])


def _moment(day: date, rest: tuple[str | None, ...]) -> date | datetime:
    hour, minute, second, fraction, half, zone = rest
    if hour is None or minute is None:
        return day
    hours = int(hour)
    if half:
        if not 1 <= hours <= 12:
            raise ValueError("no such hour")
        hours = hours % 12 + (12 if half.lower() == "pm" else 0)
    microsecond = int((fraction or "0").ljust(6, "0")[:6])
    return datetime(day.year, day.month, day.day, hours, int(minute), int(second or 0), microsecond, _zone(zone))


def _zone(written: str | None) -> timezone | None:
    if not written:
        return None
    digits = re.sub(r"[^0-9+-]", "", written)
    if not digits:
        return UTC
    hours, minutes = int(digits[1:3]), int(digits[3:5] or 0)
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(-offset if digits[0] == "-" else offset)


def _mail_date(text: str) -> datetime:
    # Hardly any blog has one, and its import takes as long as all of this module's own.
    from email.utils import parsedate_to_datetime

    try:
        return parsedate_to_datetime(text)
    except (TypeError, IndexError, OverflowError) as wrong:
        raise ValueError("not a date") from wrong
