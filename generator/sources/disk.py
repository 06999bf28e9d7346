"""What lies in the source directory: every file with size and time, and one source with all that belongs to it."""

# 10,000 files are listed in every build, and a Path costs as much as the system call.
# ruff: noqa: PTH118

import hashlib
import os
import re
import stat
from collections.abc import Container, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from pathlib import Path

from generator.errors import ContentError, MachineError
from generator.location import Location
from generator.model.source import Shelf, SideFile, SourceFile, SourceKind

# Version control, what tools leave behind, and environments: never content, often 100,000 files.
_NEVER_ENTERED = frozenset(
    """.git .hg .svn .jj node_modules __pycache__ .ipynb_checkpoints .virtual_documents .mypy_cache .pytest_cache
    .ruff_cache .hypothesis .tox .nox .cache .eggs .idea .vscode .quarto .jupyter_cache .jekyll-cache .sass-cache
    .bundle .Trash-1000 .direnv .venv .Rproj.user _site .inkmill mlruns""".split()
)
# What W&B's client leaves beside code that logs: copies of notebooks among it, which would be posts twice.
_OF_A_RUN = re.compile(r"(?:^|/)wandb/(?:(?:offline-)?run-\d{8}_\d{6}-[^/]*|latest-run|debug(?:-internal)?\.log)$")
_SIDE_ENDINGS = (".nbdata", ".ipynb-meta", ".meta", ".yml", ".yaml")
_FOLDER_FILES = ("_metadata.yml", "_metadata.yaml", ".meta.yml", ".meta.yaml")


class Fault(Enum):
    """Why an entry is listed and cannot be read."""

    BROKEN = "a link that leads nowhere"
    OUTSIDE = "a link that leads out of the source directory"
    PRIVATE = "a link to what is never published"
    FOLDER = "a link to a folder, which is not followed"
    UNREADABLE = "a folder that may not be read"
    NAME = "a name that is not UTF-8"


@dataclass(frozen=True, slots=True)
class Seen:
    """One file as the disk lists it; of a link, the file it leads to.

    Args:
        path: posix, relative to the source directory.
        size: in bytes.
        fault: None for a file that can be read.
        target: where a link leads, as path is written; empty for a plain file.
    """

    path: str
    size: int
    mtime_ns: int
    fault: Fault | None = None
    target: str = ""


@dataclass(frozen=True, slots=True)
class ExcludeRules:
    """Folders that are not the author's: the output and the store.

    Args:
        folders: posix, relative to the source directory.
    """

    folders: frozenset[str] = frozenset()


def list_tree(source: Path, *, excluded: ExcludeRules) -> tuple[Seen, ...]:
    """Every file below source, sorted by path; environments, caches and version control left out.

    Raises:
        MachineError: source is not a folder that can be read.
    """
    walk = _Walk(source, excluded)
    while walk.waiting:
        walk.enter(walk.waiting.pop())
    return tuple(sorted(walk.found, key=_path_of))


def _path_of(seen: Seen) -> str:
    return seen.path


class _Walk:
    """One walk through the tree: what was found, and the folders still to enter."""

    def __init__(self, source: Path, excluded: ExcludeRules) -> None:
        self._root = str(source)
        self._excluded = excluded.folders
        self.found: list[Seen] = []
        self.waiting = [""]

    def enter(self, folder: str) -> None:
        try:
            with os.scandir(os.path.join(self._root, folder)) as listed:
                entries = list(listed)
        except OSError:
            if not folder:
                raise MachineError(
                    f"`{self._root}` is not a folder that can be read", mend="name another with `--source`"
                ) from None
            self.found.append(Seen(folder, 0, 0, Fault.UNREADABLE))
            return
        if any(entry.name == "pyvenv.cfg" for entry in entries):
            return
        prefix = f"{folder}/" if folder else ""
        for entry in entries:
            self._look_at(entry, prefix + entry.name)

    def _look_at(self, entry: os.DirEntry[str], path: str) -> None:
        seen: Seen | None
        if entry.name == ".git":
            # A folder in a clone, a plain file in a worktree and in a submodule.
            return
        if "wandb/" in path and _OF_A_RUN.search(path):
            return
        if not path.isprintable() and _is_mangled(entry.name):
            seen = Seen(path.encode(errors="replace").decode(), 0, 0, Fault.NAME)
        elif entry.is_symlink():
            seen = _linked(entry, path, self._root, self._excluded)
        elif entry.is_dir():
            if entry.name not in _NEVER_ENTERED and path not in self._excluded:
                self.waiting.append(path)
            return
        else:
            seen = _plain(entry, path)
        if seen is not None:
            self.found.append(seen)


