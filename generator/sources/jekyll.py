"""Which names Jekyll leaves out: special ones, and what `exclude:` and `include:` say."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import translate

_SPECIAL = ("_", ".", "#", "~")
# What Jekyll excludes in any case.
_ALWAYS_EXCLUDED = (".sass-cache", ".jekyll-cache", "gemfiles", "Gemfile", "Gemfile.lock", "node_modules", "vendor")
_GLOB = re.compile(r"[*?\[]")


def is_special(name: str, *, but: str = "") -> bool:
    """Whether a file or folder of that name is never content of its own accord.

    Args:
        but: a first character that is allowed here.
    """
    return (name.startswith(_SPECIAL) and name[0] != but) or name.endswith("~")


class Patterns:
    """A list of paths as `exclude:` and `include:` write it: globs, or beginnings of paths, as Jekyll takes both.

    >>> patterns = Patterns(["docs/", "*.tmp", "Makefile"])
    >>> [patterns.match(path) for path in ("docs", "docs/a.md", "b/a.tmp", "Makefile.am", "a.md")]
    [True, True, True, True, False]
    """

    def __init__(self, written: Iterable[str]) -> None:
        bare = [pattern.strip().removeprefix("./").lstrip("/") for pattern in written]
        named = [pattern for pattern in bare if pattern]
        self._beginnings = tuple(named)
        self._whole = frozenset(pattern.rstrip("/") for pattern in named)
        globs = [translate(pattern) for pattern in named if _GLOB.search(pattern)]
        self._globs = re.compile("|".join(globs)) if globs else None

    def match(self, path: str) -> bool:
        """Whether the list names path."""
        if path.startswith(self._beginnings) or path in self._whole:
            return True
        return self._globs is not None and self._globs.match(path) is not None


@dataclass(frozen=True, slots=True)
class Choice:
    """`exclude:` and `include:` together; what both name is included."""

    exclude: Patterns
    include: Patterns

    def is_included(self, path: str) -> bool:
        """Whether `include:` names the path or its last part."""
        return self.include.match(path) or self.include.match(path.rpartition("/")[2])

    def is_excluded(self, path: str) -> bool:
        """Whether `exclude:` names the path and `include:` does not."""
        return self.exclude.match(path) and not self.is_included(path)

    def is_published(self, path: str) -> bool:
        """Whether Jekyll would copy the file: each folder above it is asked, then the file itself."""
        segments = path.split("/")
        for depth, segment in enumerate(segments, start=1):
            entry = "/".join(segments[:depth])
            if (is_special(segment) or self.exclude.match(entry)) and not self.is_included(entry):
                return False
        return True


def choice(exclude: Iterable[str], include: Iterable[str]) -> Choice:
    """The two lists of `_config.yml`, with what Jekyll excludes in any case."""
    return Choice(Patterns((*exclude, *_ALWAYS_EXCLUDED)), Patterns(include))
