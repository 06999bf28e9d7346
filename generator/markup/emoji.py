"""``:+1:`` → the Unicode character, by GitHub's names."""

import re

SHORTCODE = re.compile(r":[a-z0-9_+-]{1,60}:")


class Emoji:
    """GitHub's 1,900 names, read when the first candidate turns up; one per process."""

    def __init__(self) -> None:
        self._names: dict[str, str] | None = None

    def character(self, shortcode: str) -> str | None:
        """The characters of a shortcode with its colons, or None.

        >>> Emoji().character(":+1:"), Emoji().character(":no-such-name:")
        ('👍', None)
        """
        if self._names is None:
            self._names = _read()
        return self._names.get(shortcode)


def _read() -> dict[str, str]:
    from pymdownx.gemoji_db import aliases, emoji

    known = {
        name: "".join(chr(int(point, 16)) for point in (entry.get("unicode_alt") or entry["unicode"]).split("-"))
        for name, entry in emoji.items()
        if entry.get("unicode")
    }
    return known | {alias: known[name] for alias, name in aliases.items() if name in known}
