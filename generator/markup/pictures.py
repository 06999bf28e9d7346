"""Images: found in the repository, given their size, or replaced by their alternative text when they are missing."""

import re
from collections.abc import Iterator, Mapping
from html import escape
from urllib.parse import quote, unquote, urlsplit

from generator.formats.image import size_of
from generator.formats.svg import inert_svg
from generator.location import Location
from generator.markup.scope import Scope
from generator.markup.urls import ATTACHMENT, Written, beside, refer, shown
from generator.model.body import Ref, RefKind, without_reserved
from generator.model.document import Picture

_COPIED = "images/copied_from_nb/"
_CANDIDATE = re.compile(r"\s*(?P<url>[^\s,]\S*[^\s,]|[^\s,])\s*(?P<size>[^,]*)(?:,|$)")
_NUMBER = re.compile(r"\s*(\d{1,5})(?:\.\d+)?(?:px)?\s*")
_PERCENT = re.compile(r"\s*(\d{1,3}(?:\.\d+)?%)\s*")
# Written by the engine itself, not found in the repository.
_ENGINE_MADE = ("/assets/badges/", "/assets/lib/", "/assets/g/")


def image_tag(attributes: Mapping[str, str | None], at: Location, scope: Scope) -> str:
    """The ``<img>`` with holes and its size; a placeholder when there is no such image.

    Args:
        attributes: without HTML's entities; None for those that have no value.
    """
    given = dict(attributes)
    source = given.get("src") or ""
    if scope.is_strict:
        given.pop("srcset", None)
        if host := host_of(source):
            return _elsewhere(given, host)
    found = _found(source, at, scope)
    if found is None:
        return _placeholder(given, source, at, scope)
    url, picture_source, is_asset, size = found
    given["src"] = url
    if given.get("srcset"):
        given["srcset"] = srcset(given["srcset"] or "", at, scope)
    alt = given.get("alt") if "alt" in given else None
    given.setdefault("alt", "")
    width, height = _sized(given, size)
    given.setdefault("loading", "lazy")
    given.setdefault("decoding", "async")
    if picture_source:
        scope.pictures.append(Picture(picture_source, is_asset, width, height, alt))
    return f"<img{''.join(_written(key, value) for key, value in given.items())}>"


def _written(key: str, value: str | None) -> str:
    return f" {key}" if value is None else f' {key}="{escape(value)}"'


def _found(source: str, at: Location, scope: Scope) -> tuple[str, str, bool, tuple[int, int] | None] | None:
    """URL or hole, source for the Picture, whether it is an asset, and size; None for an image that is not there."""
    if not source.strip():
        return None
    if _leads_out(source, scope):
        return None
    ref = refer(Written(source, at, is_image=True), scope)
    if ref is None:
        if source.lower().startswith(ATTACHMENT):
            return None
        host = host_of(source)
        if host:
            scope.hosts.add(host)
        return source, source if host else "", False, None
    if ref.kind is RefKind.ASSET:
        asset = next(asset for asset in scope.assets if asset.name == ref.target)
        scope.refs.append(ref)
        size = (asset.width_px, asset.height_px)
        return ref.hole, ref.target, True, (size[0], size[1]) if size[0] and size[1] else None
    if ref.kind not in (RefKind.FILE, RefKind.SITE) or ref.target.startswith(_ENGINE_MADE):
        scope.refs.append(ref)
        return ref.hole, "", False, None
    return _in_repository(ref, source, scope)


def _leads_out(source: str, scope: Scope) -> bool:
    """Whether a relative path climbs out of the repository and is not found from its root either."""
    return source.startswith("..") and beside(unquote(source.split("?")[0].split("#")[0]), scope.source_path) is None


