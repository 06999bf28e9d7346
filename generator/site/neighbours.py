"""The nearest name to one that leads nowhere, for the mend of a message."""

import difflib
import posixpath
from collections.abc import Iterable
from dataclasses import dataclass, field

# Past these a message goes without its suggestion: comparing names is the one slow thing here.
_MOST_COMPARED = 300
_MOST_SUGGESTIONS = 50
_NEAR_ENOUGH = 0.75


@dataclass(slots=True)
class Neighbours:
    """Names that do lead somewhere; looked through only once something is broken."""

    names: Iterable[str]
    _by_name: dict[str, list[str]] = field(default_factory=dict)
    _by_folder: dict[str, list[str]] = field(default_factory=dict)
    _is_sorted: bool = False
    _left: int = _MOST_SUGGESTIONS

    def nearest(self, path: str) -> str | None:
        """The path an author most likely meant: same name elsewhere or in other case, else a near one in its folder."""
        if self._left <= 0:
            return None
        self._left -= 1
        self._sort()
        folder, name = posixpath.split(path.rstrip("/"))
        for key in (name.casefold(), posixpath.splitext(name)[0].casefold()):
            same = self._by_name.get(key)
            if same:
                return min(same, key=lambda found: (posixpath.dirname(found) != folder, found))
        there = self._by_folder.get(folder, [])[:_MOST_COMPARED]
        near = difflib.get_close_matches(name, there, n=1, cutoff=_NEAR_ENOUGH)
        return posixpath.join(folder, near[0]) if near else None

    def _sort(self) -> None:
        if self._is_sorted:
            return
        self._is_sorted = True
        for path in sorted(self.names):
            folder, name = posixpath.split(path.rstrip("/"))
            self._by_folder.setdefault(folder, []).append(name)
            for key in {name.casefold(), posixpath.splitext(name)[0].casefold()}:
                self._by_name.setdefault(key, []).append(path)
