"""References in HTML → holes: links, images and media, raw HTML and outputs included."""

import re
from html import escape, unescape

from generator.location import Location
from generator.markup.pictures import host_of, image_tag, srcset
from generator.markup.scope import Scope
from generator.markup.tokens import ADDRESS_MARK, BASE_MARK, OPEN
from generator.markup.urls import Written, refer
from generator.model.body import Ref, RefKind

_QUICK = re.compile(rf"(?:href|src|srcset|poster|data)\s*=|{ADDRESS_MARK}|{BASE_MARK}", re.IGNORECASE)
_START = re.compile(r"<(?:!--|[A-Za-z])")
_TAG = re.compile(r"""<(?P<name>[A-Za-z][A-Za-z0-9:-]*)(?P<attributes>(?:[^<>"']++|"[^"]*+"|'[^']*+')*+)>""")
_ATTRIBUTE = re.compile(
    r"""\s*+(?P<name>[^\s"'<>/=]++)(?:\s*=\s*(?:"(?P<double>[^"]*+)"|'(?P<single>[^']*+)'|(?P<bare>[^\s"'<>]++)))?|\s*/|\s++|["']"""
)
_VERBATIM = frozenset({"script", "style", "textarea", "title", "xmp"})
_URLS = frozenset({"href", "src", "poster", "xlink:href"})
_LOADS = frozenset({"iframe", "script", "video", "audio", "embed", "source", "object", "track", "link"})
# A heading's link to itself needs nothing.
_OWN_ANCHOR = ' class="anchor"'
# Broken tags are looked at this often; a text of nothing else would be searched to its end for each.
_MOST_BROKEN = 1_000


def dig(html: str, at: Location, scope: Scope, *, source_text: str | None = None) -> str:
    """The HTML with holes; the scope gets references, pictures, hosts and what is missing.

    Args:
        at: the cell or text it came from.
        source_text: what the author wrote; with it, every reference gets its line.
    """
    if not _QUICK.search(html):
        return html
    digging = _Digging(at, scope, source_text)
    return digging.leftovers(digging.walk(html))


class _Digging:
    def __init__(self, at: Location, scope: Scope, source_text: str | None) -> None:
        self._at = at
        self._scope = scope
        self._source = source_text
        self._lines_of: dict[str, int] = {}

    def walk(self, html: str) -> str:
        parts: list[str] = []
        done = position = broken = 0
        while match := _START.search(html, position):
            start = match.start()
            if match[0] == "<!--":
                end = html.find("-->", start)
                position = end + 3 if end >= 0 else len(html)
                continue
            tag = _TAG.match(html, start)
            if tag is None:
                broken += 1
                position = start + 1 if broken < _MOST_BROKEN else len(html)
                continue
            position = tag.end()
            name = tag["name"].lower()
            if ("=" in tag["attributes"] or name == "img") and not tag["attributes"].startswith(_OWN_ANCHOR):
                written = self._tag(name, tag)
                if written is not None:
                    parts += (html[done:start], written)
                    done = position
            if name in _VERBATIM:
                closing = html.lower().find(f"</{name}", position) if position < len(html) else -1
                position = closing if closing >= 0 else len(html)
        return "".join(parts) + html[done:] if parts else html

    def leftovers(self, html: str) -> str:
        """Marks outside of attributes: text that says where the site is."""
        if OPEN not in html:
            return html
        if ADDRESS_MARK in html:
            ref = Ref(RefKind.ADDRESS, "", "", False, "{{ site.url }}", self._at)
            self._scope.refs.append(ref)
            html = html.replace(ADDRESS_MARK, ref.hole)
        return html.replace(BASE_MARK, escape(self._scope.rules.baseurl))

    def _tag(self, name: str, tag: re.Match[str]) -> str | None:
        """The tag with holes, or None when it stays as it is."""
        attributes = _attributes(tag["attributes"])
        if name == "img":
            at = self._place(attributes.get("src") or "")
            return image_tag(attributes, at, self._scope)
        changed = False
        for key, value in attributes.items():
            if not value:
                continue
            if key == "srcset":
                attributes[key] = srcset(value, self._place(value.split()[0]), self._scope)
                changed = True
            elif key in _URLS or (key == "data" and name == "object"):
                hole = self._hole(value, name)
                if hole is not None:
                    attributes[key] = hole
                    changed = True
        return _written(tag, attributes) if changed else None

    def _hole(self, url: str, name: str) -> str | None:
        if name == "base":
            return None
        if url.startswith("#"):
            if url != "#" and self._source is not None:
                self._scope.own_anchors.append((url[1:], self._place(url)))
            return None
        ref = refer(Written(url, self._place(url)), self._scope)
        if ref is None:
            if name in _LOADS and (host := host_of(url)):
                self._scope.hosts.add(host)
            return None
        self._scope.refs.append(ref)
        return ref.hole

    def _place(self, url: str) -> Location:
        if self._source is None:
            return self._at
        if url not in self._lines_of:
            found = _find_url(self._source, url) if OPEN not in url else _find_marked(self._source, url)
            self._lines_of[url] = self._source.count("\n", 0, found) + 1 if found >= 0 else 0
        line = self._lines_of[url]
        return self._at.at_line(line) if line else self._at


def _find_url(source: str, url: str) -> int:
    """Where a URL stands: as a destination or an attribute first, so that `a.png` is not found in `data.png`."""
    for before in ("(", '"', "'", "<", ": ", "="):
        found = source.find(before + url)
        if found >= 0:
            return found
    return source.find(url)


def _find_marked(source: str, url: str) -> int:
    """Where a URL that Liquid had a part in stands: its longest plain piece is looked for."""
    pieces = re.split("[\ue0f0-\ue0f2]", url)
    piece = max(pieces[2::2] or pieces, key=len)
    found = source.find(piece) if len(piece) > 3 else -1
    # Some includes put a folder in front of what the author wrote.
    return found if found >= 0 or "/" not in piece else _find_url(source, piece.rpartition("/")[2])


def _attributes(text: str) -> dict[str, str | None]:
    """Attributes in order, entities resolved; of equal names the first counts, as for browsers."""
    found: dict[str, str | None] = {}
    for match in _ATTRIBUTE.finditer(text):
        name = match["name"]
        if not name:
            continue
        value = match["double"] if match["double"] is not None else match["single"]
        value = value if value is not None else match["bare"]
        found.setdefault(name.lower() if name.isascii() else name, None if value is None else unescape(value))
    return found


def _written(tag: re.Match[str], attributes: dict[str, str | None]) -> str:
    ending = "/>" if tag["attributes"].rstrip().endswith("/") else ">"
    inside = "".join(f" {key}" if value is None else f' {key}="{escape(value)}"' for key, value in attributes.items())
    return f"<{tag['name']}{inside}{ending}"
