"""What the disk and git say about one source, before anybody has read it."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum


class Shelf(Enum):
    """The folder a source stands in, which decides what it becomes."""

    NOTEBOOKS = "_notebooks"
    POSTS = "_posts"
    PAGES = "_pages"
    DRAFTS = "_drafts"
    WORD = "_word"
    ROOT = ""


class SourceKind(Enum):
    """The reader a source is for."""

    NOTEBOOK = "notebook"
    MARKDOWN = "markdown"
    WORD = "word"


@dataclass(frozen=True, slots=True)
class SideFile:
    """A metadata file beside a source or in a folder above it (``post.nbdata``, ``_metadata.yml``)."""

    path: str
    content: bytes


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file that may become a page.

    Args:
        path: posix, relative to the source directory; the folder a blog's shelf stands in, if any,
            comes first (``docs/_posts/a.md`` is on shelf POSTS).
        shelf_path: the shelf's own path from the source directory (``_posts``, ``docs/_posts``, ````).
        content: the bytes on disk.
        digest: SHA-256 of content, hexadecimal.
        side_files: nearest first.
        first_commit: when git first saw the file; None outside a repository or before the commit.
        last_commit: when git last saw it change.
    """

    path: str
    shelf: Shelf
    shelf_path: str
    kind: SourceKind
    content: bytes
    digest: str
    side_files: tuple[SideFile, ...] = ()
    first_commit: datetime | None = None
    last_commit: datetime | None = None

    @property
    def name_in_shelf(self) -> str:
        """The path below the shelf: ``2020/a.md`` for ``_posts/2020/a.md``."""
        return self.path[len(self.shelf_path) :].lstrip("/")
