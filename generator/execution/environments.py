"""Virtual environments of posts, made once and kept by what they are made of."""

import hashlib
import os
import secrets
import shutil
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from generator.cache.disk_errors import disk_work
from generator.cache.lock import hold
from generator.errors import BusyError, ContentError, MachineError
from generator.execution.installer import InstallError, install, interpreter_in
from generator.execution.interpreters import Interpreter, interpreter_for
from generator.execution.packages import packages_of
from generator.execution.requirements import Read, Requirements, whole_requirements
from generator.location import Location

# Raised when environments are made in another way, so that those of before are made anew.
_FORMAT = 1
# Short, since the system reads no more than 127 characters of the first line of a script.
_HASH_DIGITS = 20
_LIMIT_SECONDS = 1800.0
# Nobody makes an environment for longer than that; what is older was left half-made.
_ABANDONED_SECONDS = 2 * _LIMIT_SECONDS
_WAIT_SECONDS = 0.2
# Holds the name of the whole environment beside it, and is written last.
_MARK = "complete"
_LOCKS = "locks"


class Environments:
    """Environments in a folder: ``HASH/complete`` names the one in ``HASH/`` that is whole.

    Environments cannot be moved, so each is made where it stays, under a name of its own: what a killed build left
    behind is never taken up, nor disturbed if somebody still writes it.

    Args:
        folder: ``environments`` in the store.
        limit_seconds: for making one.
    """

    def __init__(self, folder: Path, *, limit_seconds: float = _LIMIT_SECONDS) -> None:
        self._folder = folder.absolute()
        self._limit_seconds = limit_seconds

    def ensure(self, requirements: bytes, *, name: str, requires_python: str = "", read: Read | None = None) -> str:
        """The interpreter, absolute, of an environment with these requirements and ipykernel; made if need be.

        May be called from several threads and processes at once.

        Args:
            requirements: of a file as pip reads it.
            name: of that file (or of the notebook that holds the requirements), relative to the source directory.
            requires_python: such as ``>=3.11``.
            read: answers for the files that ``-r`` and ``-c`` name; their content is part of what the environment is.

        Raises:
            ContentError: the requirements cannot be met, or no installed Python satisfies.
            MachineError: the disk cannot be written.
            BusyError: another process has been making it for too long.
        """
        whole = whole_requirements(requirements, name=name, read=read or _nothing)
        if whole.is_hashed and "ipykernel" not in whole.names:
            raise ContentError(
                "it has hashes and does not name ipykernel, which runs the notebook",
                at=Location(name),
                mend="add `ipykernel` to what the file is locked from and lock it again",
            )
        interpreter = interpreter_for(requires_python, name=name)
        home = self._folder / _digest(whole, interpreter)
        with disk_work("the environment cannot be made"):
            made = _whole(home)
            if made is not None:
                return made
            with self._alone(home.name):
                return _whole(home) or self._made(home, interpreter, whole, name)

    def _made(self, home: Path, interpreter: Interpreter, requirements: Requirements, name: str) -> str:
        folder = home / secrets.token_hex(4)
        try:
            python = install(
                folder, python=interpreter.path, requirements=requirements, limit_seconds=self._limit_seconds
            )
            if "ipykernel" not in packages_of(python).versions:
                raise InstallError("the installer put its packages elsewhere (PIP_TARGET, PIP_USER, PIP_PREFIX?)")
            _write_mark(home, folder.name)
        except (InstallError, MachineError) as failure:
            reason = failure.reason if isinstance(failure, InstallError) else failure.problem
            shutil.rmtree(folder, ignore_errors=True)
            raise _does_not_install(reason, name) from None
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        return python

    @contextmanager
    def _alone(self, name: str) -> Iterator[None]:
        """Wait until nobody else makes that environment, then keep others waiting."""
        deadline = time.monotonic() + self._limit_seconds + _WAIT_SECONDS
        with ExitStack() as held:
            while True:
                try:
                    held.enter_context(hold(self._folder / _LOCKS / name))
                    break
                except BusyError:
                    if time.monotonic() > deadline:
                        raise
                    time.sleep(_WAIT_SECONDS)
            yield

    def prune(self, keep: Iterable[str], *, older_than_seconds: float = 0.0) -> int:
        """Drop every environment that is not kept, and what was left half-made, and say how many environments.

        Args:
            keep: interpreters, as ``ensure`` returned them.
            older_than_seconds: an environment asked for within that time stays.
        """
        kept = frozenset(keep)
        homes = [home for home in _folders(self._folder) if home.name != _LOCKS]
        return sum(_prune_one(home, kept, older_than_seconds) for home in homes)


def _prune_one(home: Path, kept: frozenset[str], older_than_seconds: float) -> bool:
    """Whether the environment in home was dropped."""
    made = _marked(home)
    is_unwanted = made is not None and str(made) not in kept and _age_seconds(home / _MARK) >= older_than_seconds
    if is_unwanted:
        # First, so that nobody takes what is half gone for whole.
        (home / _MARK).unlink(missing_ok=True)
    for folder in _folders(home):
        is_current = made is not None and made.is_relative_to(folder)
        is_dropped = is_unwanted if is_current else _age_seconds(folder) >= _ABANDONED_SECONDS
        if is_dropped:
            shutil.rmtree(folder, ignore_errors=True)
    with suppress(OSError):
        home.rmdir()
    return is_unwanted


def _nothing(path: str) -> None:  # noqa: ARG001  (answers as a source without files does)
    return None


def _digest(requirements: Requirements, interpreter: Interpreter) -> str:
    parts = (str(_FORMAT), requirements.text, requirements.constraints, interpreter.version, interpreter.path)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:_HASH_DIGITS]


def _whole(home: Path) -> str | None:
    """The interpreter of the environment in home; None when none is whole, or its Python was removed since."""
    python = _marked(home)
    if python is None or not python.exists():
        return None
    with suppress(OSError):
        # The time of the mark says when it was last asked for.
        os.utime(home / _MARK)
    return str(python)


def _marked(home: Path) -> Path | None:
    """The interpreter that the mark in home speaks of."""
    try:
        name = (home / _MARK).read_text(encoding="ascii")
    except (OSError, ValueError):
        return None
    return interpreter_in(home / name) if name.isalnum() else None


def _write_mark(home: Path, name: str) -> None:
    temporary = home / f"{_MARK}.{os.getpid()}~"
    temporary.write_text(name, encoding="ascii")
    temporary.replace(home / _MARK)


def _folders(folder: Path) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if path.is_dir() and not path.is_symlink())
    except OSError:
        return []


def _age_seconds(path: Path) -> float:
    try:
        return time.time() - path.stat().st_mtime
    except OSError:
        return 0.0


def _does_not_install(reason: str, name: str) -> ContentError:
    return ContentError(
        f"its environment does not install: {reason}",
        at=Location(name),
        mend="mend the requirements, or see whether this machine reaches the packages they name",
    )
