"""What git says of a checkout whose files are looked at and not trusted: its commit, its files, an older file."""

import os
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path

from generator.cache.disk_errors import disk_work
from generator.errors import MachineError, UsageError

# As in sources.git: nothing that a repository says may start a program or open a connection.
_SAFE = (
    "-c core.fsmonitor=false -c core.hooksPath=/dev/null -c core.untrackedCache=false -c core.quotePath=false "
    "-c protocol.allow=never -c filter.lfs.smudge= -c filter.lfs.process= -c safe.directory=*"
).split()
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


def known_blobs(folder: Path, digests: Iterable[str]) -> frozenset[str]:
    """Those of the contents, by git's name for them, that the repository's history holds as far as it is here."""
    asked = "".join(f"{digest}\n" for digest in digests).encode()
    answer = _ask(folder, ("cat-file", "--batch-check=%(objectname) %(objecttype)"), asked)
    pairs = (line.split(" ") for line in answer.decode(errors="replace").splitlines())
    return frozenset(pair[0] for pair in pairs if pair[1:] == ["blob"])


def _lines(folder: Path, words: Sequence[str], *, count: int) -> list[str]:
    lines = os.fsdecode(_ask(folder, words)).splitlines()
    if len(lines) != count:
        raise _no_checkout(folder)
    return lines


def _ask(folder: Path, words: Sequence[str], said: bytes = b"") -> bytes:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    quiet = {"GIT_OPTIONAL_LOCKS": "0", "GIT_NO_LAZY_FETCH": "1", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
    try:
        answer = subprocess.run(
            ["git", *_SAFE, *words],
            cwd=folder,
            env={**kept, **quiet},
            input=said,
            capture_output=True,
            timeout=_LONGEST_SECONDS,
            check=False,
        )
    except (NotADirectoryError, FileNotFoundError):
        if folder.is_dir():
            raise MachineError("there is no program `git`", mend="install git") from None
        raise _no_checkout(folder) from None
    except (OSError, subprocess.TimeoutExpired) as failure:
        raise MachineError(f"git did not answer in `{folder}`", mend="try again") from failure
    if answer.returncode != 0:
        raise _no_checkout(folder)
    return answer.stdout


def _no_checkout(folder: Path) -> UsageError:
    return UsageError(f"`{folder}` is no checkout of a git repository", mend="check the commit out there first")
