"""The cell that opens a notebook post: ``# Title``, ``> Summary``, ``- key: value``, as fastpages reads it."""

import re
from dataclasses import dataclass

from generator.location import Location
from generator.readers.front_matter_entries import Entry, normal_key, scalar_entry, text_value
from generator.readers.front_matter_keys import is_known

_TITLE = re.compile(r"\s*#[ \t]+([^\n]*)|\s*#[ \t]*(?=\n|\Z)")
_SUMMARY = re.compile(r"[ \t]{0,3}>[ \t]*(.*)")
_NOT_A_SUMMARY = re.compile(r"\[!|(?:youtube|twitter|video|gist)[ \t]*:", re.IGNORECASE)
_PROPERTY = re.compile(r"([-*+])[ \t]+([A-Za-z_][\w.-]*)[ \t]*:(?!//)[ \t]*(.*?)[ \t]*")
_NESTED_ITEM = re.compile(r"[ \t]+[-*+][ \t]+(.*?)[ \t]*")


@dataclass(frozen=True, slots=True)
class TitleCell:
    """A title cell taken apart.

    Args:
        rest: the author's words beside title, summary and keys; empty in a cell of front matter alone.
    """

    entries: dict[str, Entry]
    has_keys_or_summary: bool
    rest: str


def read_title_cell(source: str, at: Location, *, is_old_blog: bool) -> TitleCell | None:
    """What the cell says, or None when it does not begin with a heading of the first level.

    Title and summary are text and never break on a colon. A key overrides the heading, as ``- title:`` does.
    In an old blog keys begin with ``-`` and may stand anywhere in the cell (one behind ``*`` says nothing, and is
    not shown either); elsewhere ``*`` and ``+`` do too, and the first line that is neither key nor summary ends them.
    """
    heading = _TITLE.match(source)
    if heading is None:
        return None
    reader = _Reader(source, at, is_old_blog)
    title = re.sub(r"[ \t]+#+[ \t]*\Z", "", (heading[1] or "").strip())
    first = source.count("\n", 0, heading.end()) + 1
    reader.read_from(first)
    entries: dict[str, Entry] = {}
    if title:
        entries["title"] = Entry("title", text_value(title), at.at_line(first))
    if reader.summary:
        text = text_value(" ".join(reader.summary))
        entries["description"] = Entry("description", text, at.at_line(reader.summary_line))
    for key, entry in reader.properties.items():
        if entry.value is not None:
            if key in ("summary", "description"):
                entries.pop("description", None)
            entries[key] = entry
    has_more = bool(reader.summary or reader.properties)
    return TitleCell(entries, has_more, "\n".join(reader.rest).strip("\n"))


class _Reader:
    """Reads the lines under the heading, once, in order."""

    def __init__(self, source: str, at: Location, is_old_blog: bool) -> None:
        self._lines = source.split("\n")
        self._at = at
        self._is_old_blog = is_old_blog
        self._is_header = True
        self._last_key = ""
        self._in_fence = False
        self.summary: list[str] = []
        self.summary_line = 0
        self.properties: dict[str, Entry] = {}
        self.rest: list[str] = []

    def read_from(self, heading_line: int) -> None:
        """heading_line: counted from 1."""
        for number, line in enumerate(self._lines[heading_line:], start=heading_line + 1):
            if line.lstrip().startswith(("```", "~~~")):
                self._in_fence = not self._in_fence
            if not self._take(line, number):
                self.rest.append(line)
                self._is_header = self._is_header and not line.strip()
                self._last_key = ""

    def _take(self, line: str, number: int) -> bool:
        if self._in_fence:
            return False
        if self._is_header and not self.properties and self._take_summary(line, number):
            return True
        return self._take_property(line, number) or self._take_item(line)

    def _take_summary(self, line: str, number: int) -> bool:
        match = _SUMMARY.fullmatch(line)
        if match is None or (self.summary and number != self.summary_line + len(self.summary)):
            return False
        if not self.summary and _NOT_A_SUMMARY.match(match[1]):
            return False
        self.summary_line = self.summary_line or number
        self.summary.append(match[1].strip())
        return True

    def _take_property(self, line: str, number: int) -> bool:
        match = _PROPERTY.fullmatch(line)
        if match is None:
            return False
        key = normal_key(match[2])
        if not self._is_header and not (self._is_old_blog and is_known(key)):
            return False
        if self._is_old_blog and match[1] != "-":
            return is_known(key)
        self.properties[key] = scalar_entry(match[2], match[3], self._at.at_line(number))
        self._last_key = key
        return True

    def _take_item(self, line: str) -> bool:
        """An indented ``- item`` under a key that had no value of its own."""
        match = _NESTED_ITEM.fullmatch(line)
        entry = self.properties.get(self._last_key)
        if match is None or entry is None or not (entry.value is None or isinstance(entry.value, list)):
            return False
        self.properties[self._last_key] = Entry(entry.key, [*(entry.value or ()), text_value(match[1])], entry.at)
        return True
