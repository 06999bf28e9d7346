"""Commits put together without a working copy."""

from pathlib import Path

import pytest

from generator.errors import InkmillError, MachineError
from generator.github.commits import changes_of, commit_on, content_of, fetch_contents, files_of
from generator.github.git import BareRepository, Remote, bare_repository
from generator.github.tree_edits import Entry
from tests.github.repositories import add_commit, git, new_bare

FILES = {"a.txt": "A", "folder/b.txt": "B", "folder/c.txt": "C", 'café "x".txt': "quoted"}


@pytest.fixture
def origin(tmp_path: Path) -> Path:
    bare = new_bare(tmp_path / "origin.git")
    add_commit(bare, FILES)
    return bare


def fetched_names(repository: BareRepository) -> str:
    repository.ask("fetch", "--quiet", "--filter=blob:none", "origin", "+HEAD:refs/inkmill/head")
    return repository.run("rev-parse", "refs/inkmill/head").decode().strip()


def remote(origin: Path) -> Remote:
    return Remote(f"file://{origin}", "https://github.com", wait_seconds=0.001)


def test_contents_that_were_fetched_together_need_the_other_side_no_more(origin: Path) -> None:
    with bare_repository(remote(origin)) as repository:
        files = files_of(repository, fetched_names(repository))
        fetch_contents(repository, [files["a.txt"], files["folder/b.txt"]])
        origin.rename(origin.with_name("gone.git"))

        assert [content_of(repository, files[path]) for path in ("a.txt", "folder/b.txt")] == [b"A", b"B"]
        with pytest.raises(InkmillError):
            content_of(repository, files["folder/c.txt"])


def test_a_server_that_gives_no_single_files_away_is_asked_when_one_is_needed(origin: Path) -> None:
    with bare_repository(remote(origin)) as repository:
        head = fetched_names(repository)
        entry = files_of(repository, head)["a.txt"]
        fetch_contents(repository, [Entry("100644", "1" * 40), entry])

        assert content_of(repository, entry) == b"A"


def test_a_commit_changes_what_is_asked_for_and_nothing_else(origin: Path) -> None:
    git(origin, "update-ref", "refs/heads/run", commit_with_a_program(origin))
    with bare_repository(Remote(f"file://{origin}", "https://github.com", wait_seconds=0.001)) as repository:
        repository.ask("fetch", "--quiet", "origin", "+run:refs/inkmill/head")
        parent = repository.run("rev-parse", "refs/inkmill/head").decode().strip()
        before = files_of(repository, parent)
        edits = {
            "run": b"#!/bin/sh\necho 2\n",
            "folder/b.txt": None,
            "folder/c.txt": None,
            # What was a folder becomes a file.
            "folder": b"F",
            "moved.txt": before["a.txt"],
            "a.txt": None,
            "two\nlines": b"T",
            'new "name" \\ é.txt': b"N",
        }

        made = commit_on(repository, parent, edits, "A message\n\nwith ünicode")
        again = commit_on(repository, parent, edits, "A message\n\nwith ünicode")

        after = files_of(repository, made)
        assert made == again
        assert set(after) == {'café "x".txt', "folder", "moved.txt", "two\nlines", 'new "name" \\ é.txt', "run"}
        assert after["run"].mode == "100755"
        assert content_of(repository, after['new "name" \\ é.txt']) == b"N"
        assert repository.run("log", "-1", "--format=%B|%ae|%ct", made) == repository.run(
            "log",
            "-1",
            "--format=A message%n%nwith ünicode|41898282+github-actions[bot]@users.noreply.github.com|%ct",
            parent,
        )
        assert {path for path, _, _ in changes_of(repository, made)} == {*edits}


def commit_with_a_program(origin: Path) -> str:
    blob = git(origin, "hash-object", "-w", "--stdin", feed=b"#!/bin/sh\necho 1\n")
    git(origin, "read-tree", "main", index=origin / "index-of-run")
    git(origin, "update-index", "--index-info", feed=f"100755 {blob}\trun\n".encode(), index=origin / "index-of-run")
    tree = git(origin, "write-tree", index=origin / "index-of-run")
    return git(origin, "commit-tree", tree, "-p", "main", "-m", "A program")


def test_a_file_that_is_too_large_to_be_ours_is_not_read(origin: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("generator.github.commits._LARGEST_FILE_BYTES", 3)
    add_commit(origin, {"large.txt": "large"})

    with bare_repository(remote(origin)) as repository, pytest.raises(MachineError, match="too large"):
        content_of(repository, files_of(repository, fetched_names(repository))["large.txt"])
