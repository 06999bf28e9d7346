"""An artifact is published only if its files are exactly those of its manifest."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from generator.errors import ContentError
from generator.github.built import Built, read_built
from generator.github.manifest import BuiltKind
from tests.github.publishing import make_artifact

SITE = {"index.html": b"<p>Hi</p>", "posts/a/index.html": b"<p>A</p>", "images/a.png": b"\x89PNG"}


def test_the_files_of_an_artifact_are_read_as_they_were_built(tmp_path: Path) -> None:
    built = read_built(make_artifact(tmp_path, SITE), BuiltKind.SITE)

    assert dict(built.files()) == SITE


def add(site: Path) -> None:
    (site / "evil.html").write_bytes(b"<script>")


def remove(site: Path) -> None:
    (site / "posts/a/index.html").unlink()


def lengthen(site: Path) -> None:
    (site / "index.html").write_bytes(b"<p>Hi</p><script>")


def change(site: Path) -> None:
    (site / "index.html").write_bytes(b"<q>Hi</q>")


def add_link(site: Path) -> None:
    (site / "key.html").symlink_to("/etc/passwd")


def move(site: Path) -> None:
    (site / "index.html").rename(site / "home.html")


TAMPERED: dict[str, tuple[Callable[[Path], None], str]] = {
    "a file more": (add, "`evil.html`"),
    "a file less": (remove, "`posts/a/index.html`"),
    "a longer file": (lengthen, "`index.html`"),
    "another content of the same size": (change, "`index.html`"),
    "a link": (add_link, "`key.html` is a symbolic link"),
    "another name": (move, "`home.html`, `index.html`"),
}


@pytest.mark.parametrize("what", TAMPERED)
def test_what_differs_from_the_manifest_is_refused_and_named(what: str, tmp_path: Path) -> None:
    tamper, said = TAMPERED[what]
    make_artifact(tmp_path, SITE)
    tamper(tmp_path / "site")

    with pytest.raises(ContentError) as refused:
        dict(read_built(tmp_path, BuiltKind.SITE).files())
    assert said in refused.value.problem


def swap_for_link(site: Path) -> None:
    (site / "index.html").unlink()
    (site / "index.html").symlink_to("/etc/hostname")


def swap_for_link_to_the_same(site: Path) -> None:
    (site / "index.html").rename(site.parent / "outside.html")
    (site / "index.html").symlink_to(site.parent / "outside.html")


def swap_for_pipe(site: Path) -> None:
    (site / "index.html").unlink()
    os.mkfifo(site / "index.html")


SWAPS = (change, lengthen, swap_for_link, swap_for_link_to_the_same, swap_for_pipe)


@pytest.mark.parametrize("swap", SWAPS, ids=lambda swap: swap.__name__)
@pytest.mark.timeout(10)
def test_a_file_that_is_swapped_after_the_check_is_not_read(swap: Callable[[Path], None], tmp_path: Path) -> None:
    built: Built = read_built(make_artifact(tmp_path, SITE), BuiltKind.SITE)
    swap(tmp_path / "site")

    with pytest.raises(ContentError, match=r"index\.html"):
        dict(built.files())


@pytest.mark.parametrize("path", ["pr-preview/pr-1/index.html", "PR-Preview/x.html", "pr-preview"])
def test_a_site_has_nothing_where_previews_stand(path: str, tmp_path: Path) -> None:
    make_artifact(tmp_path, {**SITE, path: b""})

    with pytest.raises(ContentError, match="where previews of pull requests do"):
        read_built(tmp_path, BuiltKind.SITE)


def test_a_site_without_a_front_page_is_refused(tmp_path: Path) -> None:
    make_artifact(tmp_path, {"posts/a/index.html": b""})

    with pytest.raises(ContentError, match="no front page"):
        read_built(tmp_path, BuiltKind.SITE)


def test_an_artifact_without_a_site_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="left no site"):
        read_built(tmp_path / "nowhere", BuiltKind.SITE)

    make_artifact(tmp_path, {})
    (tmp_path / "site").rmdir()
    (tmp_path / "site").symlink_to("/etc")
    with pytest.raises(ContentError, match="left no site"):
        read_built(tmp_path, BuiltKind.SITE)


def test_a_preview_is_no_site_and_a_site_no_preview(tmp_path: Path) -> None:
    make_artifact(tmp_path / "site", SITE)
    make_artifact(tmp_path / "preview", SITE, preview=3)

    for folder, kind in (("site", BuiltKind.PREVIEW), ("preview", BuiltKind.SITE)):
        with pytest.raises(ContentError, match="`kind`"):
            read_built(tmp_path / folder, kind)
