"""syncing: what posts ask for is fetched into `_wandb/`, and nothing else fetches it."""

import contextlib
import io
import os
import socket
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from generator.cli import main
from generator.errors import ContentError
from generator.formats.run_snapshot import from_bytes, to_bytes
from generator.model.experiment import Snapshot
from generator.model.request import BuildRequest
from generator.model.sync import Outcome, SyncReport, SyncWishes
from generator.syncing import sync
from generator.web import Patience
from generator.wording import sync_lines
from tests.building import lay_out, run
from tests.checkouts import git
from tests.experiments.fake_mlflow import fake_mlflow
from tests.experiments.fake_wandb import BROKEN, UNAUTHORIZED, FakeWandb
from tests.experiments.fixture_runs import StoredRun

_NOW = datetime(2026, 11, 26, 17, 30, tzinfo=UTC)
_LATER = datetime(2026, 12, 6, 17, 30, tzinfo=UTC)
_QUICK = Patience(wait_seconds=0.001, timeout_seconds=5, most_tries=2)
_BLOCK = "# {sha}\n\n```wandb\nsha: {sha}\nmetrics: [acc:max, loss:min]\nconfig: [lr]\n```\n"
_BOARD = "# Board\n\n```leaderboard\nmetric: acc:max\n```\n"
_MLFLOW = "# M\n\n```wandb\nsource: mlflow\nproject: mnist\nsha: aaa\nmetrics: [acc]\n```\n"


@pytest.fixture
def wandb() -> Iterator[FakeWandb]:
    with FakeWandb() as server:
        yield server


def _config(server: str, more: str = "") -> str:
    return f"permalink: /posts/:title/\nexperiments:\n  base_url: {server}\n  project: acme/mnist\n{more}"


def _blog(source: Path, server: str, *shas: str, **files: str) -> Path:
    posts = {f"_posts/2026-01-0{n}-{sha}.md": _BLOCK.format(sha=sha) for n, sha in enumerate(shas, 1)}
    named = {f"_posts/2026-02-01-{name}.md": text for name, text in files.items()}
    lay_out(source, {"_config.yml": _config(server), **posts, **named})
    return source


def _sync(source: Path, now: datetime = _NOW, **wishes: Any) -> SyncReport:
    request = BuildRequest(source, source / "_site", source / ".inkmill", now)
    report = sync(request, SyncWishes(**wishes), _QUICK)
    assert isinstance(report, SyncReport)
    return report


def _files(source: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((source / "_wandb").glob("*"))}


def _outcomes(report: SyncReport) -> list[str]:
    return [str(snapshot.outcome) for snapshot in report.snapshots]


def _said(report: SyncReport, *, quiet: bool = False) -> str:
    return "\n".join(sync_lines(report, quiet=quiet))


def test_what_a_post_asks_for_is_fetched_and_shown_by_the_next_build(tmp_path: Path, wandb: FakeWandb) -> None:
    source = _blog(tmp_path, wandb.url, "aaa")
    before = run(source)
    empty = before.page("/posts/aaa/")

    report = _sync(source)
    after = run(source)

    assert "inkmill wandb sync" in before.output
    assert [(snapshot.outcome, snapshot.runs) for snapshot in report.snapshots] == [(Outcome.WRITTEN, 5)]
    assert report.snapshots[0].sources == ("_posts/2026-01-01-aaa.md",)
    assert ("inkmill wandb sync" in after.output, after.exit_code) == (False, 0)
    assert ("run-r1" in empty, "run-r1" in after.page("/posts/aaa/")) == (False, True)
    assert not any(name.startswith("_wandb") for name in after.files())


def test_drafts_and_notebooks_ask_too_and_places_with_one_query_get_one_file(tmp_path: Path, wandb: FakeWandb) -> None:
    source = _blog(tmp_path, wandb.url, "aaa")
    cell = {"cell_type": "markdown", "metadata": {}, "source": _BLOCK.format(sha="aaa").replace("[lr]", "[net]")}
    notebook = {"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": [cell]}
    lay_out(source, {"_drafts/b.md": _BLOCK.format(sha="bbb"), "_notebooks/2026-01-03-n.ipynb": notebook})

    report = _sync(source)

    assert sorted(snapshot.sources for snapshot in report.snapshots) == [
        ("_drafts/b.md",),
        ("_notebooks/2026-01-03-n.ipynb", "_posts/2026-01-01-aaa.md"),
    ]
    assert {from_bytes(content).config for content in _files(source).values()} == {("lr",), ("net", "lr")}


