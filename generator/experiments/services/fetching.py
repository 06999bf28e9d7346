"""Snapshots made: what places ask of one query, asked of its service."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import assert_never

from generator.errors import ContentError, RefusedError, UsageError
from generator.experiments.comparison import best_run
from generator.experiments.run_order import MOST_DRAWN, drawn_first
from generator.experiments.services.addresses import PUBLIC_API
from generator.experiments.services.mlflow_api import Mlflow
from generator.experiments.services.service_keys import WANDB_VARIABLE, MlflowKeys, mlflow_keys
from generator.experiments.services.snapshot_runs import (
    MOST_RUNS,
    KeptKeys,
    all_bests,
    best_and_newest,
    check_no_secret,
    kept_keys,
    kept_run,
    known_keys,
)
from generator.experiments.services.wandb_api import AT_A_DESK, PATIENT, FoundRuns, Wandb
from generator.experiments.services.wandb_filters import NEWEST_FIRST, best_first_order, filters_of
from generator.experiments.short_text import one_line
from generator.formats.run_snapshot import from_bytes, to_bytes
from generator.formats.secrets import LeakFinder
from generator.model.experiment import AskedRuns, Metric, Run, RunQuery, Service, Snapshot
from generator.web import Patience

__all__ = ("AT_A_DESK", "PATIENT", "Fetched", "Services", "fetch", "services_of")

_MOST_POINTS = 200
# Of a leading metric the best are chosen here: where a service puts runs without a number, it does not say.
_MOST_RANKED = 1000
_LONGEST_TITLE = 300
_LONGEST_DESCRIPTION = 2000


@dataclass(frozen=True, slots=True)
class Services:
    """Who asks.

    Args:
        trusted: servers that keys are sent to; any other is asked without.
        app: ``WANDB_APP_URL``.
        elsewhere: ``WANDB_BASE_URL``, where it is none of the blog's servers: the key is for that one.
        secrets: values that must never be in a snapshot.
    """

    trusted: frozenset[str] = frozenset()
    wandb_key: str = field(default="", repr=False)
    app: str = ""
    elsewhere: str = ""
    mlflow: MlflowKeys = field(default_factory=MlflowKeys)
    secrets: tuple[str, ...] = field(default=(), repr=False)
    patience: Patience = PATIENT


@dataclass(frozen=True, slots=True)
class Fetched:
    """A snapshot, and one clause for everything of a report that had to be left out."""

    snapshot: Snapshot
    warnings: tuple[str, ...] = ()


def services_of(
    environ: Mapping[str, str], trusted: Iterable[str], secrets: Iterable[str] = (), patience: Patience = PATIENT
) -> Services:
    """The keys that the environment holds, for the servers that the blog's owner named.

    Args:
        trusted: of ``_config.yml``; those that the environment names are added.
    """
    own = frozenset(server.rstrip("/") for server in trusted if server)
    wandb, tracking = (environ.get(name, "").strip().rstrip("/") for name in ("WANDB_BASE_URL", "MLFLOW_TRACKING_URI"))
    mlflow, key = mlflow_keys(environ), environ.get(WANDB_VARIABLE, "").strip()
    return Services(
        trusted=own | frozenset(filter(None, (wandb, tracking))),
        wandb_key=key,
        elsewhere="" if wandb in own else wandb,
        app=environ.get("WANDB_APP_URL", "").strip(),
        mlflow=mlflow,
        secrets=tuple(filter(None, (*secrets, key, mlflow.token, mlflow.password))),
        patience=patience,
    )


def fetch(
    asked: Sequence[AskedRuns], services: Services, *, now: datetime, earlier: Sequence[Snapshot] = ()
) -> Fetched:
    """What a service answers to one query.

    Args:
        asked: everything that places want to know of it; all have the same query.
        earlier: snapshots of it, in any order; what they know of the best runs is kept.

    Raises:
        RefusedError: no access, or not found.
        UnansweredError: the service did not answer.
        ContentError: a secret, or something that no snapshot can hold.
        UsageError: the query cannot be asked.
    """
    query = asked[0].query
    leading = tuple(dict.fromkeys(place.leading for place in asked if place.leading is not None))
    source = _source(query, services)
    found = source.find(query, leading)
    columns = kept_keys(asked, found.runs, found.columns)
    known = known_keys(found.runs)
    kept = found.runs[:MOST_RUNS] if found.leads_first else best_and_newest(found.runs, leading)
    drawn = tuple(dict.fromkeys(metric for place in asked for metric in place.history))
    moment = now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    runs = tuple(kept_run(run, columns) for run in kept)
    snapshot = Snapshot(
        query=query,
        fetched_at=moment,
        runs=runs,
        metrics=columns.metrics,
        config=columns.config,
        known_metrics=known.metrics,
        known_config=known.config,
        history=_history(source, _drawn_runs(kept, asked, leads_first=found.leads_first), drawn),
        more_runs=found.more_runs + len(found.runs) - len(kept),
        title=found.title[:_LONGEST_TITLE],
        description=found.description[:_LONGEST_DESCRIPTION],
        best=all_bests(runs, leading, moment, earlier),
    )
    written = _as_written(snapshot)
    check_no_secret(written, LeakFinder(services.secrets))
    return Fetched(written, found.warnings)


def _as_written(snapshot: Snapshot) -> Snapshot:
    """As it will be read: what cannot be, is not written."""
    try:
        return from_bytes(to_bytes(snapshot))
    except ContentError as wrong:
        said = wrong.problem.removeprefix("this is no snapshot of runs: ")
        mend = "ask for fewer runs or fewer metrics; if that changes nothing, look at the answer of the service"
        raise ContentError(f"what the service says cannot be kept: {said}", mend=mend) from wrong


@dataclass(frozen=True, slots=True)
class _Found:
    """Runs, and what a report says of itself.

    Args:
        leads_first: the runs are in the order somebody chose, and the first ones count; else the oldest is first.
    """

    runs: tuple[Run, ...]
    more_runs: int = 0
    columns: KeptKeys = field(default_factory=KeptKeys)
    title: str = ""
    description: str = ""
    warnings: tuple[str, ...] = ()
    leads_first: bool = False


def _source(query: RunQuery, services: Services) -> "_WandbRuns | _MlflowRuns":
    is_trusted = query.server in services.trusted
    match query.service:
        case Service.WANDB:
            _check_named(query.server, services.elsewhere)
            key = services.wandb_key if is_trusted else ""
            return _WandbRuns(Wandb(query.server, key, services.patience, app=services.app if is_trusted else ""))
        case Service.MLFLOW:
            return _MlflowRuns(Mlflow(query.server, services.mlflow if is_trusted else MlflowKeys(), services.patience))
        case Service.FILE:
            raise UsageError(f"`{query.project}` is a file: there is nothing to fetch for it")
        case _:
            assert_never(query.service)


def _check_named(server: str, elsewhere: str) -> None:
    """A build knows no environment: what is fetched from a server that only a variable names, no page would find."""
    if server == PUBLIC_API and elsewhere not in ("", server):
        named = one_line(elsewhere)
        raise ContentError(
            f"WANDB_BASE_URL is {named}, and this asks {server}",
            mend=f"write `base_url: {named}` below `experiments:` in `_config.yml`, or unset WANDB_BASE_URL",
        )


@dataclass(frozen=True, slots=True)
class _WandbRuns:
    client: Wandb

    def find(self, query: RunQuery, leading: Sequence[Metric]) -> _Found:
        """Everything that the query asks for, as far as it is kept."""
        if query.report:
            return self._of_report(query.report)
        filters = filters_of(query)
        if query.run_ids:
            # More than are kept nobody names one by one.
            found = self.client.find_runs(query.project, filters, most=MOST_RUNS)
            by_id = {run.id: run for run in found.runs}
            named = tuple(by_id[one] for one in dict.fromkeys(query.run_ids) if one in by_id)
            return _Found(named, found.more_runs, leads_first=True)
        newest = self.client.find_runs(query.project, filters, order=NEWEST_FIRST, most=_most(leading))
        best = [self._best(query.project, filters, metric) for metric in leading] if newest.more_runs else []
        return _merged(newest, best)

    def history(self, run: Run, metrics: Sequence[str]) -> Mapping[str, tuple[tuple[float, float], ...]]:
        """The courses of these metrics."""
        return self.client.history(run.project, run.id, metrics, _MOST_POINTS)

    def _best(self, project: str, filters: Mapping[str, object], metric: Metric) -> FoundRuns:
        return self.client.find_runs(project, filters, order=best_first_order(metric), most=_MOST_RANKED)

    def _of_report(self, report_id: str) -> _Found:
        report = self.client.report(report_id)
        runs: dict[tuple[str, str], Run] = {}
        more = 0
        for run_set in report.run_sets:
            found = self.client.find_runs(run_set.project, run_set.filters, order=run_set.order, most=MOST_RUNS)
            runs.update({(run.project, run.id): run for run in found.runs})
            more += found.more_runs
        return _Found(
            tuple(runs.values()),
            more,
            KeptKeys(
                tuple(dict.fromkeys(name for run_set in report.run_sets for name in run_set.metrics)),
                tuple(dict.fromkeys(name for run_set in report.run_sets for name in run_set.config)),
            ),
            report.title,
            report.description,
            report.warnings,
            leads_first=True,
        )


@dataclass(frozen=True, slots=True)
class _MlflowRuns:
    client: Mlflow

    def find(self, query: RunQuery, leading: Sequence[Metric]) -> _Found:
        """Everything that the query asks for; which are kept is chosen later, whatever leads."""
        del leading
        found = self.client.runs(query)
        # How many more there are the server does not tell.
        return _Found(found.runs, 1 if found.has_more else 0, leads_first=bool(query.run_ids))

    def history(self, run: Run, metrics: Sequence[str]) -> Mapping[str, tuple[tuple[float, float], ...]]:
        """The courses of these metrics."""
        return {metric: self.client.history(run.id, metric, _MOST_POINTS) for metric in metrics}


def _most(leading: Sequence[Metric]) -> int:
    return _MOST_RANKED if leading else MOST_RUNS


def _merged(newest: FoundRuns, best: Sequence[FoundRuns]) -> _Found:
    """Each run once, oldest first."""
    runs = {run.id: run for found in (*best, newest) for run in found.runs}
    oldest_first = {run.id: place for place, run in enumerate(reversed(newest.runs))}
    ordered = sorted(runs.values(), key=lambda run: (run.created_at, oldest_first.get(run.id, -1)))
    return _Found(tuple(ordered), newest.more_runs - (len(runs) - len(newest.runs)))


def _drawn_runs(runs: Sequence[Run], asked: Sequence[AskedRuns], *, leads_first: bool) -> tuple[Run, ...]:
    """Of each place that draws courses the runs that it shows first, and what they are held against."""
    drawing = [place for place in asked if place.history]
    sorts = dict.fromkeys(place.sort for place in drawing)
    found = [run for sort in sorts for run in drawn_first(runs, sort, MOST_DRAWN, leads_first=leads_first)]
    references = (best_run(runs, place.leading) for place in drawing if place.leading is not None)
    found += [run for run in references if run is not None]
    return tuple({(run.project, run.id): run for run in found}.values())


def _history(
    source: _WandbRuns | _MlflowRuns, runs: Sequence[Run], metrics: Sequence[str]
) -> Mapping[str, Mapping[str, tuple[tuple[float, float], ...]]]:
    if not metrics:
        return {}
    found = {}
    for run in runs:
        try:
            courses = source.history(run, metrics)
        except RefusedError:
            # It was deleted since the list was made.
            continue
        kept = {metric: points for metric, points in courses.items() if points}
        if kept:
            found[run.id] = kept
    return found
