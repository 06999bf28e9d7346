"""take-runs: what was kept on the branch is in the store afterwards, and its absence stops nothing."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from generator.cache.lock import hold
from generator.cache.store import Store
from generator.errors import BusyError, MachineError, RefusedError, UsageError
from generator.execution.key import key_of
from generator.execution.records import Runs
from generator.execution.run_files import write_runs
from generator.formats.run_snapshot import snapshot_path, to_bytes
from generator.github.context import RunContext
from generator.model.execution import RunRecord
from generator.model.experiment import RunQuery, Service, Snapshot
from generator.steps.take_runs import main, take_in, take_snapshots
from tests.building import code_cell, lay_out, notebook

NOW = datetime(2026, 1, 2, tzinfo=UTC)
PATH = "_notebooks/a.ipynb"


@pytest.fixture
def blog(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "blog"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("GITHUB_REPOSITORY", "jane/blog")
    for name in ("GITHUB_EVENT_PATH", "GH_TOKEN", "GITHUB_SHA"):
        monkeypatch.delenv(name, raising=False)
    return folder


def kept_branch(folder: Path) -> Path:
    """The files of a branch that keeps one good run."""
    store = Store(folder / "other-store")
    lay_out(folder, {"notebook.ipynb": notebook(code_cell("1 + 1"))})
    record = RunRecord(PATH, None, key_of({"code": "1 + 1"}), NOW, 1.0, "0" * 64, "", {"python": "3.11.7"})
    runs = Runs(store)
    runs.note_good(runs.put(record, (folder / "notebook.ipynb").read_bytes()))
    write_runs(runs, [(PATH, None)], folder / "branch")
    return folder / "branch"


def test_runs_of_the_branch_are_in_the_store_of_the_blog(
    blog: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    branch = kept_branch(tmp_path)

    def read_branch(context: RunContext, name: str, folder: Path) -> bool:
        assert (context.repository, name) == ("jane/blog", "inkmill-runs")
        for path in branch.iterdir():
            folder.joinpath(path.name).write_bytes(path.read_bytes())
        return True

    monkeypatch.setattr("generator.steps.take_runs.read_branch", read_branch)

    result = main([])

    history = Runs(Store(blog / ".inkmill")).history(PATH, None)
    assert (result.exit_code, result.lines) == (0, ("1 notebook had newer runs on inkmill-runs than here.",))
    assert history is not None
    assert history.last_good is not None
    assert history.last_good.ran_at == NOW


def test_without_the_branch_a_line_says_so_and_nothing_fails(blog: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("generator.steps.take_runs.read_branch", lambda *_: False)

    result = main([])

    assert result.exit_code == 0
    assert result.lines == ("There is no branch inkmill-runs yet: no run has been kept.",)


@pytest.mark.parametrize("failure", [MachineError("no answer"), RefusedError("no access")], ids=["network", "access"])
def test_a_branch_that_cannot_be_read_is_gone_without(
    blog: Path, monkeypatch: pytest.MonkeyPatch, failure: Exception
) -> None:
    def read_branch(*_: object) -> bool:
        raise failure

    monkeypatch.setattr("generator.steps.take_runs.read_branch", read_branch)

    result = main([])

    assert result.exit_code == 0
    assert failure.args[0] in result.lines[2]


def test_what_is_no_run_is_refused_in_lines_that_no_runner_obeys(blog: Path, tmp_path: Path) -> None:
    lay_out(tmp_path / "branch", {f"{'a' * 40}.json": '{"inkmill": 1, "path": "::error::x"}'})

    result = take_in(tmp_path / "branch", blog / ".inkmill")

    assert result.lines[0] == "0 notebooks had newer runs on inkmill-runs than here."
    assert result.lines[1].startswith("::stop-commands::")
    assert "this is not a run that inkmill kept" in result.lines[2]


def test_the_store_is_not_written_while_a_build_holds_it(blog: Path, tmp_path: Path) -> None:
    branch = kept_branch(tmp_path)
    Store(blog / ".inkmill").prepare()

    with hold(blog / ".inkmill"), pytest.raises(BusyError):
        take_in(branch, blog / ".inkmill")

    assert Runs(Store(blog / ".inkmill")).history(PATH, None) is None


def test_a_desk_is_told_which_variable_is_missing(blog: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GITHUB_REPOSITORY")

    with pytest.raises(UsageError, match="GITHUB_REPOSITORY"):
        main([])


def test_snapshots_of_the_branch_are_in_the_blog_where_they_are_newer(
    blog: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    query = RunQuery(Service.WANDB, "https://api.wandb.ai", "acme/mnist", sha="aaa")
    old, new = (Snapshot(query, f"2026-11-{day}T00:00:00Z") for day in (20, 26))
    lay_out(blog, {snapshot_path(query): to_bytes(old)})

    def read_branch(context: RunContext, name: str, folder: Path) -> bool:
        lay_out(folder, {snapshot_path(query).replace("_wandb", "snapshots"): to_bytes(new)})
        return True

    monkeypatch.setattr("generator.steps.take_runs.read_branch", read_branch)

    first, second = main([]), main([])

    assert (first.exit_code, first.lines[1:]) == (0, ("1 snapshot of experiments had newer runs on inkmill-runs.",))
    assert second.lines[1:] == ()
    assert (blog / snapshot_path(query)).read_bytes() == to_bytes(new)


def test_snapshots_that_cannot_be_written_stop_nothing(blog: Path, tmp_path: Path) -> None:
    query = RunQuery(Service.WANDB, "https://api.wandb.ai", "acme/mnist", sha="aaa")
    name = snapshot_path(query).rpartition("/")[2]
    lay_out(tmp_path / "branch", {name: to_bytes(Snapshot(query, "2026-11-20T00:00:00Z"))})
    (blog / "_wandb").write_text("a file where a folder is wanted")

    lines = take_snapshots(tmp_path / "branch", blog)

    assert lines[0] == "The snapshots cannot be taken in, so this goes on without them:"
    assert "snapshots are written into a folder of the blog" in lines[2]