def test_a_second_sync_that_finds_nothing_new_changes_no_byte(tmp_path: Path, wandb: FakeWandb) -> None:
    source = _blog(tmp_path, wandb.url, "aaa", board=_BOARD)
    _sync(source)
    first = _files(source)

    again = _sync(source, _LATER)

    assert _outcomes(again) == ["unchanged", "unchanged"]
    assert _files(source) == first
    assert "5 runs of acme/mnist, unchanged, as of 10 days ago" in _said(again)


def test_a_run_that_is_new_is_written_with_the_day(tmp_path: Path, wandb: FakeWandb) -> None:
    source = _blog(tmp_path, wandb.url, "aaa")
    _sync(source)
    wandb.store.runs.append(StoredRun("r9", config={"github_sha": "aaa"}, summary={"acc": 0.99}))

    report = _sync(source, _LATER)

    (snapshot,) = (from_bytes(content) for content in _files(source).values())
    assert (_outcomes(report), snapshot.fetched_at, len(snapshot.runs)) == (["written"], "2026-12-06T17:30:00Z", 6)


@pytest.mark.parametrize(
    ("fault", "code"), [pytest.param(BROKEN, 4, id="no-answer"), pytest.param(UNAUTHORIZED, 3, id="refused")]
)
def test_where_a_fetch_fails_the_old_file_stays_and_the_code_says_how(
    tmp_path: Path, wandb: FakeWandb, fault: Any, code: int
) -> None:
    source = _blog(tmp_path, wandb.url, "aaa")
    _sync(source)
    first = _files(source)
    wandb.always = fault

    report = _sync(source, _LATER)

    assert (_outcomes(report), report.exit_code, _files(source)) == (["kept"], code, first)
    assert "were not fetched, and those of 10 days ago stay: " in _said(report, quiet=True)


def test_one_that_fails_does_not_keep_the_others_from_being_written(tmp_path: Path, wandb: FakeWandb) -> None:
    gone = _BLOCK.format(sha="aaa").replace("sha: aaa", "sha: aaa\nproject: acme/gone")
    source = _blog(tmp_path, wandb.url, "aaa", "bbb", gone=gone)

    report = _sync(source)

    assert (sorted(_outcomes(report)), report.exit_code, len(_files(source))) == (
        ["missing", "written", "written"],
        3,
        2,
    )


def test_a_server_that_does_not_answer_is_waited_for_once(tmp_path: Path, wandb: FakeWandb) -> None:
    source = _blog(tmp_path, wandb.url, "aaa", "bbb", "ccc")
    wandb.always = BROKEN

    report = _sync(source)

    assert (_outcomes(report), report.exit_code, len(wandb.requests)) == (["missing"] * 3, 4, _QUICK.most_tries)


def test_a_secret_in_a_run_keeps_the_snapshot_out_and_is_not_shown(tmp_path: Path, wandb: FakeWandb) -> None:
    leak = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"
    wandb.store.runs.append(StoredRun("r9", config={"github_sha": "aaa", "lr": leak}))
    source = _blog(tmp_path, wandb.url, "aaa")

    report = _sync(source)

    assert (report.exit_code, _files(source)) == (1, {})
    assert "leave `lr` out of `config:`" in _said(report)
    assert leak not in _said(report)


def test_the_key_goes_to_the_server_of_the_blog_and_stands_in_no_file(tmp_path: Path, wandb: FakeWandb) -> None:
    key = "0123456789abcdef0123456789abcdef01234567"
    wandb.key = key
    source = _blog(tmp_path, wandb.url, "aaa")

    refused = _sync(source)
    report = _sync(source, environ={"WANDB_API_KEY": key})

    assert (refused.exit_code, "set WANDB_API_KEY" in _said(refused)) == (3, True)
    assert (_outcomes(report), report.exit_code) == (["written"], 0)
    assert key.encode() not in b"".join(_files(source).values())


