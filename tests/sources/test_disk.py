"""What a listing holds, and what a source is loaded with."""

import hashlib
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from generator.errors import ContentError, MachineError
from generator.model.source import Shelf, SideFile, SourceFile, SourceKind
from generator.sources.disk import ExcludeRules, Fault, Seen, Shelved, digest_of, list_tree, load, side_paths
from tests.sources.looking import lay, seen


def test_every_file_is_listed_once_in_order_with_size_and_time(tmp_path: Path) -> None:
    lay(tmp_path, {"b/c.md": "12345", "a.md": "1", "b.md": "", ".env": "k"})

    listed = seen(tmp_path)

    assert [(file.path, file.size) for file in listed] == [(".env", 1), ("a.md", 1), ("b.md", 0), ("b/c.md", 5)]
    assert listed[1].mtime_ns == (tmp_path / "a.md").stat().st_mtime_ns


def test_environments_caches_and_version_control_are_not_entered(tmp_path: Path) -> None:
    never = [".git/x", "node_modules/x", "_notebooks/.ipynb_checkpoints/x.ipynb", "a/.virtual_documents/x", "_site/x"]
    lay(
        tmp_path, ["kept.md", ".github/kept.yml", *never, "my env/pyvenv.cfg", "my env/lib/x.md", "a/__pycache__/x.pyc"]
    )
    lay(tmp_path, ["public/x", ".store/x", "a/public/kept"])

    listed = list_tree(tmp_path, excluded=ExcludeRules(frozenset({"public", ".store"})))

    assert [file.path for file in listed] == [".github/kept.yml", "a/public/kept", "kept.md"]


def test_what_clients_of_experiments_leave_beside_a_notebook_is_not_entered(tmp_path: Path) -> None:
    run = "_notebooks/wandb/run-20261126_100000-r1"
    never = [f"{run}/files/code/train.ipynb", "wandb/offline-run-20261126_100000-x/files/a.md", "mlruns/0/meta.yaml"]
    lay(tmp_path, ["_notebooks/wandb/run-of-mine.md", "_posts/wandb/a.md", "wandb/action.yml", *never])
    (tmp_path / "_notebooks/wandb/latest-run").symlink_to("run-20261126_100000-r1")
    (tmp_path / "_notebooks/wandb/debug.log").symlink_to("run-20261126_100000-r1/logs/debug.log")

    kept = ["_notebooks/wandb/run-of-mine.md", "_posts/wandb/a.md", "wandb/action.yml"]
    assert [file.path for file in seen(tmp_path)] == kept


def test_what_leads_git_to_a_repository_elsewhere_is_not_listed(tmp_path: Path) -> None:
    lay(
        tmp_path, {".git": "gitdir: /elsewhere\n", "module/.git": "gitdir: ../x\n", "module/a.md": "", ".gitignore": ""}
    )
    (tmp_path / "linked").mkdir()
    (tmp_path / "linked/.git").symlink_to(tmp_path / "module")

    assert [file.path for file in seen(tmp_path)] == [".gitignore", "module/a.md"]


def test_a_link_to_a_file_inside_is_that_file(tmp_path: Path) -> None:
    lay(tmp_path, {"real.md": "12345"})
    (tmp_path / "link.md").symlink_to("real.md")

    real = (tmp_path / "real.md").stat()
    assert seen(tmp_path)[0] == Seen("link.md", 5, real.st_mtime_ns, target="real.md")


def test_links_that_lead_nowhere_out_or_to_folders_are_named_and_not_followed(tmp_path: Path) -> None:
    source = tmp_path / "blog"
    lay(tmp_path, ["secret.txt", "blog/a/x.md", "blog-private/x"])
    (source / "broken.md").symlink_to("nothing.md")
    (source / "out.md").symlink_to("../secret.txt")
    (source / "sibling.md").symlink_to("../blog-private/x")
    (source / "a/up").symlink_to("..")
    (source / "self").symlink_to("self")

    assert [(file.path, file.fault) for file in seen(source)] == [
        ("a/up", Fault.FOLDER),
        ("a/x.md", None),
        ("broken.md", Fault.BROKEN),
        ("out.md", Fault.OUTSIDE),
        ("self", Fault.BROKEN),
        ("sibling.md", Fault.OUTSIDE),
    ]


