"""Every link that a real blog's pages hold leads to a file of the site, and to an id in it."""

import re
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

from tests.real_blogs.blogs import BROKEN_LINKS, Blog

HOLES = re.compile("[\ue0f0-\ue0ff]")


class _Page(HTMLParser):
    """What a page links to, and what can be linked to in it."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in ("href", "src", "poster"):
                self.links.append(value or "")
            if name in ("id", "name"):
                self.ids.add(value or "")


@cache
def page_at(file: Path) -> _Page:
    page = _Page()
    page.feed(file.read_text(encoding="utf-8"))
    return page


def file_at(site: Path, path: str) -> Path | None:
    """The file that GitHub Pages serves at a site path."""
    names = [f"{path}index.html"] if path.endswith("/") else [path, f"{path}.html", f"{path}/index.html"]
    return next((file for name in names if (file := site / name.lstrip("/")).is_file()), None)


def broken_links(blog: Blog) -> list[str]:
    broken: list[str] = []
    for file in sorted(blog.site.rglob("*.html")):
        address = f"https://here{blog.base_path}/{file.relative_to(blog.site).as_posix()}"
        for link in page_at(file).links:
            url = urlsplit(urljoin(address, link))
            if url.netloc != "here":
                continue
            path, fragment = unquote(url.path), unquote(url.fragment)
            there = file_at(blog.site, path[len(blog.base_path) :]) if path.startswith(blog.base_path + "/") else None
            has_id = not fragment or (there is not None and (there.suffix != ".html" or fragment in page_at(there).ids))
            if there is None or not has_id:
                broken.append(f"`{link}`")
    return broken


def test_every_link_within_a_real_blog_arrives(blog: Blog) -> None:
    explained = [ending for name, ending in BROKEN_LINKS if name == blog.name]

    assert [
        link for link in broken_links(blog) if not link.endswith(tuple(ending.lstrip("`") for ending in explained))
    ] == []


def test_no_hole_of_a_real_blog_stays_unfilled(blog: Blog) -> None:
    written = (file for file in sorted(blog.site.rglob("*")) if file.suffix in (".html", ".xml", ".md", ".json"))

    assert [file for file in written if HOLES.search(file.read_text(encoding="utf-8"))] == []
