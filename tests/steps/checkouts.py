"""Small blogs in git repositories, as a job finds them checked out."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

from tests.building import lay_out

_IDENTITY = ("GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL")


def git(folder: Path, *words: str) -> str:
    """What git says, in a repository of nobody's own settings."""
    quiet = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull, **dict.fromkeys(_IDENTITY, "jane")}
    done = subprocess.run(
        ["git", *words], cwd=folder, env={**os.environ, **quiet}, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def commit(folder: Path, files: Mapping[str, str | bytes | dict[str, object]], *, without: tuple[str, ...] = ()) -> str:
    """Write and remove files, commit everything, and say the commit."""
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / ".git").exists():
        git(folder, "init", "--quiet", "--initial-branch=main")
    lay_out(folder, files)
    for path in without:
        folder.joinpath(path).unlink()
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--allow-empty", "--message=change")
    return git(folder, "rev-parse", "HEAD")
