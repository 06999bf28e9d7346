"""Whether a run may be deployed: exactly one, finished, and of the commit that was looked at."""

import re

from generator.experiments.numbers import number_text
from generator.experiments.states import is_finished
from generator.github.runs_file import ExperimentRuns
from generator.model.experiment import SHA_KEY, Run

# An author's workflow may well hand it to a shell. W&B's names of artifacts have no more, those of projects might.
_PLAIN = re.compile(r"[\w./: -]*")


def deployable_run(found: ExperimentRuns, run_id: str, sha: str) -> Run | str:
    """The run; or why none may be deployed, a clause.

    Args:
        found: what its service answered.
        sha: all 40 digits.
    """
    runs = [run for run in found.candidates if run.id == run_id]
    if len(runs) != 1 or found.more_runs:
        return f"there is no run {run_id} in {found.query.project}" if not runs else f"several runs are called {run_id}"
    (run,) = runs
    if not is_finished(run):
        return f"the run {run_id} is {run.state}, not finished"
    its_sha = number_text(run.config.get(SHA_KEY)).strip().lower()
    if not its_sha:
        return f"the run {run_id} does not say its commit: {SHA_KEY} is not in its configuration"
    if its_sha != sha:
        return f"the run {run_id} is of {its_sha[:40]}, and not of this commit"
    if not all(map(_PLAIN.fullmatch, found.artifacts[:1])):
        return f"what the run {run_id} made has a name with more than letters, digits, spaces and -_./: in it"
    return run
