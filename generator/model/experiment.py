"""Runs of experiments, what is asked of them, and what is kept of the answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

SHA_KEY, SECONDARY_SHA_KEY = "github_sha", "secondary_sha"
"""Keys of a run's configuration that tie it to a commit, and to a second one, of the data perhaps."""


class Service(StrEnum):
    """Where runs come from."""

    WANDB = "wandb"
    MLFLOW = "mlflow"
    FILE = "file"


class Direction(StrEnum):
    """Which way a metric gets better."""

    MAX = "max"
    MIN = "min"


@dataclass(frozen=True, slots=True)
class Metric:
    """A key of a run's summary, and which way is better; None where the author did not say."""

    name: str
    direction: Direction | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """One run, as its service tells it.

    Args:
        id: within its project; W&B's API calls it ``name``.
        name: for people; W&B's API calls it ``displayName``.
        state: a word of W&B's: ``finished``, ``running``, ``crashed``, ``failed``, ``killed``, ``pending``,
            ``preempting``, ``preempted``; those of MLflow are turned into them.
        project: ``entity/project``, or the experiment's name.
        url: of its page; empty where it has none.
        config: what it was started with, as JSON values; of nested values the outermost keys.
        summary: what it came to, as JSON values. W&B writes ``"NaN"`` for what is no number.
        created_at: ISO 8601 with a zone, or empty.
        unread: ``config`` and ``summary``, where what the service sent for it was no JSON; then it is empty.
    """

    id: str
    name: str
    state: str
    project: str
    url: str = ""
    tags: tuple[str, ...] = ()
    config: Mapping[str, Any] = field(default_factory=dict)
    summary: Mapping[str, Any] = field(default_factory=dict)
    created_at: str = ""
    description: str = ""
    unread: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RunQuery:
    """Which runs; everything that decides the name of their snapshot.

    Args:
        server: address of the API without a slash at the end, such as ``https://api.wandb.ai``; empty for a file.
        project: ``entity/project``; MLflow's experiment, by name; the file's path relative to the source directory.
        sha, secondary_sha: of the configuration's ``github_sha`` and ``secondary_sha``; empty for any.
        run_ids: those runs alone, in this order; empty for any.
        tags: one of them; empty for any.
        filters: (key, operator, value), all of which hold: key is ``state``, ``config.K`` or ``summary.K``; operator
            is ``=``, ``!=``, ``<``, ``<=``, ``>`` or ``>=``.
        report: id of a W&B report, whose own run sets say which runs; then all above but server and project are empty.
    """

    service: Service
    server: str
    project: str
    sha: str = ""
    secondary_sha: str = ""
    run_ids: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    filters: tuple[tuple[str, str, str | int | float | bool], ...] = ()
    report: str = ""


@dataclass(frozen=True, slots=True)
class AskedRuns:
    """What one place of a document wants to know.

    Args:
        metrics, config: keys of summary and configuration.
        history: metrics whose course is drawn.
        leading: the metric whose best run is remembered from snapshot to snapshot; None for none.
        is_frozen: a snapshot that is there is never fetched again for it.
        sort: a key with or without ``-``, by which the runs stand of which the courses of the first are drawn; empty
            for as they come.
    """

    query: RunQuery
    metrics: tuple[str, ...] = ()
    config: tuple[str, ...] = ()
    history: tuple[str, ...] = ()
    leading: Metric | None = None
    is_frozen: bool = False
    sort: str = ""


@dataclass(frozen=True, slots=True)
class Best:
    """The best run as one snapshot had it.

    Args:
        as_of: when that snapshot was made, ISO 8601 in UTC.
        direction: in which it was the best: two boards may rank the same runs either way.
    """

    as_of: str
    metric: str
    direction: Direction
    value: float
    run_id: str
    run_name: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a service answered, with of each run only what was asked for.

    Args:
        fetched_at: ISO 8601 in UTC, to the second.
        runs: oldest first, or in the order asked for; their config and summary hold only keys in config and metrics.
        metrics, config: keys that were asked for, whether any run has them or not.
        known_metrics, known_config: keys that any of the runs has, at most 200 each: for "did you mean".
        history: run id → metric → (step, value) in order; at most 200 points.
        more_runs: how many more the service has than are kept.
        title, description: of a report.
        best: from the oldest, one for every change, of every leading metric.
    """

    query: RunQuery
    fetched_at: str
    runs: tuple[Run, ...] = ()
    metrics: tuple[str, ...] = ()
    config: tuple[str, ...] = ()
    known_metrics: tuple[str, ...] = ()
    known_config: tuple[str, ...] = ()
    history: Mapping[str, Mapping[str, tuple[tuple[float, float], ...]]] = field(default_factory=dict)
    more_runs: int = 0
    title: str = ""
    description: str = ""
    best: tuple[Best, ...] = ()


@dataclass(frozen=True, slots=True)
class ExperimentRules:
    """The slice of settings that blocks about runs go by.

    Args:
        wandb_api: such as ``https://api.wandb.ai``, without a slash at the end.
        mlflow_server: empty where none is configured.
        project, baseline_tags, metrics, config: of a block that names none.
    """

    service: Service = Service.WANDB
    wandb_api: str = "https://api.wandb.ai"
    mlflow_server: str = ""
    project: str = ""
    baseline_tags: tuple[str, ...] = ()
    metrics: tuple[Metric, ...] = ()
    config: tuple[str, ...] = ()
