"""The store: bytes under their key, written atomically, checked when they are read."""

# A build asks thousands of times, and a Path costs as much as the system call.
# ruff: noqa: PTH103, PTH105, PTH108, PTH110, PTH118, PTH120, PTH123

import hashlib
import os
import re
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from generator.cache.disk_errors import disk_work, machine_error

# Changes with the layout of entries, so that an older store is a miss and not a puzzle.
_MAGIC = b"inkmill1"
_DIGEST_BYTES = 16
_HEADER_BYTES = len(_MAGIC) + _DIGEST_BYTES
_FOLDER_OF_KEY = re.compile(r"[0-9a-z]{2}")
_SAFE_KEY = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,200}")
# A process that died leaves its temporary files; nobody writes one for an hour.
_ABANDONED_SECONDS = 3600


class LostBytesError(Exception):
    """Entries that ought to be in the store are gone or corrupt: what made them must run again.

    Args:
        lost: (kind, key) of each.
    """

    def __init__(self, lost: Iterable[tuple[str, str]]) -> None:
        self.lost = tuple(lost)
        super().__init__(self.lost)

    def __str__(self) -> str:
        return f"{len(self.lost)} entries of the store are gone: {self.lost[:3]}"


class Store:
    """Content under keys, by kind: documents, derived, executed, environments.

    Args:
        folder: made when something is first put; shared by processes without harm.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._made: set[str] = set()

    def get(self, kind: str, key: str) -> bytes | None:
        """The bytes under key; None when there are none, or when they are not what was put.

        Raises:
            MachineError: the entry is there and cannot be read.
        """
        path = self._path(kind, key)
        try:
            with open(path, "rb") as file:
                entry = file.read()
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            return None
        except OSError as failure:
            raise machine_error("the store cannot be read", failure) from failure
        content = memoryview(entry)[_HEADER_BYTES:]
        if entry[: len(_MAGIC)] == _MAGIC and entry[len(_MAGIC) : _HEADER_BYTES] == _seal(kind, key, content):
            return bytes(content)
        with suppress(OSError):
            os.unlink(path)
        return None

    def need(self, kind: str, key: str) -> bytes:
        """The bytes under key.

        Raises:
            LostBytesError: there are none, or they are not what was put.
        """
        content = self.get(kind, key)
        if content is None:
            raise LostBytesError([(kind, key)])
        return content

    def has(self, kind: str, key: str) -> bool:
        """Whether there is an entry, without checking it."""
        return os.path.exists(self._path(kind, key))

    def put(self, kind: str, key: str, content: bytes) -> None:
        """Keep content under key, whole or not at all.

        Raises:
            MachineError: the disk is full or will not be written to.
        """
        path = self._path(kind, key)
        with disk_work("the store cannot be written"):
            self._make_folder(os.path.dirname(path))
            temporary = f"{path}.{os.getpid()}~"
            try:
                with open(temporary, "wb") as file:
                    file.write(_MAGIC + _seal(kind, key, content))
                    file.write(content)
                os.replace(temporary, path)
            except BaseException:
                with suppress(OSError):
                    os.unlink(temporary)
                raise

    def forget(self, kind: str, key: str) -> None:
        """Drop an entry; one that is not there is forgotten already."""
        with suppress(OSError):
            os.unlink(self._path(kind, key))

    def prune(self, kind: str, keep: Iterable[str], *, older_than_seconds: float = 0.0) -> int:
        """Drop every entry of a kind whose key is not in keep, and say how many.

        Args:
            older_than_seconds: an entry written or read anew within that time stays.
        """
        kept = frozenset(keep)
        now = time.time()
        dropped = 0
        for entry in self._entries(kind):
            with suppress(OSError):
                age = now - entry.stat().st_mtime
                is_abandoned = entry.name.endswith("~")
                limit = _ABANDONED_SECONDS if is_abandoned else older_than_seconds
                if entry.name not in kept and age >= limit:
                    os.unlink(entry.path)
                    dropped += not is_abandoned
        return dropped

    def keys(self, kind: str, ending: str) -> tuple[str, ...]:
        """Keys of a kind with that ending, sorted; whether their entries are whole is not looked at."""
        return tuple(sorted(entry.name for entry in self._entries(kind) if entry.name.endswith(ending)))

    def size_bytes(self, kind: str) -> int:
        """What the entries of a kind take on disk, about."""
        return sum(entry.stat().st_size for entry in self._entries(kind))

    def prepare(self) -> None:
        """Make the folder, and keep it out of git.

        Raises:
            MachineError: it cannot be made.
        """
        with disk_work("the store cannot be made"):
            self._make_folder(str(self.folder))

    def _entries(self, kind: str) -> Iterator[os.DirEntry[str]]:
        for shelf in _scan(os.path.join(self.folder, kind)):
            if _FOLDER_OF_KEY.fullmatch(shelf.name):
                yield from (entry for entry in _scan(shelf.path) if entry.is_file(follow_symlinks=False))

    def _path(self, kind: str, key: str) -> str:
        if not (_SAFE_KEY.fullmatch(key) and _SAFE_KEY.fullmatch(kind)):
            raise ValueError(f"not a key of the store: {kind!r}, {key!r}")
        # Hashed, because keys such as `x.png` do not spread over their first two letters.
        return os.path.join(self.folder, kind, hashlib.sha256(key.encode()).hexdigest()[:2], key)

    def _make_folder(self, folder: str) -> None:
        if folder in self._made:
            return
        os.makedirs(folder, exist_ok=True)
        mark = os.path.join(self.folder, ".gitignore")
        if not os.path.exists(mark):
            with open(mark, "w", encoding="utf-8", newline="\n") as file:
                file.write("*\n")
        self._made.add(folder)


def _seal(kind: str, key: str, content: bytes | memoryview) -> bytes:
    """The digest an entry begins with; kind and key are in it, so that a moved file is found out."""
    digest = hashlib.blake2b(f"{kind}/{key}\0".encode(), digest_size=_DIGEST_BYTES)
    digest.update(content)
    return digest.digest()


def _scan(folder: str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except (FileNotFoundError, NotADirectoryError):
        return []
