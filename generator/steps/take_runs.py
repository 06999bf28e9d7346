"""Takes the good runs that were kept on the branch `inkmill-runs` into the store, so that pages can show them."""

import argparse
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from generator.asking import Words, request_of
from generator.cache.lock import hold
from generator.cache.store import Store
from generator.errors import MachineError, RefusedError
from generator.execution.records import Runs
from generator.execution.run_files import read_runs
from generator.github.branch_files import read_branch
from generator.github.context import read_context
from generator.github.kept_runs import RUNS_BRANCH
from generator.github.outputs import stopped
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
    cache = request_of(Words()).cache
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
        return take_in(Path(folder), cache)


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
