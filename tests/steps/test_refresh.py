"""refresh: what is due runs, and runs and result are handed on whatever comes of it."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from generator.asking import Words
from generator.cache.lock import hold
from generator.cache.store import Store
from generator.execution.records import Runs
from generator.execution.run_files import read_runs
from generator.formats.run_snapshot import from_bytes
from generator.stages.runner import Runner
from generator.steps.notebook_secrets import NotebookSecrets
from generator.steps.refresh import main, refresh
from generator.steps.result import StepResult
from tests.building import code_cell, lay_out, markdown_cell, notebook
from tests.experiments.fake_wandb import FakeWandb, refuses
from tests.running import FakeExecutor

CONFIG = {"_config.yml": "permalink: /posts/:title/\n"}
NO_SECRETS = NotebookSecrets({})
A, B = "_notebooks/2025-01-01-a.ipynb", "_notebooks/2025-01-02-b.ipynb"


def scheduled(*cells: str, front: str = "refresh: daily") -> dict[str, object]:
    return notebook(markdown_cell(f"---\ntitle: T\nexecute: true\n{front}\n---"), *map(code_cell, cells))


@pytest.fixture
def blog(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "blog"
    lay_out(folder, CONFIG)
    monkeypatch.chdir(folder)
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    for name in ("NOTEBOOK_SECRETS", "GITHUB_ACTIONS"):
        monkeypatch.delenv(name, raising=False)
    return folder


def done(tmp_path: Path, executor: FakeExecutor, now: str, secrets: NotebookSecrets = NO_SECRETS) -> StepResult:
    return refresh(tmp_path / "out", Words(now=now, jobs=1), secrets, Runner(executor=executor))


def result_of(tmp_path: Path) -> Any:
    return json.loads((tmp_path / "out/refresh.json").read_text(encoding="utf-8"))


def handed_on(tmp_path: Path, name: str = "other") -> dict[str, bool]:
    """Path of every notebook that a store knows after it took the runs, and whether it has a good run."""
    taken, refused = read_runs(Runs(Store(tmp_path / name)), tmp_path / "out/runs")
    assert refused == ()
    return {history.path: history.last_good is not None for history in taken}


def test_what_is_due_runs_and_is_handed_on_as_the_branch_wants_it(blog: Path, tmp_path: Path) -> None:
    lay_out(blog, {A: scheduled("say tide"), B: notebook(code_cell("say other"))})
    executor = FakeExecutor()

    result = done(tmp_path, executor, "2026-01-01T00:00:00Z")

    assert result.exit_code == 0
    assert executor.ran == [A]
    assert result_of(tmp_path)["counts"] == {"ok": 1}
    assert handed_on(tmp_path) == {A: True}


def test_what_is_not_due_is_handed_on_again_since_the_branch_will_hold_nothing_else(blog: Path, tmp_path: Path) -> None:
    lay_out(blog, {A: scheduled("say tide")})
    executor = FakeExecutor()
    done(tmp_path, executor, "2026-01-01T00:00:00Z")

    done(tmp_path, executor, "2026-01-01T01:00:00Z")

    assert executor.ran == [A]
    assert result_of(tmp_path)["counts"] == {"not-due": 1}
    assert handed_on(tmp_path) == {A: True}


def test_a_notebook_that_fails_keeps_its_last_good_run_and_is_no_failure_of_the_step(
    blog: Path, tmp_path: Path
) -> None:
    lay_out(blog, {A: scheduled("say tide"), B: scheduled("say gauge")})
    done(tmp_path, FakeExecutor(), "2026-01-01T00:00:00Z")

    result = done(tmp_path, FakeExecutor(fails=True), "2026-01-02T12:00:00Z")

    assert result.exit_code == 0
    assert result_of(tmp_path)["counts"] == {"kept": 2}
    assert handed_on(tmp_path) == {A: True, B: True}
    said = (tmp_path / "summary.md").read_text()
    assert said.count("| kept |") == 2


def test_a_file_that_is_wrong_today_costs_no_run_of_yesterday(blog: Path, tmp_path: Path) -> None:
    lay_out(blog, {A: scheduled("say tide"), B: scheduled("say gauge")})
    done(tmp_path, FakeExecutor(), "2026-01-01T00:00:00Z")
    lay_out(blog, {A: scheduled("say tide", front="refresh: at some time")})

    result = done(tmp_path, FakeExecutor(), "2026-01-02T12:00:00Z")

    assert result.exit_code == 1
    assert handed_on(tmp_path) == {A: True, B: True}
    assert [error["at"].partition(",")[0].partition(":")[0] for error in result_of(tmp_path)["errors"]] == [A]


def test_a_notebook_without_a_schedule_is_kept_on_no_branch(blog: Path, tmp_path: Path) -> None:
    lay_out(blog, {A: scheduled("say tide")})
    done(tmp_path, FakeExecutor(), "2026-01-01T00:00:00Z")
    lay_out(blog, {A: scheduled("say tide", front="toc: true")})

    done(tmp_path, FakeExecutor(), "2026-01-02T12:00:00Z")

    assert handed_on(tmp_path) == {}
    assert list((tmp_path / "out/runs").iterdir()) == []


def test_a_lost_notebook_costs_only_its_own_run(blog: Path, tmp_path: Path) -> None:
    lay_out(blog, {A: scheduled("say tide"), B: scheduled("say gauge")})
    done(tmp_path, FakeExecutor(), "2026-01-01T00:00:00Z")
    history = Runs(Store(blog / ".inkmill")).history(A, None)
    assert history is not None
    assert history.last_good is not None
    (path,) = (blog / ".inkmill/executed").rglob(history.last_good.notebook)
    path.write_bytes(b"garbage")

    result = done(tmp_path, FakeExecutor(), "2026-01-01T01:00:00Z")

    assert result.exit_code == 0
    assert handed_on(tmp_path) == {A: False, B: True}


def test_a_secret_in_what_ran_is_1_and_is_shown_nowhere(blog: Path, tmp_path: Path) -> None:
    lay_out(blog, {A: scheduled("leak")})
    secrets = NotebookSecrets({"GATE": "north-gate-4711"}, is_on_runner=True)

    result = done(tmp_path, FakeExecutor(leaks="north-gate-4711"), "2026-01-01T00:00:00Z", secrets)

    written = [path.read_text() for path in (tmp_path / "out").rglob("*") if path.is_file()]
    assert result.exit_code == 1
    assert result.lines[0] == "::add-mask::north-gate-4711"
    assert "north-gate" not in "".join((*written, *result.lines[1:], (tmp_path / "summary.md").read_text()))


def test_a_wrong_setting_is_in_the_result_and_no_run_is_handed_on(blog: Path, tmp_path: Path) -> None:
    lay_out(blog, {"_config.yml": "paginate: many\n", A: scheduled("say tide")})

    result = done(tmp_path, FakeExecutor(), "2026-01-01T00:00:00Z")

    assert result.exit_code == 1
    assert result_of(tmp_path)["errors"][0]["at"].startswith("_config.yml")
    assert list((tmp_path / "out/runs").iterdir()) == []


def test_a_store_that_is_held_is_in_the_result_too(blog: Path, tmp_path: Path) -> None:
    lay_out(blog, {A: scheduled("say tide")})
    Store(blog / ".inkmill").prepare()

    with hold(blog / ".inkmill"):
        result = done(tmp_path, FakeExecutor(), "2026-01-01T00:00:00Z")

    assert result.exit_code == 1
    assert [error["problem"] for error in result_of(tmp_path)["errors"]] == ["another build of this site is running"]


def test_a_mistake_of_ours_leaves_a_result_that_says_so_and_repeats_no_secret(
    blog: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("not a number: north-gate-4711")

    monkeypatch.setattr("generator.steps.refresh.refresh_notebooks", fail)
    secrets = NotebookSecrets({"GATE": "north-gate-4711"}, is_on_runner=True)

    result = done(tmp_path, FakeExecutor(), "2026-01-01T00:00:00Z", secrets)

    assert (result.exit_code, result.lines[0]) == (4, "::add-mask::north-gate-4711")
    assert [error["problem"] for error in result_of(tmp_path)["errors"]] == ["the refresh broke off"]
    assert "north-gate" not in (tmp_path / "out/refresh.json").read_text() + (tmp_path / "summary.md").read_text()


def test_files_of_an_earlier_refresh_are_not_handed_on(blog: Path, tmp_path: Path) -> None:
    lay_out(tmp_path / "out", {"refresh.json": "{}", f"runs/{'a' * 40}.json": "{}", "runs/b.ipynb": "{}"})

    done(tmp_path, FakeExecutor(), "2026-01-01T00:00:00Z")

    assert list((tmp_path / "out/runs").iterdir()) == []
    assert result_of(tmp_path)["notebooks"] == []


def test_secrets_reach_the_environment_under_their_own_names(
    blog: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NOTEBOOK_SECRETS", "GATE_CODE=north-gate-4711")

    code = main(["--output", str(tmp_path / "out")]).exit_code

    found = (os.environ.pop("GATE_CODE"), "NOTEBOOK_SECRETS" in os.environ)
    assert (code, found) == (0, ("north-gate-4711", False))


BLOCK = "# A\n\n```wandb\nsha: aaa\nmetrics: [acc]\n```\n"


def experiments(server: str) -> dict[str, str]:
    config = f"permalink: /posts/:title/\nexperiments:\n  base_url: {server}\n  project: acme/mnist\n"
    return {"_config.yml": config, "_posts/2026-01-01-a.md": BLOCK}


def snapshots(tmp_path: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (tmp_path / "out/snapshots").glob("*")}


def test_runs_of_experiments_are_fetched_and_handed_on(blog: Path, tmp_path: Path) -> None:
    with FakeWandb() as server:
        lay_out(blog, {**experiments(server.url), A: scheduled("say tide")})
        result = done(tmp_path, FakeExecutor(), "2026-01-01T00:00:00Z")

    (content,) = snapshots(tmp_path).values()
    assert result.exit_code == 0
    assert [run.id for run in from_bytes(content).runs] == ["r1", "r2", "r5", "r6", "r8"]
    assert {path.name for path in (blog / "_wandb").iterdir()} == set(snapshots(tmp_path))
    assert handed_on(tmp_path) == {A: True}


def test_a_service_that_does_not_answer_fails_no_refresh_and_the_old_snapshots_are_handed_on(
    blog: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with FakeWandb() as server:
        lay_out(blog, {**experiments(server.url), A: scheduled("say tide")})
        done(tmp_path, FakeExecutor(), "2026-01-01T00:00:00Z")
        first = snapshots(tmp_path)
        server.always = refuses(403, "permission denied ::error::x")
        result = done(tmp_path, FakeExecutor(), "2026-01-02T12:00:00Z")

    assert (result.exit_code, snapshots(tmp_path)) == (0, first)
    assert first
    warning = next(line for line in result.lines if line.startswith("::warning::"))
    assert "the runs of acme/mnist were not fetched, and pages show what they showed" in warning
    assert handed_on(tmp_path) == {A: True}


def test_where_the_sync_itself_breaks_all_that_is_there_is_handed_on(
    blog: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with FakeWandb() as server:
        lay_out(blog, experiments(server.url))
        done(tmp_path, FakeExecutor(), "2026-01-01T00:00:00Z")
    first = snapshots(tmp_path)

    def fail(*_: object) -> None:
        raise RuntimeError("a mistake of ours")

    monkeypatch.setattr("generator.steps.refresh.sync", fail)
    result = done(tmp_path, FakeExecutor(), "2026-01-02T12:00:00Z")

    assert (result.exit_code, snapshots(tmp_path)) == (0, first)
    assert first


def test_the_key_of_the_environment_fetches_and_is_in_no_file(
    blog: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = "0123456789abcdef0123456789abcdef01234567"
    monkeypatch.setenv("WANDB_API_KEY", key)
    with FakeWandb(key=key) as server:
        lay_out(blog, experiments(server.url))
        result = done(tmp_path, FakeExecutor(), "2026-01-01T00:00:00Z")

    assert (result.exit_code, len(snapshots(tmp_path))) == (0, 1)
    assert key not in "".join([*result.lines, *map(bytes.decode, snapshots(tmp_path).values())])
