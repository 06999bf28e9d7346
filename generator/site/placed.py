"""A document with its place in the site, before anybody has followed its links."""

from dataclasses import dataclass
from datetime import datetime

from generator.model.document import Document
from generator.model.site import State
from generator.model.source import Shelf

_POST_SHELVES = frozenset({Shelf.NOTEBOOKS, Shelf.POSTS, Shelf.DRAFTS, Shelf.WORD})


@dataclass(frozen=True, slots=True)
class Placed:
    """One document.

    Args:
        stem: see names.py.
        url: site path without base path, percent-encoded.
        file: relative to the output folder.
        date, updated, expires: aware, in the site's timezone.
        is_shown: whether a page is written.
        place_in_list: of a variant among those of its notebook, as the author ordered them.
    """

    document: Document
    stem: str
    state: State
    url: str
    file: str
    date: datetime | None
    updated: datetime | None
    expires: datetime | None
    is_shown: bool
    place_in_list: int = 0

    @property
    def path(self) -> str:
        """Of the source."""
        return self.document.path

    @property
    def name(self) -> str:
        """For messages: the source, and the variant if it is one."""
        return self.path if self.document.variant is None else f"{self.path}#{self.document.variant}"

    @property
    def is_post(self) -> bool:
        """Posts are listed and dated; pages are not, nor is the list of a notebook's variants."""
        return is_post(self.document) and not lists_variants(self.document)

    @property
    def is_listed(self) -> bool:
        """Appears in lists, tags, series, previous and next."""
        return self.is_shown and self.is_post and self.state is not State.UNLISTED


def is_post(document: Document) -> bool:
    """Whether a document is a post; pages stand in ``_pages/`` and at the root."""
    return document.shelf in _POST_SHELVES


def lists_variants(document: Document) -> bool:
    """Whether a document is the page that lists the variants of its notebook."""
    return document.variant is None and bool(document.front.execution.variants)
