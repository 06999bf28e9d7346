"""Good runs stand on a branch of their own, which no broken run empties."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from generator.errors import ContentError, RefusedError
from generator.github.branch_files import read_branch
from generator.github.context import RunContext
from generator.github.kept_runs import KeptRuns, keep_runs
from tests.github.git_server import serving
from tests.github.publishing import NOON, commit_files, commits_on, files_on, git, make_server, minutes, server_of

BRANCH = "inkmill-runs"
NAME = "0" * 40
RUNS = {f"{NAME}.json": b"{}", f"{NAME}.ipynb": b'{"cells": []}'}


def hand_over(folder: Path, files: Mapping[str, bytes]) -> Path:
    for path, content in files.items():
        place = folder / "runs" / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
    (folder / "refresh.json").write_bytes(b"{}")
    return folder


def test_runs_are_kept_as_they_were_handed_over(tmp_path: Path) -> None:
    context = make_server(tmp_path)

    assert keep_runs(context, hand_over(tmp_path / "a", RUNS), NOON) == KeptRuns(2)
    assert files_on(context, BRANCH) == RUNS
    assert commits_on(context, BRANCH) == 1


def test_runs_that_are_not_handed_over_any_more_go(tmp_path: Path) -> None:
    context = make_server(tmp_path)
    keep_runs(context, hand_over(tmp_path / "a", {**RUNS, f"{'1' * 40}.json": b"{}"}), NOON)
    keep_runs(context, hand_over(tmp_path / "b", {f"{NAME}.json": b'{"new": 1}'}), minutes(1))

    assert files_on(context, BRANCH) == {f"{NAME}.json": b'{"new": 1}'}


@pytest.mark.parametrize("is_there", [True, False], ids=["no files", "no folder"])
def test_a_run_that_broke_takes_nothing_away(is_there: bool, tmp_path: Path) -> None:
    context = make_server(tmp_path)
    keep_runs(context, hand_over(tmp_path / "a", RUNS), NOON)
    (tmp_path / "b" / "runs").mkdir(parents=True) if is_there else (tmp_path / "b").mkdir()

    assert keep_runs(context, tmp_path / "b", minutes(1)) == KeptRuns(0)
    assert files_on(context, BRANCH) == RUNS


def test_the_same_runs_are_not_pushed_again(tmp_path: Path) -> None:
    context = make_server(tmp_path)
    folder = hand_over(tmp_path / "a", RUNS)
    keep_runs(replace(context, run_id=1), folder, NOON)
    before = git(server_of(context), "rev-parse", BRANCH)
    keep_runs(replace(context, run_id=2), folder, minutes(1))

    assert git(server_of(context), "rev-parse", BRANCH) == before


def test_a_run_that_came_late_replaces_no_later_one(tmp_path: Path) -> None:
    context = make_server(tmp_path)
    keep_runs(replace(context, run_id=20), hand_over(tmp_path / "a", RUNS), NOON)
    late = keep_runs(replace(context, run_id=19), hand_over(tmp_path / "b", {f"{NAME}.json": b"old"}), minutes(1))

    assert late == KeptRuns(1, newer_run=20)
    assert files_on(context, BRANCH) == RUNS


NAMES = [
    "a.py",
    "run.sh",
    "sub/a.json",
    ".json",
    "-a.json",
    "a b.json",
    "é.json",
    ".git/config",
    "a.json.exe",
    "CON.json",
]


@pytest.mark.parametrize("name", NAMES)
def test_a_file_that_no_refresh_writes_is_refused_and_nothing_is_kept(name: str, tmp_path: Path) -> None:
    context = make_server(tmp_path)

    with pytest.raises(ContentError):
        keep_runs(context, hand_over(tmp_path / "a", {**RUNS, name: b""}), NOON)
    assert files_on(context, BRANCH) == {}


def test_a_link_is_refused_as_file_and_as_folder(tmp_path: Path) -> None:
    context = make_server(tmp_path)
    folder = hand_over(tmp_path / "a", RUNS)
    (folder / "runs" / f"{'2' * 40}.json").symlink_to("/etc/hostname")
    with pytest.raises(ContentError, match="symbolic link"):
        keep_runs(context, folder, NOON)

    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "runs").symlink_to(hand_over(tmp_path / "c", RUNS) / "runs")
    with pytest.raises(ContentError, match="symbolic link"):
        keep_runs(context, tmp_path / "b", NOON)
    assert files_on(context, BRANCH) == {}


def test_what_was_kept_is_read_by_the_next_job_even_without_a_token(tmp_path: Path) -> None:
    context = make_server(tmp_path)
    keep_runs(context, hand_over(tmp_path / "a", RUNS), NOON)

    with serving(context, token="") as (_, reached):
        assert read_branch(reached, BRANCH, tmp_path / "read")
    assert {path.name: path.read_bytes() for path in (tmp_path / "read").iterdir()} == RUNS


def test_a_branch_that_does_not_exist_is_no_error(tmp_path: Path) -> None:
    context = make_server(tmp_path)
    commit_files(context, f"refs/heads/other/{BRANCH}", {"a.json": b""})

    assert not read_branch(context, BRANCH, tmp_path / "read")
    assert not (tmp_path / "read").exists()


def test_a_repository_that_nobody_may_read_is_a_refusal(tmp_path: Path) -> None:
    with serving(make_server(tmp_path), token="") as (server, reached):
        server.failures = [401] * 9
        with pytest.raises(RefusedError):
            read_branch(reached, BRANCH, tmp_path / "read")


def test_of_a_branch_only_plain_files_with_harmless_names_are_read(tmp_path: Path) -> None:
    context = make_server(tmp_path)
    server = server_of(context)
    blob = git(server, "hash-object", "-w", "--stdin", feed=b"content").decode().strip()
    deep = git(server, "mktree", feed=f"100755 blob {blob}\tb.json\n".encode()).decode().strip()
    rows = [f"100644 blob {blob}\ta.json", f"120000 blob {blob}\tlink.json", f"100644 blob {blob}\t.gitattributes"]
    rows += [f"040000 tree {deep}\tsub", f"100644 blob {blob}\ta\\b.json", f"160000 commit {'1' * 40}\tmodule"]
    tree = git(server, "mktree", "--missing", feed="\n".join([*rows, ""]).encode()).decode().strip()
    commit = git(server, "commit-tree", tree, "-m", "by hand").decode().strip()
    git(server, "update-ref", f"refs/heads/{BRANCH}", commit)

    assert read_branch(context, BRANCH, tmp_path / "read")
    read = {str(path.relative_to(tmp_path / "read")) for path in (tmp_path / "read").rglob("*") if path.is_file()}
    assert read == {"a.json", "sub/b.json"}
    assert (tmp_path / "read" / "a.json").read_bytes() == b"content"


def test_a_context_is_all_that_is_needed(tmp_path: Path) -> None:
    context = make_server(tmp_path)
    keep_runs(context, hand_over(tmp_path / "a", RUNS), NOON)
    least = RunContext(context.repository, server_url=context.server_url)

    assert read_branch(least, BRANCH, tmp_path / "read")


SNAPSHOT = f"{'a' * 16}.json"


def hand_over_snapshots(folder: Path, *names: str) -> Path:
    for name in names or (SNAPSHOT,):
        place = folder / "snapshots" / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(b'{"schema": 1}')
    return folder


def test_snapshots_stand_in_a_folder_of_their_own_beside_the_runs(tmp_path: Path) -> None:
    context = make_server(tmp_path)

    kept = keep_runs(context, hand_over_snapshots(hand_over(tmp_path / "a", RUNS)), NOON)

    assert kept == KeptRuns(2, snapshots=1)
    assert files_on(context, BRANCH) == {**RUNS, f"snapshots/{SNAPSHOT}": b'{"schema": 1}'}
    assert commits_on(context, BRANCH) == 1


def test_snapshots_that_are_not_handed_over_any_more_go(tmp_path: Path) -> None:
    context = make_server(tmp_path)
    other = f"{'b' * 16}.json"
    keep_runs(context, hand_over_snapshots(tmp_path / "a", SNAPSHOT, other), NOON)
    keep_runs(context, hand_over_snapshots(tmp_path / "b", other), minutes(1))

    assert set(files_on(context, BRANCH)) == {f"snapshots/{other}"}


def test_a_refresh_without_runs_keeps_those_on_the_branch_and_brings_its_snapshots(tmp_path: Path) -> None:
    context = make_server(tmp_path)
    keep_runs(context, hand_over(tmp_path / "a", RUNS), NOON)

    kept = keep_runs(context, hand_over_snapshots(tmp_path / "b"), minutes(1))

    assert kept == KeptRuns(0, snapshots=1)
    assert files_on(context, BRANCH) == {**RUNS, f"snapshots/{SNAPSHOT}": b'{"schema": 1}'}


def test_a_refresh_without_snapshots_keeps_those_on_the_branch(tmp_path: Path) -> None:
    context = make_server(tmp_path)
    keep_runs(context, hand_over_snapshots(hand_over(tmp_path / "a", RUNS)), NOON)

    keep_runs(context, hand_over(tmp_path / "b", {f"{NAME}.json": b'{"new": 1}'}), minutes(1))

    assert files_on(context, BRANCH) == {f"{NAME}.json": b'{"new": 1}', f"snapshots/{SNAPSHOT}": b'{"schema": 1}'}


@pytest.mark.parametrize(
    "name",
    ["a.json", f"{'a' * 40}.json", f"{'A' * 16}.json", f"{'a' * 16}.ipynb", f"sub/{SNAPSHOT}", f"{SNAPSHOT}.exe"],
)
def test_a_snapshot_that_no_refresh_writes_is_refused_and_nothing_is_kept(name: str, tmp_path: Path) -> None:
    context = make_server(tmp_path)

    with pytest.raises(ContentError):
        keep_runs(context, hand_over_snapshots(hand_over(tmp_path / "a", RUNS), SNAPSHOT, name), NOON)
    assert files_on(context, BRANCH) == {}


def test_a_snapshot_larger_than_any_is_refused(tmp_path: Path) -> None:
    context = make_server(tmp_path)
    folder = hand_over_snapshots(tmp_path / "a")
    with (folder / "snapshots" / SNAPSHOT).open("wb") as file:
        file.truncate(8 * 1024 * 1024 + 1)

    with pytest.raises(ContentError):
        keep_runs(context, folder, NOON)
    assert files_on(context, BRANCH) == {}


def test_a_linked_folder_of_snapshots_is_refused(tmp_path: Path) -> None:
    context = make_server(tmp_path)
    folder = hand_over(tmp_path / "a", RUNS)
    (folder / "snapshots").symlink_to(hand_over_snapshots(tmp_path / "b") / "snapshots")

    with pytest.raises(ContentError, match="symbolic link"):
        keep_runs(context, folder, NOON)
    assert files_on(context, BRANCH) == {}