def _in_repository(ref: Ref, source: str, scope: Scope) -> tuple[str, str, bool, tuple[int, int] | None] | None:
    for path in _candidates(ref, source, scope):
        content = scope.companions(path)
        if content is not None and scope.is_strict and path.lower().endswith(".svg") and inert_svg(content) is None:
            return None
        if content is not None:
            found = Ref(RefKind.FILE, path, ref.suffix, True, ref.written, ref.at)
            scope.refs.append(found)
            return found.hole, path, False, size_of(content)
    return None


def _candidates(ref: Ref, source: str, scope: Scope) -> Iterator[str]:
    """Where the file may lie: beside the source, from the root, where fastpages copied it from; decoded or not."""
    tried: set[str] = set()
    bare = re.split("[?#]", source)[0]
    roots = [ref.target.lstrip("/")]
    if ref.kind is RefKind.FILE:
        undecoded = beside(bare, scope.source_path)
        from_root = unquote(bare).lstrip("./")
        roots += [path for path in (undecoded, from_root, bare.lstrip("./")) if path]
    else:
        roots.append(quote(ref.target.lstrip("/")))
    for path in roots:
        copied = path.find(_COPIED)
        for candidate in (path, f"_notebooks/{path[copied + len(_COPIED) :]}" if copied >= 0 else ""):
            if (
                candidate
                and candidate not in tried
                and not candidate.endswith("/")
                and ".." not in candidate.split("/")
                # A file of such a name could not be told from a hole.
                and without_reserved(candidate) == candidate
            ):
                tried.add(candidate)
                yield candidate


def host_of(url: str) -> str:
    """The host of a whole URL; empty for any other."""
    if not url.lower().startswith(("http://", "https://", "//")):
        return ""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _elsewhere(given: Mapping[str, str | None], host: str) -> str:
    """What stands for a picture of another host, which would see who looks at the page."""
    words = escape(f"{given.get('alt') or 'A picture'} (on {host}, not loaded here)")
    return f'<span class="missing-image" role="img" aria-label="{words}">{words}</span>'


def _placeholder(given: Mapping[str, str | None], source: str, at: Location, scope: Scope) -> str:
    alt = given.get("alt") or ""
    name = shown(source)
    problem = f"the image `{name}` is not there" if source.strip() else "an image has no address"
    scope.warn("missing-image", problem, at, "add the file, or correct its path; paths are relative to the source")
    label = escape(without_reserved(alt or f"Missing image {name.rpartition('/')[2]}".strip()))
    return f'<span class="missing-image" role="img" aria-label="{label}">{label}</span>'


def _sized(given: dict[str, str | None], size: tuple[int, int] | None) -> tuple[int | None, int | None]:
    """Width and height in pixels as they will be shown; put into the attributes, which keeps the page from jumping."""
    width, height = _number(given.get("width")), _number(given.get("height"))
    for key in ("width", "height"):
        value = given.get(key)
        share = _PERCENT.fullmatch(value) if value else None
        if share:
            del given[key]
            style = (given.get("style") or "").rstrip("; ")
            given["style"] = f"{style}; {key}: {share[1]}" if style else f"{key}: {share[1]}"
    if size is None or not size[0] or not size[1]:
        return width, height
    if width and not height:
        height = max(1, round(width * size[1] / size[0]))
    elif height and not width:
        width = max(1, round(height * size[0] / size[1]))
    elif not width and not height:
        width, height = size
    given["width"], given["height"] = str(width), str(height)
    return width, height


def _number(value: str | None) -> int | None:
    match = _NUMBER.fullmatch(value) if value else None
    return int(match[1]) or None if match else None


def srcset(value: str, at: Location, scope: Scope) -> str:
    """Every candidate of a ``srcset`` with a hole; those that are missing are left out."""
    if "data:" in value:
        return value
    kept: list[str] = []
    for match in _CANDIDATE.finditer(value):
        found = _found(match["url"], at, scope)
        if found is not None:
            kept.append(f"{found[0]} {match['size'].strip()}".strip())
    return ", ".join(kept)