def _is_mangled(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return True
    return False


def _plain(entry: os.DirEntry[str], path: str) -> Seen | None:
    try:
        status = entry.stat(follow_symlinks=False)
    except OSError:
        # Deleted between the listing and the question.
        return None
    return Seen(path, status.st_size, status.st_mtime_ns) if stat.S_ISREG(status.st_mode) else None


def _linked(entry: os.DirEntry[str], path: str, root: str, excluded: frozenset[str]) -> Seen | None:
    try:
        status = entry.stat()
    except OSError:
        return Seen(path, 0, 0, Fault.BROKEN)
    if stat.S_ISDIR(status.st_mode):
        return Seen(path, 0, 0, Fault.FOLDER)
    real_root = os.path.realpath(root) + os.sep
    real = os.path.realpath(entry.path)
    if not real.startswith(real_root):
        return Seen(path, 0, 0, Fault.OUTSIDE)
    target = real.removeprefix(real_root).replace(os.sep, "/")
    # What the walk does not enter must not come in through a link: `.git/config` may hold a token.
    if not _NEVER_ENTERED.isdisjoint(target.split("/")) or any(target.startswith(f"{out}/") for out in excluded):
        return Seen(path, 0, 0, Fault.PRIVATE)
    return Seen(path, status.st_size, status.st_mtime_ns, target=target) if stat.S_ISREG(status.st_mode) else None


@dataclass(frozen=True, slots=True)
class Shelved:
    """One source, with all it takes to load it.

    Args:
        path: posix, relative to the source directory.
        shelf_path: see SourceFile.
        side_paths: metadata files that belong to it, nearest first.
        first_commit, last_commit: filled in by ``sources.git.dated``.
    """

    path: str
    shelf: Shelf
    shelf_path: str
    kind: SourceKind
    side_paths: tuple[str, ...] = ()
    first_commit: datetime | None = None
    last_commit: datetime | None = None


def side_paths(path: str, listed: Container[str]) -> tuple[str, ...]:
    """The metadata files of the source at path that are listed, nearest first.

    >>> side_paths("_notebooks/a.ipynb", {"_notebooks/a.meta", "_metadata.yml"})
    ('_notebooks/a.meta', '_metadata.yml')
    """
    return tuple(candidate for candidate in _side_candidates(path) if candidate in listed)


def _side_candidates(path: str) -> Iterator[str]:
    folder, _, name = path.rpartition("/")
    stem = name.rpartition(".")[0]
    prefix = f"{folder}/" if folder else ""
    for ending in _SIDE_ENDINGS:
        yield f"{prefix}{stem}{ending}"
    while True:
        for file in _FOLDER_FILES:
            yield f"{folder}/{file}" if folder else file
        if not folder:
            return
        folder = folder.rpartition("/")[0]


def load(source: Path, shelved: Shelved) -> SourceFile:
    """The source with its bytes, side files included.

    Raises:
        ContentError: it cannot be read.
    """
    content = read_file(source, shelved.path)
    return SourceFile(
        path=shelved.path,
        shelf=shelved.shelf,
        shelf_path=shelved.shelf_path,
        kind=shelved.kind,
        content=content,
        digest=hashlib.sha256(content).hexdigest(),
        side_files=tuple(SideFile(path, read_file(source, path)) for path in shelved.side_paths),
        first_commit=shelved.first_commit,
        last_commit=shelved.last_commit,
    )


def read_file(source: Path, path: str) -> bytes:
    """The bytes of a file of the source directory.

    Raises:
        ContentError: it cannot be read.
    """
    try:
        return source.joinpath(path).read_bytes()
    except FileNotFoundError:
        raise ContentError("this file was deleted while it was read", at=Location(path), mend="build again") from None
    except OSError as failure:
        raise ContentError(
            f"this file cannot be read: {failure.strerror or failure}",
            at=Location(path),
            mend="give yourself the right to read it, or move it out of the blog",
        ) from failure


def digest_of(source: Path, path: str) -> str | None:
    """SHA-256 of a file of the source directory, hexadecimal; None when there is none that can be read."""
    digest = hashlib.sha256()
    try:
        with source.joinpath(path).open("rb") as file:
            while block := file.read(1 << 20):
                digest.update(block)
    except (OSError, ValueError):
        return None
    return digest.hexdigest()
