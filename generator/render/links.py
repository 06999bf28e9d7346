"""Site paths and holes become URLs of this build."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape, unescape
from urllib.parse import quote

from generator.markup.sanitise import is_harmless
from generator.model.body import RefKind, fill_holes
from generator.render.rules import RenderRules

Links = Mapping[tuple[str, str], str | None]

_BARE_AMPERSAND = re.compile(r"&(?!(?:[A-Za-z][A-Za-z0-9]*|#[0-9]+|#[xX][0-9A-Fa-f]+);)")
_IMAGE_TAG = re.compile(r"""<img\b(?:[^>"']|"[^"]*"|'[^']*')*>""", re.IGNORECASE)
_WITHIN_SITE = re.compile(r"/(?![/\\\s])[^\\\s]*\Z")
_ALT = re.compile(r"""\balt\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Base:
    """What site paths stand behind.

    Args:
        prefix: the base path in pages, address and base path in feeds and Markdown twins.
        address: the site's own address, without a path.
    """

    prefix: str
    address: str

    def href(self, path: str) -> str:
        """A site path with its prefix; anything else as it is."""
        return self.prefix + path if path.startswith("/") and not path.startswith("//") else path


def may_lead_to(url: str, rules: RenderRules) -> bool:
    """Whether a link may be made of a URL somebody wrote; people we do not know write none that runs."""
    return rules.trusts_html or is_harmless(url)


def may_redirect_to(url: str, rules: RenderRules) -> bool:
    """Whether a page may send its reader there unasked; pages of people we do not know stay within the site."""
    return rules.trusts_html or _WITHIN_SITE.match(url) is not None


def in_pages(rules: RenderRules) -> Base:
    """Links as pages of this build write them."""
    return Base(rules.baseurl, rules.address)


def in_the_open(rules: RenderRules) -> Base:
    """Links as they work outside the site: in feeds, for search engines."""
    return Base(rules.address + rules.baseurl, rules.address)


def fill_html(html: str, links: Links, base: Base) -> str:
    """HTML with every hole filled, and images that are missing replaced by their alt text."""
    if None in links.values():
        html = _IMAGE_TAG.sub(lambda tag: _placeholder_for(tag[0], links), html)
    return fill_holes(html, lambda kind, target, suffix: _attribute(_url(kind, target, suffix, links, base)))


def fill_markdown(text: str, links: Links, base: Base) -> str:
    """Markdown with every hole filled."""
    return fill_holes(text, lambda kind, target, suffix: _url(kind, target, suffix, links, base))


def _url(kind: RefKind, target: str, suffix: str, links: Links, base: Base) -> str:
    match kind:
        case RefKind.ADDRESS:
            return base.address + suffix
        case RefKind.ASSET:
            return f"{base.prefix}/assets/g/{target}{suffix}"
        case RefKind.LIBRARY:
            return f"{base.prefix}/assets/lib/{target}{suffix}"
    found = links.get((kind.value, target))
    if found is None:
        return base.href("/" + quote(target.lstrip("/"))) + suffix
    return base.href(_with_suffix(found, suffix))


def _with_suffix(path: str, suffix: str) -> str:
    """Path and suffix; an anchor that was resolved already wins over the one written."""
    if "#" not in path:
        return path + suffix
    return path if "#" in suffix else path.replace("#", suffix + "#", 1)


def _attribute(url: str) -> str:
    # Suffixes come as the author wrote them, and so may be escaped already.
    return _BARE_AMPERSAND.sub("&amp;", url).replace('"', "%22").replace("'", "%27").replace("<", "%3C")


def _placeholder_for(tag: str, links: Links) -> str:
    missing: list[str] = []

    def look(kind: RefKind, target: str, _suffix: str) -> str:
        if links.get((kind.value, target), "") is None:
            missing.append(target)
        return ""

    fill_holes(tag, look)
    if not missing:
        return tag
    alt = _ALT.search(tag)
    words = unescape((alt[1] or alt[2] or "") if alt else "").strip() or missing[0].rsplit("/", 1)[-1]
    return f'<span class="missing-image" role="img" aria-label="{escape(words)}">{escape(words)}</span>'
