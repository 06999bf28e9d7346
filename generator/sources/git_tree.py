"""What git says of a checkout whose files are looked at and not trusted: its commit, its files, what it changes."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from generator.cache.disk_errors import disk_work
from generator.errors import UsageError
from generator.sources.git_call import ask_git

# Histories and objects as they are, whatever the repository says to be in their place.
_SETTINGS = ("-c", "core.commitGraph=false")
_QUIET = MappingProxyType(
    {
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_GRAFT_FILE": os.devnull,
    }
)
_LONGEST_SECONDS = 120


def head_of(folder: Path) -> str:
    """The commit that is checked out there, 40 hexadecimal digits.

    Raises:
        UsageError: folder is no checkout of its own.
    """
    # Without --show-toplevel a plain folder inside another repository would answer with that one's commit.
    top, head = _lines(folder, ("rev-parse", "--show-toplevel", "HEAD"), count=2)
    if Path(top).resolve() != folder.resolve():
        raise _no_checkout(folder)
    return head


def tracked_files(folder: Path) -> tuple[str, ...]:
    """Posix paths of the files git keeps there, links included, relative to folder.

    Raises:
        UsageError: folder is no checkout.
    """
    answer = _ask(folder, ("ls-files", "-z", "--cached"))
    return tuple(os.fsdecode(path) for path in dict.fromkeys(answer.split(b"\0")) if path)


def git_folder(folder: Path) -> Path:
    """Where the repository of a checkout lies, absolute.

    Raises:
        UsageError: folder is no checkout.
    """
    return Path(_lines(folder, ("rev-parse", "--absolute-git-dir"), count=1)[0])


def lend_history(folder: Path, tree: Path) -> None:
    """Let a tree of other files have the history of a checkout, so that dates of what is in both are known.

    Raises:
        UsageError: folder is no checkout.
    """
    with disk_work("the tree cannot be written"):
        tree.joinpath(".git").write_text(f"gitdir: {git_folder(folder)}\n", encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Changes:
    """What one commit has that is not as in another.

    Args:
        present: posix paths, from the top of the repository, of what is added or changed: submodules and links, too.
        deleted: the same of what is no longer there; what is renamed is here under its old name.
    """

    present: frozenset[str]
    deleted: frozenset[str]


def changes_apart(folder: Path, other: Path) -> Changes | None:
    """What the commit checked out in ``other`` changes since its history and that of ``folder`` went apart.

    The repository of folder is asked, and the other only lends its objects: neither its settings, attributes and
    hooks nor what it says to be another object's replacement have any say.

    Returns:
        None where the histories, as far as they are here, have no commit in common.

    Raises:
        UsageError: one of them is no checkout of its own.
    """
    ours, theirs = head_of(folder), head_of(other)
    objects = other.absolute() / _lines(other, ("rev-parse", "--git-path", "objects"), count=1)[0]
    lent = {"GIT_ALTERNATE_OBJECT_DIRECTORIES": _quoted(str(objects))}
    base = _answer(folder, ("merge-base", ours, theirs), lent)
    if base is None:
        return None
    listing = ("diff-tree", "-r", "-z", "--name-status", "--no-renames", "--no-ext-diff", "--ignore-submodules=none")
    answer = _answer(folder, (*listing, base.decode().strip(), theirs), lent)
    return None if answer is None else _changes(answer)


def _changes(answer: bytes) -> Changes:
    words = answer.split(b"\0")
    pairs = [(status, os.fsdecode(path)) for status, path in zip(words[::2], words[1::2], strict=False)]
    return Changes(
        frozenset(path for status, path in pairs if status != b"D"),
        frozenset(path for status, path in pairs if status == b"D"),
    )


def _quoted(path: str) -> str:
    """A path as git takes it in a list of paths, whatever it holds."""
    escaped = path.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _lines(folder: Path, words: Sequence[str], *, count: int) -> list[str]:
    lines = os.fsdecode(_ask(folder, words)).splitlines()
    if len(lines) != count:
        raise _no_checkout(folder)
    return lines


def _ask(folder: Path, words: Sequence[str]) -> bytes:
    answer = _answer(folder, words, {})
    if answer is None:
        raise _no_checkout(folder)
    return answer


def _answer(folder: Path, words: Sequence[str], lent: Mapping[str, str]) -> bytes | None:
    """None where git has no answer."""
    if not folder.is_dir():
        raise _no_checkout(folder)
    environ = {**_QUIET, **lent}
    answer = ask_git(folder, words, seconds=_LONGEST_SECONDS, settings=_SETTINGS, environ=environ)
    return answer.stdout if answer.returncode == 0 else None


def _no_checkout(folder: Path) -> UsageError:
    return UsageError(f"`{folder}` is no checkout of a git repository", mend="check the commit out there first")
