"""Built sites, a bare repository on disk to publish them to, and what then stands there."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from generator.github.api import GitHub
from generator.github.built import Built, read_built
from generator.github.context import RunContext
from generator.github.manifest import BuiltKind, SiteManifest, describe, page_urls, write_manifest

NOON = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
ADDRESS = "https://ann.github.io"
BASE_PATH = "/blog"


def commit_id(number: int) -> str:
    """The source of a build: the number-th commit."""
    return f"{number:040x}"


def minutes(count: int) -> datetime:
    return NOON + timedelta(minutes=count)


class Commits(GitHub):
    """A GitHub that knows a history: a line of commits, by `commit_id`, from which some branch off.

    Args:
        aside: commits that are in no line with any other.
        unknown: commits that a force push took away.
    """

    def __init__(self, aside: Sequence[int] = (), unknown: Sequence[int] = ()) -> None:
        super().__init__(RunContext("ann/blog"))
        self.aside = [commit_id(number) for number in aside]
        self.unknown = [commit_id(number) for number in unknown]
        self.asked: list[str] = []

    def get_or_none(self, path: str, **query: str | int | None) -> Any:
        self.asked.append(path)
        base, head = path.removeprefix("/repos/ann/blog/compare/").split("...")
        if {base, head} & {*self.unknown}:
            return None
        if {base, head} & {*self.aside}:
            return {"status": "diverged"}
        return {"status": "identical" if base == head else "ahead" if base < head else "behind"}


def make_server(folder: Path, **settings: str) -> RunContext:
    """A context whose repository is an empty bare one below folder."""
    repository = folder / "server" / "ann" / "blog.git"
    git(folder, "init", "--quiet", "--bare", "--initial-branch=main", str(repository))
    git(repository, "config", "uploadpack.allowFilter", "true")
    for name, value in settings.items():
        git(repository, "config", name.replace("_", "."), value)
    return RunContext("ann/blog", server_url=f"file://{folder / 'server'}", run_number=7, retry_seconds=0.01)


def server_of(context: RunContext) -> Path:
    return Path(context.server_url.removeprefix("file://"), f"{context.repository}.git")


def git(folder: Path, *words: str, feed: bytes = b"") -> bytes:
    """Git as a person at a desk calls it."""
    identity = {f"GIT_{who}_{what}": "ann@example.com" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    environ = {**os.environ, **identity, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    done = subprocess.run(("git", "-C", str(folder), *words), input=feed, capture_output=True, check=False, env=environ)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


def commit_files(context: RunContext, ref: str, files: Mapping[str, bytes], *parents: str) -> str:
    """Let somebody else write files to a ref of the server."""
    server = server_of(context)
    index = {
        path: git(server, "hash-object", "-w", "--stdin", feed=content).decode().strip()
        for path, content in files.items()
    }
    tree = _tree(server, index)
    words = [word for parent in parents for word in ("-p", parent)]
    commit = git(server, "commit-tree", tree, *words, "-m", "by hand").decode().strip()
    git(server, "update-ref", ref, commit)
    return commit


def _tree(server: Path, index: Mapping[str, str]) -> str:
    folders: dict[str, dict[str, str]] = {}
    lines: list[str] = []
    for path, blob in index.items():
        folder, slash, rest = path.partition("/")
        if slash:
            folders.setdefault(folder, {})[rest] = blob
        else:
            lines.append(f"100644 blob {blob}\t{path}\n")
    lines += [f"040000 tree {_tree(server, below)}\t{folder}\n" for folder, below in folders.items()]
    return git(server, "mktree", feed="".join(lines).encode()).decode().strip()


def files_on(context: RunContext, ref: str = "gh-pages") -> dict[str, bytes]:
    """All that stands on a branch (or below a ref) of the server; empty where there is none."""
    server = server_of(context)
    known = git(server, "for-each-ref", "--format=%(refname)").decode().split()
    if ref not in known and f"refs/heads/{ref}" not in known:
        return {}
    names = git(server, "ls-tree", "-r", "-z", "--name-only", ref).decode().split("\0")
    return {name: git(server, "cat-file", "blob", f"{ref}:{name}") for name in names if name}


def pages_on(context: RunContext, ref: str = "gh-pages") -> dict[str, bytes]:
    """As `files_on`, without what inkmill notes for itself."""
    return {
        path: content
        for path, content in files_on(context, ref).items()
        if not path.endswith((".inkmill.json", ".nojekyll"))
    }


def commits_on(context: RunContext, ref: str = "gh-pages") -> int:
    return len(git(server_of(context), "rev-list", ref).decode().split())


def refs_of(context: RunContext, below: str = "refs/inkmill/published/") -> dict[str, str]:
    lines = git(server_of(context), "for-each-ref", "--format=%(refname) %(objectname)", below).decode().splitlines()
    return {name.removeprefix(below): commit for name, commit in (line.split(" ") for line in lines)}


def make_artifact(
    folder: Path,
    files: Mapping[str, bytes],
    *,
    number: int = 1,
    now: datetime = NOON,
    preview: int | None = None,
    gone: Sequence[str] = (),
) -> Path:
    """The folder of an artifact with a site built from the commit of that number, or with the preview of a number."""
    for path, content in files.items():
        place = folder / "site" / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
    (folder / "site").mkdir(parents=True, exist_ok=True)
    kind = BuiltKind.SITE if preview is None else BuiltKind.PREVIEW
    base_path = BASE_PATH if preview is None else f"{BASE_PATH}/pr-preview/pr-{preview}"
    described = describe(folder / "site")
    manifest = SiteManifest(
        kind, commit_id(number), now, base_path, ADDRESS, page_urls(described), tuple(gone), described
    )
    write_manifest(folder / "manifest.json", manifest)
    return folder


def build(
    folder: Path,
    files: Mapping[str, bytes],
    *,
    number: int = 1,
    now: datetime = NOON,
    preview: int | None = None,
    gone: Sequence[str] = (),
) -> Built:
    """As `make_artifact`, read."""
    made = make_artifact(folder, files, number=number, now=now, preview=preview, gone=gone)
    return read_built(made, BuiltKind.SITE if preview is None else BuiltKind.PREVIEW)
