"""Which files are sources: what stands on a blog's shelves, and pages at its root."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from generator.location import Location
from generator.model.problem import Problem, error, note, warning
from generator.model.site import Fate, State
from generator.model.source import Shelf, SourceKind
from generator.sources.disk import Fault, Seen, Shelved, side_paths
from generator.sources.generated import generated_posts
from generator.sources.jekyll import choice, is_special

Peek = Callable[[str], bytes]
"""The first bytes of a file of the source directory, 2 KB or so; empty when it cannot be read."""

_KINDS = MappingProxyType(
    {
        ".ipynb": SourceKind.NOTEBOOK,
        ".md": SourceKind.MARKDOWN,
        ".markdown": SourceKind.MARKDOWN,
        ".html": SourceKind.MARKDOWN,
        ".docx": SourceKind.WORD,
    }
)
_SHELVES = MappingProxyType({shelf.value: shelf for shelf in Shelf if shelf is not Shelf.ROOT})
# Jekyll looks for these two in every folder; the other shelves stand at the top alone.
_ANYWHERE = frozenset((Shelf.POSTS, Shelf.DRAFTS))
_WITH_PAGES = frozenset((Shelf.PAGES, Shelf.ROOT))
_NO_FILES = (Fault.FOLDER, Fault.UNREADABLE)
_FRONT_MATTER = re.compile(rb"(?:\xef\xbb\xbf)?---[ \t]*\r?\n")
# Jekyll's own rule for the names of posts.
_DATED = re.compile(r"\d{2,4}-\d{1,2}-\d{1,2}-[^/]*\.[^./]+\Z")

_Place = tuple[Shelf, str]


@dataclass(frozen=True, slots=True)
class ShelfRules:
    """The slice of settings that decides what is a source.

    Args:
        is_old_blog: contracts.md, "Old blog or new site".
        exclude, include: as in ``_config.yml``.
        engine: paths at the top that are inkmill's own, when the blog stands in its repository.
    """

    is_old_blog: bool = False
    exclude: tuple[str, ...] = ()
    include: tuple[str, ...] = ()
    engine: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Shelving:
    """The sources, sorted by path, and every file an author might take for one.

    Args:
        skipped: what will not be published, each with its reason.
    """

    sources: tuple[Shelved, ...]
    skipped: tuple[Fate, ...] = ()
    problems: tuple[Problem, ...] = ()
    generated: Mapping[str, str] = field(default_factory=dict)


def shelve(seen: Sequence[Seen], *, rules: ShelfRules, peek: Peek) -> Shelving:
    """Sort the files of a source directory into sources, skipped ones and all the rest."""
    sources: list[Shelved] = []
    skipped: list[Fate] = []
    problems: list[Problem] = []
    listed = {file.path for file in seen}
    sorting = _Sorting(rules, peek)
    for file in seen:
        if file.fault in _NO_FILES:
            problems.extend(_unfollowed(file))
            continue
        place = sorting.place(file.path)
        if place is None:
            continue
        shelf, shelf_path = place
        kind = _KINDS.get(_ending(file.path))
        reason = sorting.reason_to_skip(file, kind, shelf)
        if reason is not None:
            skipped.append(Fate(file.path, State.SKIPPED, reason=reason))
        elif kind is not None and sorting.is_source(file.path, kind, shelf):
            sources.append(Shelved(file.path, shelf, shelf_path, kind, side_paths(file.path, listed)))
    if not rules.is_old_blog and all(source.shelf is Shelf.ROOT for source in sources):
        sources.extend(_bare_notebooks(seen, listed))
    return _without_generated(sources, skipped, problems, peek)


def _unfollowed(file: Seen) -> list[Problem]:
    """What to say of a folder on a shelf that could not be looked into; elsewhere nobody misses it.

    One without the right to read it is an error: its posts would silently go from the site.
    """
    if file.fault is None or not any(segment in _SHELVES for segment in file.path.split("/")):
        return []
    said, at = f"this is {file.fault.value}", Location(file.path)
    if file.fault is Fault.FOLDER:
        return [warning("not-followed", said, at, "move the folder itself here")]
    return [error("unreadable", said, at, "give yourself the right to read it")]


class _Sorting:
    """The rules of one blog, with what is known of its folders so far."""

    def __init__(self, rules: ShelfRules, peek: Peek) -> None:
        self._rules = rules
        self._peek = peek
        self._choice = choice(rules.exclude, rules.include)
        self._places: dict[str, _Place | None] = {}

    def place(self, path: str) -> "_Place | None":
        """The shelf a file stands on and that shelf's path; None when it stands on none."""
        folder, _, name = path.rpartition("/")
        if folder not in self._places:
            self._places[folder] = self._place_of(folder)
        place = self._places[folder]
        if place is None:
            return None
        if place[0] is not Shelf.ROOT:
            return None if is_special(name, but="_") else place
        is_out = is_special(name) or path in self._rules.engine or self._choice.is_excluded(path)
        return None if is_out else place

    def _place_of(self, folder: str) -> "_Place | None":
        segments = folder.split("/") if folder else []
        for depth, segment in enumerate(segments):
            shelf = _SHELVES.get(segment)
            if shelf is not None and (depth == 0 or shelf in _ANYWHERE):
                is_hidden = any(is_special(inner) for inner in segments[depth + 1 :])
                is_out = is_hidden or (depth > 0 and self._is_out(segments[:depth]))
                return None if is_out else (shelf, "/".join(segments[: depth + 1]))
            if is_special(segment):
                return None
        # Jekyll has pages in every folder; here they stand at the top.
        is_out = bool(segments) and (not self._rules.is_old_blog or self._is_out(segments))
        return None if is_out else (Shelf.ROOT, "")

    def _is_out(self, segments: list[str]) -> bool:
        return segments[0] in self._rules.engine or self._choice.is_excluded("/".join(segments))

    def reason_to_skip(self, file: Seen, kind: SourceKind | None, shelf: Shelf) -> str | None:
        """Why a file that looks like a source is none; None for sources and for files nobody takes for one."""
        name, ending = file.path.rpartition("/")[2], _ending(file.path)
        if shelf is Shelf.ROOT or name.lower() == "readme.md":
            return None
        if ending == ".qmd":
            return "Quarto files are not read; render it to a notebook, or rename it to `.md`"
        if kind is None or (ending == ".html" and shelf not in _WITH_PAGES):
            return None
        if file.fault is not None:
            return f"it is {file.fault.value}"
        if name.startswith("_"):
            return "its name begins with `_`"
        if self._choice.is_excluded(file.path):
            return "`exclude:` in _config.yml names it"
        if kind is SourceKind.WORD:
            return "Word files are not read yet"
        if self._rules.is_old_blog and shelf is Shelf.POSTS and kind is SourceKind.MARKDOWN and not _DATED.match(name):
            return "its name has no date, so the old blog never showed it; rename it to `2021-01-31-name.md`"
        return None

    def is_source(self, path: str, kind: SourceKind, shelf: Shelf) -> bool:
        """Whether a file that nothing speaks against is a source."""
        if shelf is Shelf.ROOT:
            return kind is SourceKind.MARKDOWN and has_front_matter(self._peek(path))
        if _ending(path) == ".html":
            return shelf in _WITH_PAGES and has_front_matter(self._peek(path))
        return path.rpartition("/")[2].lower() != "readme.md"


