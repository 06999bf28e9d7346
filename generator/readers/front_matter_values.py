"""Values of front matter as the types they should have; what does not fit becomes a problem at its place."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from html import unescape
from types import MappingProxyType
from typing import Any

from generator.model.front_matter import Author
from generator.model.problem import Problem, Severity, error, warning
from generator.readers.dates import parse_date
from generator.readers.front_matter_entries import Entry

_BOOLEANS: Mapping[str, bool] = MappingProxyType(
    {"true": True, "yes": True, "on": True, "y": True, "false": False, "no": False, "off": False, "n": False}
)
_MARKDOWN_LINK = re.compile(r"\[([^\]]+)\]\(([^)\s]+)\)")
_HREF = re.compile(r"""<a\b[^>]{0,500}?\bhref\s*=\s*["']?([^"'\s>]+)""", re.IGNORECASE)
_TAG = re.compile(r"<[^>]{0,1000}>")
_BETWEEN_AUTHORS = re.compile(r"\s+(?:&|and)\s+|\s*;\s*")


@dataclass(slots=True)
class Values:
    """One document's entries by their name here, and what is found wrong with them."""

    entries: Mapping[str, Entry]
    problems: list[Problem] = field(default_factory=list)

    def raw(self, name: str) -> Any:
        """The value as written, None when absent."""
        entry = self.entries.get(name)
        return None if entry is None else entry.value

    def text(self, name: str) -> str | None:
        """One line of text, None when absent or empty."""
        value = self.raw(name)
        if value is None or isinstance(value, dict):
            return None
        if isinstance(value, list):
            value = next((item for item in value if item is not None), "")
        return " ".join(_plain(value).split()) or None

    def flag(self, name: str) -> bool | None:
        """True or false; None when absent, and with a warning when it is neither."""
        entry = self.entries.get(name)
        value = None if entry is None else as_flag(entry.value)
        if entry is not None and value is None and entry.value not in (None, ""):
            self.problems.append(
                warning(
                    "front-matter-value",
                    f"`{entry.key}: {_shown(entry.value)}` is neither true nor false",
                    entry.at,
                    f"write `{entry.key}: true` or `{entry.key}: false`",
                )
            )
        return value

    def quiet_flag(self, name: str) -> bool | None:
        """True or false; None for anything else, which another tool may understand."""
        value = self.raw(name)
        return value if isinstance(value, bool) else None

    def whole(self, name: str, lowest: int, highest: int) -> int | None:
        """A whole number within bounds; anything else is None."""
        value = self.raw(name)
        if isinstance(value, str) and re.fullmatch(r"[+-]?\d{1,9}", value.strip()):
            value = int(value)
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int):
            return None
        return min(max(value, lowest), highest)

    def wrong(self, name: str, problem: str, mend: str, severity: Severity = Severity.WARNING) -> None:
        """Note what is wrong with a value, at its place."""
        self.problems.append(Problem(severity, "front-matter-value", problem, self.entries[name].at, mend))

    def shown(self, name: str) -> str:
        """``key: value`` as the author wrote it, cut short when it is long."""
        entry = self.entries[name]
        return f"{entry.key}: {_shown(entry.value)}"

    def moment(self, name: str, otherwise: str) -> date | datetime | None:
        """A date; one that is none is an error.

        Args:
            otherwise: what leaving it out would mean, for the mend.
        """
        entry = self.entries.get(name)
        if entry is None or entry.value in (None, ""):
            return None
        try:
            return parse_date(entry.value)
        except (ValueError, OverflowError):
            self.problems.append(
                error(
                    "bad-date",
                    f"`{entry.key}: {_shown(entry.value)}` is not a date",
                    entry.at,
                    f"write it as 2021-01-01, or leave it out{otherwise}",
                )
            )
            return None

    def words(self, name: str, *, splits_commas: bool = True, splits_spaces: bool = True) -> tuple[str, ...]:
        """A list of words, or a string of them: at commas if there are any, else at spaces."""
        value = self.raw(name)
        if isinstance(value, str):
            text = value.strip()
            if splits_commas and "," in text:
                return _distinct(text.strip("[]").split(","))
            return _distinct(text.split() if splits_spaces else [text])
        return _distinct(_flat(value))


def as_flag(value: Any) -> bool | None:
    """A boolean as people write it, None for anything else."""
    if isinstance(value, bool):
        return value
    if isinstance(value, int) and value in (0, 1):
        return bool(value)
    return _BOOLEANS.get(value.strip().lower()) if isinstance(value, str) else None


def authors_of(value: Any) -> tuple[Author, ...]:
    """A name, ``A & B``, a list of either, or maps with name, url, orcid and affiliation."""
    if value is None or isinstance(value, bool):
        return ()
    if isinstance(value, list):
        return tuple(author for item in value for author in authors_of(item))
    if isinstance(value, dict):
        return _author_of_map(value)
    text = " ".join(_plain(value).split())
    if "<" in text and ">" in text:
        links = _HREF.findall(text)
        name = " ".join(unescape(_TAG.sub("", text)).split())
        return (Author(name or text, url=links[0] if len(links) == 1 else None, html=text),)
    names = [name for part in _BETWEEN_AUTHORS.split(text) for name in _split_at_commas(part)]
    return tuple(_author_of_text(name) for name in names if name)


def _author_of_text(text: str) -> Author:
    link = _MARKDOWN_LINK.fullmatch(text)
    return Author(link[1], url=link[2]) if link else Author(text)


def _split_at_commas(text: str) -> list[str]:
    """``Jane Doe, John Roe`` are two; ``Doe, Jane`` and ``Jane Doe, PhD`` are one."""
    if "(" in text:
        return [text.strip()]
    parts = [part.strip() for part in text.split(",")]
    return parts if all(" " in part for part in parts) else [text.strip()]


def _author_of_map(value: Mapping[str, Any]) -> tuple[Author, ...]:
    name = value.get("name")
    if isinstance(name, dict):
        name = name.get("literal") or " ".join(str(name[key]) for key in ("given", "family") if name.get(key))
    if not name:
        # `author: {jane: {…}}` and the like: nothing here is surely a name.
        return ()
    return (
        Author(
            name=" ".join(_plain(name).split()),
            url=_word(value.get("url") or value.get("website") or value.get("link")),
            orcid=_word(value.get("orcid")),
            affiliation=_affiliation(value.get("affiliation") or value.get("affiliations")),
        ),
    )


def _affiliation(value: Any) -> str | None:
    if isinstance(value, list):
        return "; ".join(filter(None, map(_affiliation, value))) or None
    if isinstance(value, dict):
        value = value.get("name")
    return _word(value)


def _word(value: Any) -> str | None:
    return _plain(value).strip() or None if isinstance(value, str | int | float) else None


def _plain(value: Any) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _flat(value: Any) -> Iterable[str]:
    if isinstance(value, list):
        for item in value:
            yield from _flat(item)
    elif value is not None and not isinstance(value, dict):
        yield _plain(value)


def _distinct(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word.strip() for word in words if word.strip()))


def _shown(value: Any) -> str:
    text = _plain(value)
    return text if len(text) <= 60 else text[:59] + "…"
