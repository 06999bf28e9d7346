"""What a page is made from: the few values of a Post that show, cheap to gather and to digest."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from html import escape

from generator.model.front_matter import Author, BadgeChoice
from generator.model.site import Post, Site, State
from generator.model.source import SourceKind
from generator.render.links import fill_html, in_pages
from generator.render.plain import title_of, without_anchors
from generator.render.rules import RenderRules

Link = tuple[str, str]
"""Words and a site path."""

STATES_WITH_TWIN = (State.PUBLISHED, State.UNLISTED)
"""Who sees what: drafts and scheduled posts have a page, and no copy as Markdown."""


@dataclass(frozen=True, slots=True)
class CardFacts:
    """What lists show of a post; paths without base path.

    Args:
        summary_html: the author's, else the text of the first paragraph.
        tags: name and site path (empty without a page of its own).
        image: site path or whole URL, or empty.
    """

    title_html: str
    url: str
    summary_html: str
    date: datetime | None
    tags: tuple[Link, ...]
    words: int
    image: str
    is_pinned: bool
    lang: str


@dataclass(frozen=True, slots=True)
class VariantFacts:
    """A variant as the list of them shows it.

    Args:
        values: in words, in the order of the list's columns; empty for a parameter it leaves alone.
    """

    title_html: str
    title: str
    url: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PageFacts:
    """Everything a post's own page shows; paths without base path.

    Args:
        summary_html: the author's own; one taken from the first paragraph would say it twice.
        notebook: the source's path when it is one that can be opened elsewhere, or empty.
        toc: level, anchor and HTML of each heading; empty when no table of contents is wanted.
        links: see Post: kind and target of a hole, and the path it leads to.
        params: of a variant, name and value in words.
        listing: of a variant, where all of them are listed.
        columns: of such a list, the parameters by which its variants differ.
    """

    card: CardFacts
    title: str
    summary_html: str
    subtitle: str
    updated: datetime | None
    authors: tuple[Author, ...]
    badges: BadgeChoice
    notebook: str
    toc: tuple[tuple[int, str, str], ...]
    toc_depth: int
    links: tuple[tuple[str, str, str | None], ...]
    body: str
    needs_math: bool
    image_alt: str
    state: State
    ran_at: datetime | None
    kept_because: str
    ran_with: tuple[tuple[str, str], ...]
    license: str
    doi: str
    is_post: bool
    has_twin: bool
    file: str
    previous: Link | None
    next: Link | None
    params: tuple[tuple[str, str], ...] = ()
    listing: Link | None = None
    columns: tuple[str, ...] = ()
    variants: tuple[VariantFacts, ...] = ()

    @property
    def link_map(self) -> dict[tuple[str, str], str | None]:
        """The links as holes are filled from them."""
        return {(kind, target): path for kind, target, path in self.links}


@dataclass(frozen=True, slots=True)
class Directory:
    """Titles (as text) by site path, the paths of tags by name, and variants by site path."""

    titles: Mapping[str, str]
    tags: Mapping[str, str]
    variants: Mapping[str, Post]

    def neighbour(self, url: str | None) -> Link | None:
        """Title and path of the post at url."""
        return (self.titles[url], url) if url and url in self.titles else None


def directory_of(site: Site) -> Directory:
    """The site's titles and tags, to be looked up."""
    tags = {tag.name.casefold(): tag.url for tag in site.tags}
    tags.update((tag.name, tag.url) for tag in site.tags)
    posts = (*site.posts, site.home_document) if site.home_document else site.posts
    variants = {post.url: post for post in posts if post.params}
    return Directory({post.url: title_of_post(post) for post in posts}, tags, variants)


def title_of_post(post: Post) -> str:
    """The title as text."""
    return title_of(post.document.title_html, post.document.front.title or "")


def card_facts(post: Post, directory: Directory, rules: RenderRules) -> CardFacts:
    """What lists show of post."""
    document, front = post.document, post.document.front
    base = in_pages(rules)
    return CardFacts(
        title_html=fill_html(document.title_html, post.links, base),
        url=post.url,
        summary_html=fill_html(document.description_html, post.links, base) or escape(front.description or ""),
        date=post.date,
        tags=tuple((name, directory.tags.get(name) or directory.tags.get(name.casefold(), "")) for name in front.tags),
        words=document.words,
        image=image_of(post, rules),
        is_pinned=front.pin is not None,
        lang=front.lang or "",
    )


def page_facts(post: Post, card: CardFacts, directory: Directory, rules: RenderRules) -> PageFacts:
    """What post's own page shows."""
    document, front = post.document, post.document.front
    shows_toc = rules.shows_toc if front.toc is None else front.toc
    columns, variants = _variants(post, directory, rules)
    return PageFacts(
        card=card,
        title=directory.titles[post.url],
        summary_html=fill_html(document.description_html, post.links, in_pages(rules)),
        subtitle=front.subtitle or "",
        updated=post.updated,
        authors=front.authors,
        badges=front.badges,
        notebook=document.path if document.kind is SourceKind.NOTEBOOK else "",
        toc=tuple((h.level, h.anchor, h.html) for h in document.headings) if shows_toc else (),
        toc_depth=front.toc_depth,
        links=tuple((kind, target, path) for (kind, target), path in post.links.items()),
        body=document.body,
        needs_math="math" in document.needs or any("<math" in one.title_html for one in variants),
        image_alt=front.image_alt or "",
        state=post.state,
        ran_at=document.ran_at,
        kept_because=document.kept_because or "",
        ran_with=document.ran_with,
        license=front.license or "",
        doi=front.doi or "",
        is_post=post.is_post,
        has_twin=post.state in STATES_WITH_TWIN,
        file=post.file,
        previous=directory.neighbour(post.previous),
        next=directory.neighbour(post.next),
        params=post.params,
        listing=directory.neighbour(post.listing),
        columns=columns,
        variants=variants,
    )


def _variants(post: Post, directory: Directory, rules: RenderRules) -> tuple[tuple[str, ...], tuple[VariantFacts, ...]]:
    """Columns and rows of a page that lists variants."""
    listed = [directory.variants[url] for url in post.variants if url in directory.variants]
    columns = tuple(dict.fromkeys(name for one in listed for name, _ in one.params))
    base = in_pages(rules)
    rows = (
        VariantFacts(
            without_anchors(fill_html(one.document.title_html, one.links, base)),
            directory.titles[one.url],
            one.url,
            tuple(dict(one.params).get(name, "") for name in columns),
        )
        for one in listed
    )
    return columns, tuple(rows)


def image_of(post: Post, rules: RenderRules) -> str:
    """The post's picture as a site path or whole URL; empty when it has none, or one nobody may be sent to."""
    written = (post.document.front.image or "").strip()
    if not written or "://" in written or written.startswith("//"):
        return written if rules.trusts_html else ""
    path = written.lstrip("/")
    for key in (("file", path), ("site", "/" + path)):
        if found := post.links.get(key):
            return found
    # One that a cell made; anything else that was not found is no file of the blog, and site/ has said so.
    return "/" + path if path.startswith("assets/g/") else ""
