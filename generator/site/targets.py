"""Every place a link may lead to, ready to be looked up."""

import posixpath
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from generator.model.site import Fate, FileIndex
from generator.published_path import published_path
from generator.site.names import generated_path_of, without_ending
from generator.site.placed import Placed, is_post


@dataclass(frozen=True, slots=True)
class Found:
    """Where a reference leads.

    Args:
        value: a site path, percent-encoded.
        page: the document there, if it is one.
        copied: (repository path, site path without leading slash) of a file it needs.
    """

    value: str
    page: Placed | None = None
    copied: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Targets:
    """Look-ups of one site; nothing in it is scanned to resolve a link.

    Args:
        documents: by source path, whether they get a page or not.
        aliases: other names of sources: without ending, as fastpages generated them, in other Unicode forms.
        posts: by the names ``post_url`` takes.
        pages: by site path, as written and in its shortest form; those that would stand there, too.
        urls: other known site paths, in their shortest form, with the URL they lead to.
        copied: site path of copied files to their repository path.
        fates: of sources that are no documents.
    """

    documents: Mapping[str, Found]
    aliases: Mapping[str, Found]
    posts: Mapping[str, Found]
    pages: Mapping[str, Found]
    urls: Mapping[str, str]
    files: FileIndex
    composed: Mapping[str, str]
    copied: Mapping[str, str]
    fates: Mapping[str, Fate]


def targets_of(
    placed: Iterable[Placed],
    urls: Mapping[str, str],
    files: FileIndex,
    skipped: Iterable[Fate],
) -> Targets:
    """The look-ups of a site.

    Args:
        placed: every document, by path.
        urls: site paths of pages the engine makes and of redirects, with the URL they lead to.
    """
    documents: dict[str, Found] = {}
    aliases: dict[str, Found] = {}
    posts: dict[str, Found] = {}
    pages: dict[str, Found] = {}
    loose: dict[str, Found] = {}
    unpublished: dict[str, Found] = {}
    for one in placed:
        found = Found(one.url, one)
        documents.setdefault(one.path, found)
        for name in _other_names(one):
            aliases.setdefault(name, found)
        if is_post(one.document):
            for name in _post_names(one):
                posts.setdefault(name, found)
        if one.is_shown:
            pages.setdefault("/" + one.file, found)
            loose.setdefault(shortest("/" + one.file), found)
        elif one.file:
            unpublished.setdefault(shortest("/" + one.file), found)
    return Targets(
        documents,
        aliases,
        posts,
        unpublished | loose | pages,
        {shortest(unquote(url)): to for url, to in urls.items()},
        files,
        {composed: path for path in files.linkable if (composed := _composed(path)) != path},
        {site_path: path for path, site_path in files.published.items()},
        {fate.path: fate for fate in skipped},
    )


def shortest(path: str) -> str:
    """One spelling for ``/a``, ``/a/``, ``/a.html`` and ``/a/index.html``.

    >>> [shortest(path) for path in ("/a/index.html", "/a.html", "/a/", "/")]
    ['/a', '/a', '/a', '/']
    """
    path = path.removesuffix("index.html") if path.endswith("/index.html") else path.removesuffix(".html")
    return path.rstrip("/") or "/"


def composed(path: str) -> str:
    """The path in composed Unicode, as people type it; macOS lists names in another form."""
    return _composed(path)


def source_of_copy(site_path: str, targets: Targets) -> str | None:
    """The repository file that a site path (no leading slash) shows or would show; None for none."""
    if site_path in targets.copied:
        return targets.copied[site_path]
    if site_path.startswith(_COPIED_FROM_NOTEBOOKS):
        inside = site_path[len(_COPIED_FROM_NOTEBOOKS) :]
        for shelf in ("_notebooks/", "_posts/"):
            if shelf + inside in targets.files.linkable:
                return shelf + inside
    return site_path if site_path in targets.files.linkable else None


def site_path_of(repo_path: str, targets: Targets) -> str:
    """Where a file of the repository is published, without leading slash."""
    return targets.files.published.get(repo_path) or published_path(repo_path)


_COPIED_FROM_NOTEBOOKS = "images/copied_from_nb/"


def _other_names(one: Placed) -> Iterator[str]:
    stem = without_ending(one.path)
    yield stem
    yield _composed(one.path)
    for name in {one.stem, _with_full_date(one)}:
        generated = generated_path_of(one.document, name)
        if generated is not None:
            yield generated
            yield without_ending(generated)
    if posixpath.basename(stem) == "index":
        yield posixpath.dirname(stem)


def _post_names(one: Placed) -> Iterator[str]:
    inside = without_ending(one.path[len(one.document.shelf_path) :].lstrip("/"))
    yield from (inside, one.stem, _composed(one.stem), _with_full_date(one))


def _with_full_date(one: Placed) -> str:
    """``2022-9-7-x`` and ``2022-09-07-x`` are one post to Jekyll."""
    day = one.document.file_date
    return one.stem if day is None else f"{day.isoformat()}-{one.stem.split('-', 3)[-1]}"


def _composed(path: str) -> str:
    return path if path.isascii() else unicodedata.normalize("NFC", path)
