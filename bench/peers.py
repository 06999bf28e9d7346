"""The corpus dressed as each peer wants it, and the command that builds it there."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.corpus import Entry

_NIKOLA_CONFIG = """\
BLOG_TITLE = "A blog to measure with"
BLOG_AUTHOR = BLOG_DESCRIPTION = "bench"
BLOG_EMAIL = "bench@blog.example"
SITE_URL = "https://blog.example/"
DEFAULT_LANG = "en"
TRANSLATIONS = {"en": ""}
POSTS = (("posts/*.md", "posts", "post.tmpl"), ("posts/*.ipynb", "posts", "post.tmpl"))
PAGES = ()
COMPILERS = {"markdown": (".md",), "ipynb": (".ipynb",)}
MARKDOWN_EXTENSIONS = ["markdown.extensions.extra", "markdown.extensions.codehilite", "markdown.extensions.toc"]
GENERATE_RSS = True
GENERATE_ATOM = True
"""

_NIKOLA_LEAVES = ("output", "cache", ".doit.db", "__pycache__")

_BOOK_CONFIG = """\
title: A book to measure with
author: bench
execute:
  execute_notebooks: "off"
"""


@dataclass(frozen=True, slots=True)
class Peer:
    """One program to measure beside inkmill.

    Args:
        folder: where its command is started.
        command: builds everything, or what has changed.
        changeable: the notebook to change for "one notebook changed".
        made: glob of the pages it writes, below folder, to count what it converted.
        leaves: what it writes below folder, to begin anew.
        is_incremental: whether it remembers anything of the last build.
    """

    name: str
    folder: Path
    command: tuple[str, ...]
    changeable: Path
    made: str
    leaves: tuple[str, ...]
    is_incremental: bool = True


def nbconvert(folder: Path, programs: Path, entries: Iterable[Entry]) -> Peer:
    """Pages of the notebooks alone: no site, no posts, no memory of the last build."""
    folder.mkdir(parents=True)
    notebooks = [_write_notebook(folder, entry) for entry in entries if entry.notebook is not None]
    words = ("--to", "html", "--log-level=ERROR", "--output-dir=out", *(path.name for path in notebooks))
    command = (str(programs / "jupyter-nbconvert"), *words)
    return Peer("jupyter nbconvert", folder, command, notebooks[0], "out/*.html", ("out",), is_incremental=False)


def nikola(folder: Path, programs: Path, entries: Iterable[Entry]) -> Peer:
    """A blog of the same posts; Nikola takes titles and dates from metadata of its own."""
    posts = folder / "posts"
    posts.mkdir(parents=True)
    (folder / "conf.py").write_text(_NIKOLA_CONFIG)
    notebooks = []
    for entry in entries:
        facts = {"title": entry.title, "slug": entry.slug, "date": f"{entry.day} 00:00:00 UTC"}
        if entry.notebook is None:
            head = "".join(f".. {name}: {value}\n" for name, value in facts.items())
            (posts / f"{entry.slug}.md").write_text(f"<!--\n{head}-->\n\n{entry.text}")
        else:
            notebooks.append(_write_notebook(posts, entry, nikola=facts))
    command = (str(programs / "nikola"), "build", "-n", "2")
    return Peer("Nikola -n 2", folder, command, notebooks[0], "output/posts/*/index.html", _NIKOLA_LEAVES)


def jupyter_book(folder: Path, programs: Path, entries: Iterable[Entry]) -> Peer:
    """A book with a chapter for each document."""
    folder.mkdir(parents=True)
    (folder / "_config.yml").write_text(_BOOK_CONFIG)
    (folder / "index.md").write_text("# A book to measure with\n")
    notebooks = []
    chapters = []
    for entry in entries:
        chapters.append(f"  - file: {entry.slug}\n")
        if entry.notebook is None:
            (folder / f"{entry.slug}.md").write_text(entry.text)
        else:
            notebooks.append(_write_notebook(folder, entry))
    (folder / "_toc.yml").write_text("format: jb-book\nroot: index\nchapters:\n" + "".join(chapters))
    command = (str(programs / "jupyter-book"), "build", "--quiet", ".")
    return Peer("Jupyter Book 1", folder, command, notebooks[0], "_build/html/*-0*.html", ("_build",))


def _write_notebook(folder: Path, entry: Entry, **metadata: object) -> Path:
    content: dict[str, Any] = dict(entry.notebook or {})
    content["metadata"] = {**content["metadata"], **metadata}
    path = folder / f"{entry.slug}.ipynb"
    path.write_text(json.dumps(content, indent=1))
    return path
