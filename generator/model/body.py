"""A body has holes: text, and typed references that later rooms fill in.

A hole stands inside the text itself, between two private-use characters no source may contain
(readers replace them on arrival), so bodies can be cut, joined and cached without renumbering.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import Literal

from generator.location import Location

_OPEN, _SEPARATOR, _CLOSE = "\ue0f0", "\ue0f1", "\ue0f2"
_HOLE = re.compile(f"{_OPEN}([^{_OPEN}{_CLOSE}]*){_CLOSE}")
_RESERVED = re.compile(f"[{_OPEN}{_SEPARATOR}{_CLOSE}]")


class RefKind(Enum):
    """What a reference names, and so who can resolve it.

    FILE: a path from the source directory: another source, an image, a data file.
    SITE: a path of the published site, without base path, beginning with ``/``.
    ASSET: a file the engine made, by its name under ``assets/g/``.
    LIBRARY: a file of the engine's own parts, by its path under ``assets/lib/`` or ``assets/``.
    POST: a Jekyll post name (``2020-01-01-slug``), as in ``post_url``.
    ADDRESS: the site's own address without a path (``site.url``).
    """

    FILE = "file"
    SITE = "site"
    ASSET = "asset"
    LIBRARY = "library"
    POST = "post"
    ADDRESS = "address"


@dataclass(frozen=True, slots=True)
class Ref:
    """One reference.

    Args:
        target: percent-decoded path as its kind says; never a fragment or query.
        suffix: what followed the path as written: ``?query#fragment``, or empty.
        is_image: whether it fills an image (a missing one becomes a placeholder).
        written: the reference as the author wrote it, for messages.
    """

    kind: RefKind
    target: str
    suffix: str = ""
    is_image: bool = False
    written: str = ""
    at: Location | None = None

    @property
    def hole(self) -> str:
        """This reference as it stands in a body's text; place and spelling are kept in the head."""
        return _SEPARATOR.join((_OPEN + self.kind.value, self.target, self.suffix + _CLOSE))


def without_reserved(text: str) -> str:
    """Text from outside, with the characters that mark holes replaced by U+FFFD."""
    return _RESERVED.sub("\ufffd", text) if _RESERVED.search(text) else text


def fill_holes(text: str, fill: Callable[[RefKind, str, str], str]) -> str:
    """Text with every hole replaced by ``fill(kind, target, suffix)``.

    fill returns an attribute-safe URL (already escaped for HTML).
    """

    def one(match: re.Match[str]) -> str:
        kind, target, suffix = match[1].split(_SEPARATOR)
        return fill(RefKind(kind), target, suffix)

    return _HOLE.sub(one, text)


@dataclass(frozen=True, slots=True)
class Body:
    """What a document's page shows, kept in the store and fetched when the page is rendered.

    Args:
        html: with holes; no title, no table of contents.
        excerpt: HTML with holes up to the author's ``<!-- more -->``; empty when there is none.
        text: prose alone, for search and feeds: no code, no outputs.
        markdown: the document's Markdown twin: shown cells and text outputs, holes included.
    """

    html: str
    excerpt: str = ""
    text: str = ""
    markdown: str = ""


@dataclass(frozen=True, slots=True)
class StrictBody(Body):
    """A body in which nothing is active; ``strict_body`` in ``markup/sanitise.py`` alone makes one.

    Args:
        scripts: sources of a content security policy (``'sha256-…'``) for what runs inside its sandboxed frames.
        profile: keeps a stored body of the trusted profile from being read as this type, though all else is equal.
    """

    scripts: tuple[str, ...] = ()
    profile: Literal["strict"] = field(kw_only=True)
