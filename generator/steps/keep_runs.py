"""Puts the good runs of a refresh, and its snapshots of experiments, on the branch `inkmill-runs`."""

import os
from argparse import ArgumentParser
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from generator.github.context import read_context
from generator.github.kept_runs import RUNS_BRANCH, RUNS_FOLDER, KeptRuns, keep_runs
from generator.steps.result import StepResult
from generator.steps.site_words import counted


def main(arguments: Sequence[str]) -> StepResult:
    """Keep the files of `runs/` and `snapshots/` in the folder of an artifact; a branch is never emptied."""
    parser = ArgumentParser(prog="keep-runs", description=__doc__)
    parser.add_argument("--from", dest="folder", required=True, type=Path, help=f"the folder with {RUNS_FOLDER}/")
    folder: Path = parser.parse_args(arguments).folder
    kept = keep_runs(read_context(os.environ), folder, datetime.now(UTC))
    if not kept.files and not kept.snapshots:
        return StepResult((f"No run was handed over; {RUNS_BRANCH} stays as it is",))
    if kept.newer_run is not None:
        return StepResult((f"Superseded: {RUNS_BRANCH} holds what run {kept.newer_run} kept; nothing was done",))
    return StepResult((f"{RUNS_BRANCH} holds {_what(kept)}",))


def _what(kept: KeptRuns) -> str:
    files = counted(kept.files, "file") if kept.files else "the runs it held"
    return f"{files} and {counted(kept.snapshots, 'snapshot')} of experiments" if kept.snapshots else files
