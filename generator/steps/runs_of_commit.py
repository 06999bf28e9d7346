"""The runs of a commit, or the one run of a deployment, from the service that ``experiments:`` names."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from generator.experiments.selection import SelectedRuns, Selection, candidate_filters, select
from generator.experiments.services.mlflow_api import Mlflow
from generator.experiments.services.service_keys import WANDB_VARIABLE, mlflow_keys
from generator.experiments.services.waiting import wait_for_runs
from generator.experiments.services.wandb_api import QUICK, Wandb
from generator.experiments.states import is_finished
from generator.model.experiment import ExperimentRules, Run, RunQuery, Service

# MLflow is asked commit by commit.
_MOST_EARLIER = 10
_MOST_ARTIFACTS = 100


@dataclass(frozen=True, slots=True)
class AskedCommit:
    """What a command wants to know.

    Args:
        earlier: commits before sha, the newest first.
        run_id: of a deployment; empty for all runs of the commit.
        wait_seconds: at most, for runs to end.
    """

    sha: str
    earlier: tuple[str, ...] = ()
    run_id: str = ""
    wait_seconds: float = 0.0


def query_of(asked: AskedCommit, rules: ExperimentRules, environ: Mapping[str, str]) -> RunQuery:
    """Its candidates; the server is the one that WANDB_BASE_URL or MLFLOW_TRACKING_URI names, if one does."""
    named = environ.get("WANDB_BASE_URL" if rules.service is Service.WANDB else "MLFLOW_TRACKING_URI", "").rstrip("/")
    configured = rules.wandb_api if rules.service is Service.WANDB else rules.mlflow_server
    run_ids = (asked.run_id,) if asked.run_id else ()
    return RunQuery(rules.service, named or configured, rules.project, "" if run_ids else asked.sha, run_ids=run_ids)


def runs_of_commit(
    asked: AskedCommit, query: RunQuery, baseline_tags: tuple[str, ...], environ: Mapping[str, str]
) -> tuple[SelectedRuns, tuple[str, ...]]:
    """The runs, and what the one run of a deployment made, models first.

    Raises:
        RefusedError: the service refuses, or knows no such project.
        UnansweredError: it does not answer.
    """
    if query.service is Service.WANDB:
        client = Wandb(query.server, environ.get(WANDB_VARIABLE, ""), QUICK, app=environ.get("WANDB_APP_URL", ""))
        selected = _of_wandb(client, asked, query, baseline_tags)
        is_one = asked.run_id and selected.candidates
        made = client.artifacts(query.project, asked.run_id) if is_one else ()
        # What a deployment deploys comes first.
        models_first = sorted(made, key=lambda artifact: artifact.type != "model")
        return selected, tuple(artifact.name for artifact in models_first[:_MOST_ARTIFACTS])
    selected = _of_mlflow(Mlflow(query.server, mlflow_keys(environ), QUICK), asked, query, baseline_tags)
    return selected, tuple(f"runs:/{run.id}" for run in selected.candidates) if asked.run_id else ()


def _of_wandb(client: Wandb, asked: AskedCommit, query: RunQuery, baseline_tags: tuple[str, ...]) -> SelectedRuns:
    def ask(filters: Mapping[str, Any]) -> tuple[Run, ...]:
        return client.runs(query.project, filters)

    if asked.run_id:
        return select(ask, Selection(run_id=asked.run_id))
    selection = Selection(sha=asked.sha, baseline_tags=baseline_tags, previous=asked.earlier)
    return select(ask, selection, _waited(lambda: ask(candidate_filters(selection)), asked.wait_seconds))


def _of_mlflow(client: Mlflow, asked: AskedCommit, query: RunQuery, baseline_tags: tuple[str, ...]) -> SelectedRuns:
    def ask(sha: str = "", tags: tuple[str, ...] = ()) -> tuple[Run, ...]:
        return client.runs(RunQuery(query.service, query.server, query.project, sha, tags=tags)).runs

    if asked.run_id:
        return SelectedRuns(client.runs(query).runs)
    candidates = _waited(lambda: ask(asked.sha), asked.wait_seconds)
    ids = {run.id for run in candidates}
    baselines = tuple(run for run in ask(tags=baseline_tags) if run.id not in ids) if baseline_tags else ()
    for sha in asked.earlier[:_MOST_EARLIER]:
        previous = tuple(run for run in ask(sha) if is_finished(run) and run.id not in ids)
        if previous:
            return SelectedRuns(candidates, baselines, previous, sha)
    return SelectedRuns(candidates, baselines)


def _waited(look: Callable[[], tuple[Run, ...]], seconds: float) -> tuple[Run, ...]:
    return wait_for_runs(look, seconds) if seconds else look()
