"""One stream of ``git log`` read into the first and last commit of every file."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Commits:
    """When a file came and when it last changed, by the author's clock; None where history was cut off."""

    first: datetime | None
    last: datetime | None


class LogReader:
    """Reads ``git log -z --format=%x01%H %aI --name-status``, newest commit first.

    Args:
        cut: commits whose parents are missing, in which every file looks new.
    """

    def __init__(self, cut: frozenset[str] = frozenset()) -> None:
        self._cut = cut
        self._first: dict[str, datetime] = {}
        self._last: dict[str, datetime] = {}
        # Older name to the names it has today; a copied history may have several.
        self._today: dict[str, tuple[str, ...]] = {}
        self._gone: set[str] = set()

    def read(self, log: bytes) -> Mapping[str, Commits]:
        """Commits by path as it is named today; files that are deleted today may be among them."""
        words = iter(log.decode("utf-8", errors="replace").split("\0"))
        moment: datetime | None = None
        for word in words:
            status = word.lstrip("\n")
            if status.startswith("\x01"):
                commit, _, written = status[1:].partition("\n")[0].partition(" ")
                moment = None if commit in self._cut else _moment(written)
            elif status[:1] in ("R", "C"):
                self._moved(next(words, ""), next(words, ""), moment, is_copy=status[0] == "C")
            elif status:
                self._touched(next(words, ""), moment, is_new=status[0] == "A")
        return {path: Commits(self._first.get(path), self._last.get(path)) for path in self._first | self._last}

    def _touched(self, path: str, moment: datetime | None, *, is_new: bool) -> None:
        for name in self._today.get(path, (path,)):
            if moment is not None:
                self._last.setdefault(name, moment)
                self._first[name] = moment
        if is_new:
            # Whatever bore this name before was another file.
            self._today[path] = ()

    def _moved(self, old: str, new: str, moment: datetime | None, *, is_copy: bool) -> None:
        names = self._today.get(new, (new,))
        self._touched(new, moment, is_new=True)
        if not is_copy:
            # A file that bears the old name today came later, and its own history ended there.
            self._today[old] = names if old not in self._today else (*self._today[old], *names)


def _moment(written: str) -> datetime | None:
    try:
        return datetime.fromisoformat(written.strip())
    except ValueError:
        return None
