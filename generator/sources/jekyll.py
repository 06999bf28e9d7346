"""Which names Jekyll leaves out: special ones, and what `exclude:` and `include:` say."""

from collections.abc import Iterable
from fnmatch import fnmatchcase

_SPECIAL = ("_", ".", "#", "~")
# What Jekyll excludes in any case.
_ALWAYS_EXCLUDED = (".sass-cache", ".jekyll-cache", "gemfiles", "Gemfile", "Gemfile.lock", "node_modules", "vendor")


def is_special(name: str, *, but: str = "") -> bool:
    """Whether a file or folder of that name is never content of its own accord.

    Args:
        but: a first character that is allowed here.
    """
    return (name.startswith(_SPECIAL) and name[0] != but) or name.endswith("~")


def matches(path: str, patterns: Iterable[str]) -> bool:
    """Whether a path is named: by a glob, or by its beginning, as Jekyll does both.

    >>> matches("docs/a.md", ["docs/"]), matches("a.tmp", ["*.tmp"]), matches("Makefile.am", ["Makefile"])
    (True, True, True)
    """
    for pattern in patterns:
        bare = pattern.strip().removeprefix("./").lstrip("/")
        if bare and (path.startswith(bare) or path == bare.rstrip("/") or fnmatchcase(path, bare)):
            return True
    return False


def is_excluded(path: str, exclude: Iterable[str], include: Iterable[str]) -> bool:
    """Whether `exclude:` names the path and `include:` does not."""
    return not is_included(path, include) and matches(path, (*exclude, *_ALWAYS_EXCLUDED))


def is_included(path: str, include: Iterable[str]) -> bool:
    """Whether `include:` names the path or its last part."""
    return matches(path, include) or matches(path.rpartition("/")[2], include)


def is_published(path: str, exclude: tuple[str, ...], include: tuple[str, ...]) -> bool:
    """Whether Jekyll would copy the file: each folder above it is asked, then the file itself."""
    segments = path.split("/")
    for depth, segment in enumerate(segments, start=1):
        entry = "/".join(segments[:depth])
        if is_included(entry, include):
            continue
        if is_special(segment) or matches(entry, (*exclude, *_ALWAYS_EXCLUDED)):
            return False
    return True
