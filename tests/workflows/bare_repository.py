"""Commits in a bare repository, made without a working copy."""

import os
import subprocess
import tempfile
from collections.abc import Collection, Mapping
from pathlib import Path

WHEN = "2026-11-26T10:00:00+00:00"
"""When commits of tests are made, unless a test says otherwise."""

_QUIET = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C.UTF-8",
}


def git(repository: Path, *words: str, given: bytes = b"", environ: Mapping[str, str] | None = None) -> str:
    """What Git prints, less the last line end; AssertionError with its complaint where it fails."""
    ran = subprocess.run(
        ["git", f"--git-dir={repository}", *words],
        input=given,
        capture_output=True,
        check=False,
        env={"PATH": os.environ["PATH"], **_QUIET, **(environ or {})},
    )
    assert ran.returncode == 0, f"git {' '.join(words)}: {ran.stderr.decode(errors='replace')}"
    return ran.stdout.decode("utf-8", "surrogateescape").rstrip("\n")


def create(repository: Path) -> None:
    """An empty bare repository whose HEAD is ``main``."""
    subprocess.run(["git", "init", "--quiet", "--bare", "--initial-branch=main", repository], check=True)
    git(repository, "config", "http.receivepack", "true")
    git(repository, "config", "uploadpack.allowAnySHA1InWant", "true")
    # What is packed here travels no further than this machine.
    git(repository, "config", "pack.window", "0")
    git(repository, "config", "core.compression", "1")


def copy(source: Path, target: Path) -> None:
    """A bare repository of its own with the same refs; objects are borrowed, so source has to stay."""
    create(target)
    (target / "objects/info/alternates").write_text(f"{source / 'objects'}\n")
    listed = git(source, "for-each-ref", "--format=create %(refname) %(objectname)")
    git(target, "update-ref", "--stdin", given=f"{listed}\n".encode())


def commit(
    repository: Path,
    ref: str,
    files: Mapping[str, str | bytes | None],
    message: str = "A change",
    *,
    parents: tuple[str, ...] | None = None,
    when: str = WHEN,
    author: str = "ann",
    modes: Mapping[str, str] | None = None,
) -> str:
    """Move ref to a new commit with files changed (None: removed) and return its SHA.

    Args:
        ref: full, such as ``refs/heads/main``.
        parents: what it follows; ref's own commit, if there is one, unless given.
        modes: of files that are no plain ones: ``{"run": "100755", "link": "120000"}``.
    """
    if parents is None:
        there = resolved(repository, ref)
        parents = (there,) if there else ()
    with tempfile.TemporaryDirectory() as folder:
        environ = {"GIT_INDEX_FILE": f"{folder}/index"}
        if parents:
            git(repository, "read-tree", parents[0], environ=environ)
        entries = b"".join(_index_line(repository, path, content, modes or {}) for path, content in files.items())
        git(repository, "update-index", "-z", "--index-info", given=entries, environ=environ)
        tree = git(repository, "write-tree", environ=environ)
    return commit_tree(repository, ref, tree, parents, message, when=when, author=author)


def commit_tree(
    repository: Path,
    ref: str,
    tree: str,
    parents: tuple[str, ...],
    message: str,
    *,
    when: str = WHEN,
    author: str = "ann",
) -> str:
    """Move ref to a new commit of tree and return its SHA."""
    who = {
        f"GIT_{role}_{what}": value
        for role in ("AUTHOR", "COMMITTER")
        for what, value in (("NAME", author), ("EMAIL", f"{author}@example.com"), ("DATE", when))
    }
    named = [word for parent in parents for word in ("-p", parent)]
    sha = git(repository, "commit-tree", tree, *named, "-m", message, environ=who)
    git(repository, "update-ref", ref, sha)
    return sha


def resolved(repository: Path, ref: str) -> str:
    """The commit that ref points at, empty where it does not exist."""
    ran = subprocess.run(
        ["git", f"--git-dir={repository}", "rev-parse", "--verify", "--quiet", f"{ref}^{{commit}}"],
        capture_output=True,
        check=False,
    )
    return ran.stdout.decode().strip()


def branches(repository: Path) -> dict[str, str]:
    """Every ref below refs/heads and refs/inkmill with its commit, by its full name, sorted."""
    listed = git(repository, "for-each-ref", "--format=%(refname) %(objectname)", "refs/heads", "refs/inkmill")
    return dict(line.split(" ", 1) for line in sorted(listed.splitlines()))


def tree_files(repository: Path, commit: str) -> dict[str, bytes]:
    """Every file of a commit, by path, sorted; a symbolic link is its target."""
    listed = git(repository, "ls-tree", "-r", "-z", "--full-tree", commit)
    entries = [entry.split("\t", 1) for entry in listed.split("\0") if entry]
    return {path: blob(repository, about.split(" ")[2]) for about, path in sorted(entries, key=lambda entry: entry[1])}


def places_of(repository: Path, refs: tuple[str, ...], words: Collection[str]) -> list[str]:
    """``REF:path`` of each file in the trees of refs that holds one of words."""
    if not refs or not words:
        return []
    patterns = [part for word in words for part in ("-e", word)]
    ran = subprocess.run(
        ["git", f"--git-dir={repository}", "grep", "-z", "-l", "-a", "-F", *patterns, *refs],
        capture_output=True,
        check=False,
    )
    assert ran.returncode in (0, 1), ran.stderr.decode()
    return [place for place in ran.stdout.decode("utf-8", "surrogateescape").split("\0") if place]


def blob(repository: Path, name: str) -> bytes:
    """The bytes of an object: its name, or ``COMMIT:path``."""
    words = ["git", f"--git-dir={repository}", "cat-file", "blob", name]
    return subprocess.run(words, capture_output=True, check=True).stdout


def _index_line(repository: Path, path: str, content: str | bytes | None, modes: Mapping[str, str]) -> bytes:
    if content is None:
        return f"0 {'0' * 40}\t{path}\0".encode("utf-8", "surrogateescape")
    raw = content.encode("utf-8", "surrogateescape") if isinstance(content, str) else content
    name = git(repository, "hash-object", "-w", "--stdin", given=raw)
    return f"{modes.get(path, '100644')} {name}\t{path}\0".encode("utf-8", "surrogateescape")
