"""Keeping runs as a workflow does it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.github.publishing import files_on
from tests.steps.publishing_job import Workflow, on_disk, publishing


@pytest.fixture
def workflow(tmp_path: Path) -> Iterator[Workflow]:
    with publishing(tmp_path) as workflow:
        yield workflow


def test_runs_are_kept_and_a_run_that_broke_takes_none_away(workflow: Workflow) -> None:
    runs = workflow.folder / "refreshed" / "runs"
    runs.mkdir(parents=True)
    (runs / f"{'0' * 40}.json").write_text("{}")
    done = workflow.step("keep-runs", "--from", str(runs.parent))
    assert (done.returncode, done.stdout) == (0, "inkmill-runs holds 1 file\n")

    broke = workflow.step("keep-runs", "--from", str(workflow.folder / "nowhere"))
    assert (broke.returncode, broke.stdout) == (0, "No run was handed over; inkmill-runs stays as it is\n")
    (runs / f"{'1' * 40}.json").write_text("{}")
    late = workflow.step("keep-runs", "--from", str(runs.parent), GITHUB_RUN_ID="98")
    assert late.stdout == "Superseded: inkmill-runs holds what run 99 kept; nothing was done\n"
    assert set(files_on(on_disk(workflow), "inkmill-runs")) == {f"{'0' * 40}.json"}


def test_a_file_that_no_refresh_writes_is_refused(workflow: Workflow) -> None:
    runs = workflow.folder / "refreshed" / "runs"
    runs.mkdir(parents=True)
    (runs / "steal.py").write_text("import os")
    done = workflow.step("keep-runs", "--from", str(runs.parent))

    assert done.returncode == 1
    assert "`steal.py`" in done.stderr
    assert files_on(on_disk(workflow), "inkmill-runs") == {}


@pytest.mark.slow
def test_snapshots_are_kept_beside_the_runs(workflow: Workflow) -> None:
    snapshots = workflow.folder / "refreshed" / "snapshots"
    snapshots.mkdir(parents=True)
    (snapshots / f"{'a' * 16}.json").write_text("{}")
    alone = workflow.step("keep-runs", "--from", str(snapshots.parent))
    runs = workflow.folder / "refreshed" / "runs"
    runs.mkdir()
    (runs / f"{'0' * 40}.json").write_text("{}")
    both = workflow.step("keep-runs", "--from", str(runs.parent))

    assert alone.stdout == "inkmill-runs holds the runs it held and 1 snapshot of experiments\n"
    assert both.stdout == "inkmill-runs holds 1 file and 1 snapshot of experiments\n"
    assert set(files_on(on_disk(workflow), "inkmill-runs")) == {f"{'0' * 40}.json", f"snapshots/{'a' * 16}.json"}
