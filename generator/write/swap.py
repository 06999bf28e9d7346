"""One folder in another's place: at one stroke where the system can, else by renames that a journal finishes."""

# These are system calls, one after the other, and what happens between them is the point.
# ruff: noqa: PTH104, PTH105

import errno
import os
import shutil
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from generator.write.in_place import make_equal

_AT_HERE = -100  # AT_FDCWD
_RENAME_EXCHANGE = 2  # linux/fs.h
_RENAME_SWAP = 2  # sys/stdio.h of macOS
# What a folder answers that cannot be renamed: a mount point, another layer, a parent that is not ours.
_UNMOVABLE = frozenset((errno.EBUSY, errno.EXDEV, errno.EACCES, errno.EPERM))
_RENAMING, _COPYING = "renaming", "copying"


def swap(stage: Path, output: Path) -> bool:
    """Let output hold what stage holds; afterwards stage may hold what output held, or nothing, or the same.

    Returns whether stage itself was moved; otherwise its files were copied, one by one.

    Raises:
        OSError: output holds what it held before, or the next ``recover`` finishes the work.
    """
    if not os.path.lexists(output):
        os.rename(stage, output)
        return True
    # Exchanging may be forbidden where renaming is not, by the sandbox of an older Docker for one.
    for move in (exchange, _rename_both):
        try:
            if move(stage, output):
                return True
        except OSError as failure:
            if failure.errno not in _UNMOVABLE:
                raise
    _copy_over(stage, output)
    return False


def recover(stage: Path, output: Path) -> bool:
    """Finish a swap during which the process died; says whether there was one."""
    journal = _journal(stage)
    try:
        step = journal.read_text(encoding="ascii")
    except OSError:
        return False
    if step == _COPYING:
        make_equal(output, stage)
    elif step == _RENAMING:
        aside = _aside(stage)
        if not os.path.lexists(output):
            # The stage was complete before the journal was written.
            os.rename(stage if stage.exists() else aside, output)
        if aside.exists():
            shutil.rmtree(aside)
    journal.unlink()
    return True


def exchange(one: Path, other: Path) -> bool:
    """Exchange two folders at one stroke; False where that is not to be had.

    Raises:
        OSError: the system can, and would not.
    """
    call = _exchange_call()
    if call is None:
        return False
    number = call(os.fsencode(one), os.fsencode(other))
    if number in (errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP):
        return False
    if number:
        raise OSError(number, os.strerror(number), str(other))
    return True


def _exchange_call() -> Callable[[bytes, bytes], int] | None:
    """A function that exchanges two paths and gives the error number, 0 for none."""
    if sys.platform == "win32":
        return None
    import ctypes

    library = ctypes.CDLL(None, use_errno=True)
    if sys.platform == "darwin":
        function, before, flag = "renamex_np", (), _RENAME_SWAP
    else:
        function, before, flag = "renameat2", (_AT_HERE,), _RENAME_EXCHANGE
    rename = getattr(library, function, None)
    if rename is None:
        return None

    def call(one: bytes, other: bytes) -> int:
        done = rename(*before, ctypes.c_char_p(one), *before, ctypes.c_char_p(other), ctypes.c_uint(flag))
        return 0 if done == 0 else ctypes.get_errno()

    return call


def _rename_both(stage: Path, output: Path) -> bool:
    aside, journal = _aside(stage), _journal(stage)
    if aside.exists():
        shutil.rmtree(aside)
    _write_journal(journal, _RENAMING)
    try:
        os.rename(output, aside)
        try:
            os.rename(stage, output)
        except OSError:
            os.rename(aside, output)
            raise
    except OSError:
        journal.unlink()
        raise
    os.rename(aside, stage)
    journal.unlink()
    return True


def _copy_over(stage: Path, output: Path) -> None:
    journal = _journal(stage)
    _write_journal(journal, _COPYING)
    make_equal(output, stage)
    journal.unlink()


def _write_journal(journal: Path, step: str) -> None:
    temporary = journal.with_name(journal.name + "~")
    try:
        temporary.write_text(step, encoding="ascii")
        os.replace(temporary, journal)
    except OSError:
        with suppress(OSError):
            temporary.unlink()
        raise


def _journal(stage: Path) -> Path:
    return stage.with_name(stage.name + ".journal")


def _aside(stage: Path) -> Path:
    return stage.with_name(stage.name + ".old")
