"""What publish writes, keeps and removes."""

import errno
import hashlib
import os
import stat
from pathlib import Path

import pytest

from generator.cache.state import OutputRecord
from generator.cache.store import LostBytesError, Store
from generator.errors import ContentError, MachineError
from generator.model.output import CopiedFile, OutputFile, Planned, StoredFile
from generator.write import stage
from generator.write.publish import Previous, Published, is_intact, publish
from tests.write.building import build, files_of, generation, page, tree_of


@pytest.fixture
def blog(tmp_path: Path) -> Path:
    folder = tmp_path / "blog"
    folder.mkdir()
    return folder


def _forbidden() -> bytes:
    raise AssertionError("an unchanged file was made again")


def _unmade(file: OutputFile) -> OutputFile:
    return OutputFile(file.path, file.key, _forbidden)


def _counts(published: Published) -> tuple[int, int, int]:
    return published.written, published.kept, published.removed


def test_a_first_build_writes_everything(blog: Path) -> None:
    published = build(blog, generation("old", blog))

    assert _counts(published) == (7, 0, 0)
    assert files_of(blog / "_site") == {
        "index.html": b"home of old",
        "same.html": b"the same",
        "posts/one/index.html": b"one of old",
        "posts/only-old/index.html": b"only in old",
        "turn.html": b"turn of old",
        "assets/g/picture.png": b"bytes of old.png",
        "images/photo.txt": b"photo of old",
    }


def test_a_build_on_top_of_another_equals_a_clean_one(blog: Path, tmp_path: Path) -> None:
    build(blog, generation("old", blog))
    published = build(blog, generation("new", blog))

    clean = tmp_path / "clean"
    clean.mkdir()
    build(clean, generation("new", clean))
    assert tree_of(blog / "_site") == tree_of(clean / "_site")
    assert _counts(published) == (6, 1, 2)


def test_an_unchanged_file_is_neither_made_nor_touched(blog: Path) -> None:
    one, two = page("one.html", "1"), page("two.html", "2")
    build(blog, [one, two])
    before = (blog / "_site/one.html").stat()

    for text in ("3", "4", "5"):
        published = build(blog, [_unmade(one), page("two.html", text)])
        after = (blog / "_site/one.html").stat()
        assert _counts(published) == (1, 1, 0)
        assert (after.st_mtime_ns, after.st_ino) == (before.st_mtime_ns, before.st_ino)


def test_when_nothing_changed_the_folder_is_left_alone(blog: Path) -> None:
    planned = [page("a/one.html", "1"), page("two.html", "2")]
    first = build(blog, planned)
    second = build(blog, [_unmade(file) for file in planned])

    assert second == Published(first.output_id, first.records, 0, 2, 0, first.folder)


def test_a_new_key_with_equal_bytes_keeps_the_file_and_its_time(blog: Path) -> None:
    build(blog, [page("a.html", "same"), page("b.html", "1")])
    before = (blog / "_site/a.html").stat()

    alone = build(blog, [OutputFile("a.html", "another key", b"same".__bytes__), page("b.html", "1")])
    along = build(blog, [OutputFile("a.html", "a third key", b"same".__bytes__), page("b.html", "2")])

    after = (blog / "_site/a.html").stat()
    assert (_counts(alone), _counts(along)) == ((0, 2, 0), (1, 1, 0))
    assert (after.st_mtime_ns, after.st_ino) == (before.st_mtime_ns, before.st_ino)
    assert along.records["a.html"].key == "a third key"


def test_the_authors_own_file_is_copied_never_linked(blog: Path) -> None:
    (blog / "a.txt").write_text("author's")
    build(blog, [CopiedFile("a.txt", "a.txt")])
    (blog / "_site/a.txt").write_text("reader's")

    assert (blog / "a.txt").read_text() == "author's"


def test_a_file_saved_while_it_was_copied_is_copied_again(blog: Path) -> None:
    (blog / "a.txt").write_text("first")
    first = hashlib.sha256(b"first").hexdigest()

    def publish_it(previous: Previous) -> Published:
        return publish(
            blog / "_site",
            [CopiedFile("a.txt", "a.txt")],
            previous=previous,
            source=blog,
            store=Store(blog / ".inkmill"),
            digest_of=lambda path: first,
        )

    (blog / "a.txt").write_text("saved just now")
    published = publish_it(Previous())
    (blog / "a.txt").write_text("first")
    publish_it(Previous(published.output_id, published.records))

    assert files_of(blog / "_site") == {"a.txt": b"first"}


def test_a_file_that_somebody_changed_in_the_site_is_mended(blog: Path) -> None:
    planned: list[Planned] = [page("a.html", "right"), page("b.html", "b")]
    build(blog, planned)
    build(blog, [*planned, page("c.html", "c")])
    # Through the hard link this changes the stage's copy too.
    (blog / "_site/a.html").write_text("wrong")
    (blog / "_site/b.html").unlink()
    (blog / "_site/stray.html").write_text("stray")
    (blog / "_site/empty").mkdir()
    (blog / "_site/link.html").symlink_to("b.html")

    build(blog, planned)

    assert tree_of(blog / "_site") == ({"a.html": b"right", "b.html": b"b"}, ())


def test_a_site_that_was_put_back_from_a_copy_is_right_and_keeps_what_is_equal(blog: Path) -> None:
    planned: list[Planned] = [page("a.html", "a"), page("b.html", "b")]
    first = build(blog, planned)
    (blog / "_site").rename(blog / "old")
    (blog / "_site").mkdir()
    (blog / "_site/a.html").write_text("a")
    (blog / "_site/b.html").write_text("x")
    os.utime(blog / "_site/b.html", ns=(0, first.records["b.html"].mtime_ns))

    published = build(blog, planned)

    assert files_of(blog / "_site") == {"a.html": b"a", "b.html": b"b"}
    assert _counts(published) == (1, 1, 0)


