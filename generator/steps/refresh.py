"""Runs the notebooks that are due, fetches the runs of experiments that pages show, and hands on what came of it.

`snapshots/`, `runs/`, and what became of the notebooks, `refresh.json`.
"""

import argparse
import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from generator.asking import Words, absolute, request_of
from generator.cache.disk_errors import disk_work
from generator.cache.lock import hold
from generator.cache.store import LostBytesError, Store
from generator.errors import InkmillError
from generator.execution.records import Pair, Runs
from generator.execution.run_files import write_runs
from generator.github.annotations import annotations_of
from generator.github.kept_runs import RUNS_FOLDER, SNAPSHOTS_FOLDER
from generator.github.outputs import RunnerFiles, annotation, stopped
from generator.github.refresh_report import NAME
from generator.model.plan import RunReport
from generator.model.problem import Problem, error
from generator.model.request import BuildRequest
from generator.model.sync import SyncedSnapshot, SyncReport, SyncWishes
from generator.model.tally import RunTally
from generator.runs import refresh as refresh_notebooks
from generator.sources.snapshot_files import hand_on
from generator.stages.refresh_result import pair_of, write_result
from generator.stages.runner import UNWATCHED, Runner
from generator.steps.build_summary import run_summary
from generator.steps.notebook_secrets import NotebookSecrets, take_secrets
from generator.steps.result import StepResult
from generator.syncing import sync
from generator.wording import error_text, internal_error_text, run_lines, sync_lines

# GitHub shows ten of a step.
_MOST_TOLD = 5


def main(arguments: Sequence[str]) -> StepResult:
    """Refresh; the files are in ``--output`` whatever comes of it.

    Raises:
        MachineError: they cannot be written.
        UsageError: a line of NOTEBOOK_SECRETS is wrong.
    """
    parser = argparse.ArgumentParser(prog="refresh", description=__doc__)
    parser.add_argument("--output", type=Path, required=True, help="a folder of its own")
    given = parser.parse_args(arguments)
    return refresh(absolute(given.output), Words(), take_secrets(os.environ))


def refresh(folder: Path, words: Words, secrets: NotebookSecrets, runner: Runner = UNWATCHED) -> StepResult:
    """Run what is due, and write down what became of it, in folder.

    Raises:
        MachineError: the folder cannot be written.
        UsageError: the words mean nothing.
    """
    request = request_of(replace(words, secrets=secrets.searched_for))
    _clear(folder)
    lines: list[str] = []
    try:
        report = refresh_notebooks(request, runner)
        code = 0 if report.is_refreshed else 1
        _hand_on_runs(folder / RUNS_FOLDER, request, report)
    except InkmillError as failure:
        report, code = _broken(failure), failure.exit_code
        lines = stopped(error_text(failure))
    except Exception as failure:
        # Whoever reports must not take silence for a refresh that had nothing to do; a value in the message is masked
        # in the log, and would not be in the file.
        report, code = _broken(InkmillError("the refresh broke off", mend="look at the log of the run")), 4
        lines = stopped(internal_error_text(failure, None))
    # Afterwards: what a notebook logged just now is to be in the table.
    fetched = _fetch_snapshots(request, folder / SNAPSHOTS_FOLDER)
    write_result(folder / NAME, report, request.now)
    RunnerFiles.from_environ(os.environ).add_summary(run_summary("Notebooks", report))
    lines = lines or [*annotations_of(report.problems), *stopped("\n".join(run_lines(report, quiet=False)))]
    return secrets.before(StepResult((*lines, *fetched), code))


def _fetch_snapshots(request: BuildRequest, folder: Path) -> tuple[str, ...]:
    """Lines for the log: a service that does not answer leaves pages as they are, and fails nothing."""
    paths: tuple[str, ...] | None = None
    lines: list[str] = []
    try:
        report = sync(request, SyncWishes(environ=os.environ))
        if isinstance(report, SyncReport):
            paths = tuple(snapshot.path for snapshot in report.snapshots)
            failed = [snapshot for snapshot in report.snapshots if snapshot.failure is not None]
            if report.snapshots:
                # What is wrong with a source the build tells.
                lines += stopped("\n".join(sync_lines(replace(report, unread=()), quiet=False)))
            lines += [annotation("warning", "", None, _kept_words(snapshot)) for snapshot in failed[:_MOST_TOLD]]
    except InkmillError as failure:
        lines += stopped(error_text(failure))
    except Exception as failure:
        # Good runs are not to be lost for it.
        lines += stopped(internal_error_text(failure, None))
    try:
        hand_on(request.source, paths, folder)
    except InkmillError as failure:
        lines += stopped(error_text(failure))
    return tuple(lines)


def _kept_words(snapshot: SyncedSnapshot) -> str:
    said = snapshot.failure.problem if snapshot.failure else ""
    return f"the runs of {snapshot.what} were not fetched, and pages show what they showed: {said}"


def _clear(folder: Path) -> None:
    """Runs that an earlier refresh left would be kept as if they were of this one."""
    with disk_work("the runs cannot be handed on"):
        runs = folder / RUNS_FOLDER
        runs.mkdir(parents=True, exist_ok=True)
        snapshots = folder.joinpath(SNAPSHOTS_FOLDER).glob("*.json")
        for path in (folder / NAME, *runs.glob("*.json"), *runs.glob("*.ipynb"), *snapshots):
            path.unlink(missing_ok=True)


def _broken(failure: InkmillError) -> RunReport:
    problem: Problem = error("refresh-broken", failure.problem, failure.at, failure.mend)
    return RunReport((), (problem,), RunTally())


def _hand_on_runs(folder: Path, request: BuildRequest, report: RunReport) -> None:
    """What is known of every scheduled notebook, whether it ran today or not: the branch will hold nothing else."""
    with hold(request.cache):
        runs = Runs(Store(request.cache))
        pairs = _pairs(runs, report)
        # Each try drops one notebook that the store has lost.
        for _ in range(len(pairs) + 1):
            try:
                write_runs(runs, pairs, folder)
            except LostBytesError:
                continue
            return


def _pairs(runs: Runs, report: RunReport) -> tuple[Pair, ...]:
    """The notebooks with a schedule, and those whose file is wrong today: nobody knows what schedule they have."""
    scheduled = {pair_of(result.name) for result in report.results}
    wrong = {problem.at.file for problem in report.errors if problem.at is not None}
    unknown = {(known.path, known.variant) for known in runs.histories() if known.path in wrong}
    return tuple(sorted(scheduled | unknown, key=lambda pair: (pair[0], pair[1] or "")))
