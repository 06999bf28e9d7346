"""Posts, bodies and sites for tests of render/, with only what a test is about spelled out."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from selectolax.lexbor import LexborHTMLParser, LexborNode

from generator.markup.sanitise import strict_body
from generator.model.body import Body
from generator.model.document import Document, Heading
from generator.model.front_matter import FrontMatter
from generator.model.output import OutputFile
from generator.model.site import HomePage, Post, Site, State, Tag
from generator.model.source import Shelf, SourceKind
from generator.render.plan import plan
from generator.render.rules import RenderRules
from generator.templating import Templates

TEMPLATES = Path(__file__).parents[2] / "templates"


def rules(**changes: Any) -> RenderRules:
    """The rules of a blog with an address."""
    values: dict[str, Any] = {"title": "Ink & Mill", "description": "Notes", "address": "https://example.org"}
    return RenderRules(**(values | changes))


def templates(**overrides: str) -> Templates:
    """Our own templates, some of them replaced: ``templates(**{"post.html": "…"})``."""
    found = {
        path.relative_to(TEMPLATES).as_posix(): path.read_text("utf-8")
        for path in sorted(TEMPLATES.rglob("*"))
        if path.suffix in (".html", ".xml") and "assets" not in path.parts
    }
    return Templates(found | overrides)


def assets() -> dict[str, bytes]:
    """Our own styles, scripts and icon."""
    return {path.name: path.read_bytes() for path in sorted((TEMPLATES / "assets").iterdir())}


def post(url: str, *, title: str = "A post", body: str = "body", day: int | None = 1, **changes: Any) -> Post:
    """A published post of January 2024; further words are of Post, else of Document, else of FrontMatter."""
    owned = {name: changes.pop(name) for name in list(changes) if name not in Post.__dataclass_fields__}
    documents = {name: owned.pop(name) for name in list(owned) if name in Document.__dataclass_fields__}
    date = datetime(2024, 1, day, 9, 30, tzinfo=UTC) if day else None
    values: dict[str, Any] = {
        "document": _document(title, body, documents, FrontMatter(**({"title": title} | owned))),
        "state": State.PUBLISHED,
        "url": url,
        "file": url.lstrip("/") + ("index.html" if url.endswith("/") else ""),
        "date": date,
        "updated": None,
        "links": {},
        "is_post": True,
        "is_listed": True,
        "in_feed": True,
        "in_sitemap": True,
        "in_search": True,
        "feed_id": f"https://example.org{url}",
    }
    return Post(**(values | changes))


def _document(title: str, body: str, changes: dict[str, Any], front: FrontMatter) -> Document:
    values: dict[str, Any] = {
        "path": "_notebooks/a.ipynb",
        "variant": None,
        "shelf": Shelf.NOTEBOOKS,
        "shelf_path": "_notebooks",
        "kind": SourceKind.NOTEBOOK,
        "front": front,
        "title_html": title.replace("&", "&amp;").replace("<", "&lt;"),
        "description_html": front.description or "",
        "date_is_guessed": False,
        "file_date": None,
        "first_commit": None,
        "last_commit": None,
        "language": "python",
        "words": 250,
        "headings": (),
        "refs": (),
        "pictures": (),
        "assets": (),
        "needs": (),
        "math_characters": "",
        "hosts": (),
        "companions": (),
        "problems": (),
        "body": body,
    }
    return Document(**(values | changes))


def headings(*lines: str) -> tuple[Heading, ...]:
    """Headings from ``2 Words``: the level, then text that is the anchor too."""
    return tuple(Heading(int(line[0]), line[2:].lower(), line[2:], line[2:]) for line in lines)


def site(*posts: Post, **changes: Any) -> Site:
    """A site of these posts, newest first, on one home page."""
    listed = tuple(post.url for post in posts if post.is_listed and post.is_post)
    values: dict[str, Any] = {
        "posts": posts,
        "listed": listed,
        "home": (HomePage(1, "/", "index.html", listed),),
        "home_document": None,
        "tags": tags_of(posts),
        "files": {},
        "redirects": {},
        "nav": (),
        "fates": (),
        "problems": (),
        "next_change": None,
        "tags_url": "/tags/",
        "search_url": "/search/",
    }
    return Site(**(values | changes))


def tags_of(posts: tuple[Post, ...]) -> tuple[Tag, ...]:
    """Their tags, each with a page."""
    found: dict[str, list[str]] = {}
    for one in posts:
        for name in one.document.front.tags:
            found.setdefault(name, []).append(one.url)
    slugs = {name: re.sub(r"\W+", "-", name.lower()) for name in found}
    return tuple(Tag(name, slugs[name], f"/tags/{slugs[name]}/", tuple(found[name])) for name in sorted(found))


@dataclass
class Made:
    """The files of one plan, made when asked for."""

    files: tuple[OutputFile, ...]
    asked: list[str] = field(default_factory=list)

    @property
    def paths(self) -> list[str]:
        return [file.path for file in self.files]

    @property
    def keys(self) -> dict[str, str]:
        return {file.path: file.key for file in self.files}

    def __getitem__(self, path: str) -> str:
        return next(file for file in self.files if file.path == path).make().decode()


def made(
    made_of: Site,
    by: RenderRules | None = None,
    *,
    bodies: Mapping[str, Body] | None = None,
    with_templates: Templates | None = None,
) -> Made:
    """The plan of a site; bodies nobody gave are a paragraph of their key, of the profile that is asked for."""
    result = Made(())
    by = by or rules()

    def body(key: str) -> Body:
        result.asked.append(key)
        ours = Body(f"<p>{key}</p>", text=key, markdown=key)
        return (bodies or {}).get(key) or (ours if by.trusts_html else strict_body(ours, ()))

    result.files = plan(made_of, by, with_templates or templates(), body, assets())
    return result


def first(tree: LexborHTMLParser | LexborNode, selector: str) -> LexborNode:
    """The first element that selector finds; there is one."""
    node = tree.css_first(selector)
    assert node is not None, selector
    return node
