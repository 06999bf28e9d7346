"""git_base: an older commit in a folder of its own, with what a build asks git for."""

from pathlib import Path

import pytest

from generator.errors import MachineError
from generator.sources.git import read_git
from generator.sources.git_base import base_commit, checked_out
from tests.steps.checkouts import commit, git

POST = "blog/_posts/a.md"


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "repository"
    commit(folder, {POST: "old", "README.md": "read me", "blog/secret.txt": "x", ".gitattributes": "* export-ignore\n"})
    git(folder, "remote", "add", "origin", "https://github.com/jane/notes.git")
    commit(folder, {POST: "new"})
    return folder


def test_the_folder_is_as_it_was_until_the_block_ends(repository: Path) -> None:
    with checked_out(repository, git(repository, "rev-parse", "HEAD~1")) as base:
        assert base is not None
        assert (base / POST).read_text() == "old"
        assert (base / "README.md").is_file()

    assert not base.exists()
    assert (repository / POST).read_text() == "new"
    assert git(repository, "status", "--porcelain") == ""


def test_a_blog_in_a_folder_of_its_repository_is_found_there(repository: Path) -> None:
    with checked_out(repository / "blog", git(repository, "rev-parse", "HEAD~1")) as base:
        assert base is not None
        assert sorted(path.name for path in base.iterdir()) == ["_posts", "secret.txt"]
        assert read_git(base).subfolder == "blog"


def test_a_folder_that_was_not_there_yet_is_none(repository: Path) -> None:
    commit(repository, {"other/a.md": "a"})

    with checked_out(repository / "other", git(repository, "rev-parse", "HEAD~1")) as base:
        assert base is None


def test_git_knows_dates_and_address_there_too(repository: Path) -> None:
    facts = read_git(repository)
    with checked_out(repository, git(repository, "rev-parse", "HEAD")) as base:
        assert base is not None
        there = read_git(base)

    assert there.commits == facts.commits
    assert there.commits[POST].first is not None
    assert there.remote == facts.remote
    assert there.head == facts.head


def test_a_checkout_whose_history_was_cut_off_will_do(repository: Path, tmp_path: Path) -> None:
    shallow = tmp_path / "shallow"
    git(tmp_path, "clone", "--quiet", "--depth=2", f"file://{repository}", str(shallow))
    commit(shallow, {POST: "newest"})

    with checked_out(shallow, git(shallow, "rev-parse", "HEAD~2")) as base:
        assert base is not None
        assert (base / POST).read_text() == "old"


def test_a_commit_that_is_not_there_is_a_sentence(repository: Path) -> None:
    with (
        pytest.raises(MachineError, match="git could not checkout what this is compared with"),
        checked_out(repository, "b" * 40),
    ):
        pass


def test_a_merge_of_the_head_is_compared_with_its_other_parent(repository: Path) -> None:
    first = git(repository, "rev-parse", "HEAD~1")
    git(repository, "checkout", "--quiet", "-b", "change", first)
    head = commit(repository, {"blog/_posts/b.md": "b"})
    git(repository, "checkout", "--quiet", "main")
    into = git(repository, "rev-parse", "HEAD")
    git(repository, "merge", "--quiet", "--no-ff", "--message=merge", head)

    assert base_commit(repository, head, first) == into


def test_a_head_alone_is_compared_with_the_base_if_that_is_here(repository: Path) -> None:
    head, base = git(repository, "rev-parse", "HEAD"), git(repository, "rev-parse", "HEAD~1")

    assert base_commit(repository, head, base) == base
    assert base_commit(repository, head, "b" * 40) is None


def test_a_tree_is_no_commit_to_compare_with(repository: Path) -> None:
    tree = git(repository, "rev-parse", "HEAD^{tree}")

    assert base_commit(repository, "c" * 40, tree) is None
