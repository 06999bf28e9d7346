"""Checkouts for tests: a default branch, and a pull request beside it."""

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.building import lay_out

Files = Mapping[str, str | bytes | dict[str, object]]


@dataclass(frozen=True, slots=True)
class Checkouts:
    """A default branch and a pull request, each checked out in a folder of its own."""

    default: Path
    pull_request: Path

    def commit(self) -> str:
        """Commit everything in the pull request's folder as it is now, and say as what."""
        git(self.pull_request, "add", "--all", "--force")
        git(self.pull_request, "commit", "--quiet", "--allow-empty", "--message", "theirs")
        return git(self.pull_request, "rev-parse", "HEAD").strip()


def checkouts(folder: Path, default: Files, pull_request: Files) -> Checkouts:
    """Two checkouts below folder: of the pull request, files that are given stand in place of the default branch's."""
    made = Checkouts(folder / "default", folder / "pull-request")
    made.default.mkdir(parents=True)
    git(made.default, "init", "--quiet", "--initial-branch=main")
    lay_out(made.default, default)
    git(made.default, "add", "--all")
    git(made.default, "commit", "--quiet", "--allow-empty", "--message", "ours")
    git(folder, "clone", "--quiet", str(made.default), str(made.pull_request))
    lay_out(made.pull_request, pull_request)
    return made


def git(folder: Path, *words: str, said: str = "") -> str:
    """What git answers to words and to what is said to it, as somebody whose settings are nobody's."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    quiet = {"GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null"}
    who = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
    done = subprocess.run(
        ["git", *who, *words], cwd=folder, env={**kept, **quiet}, input=said, check=True, capture_output=True, text=True
    )
    return done.stdout
