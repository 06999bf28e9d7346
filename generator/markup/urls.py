"""A URL as written → what it refers to: a file of the repository, a path of the site, an attachment, or itself."""

import re
from dataclasses import dataclass
from urllib.parse import unquote

from generator.formats.image import extension_for, size_of
from generator.formats.names import content_name
from generator.location import Location
from generator.markup.scope import Scope
from generator.markup.tokens import ADDRESS_MARK, BASE_MARK, CLOSE, JOINT, OPEN
from generator.model.body import Ref, RefKind, without_reserved
from generator.model.document import Asset
from generator.model.reading import Blob

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_PARTS = re.compile(r"(?P<path>[^?#]*)(?P<suffix>.*)", re.DOTALL)
_HOLE = re.compile(f"{OPEN}([a-z]+){JOINT}([^{CLOSE}{JOINT}]*){JOINT}([^{CLOSE}]*){CLOSE}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_KINDS = frozenset(kind.value for kind in RefKind)
ATTACHMENT = "attachment:"


@dataclass(frozen=True, slots=True)
class Written:
    """A URL and where it stands.

    Args:
        url: as written, without HTML's entities.
    """

    url: str
    at: Location
    is_image: bool = False


def refer(written: Written, scope: Scope) -> Ref | None:
    """What the URL refers to; None when it stays as it is.

    A reference that leads out of the repository, or to an attachment nobody pasted, is reported and stays as it is.
    """
    url = _CONTROL.sub("", written.url).strip()
    if not url or url.startswith("#"):
        return None
    if OPEN in url:
        return _marked(url, written, scope)
    if _SCHEME.match(url):
        return _with_scheme(url, written, scope)
    if url.startswith("//"):
        return None
    if url.startswith("/"):
        return _site(_without_base(url, scope), written)
    return _relative(url, written, scope)


def _ref(kind: RefKind, target: str, suffix: str, written: Written) -> Ref:
    # What a hole is made of cannot stand in it.
    target, suffix = (without_reserved(part) for part in (target, suffix))
    return Ref(kind, target, suffix, written.is_image, shown(written.url), written.at)


def shown(url: str) -> str:
    """A URL for messages: marks as the Liquid they came from."""
    url = url.replace(BASE_MARK, "{{ site.baseurl }}").replace(ADDRESS_MARK, "{{ site.url }}")
    return _HOLE.sub(lambda match: match[2], url)


def _marked(url: str, written: Written, scope: Scope) -> Ref | None:
    """A URL that Liquid had a part in."""
    rest = url.removeprefix(ADDRESS_MARK)
    had_address = rest != url
    had_base = rest.startswith(BASE_MARK)
    rest = rest.removeprefix(BASE_MARK)
    hole = _HOLE.match(rest)
    if hole is not None and hole[1] in _KINDS:
        return _ref(RefKind(hole[1]), hole[2], hole[3] + rest[hole.end() :], written)
    rest = rest.replace(BASE_MARK, scope.rules.baseurl).replace(ADDRESS_MARK, scope.rules.url)
    if had_base or (had_address and rest[:1] in ("", "/", "#", "?")):
        if had_address and not had_base and not rest:
            return _ref(RefKind.ADDRESS, "", "", written)
        path = rest if rest.startswith("/") else f"/{rest}"
        return _site(path if had_base else _without_base(path, scope), written)
    return refer(Written(rest, written.at, written.is_image), scope) if OPEN not in rest else None


def _with_scheme(url: str, written: Written, scope: Scope) -> Ref | None:
    if url.lower().startswith(ATTACHMENT):
        return _attachment(url, written, scope)
    own = scope.rules.url + scope.rules.baseurl if scope.rules.url else ""
    if not own or not url.startswith(own):
        return None
    rest = url[len(own) :]
    if rest[:1] not in ("", "/", "#", "?"):
        return None
    return _site(rest if rest.startswith("/") else f"/{rest}", written)


def _without_base(path: str, scope: Scope) -> str:
    base = scope.rules.baseurl
    if base and path.startswith(base) and path[len(base) : len(base) + 1] in ("", "/", "#", "?"):
        rest = path[len(base) :]
        return rest if rest.startswith("/") else f"/{rest}"
    return path


def _split(url: str) -> tuple[str, str]:
    match = _PARTS.match(url)
    return (match["path"], match["suffix"]) if match else (url, "")


def _site(path: str, written: Written) -> Ref:
    bare, suffix = _split(path)
    return _ref(RefKind.SITE, re.sub("/{2,}", "/", unquote(bare)) or "/", suffix, written)


def _relative(url: str, written: Written, scope: Scope) -> Ref | None:
    path, suffix = _split(url)
    if not path:
        return None
    target = beside(unquote(path), scope.source_path)
    if target is None:
        scope.warn(
            "broken-link",
            f"`{shown(written.url)}` leads out of the repository",
            written.at,
            "keep what you link to inside the repository, or give its whole URL",
        )
        return None
    return _ref(RefKind.FILE, target, suffix, written)


def beside(path: str, source_path: str) -> str | None:
    """A path relative to a source's folder, from the repository's root; None when it leads out of it.

    >>> beside("../images/a.png", "_notebooks/b.ipynb"), beside("../../a.png", "_notebooks/b.ipynb")
    ('images/a.png', None)
    """
    path = path.replace("\\", "/")
    segments = source_path.split("/")[:-1]
    for segment in path.split("/"):
        if segment in ("", "."):
            continue
        if segment != "..":
            segments.append(segment)
        elif segments:
            segments.pop()
        else:
            return None
    return "/".join(segments) + ("/" if path.endswith("/") and segments else "")


def _attachment(url: str, written: Written, scope: Scope) -> Ref | None:
    """A file pasted into the cell: kept once, under the name of its content."""
    name = url[len(ATTACHMENT) :]
    found = scope.attachments.get(name) or scope.attachments.get(unquote(name))
    if found is None:
        if not written.is_image:
            mend = "paste it again, or link to a file"
            scope.warn("missing-attachment", f"the cell has no attachment `{name}`", written.at, mend)
        return None
    mime, content = found
    asset_name = content_name(content, extension_for(mime))
    if all(asset.name != asset_name for asset in scope.assets):
        width, height = size_of(content) or (None, None)
        scope.assets.append(Asset(asset_name, len(content), width, height))
        scope.blobs.append(Blob(asset_name, content))
    return _ref(RefKind.ASSET, asset_name, "", written)
