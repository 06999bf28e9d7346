"""What a pull request is compared with: a commit of the repository here, checked out in a folder of its own."""

import os
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from generator.errors import MachineError

# As in sources.git: nothing that a repository says may start a program. Only this machine's own files are reached.
_SAFE = (
    "-c core.fsmonitor=false -c core.hooksPath=/dev/null -c core.quotePath=false -c advice.detachedHead=false "
    "-c filter.lfs.smudge= -c filter.lfs.process= -c filter.lfs.required=false -c gc.auto=0 -c safe.directory=* "
    "-c protocol.allow=never -c protocol.file.allow=always"
).split()
_LONGEST_SECONDS = 300


def base_commit(source: Path, head: str, base: str) -> str | None:
    """The commit to compare with what is checked out in source; None when it is not here.

    Args:
        head: of the pull request; where a merge of it is checked out, what it was merged into is compared with.
        base: of the pull request, for a checkout of its head alone.
    """
    parents = _answer(source, "rev-list", "--parents", "--max-count=1", "HEAD").split()[1:]
    wanted = parents[0] if len(parents) == 2 and parents[1] == head else base
    return wanted if _answer(source, "cat-file", "-t", wanted) == "commit" else None


@contextmanager
def checked_out(source: Path, commit: str) -> Iterator[Path | None]:
    """The source directory as it was at a commit, with its history, until the block ends; None where it was not there.

    A clone that borrows its objects: an archive would leave files out that the repository says so of, and dates.

    Raises:
        MachineError: git or the disk said no.
    """
    prefix = _answer(source, "rev-parse", "--show-prefix")
    with tempfile.TemporaryDirectory(prefix="inkmill-base-") as above:
        clone = Path(above) / "base"
        top = _must(source, "rev-parse", "--show-toplevel")
        _must(source, "clone", "--quiet", "--shared", "--no-checkout", "--no-tags", "--", top, str(clone))
        _must(clone, "checkout", "--quiet", "--detach", "--force", commit)
        # Who asks for the repository's address means the one it came from.
        _answer(clone, "remote", "set-url", "origin", _answer(source, "remote", "get-url", "origin") or top)
        folder = clone / prefix
        yield folder if folder.is_dir() and not folder.is_symlink() else None


def _must(folder: Path, *words: str) -> str:
    asked = _ask(folder, words)
    if asked.returncode != 0:
        said = asked.stderr.decode(errors="replace").strip().splitlines()[-1:] or ["no reason"]
        raise MachineError(f"git could not {words[0]} what this is compared with: {said[0]}", mend="try again")
    return asked.stdout.decode(errors="surrogateescape").strip()


def _answer(folder: Path, *words: str) -> str:
    """What git says, or nothing."""
    asked = _ask(folder, words)
    return asked.stdout.decode(errors="surrogateescape").strip() if asked.returncode == 0 else ""


def _ask(folder: Path, words: Sequence[str]) -> "subprocess.CompletedProcess[bytes]":
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    quiet = {"GIT_TERMINAL_PROMPT": "0", "GIT_LFS_SKIP_SMUDGE": "1", "GIT_NO_LAZY_FETCH": "1", "LC_ALL": "C"}
    try:
        return subprocess.run(
            ["git", *_SAFE, *words],
            cwd=folder,
            env={**kept, **quiet},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_LONGEST_SECONDS,
            check=False,
        )
    except FileNotFoundError:
        raise MachineError("there is no program `git`", mend="install git") from None
    except (OSError, subprocess.TimeoutExpired) as failure:
        raise MachineError(f"git did not answer in `{folder}`", mend="try again") from failure
