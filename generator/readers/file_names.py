"""What a source's own name says: its date and its slug."""

import re
from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath

from generator.readers.dates import FIRST_YEAR, LAST_YEAR

# Jekyll takes one-digit months and days in Markdown names; here every source may have them.
_DATED = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})[-_ ](.+)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class NameParts:
    """A file name taken apart.

    Args:
        date: None when the name has none.
        slug: the rest of the name without ending, exactly as written: spaces, case and all.
    """

    date: date | None
    slug: str


def file_name_parts(path: str) -> NameParts:
    """Date and slug of a source; ``YYYY-MM-DD-slug/index.ipynb`` is named by its folder.

    >>> file_name_parts("_posts/2022-9-7-My post.md")
    NameParts(date=datetime.date(2022, 9, 7), slug='My post')
    >>> file_name_parts("_notebooks/2021-01-02-deep/index.ipynb").slug
    'deep'
    """
    place = PurePosixPath(path)
    stem = place.stem
    folder = place.parent.name
    if stem.lower() in ("index", "readme") and folder and not folder.startswith(("_", ".")):
        stem = folder
    match = _DATED.fullmatch(stem)
    if match is None:
        return NameParts(None, stem)
    try:
        day = date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return NameParts(None, stem)
    return NameParts(day, match[4]) if FIRST_YEAR <= day.year <= LAST_YEAR else NameParts(None, stem)


def title_from_slug(slug: str) -> str:
    """A title for a document that gives none.

    >>> title_from_slug("my_first-post")
    'My First Post'
    """
    words = re.split(r"[-_\s]+", slug)
    return " ".join(word[:1].upper() + word[1:] for word in words if word) or "Untitled"
