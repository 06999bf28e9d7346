"""What a reference leads to, tried in the order authors most likely mean it."""

import posixpath

from generator.model.body import Ref, RefKind
from generator.site.permalinks import quoted
from generator.site.placed import Placed
from generator.site.targets import Found, Targets, composed, shortest, site_path_of, source_of_copy

# Endings that name a document when no such file exists: sources, and what other tools make of them.
_DOCUMENT_ENDINGS = frozenset({".md", ".markdown", ".ipynb", ".html", ".htm", ".docx", ".qmd"})
_ENGINE_FOLDERS = ("/assets/g/", "/assets/lib/")


def look_up(ref: Ref, one: Placed, targets: Targets, baseurl: str) -> Found | None:
    """Where a reference in a document leads; None when nowhere.

    Only for references to files, site paths and posts: the others are the engine's own.
    """
    if ref.kind is RefKind.FILE:
        return _file(ref.target, one, targets)
    return _site(ref.target, targets, baseurl) if ref.kind is RefKind.SITE else _post(ref.target, targets)


def inside(path: str) -> str | None:
    """The path without ``.`` and ``..``; None when it leads out of the source directory."""
    path = path.lstrip("/")
    if path.startswith(".") or "/." in path or "//" in path or path.endswith("/"):
        path = posixpath.normpath(path)
    if path == ".":
        return ""
    return None if path == ".." or path.startswith("../") else path


def relative(path: str, folder: str) -> str:
    """The way from a folder to a path, both from the source directory.

    posixpath's own asks the machine where it stands.

    >>> relative("images/a.png", "_posts"), relative("_posts/b.md", "_posts")
    ('../images/a.png', 'b.md')
    """
    there, here = path.split("/"), folder.split("/") if folder else []
    same = 0
    while same < len(here) and same < len(there) - 1 and here[same] == there[same]:
        same += 1
    return "/".join([".."] * (len(here) - same) + there[same:])


def _file(target: str, one: Placed, targets: Targets) -> Found | None:
    path = inside(target)
    if path is None:
        return None
    found = _repository(path, targets)
    if found is not None:
        return found
    folder = posixpath.dirname(one.path)
    if folder and path.startswith(folder + "/"):
        # `images/x.png` in a post: meant from the root, where Jekyll's authors kept their images.
        found = _repository(path[len(folder) + 1 :], targets)
    return found or _renamed(path, targets) or _beside_the_page(path, folder, one, targets)


def _repository(path: str, targets: Targets) -> Found | None:
    found = targets.documents.get(path)
    if found is not None:
        return found
    if path in targets.files.linkable:
        return _copy(path, targets)
    spelled = composed(path)
    found = targets.aliases.get(path) or targets.aliases.get(spelled)
    if found is not None:
        return found
    if spelled in targets.composed:
        return _copy(targets.composed[spelled], targets)
    source = source_of_copy(path, targets)
    return None if source is None or source == path else _copy(source, targets)


def _renamed(path: str, targets: Targets) -> Found | None:
    """``other.html`` beside ``other.ipynb``, ``post.md`` that is a notebook."""
    stem, ending = posixpath.splitext(path)
    return targets.aliases.get(stem) if ending.lower() in _DOCUMENT_ENDINGS else None


def _beside_the_page(path: str, folder: str, one: Placed, targets: Targets) -> Found | None:
    """A relative URL of the published page, as browsers took it on the old site."""
    start = one.url if one.url.endswith("/") else posixpath.dirname(one.url)
    return _page_at(posixpath.normpath(posixpath.join(start, relative(path, folder))), targets)


def _site(target: str, targets: Targets, baseurl: str) -> Found | None:
    path = "/" + target.lstrip("/")
    found = _at(path, targets)
    if found is None and baseurl and path.startswith(baseurl + "/"):
        found = _at(path[len(baseurl) :], targets)
    return found


def _at(path: str, targets: Targets) -> Found | None:
    if path.startswith(_ENGINE_FOLDERS):
        return Found(quoted(path))
    if path[1:] in targets.copied:
        return _copy(targets.copied[path[1:]], targets)
    found = _page_at(path, targets)
    if found is not None:
        return found
    clean = inside(path)
    if clean is None:
        return None
    source = source_of_copy(clean, targets)
    if source is not None and source not in targets.documents:
        return _copy(source, targets)
    return _repository(clean, targets) or _renamed(clean, targets)


def _page_at(path: str, targets: Targets) -> Found | None:
    short = shortest(path)
    found = targets.pages.get(path) or targets.pages.get(short)
    if found is not None:
        return found
    url = targets.urls.get(short)
    return None if url is None else Found(url)


def _post(target: str, targets: Targets) -> Found | None:
    name = target.strip("/")
    return targets.posts.get(name) or targets.posts.get(composed(name)) or targets.posts.get(posixpath.basename(name))


def _copy(path: str, targets: Targets) -> Found:
    site_path = site_path_of(path, targets)
    return Found("/" + quoted(site_path), copied=(path, site_path))
