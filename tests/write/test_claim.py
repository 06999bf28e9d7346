"""Whose folder is replaced, and whose is not."""

from pathlib import Path

import pytest

from generator.errors import UsageError
from generator.write.claim import claim


def _claim(output: Path, blog: Path, *, is_default: bool = False, is_known: bool = False) -> None:
    claim(output, source=blog, private=blog / ".inkmill", is_default=is_default, is_known=is_known)


@pytest.fixture
def blog(tmp_path: Path) -> Path:
    (tmp_path / "blog/.inkmill").mkdir(parents=True)
    return tmp_path / "blog"


@pytest.fixture
def foreign(tmp_path: Path) -> Path:
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis/chapter.tex").write_text("years of work")
    return tmp_path / "thesis"


def test_a_folder_with_files_of_others_is_refused(blog: Path, foreign: Path) -> None:
    with pytest.raises(UsageError, match="holds files that inkmill did not make") as failure:
        _claim(foreign, blog)

    assert failure.value.mend == "empty it yourself, or name another with `--output`"


@pytest.mark.parametrize("words", [{"is_default": True}, {"is_known": True}])
def test_the_default_folder_and_a_known_one_are_the_sites(blog: Path, foreign: Path, words: dict[str, bool]) -> None:
    _claim(foreign, blog, **words)

    assert (foreign / "chapter.tex").read_text() == "years of work"


def test_a_missing_and_an_empty_folder_are_free(blog: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()

    _claim(tmp_path / "empty", blog)
    _claim(tmp_path / "not/there", blog)

    assert not (tmp_path / "not").exists()


def test_a_site_of_ours_is_known_by_its_pages(blog: Path, foreign: Path) -> None:
    (foreign / "index.html").write_text('<!doctype html><meta name="generator" content="inkmill 1.0">')

    _claim(foreign, blog)

    (foreign / "index.html").write_text("<!doctype html><title>another's</title>")
    with pytest.raises(UsageError):
        _claim(foreign, blog)


def test_a_clone_of_a_published_site_is_refused(blog: Path, foreign: Path) -> None:
    (foreign / "index.html").write_text('<!doctype html><meta name="generator" content="inkmill 1.0">')
    (foreign / ".git").mkdir()

    with pytest.raises(UsageError):
        _claim(foreign, blog)


@pytest.mark.parametrize("place", [".", "..", ".inkmill", ".inkmill/stage"])
def test_the_source_and_the_store_are_never_replaced(blog: Path, place: str) -> None:
    with pytest.raises(UsageError):
        _claim(blog / place, blog, is_default=True, is_known=True)


def test_a_file_is_no_output(blog: Path) -> None:
    (blog / "_site").write_text("x")

    with pytest.raises(UsageError, match="is a file"):
        _claim(blog / "_site", blog, is_default=True)
