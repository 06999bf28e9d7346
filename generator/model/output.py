"""Files on their way to the output folder."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OutputFile:
    """A file that can be made when it is needed.

    Args:
        path: posix, relative to the output folder, safe on every file system we write to.
        key: hexadecimal digest of everything its bytes depend on; an unchanged key means unchanged bytes.
        make: pure; called only when the key is new.
    """

    path: str
    key: str
    make: Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class CopiedFile:
    """A file of the repository published as it is.

    Args:
        path: relative to the output folder.
        source: relative to the source directory.
    """

    path: str
    source: str


@dataclass(frozen=True, slots=True)
class StoredFile:
    """Bytes that a worker already put into the store.

    Args:
        path: relative to the output folder.
        name: the key of the derived bytes in the store.
    """

    path: str
    name: str


Planned = OutputFile | CopiedFile | StoredFile
