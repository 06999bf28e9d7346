from pathlib import Path

from generator.sources.earlier_files import earlier_contents
from tests.building import lay_out
from tests.checkouts import git

PATH = "_wandb/a.json"


def _committed(folder: Path, *contents: bytes | None) -> Path:
    folder.mkdir(exist_ok=True)
    git(folder, "init", "--quiet", "--initial-branch=main")
    for content in contents:
        if content is None:
            (folder / PATH).unlink()
        else:
            lay_out(folder, {PATH: content})
        git(folder, "add", "--all")
        git(folder, "commit", "--quiet", "--message", "a change")
    return folder


def test_what_commits_made_of_a_file_comes_newest_first_and_without_those_that_removed_it(tmp_path: Path) -> None:
    blog = _committed(tmp_path / "blog", b"one", b"two", None, b"\xff three")

    assert list(earlier_contents(blog, PATH)) == [b"\xff three", b"two", b"one"]


def test_a_blog_in_a_folder_of_its_repository_is_looked_up_there(tmp_path: Path) -> None:
    top = _committed(tmp_path / "top", b"of the top")
    lay_out(top, {f"blog/{PATH}": "of the blog"})
    git(top, "add", "--all")
    git(top, "commit", "--quiet", "--message", "the blog")

    assert list(earlier_contents(top / "blog", PATH)) == [b"of the blog"]


def test_of_a_history_that_was_cut_off_there_is_what_is_left(tmp_path: Path) -> None:
    blog = _committed(tmp_path / "blog", b"one", b"two", b"three")
    git(tmp_path, "clone", "--quiet", "--depth=2", f"file://{blog}", str(tmp_path / "shallow"))

    assert list(earlier_contents(tmp_path / "shallow", PATH)) == [b"three", b"two"]


def test_outside_a_repository_and_before_the_first_commit_there_is_nothing(tmp_path: Path) -> None:
    empty = _committed(tmp_path / "empty")

    assert list(earlier_contents(tmp_path, PATH)) == []
    assert list(earlier_contents(empty, PATH)) == []


def test_a_name_that_looks_like_a_pattern_or_an_option_is_a_name(tmp_path: Path) -> None:
    blog = _committed(tmp_path / "blog", b"one")

    assert list(earlier_contents(blog, "_wandb/*.json")) == []
    assert list(earlier_contents(blog, "--output=x")) == []


def test_a_file_larger_than_any_snapshot_is_passed_over(tmp_path: Path) -> None:
    blog = _committed(tmp_path / "blog", b" " * 8_000_001, b"two")

    assert list(earlier_contents(blog, PATH)) == [b"two"]
