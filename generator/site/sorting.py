"""Which documents take part: generated twins of notebooks and the old template's own pages do not."""

import posixpath
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from generator.model.document import Document
from generator.model.site import Fate, SiteRules, State
from generator.model.source import Shelf, SourceKind
from generator.site.names import generated_path_of, stem_of

# fastpages' own layouts, kept in every blog made with it; the engine makes these pages.
_TEMPLATE_PAGES = frozenset({"404", "search", "tags", "categories"})


@dataclass(frozen=True, slots=True)
class Sorted:
    """Documents that take part, and what became of the others.

    Args:
        documents: by path and variant.
        fates: of those set aside.
        generated: path of a post that is set aside to the path of the source it was made of.
    """

    documents: tuple[Document, ...]
    fates: tuple[Fate, ...]
    generated: Mapping[str, str]


def sorted_out(documents: Sequence[Document], rules: SiteRules) -> Sorted:
    """Documents in a fixed order, without those that something else stands for."""
    ordered = sorted(documents, key=lambda document: (document.path, document.variant or ""))
    sources = {
        path: one.path for one in reversed(ordered) if (path := generated_path_of(one, stem_of(one))) is not None
    }
    kept: list[Document] = []
    fates: list[Fate] = []
    generated: dict[str, str] = {}
    for document in ordered:
        source = sources.get(document.path)
        if source is not None and _is_generated(document, rules):
            generated[document.path] = source
            fates.append(Fate(document.path, State.SKIPPED, reason=f"it was generated from {source}"))
        elif _is_template_page(document):
            fates.append(Fate(document.path, State.SKIPPED, reason="the engine makes this page itself"))
        else:
            kept.append(document)
    return Sorted(tuple(kept), tuple(fates), generated)


def _is_generated(document: Document, rules: SiteRules) -> bool:
    """fastpages overwrote any post of that name; elsewhere only one that says where it comes from is."""
    if document.shelf is not Shelf.POSTS or document.kind is not SourceKind.MARKDOWN:
        return False
    return rules.is_old_blog or "nb_path" in document.front.extra


def _is_template_page(document: Document) -> bool:
    name, ending = posixpath.splitext(posixpath.basename(document.path))
    is_page = document.shelf in (Shelf.PAGES, Shelf.ROOT)
    return is_page and ending.lower() in (".html", ".htm") and name in _TEMPLATE_PAGES
