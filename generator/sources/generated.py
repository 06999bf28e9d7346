"""Posts that fastpages made of notebooks and somebody committed beside them."""

import re
from collections.abc import Callable, Mapping, Sequence

from generator.model.source import Shelf, SourceKind
from generator.sources.disk import Shelved

_LOOSE_DATE = re.compile(r"(\d{2,4})-(\d{1,2})-(\d{1,2})-")
# fastpages dated a notebook without a date by the day of its build, so only the rest of the name can agree.
_LEADING_DATE = re.compile(r"[-\d]+")
_NOTEBOOK_PATH = re.compile(rb"^nb_path:[ \t]*[\"']?([^\"'\r\n]+?)[\"']?[ \t]*\r?$", re.MULTILINE)


def generated_posts(sources: Sequence[Shelved], peek: Callable[[str], bytes]) -> Mapping[str, str]:
    """Paths of posts to the notebooks they were made of."""
    notebooks = [item for item in sources if item.kind is SourceKind.NOTEBOOK and item.shelf is Shelf.NOTEBOOKS]
    if not notebooks:
        return {}
    by_name = {_name(item.path): item.path for item in notebooks}
    undated = {_without_date(_name(item.path)) for item in notebooks if not _LOOSE_DATE.match(_stem(item.path))}
    paths = {item.path for item in notebooks}
    found: dict[str, str] = {}
    for item in sources:
        if item.kind is not SourceKind.MARKDOWN or item.shelf is not Shelf.POSTS:
            continue
        name = _name(item.path)
        notebook = by_name.get(name)
        if notebook is None and _without_date(name) in undated:
            notebook = _named_notebook(peek(item.path), paths)
        if notebook is not None:
            found[item.path] = notebook
    return found


def _stem(path: str) -> str:
    return path.rpartition("/")[2].rpartition(".")[0]


def _name(path: str) -> str:
    """The file's name as fastpages would have written it, dates in full.

    >>> _name("_notebooks/2020-1-1-My first post.ipynb")
    '2020-01-01-My-first-post'
    """
    stem = _stem(path).replace(" ", "-")
    match = _LOOSE_DATE.match(stem)
    if match is None:
        return stem
    return f"{match[1]}-{int(match[2]):02}-{int(match[3]):02}-{stem[match.end() :]}"


def _without_date(name: str) -> str:
    return _LEADING_DATE.sub("", name, count=1) if name[:1].isdigit() or name[:1] == "-" else name


def _named_notebook(beginning: bytes, notebooks: set[str]) -> str | None:
    match = _NOTEBOOK_PATH.search(beginning)
    if match is None:
        return None
    path = match[1].decode(errors="replace").strip()
    return path if path in notebooks else None
