"""What stands around every page of one build, digested once."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, is_dataclass, replace
from hashlib import blake2b
from typing import Any

from generator.cache.codec import encode
from generator.errors import MachineError
from generator.model.body import Body, StrictBody
from generator.model.site import Site
from generator.render.assets import Assets
from generator.render.facts import Directory, directory_of
from generator.render.links import Base, in_pages, may_lead_to
from generator.render.notice import notice_of
from generator.render.policy import inline_scripts, page_policy
from generator.render.rules import RenderRules
from generator.render.views import ChromeView, LinkView
from generator.templating import Html, Templates

_RIGHT_TO_LEFT = frozenset({"ar", "arc", "ckb", "dv", "fa", "he", "ks", "ps", "sd", "ug", "ur", "yi"})


@dataclass(frozen=True, slots=True)
class Frame:
    """One build's rules and surroundings.

    Args:
        bodies: a body by its key; in the strict profile only those that were made strict.
        digest: of all that every page shows or is made with.
        own_scripts: sources of a policy for the scripts in our templates.
    """

    site: Site
    rules: RenderRules
    templates: Templates
    bodies: Callable[[str], Body]
    assets: Assets
    directory: Directory
    nav: tuple[tuple[str, str], ...]
    digest: bytes
    own_scripts: tuple[str, ...]

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

    def chrome(self, url: str, body: Body | None = None) -> ChromeView:
        """The surroundings of the page at url.

        Args:
            body: what the page shows, if there may be sandboxes in it.
        """
        rules, base = self.rules, self.base
        is_search = url == self.site.search_url
        return ChromeView(
            site_title=rules.title,
            home_href=base.href("/"),
            lang=rules.lang,
            direction=direction_of(rules.lang),
            nav=tuple(LinkView(title, base.href(path), path == url) for title, path in self.nav),
            search_href=base.href(self.site.search_url) if rules.has_search else "",
            is_search=is_search,
            feed_href=base.href("/feed.xml") if rules.is_public else "",
            style_href=base.href("/" + self.assets.style),
            script_href=base.href("/" + self.assets.script),
            icon_href=base.href(rules.icon or "/" + self.assets.icon),
            social=tuple(LinkView(one.label, one.url) for one in rules.social_links if may_lead_to(one.url, rules)),
            head_html=Html(rules.head_html),
            policy=self._policy(body, is_search=is_search),
            script_digest=self.digest_of(self.assets.script_source),
            notice=notice_of(rules),
        )

    def digest_of(self, source: str) -> str:
        """The digest that a page names beside a script of ours; empty where no policy asks for it."""
        return "" if self.rules.trusts_html else source.strip("'")

    def _policy(self, body: Body | None, *, is_search: bool) -> str:
        if self.rules.trusts_html:
            return ""
        files = (self.assets.script_source, *([self.assets.search_source] if is_search else []))
        inside: Iterable[str] = body.scripts if isinstance(body, StrictBody) else ()
        return page_policy((*self.own_scripts, *files), inside, connects=is_search)


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
    accepted = bodies if rules.trusts_html else StrictOnly(bodies)
    own_scripts = () if rules.trusts_html else inline_scripts(dict(sources))
    return Frame(site, rules, templates, accepted, assets, directory_of(site), nav, digest, own_scripts)


@dataclass(frozen=True, slots=True)
class StrictOnly:
    """Hands on bodies that were made strict, and no other."""

    bodies: Callable[[str], Body]

    def __call__(self, key: str) -> StrictBody:
        """The body.

        Raises:
            MachineError: it is one of the trusted profile.
        """
        body = self.bodies(key)
        if not isinstance(body, StrictBody):
            raise MachineError(
                "a body that was not made strict was about to be shown in the strict profile",
                mend="build with a new store: `--cache` of an empty folder",
            )
        return body


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
