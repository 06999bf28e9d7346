"""What the disk said no to, as an error a person can mend."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from generator.errors import MachineError

_FULL = frozenset((errno.ENOSPC, errno.EDQUOT, errno.EFBIG))
_FORBIDDEN = frozenset((errno.EACCES, errno.EPERM, errno.EROFS))


def machine_error(doing: str, failure: OSError) -> MachineError:
    """The MachineError for failure.

    Args:
        doing: what was tried, such as ``the store cannot be written``.
    """
    reason = failure.strerror or str(failure)
    if failure.errno in _FULL:
        return MachineError(f"{doing}: {reason}", mend="free some space on the disk and build again")
    where = f" `{failure.filename}`" if isinstance(failure.filename, str) else " it"
    if failure.errno in _FORBIDDEN:
        return MachineError(
            f"{doing}: {reason}", mend=f"give yourself the right to write{where}, or name another folder"
        )
    return MachineError(f"{doing}: {reason}", mend=f"see what is wrong with{where} and build again")


@contextmanager
def disk_work(doing: str) -> Iterator[None]:
    """Within it, an OSError becomes the MachineError of ``machine_error``."""
    try:
        yield
    except OSError as failure:
        raise machine_error(doing, failure) from failure
