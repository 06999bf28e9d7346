"""Asks the service of ``experiments:`` for the runs of a commit, for the job that tells of them: ``runs.json``.

A service that refuses or does not answer is told there, too, and is no failure of this step.
"""

import argparse
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from generator.asking import absolute
from generator.errors import InkmillError, MachineError, RefusedError
from generator.experiments.comparison import compare
from generator.experiments.selection import SelectedRuns
from generator.experiments.told_runs import columns_to_tell, fewer, narrowed
from generator.experiments.unknown_keys import unknown_key_text, unknown_keys
from generator.formats.secrets import LeakFinder
from generator.github.asked_experiment import asked_command, asked_earlier, asked_run_id
from generator.github.asked_preview import asked_sha
from generator.github.job_results import JobResult, read_result
from generator.github.outputs import stopped
from generator.github.runs_file import ExperimentRuns, Reason, Unasked, contents, write_runs
from generator.model.experiment import ExperimentRules, Metric
from generator.model.problem import Severity
from generator.stages.slices import experiment_rules
from generator.steps.notebook_secrets import take_secrets
from generator.steps.result import StepResult
from generator.steps.runs_of_commit import AskedCommit, query_of, runs_of_commit
from generator.steps.site_settings import settings_here
from generator.wording import error_text

# What a notebook has just logged is "running" for a moment longer.
_WAIT_SECONDS = 120.0
# Of a commit; who has more starts sweeps, and is told how many there are.
_MOST_CANDIDATES = 300
_MOST_BASELINES = 200
_MOST_UNREAD = 20
_UNCONFIGURED = Unasked(
    "unconfigured",
    "this blog does not say where its runs are",
    "write `experiments:` with `project: ENTITY/PROJECT` into _config.yml",
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where the step runs.

    Args:
        environ: keys and addresses of services.
        secrets: values that nothing may hold which is handed on.
    """

    environ: Mapping[str, str]
    secrets: tuple[str, ...] = ()


def main(arguments: Sequence[str]) -> StepResult:
    """Ask for what COMMAND needs of the commit SHA; exit 0 whatever the service says.

    Raises:
        UsageError: an argument or a variable is wrong.
        SettingsError: ``_config.yml`` is.
        MachineError: the folder cannot be written.
    """
    parser = argparse.ArgumentParser(prog="fetch-runs", description=__doc__)
    parser.add_argument("--output", type=Path, required=True, help="a folder of its own")
    given = parser.parse_args(arguments)
    secrets = take_secrets(os.environ)
    sha, command = asked_sha(os.environ), asked_command(os.environ)
    has_run = read_result(os.environ, "RUN_RESULT") not in (JobResult.FAILURE, JobResult.CANCELLED)
    seconds = _WAIT_SECONDS if command in ("run", "report") and has_run else 0.0
    asked = AskedCommit(sha, asked_earlier(os.environ), asked_run_id(os.environ), seconds)
    rules = experiment_rules(settings_here().experiments)
    values = (*secrets.searched_for.values(), os.environ.get("WANDB_API_KEY", ""))
    place = Place(os.environ, tuple(value for value in values if value))
    return secrets.before(fetch_runs(absolute(given.output), asked, rules, place))


def fetch_runs(folder: Path, asked: AskedCommit, rules: ExperimentRules, place: Place) -> StepResult:
    """Ask, and write into folder what came of it.

    Raises:
        MachineError: the folder cannot be written.
    """
    query = query_of(asked, rules, place.environ)
    found = ExperimentRuns(query, f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}")
    lines: tuple[str, ...] = ()
    if not query.project or not query.server:
        found = replace(found, unasked=_UNCONFIGURED)
    else:
        try:
            selected, artifacts = runs_of_commit(asked, query, rules.baseline_tags, place.environ)
            found = _told(replace(found, artifacts=artifacts), selected, rules)
        except InkmillError as failure:
            found = replace(found, unasked=_unasked(failure))
            lines = tuple(stopped(error_text(failure)))
    found = _without_secret(found, place.secrets)
    write_runs(folder, found)
    return StepResult((*lines, *_said(asked, found)))


def _told(found: ExperimentRuns, selected: SelectedRuns, rules: ExperimentRules) -> ExperimentRuns:
    """What is told of: few columns, few runs."""
    metrics, config = columns_to_tell(rules, (*selected.candidates, *selected.baselines))
    bounds = (
        (selected.candidates, _MOST_CANDIDATES),
        (selected.baselines, _MOST_BASELINES),
        (selected.previous, _MOST_BASELINES),
    )
    candidates, baselines, previous = (
        tuple(narrowed(run, metrics, config) for run in fewer(runs, metrics, most)) for runs, most in bounds
    )
    return replace(
        found,
        metrics=metrics,
        config=config,
        candidates=candidates,
        baselines=baselines,
        previous=previous,
        previous_sha=selected.previous_sha,
        more_runs=len(selected.candidates) - len(candidates),
        notes=tuple(_notes(selected, metrics, config)),
    )


def _notes(selected: SelectedRuns, metrics: Sequence[Metric], config: Sequence[str]) -> Iterator[str]:
    """Of all keys that the runs have, before most are left out."""
    for unknown in unknown_keys(compare(selected.candidates, selected.baselines, metrics, config)):
        yield unknown_key_text(unknown)
    unread = [run for run in (*selected.candidates, *selected.baselines) if run.unread]
    for run in unread[:_MOST_UNREAD]:
        yield f"the {' and the '.join(run.unread)} of the run {run.id} could not be read, and its cells are empty"


def _without_secret(found: ExperimentRuns, values: tuple[str, ...]) -> ExperimentRuns:
    """What was found, where nothing in it looks like a secret; else why it is not told, and no word of it.

    A service's own words are looked through, too: a proxy may repeat in them what it was asked with.
    """
    kind = _secret_in(found, values)
    if not kind:
        return found
    if found.unasked is None:
        problem = f"the runs hold what looks like a secret ({kind})"
        mend = "take it out of the names, tags and configuration of the runs"
    else:
        problem = f"what the service says holds what looks like a secret ({kind})"
        mend = "look at the log of the job that asks for the runs"
    bare = ExperimentRuns(found.query, found.fetched_at)
    if _secret_in(bare, values):
        problem = f"the address of the service looks like a secret ({kind})"
        mend = "write it under experiments: in _config.yml, without a password, and take it out of NOTEBOOK_SECRETS"
        bare = replace(bare, query=replace(found.query, server=""))
    return replace(bare, unasked=Unasked("secret", problem, mend))


def _secret_in(found: ExperimentRuns, values: tuple[str, ...]) -> str:
    """Its kind; empty where there is none. A comment is read by everybody."""
    finder = LeakFinder(values)
    for content in contents(found).values():
        leaks = (leak for leak in finder.find(content.decode()) if leak.severity is Severity.ERROR)
        kind = next((leak.kind for leak in leaks), "")
        if kind:
            return kind
    return ""


def _unasked(failure: InkmillError) -> Unasked:
    reason: Reason = "broken"
    if isinstance(failure, RefusedError):
        reason = "refused"
    elif isinstance(failure, MachineError):
        reason = "unanswered"
    return Unasked(reason, failure.problem[:1000], (failure.mend or "")[:1000])


def _said(asked: AskedCommit, found: ExperimentRuns) -> Sequence[str]:
    if found.unasked is not None:
        return stopped(f"Nothing is known of the runs of {asked.sha}: {found.unasked.problem}.")
    counts = f"{len(found.candidates)} runs, {len(found.baselines)} baselines, {len(found.previous)} of a commit before"
    return (f"Of {asked.run_id or asked.sha}: {counts}.",)
