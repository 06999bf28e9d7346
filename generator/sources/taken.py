"""Which files of a pull request a preview takes: content by its place and name, and nothing that decides."""

import re
from collections.abc import Callable
from fnmatch import fnmatchcase

from generator.errors import ContentError
from generator.formats.names import safe_file_path
from generator.model.source import Shelf
from generator.sources.published import is_secret
from generator.sources.shelves import has_front_matter

# A picture that is opened by itself must be inert, too: what of SVG is served is the strict profile's affair.
_PICTURES = frozenset(".png .apng .jpg .jpeg .gif .webp .avif .bmp .ico .svg".split())
_DATA = frozenset(
    """.csv .tsv .json .jsonl .ndjson .geojson .txt .dat .parquet .feather .arrow .npy .npz .xlsx .bib .gz .bz2
    .xz""".split()
)
_SOURCES = frozenset(".ipynb .md .markdown .docx".split())
# Front matter in a file of its own; sources.disk, `side_paths`.
_SIDES = frozenset(".nbdata .ipynb-meta .meta .yml .yaml".split())
# Whatever they are called, they say what is installed.
_INSTALLING = tuple(
    """requirements*.txt constraints*.txt requirements*.json environment*.json environment*.yml
    environment*.yaml""".split()
)
_SHELVES = frozenset(shelf.value for shelf in Shelf if shelf.value)
# Jekyll looks for these two in every folder.
_ANYWHERE = frozenset((Shelf.POSTS.value, Shelf.DRAFTS.value))
_FILE_FOLDERS = frozenset(("images", "data", "_wandb"))
# Not among the control characters that no file may have, and made to deceive whoever reads a list of files.
_DECEIVING = re.compile("[\u0080-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]")

Beginning = Callable[[], bytes]
"""The first bytes of a file, 2 KB or so; asked for only where they decide."""


def why_not_safe(path: str) -> str | None:
    """Why no file of that name is taken, as a clause; None for an ordinary name."""
    try:
        is_same = safe_file_path(path) == path
    except ContentError:
        is_same = False
    if not is_same or _DECEIVING.search(path):
        return "its name holds what no name should"
    return "its name is one that keys are kept under" if is_secret(path) else None


def is_content(path: str, beginning: Beginning) -> bool:
    """Whether a file is a source, or one of the pictures, data and snapshots that sources name.

    Args:
        path: posix, relative to the repository.
    """
    *folders, name = path.split("/")
    if any(part.startswith(".") for part in (*folders, name)) or _installs(name):
        return False
    ending = _ending(name)
    place = _shelf_of(folders)
    if place is not None:
        if ending == ".html":
            return place == Shelf.PAGES.value and has_front_matter(beginning())
        return ending in _SOURCES or ending in _PICTURES or ending in _DATA or ending in _SIDES
    if folders and folders[0] in _FILE_FOLDERS:
        return ending in _PICTURES or ending in _DATA
    return _is_page(folders, ending, beginning)


def _shelf_of(folders: list[str]) -> str | None:
    """The shelf that a file in these folders stands on."""
    if folders and folders[0] in _SHELVES:
        return folders[0]
    for depth, folder in enumerate(folders):
        if folder in _ANYWHERE:
            return folder if not any(above.startswith("_") for above in folders[:depth]) else None
    return None


def _is_page(folders: list[str], ending: str, beginning: Beginning) -> bool:
    """A page at the root or, as Jekyll has it, in any plain folder.

    HTML at the root alone: in a folder that `include:` names it would be published as it is.
    """
    if any(folder.startswith("_") for folder in folders):
        return False
    if not folders and ending == ".ipynb":
        return True
    kinds = (".md", ".markdown") if folders else (".md", ".markdown", ".html")
    return ending in kinds and has_front_matter(beginning())


def _installs(name: str) -> bool:
    return any(fnmatchcase(name.lower(), pattern) for pattern in _INSTALLING)


def _ending(name: str) -> str:
    stem, dot, ending = name.rpartition(".")
    return f".{ending.lower()}" if dot and stem else ""