def _ending(path: str) -> str:
    name = path.rpartition("/")[2]
    stem, dot, ending = name.rpartition(".")
    return f".{ending.lower()}" if dot and stem else ""


def has_front_matter(beginning: bytes) -> bool:
    """Whether a file that begins so has YAML front matter."""
    return _FRONT_MATTER.match(beginning) is not None


def _bare_notebooks(seen: Iterable[Seen], listed: set[str]) -> list[Shelved]:
    """Notebooks at the top of a folder that has no shelves: the folder is their shelf."""
    return [
        Shelved(file.path, Shelf.NOTEBOOKS, "", SourceKind.NOTEBOOK, side_paths(file.path, listed))
        for file in seen
        if "/" not in file.path and file.fault is None and _ending(file.path) == ".ipynb" and not is_special(file.path)
    ]


def _without_generated(sources: list[Shelved], skipped: list[Fate], problems: list[Problem], peek: Peek) -> Shelving:
    generated = generated_posts(sources, peek)
    for path, notebook in generated.items():
        skipped.append(Fate(path, State.SKIPPED, reason=f"it was made of `{notebook}`, which is published itself"))
    if generated:
        many = f"{len(generated)} posts are in `_posts` beside the notebook each was made of; the notebooks win"
        one = "1 post is in `_posts` beside the notebook it was made of; the notebook wins"
        problems.append(note("generated-post", many if len(generated) > 1 else one))
    kept = sorted((source for source in sources if source.path not in generated), key=lambda source: source.path)
    return Shelving(tuple(kept), tuple(sorted(skipped, key=lambda fate: fate.path)), tuple(problems), generated)
