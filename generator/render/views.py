"""What templates see: ready values and nothing else."""

from dataclasses import dataclass

from generator.templating import Html


@dataclass(frozen=True, slots=True)
class LinkView:
    """A link with its words; is_current marks the page it stands on."""

    text: str
    href: str
    is_current: bool = False


@dataclass(frozen=True, slots=True)
class DateView:
    """A date in words, and as machines read it (ISO 8601)."""

    words: str
    iso: str


@dataclass(frozen=True, slots=True)
class NoticeView:
    """That this is not the published blog.

    Args:
        before: words in front of the link.
        link: to the pull request; its href is empty where nobody knows it.
        commit: as people name it; empty without a pull request.
        live_href: the published blog; empty where nobody knows it.
    """

    before: str
    link: LinkView | None
    commit: str
    live_href: str


@dataclass(frozen=True, slots=True)
class ChromeView:
    """What stands around every page.

    Args:
        nav: links of the head of the page, without search.
        search_href: empty when the site has no search page.
        direction: ``ltr`` or ``rtl``.
        feed_href: empty when the site has no feed.
        policy: of what the page may do in a browser; empty in the trusted profile.
        script_digest: of our script, where the policy allows it by that.
        notice: None on pages of the published blog.
    """

    site_title: str
    home_href: str
    lang: str
    direction: str
    nav: tuple[LinkView, ...]
    search_href: str
    is_search: bool
    feed_href: str
    style_href: str
    script_href: str
    icon_href: str
    social: tuple[LinkView, ...]
    head_html: Html
    policy: str
    script_digest: str
    notice: NoticeView | None


@dataclass(frozen=True, slots=True)
class HeadView:
    """What machines read about one page.

    Args:
        canonical: empty when the site's address is unknown; image, published, modified, json_ld likewise.
        kind: Open Graph's: ``article`` or ``website``.
        math_font: empty on pages without formulas.
        twin_href: the page's Markdown twin, or empty.
        previous_href, next_href: neighbours of a paginated list, or empty.
    """

    title: str
    heading: str
    description: str
    canonical: str
    kind: str
    image: str
    image_alt: str
    twitter_card: str
    twitter_site: str
    published: str
    modified: str
    json_ld: Html
    is_indexed: bool
    math_font: str = ""
    twin_href: str = ""
    previous_href: str = ""
    next_href: str = ""


@dataclass(frozen=True, slots=True)
class TagView:
    """A tag as a chip; href is empty when the tag has no page of its own."""

    name: str
    href: str


@dataclass(frozen=True, slots=True)
class AuthorView:
    """Who wrote it; href may be empty."""

    name: Html | str
    href: str


@dataclass(frozen=True, slots=True)
class BadgeView:
    """A link that opens the notebook elsewhere; kind names its icon."""

    kind: str
    text: str
    href: str


@dataclass(frozen=True, slots=True)
class TocView:
    """One line of the table of contents with the lines beneath it."""

    title: Html
    href: str
    children: tuple["TocView", ...]


@dataclass(frozen=True, slots=True)
class CardView:
    """A post in a list.

    Args:
        image: empty when it has none or the site shows none.
        lang: empty when it is the site's.
    """

    title: Html
    href: str
    summary: Html
    date: DateView | None
    tags: tuple[TagView, ...]
    minutes: int
    image: str
    is_pinned: bool
    lang: str


@dataclass(frozen=True, slots=True)
class DataView:
    """How fresh the outputs of a notebook are.

    Args:
        date: with the time of day; None for outputs that were not made here.
        kept_because: empty for those that are as asked.
        ran_with: the language and the libraries that made them, in words; empty when nobody knows.
    """

    date: DateView | None
    kept_because: str
    ran_with: str


