"""One build at a time for one store."""

import errno
import importlib
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import ModuleType

from generator.cache.disk_errors import disk_work
from generator.errors import BusyError, UsageError

_NO_LOCKS_HERE = frozenset((errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.EINVAL))

_WRITING_SECONDS = 5
# One of these is in every store, a restored or half-deleted one too.
_OUR_FILES = ("lock", "lock.pid", "state")


@contextmanager
def hold(folder: Path) -> Iterator[None]:
    """Hold the lock of the store in folder while the block runs; a process that dies lets go of it.

    Raises:
        BusyError: another build holds it.
        MachineError: the folder cannot be written.
        UsageError: somebody else's files are in it.
    """
    with disk_work("the store cannot be locked"):
        _refuse_a_foreign(folder)
        folder.mkdir(parents=True, exist_ok=True)
        release = _lock(folder / "lock")
    try:
        yield
    finally:
        release()


def _refuse_a_foreign(folder: Path) -> None:
    """The store tells git to ignore its folder, which must not be the folder of somebody's notebooks."""
    if not folder.exists() or next(folder.iterdir(), None) is None:
        return
    if any((folder / name).is_file() for name in _OUR_FILES):
        return
    with suppress(OSError):
        if (folder / ".gitignore").read_bytes() == b"*\n":
            return
    raise UsageError(
        f"the store cannot be in `{folder}`, which holds other files",
        mend="name an empty folder with `--cache` or INKMILL_CACHE, or one that does not exist yet",
    )


class _Release:
    """Gives a lock back."""

    def __init__(self, descriptor: int, path: Path | None) -> None:
        self._descriptor = descriptor
        self._path = path

    def __call__(self) -> None:
        os.close(self._descriptor)
        if self._path is not None:
            with suppress(OSError):
                self._path.unlink()


def _lock(path: Path) -> _Release:
    fcntl = _fcntl()
    if fcntl is not None:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            raise _busy(path) from None
        except OSError as failure:
            os.close(descriptor)
            if failure.errno not in _NO_LOCKS_HERE:
                raise
        else:
            return _Release(descriptor, None)
    return _lock_by_existence(path.with_name("lock.pid"))


def _fcntl() -> ModuleType | None:
    try:
        return importlib.import_module("fcntl")
    except ImportError:
        return None


def _lock_by_existence(path: Path) -> _Release:
    for _ in range(3):
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o666)
        except FileExistsError:
            if not _is_abandoned(path):
                raise _busy(path) from None
            with suppress(OSError):
                path.unlink()
            continue
        os.write(descriptor, str(os.getpid()).encode())
        return _Release(descriptor, path)
    raise _busy(path)


def _is_abandoned(path: Path) -> bool:
    """Whether the process that made the file is gone."""
    if sys.platform == "win32":
        # There a file that a living process has open cannot be removed, so trying is asking.
        return True
    try:
        written = path.read_text(encoding="ascii")
        if not written:
            # Killed between making the file and writing its number, or just about to write it.
            return time.time() - path.stat().st_mtime > _WRITING_SECONDS
        owner = int(written)
    except (OSError, ValueError):
        return False
    if owner == os.getpid():
        return False
    try:
        os.kill(owner, 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False


def _busy(path: Path) -> BusyError:
    return BusyError(
        "another build of this site is running",
        mend=f"wait until it ends; if none runs, delete `{path}`",
    )
