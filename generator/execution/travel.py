"""What of a repository travels with a notebook to another machine, and how it is laid out there."""

import hashlib
import stat
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Generic, TypeVar

from generator.model.execution import FailureKind, Job, RunFailure

_MODE_BITS = 0o777

Held = TypeVar("Held")


@dataclass(frozen=True, slots=True)
class Luggage:
    """One file of a job.

    Args:
        path: relative to the source directory, on both machines.
        mode: permission bits.
        digest: SHA-256 of the content.
    """

    path: str
    mode: int
    digest: str


class Packer(Generic[Held]):
    """Reads what jobs declare, each distinct content once, and keeps it until the last job that needs it has ended.

    Args:
        root: source directory.
        jobs: all that will ask.
        hold: puts a content where other machines get it from.
    """

    def __init__(self, root: Path, jobs: Iterable[Job], hold: Callable[[bytes], Held]) -> None:
        self._root = root.resolve()
        self._hold = hold
        self._askers = Counter(name for job in jobs for name in set(job.files))
        self._seen: dict[str, dict[str, tuple[tuple[int, ...], Luggage]]] = {}
        self._held: dict[str, Held] = {}

    def pack(self, job: Job) -> tuple[tuple[Luggage, Held], ...] | RunFailure:
        """All that travels with a job; a failure when one of its files cannot."""
        packed = {}
        for name in job.files:
            seen = self._seen.setdefault(name, {})
            for path in self._files_at(name):
                found = self._pack(path, seen)
                if isinstance(found, RunFailure):
                    return found
                packed[path] = found, self._held[found.digest]
        return tuple(packed.values())

    def release(self, job: Job) -> None:
        """It has ended."""
        for name in set(job.files):
            self._askers[name] -= 1
            if not self._askers[name]:
                self._seen.pop(name, None)
        needed = {luggage.digest for seen in self._seen.values() for _, luggage in seen.values()}
        for digest in self._held.keys() - needed:
            del self._held[digest]

    def _files_at(self, name: str) -> Iterator[str]:
        path = self._root / name
        if is_within(name) and path.is_dir():
            # A link to a folder could lead round in a circle; rglob does not follow it.
            inside = (entry for entry in path.rglob("*") if not entry.is_dir())
            yield from sorted(entry.relative_to(self._root).as_posix() for entry in inside)
        else:
            yield PurePosixPath(name).as_posix()

    def _pack(self, name: str, seen: dict[str, tuple[tuple[int, ...], Luggage]]) -> Luggage | RunFailure:
        # Links end at home: the other machine gets the content.
        path = (self._root / name).resolve()
        if not is_within(name) or not path.is_relative_to(self._root):
            mend = "copy it into the repository, or run the notebook without `--executor ray`"
            return RunFailure(FailureKind.DATA, f"`{name}` is outside the repository and cannot travel", mend)
        try:
            state = path.stat()
            if not stat.S_ISREG(state.st_mode):
                return RunFailure(FailureKind.DATA, f"`{name}` is no file", "name files, or a folder of files")
            marks = (state.st_size, state.st_mtime_ns, state.st_ino, state.st_ctime_ns)
            if name in seen and seen[name][0] == marks:
                return seen[name][1]
            content = path.read_bytes()
        except OSError as error:
            problem = f"`{name}` cannot be read ({error.strerror or type(error).__name__})"
            return RunFailure(FailureKind.DATA, problem, "mend its path or permissions, or take it out of `data:`")
        luggage = Luggage(name, state.st_mode & _MODE_BITS, hashlib.sha256(content).hexdigest())
        if luggage.digest not in self._held:
            self._held[luggage.digest] = self._hold(content)
        seen[name] = marks, luggage
        return luggage


def lay_out(root: Path, folder: str, luggage: tuple[Luggage, ...], content: Callable[[str], bytes]) -> None:
    """Make root look, to one notebook, like the source directory at home.

    Args:
        folder: where the kernel works; it is made though nothing be in it.
        content: of a digest.
    """
    if not all(map(is_within, (folder, *(one.path for one in luggage)))):
        raise ValueError("a path leads out of the folder")
    (root / folder).mkdir(parents=True, exist_ok=True)
    for one in luggage:
        path = root / one.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content(one.digest))
        path.chmod(one.mode)


def is_within(name: str) -> bool:
    """Whether a relative path stays below where it starts."""
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts
