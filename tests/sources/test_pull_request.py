"""A preview is made of a stranger's content and of the default branch's everything else."""

import os
from pathlib import Path

import pytest

from generator.errors import ContentError, UsageError
from generator.sources import pull_request
from generator.sources.git_tree import head_of
from generator.sources.pull_request import LeftOut, Merged, merge
from tests.building import lay_out
from tests.checkouts import Checkouts, Files, checkouts, git

FRONT = "---\ntitle: A\n---\n"
OURS: Files = {
    "_config.yml": "title: Ours\n",
    "_posts/2026-01-01-a.md": "ours",
    "_notebooks/helper.py": "x = 1\n",
    "images/a.png": b"ours",
    "about.md": FRONT,
    "CNAME": "ours.example\n",
    "requirements.lock": "ours\n",
}
ASIDE = "what is not content is as on the default branch"
LINK = "it is a link or no plain file"


def merged(made: Checkouts, into: Path) -> tuple[Merged, dict[str, str]]:
    """What merging says of everything in the pull request's folder, committed, and the tree that it makes."""
    made.commit()
    said = merge(made.default, made.pull_request, into)
    files = (path for path in sorted(into.rglob("*")) if path.is_file())
    return said, {path.relative_to(into).as_posix(): path.read_text() for path in files}


def test_content_comes_from_the_pull_request(tmp_path: Path) -> None:
    theirs: Files = {
        "_posts/2026-01-01-a.md": "theirs",
        "_posts/2026-01-01-a.yml": "title: Side\n",
        "_notebooks/_metadata.yml": "layout: post\n",
        "_notebooks/2026-01-02-b.ipynb": "{}",
        "_notebooks/my_icons/b.PNG": "b",
        "_notebooks/b.csv": "1",
        "_word/c.docx": "c",
        "_drafts/d.md": "d",
        "_pages/e.html": FRONT,
        "travel/_posts/2026-01-01-f.md": "f",
        "data/g.parquet": "g",
        "_wandb/run.json": "{}",
        "images/h.svg": "<svg/>",
        "new.md": FRONT,
        "deep/er/page.md": FRONT,
    }

    said, files = merged(checkouts(tmp_path, OURS, theirs), tmp_path / "tree")

    assert {path: files[path] for path in theirs} == theirs
    assert said == Merged(tuple(sorted(theirs)), (), ())


DECIDING: Files = {
    "_config.yml": "title: Theirs\ninclude: [evil]\n",
    "CNAME": "theirs.example\n",
    "requirements.lock": "theirs\n",
    "requirements-extra.txt": "evil\n",
    "_notebooks/requirements.txt": "evil\n",
    "_notebooks/helper.py": "x = 2\n",
    "_notebooks/environment.yml": "dependencies: []",
    "_notebooks/sitecustomize.py": "x = 2\n",
    "_notebooks/evil.html": "<script>",
    "_posts/evil.html": FRONT + "<script>",
    "_custom/head.html": "<script>",
    "_custom/style.css": "*{}",
    "_templates/base.html": "<script>",
    "_inkmill/plugin.py": "x",
    "_data/authors.yml": "a: {}",
    "_layouts/a.md": FRONT,
    "_includes/_posts/a.md": FRONT,
    ".github/workflows/site.yml": "on: push",
    ".env": "A=1",
    "_posts/.hidden.md": "x",
    "assets/evil.js": "alert(1)",
    "images/evil.js": "alert(1)",
    "images/evil.html": FRONT,
    "include/evil.html": FRONT + "<script>",
    "plain.md": "no front matter",
    "generator/cli.py": "x",
    "conftest.py": "x",
    "evil.pth": "import os",
    "pyproject.toml": "[build-system]",
    "data/evil.pkl": "cos\nsystem",
    "data/id_rsa": "x",
    "data/credentials.json": "{}",
}


KEYS = "its name is one that keys are kept under"
WHY = dict.fromkeys((".env", "data/id_rsa", "data/credentials.json"), KEYS)


@pytest.mark.parametrize("path", DECIDING)
def test_what_decides_is_the_default_branchs(tmp_path: Path, path: str) -> None:
    said, files = merged(checkouts(tmp_path, OURS, {path: DECIDING[path]}), tmp_path / "tree")

    ours = OURS.get(path)
    assert files.get(path) == ours
    assert [(left.path, left.why) for left in said.left_out] == [(path, WHY.get(path, ASIDE))]
    assert said.changed == ()


@pytest.mark.parametrize(
    "name",
    ["a\u202eb.md", "a\nb.md", "a\x1b[31m.md", "a\\b.md", "a\u200b.md", "x" * 250 + ".md"],
    ids=["bidi", "newline", "escape", "backslash", "nothing to see", "too long"],
)
def test_a_name_that_deceives_is_not_taken(tmp_path: Path, name: str) -> None:
    made = checkouts(tmp_path, OURS, {"_posts/ok.md": "ok"})
    (made.pull_request / "_posts" / name).write_text("x")

    said, _ = merged(made, tmp_path / "tree")

    assert said.changed == ("_posts/ok.md",)
    assert [(left.path, left.why) for left in said.left_out] == [
        (f"_posts/{name}", "its name holds what no name should")
    ]


def test_a_name_that_is_no_text_is_not_taken(tmp_path: Path) -> None:
    made = checkouts(tmp_path, OURS, {})
    Path(os.fsdecode(os.fsencode(made.pull_request / "_posts") + b"/\xff.md")).write_text("x")

    said, _ = merged(made, tmp_path / "tree")

    assert [left.path for left in said.left_out] == ["_posts/\udcff.md"]


def test_a_link_is_not_followed_wherever_it_stands(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "a.png").write_text("CANARY")
    made = checkouts(tmp_path, OURS, {})
    place = made.pull_request
    (place / "_posts/2026-01-01-a.md").unlink()
    (place / "_posts/2026-01-01-a.md").symlink_to(secret / "a.png")
    (place / "images/a.png").unlink()
    (place / "images/a.png").symlink_to("../../secret/a.png")
    (place / "data").symlink_to(secret)
    (place / "_notebooks/loop.md").symlink_to("loop.md")

    said, files = merged(made, tmp_path / "tree")

    assert [(left.path, left.why) for left in said.left_out] == [
        (path, LINK) for path in ("_notebooks/loop.md", "_posts/2026-01-01-a.md", "data", "images/a.png")
    ]
    assert (files["_posts/2026-01-01-a.md"], files["images/a.png"]) == ("ours", "ours")
    assert "CANARY" not in "".join(files.values())


def test_a_folder_in_place_of_our_link_does_not_lead_out(tmp_path: Path) -> None:
    made = checkouts(tmp_path, OURS, {})
    outside = tmp_path / "outside"
    outside.mkdir()
    (made.default / "_word").symlink_to(outside)
    git(made.default, "add", "--all")
    git(made.default, "commit", "--quiet", "--message", "link")
    (made.pull_request / "_word").mkdir()
    (made.pull_request / "_word/a.md").write_text("theirs")

    said, _ = merged(made, tmp_path / "tree")

    assert list(outside.iterdir()) == []
    assert [left.path for left in said.left_out] == ["_word/a.md"]


@pytest.mark.parametrize("ours", ["data/a.csv/b.py", "data"], ids=["a folder of ours", "a file of ours"])
def test_what_stands_in_the_way_of_ours_gives_way(tmp_path: Path, ours: str) -> None:
    made = checkouts(tmp_path, {**OURS, ours: "ours"}, {})
    shelf = made.pull_request / "data"
    git(made.pull_request, "rm", "--quiet", "-r", ours)
    shelf.mkdir(exist_ok=True)
    (shelf / "a.csv").write_text("theirs")

    said, files = merged(made, tmp_path / "tree")

    assert files[ours] == "ours"
    assert ("data/a.csv", "a file of the default branch stands in its way") in [
        (left.path, left.why) for left in said.left_out
    ]


def test_pipes_and_hard_links_are_not_read(tmp_path: Path) -> None:
    made = checkouts(tmp_path, OURS, {"_posts/b.md": "b"})
    (made.pull_request / "_posts/pipe.md").write_text("pipe")
    (made.pull_request / "_posts/twin.md").write_text("b")
    made.commit()
    for name in ("pipe", "twin"):
        (made.pull_request / f"_posts/{name}.md").unlink()
    os.mkfifo(made.pull_request / "_posts/pipe.md")
    (made.pull_request / "_posts/twin.md").hardlink_to(made.pull_request / "_posts/b.md")

    said = merge(made.default, made.pull_request, tmp_path / "tree")

    assert [(left.path, left.why) for left in said.left_out] == [
        (f"_posts/{name}.md", LINK) for name in ("b", "pipe", "twin")
    ]


def test_deleted_content_is_deleted_and_other_files_stay(tmp_path: Path) -> None:
    made = checkouts(tmp_path, OURS, {})
    for path in ("_posts/2026-01-01-a.md", "images/a.png", "about.md", "CNAME", "_notebooks/helper.py"):
        (made.pull_request / path).unlink()

    said, files = merged(made, tmp_path / "tree")

    assert said.removed == ("_posts/2026-01-01-a.md", "about.md", "images/a.png")
    assert sorted(files) == ["CNAME", "_config.yml", "_notebooks/helper.py", "requirements.lock"]


def test_what_git_does_not_keep_is_not_in_the_tree(tmp_path: Path) -> None:
    made = checkouts(tmp_path, OURS, {})
    (made.default / "stray.md").write_text(FRONT)
    (made.default / ".inkmill").mkdir()
    (made.default / ".inkmill/a").write_text("a")

    _, files = merged(made, tmp_path / "tree")

    assert sorted(files) == sorted(OURS)


def test_a_snapshot_that_only_a_refresh_has_fetched_is_in_the_tree_unless_the_pull_request_has_its_own(
    tmp_path: Path,
) -> None:
    fetched, changed, stray = "_wandb/0123456789abcdef.json", "_wandb/fedcba9876543210.json", "_wandb/notes.json"
    made = checkouts(tmp_path, OURS, {changed: "theirs"})
    for path in (fetched, changed, stray):
        (made.default / path).parent.mkdir(exist_ok=True)
        (made.default / path).write_text("ours")

    said, files = merged(made, tmp_path / "tree")

    assert (files[fetched], files[changed], stray in files) == ("ours", "theirs", False)
    assert said == Merged((changed,), (), ())


def test_a_pull_request_checked_out_below_the_default_branch_is_no_part_of_it(tmp_path: Path) -> None:
    made = checkouts(tmp_path, OURS, {"_posts/b.md": "b"})
    made.commit()
    inner = made.pull_request.rename(made.default / "pull-request")

    said = merge(made.default, inner, tmp_path / "tree")

    assert said.changed == ("_posts/b.md",)
    assert not (tmp_path / "tree/pull-request").exists()


def test_a_file_that_is_too_large_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pull_request, "_LARGEST_BYTES", 1 << 20)
    made = checkouts(tmp_path, OURS, {"data/a.csv": b"x" * (1 << 20), "data/b.csv": b"x" * ((1 << 20) + 1)})

    said, _ = merged(made, tmp_path / "tree")

    assert said.changed == ("data/a.csv",)
    assert [(left.path, left.why) for left in said.left_out] == [("data/b.csv", "it is larger than 1 MB")]


def test_too_many_files_are_refused_before_any_is_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pull_request, "MOST_FILES", 20)
    made = checkouts(tmp_path, OURS, {f"_posts/{number}.md": "x" for number in range(20)})

    assert len(merged(made, tmp_path / "as many as may be")[0].changed) == 20
    (made.pull_request / "_posts/one more.md").write_text("x")
    with pytest.raises(ContentError, match="changes more than 20 files"):
        merged(made, tmp_path / "tree")
    assert not (tmp_path / "tree").exists()


def test_files_that_are_too_large_together_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pull_request, "_LARGEST_TREE_BYTES", 100)
    made = checkouts(tmp_path, OURS, {f"_posts/{number}.md": "x" * 40 for number in range(3)})

    with pytest.raises(ContentError, match="take more than"):
        merged(made, tmp_path / "tree")


def test_only_what_the_pull_request_itself_changes_is_told_of(tmp_path: Path) -> None:
    # The pull request began before the default branch changed its CNAME.
    made = checkouts(tmp_path, OURS, {"requirements.lock": "theirs\n"})
    ahead(made, {"CNAME": "newer.example\n"})

    said, _ = merged(made, tmp_path / "tree")

    assert said == Merged((), (), (LeftOut("requirements.lock", ASIDE),))


def ahead(made: Checkouts, files: Files, *gone: str) -> None:
    """Let the default branch go on: with these files, and without those."""
    lay_out(made.default, files)
    for path in gone:
        (made.default / path).unlink()
    git(made.default, "add", "--all")
    git(made.default, "commit", "--quiet", "--message", "newer")


def test_what_the_pull_request_lags_behind_in_is_the_default_branchs(tmp_path: Path) -> None:
    made = checkouts(tmp_path, {**OURS, "data/old.csv": "1"}, {"_posts/b.md": "theirs"})
    ahead(made, {"_posts/2026-01-01-a.md": "newer", "_posts/new.md": "new", "images/new.png": b"new"}, "data/old.csv")

    said, files = merged(made, tmp_path / "tree")

    assert said == Merged(("_posts/b.md",), (), ())
    assert (files["_posts/2026-01-01-a.md"], files["_posts/new.md"]) == ("newer", "new")
    assert set(files) == {*OURS, "_posts/b.md", "_posts/new.md", "images/new.png"}


def test_what_both_have_changed_is_the_pull_requests(tmp_path: Path) -> None:
    ours: Files = {**OURS, "_posts/gone there.md": "ours", "_posts/gone here.md": "ours", "_posts/same.md": "ours"}
    theirs: Files = {"_posts/2026-01-01-a.md": "theirs", "_posts/gone here.md": "theirs", "_posts/same.md": "both"}
    made = checkouts(tmp_path, ours, theirs)
    (made.pull_request / "_posts/gone there.md").unlink()
    newer: Files = {"_posts/2026-01-01-a.md": "newer", "_posts/gone there.md": "newer", "_posts/same.md": "both"}
    ahead(made, newer, "_posts/gone here.md")

    said, files = merged(made, tmp_path / "tree")

    assert said == Merged(("_posts/2026-01-01-a.md", "_posts/gone here.md"), ("_posts/gone there.md",), ())
    assert (files["_posts/2026-01-01-a.md"], files["_posts/gone here.md"]) == ("theirs", "theirs")
    assert "_posts/gone there.md" not in files


def test_a_renamed_post_is_gone_under_its_old_name(tmp_path: Path) -> None:
    made = checkouts(tmp_path, OURS, {})
    (made.pull_request / "_posts/2026-01-01-a.md").rename(made.pull_request / "_posts/renamed.md")

    said, _ = merged(made, tmp_path / "tree")

    assert said == Merged(("_posts/renamed.md",), ("_posts/2026-01-01-a.md",), ())


def test_what_the_pull_request_took_over_from_the_default_branch_is_not_its_change(tmp_path: Path) -> None:
    made = checkouts(tmp_path, OURS, {"_posts/b.md": "theirs"})
    made.commit()
    ahead(made, {"_posts/new.md": "new"})
    git(made.pull_request, "pull", "--quiet", "--no-rebase", "--no-edit", "origin", "main")
    ahead(made, {"_posts/newest.md": "newest"})

    said, files = merged(made, tmp_path / "tree")

    assert said == Merged(("_posts/b.md",), (), ())
    assert {"_posts/new.md", "_posts/newest.md"} <= set(files)


def test_histories_with_nothing_in_common_are_compared_file_by_file(tmp_path: Path) -> None:
    made = checkouts(tmp_path, {**OURS, "_posts/c.md": "c"}, {"_posts/b.md": "theirs", "CNAME": "theirs"})
    (made.pull_request / "_posts/c.md").unlink()
    git(made.pull_request, "checkout", "--quiet", "--orphan", "unrelated")

    said, files = merged(made, tmp_path / "tree")

    assert said == Merged(("_posts/b.md",), ("_posts/c.md",), (LeftOut("CNAME", ASIDE),), has_base=False)
    assert set(files) == {*OURS, "_posts/b.md"}


def test_a_history_that_is_cut_before_they_met_is_compared_file_by_file(tmp_path: Path) -> None:
    made = checkouts(tmp_path, OURS, {"_posts/b.md": "theirs"})
    made.commit()
    (made.pull_request / "_posts/c.md").write_text("theirs")
    made.commit()
    cut = tmp_path / "cut"
    git(tmp_path, "clone", "--quiet", "--depth=1", made.pull_request.as_uri(), str(cut))

    said = merge(made.default, cut, tmp_path / "tree")

    assert said == Merged(("_posts/b.md", "_posts/c.md"), (), (), has_base=False)


def test_what_the_pull_request_says_of_its_own_history_is_not_believed(tmp_path: Path) -> None:
    # By each of these, the commit that the two have in common would be another, or hold other files.
    made = checkouts(tmp_path, OURS, {"_posts/b.md": "theirs"})
    base = git(made.default, "rev-parse", "HEAD").strip()
    head = made.commit()
    inner = made.pull_request / ".git"
    git(made.pull_request, "replace", base, head)
    (inner / "info/grafts").write_text(f"{head}\n")
    (inner / "shallow").write_text(f"{head}\n")
    git(made.pull_request, "config", "diff.orderFile", "/nowhere")
    git(made.pull_request, "config", "diff.external", "/bin/false")

    said = merge(made.default, made.pull_request, tmp_path / "tree")

    assert said == Merged(("_posts/b.md",), (), ())


def test_a_folder_s_name_is_no_list_of_folders(tmp_path: Path) -> None:
    place = tmp_path / 'a:b "c" \\d'
    made = checkouts(place, OURS, {"_posts/b.md": "theirs"})

    assert merged(made, tmp_path / "tree")[0] == Merged(("_posts/b.md",), (), ())


def test_a_submodule_of_the_pull_request_is_told_of_and_not_looked_into(tmp_path: Path) -> None:
    made = checkouts(tmp_path, OURS, {"_posts/b.md": "theirs"})
    head = made.commit()
    git(made.pull_request, "update-index", "--add", "--cacheinfo", f"160000,{head},_posts/module")
    git(made.pull_request, "commit", "--quiet", "--message", "module")
    (made.pull_request / "_posts/module").mkdir()
    (made.pull_request / "_posts/module/a.md").write_text("theirs")

    said = merge(made.default, made.pull_request, tmp_path / "tree")

    why = "it is a submodule, or was not checked out"
    assert said == Merged(("_posts/b.md",), (), (LeftOut("_posts/module", why),))
    assert not (tmp_path / "tree/_posts/module").exists()


def test_a_path_that_leads_out_is_told_of_and_not_read(tmp_path: Path) -> None:
    made = checkouts(tmp_path, OURS, {})
    (tmp_path / "canary.md").write_text("CANARY")
    made.commit()
    blob = git(made.pull_request, "rev-parse", "HEAD:about.md").strip()
    tree = git(made.pull_request, "ls-tree", "HEAD")
    inner = made_tree(made.pull_request, f"100644 blob {blob}\tcanary.md\n")
    outer = made_tree(made.pull_request, f"{tree}040000 tree {inner}\t..\n")
    commit = git(made.pull_request, "commit-tree", "-p", "HEAD", "-m", "out", outer).strip()
    git(made.pull_request, "update-ref", "HEAD", commit)

    said = merge(made.default, made.pull_request, tmp_path / "tree")

    assert said == Merged((), (), (LeftOut("../canary.md", "it is a submodule, or was not checked out"),))
    assert (tmp_path / "canary.md").read_text() == "CANARY"


def made_tree(folder: Path, listing: str) -> str:
    """A tree object of these entries, whatever their names."""
    return git(folder, "mktree", said=listing).strip()


def test_hooks_and_filters_of_the_pull_request_start_nothing(tmp_path: Path) -> None:
    marker = tmp_path / "ran"
    made = checkouts(tmp_path, OURS, {".gitattributes": "* filter=evil\n", "_posts/b.md": "b"})
    sha = made.commit()
    for name in ("post-checkout", "post-index-change", "fsmonitor-watchman"):
        hook = made.pull_request / ".git/hooks" / name
        hook.write_text(f"#!/bin/sh\ntouch {marker}\n")
        hook.chmod(0o755)
    git(made.pull_request, "config", "core.fsmonitor", str(made.pull_request / ".git/hooks/fsmonitor-watchman"))

    assert head_of(made.pull_request) == sha
    merge(made.default, made.pull_request, tmp_path / "tree")

    assert not marker.exists()


def test_a_folder_without_a_checkout_of_its_own_has_no_commit(tmp_path: Path) -> None:
    made = checkouts(tmp_path, OURS, {})
    plain = made.default / "plain"
    plain.mkdir()

    for folder in (plain, tmp_path / "nowhere"):
        with pytest.raises(UsageError, match="is no checkout"):
            head_of(folder)
