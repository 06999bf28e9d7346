"""Which notebooks a pull request changes, of those that a blog could show."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

_FOLDERS = frozenset(("_notebooks", "_posts", "_pages", "_drafts", "_word"))
_CHANGES = frozenset(("added", "modified", "renamed"))
_MOST_NOTEBOOKS = 50
# GitHub lists no more.
_MOST_FILES = 3000
_LONGEST_PATH = 400
# Linux takes no environment variable above 128 KB, and the next job gets the list in one.
_LONGEST_LIST = 90_000


@dataclass(frozen=True, slots=True)
class ChangedNotebooks:
    """Their paths, in GitHub's order.

    Args:
        note: why there are none although the pull request changes some; a sentence, or empty.
    """

    paths: tuple[str, ...] = ()
    note: str = ""

    @property
    def as_json(self) -> str:
        """A list in one line of ASCII."""
        return json.dumps(self.paths)


def changed_notebooks(files: Iterable[object]) -> ChangedNotebooks:
    """Those among the files of a pull request, as GitHub lists them."""
    paths: list[str] = []
    for number, file in enumerate(files):
        if number == _MOST_FILES:
            return ChangedNotebooks(
                note=f"It changes more than {_MOST_FILES:,} files, so none of its notebooks is run."
            )
        paths += _notebook_of(file)
        if len(paths) > _MOST_NOTEBOOKS:
            return ChangedNotebooks(note=f"It changes more than {_MOST_NOTEBOOKS} notebooks, so none of them is run.")
    found = ChangedNotebooks(tuple(paths))
    if len(found.as_json) > _LONGEST_LIST:
        return ChangedNotebooks(note="The names of its notebooks are too long together, so none of them is run.")
    return found


def _notebook_of(file: object) -> Iterator[str]:
    if isinstance(file, dict) and file.get("status") in _CHANGES:
        path = file.get("filename")
        if isinstance(path, str) and _is_notebook(path):
            yield path


def _is_notebook(path: str) -> bool:
    parts = path.split("/")
    is_plain = path.isprintable() and "\\" not in path and len(path) <= _LONGEST_PATH
    is_below = not {"", ".", ".."} & set(parts)
    return (
        is_plain and is_below and PurePosixPath(path).suffix == ".ipynb" and (len(parts) == 1 or parts[0] in _FOLDERS)
    )
