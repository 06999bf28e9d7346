"""Dates as words, the same on every machine."""

import re
from datetime import date, datetime

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_DIRECTIVE = re.compile(r"%([-0_^]?)([A-Za-z%])")


def format_date(moment: date, pattern: str) -> str:
    """The date as pattern says, in English: strftime without the machine's locale.

    Flags of Ruby's strftime count too (``%-d``, ``%^b``); an unknown directive stays as it is.

    >>> format_date(date(2020, 2, 3), "%b %-d, %Y")
    'Feb 3, 2020'
    """

    def one(match: re.Match[str]) -> str:
        flag, letter = match[1], match[2]
        word = _word(moment, letter)
        if word is None:
            return match[0]
        if flag == "-":
            return word.lstrip("0 ") or "0"
        if flag == "_":
            return (word.lstrip("0") or "0").rjust(len(word))
        return word.upper() if flag == "^" else word

    return _DIRECTIVE.sub(one, pattern)


def _word(moment: date, letter: str) -> str | None:
    match letter:
        case "Y":
            return f"{moment.year:04d}"
        case "y":
            return f"{moment.year % 100:02d}"
        case "m":
            return f"{moment.month:02d}"
        case "d":
            return f"{moment.day:02d}"
        case "e":
            return f"{moment.day:2d}"
        case "B":
            return _MONTHS[moment.month - 1]
        case "b" | "h":
            return _MONTHS[moment.month - 1][:3]
        case "A":
            return _DAYS[moment.weekday()]
        case "a":
            return _DAYS[moment.weekday()][:3]
        case "j":
            return f"{moment.timetuple().tm_yday:03d}"
        case "F":
            return f"{moment.year:04d}-{moment.month:02d}-{moment.day:02d}"
        case "%":
            return "%"
    return _time_word(moment, letter) if isinstance(moment, datetime) else None


def _time_word(moment: datetime, letter: str) -> str | None:
    match letter:
        case "H":
            return f"{moment.hour:02d}"
        case "I":
            return f"{moment.hour % 12 or 12:02d}"
        case "M":
            return f"{moment.minute:02d}"
        case "S":
            return f"{moment.second:02d}"
        case "p":
            return "AM" if moment.hour < 12 else "PM"
        case "T":
            return f"{moment.hour:02d}:{moment.minute:02d}:{moment.second:02d}"
        case "z":
            return moment.strftime("%z")
        case "Z":
            return moment.tzname() or ""
    return None
