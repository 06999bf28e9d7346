"""What stands around every page of one build, digested once."""

from collections.abc import Callable
from dataclasses import dataclass, is_dataclass, replace
from hashlib import blake2b
from typing import Any

from generator.cache.codec import encode
from generator.model.body import Body
from generator.model.site import Site
from generator.render.assets import Assets
from generator.render.facts import Directory, directory_of
from generator.render.links import Base, in_pages, may_lead_to
from generator.render.rules import RenderRules
from generator.render.views import ChromeView, LinkView
from generator.templating import Html, Templates

_RIGHT_TO_LEFT = frozenset({"ar", "arc", "ckb", "dv", "fa", "he", "ks", "ps", "sd", "ug", "ur", "yi"})


@dataclass(frozen=True, slots=True)
class Frame:
    """One build's rules and surroundings.

    Args:
        digest: of all that every page shows or is made with.
    """

    site: Site
    rules: RenderRules
    templates: Templates
    bodies: Callable[[str], Body]
    assets: Assets
    directory: Directory
    nav: tuple[tuple[str, str], ...]
    digest: bytes

    @property
    def base(self) -> Base:
        """How pages write links."""
        return in_pages(self.rules)

    def font_for(self, has_math: bool) -> str:
        """Where a page with formulas finds their font; empty for other pages."""
        return self.base.href(self.rules.math_font) if has_math and self.rules.math_font else ""

    def key(self, kind: str, *parts: object) -> str:
        """The key of a page within this frame: digests as bytes, other values by their encoding."""
        return key_of(self.digest, kind, *parts)

    def render(self, name: str, view: object) -> bytes:
        """A page as it is written."""
        return self.templates.render(name, view).encode()

    def chrome(self, url: str) -> ChromeView:
        """The surroundings of the page at url."""
        rules, base = self.rules, self.base
        return ChromeView(
            site_title=rules.title,
            home_href=base.href("/"),
            lang=rules.lang,
            direction=direction_of(rules.lang),
            nav=tuple(LinkView(title, base.href(path), path == url) for title, path in self.nav),
            search_href=base.href(self.site.search_url) if rules.has_search else "",
            is_search=url == self.site.search_url,
            feed_href=base.href("/feed.xml"),
            style_href=base.href("/" + self.assets.style),
            script_href=base.href("/" + self.assets.script),
            icon_href=base.href(rules.icon or "/" + self.assets.icon),
            social=tuple(LinkView(one.label, one.url) for one in rules.social_links if may_lead_to(one.url, rules)),
            head_html=Html(rules.head_html),
        )


def frame_of(
    site: Site, rules: RenderRules, templates: Templates, bodies: Callable[[str], Body], assets: Assets
) -> Frame:
    """The frame of one build."""
    nav = _navigation(site, rules)
    surroundings = (nav, assets.style, assets.script, assets.search_script, assets.icon, site.search_url, site.tags_url)
    sources = sorted((name, text) for name, text in templates.sources.items() if not name.startswith("cells/"))
    # The font changes with every new character in a formula anywhere; pages without formulas do not care.
    shared = replace(rules, math_font=None)
    digest = bytes.fromhex(key_of(b"", "frame", shared, surroundings, sources, bool(site.tags)))
    return Frame(site, rules, templates, bodies, assets, directory_of(site), nav, digest)


def key_of(digest: bytes, kind: str, *parts: object) -> str:
    """Hexadecimal digest of a frame, a kind of page and its parts."""
    state = blake2b(digest, digest_size=20)
    state.update(kind.encode())
    for part in parts:
        encoded = part if isinstance(part, bytes) else encode(part, type(part) if is_dataclass(part) else Any)
        state.update(len(encoded).to_bytes(8, "big"))
        state.update(encoded)
    return state.hexdigest()


def direction_of(lang: str) -> str:
    """The direction in which a language is written."""
    return "rtl" if lang.replace("_", "-").split("-")[0].lower() in _RIGHT_TO_LEFT else "ltr"


def _navigation(site: Site, rules: RenderRules) -> tuple[tuple[str, str], ...]:
    shown = tuple((title, url) for title, url in site.nav if not (rules.has_search and url == site.search_url))
    has_tags = not site.tags or any(url == site.tags_url for _, url in shown)
    return shown if has_tags else (*shown, ("Tags", site.tags_url))
