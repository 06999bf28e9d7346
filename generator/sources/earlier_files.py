"""A file as earlier commits had it."""

from collections.abc import Iterator
from pathlib import Path

from generator.errors import MachineError
from generator.sources.git_call import ask_git

_LONGEST_SECONDS = 20
_MOST_COMMITS = 100
_MOST_BYTES = 8_000_000
# Objects as they are, whatever the repository says to be in their place.
_ENVIRON = (("GIT_NO_REPLACE_OBJECTS", "1"), ("GIT_OPTIONAL_LOCKS", "0"))


def earlier_contents(folder: Path, path: str) -> Iterator[bytes]:
    """What the commits that changed a file made of it, the newest first, at most 100 of them.

    Nothing outside a repository, and of a history that was cut off as much as there is.

    Args:
        path: posix, relative to folder.
    """
    words = ("log", f"--max-count={_MOST_COMMITS}", "--format=%H", "--no-show-signature", "--", f":(literal){path}")
    for commit in _answer(folder, words).decode("ascii", "replace").split():
        size = _answer(folder, ("cat-file", "-s", f"{commit}:./{path}")).strip()
        if size.isdigit() and int(size) <= _MOST_BYTES:
            yield _answer(folder, ("cat-file", "blob", f"{commit}:./{path}"))


def _answer(folder: Path, words: tuple[str, ...]) -> bytes:
    """Empty where git has none."""
    try:
        ended = ask_git(folder, words, seconds=_LONGEST_SECONDS, environ=dict(_ENVIRON))
    except MachineError:
        return b""
    return ended.stdout if ended.returncode == 0 else b""
