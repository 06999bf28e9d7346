"""The anchors three real blogs published are still there."""

import json
import re
from collections import Counter
from html import unescape
from pathlib import Path

import pytest

from generator.location import Location
from generator.markup.scope import IdStyle, Scope
from generator.model.reading import ReadingRules
from tests.corpora import corpora
from tests.markup.making import DIALECT

_BLOGS = ("fastai+fastpages", "kai-tub+master-thesis-blog", "mdvsh+blog")
_FRONT_MATTER = re.compile(r"---\s*\n.*?\n---\s*\n", re.DOTALL)


def _anchors(path: Path, blog: Path) -> set[str]:
    """Anchors of a source's headings, its title cell and hidden cells left out."""
    relative = path.relative_to(blog).as_posix()
    style = IdStyle.NOTEBOOK if path.suffix == ".ipynb" else IdStyle.KRAMDOWN
    scope = Scope(relative, ReadingRules(is_old_blog=True), style)
    texts = [_FRONT_MATTER.sub("", path.read_text(encoding="utf-8"), count=1)]
    if path.suffix == ".ipynb":
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        texts = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"]
        title = next((index for index, text in enumerate(texts) if re.match(r"\s*#\s", text)), None)
        texts = [
            text
            for index, text in enumerate(texts)
            if index != title and not re.search(r"^#\s*hide$", text, re.MULTILINE)
        ]
    for number, text in enumerate(texts, 1):
        DIALECT.convert(text, Location(relative, cell=number), scope)
    return {heading.anchor for heading in scope.headings}


def _numbered(ids: list[str]) -> list[str]:
    seen: Counter[str] = Counter()
    numbered = []
    for identity in map(unescape, ids):
        numbered.append(f"{identity}-{seen[identity]}" if seen[identity] else identity)
        seen[identity] += 1
    return numbered


def _pages(blog: Path) -> list[tuple[str, list[str], Path]]:
    """Each published page that has headings and a source, with the ids it had."""
    sources = {**{path.stem: path for path in sorted((blog / "_posts").glob("*.md"))}}
    sources.update({path.stem: path for path in sorted((blog / "_notebooks").glob("*.ipynb"))})
    published = json.loads((blog / "PUBLISHED.json").read_text(encoding="utf-8"))["pages"]
    renamed = {"fastlinkcheck": "linkcheck"}
    pages = []
    for url, page in published.items():
        slug = url.removesuffix("/index.html").removesuffix(".html").rsplit("/", 1)[-1]
        slug = renamed.get(slug, slug)
        path = next((path for stem, path in sources.items() if re.sub(r"^[\d-]+", "", stem) == slug), None)
        if path is not None and page["heading_ids"]:
            pages.append((url, _numbered(page["heading_ids"]), path))
    return pages


@pytest.mark.parametrize("name", _BLOGS)
def test_published_anchors_are_kept(name: str) -> None:
    blog = corpora() / name
    pages = _pages(blog)

    missing = [(url, wanted) for url, ids, path in pages for wanted in ids if wanted not in _anchors(path, blog)]

    assert pages
    assert missing == []
