"""The tree a preview is made of: the default branch's files, with the content that a pull request has instead."""

import os
import shutil
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from generator.cache.disk_errors import disk_work
from generator.errors import ContentError
from generator.formats.run_snapshot import FOLDER as SNAPSHOTS
from generator.sources.git_tree import Changes, changes_apart, tracked_files
from generator.sources.snapshot_files import snapshots_in
from generator.sources.taken import is_content, why_not_safe

MOST_FILES = 20_000
NOT_CONTENT = "what is not content is as on the default branch"
"""Why a file is left out that is right where it is, and works once it is merged."""
_LARGEST_BYTES = 50 * 1024 * 1024
_LARGEST_TREE_BYTES = 1024 * 1024 * 1024
_PEEK_BYTES = 2048
_NO_FILE = "it is a link or no plain file"
_NOT_HERE = "it is a submodule, or was not checked out"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A file of the pull request that the preview does not take, and why, as a clause."""

    path: str
    why: str


@dataclass(frozen=True, slots=True)
class Merged:
    """What a merged tree holds.

    Args:
        changed: content that is new or not as on the default branch, sorted.
        removed: content that the pull request no longer has, sorted.
        left_out: what else the pull request changes, sorted by path.
        has_base: it is known where the pull request began; otherwise whatever it has that is not as on the default
            branch counts as changed by it, and what it does not have as removed.
    """

    changed: tuple[str, ...]
    removed: tuple[str, ...]
    left_out: tuple[LeftOut, ...]
    has_base: bool = True


def merge(default: Path, pull_request: Path, into: Path) -> Merged:
    """Make the tree at ``into``, which does not exist yet; anyone may read it.

    Whatever decides how pages are made, what is run with and who may what is the default branch's: settings,
    templates, plugins, authors, static files, modules, lock files, workflows. So is all content that the pull request
    has not changed since it began: it may lag behind. What both have changed is the pull request's.

    Args:
        default: a checkout; what git keeps there is taken.
        pull_request: a checkout of a stranger's; read without following a link.

    Raises:
        ContentError: the pull request changes too many files, or they are too large together.
        UsageError: one of the folders is no checkout.
        MachineError: the disk is full.
    """
    changes = changes_apart(default, pull_request)
    theirs = _Theirs(pull_request, changes)
    theirs.look()
    tracked = _ours(default, apart=pull_request)
    # Fetched by a refresh, and kept beside the branch: git does not know them.
    ours = {**{f"{SNAPSHOTS}/{place.name}": place for place in snapshots_in(default)}, **tracked}
    taken = {path: found for path, found in theirs.files.items() if _is_taken(found, theirs)}
    kept = {path: place for path, place in ours.items() if path not in taken}
    gone = (kept.keys() & tracked.keys()) - theirs.listed if changes is None else changes.deleted
    removed = {path for path in kept if path in gone and _was_content(path, kept[path])}
    kept = {path: place for path, place in kept.items() if path not in removed}
    clashing = set(_clashing(taken, kept))
    for path in clashing:
        theirs.left_out[path] = "a file of the default branch stands in its way"
        del taken[path]
    if sum(found.size for found in taken.values()) > _LARGEST_TREE_BYTES:
        raise ContentError(
            f"the files of this pull request take more than {_LARGEST_TREE_BYTES >> 30} GB", mend="make it smaller"
        )
    with disk_work("the tree of the preview cannot be made"):
        into.mkdir(mode=0o755)
        for path, place in kept.items():
            _copy_ours(place, _made(into, path))
        changed = [path for path, found in taken.items() if _take(found, _made(into, path), ours.get(path))]
    left_out = tuple(_left_out(theirs, ours))
    return Merged(tuple(sorted(changed)), tuple(sorted(removed)), left_out, has_base=changes is not None)


def lay_out(default: Path, into: Path, *, apart: Path) -> None:
    """Copy what git keeps of the default branch to ``into``, which does not exist yet.

    Args:
        apart: a folder that is no part of it, wherever it lies.

    Raises:
        UsageError: default is no checkout.
        MachineError: the disk is full.
    """
    ours = _ours(default, apart=apart)
    with disk_work("the tree of the site cannot be made"):
        into.mkdir(mode=0o755)
        for path, place in ours.items():
            _copy_ours(place, _made(into, path))


@dataclass(frozen=True, slots=True)
class _Found:
    """One plain file of the pull request."""

    path: str
    place: Path
    size: int


class _Theirs:
    """What the pull request changes, or has where that is not known: plain files of safe names, and what else."""

    def __init__(self, root: Path, changes: Changes | None) -> None:
        self.root = root
        self.files: dict[str, _Found] = {}
        self.left_out: dict[str, str] = {}
        self._wanted = None if changes is None else changes.present
        self._folders = frozenset(above for path in self._wanted or () for above in _above(path))

    @property
    def listed(self) -> set[str]:
        """Every path there is, whatever it is."""
        return {*self.files, *self.left_out}

    def look(self) -> None:
        if self._wanted is not None and len(self._wanted) > MOST_FILES:
            raise _too_many()
        waiting = [""]
        while waiting:
            folder = waiting.pop()
            with disk_work("the pull request cannot be read"), os.scandir(self.root / folder) as entries:
                for entry in entries:
                    path = f"{folder}/{entry.name}" if folder else entry.name
                    if entry.is_dir(follow_symlinks=False):
                        if path != ".git" and (self._wanted is None or path in self._folders):
                            waiting.append(path)
                    elif path != ".git" and (self._wanted is None or path in self._wanted):
                        self._note(path, entry)
        # Names that only git tells of are not looked for on the disk: a tree can say `..`, too.
        self.left_out.update(dict.fromkeys((self._wanted or frozenset()) - self.listed, _NOT_HERE))

    def _note(self, path: str, entry: os.DirEntry[str]) -> None:
        if len(self.files) + len(self.left_out) >= MOST_FILES:
            raise _too_many()
        status = entry.stat(follow_symlinks=False)
        why = why_not_safe(path)
        if not stat.S_ISREG(status.st_mode) or status.st_nlink > 1:
            why = _NO_FILE
        elif status.st_size > _LARGEST_BYTES:
            why = f"it is larger than {_LARGEST_BYTES >> 20} MB"
        if why is None:
            self.files[path] = _Found(path, self.root / path, status.st_size)
        else:
            self.left_out[path] = why


def _too_many() -> ContentError:
    return ContentError(
        f"the pull request changes more than {MOST_FILES:,} files", mend="make several pull requests of it"
    )


def _is_taken(found: _Found, theirs: _Theirs) -> bool:
    if is_content(found.path, lambda: _peek(found.place)):
        return True
    theirs.left_out[found.path] = NOT_CONTENT
    return False


def _ours(default: Path, *, apart: Path) -> Mapping[str, Path]:
    """The default branch's files; a submodule is a folder, and not looked into."""
    found = {}
    for path in tracked_files(default):
        place = default / path
        if place.is_relative_to(apart):
            continue
        if place.is_symlink() or place.is_file():
            found[path] = place
    return found


