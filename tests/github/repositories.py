"""Bare repositories on disk and a GitHub in memory, for what is offered as commits, pull requests and issues."""

import os
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from generator.github.api import GitHub
from generator.github.context import RunContext
from generator.github.refusals import GitHubRefusedError

BOT = {"login": "github-actions[bot]", "type": "Bot"}
JANE = {"login": "jane", "type": "User"}
_IDENTITY = {
    f"GIT_{role}_{fact}": value
    for role in ("AUTHOR", "COMMITTER")
    for fact, value in (("NAME", "Jane"), ("EMAIL", "jane@example.org"))
}


def git(repository: Path, *words: str, feed: bytes = b"", index: Path | None = None) -> str:
    """What git says, in a bare repository or a checkout."""
    own = {"GIT_INDEX_FILE": str(index)} if index else {}
    done = subprocess.run(
        ["git", "-c", "protocol.file.allow=always", *words],
        cwd=repository,
        input=feed,
        env={**os.environ, **_IDENTITY, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", **own},
        capture_output=True,
        check=True,
    )
    return done.stdout.decode().strip()


def new_bare(path: Path) -> Path:
    """An empty bare repository that answers as GitHub's do."""
    path.mkdir(parents=True)
    git(path, "init", "--quiet", "--bare", "--initial-branch=main")
    git(path, "config", "uploadpack.allowFilter", "true")
    git(path, "config", "uploadpack.allowAnySHA1InWant", "true")
    return path


def add_commit(
    bare: Path,
    files: Mapping[str, str | bytes | None],
    *,
    branch: str = "main",
    message: str = "work",
    whole: bool = False,
) -> str:
    """A commit on a branch that writes these files (None removes one); with whole, it holds nothing else."""
    index = bare / "test-index"
    parents = [commit for commit in [branch_head(bare, branch)] if commit]
    git(bare, "read-tree", *(parents if parents and not whole else ["--empty"]), index=index)
    lines = []
    for path, content in files.items():
        given = content.encode() if isinstance(content, str) else content
        blob = None if given is None else git(bare, "hash-object", "-w", "--stdin", feed=given)
        lines.append(f"0 {'0' * 40}\t{path}\n" if blob is None else f"100644 {blob}\t{path}\n")
    git(bare, "update-index", "--index-info", feed="".join(lines).encode(), index=index)
    tree = git(bare, "write-tree", index=index)
    commit = git(bare, "commit-tree", tree, *(word for parent in parents for word in ("-p", parent)), "-m", message)
    git(bare, "update-ref", f"refs/heads/{branch}", commit)
    return commit


def branch_head(bare: Path, branch: str) -> str:
    """The commit of a branch, or nothing."""
    return git(bare, "for-each-ref", "--format=%(objectname)", f"refs/heads/{branch}")


def paths_of(bare: Path, commit: str) -> set[str]:
    """Every path of a commit."""
    return set(git(bare, "-c", "core.quotePath=false", "ls-tree", "-r", "--name-only", commit).splitlines())


def touched(bare: Path, commit: str) -> set[str]:
    """The paths that a commit changes."""
    return set(git(bare, "diff-tree", "-r", "--no-renames", "--name-only", "--no-commit-id", commit).splitlines())


def text_of(bare: Path, commit: str, path: str) -> str:
    """A file of a commit."""
    return git(bare, "show", f"{commit}:{path}")


@dataclass
class FakeGitHub(GitHub):
    """What GitHub would say, without a wire; what is asked of it and nobody foresaw is 404.

    Args:
        things: what a GET finds, by path.
        may_open_pulls: the switch under Settings, Actions, General.
        calls: every request that changes something.
    """

    context: RunContext
    things: dict[str, Any] = field(default_factory=dict)
    pulls: list[dict[str, Any]] = field(default_factory=list)
    issues: list[dict[str, Any]] = field(default_factory=list)
    releases: list[dict[str, Any]] = field(default_factory=list)
    may_open_pulls: bool = True
    may_open_issues: bool = True
    calls: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(self.context)

    def get(self, path: str, **query: str | int | bool | None) -> Any:
        if path in self.things:
            return self.things[path]
        raise refused(404, "Not Found")

    def pages(self, path: str, *, key: str = "", **query: str | int | bool | None) -> Iterator[Any]:
        listed = {"pulls": self.pulls, "issues": self.issues, "releases": self.releases}[path.rpartition("/")[2]]
        yield from reversed(listed)

    def post(self, path: str, body: Mapping[str, Any], *, find: Any = None) -> Any:
        self.calls.append(f"POST {path}")
        kind = path.rpartition("/")[2]
        if kind == "pulls":
            if not self.may_open_pulls:
                raise refused(403, "GitHub Actions is not permitted to create or approve pull requests.")
            return self._add(self.pulls, "pull", {**body, "head": self._head(str(body["head"])), "merged_at": None})
        if kind == "issues":
            if not self.may_open_issues:
                raise refused(410, "Issues has been disabled in this repository.")
            return self._add(self.issues, "issues", dict(body))
        return self._add(self.releases, "releases", {**body, "assets": []})

    def _head(self, branch: str) -> dict[str, Any]:
        return {"ref": branch, "repo": {"full_name": self.context.repository}}

    def _add(self, listed: list[dict[str, Any]], kind: str, thing: dict[str, Any]) -> dict[str, Any]:
        number = len(self.pulls) + len(self.issues) + len(self.releases) + 1
        url = f"https://github.com/{self.context.repository}/{kind}/{number}"
        listed.append({"number": number, "id": number, "state": "open", "user": BOT, "html_url": url, **thing})
        return listed[-1]

    def patch(self, path: str, body: Mapping[str, Any]) -> Any:
        self.calls.append(f"PATCH {path}")
        found = next(thing for thing in (*self.pulls, *self.issues, *self.releases) if path.endswith(f"/{thing['id']}"))
        found.update(body)
        return found


def refused(status: int, message: str) -> GitHubRefusedError:
    """GitHub's no."""
    return GitHubRefusedError(f"GitHub refused ({status}): {message}", status=status, message=message)
