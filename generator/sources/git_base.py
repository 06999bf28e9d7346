"""What a pull request is compared with: a commit of the repository here, checked out in a folder of its own."""

import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from generator.errors import MachineError
from generator.sources.git_call import ask_git

# Only this machine's own files are reached.
_SETTINGS = "-c advice.detachedHead=false -c protocol.file.allow=always".split()
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
    quiet = {"GIT_LFS_SKIP_SMUDGE": "1"}
    return ask_git(folder, words, seconds=_LONGEST_SECONDS, settings=_SETTINGS, environ=quiet)