@dataclass(frozen=True, slots=True)
class ParameterView:
    """A parameter of a variant and its value."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class VariantView:
    """One row of the list of variants; values are in the order of its columns."""

    title: Html
    href: str
    values: tuple[ParameterView, ...]


@dataclass(frozen=True, slots=True)
class DocumentView:
    """A post or page.

    Args:
        lang, direction: empty when they are the site's.
        banner: why this page is not public yet, or empty.
        is_toc_shown: whether toc has anything.
        params, listing: of a variant: what makes it, and the page that lists it with the others.
        columns, variants: of that page.
    """

    chrome: ChromeView
    head: HeadView
    title: Html
    subtitle: str
    summary: Html
    lang: str
    direction: str
    date: DateView | None
    updated: DateView | None
    authors: tuple[AuthorView, ...]
    tags: tuple[TagView, ...]
    minutes: int
    badges: tuple[BadgeView, ...]
    is_toc_shown: bool
    toc: tuple[TocView, ...]
    banner: str
    data: DataView | None
    license: str
    doi: str
    has_foot: bool
    body: Html
    has_neighbours: bool
    previous: LinkView | None
    next: LinkView | None
    params: tuple[ParameterView, ...]
    listing: LinkView | None
    columns: tuple[str, ...]
    variants: tuple[VariantView, ...]


@dataclass(frozen=True, slots=True)
class HomeView:
    """One page of the home list.

    Args:
        intro: the body of the author's ``index.md``, or empty; on the first page only.
        is_first: whether this is the page at the site's own address.
        newer, older: neighbours.
    """

    chrome: ChromeView
    head: HeadView
    title: str
    description: str
    intro: Html
    is_first: bool
    cards: tuple[CardView, ...]
    has_pager: bool
    newer: LinkView | None
    older: LinkView | None
    place: str


@dataclass(frozen=True, slots=True)
class TagGroupView:
    """A tag on the index of tags.

    Args:
        anchors: further ids under which old links reach it.
        more: how to reach the posts that are not among cards, or None.
    """

    name: str
    slug: str
    anchors: tuple[str, ...]
    href: str
    count: int
    cards: tuple[CardView, ...]
    more: LinkView | None


@dataclass(frozen=True, slots=True)
class TagsView:
    """The index of tags."""

    chrome: ChromeView
    head: HeadView
    groups: tuple[TagGroupView, ...]


@dataclass(frozen=True, slots=True)
class TagPageView:
    """The posts of one tag."""

    chrome: ChromeView
    head: HeadView
    name: str
    count_words: str
    tags_href: str
    cards: tuple[CardView, ...]


@dataclass(frozen=True, slots=True)
class NotFoundView:
    """The page for addresses that lead nowhere."""

    chrome: ChromeView
    head: HeadView
    cards: tuple[CardView, ...]


@dataclass(frozen=True, slots=True)
class SearchView:
    """The search page; tags_href is empty when there are no tags."""

    chrome: ChromeView
    head: HeadView
    base_path: str
    data_href: str
    action_href: str
    script_href: str
    script_digest: str
    tags_href: str
    home_href: str


@dataclass(frozen=True, slots=True)
class EntryView:
    """A post in the feed; times as RFC 3339."""

    id: str
    title: str
    href: str
    published: str
    updated: str
    authors: tuple[str, ...]
    tags: tuple[str, ...]
    summary: str
    content: str
    image: str
    lang: str


@dataclass(frozen=True, slots=True)
class FeedView:
    """The Atom feed; every text is free of characters XML cannot hold."""

    id: str
    title: str
    subtitle: str
    author: str
    lang: str
    home_href: str
    feed_href: str
    updated: str
    entries: tuple[EntryView, ...]


@dataclass(frozen=True, slots=True)
class SitemapEntryView:
    """One page of the sitemap; modified is empty when unknown."""

    href: str
    modified: str


@dataclass(frozen=True, slots=True)
class SitemapView:
    """The sitemap."""

    pages: tuple[SitemapEntryView, ...]


@dataclass(frozen=True, slots=True)
class RedirectView:
    """A page that leads elsewhere; canonical is a whole URL where the address is known.

    Args:
        policy, notice: see ChromeView.
    """

    lang: str
    href: str
    canonical: str
    policy: str
    notice: NoticeView | None
