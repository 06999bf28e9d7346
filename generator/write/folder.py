"""What a folder holds right now."""

# 20,000 files are asked in every build, and a Path costs as much as the system call.
# ruff: noqa: PTH118

import os
import stat
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Found:
    """One entry that is no folder.

    Args:
        size: in bytes.
        inode: with device; two paths with one inode are one file.
        is_file: a plain file, not a link or a socket.
    """

    size: int
    mtime_ns: int
    inode: tuple[int, int]
    is_file: bool = True


@dataclass(frozen=True, slots=True)
class Contents:
    """Everything below a folder, by posix path relative to it; links are not followed."""

    files: Mapping[str, Found]
    folders: frozenset[str] = frozenset()


def contents(folder: Path) -> Contents:
    """What folder holds; nothing when there is no such folder.

    Raises:
        OSError: a folder below may not be read.
    """
    files: dict[str, Found] = {}
    folders: set[str] = set()
    root = os.path.join(folder, "")
    waiting = [""]
    while waiting:
        above = waiting.pop()
        try:
            listed = os.scandir(root + above)
        except (FileNotFoundError, NotADirectoryError):
            continue
        with listed as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    folders.add(above + entry.name)
                    waiting.append(f"{above}{entry.name}/")
                else:
                    files[above + entry.name] = found(entry.stat(follow_symlinks=False))
    return Contents(files, frozenset(folders))


def found(status: os.stat_result) -> Found:
    """One entry as the system describes it."""
    is_file = stat.S_ISREG(status.st_mode)
    return Found(status.st_size, status.st_mtime_ns, (status.st_dev, status.st_ino), is_file)


def folder_id(folder: Path) -> str:
    """What stays the same while a folder is renamed, and differs from every other; empty when there is none."""
    try:
        return str(folder.stat().st_ino)
    except OSError:
        return ""


def folders_of(paths: Iterable[str]) -> set[str]:
    """Every folder the files need.

    >>> sorted(folders_of(["a/b/c.html", "d.html"]))
    ['a', 'a/b']
    """
    folders: set[str] = set()
    for path in paths:
        folder = path.rpartition("/")[0]
        while folder and folder not in folders:
            folders.add(folder)
            folder = folder.rpartition("/")[0]
    return folders
