"""Which documents take part: the old template's own pages do not."""

import posixpath
from collections.abc import Sequence

from generator.model.document import Document
from generator.model.site import Fate, State
from generator.model.source import Shelf

# fastpages' own layouts, kept in every blog made with it; the engine makes these pages.
_TEMPLATE_PAGES = frozenset({"404", "search", "tags", "categories"})


def sorted_out(documents: Sequence[Document]) -> tuple[tuple[Document, ...], tuple[Fate, ...]]:
    """Documents by path and variant, and what became of those that the engine's own pages stand for."""
    ordered = sorted(documents, key=lambda document: (document.path, document.variant or ""))
    kept = tuple(document for document in ordered if not _is_template_page(document))
    ours = (document.path for document in ordered if _is_template_page(document))
    return kept, tuple(Fate(path, State.SKIPPED, reason="the engine makes this page itself") for path in ours)


def _is_template_page(document: Document) -> bool:
    name, ending = posixpath.splitext(posixpath.basename(document.path))
    is_page = document.shelf in (Shelf.PAGES, Shelf.ROOT)
    return is_page and ending.lower() in (".html", ".htm") and name in _TEMPLATE_PAGES
