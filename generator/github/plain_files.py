"""The files of a folder that somebody else may have filled: listed without following, opened without following."""

import os
import stat
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from generator.errors import ContentError, MachineError

_LONGEST_SHOWN = 80


@dataclass(frozen=True, slots=True)
class Entry:
    """Something in a folder that is no folder.

    Args:
        path: with slashes, relative to the folder that was listed.
        irregular: what it is if it is no plain file, as in "is a symbolic link"; empty otherwise.
        links: how many names the file has.
    """

    path: str
    size: int
    irregular: str = ""
    links: int = 1


def list_entries(folder: Path, most: int) -> Iterator[Entry]:
    """Everything below folder but folders, in the order of their names, folder by folder.

    Raises:
        ContentError: there is more than `most` (folders count, too); no more than that was looked at.
        MachineError: a folder cannot be read.
    """
    left = most
    waiting = [""]
    while waiting:
        prefix = waiting.pop()
        found = _scan(folder / prefix, left)
        left -= len(found)
        if left < 0:
            raise ContentError(
                f"there are more than {most:,} files and folders", mend="publish fewer, or keep data elsewhere"
            )
        below: list[str] = []
        for name, facts in found:
            path = f"{prefix}{name}"
            if stat.S_ISDIR(facts.st_mode):
                below.append(f"{path}/")
            else:
                yield Entry(path, facts.st_size, _irregular(facts.st_mode), facts.st_nlink)
        waiting.extend(reversed(below))


def read_plain(folder: Path, path: str, most_bytes: int) -> bytes:
    """The content of one file, of which nothing but the file itself is opened: no link, no pipe, no device.

    Raises:
        ContentError: it is no plain file, or larger than most_bytes.
        MachineError: it cannot be read.
    """
    place = folder / path
    try:
        # Without O_NONBLOCK, opening a pipe would wait for somebody to write.
        handle = os.open(place, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as failure:
        # Links and sockets are not opened at all.
        _check_plain(path, place.lstat().st_mode if os.path.lexists(place) else stat.S_IFREG)
        raise _unread(path, failure) from failure
    try:
        facts = os.fstat(handle)
        _check_plain(path, facts.st_mode)
        if facts.st_size > most_bytes:
            raise ContentError(
                f"{quoted_name(path)} is larger than {most_bytes:,} bytes", mend="make it smaller, or leave it out"
            )
        with os.fdopen(handle, "rb", closefd=False) as file:
            # One more than is allowed: it may have grown since.
            content = file.read(most_bytes + 1)
    except OSError as failure:
        raise _unread(path, failure) from failure
    finally:
        os.close(handle)
    if len(content) > most_bytes:
        raise ContentError(f"{quoted_name(path)} grew while it was read", mend="run the job again")
    return content


def _check_plain(path: str, mode: int) -> None:
    if irregular := _irregular(mode):
        raise ContentError(f"{quoted_name(path)} {irregular}", mend="put a plain file there")


def quoted_name(name: str) -> str:
    """A file's name in a message: nothing in it moves a cursor, turns the text round or ends the quotation.

    >>> quoted_name("a`\\n\u202eb")
    "`a'\\\\n\\\\u202eb`"
    """
    shown = "".join(char if _is_shown(char) else char.encode("unicode_escape").decode() for char in name)
    shown = shown.replace("`", "'")
    return f"`{shown if len(shown) <= _LONGEST_SHOWN else shown[: _LONGEST_SHOWN - 1] + '…'}`"


def _is_shown(char: str) -> bool:
    return char == " " or unicodedata.category(char)[0] not in "CZ"


def _scan(folder: Path, most: int) -> list[tuple[str, os.stat_result]]:
    try:
        with os.scandir(folder) as entries:
            found = [(entry.name, entry.stat(follow_symlinks=False)) for entry in islice(entries, most + 1)]
    except OSError as failure:
        raise _unread(str(folder), failure) from failure
    return sorted(found, key=lambda entry: os.fsencode(entry[0]))


def _irregular(mode: int) -> str:
    kinds = {
        stat.S_IFLNK: "is a symbolic link",
        stat.S_IFDIR: "is a folder",
        stat.S_IFIFO: "is a pipe",
        stat.S_IFSOCK: "is a socket",
        stat.S_IFREG: "",
    }
    return kinds.get(stat.S_IFMT(mode), "is a device")


def _unread(path: str, failure: OSError) -> MachineError:
    return MachineError(
        f"{quoted_name(path)} cannot be read: {failure.strerror}", mend="make it readable, then run the job again"
    )