def _was_content(path: str, place: Path) -> bool:
    return is_content(path, lambda: _peek(place))


def _clashing(taken: Mapping[str, _Found], kept: Mapping[str, Path]) -> Iterator[str]:
    """Files that would lie below what is a file or a link of ours, or have one of ours below them."""
    folders_of_ours = {above for path in kept for above in _above(path)}
    for path in taken:
        if path in folders_of_ours or any(above in kept for above in _above(path)):
            yield path


def _above(path: str) -> Iterator[str]:
    while "/" in path:
        path = path.rpartition("/")[0]
        yield path


def _made(into: Path, path: str) -> Path:
    place = into / path
    place.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    return place


def _copy_ours(place: Path, target: Path) -> None:
    if place.is_symlink():
        target.symlink_to(place.readlink())
        return
    shutil.copyfile(place, target)
    target.chmod(0o644)


def _take(found: _Found, target: Path, ours: Path | None) -> bool:
    """Copy a file, and say whether it is not what the default branch has."""
    content = _read(found.place)
    target.write_bytes(content)
    target.chmod(0o644)
    return ours is None or ours.is_symlink() or ours.read_bytes() != content


def _left_out(theirs: _Theirs, ours: Mapping[str, Path]) -> Iterator[LeftOut]:
    """What is left out and differs: a file that is the same on the default branch is no news."""
    for path, why in sorted(theirs.left_out.items()):
        place, our_place = theirs.root / path, ours.get(path)
        if why == _NO_FILE and place.is_symlink():
            if our_place is None or not our_place.is_symlink() or our_place.readlink() != place.readlink():
                yield LeftOut(path, why)
            continue
        content = None if why == _NOT_HERE else _read_small(place)
        if our_place is None or our_place.is_symlink() or content is None or our_place.read_bytes() != content:
            yield LeftOut(path, why)


def _read_small(place: Path) -> bytes | None:
    """The bytes of a plain file that is not too large; None otherwise."""
    status = place.lstat()
    if not stat.S_ISREG(status.st_mode) or status.st_size > _LARGEST_BYTES:
        return None
    return _read(place)


def _read(place: Path, most_bytes: int = _LARGEST_BYTES) -> bytes:
    with open(place, "rb", opener=_without_links) as file:
        return file.read(most_bytes)


def _peek(place: Path) -> bytes:
    """The beginning of a file; empty where it is no plain one."""
    try:
        return _read(place, _PEEK_BYTES)
    except OSError:
        return b""


def _without_links(name: str, flags: int) -> int:
    # Not waiting, should it be a pipe.
    return os.open(name, flags | os.O_NOFOLLOW | os.O_NONBLOCK)
