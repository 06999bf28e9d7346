"""A build that is killed at its nth call to the file system, and every n in turn."""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from typing import Any

# What Python tells before it does it; reading changes nothing, so dying before a read shows nothing new.
_CHANGES = frozenset(
    ("os.rename", "os.link", "os.mkdir", "os.remove", "os.rmdir", "os.utime", "os.truncate", "os.symlink", "os.chmod")
)
_FOR_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
_SURVIVED = 77


def _changes_something(event: str, arguments: tuple[Any, ...]) -> bool:
    if event in _CHANGES:
        return True
    return event == "open" and isinstance(arguments[2], int) and bool(arguments[2] & _FOR_WRITING)


def deaths(work: Callable[[], object], *, most: int = 10_000) -> Iterator[int]:
    """Run work in a child killed at its first call, then at its second, until one survives; yields after each.

    Raises:
        AssertionError: a child ended in any other way, or there seems to be no end.
    """
    for number in range(1, most):
        if not _dies_at(number, work):
            return
        yield number
    raise AssertionError(f"still changing files after {most} calls")


def _dies_at(number: int, work: Callable[[], object]) -> bool:
    child = os.fork()
    if child == 0:
        _be_killed(number, work)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL, f"killed by {os.WTERMSIG(status)} at call {number}"
        return True
    assert os.WEXITSTATUS(status) == _SURVIVED, f"failed at call {number}"
    return False


def _be_killed(number: int, work: Callable[[], object]) -> None:
    left = number

    def count(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal left
        if _changes_something(event, arguments):
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(count)
    try:
        work()
        os._exit(_SURVIVED)
    except BaseException as failure:
        os.write(2, f"{failure!r}\n".encode())
    finally:
        os._exit(1)