def test_a_server_that_only_the_environment_names_is_to_be_written_down_and_its_key_goes_nowhere(
    tmp_path: Path, wandb: FakeWandb
) -> None:
    post = _BLOCK.format(sha="aaa")
    lay_out(tmp_path, {"_config.yml": "experiments: {project: acme/mnist}\n", "_posts/2026-01-01-a.md": post})

    report = _sync(tmp_path, environ={"WANDB_BASE_URL": wandb.url, "WANDB_API_KEY": "0123456789abcdef"})

    assert (report.exit_code, wandb.requests) == (1, [])
    assert f"WANDB_BASE_URL is {wandb.url}, and this asks https://api.wandb.ai\n" in _said(report)
    assert f"write `base_url: {wandb.url}` below `experiments:` in `_config.yml`, or unset" in _said(report)


def test_a_snapshot_without_runs_says_who_asked_for_it(tmp_path: Path, wandb: FakeWandb) -> None:
    source = _blog(tmp_path, wandb.url, "nothing")

    said = _said(_sync(source))

    assert ": 0 runs of acme/mnist, written (for _posts/2026-01-01-nothing.md)\n" in said


def test_runs_of_mlflow_are_fetched_from_the_server_of_the_blog(tmp_path: Path, wandb: FakeWandb) -> None:
    source = _blog(tmp_path, wandb.url, mlflow=_MLFLOW)
    with fake_mlflow(authorization="Bearer t0k3n-of-mlflow") as server:
        lay_out(source, {"_config.yml": _config(wandb.url, f"  tracking_url: {server.url}\n")})
        report = _sync(source, environ={"MLFLOW_TRACKING_TOKEN": "t0k3n-of-mlflow"})

    assert (_outcomes(report), report.exit_code) == (["written"], 0)
    assert [snapshot.runs for snapshot in report.snapshots] == [2]


def test_offline_nothing_is_asked_and_what_is_missing_or_old_is_told(tmp_path: Path, wandb: FakeWandb) -> None:
    source = _blog(tmp_path, wandb.url, "aaa")
    _sync(source)
    _blog(source, wandb.url, "aaa", "bbb")
    asked = len(wandb.requests)
    first = _files(source)

    report = _sync(source, _LATER, is_offline=True, max_age_days=3)

    said = _said(report)
    assert (len(wandb.requests), _files(source), report.exit_code) == (asked, first, 0)
    assert "the runs of acme/mnist were never fetched (for _posts/2026-01-02-bbb.md)" in said
    assert "5 runs of acme/mnist, kept, as of 10 days ago" in said
    assert "warning: its numbers are 10 days old" in said


def test_what_no_source_asks_for_is_named_and_left(tmp_path: Path, wandb: FakeWandb) -> None:
    source = _blog(tmp_path, wandb.url, "aaa", "bbb")
    _sync(source)
    (source / "_posts/2026-01-02-bbb.md").unlink()

    report = _sync(source)

    assert (len(report.unused), len(_files(source))) == (1, 2)
    assert f"{report.unused[0]}: note: no source asks for it" in _said(report)


def test_a_source_that_cannot_be_read_is_told_and_the_others_are_synced(tmp_path: Path, wandb: FakeWandb) -> None:
    source = _blog(tmp_path, wandb.url, "aaa", "bbb")
    _sync(source)
    lay_out(source, {"_posts/2026-01-02-bbb.md": "```wandb\nsha: [\n```\n"})

    report = _sync(source)

    assert (_outcomes(report), report.exit_code, report.unused) == (["unchanged"], 1, ())
    assert "_posts/2026-01-02-bbb.md" in _said(report, quiet=True)


def test_a_snapshot_of_another_inkmill_is_made_anew(tmp_path: Path, wandb: FakeWandb) -> None:
    source = _blog(tmp_path, wandb.url, "aaa")
    (name,) = (snapshot.path for snapshot in _sync(source).snapshots)
    good = (source / name).read_bytes()
    (source / name).write_bytes(b'{"schema": 99}')

    report = _sync(source)

    assert (_outcomes(report), (source / name).read_bytes()) == (["written"], good)


