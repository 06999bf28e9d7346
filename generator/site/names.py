"""What a document's file name says: its slug, and the name fastpages gave the post it made of it."""

import posixpath
import re

from generator.model.document import Document
from generator.model.source import Shelf, SourceKind
from generator.site.slugs import code_points, pretty_slug

# Jekyll takes one-digit months and days.
_DATED = re.compile(r"\A\d{4}-\d{1,2}-\d{1,2}[-_ ](?=.)")
# fastpages takes digits and hyphens off the front of a notebook without a date.
_NUMBERED = re.compile(r"\A[-\d]+(?=.)")


def stem_of(document: Document) -> str:
    """The file name without ending; a bundle (``2020-01-01-x/index.ipynb``) is named by its folder.

    Notebooks and Word files have hyphens for spaces, as fastpages gave them.
    """
    inside = document.path[len(document.shelf_path) :].lstrip("/")
    stem = without_ending(inside)
    folder, _, name = stem.rpartition("/")
    if name.lower() in ("index", "readme") and folder and document.shelf not in (Shelf.PAGES, Shelf.ROOT):
        name = posixpath.basename(folder)
    return name if document.kind is SourceKind.MARKDOWN else name.replace(" ", "-")


def without_ending(path: str) -> str:
    """The path without the ending of its last name."""
    return posixpath.splitext(path)[0]


def raw_slug_of(document: Document, stem: str, *, is_old_blog: bool) -> str:
    """What Jekyll calls a post's ``slug``: front matter's, else the file name without its date."""
    if document.front.slug:
        return document.front.slug
    bare = stem
    if document.file_date is not None:
        bare = _DATED.sub("", stem, count=1)
    elif is_old_blog and document.kind is not SourceKind.MARKDOWN:
        bare = _NUMBERED.sub("", stem, count=1)
    return bare.rstrip(".") or stem


def title_slug_of(document: Document, stem: str, *, is_old_blog: bool) -> str:
    """``:title`` of a permalink; never empty."""
    raw = raw_slug_of(document, stem, is_old_blog=is_old_blog)
    return pretty_slug(raw) or code_points(raw) or pretty_slug(stem) or "post"


def generated_path_of(document: Document, stem: str) -> str | None:
    """The post fastpages wrote for a notebook or Word file; None for anything else."""
    if document.shelf not in (Shelf.NOTEBOOKS, Shelf.WORD):
        return None
    blog = document.shelf_path.rpartition("/")[0]
    return posixpath.join(blog, "_posts", stem + ".md")
