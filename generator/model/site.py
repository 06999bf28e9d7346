"""All documents together: who is published where, and how they relate."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum

from generator.model.document import Document
from generator.model.problem import Problem


class State(Enum):
    """What became of a source; contracts.md, "Who sees what"."""

    PUBLISHED = "published"
    UNLISTED = "unlisted"
    DRAFT = "draft"
    SCHEDULED = "scheduled"
    EXPIRED = "expired"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Fate:
    """One source's line in the report.

    Args:
        path: of the source.
        until: when a scheduled one appears.
        reason: why a skipped one was skipped.
        variants: how many posts a notebook with variants makes.
        url: site path without base path; None when no page is written.
    """

    path: str
    state: State
    url: str | None = None
    until: datetime | None = None
    reason: str | None = None
    variants: int = 0


@dataclass(frozen=True, slots=True)
class FileIndex:
    """Every file of the repository that may be linked to, and those published whether linked or not.

    Args:
        linkable: paths relative to the source directory; a set for look-ups.
        published: repository path to site path (no leading slash) of files published in any case.
    """

    linkable: frozenset[str]
    published: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Post:
    """A document with its place in the site; pages other than posts too.

    Args:
        url: site path without base path, percent-encoded: ``/a/2020/01/01/b.html`` or ``/about/``.
        file: where its page is written, relative to the output: ``about/index.html``.
        date: aware, in the site's timezone; None for pages without one.
        updated: aware; None when the author says none.
        links: hole to URL path (with suffix), keyed by (kind value, target); a value that begins
            with ``/`` gets the base path, any other is used as it is; None is a missing image or file.
        is_listed: appears in lists, tags, series, previous/next.
        in_feed, in_sitemap, in_search: per contracts.md.
        feed_id: Atom entry id, a whole URL when the site has an address, else a site path.
        previous, next: URLs of the older and newer listed post.
        params: of a variant: name and value in words.
        listing: URL of the page that lists a variant with the others of its notebook.
        variants: of such a page: URLs of the variants, as the author ordered them.
    """

    document: Document
    state: State
    url: str
    file: str
    date: datetime | None
    updated: datetime | None
    links: Mapping[tuple[str, str], str | None]
    is_post: bool
    is_listed: bool
    in_feed: bool
    in_sitemap: bool
    in_search: bool
    feed_id: str
    previous: str | None = None
    next: str | None = None
    params: tuple[tuple[str, str], ...] = ()
    listing: str | None = None
    variants: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag and the URLs of its listed posts, newest first.

    Args:
        url: its own page.
    """

    name: str
    slug: str
    url: str
    posts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HomePage:
    """One page of the paginated home list.

    Args:
        number: counted from 1.
        posts: URLs in the order shown, pinned ones first.
    """

    number: int
    url: str
    file: str
    posts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Site:
    """The whole site before anything is rendered.

    Args:
        posts: posts and pages that get a page, in order: posts newest first, then pages by path.
        listed: URLs of listed posts, newest first.
        home_document: the page whose body introduces the home list (``index.html``/``index.md``), if any.
        files: repository path to site file path (no leading slash) of every copied file.
        redirects: old site path to new URL path.
        nav: (title, url) of pages in the navigation.
        fates: one per source, sorted by path.
        next_change: the earliest time at which a scheduled or expiring document changes state.
        tags_url, search_url: site paths of those pages.
    """

    posts: tuple[Post, ...]
    listed: tuple[str, ...]
    home: tuple[HomePage, ...]
    home_document: Post | None
    tags: tuple[Tag, ...]
    files: Mapping[str, str]
    redirects: Mapping[str, str]
    nav: tuple[tuple[str, str], ...]
    fates: tuple[Fate, ...]
    problems: tuple[Problem, ...]
    next_change: datetime | None
    tags_url: str
    search_url: str

    @property
    def documents(self) -> tuple[Document, ...]:
        """Everything that is shown somewhere, the words above the home list among them."""
        posts = (*self.posts, self.home_document) if self.home_document else self.posts
        return tuple(post.document for post in posts)


@dataclass(frozen=True, slots=True)
class SiteRules:
    """The slice of settings that site/ needs.

    Args:
        permalink: Jekyll template or built-in name for posts (``date``, ``pretty``, ``/posts/:title/``).
        paginate: posts per home page.
        paginate_path: Jekyll's ``/page:num/``.
        shows_future: scheduled posts are published as if their time had come (``--future``, or an old
            blog without ``future: false``).
        shows_drafts: ``--drafts``.
        header_pages: source paths (relative to the source directory) of the navigation, in order; empty: all
            titled pages by path.
        address: ``https://example.org``, no trailing slash; empty when unknown.
        default_lang: of documents that do not say.
        now: aware; decides only what is scheduled or expired.
    """

    is_old_blog: bool
    permalink: str
    timezone: str
    paginate: int
    paginate_path: str
    shows_future: bool
    shows_drafts: bool
    header_pages: tuple[str, ...]
    address: str
    baseurl: str
    default_lang: str
    now: datetime
    redirects_old_urls: bool = False


def day_of(moment: date | datetime) -> date:
    """The calendar day of either kind of date."""
    return moment.date() if isinstance(moment, datetime) else moment