def test_what_is_no_file_is_passed_over(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")

    assert seen(tmp_path) == ()


def test_a_name_that_is_not_utf_8_is_listed_in_a_form_that_can_be_printed(tmp_path: Path) -> None:
    expected = [("caf?.md", Fault.NAME)]
    try:
        (tmp_path / os.fsdecode(b"caf\xe9.md")).write_text("x")
    except OSError:
        # APFS refuses such a name, so there is none to list.
        expected = []

    assert [(file.path, file.fault) for file in seen(tmp_path)] == expected


def test_odd_but_valid_names_are_listed_as_they_are(tmp_path: Path) -> None:
    names = ["日本語.md", "a b.md", "tab\there.md", "quote'.md", "é.md"]
    lay(tmp_path, names)

    assert [file.path for file in seen(tmp_path)] == sorted(names)
    assert {file.fault for file in seen(tmp_path)} == {None}


def test_a_source_that_is_no_folder_is_said_to_be_none(tmp_path: Path) -> None:
    with pytest.raises(MachineError, match="is not a folder that can be read"):
        seen(tmp_path / "nothing")


def test_a_folder_that_may_not_be_read_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lay(tmp_path, ["shut/x.md", "open/y.md"])
    scan = os.scandir

    def forbid(folder: str) -> "os._ScandirIterator[str]":
        # Root may read everything, so that nothing less than this stops it.
        if folder.endswith("shut"):
            raise PermissionError(folder)
        return scan(folder)

    monkeypatch.setattr(os, "scandir", forbid)

    assert [(file.path, file.fault) for file in seen(tmp_path)] == [("open/y.md", None), ("shut", Fault.UNREADABLE)]


def test_a_listing_asks_once_for_each_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lay(tmp_path, [f"_posts/{number % 7}/2020-01-01-post-{number}.md" for number in range(300)])
    asked: list[str] = []
    scan = os.scandir

    def count(folder: str) -> object:
        asked.append(folder)
        return scan(folder)

    monkeypatch.setattr(os, "scandir", count)

    assert len(seen(tmp_path)) == 300
    # The top, the shelf and its seven folders.
    assert len(asked) == 9


def test_side_files_come_nearest_first() -> None:
    listed = {
        *("_notebooks/2020/a.nbdata", "_notebooks/2020/a.yml", "_notebooks/2020/b.yml"),
        *("_notebooks/2020/_metadata.yml", "_notebooks/.meta.yml", "_metadata.yml", "_posts/_metadata.yml"),
    }

    assert side_paths("_notebooks/2020/a.ipynb", listed) == (
        "_notebooks/2020/a.nbdata",
        "_notebooks/2020/a.yml",
        "_notebooks/2020/_metadata.yml",
        "_notebooks/.meta.yml",
        "_metadata.yml",
    )
    assert side_paths("a.ipynb", {"a.meta"}) == ("a.meta",)


def test_a_source_is_loaded_with_digest_side_files_and_commits(tmp_path: Path) -> None:
    lay(tmp_path, {"_posts/a.md": "text", "_posts/a.yml": "title: A", "_metadata.yml": "toc: true"})
    moment = datetime(2020, 1, 1, tzinfo=UTC)
    sides = ("_posts/a.yml", "_metadata.yml")
    shelved = Shelved("_posts/a.md", Shelf.POSTS, "_posts", SourceKind.MARKDOWN, sides, moment, moment)

    assert load(tmp_path, shelved) == SourceFile(
        path="_posts/a.md",
        shelf=Shelf.POSTS,
        shelf_path="_posts",
        kind=SourceKind.MARKDOWN,
        content=b"text",
        digest=hashlib.sha256(b"text").hexdigest(),
        side_files=(SideFile("_posts/a.yml", b"title: A"), SideFile("_metadata.yml", b"toc: true")),
        first_commit=moment,
        last_commit=moment,
    )


def test_a_source_that_is_gone_is_named(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="deleted while it was read") as failure:
        load(tmp_path, Shelved("_posts/a.md", Shelf.POSTS, "_posts", SourceKind.MARKDOWN))

    assert str(failure.value.at) == "_posts/a.md"


def test_a_digest_is_of_the_bytes_and_of_nothing_when_there_are_none(tmp_path: Path) -> None:
    lay(tmp_path, {"a": "text"})

    assert digest_of(tmp_path, "a") == hashlib.sha256(b"text").hexdigest()
    assert digest_of(tmp_path, "b") is None
    assert digest_of(tmp_path, ".") is None
    assert digest_of(tmp_path, "a\0") is None
