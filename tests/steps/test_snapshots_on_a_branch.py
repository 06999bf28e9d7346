"""From a refresh by way of the branch `inkmill-runs` to the page that a later push builds."""

from pathlib import Path

import pytest

from generator.asking import Words
from generator.github.branch_files import read_branch
from generator.github.kept_runs import keep_runs
from generator.steps.notebook_secrets import NotebookSecrets
from generator.steps.refresh import refresh
from generator.steps.take_runs import take_snapshots
from tests.building import lay_out, run
from tests.experiments.fake_wandb import FakeWandb
from tests.experiments.fixture_runs import StoredRun
from tests.github.publishing import NOON, files_on, make_server

BLOCK = "# A\n\n```wandb\nsha: aaa\nmetrics: [acc]\n```\n"
NO_SECRETS = NotebookSecrets({})


def blog(folder: Path, server: str) -> Path:
    config = f"permalink: /posts/:title/\nexperiments:\n  base_url: {server}\n  project: acme/mnist\n"
    lay_out(folder, {"_config.yml": config, "_posts/2026-01-01-a.md": BLOCK})
    return folder


def refreshed(folder: Path, out: Path, now: str) -> Path:
    result = refresh(out, Words(source=folder, now=now, jobs=1), NO_SECRETS)
    assert result.exit_code == 0
    return out


def test_a_push_after_a_refresh_shows_what_the_refresh_fetched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    context = make_server(tmp_path)
    with FakeWandb() as server:
        author = blog(tmp_path / "author", server.url)
        refreshed(author, tmp_path / "first", "2026-11-26T17:30:00Z")
        committed = {path.name: path.read_bytes() for path in (author / "_wandb").iterdir()}
        server.store.runs.append(StoredRun("r9", config={"github_sha": "aaa"}, summary={"acc": 0.99}))
        job = blog(tmp_path / "job", server.url)
        keep_runs(context, refreshed(job, tmp_path / "second", "2026-11-27T17:30:00Z"), NOON)
    (name,) = committed
    before = run(author).page("/posts/a/")

    assert read_branch(context, "inkmill-runs", tmp_path / "branch")
    lines = take_snapshots(tmp_path / "branch/snapshots", author)
    after = run(author).page("/posts/a/")

    assert set(files_on(context, "inkmill-runs")) == {f"snapshots/{name}"}
    assert lines == ("1 snapshot of experiments had newer runs on inkmill-runs.",)
    assert ("run-r9" in before, "run-r9" in after) == (False, True)
    assert ("26 November 2026" in before, "27 November 2026" in after) == (True, True)


def test_a_snapshot_that_was_committed_after_the_refresh_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    with FakeWandb() as server:
        job = blog(tmp_path / "job", server.url)
        refreshed(job, tmp_path / "out", "2026-11-26T17:30:00Z")
        author = blog(tmp_path / "author", server.url)
        server.store.runs.append(StoredRun("r9", config={"github_sha": "aaa"}, summary={"acc": 0.99}))
        refreshed(author, tmp_path / "other", "2026-11-27T17:30:00Z")
    mine = {path.name: path.read_bytes() for path in (author / "_wandb").iterdir()}

    assert take_snapshots(tmp_path / "out/snapshots", author) == ()
    assert {path.name: path.read_bytes() for path in (author / "_wandb").iterdir()} == mine
