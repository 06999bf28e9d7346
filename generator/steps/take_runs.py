"""Takes what was kept on the branch `inkmill-runs`, so that pages show it: good runs into the store, snapshots of
experiments into `_wandb/` where they are newer."""

import argparse
import os
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from generator.asking import Words, request_of
from generator.cache.lock import hold
from generator.cache.store import Store
from generator.errors import InkmillError, MachineError, RefusedError
from generator.execution.records import Runs
from generator.execution.run_files import read_runs
from generator.github.branch_files import read_branch
from generator.github.context import read_context
from generator.github.kept_runs import RUNS_BRANCH, SNAPSHOTS_FOLDER
from generator.github.outputs import stopped
from generator.sources.snapshot_files import take_newer
from generator.steps.result import StepResult
from generator.steps.site_words import counted
from generator.wording import error_text, problem_text


def main(arguments: Sequence[str]) -> StepResult:
    """Take them in; a branch that is not there, or cannot be reached, only means that notebooks may run again.

    Raises:
        BusyError: a build of this source is running.
        MachineError: the store cannot be written.
        UsageError: the environment does not name the repository.
    """
    parser = argparse.ArgumentParser(prog="take-runs", description=__doc__)
    parser.parse_args(arguments)
    context = read_context(os.environ)
    request = request_of(Words())
    with tempfile.TemporaryDirectory(prefix="inkmill-runs-") as folder:
        try:
            is_there = read_branch(context, RUNS_BRANCH, Path(folder))
        except (MachineError, RefusedError) as failure:
            return StepResult(
                (
                    f"The runs on {RUNS_BRANCH} cannot be read, so this goes on without them:",
                    *stopped(error_text(failure)),
                )
            )
        if not is_there:
            return StepResult((f"There is no branch {RUNS_BRANCH} yet: no run has been kept.",))
        taken = take_in(Path(folder), request.cache)
        return replace(taken, lines=(*taken.lines, *take_snapshots(Path(folder) / SNAPSHOTS_FOLDER, request.source)))


def take_in(folder: Path, cache: Path) -> StepResult:
    """Put what the files of folder tell into the store, where it is news.

    Raises:
        BusyError: a build of this source is running.
        MachineError: a file cannot be read, or the store not written.
    """
    Store(cache).prepare()
    with hold(cache):
        taken, refused = read_runs(Runs(Store(cache)), folder)
    said = f"{counted(len(taken), 'notebook')} had newer runs on {RUNS_BRANCH} than here."
    return StepResult((said, *(stopped("\n".join(map(problem_text, refused))) if refused else ())))


def take_snapshots(folder: Path, source: Path) -> tuple[str, ...]:
    """Lines for the log; without newer snapshots none. Older numbers in a page are no reason to stop."""
    try:
        taken = take_newer(folder, source)
    except InkmillError as failure:
        return ("The snapshots cannot be taken in, so this goes on without them:", *stopped(error_text(failure)))
    return (f"{counted(len(taken), 'snapshot')} of experiments had newer runs on {RUNS_BRANCH}.",) if taken else ()
