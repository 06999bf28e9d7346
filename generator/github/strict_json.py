"""JSON out of an artifact: read whole, bounded, and field by field, with the field named that is wrong."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from generator.errors import ContentError
from generator.github.plain_files import read_plain
from generator.location import Location

_MOST_BYTES = 2_000_000
_MOST_COUNT = 2**53
_AGAIN = "run the job again that makes it"


def read_fields(folder: Path, name: str, *, most_bytes: int = _MOST_BYTES) -> "Fields":
    """The object in one small file of folder.

    Raises:
        ContentError: there is no such plain file, it is too large, or no JSON object.
    """
    if not (folder / name).is_file():
        raise ContentError("there is no such file", at=Location(name), mend=_AGAIN)
    try:
        text = read_plain(folder, name, most_bytes).decode("utf-8")
    except UnicodeDecodeError:
        raise ContentError("this is not UTF-8", at=Location(name), mend=_AGAIN) from None
    return fields_of(text, name)


def fields_of(text: str, place: str) -> "Fields":
    """The object that text is.

    Args:
        place: what to call it in messages: its file's name.

    Raises:
        ContentError: text is no JSON, or no object.
    """
    try:
        found = json.loads(text)
    # Numbers of ten thousand digits are a ValueError, brackets ten thousand deep a RecursionError.
    except (ValueError, RecursionError):
        raise ContentError("this is not JSON", at=Location(place), mend=_AGAIN) from None
    if not isinstance(found, dict):
        raise ContentError("this is not a JSON object", at=Location(place), mend=_AGAIN)
    return Fields(place, found)


@dataclass(frozen=True, slots=True)
class Fields:
    """One object; each field is asked for by name, type and bound. What nobody asks for is not looked at.

    Args:
        place: where it stands, for messages.

    Raises:
        ContentError: from every method, when the field is missing, of another type or out of bounds.
    """

    place: str
    values: Mapping[str, object]

    def text(self, name: str, *, most: int) -> str:
        """At most so many characters; halves of surrogate pairs, which no file can hold, become question marks."""
        value = self.values.get(name)
        if not isinstance(value, str) or len(value) > most:
            raise self.wrong(name, f"text of at most {most} characters")
        return value.encode("utf-8", "replace").decode("utf-8")

    def text_or_none(self, name: str, *, most: int) -> str | None:
        """As ``text``; null and a missing field are None."""
        return None if self.values.get(name) is None else self.text(name, most=most)

    def count(self, name: str, *, most: int = _MOST_COUNT) -> int:
        """A whole number from 0."""
        value = self.values.get(name)
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= most:
            raise self.wrong(name, f"a whole number from 0 to {most}")
        return value

    def count_or_none(self, name: str, *, most: int = _MOST_COUNT) -> int | None:
        """As ``count``; null and a missing field are None."""
        return None if self.values.get(name) is None else self.count(name, most=most)

    def amount(self, name: str) -> float:
        """A number from 0 that is finite."""
        value = self.values.get(name)
        if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value <= _MOST_COUNT:
            raise self.wrong(name, "a number from 0")
        return float(value)

    def flag(self, name: str) -> bool:
        """True or false."""
        value = self.values.get(name)
        if not isinstance(value, bool):
            raise self.wrong(name, "true or false")
        return value

    def rows(self, name: str, *, most: int) -> tuple["Fields", ...]:
        """A list of objects."""
        value = self.values.get(name)
        if not isinstance(value, list) or len(value) > most or not all(isinstance(row, dict) for row in value):
            raise self.wrong(name, f"a list of at most {most} objects")
        rows = cast(list[dict[str, object]], value)
        return tuple(Fields(f"{self.place}, {name}[{number}]", row) for number, row in enumerate(rows, start=1))

    def part_or_none(self, name: str) -> "Fields | None":
        """An object in this one; null and a missing field are None."""
        value = self.values.get(name)
        if value is None:
            return None
        if not isinstance(value, dict):
            raise self.wrong(name, "an object")
        return Fields(f"{self.place}, {name}", value)

    def wrong(self, name: str, expected: str) -> ContentError:
        """The error to raise for a field that is not as expected."""
        return ContentError(f"`{name}` is not {expected}", at=Location(self.place), mend=_AGAIN)
