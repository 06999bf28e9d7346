"""Documents and rules for tests of site/, with only what a test is about spelled out."""

from datetime import UTC, date, datetime
from typing import Any

from generator.location import Location
from generator.model.body import Ref, RefKind
from generator.model.document import Document, Heading
from generator.model.front_matter import FrontMatter
from generator.model.site import FileIndex, Post, Site, SiteRules
from generator.model.source import Shelf, SourceKind
from generator.site.assemble import assemble

_SHELVES = {shelf.value: shelf for shelf in Shelf if shelf.value}
_KINDS = {"ipynb": SourceKind.NOTEBOOK, "docx": SourceKind.WORD}


def document(path: str, *, refs: tuple[Ref, ...] = (), anchors: tuple[str, ...] = (), **front: Any) -> Document:
    """A document as a reader hands it over: its date is the file name's unless front matter has another.

    Args:
        front: of FrontMatter; ``tags`` are the categories unless given.
    """
    folders = path.split("/")[:-1]
    place = next((index for index, name in enumerate(folders) if name in _SHELVES), None)
    shelf = Shelf.ROOT if place is None else _SHELVES[folders[place]]
    shelf_path = "" if place is None else "/".join(folders[: place + 1])
    file_date = _date_in(path.removesuffix("/index.md").rsplit("/", 1)[-1])
    front.setdefault("tags", front.get("categories", ()))
    front.setdefault("title", path.rsplit("/", 1)[-1].split(".")[0])
    front.setdefault("date", file_date)
    return Document(
        path=path,
        variant=None,
        shelf=shelf,
        shelf_path=shelf_path,
        kind=_KINDS.get(path.rsplit(".", 1)[-1], SourceKind.MARKDOWN),
        front=FrontMatter(**front),
        title_html=front["title"] or "",
        description_html="",
        date_is_guessed=False,
        file_date=file_date,
        first_commit=None,
        last_commit=None,
        language="python",
        words=100,
        headings=tuple(Heading(2, anchor, anchor, anchor) for anchor in anchors),
        refs=refs,
        pictures=(),
        assets=(),
        needs=(),
        math_characters="",
        hosts=(),
        companions=(),
        problems=(),
        body="0" * 64,
    )


def _date_in(name: str) -> date | None:
    try:
        year, month, day = name.split("-")[:3]
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def rules(**changes: Any) -> SiteRules:
    """A new site's rules."""
    values: dict[str, Any] = {
        "is_old_blog": False,
        "permalink": "/posts/:title/",
        "timezone": "UTC",
        "paginate": 15,
        "paginate_path": "/page:num/",
        "shows_future": False,
        "shows_drafts": False,
        "header_pages": (),
        "address": "https://example.org",
        "baseurl": "",
        "default_lang": "en",
        "now": datetime(2024, 6, 1, tzinfo=UTC),
    }
    return SiteRules(**(values | changes))


def old_rules(**changes: Any) -> SiteRules:
    """The rules of a blog made with fastpages."""
    old = {"is_old_blog": True, "permalink": "date", "timezone": "America/Chicago", "shows_future": True}
    return rules(**(old | changes))


def site_of(*documents: Document, files: FileIndex | None = None, by: SiteRules | None = None) -> Site:
    """The site of these documents."""
    return assemble(documents, (), files or FileIndex(frozenset()), by or rules())


def post_at(site: Site, path: str) -> Post:
    """The post made of the source at path."""
    return next(post for post in site.posts if post.document.path == path)


def urls_of(site: Site) -> dict[str, str]:
    """Source path to URL."""
    return {post.document.path: post.url for post in site.posts}


def said(site: Site) -> list[str]:
    """Every problem as place, sentence and mend."""
    return [f"{problem.at}: {problem.problem} / {problem.mend}" for problem in site.problems]


def file_ref(target: str, suffix: str = "", *, line: int = 1, of: str = "_posts/a.md", is_image: bool = False) -> Ref:
    """A link to a file of the repository."""
    written = target.rsplit("/", 1)[-1] + suffix
    return Ref(RefKind.FILE, target, suffix, is_image, written, Location(of, line=line))


def site_ref(target: str, suffix: str = "", *, line: int = 1, of: str = "_posts/a.md", is_image: bool = False) -> Ref:
    """A link to a path of the site."""
    return Ref(RefKind.SITE, target, suffix, is_image, target + suffix, Location(of, line=line))