def test_nothing_is_written_through_a_link(tmp_path: Path, wandb: FakeWandb) -> None:
    source = _blog(tmp_path / "blog", wandb.url, "aaa")
    (tmp_path / "elsewhere").mkdir()
    (source / "_wandb").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(ContentError):
        _sync(source)

    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_a_link_in_place_of_a_snapshot_is_replaced_and_not_followed(tmp_path: Path, wandb: FakeWandb) -> None:
    source = _blog(tmp_path / "blog", wandb.url, "aaa")
    (name,) = (snapshot.path for snapshot in _sync(source, is_offline=True).snapshots)
    (tmp_path / "mine.txt").write_text("mine")
    (source / "_wandb").mkdir()
    (source / name).symlink_to(tmp_path / "mine.txt")

    _sync(source)

    assert ((tmp_path / "mine.txt").read_text(), (source / name).is_symlink()) == ("mine", False)


def test_a_write_that_breaks_off_leaves_the_old_file_and_no_other(
    tmp_path: Path, wandb: FakeWandb, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = _blog(tmp_path, wandb.url, "aaa")
    _sync(source)
    first = _files(source)
    wandb.store.runs.append(StoredRun("r9", config={"github_sha": "aaa"}))

    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", stopped)
    with pytest.raises(KeyboardInterrupt):
        _sync(source)

    assert _files(source) == first


def _board(source: Path) -> Snapshot:
    (content,) = _files(source).values()
    return from_bytes(content)


def test_the_best_is_known_from_one_sync_to_the_next(tmp_path: Path, wandb: FakeWandb) -> None:
    source = _blog(tmp_path, wandb.url, board=_BOARD)
    _sync(source)
    wandb.store.runs.append(StoredRun("r9", summary={"acc": 0.99}))

    _sync(source, _LATER)

    found = [(best.as_of[:10], best.run_id) for best in _board(source).best]
    assert found == [("2026-11-26", "r3"), ("2026-12-06", "r9")]


def test_the_best_is_found_in_the_commits_of_a_snapshot_that_was_lost(tmp_path: Path, wandb: FakeWandb) -> None:
    source = _blog(tmp_path, wandb.url, board=_BOARD)
    git(source, "init", "--quiet")
    (name,) = (snapshot.path for snapshot in _sync(source).snapshots)
    first = from_bytes((source / name).read_bytes())
    # As it was before anything led: git alone knows what was best.
    (source / name).write_bytes(to_bytes(replace(first, best=())))
    git(source, "add", "--force", "_wandb")
    git(source, "commit", "--quiet", "--message", "a snapshot")
    (source / name).write_bytes(b"broken")
    git(source, "commit", "--quiet", "--all", "--message", "and no snapshot")
    (source / name).unlink()
    wandb.store.runs.append(StoredRun("r9", summary={"acc": 0.99}))

    _sync(source, _LATER)

    found = [(best.as_of[:10], best.run_id) for best in _board(source).best]
    assert found == [("2026-11-26", "r3"), ("2026-12-06", "r9")]


def test_a_build_opens_no_connection_with_snapshots_or_without(
    tmp_path: Path, wandb: FakeWandb, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = _blog(tmp_path, wandb.url, "aaa", board=_BOARD)
    tried: list[object] = []

    def connect(_: socket.socket, address: object) -> None:
        tried.append(address)
        raise OSError

    with monkeypatch.context() as patched:
        patched.setattr(socket.socket, "connect", connect)
        without = run(source)
    _sync(source)
    asked = len(wandb.requests)
    with monkeypatch.context() as patched:
        patched.setattr(socket.socket, "connect", connect)
        within = run(source)

    assert (tried, len(wandb.requests), without.exit_code, within.exit_code) == ([], asked, 0, 0)
    assert "run-r1" in within.page("/posts/aaa/")


def test_a_build_with_the_server_down_is_byte_for_byte_the_one_with_it(tmp_path: Path, wandb: FakeWandb) -> None:
    # AC11
    source = _blog(tmp_path, wandb.url, "aaa", board=_BOARD)
    _sync(source)
    online = run(source, "--output", str(tmp_path / "online"))
    wandb.always = BROKEN
    _sync(source, _LATER)
    offline = run(source, "--output", str(tmp_path / "offline"), "--cache", str(tmp_path / "another"))

    def pages(folder: str) -> Mapping[str, bytes]:
        return {
            str(path.relative_to(tmp_path / folder)): path.read_bytes() for path in (tmp_path / folder).rglob("*.html")
        }

    assert (online.exit_code, offline.exit_code) == (0, 0)
    assert pages("online") == pages("offline")
    assert len(pages("online")) > 2


def _command(*words: str) -> tuple[int, str]:
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        code = main(["wandb", "sync", *words])
    return code, said.getvalue()


def test_the_command_says_what_it_did(tmp_path: Path, wandb: FakeWandb) -> None:
    source = _blog(tmp_path, wandb.url, "aaa")

    code, said = _command("--source", str(source), "--now", "2026-11-26T17:30:00Z")
    quiet = _command("--source", str(source), "--quiet")

    (name,) = _files(source)
    assert (code, said) == (0, f"_wandb/{name}: 5 runs of acme/mnist, written\n1 written\n")
    assert quiet == (0, "")


def test_who_looks_on_is_not_left_waiting_for_a_service_in_trouble(
    tmp_path: Path, wandb: FakeWandb, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = _blog(tmp_path, wandb.url, "aaa")
    wandb.always = BROKEN
    pauses: list[float] = []
    monkeypatch.setattr("generator.web.time.sleep", pauses.append)

    code, said = _command("--source", str(source))

    assert (code, len(pauses), sum(pauses) < 14) == (4, 4, True)
    assert "were not fetched (for _posts/2026-01-01-aaa.md): " in said


def test_the_command_says_where_there_is_nothing_to_fetch(tmp_path: Path) -> None:
    lay_out(tmp_path, {"_posts/2026-01-01-a.md": "# A\n"})

    assert _command("--source", str(tmp_path)) == (0, "No source asks for runs of experiments.\n")
    assert not (tmp_path / "_wandb").exists()


def test_a_file_of_runs_that_is_wrong_is_told_once_however_many_posts_show_it(tmp_path: Path) -> None:
    post = "# A\n\n```wandb\nfile: runs.csv\n```\n"
    lay_out(tmp_path, {"runs.csv": "a,b\n1\n", "_posts/2026-01-01-a.md": post, "_posts/2026-01-02-b.md": post})

    code, said = _command("--source", str(tmp_path))

    assert (code, said.count("runs.csv:2: this line has 1 cells")) == (1, 1)


def test_a_block_that_is_wrong_asks_for_runs_all_the_same(tmp_path: Path) -> None:
    lay_out(tmp_path, {"_posts/2026-01-01-a.md": "# A\n\n```wandb\ntags: [a]\n```\n"})

    code, said = _command("--source", str(tmp_path))

    assert (code, "nothing says which project" in said, "No source asks" in said) == (1, True, False)


def test_a_wrong_configuration_is_told_as_a_build_tells_it(tmp_path: Path) -> None:
    lay_out(tmp_path, {"_config.yml": "experiments: {source: aim}\n"})

    code, said = _command("--source", str(tmp_path))

    assert (code, said.startswith("_config.yml:1")) == (1, True)


def test_what_is_frozen_is_fetched_once_and_never_again(tmp_path: Path, wandb: FakeWandb) -> None:
    source = _blog(tmp_path, wandb.url, board=_BOARD.replace("metric:", "frozen: true\nmetric:"))
    fetched = _sync(source)
    asked, first = len(wandb.requests), _files(source)
    wandb.store.runs.append(StoredRun("r9", summary={"acc": 0.99}))

    report = _sync(source, _LATER, max_age_days=3)

    assert (_outcomes(fetched), _outcomes(report), report.exit_code) == (["written"], ["frozen"], 0)
    assert (len(wandb.requests), _files(source)) == (asked, first)
    assert _said(report) == f"{report.snapshots[0].path}: 8 runs of acme/mnist, frozen, as of 10 days ago\n1 frozen"


def test_what_one_block_freezes_is_fetched_for_another_that_does_not(tmp_path: Path, wandb: FakeWandb) -> None:
    frozen = _BLOCK.format(sha="aaa").replace("sha: aaa", "sha: aaa\nfrozen: true")
    source = _blog(tmp_path, wandb.url, "aaa", frozen=frozen)
    _sync(source)
    wandb.store.runs.append(StoredRun("r9", config={"github_sha": "aaa"}, summary={"acc": 0.99}))

    assert _outcomes(_sync(source, _LATER)) == ["written"]
