"""Snapshots of runs on disk: read, written whole, and carried from one folder to another where they are newer."""

import os
import re
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from generator.cache.disk_errors import disk_work
from generator.errors import ContentError
from generator.formats.run_snapshot import FOLDER, from_bytes, snapshot_path
from generator.location import Location
from generator.model.experiment import Snapshot

_NAME = re.compile(r"[0-9a-f]{16}\.json")
_MOST_BYTES = 8_000_000
# No blog has more; a branch may.
_MOST_FILES = 2_000


def snapshot_at(path: Path) -> Snapshot | None:
    """None for what is not there, or is no snapshot that this inkmill knows: it is made anew.

    Raises:
        MachineError: the file cannot be read.
    """
    content = content_at(path)
    return None if content is None else read_snapshot(content)


def read_snapshot(content: bytes) -> Snapshot | None:
    """None for what is no snapshot that this inkmill knows."""
    try:
        return from_bytes(content)
    except ContentError:
        return None


def content_at(path: Path) -> bytes | None:
    """None for what is no plain file, or larger than any snapshot.

    Raises:
        MachineError: the file cannot be read.
    """
    with disk_work("the snapshot cannot be read"):
        if path.is_symlink() or not path.is_file() or path.stat().st_size > _MOST_BYTES:
            return None
        return path.read_bytes()


def check_folder(source: Path) -> None:
    """
    Raises:
        ContentError: what is written into ``_wandb`` would stand outside the blog, or nowhere.
    """
    folder = source / FOLDER
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        mend = "make it a folder of its own, or take it away"
        raise ContentError("snapshots are written into a folder of the blog", at=Location(FOLDER), mend=mend)


def write_snapshot(path: Path, content: bytes) -> None:
    """The whole file or none of it, whoever reads meanwhile; a link in its place is replaced, and not followed.

    Raises:
        MachineError: it cannot be written; the old file stays.
    """
    with disk_work("the snapshot cannot be written"):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(prefix=".inkmill-", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            # As any file that is to be committed; a temporary one is its maker's alone.
            Path(temporary).chmod(0o644)
            os.replace(temporary, path)  # noqa: PTH105 - named so that a test can stop it here
        except BaseException:
            with suppress(OSError):
                Path(temporary).unlink()
            raise


def snapshots_in(source: Path) -> tuple[Path, ...]:
    """Plain files with the name of a snapshot, by name, whatever they hold; none where the folder is a link."""
    folder = source / FOLDER
    if folder.is_symlink():
        return ()
    found = (path for path in sorted(folder.glob("*.json")) if _NAME.fullmatch(path.name))
    return tuple(path for path in found if path.is_file() and not path.is_symlink())


def hand_on(source: Path, paths: Iterable[str] | None, folder: Path) -> int:
    """Copy snapshots of the source directory into a folder, and say how many.

    Args:
        paths: relative to the source; None for all that are there.

    Raises:
        MachineError: one cannot be read or written.
    """
    if paths is None:
        with disk_work("the snapshots cannot be read"):
            paths = sorted(f"{FOLDER}/{path.name}" for path in source.joinpath(FOLDER).glob("*.json"))
    count = 0
    for path in paths:
        content = content_at(source / path)
        if content is not None and _is_one(path.rpartition("/")[2], content):
            write_snapshot(folder / path.rpartition("/")[2], content)
            count += 1
    return count


def take_newer(folder: Path, source: Path) -> tuple[str, ...]:
    """Take the snapshots of a folder into the source directory, where they are newer than what stands there.

    Files of other names, and what is no snapshot of the query that its name says, are passed over.

    Returns:
        What was taken, by its path relative to the source.

    Raises:
        ContentError: as ``check_folder``.
        MachineError: one cannot be read or written.
    """
    with disk_work("the snapshots cannot be read"):
        names = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
    taken = []
    for name in [name for name in names if _NAME.fullmatch(name)][:_MOST_FILES]:
        content = content_at(folder / name)
        if content is None or not _is_one(name, content):
            continue
        here = snapshot_at(source / FOLDER / name)
        if here is None or here.fetched_at < from_bytes(content).fetched_at:
            check_folder(source)
            write_snapshot(source / FOLDER / name, content)
            taken.append(f"{FOLDER}/{name}")
    return tuple(taken)


def _is_one(name: str, content: bytes) -> bool:
    snapshot = read_snapshot(content)
    return snapshot is not None and snapshot_path(snapshot.query) == f"{FOLDER}/{name}"