def test_intact_means_the_same_folder_with_the_same_files_and_no_others(blog: Path) -> None:
    published = build(blog, [page("a/b.html", "b")])
    previous = Previous(published.output_id, published.records)
    site = blog / "_site"

    assert is_intact(site, previous)
    assert not is_intact(site, Previous("", published.records))
    assert not is_intact(blog / "nowhere", previous)
    assert not is_intact(site, Previous(published.output_id, {}))
    (site / "empty").mkdir()
    assert not is_intact(site, previous)
    (site / "empty").rmdir()
    (site / "a/b.html").write_text("c")
    assert not is_intact(site, previous)


def test_bytes_the_store_lost_are_all_named_and_the_site_stays(blog: Path) -> None:
    build(blog, [page("a.html", "old")])
    store = Store(blog / ".inkmill")

    def lost() -> bytes:
        return store.need("documents", "body")

    with pytest.raises(LostBytesError) as failure:
        publish(
            blog / "_site",
            [page("a.html", "new"), StoredFile("p.png", "gone.png"), OutputFile("b.html", "k", lost)],
            previous=Previous(),
            source=blog,
            store=store,
            digest_of=lambda path: None,
        )

    assert failure.value.lost == (("derived", "gone.png"), ("documents", "body"))
    assert files_of(blog / "_site") == {"a.html": b"old"}


def test_a_copied_file_that_is_gone_is_named_and_the_site_stays(blog: Path) -> None:
    build(blog, [page("a.html", "old")])

    with pytest.raises(ContentError, match="deleted while the site was built") as failure:
        publish(
            blog / "_site",
            [page("a.html", "new"), CopiedFile("b.txt", "data/b.txt")],
            previous=Previous(),
            source=blog,
            store=Store(blog / ".inkmill"),
            digest_of=lambda path: None,
        )

    assert str(failure.value.at) == "data/b.txt"
    assert files_of(blog / "_site") == {"a.html": b"old"}


@pytest.mark.parametrize("path", ["../a.html", "/a.html", "a//b.html", "a/../b.html", "./a.html", "a\\b.html", "a/\0"])
def test_no_file_is_written_outside_of_the_site(blog: Path, path: str) -> None:
    with pytest.raises(ContentError, match="leads out of the site"):
        build(blog, [page(path, "x")])


def test_a_path_that_would_be_file_and_folder_names_both(blog: Path) -> None:
    with pytest.raises(ContentError, match=r"`a` would be a file, and a folder that holds `a/b\.html`"):
        build(blog, [page("a/b.html", "x"), page("a", "x")])


def test_a_full_disk_leaves_the_last_good_site(blog: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build(blog, [page("a.html", "old")])

    def full(self: stage.Stage, path: str, blocks: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(stage.Stage, "write", full)
    with pytest.raises(MachineError, match="No space left on device") as failure:
        build(blog, [page("a.html", "new")])

    assert failure.value.mend == "free some space on the disk and build again"
    assert files_of(blog / "_site") == {"a.html": b"old"}


def test_new_files_have_the_modes_that_umask_says(blog: Path) -> None:
    before = os.umask(0o027)
    try:
        build(blog, [page("a/b.html", "x")])
    finally:
        os.umask(before)

    modes = [stat.S_IMODE((blog / "_site" / path).stat().st_mode) for path in ("a/b.html", "a", ".")]
    assert modes == [0o640, 0o750, 0o750]


def test_an_output_behind_a_link_stays_behind_it(blog: Path, tmp_path: Path) -> None:
    (tmp_path / "www").mkdir()
    (blog / "_site").symlink_to(tmp_path / "www")
    for text in ("1", "2", "3"):
        build(blog, [page("a.html", text)])

    assert (blog / "_site").is_symlink()
    assert files_of(tmp_path / "www") == {"a.html": b"3"}


def test_an_empty_site_is_an_empty_folder(blog: Path) -> None:
    build(blog, [page("a.html", "x")])
    published = build(blog, [])

    assert _counts(published) == (0, 0, 1)
    assert tree_of(blog / "_site") == ({}, ())
    assert _counts(build(blog, [])) == (0, 0, 0)


def test_two_outputs_of_one_store_do_not_mix(blog: Path) -> None:
    for text in ("1", "2", "3"):
        build(blog, [page("a.html", f"first {text}"), page("x.html", "x")], blog / "one/_site")
        build(blog, [page("a.html", f"second {text}"), page("y.html", "y")], blog / "two/_site")

    assert files_of(blog / "one/_site") == {"a.html": b"first 3", "x.html": b"x"}
    assert files_of(blog / "two/_site") == {"a.html": b"second 3", "y.html": b"y"}


def test_a_record_says_what_is_on_disk(blog: Path) -> None:
    published = build(blog, [page("a.html", "text")])
    status = (blog / "_site/a.html").stat()

    key = page("a.html", "text").key
    assert published.records == {"a.html": OutputRecord(key, 4, status.st_mtime_ns)}


def test_on_another_file_system_the_stage_stands_beside_the_output(tmp_path: Path) -> None:
    shared = Path("/dev/shm")
    if not shared.is_dir() or shared.stat().st_dev == tmp_path.stat().st_dev:
        output, expected = tmp_path / "_site", tmp_path / "store" / "stage"
    else:
        output, expected = shared / "_site", shared
    (tmp_path / "store").mkdir()

    assert stage.stage_folder(output, tmp_path / "store").parent == expected
