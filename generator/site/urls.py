"""Who stands at which URL: files on disk, and collisions before anything is written."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from generator.formats.names import case_key
from generator.location import Location
from generator.model.problem import Problem, error
from generator.site.placed import Placed

# A wrong `permalink:` in _config.yml sends every post to one place.
_MOST_NAMED = 5
_OWN_PERMALINK = "give one of them its own `permalink:`"


@dataclass(slots=True)
class Claims:
    """The files of the output folder that are taken, each with what takes it."""

    _owners: dict[str, str] = field(default_factory=dict)
    _folders: dict[str, str] = field(default_factory=dict)

    def clash(self, file: str) -> str | None:
        """What stands in the way of file: its name, or None when the place is free.

        Two names that differ only in case are one file on macOS and Windows, and a file cannot be a folder.
        """
        key = _key(file)
        if key in self._owners:
            return self._owners[key]
        if key in self._folders:
            return self._folders[key]
        return next((self._owners[folder] for folder in _folders_of(key) if folder in self._owners), None)

    def take(self, file: str, owner: str) -> None:
        """Note that file belongs to owner."""
        key = _key(file)
        self._owners[key] = owner
        for folder in _folders_of(key):
            if folder in self._folders:
                # Those above it are, too.
                break
            self._folders[folder] = owner


def without_collisions(placed: Sequence[Placed]) -> tuple[list[Placed], dict[str, str], list[Problem]]:
    """Those with a place of their own (the first by path keeps it), the others with who has it, and errors.

    Args:
        placed: sorted by path; only documents that get a page.
    """
    groups: dict[str, list[Placed]] = {}
    for one in placed:
        groups.setdefault(_key(one.file), []).append(one)
    lost: dict[str, str] = {}
    problems: list[Problem] = []
    for group in groups.values():
        if len(group) > 1:
            problems.append(_at_one_url(group))
            lost |= {one.path: group[0].path for one in group[1:] if one.path != group[0].path}
    kept = [group[0] for group in groups.values()]
    return _without_files_as_folders(kept, lost, problems)


def taken(one: Placed, owner: str) -> Problem:
    """The error for a document whose place belongs to something that is no document."""
    said = f"`{one.url}` is also the URL of {owner}"
    return error("collision", said, Location(one.path), "give it another `permalink:`")


def _without_files_as_folders(
    placed: list[Placed], lost: dict[str, str], problems: list[Problem]
) -> tuple[list[Placed], dict[str, str], list[Problem]]:
    owners = {_key(one.file): one for one in placed}
    kept: list[Placed] = []
    for one in placed:
        blocker = next((owners[f] for f in _folders_of(_key(one.file)) if f in owners), None)
        if blocker is None:
            kept.append(one)
            continue
        said = f"`{one.url}` needs a folder where {blocker.name} has its page, `{blocker.url}`"
        problems.append(error("collision", said, Location(one.path), _OWN_PERMALINK))
        lost[one.path] = blocker.path
    return kept, lost, problems


def _at_one_url(group: Sequence[Placed]) -> Problem:
    first, *others = group
    if all(one.path == first.path for one in others):
        return _of_one_notebook(group)
    names = _listed(one.name for one in others)
    if all(one.file == first.file for one in others):
        said = f"`{first.url}` is also the URL of {names}"
    else:
        said = f"`{first.url}` differs only in case from the URL of {names}, and is the same file on macOS and Windows"
    return error("collision", said, Location(first.path), _OWN_PERMALINK)


def _of_one_notebook(group: Sequence[Placed]) -> Problem:
    """Variants at one URL, or one where their list stands."""
    *variants, last = (f"`{one.document.variant}`" for one in group if one.document.variant is not None)
    if variants:
        said = f"`{group[0].url}` is the URL of its variants {_listed((*variants, last))}"
    else:
        said = f"`{group[0].url}` is the URL of its variant {last}, and of the list of them"
    return error("collision", said, Location(group[0].path), "give each variant its own `permalink:`")


def _listed(names: Iterable[str]) -> str:
    *most, last = names
    if len(most) > _MOST_NAMED:
        most, last = most[:_MOST_NAMED], f"{len(most) + 1 - _MOST_NAMED} others"
    return f"{', '.join(most)} and {last}" if most else last


def _folders_of(file: str) -> Iterator[str]:
    """Every folder above a file.

    >>> list(_folders_of("a/b/c.html"))
    ['a/b', 'a']
    """
    while (cut := file.rfind("/")) > 0:
        file = file[:cut]
        yield file


def _key(file: str) -> str:
    # The same for plain names, and ten thousand of them count.
    return file.lower() if file.isascii() else case_key(file)
