"""The schema of the fake W&B: what it holds as objects that GraphQL selects from."""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.experiments.fake_graphql import QueryError
from tests.experiments.fixture_runs import StoredArtifact, StoredReport, StoredRun
from tests.experiments.run_filters import FilterError, selected


@dataclass(slots=True)
class WandbStore:
    """What the fake holds, and how oddly it pages."""

    runs: list[StoredRun]
    histories: dict[str, list[Mapping[str, Any]]]
    reports: list[StoredReport]
    artifacts: list[StoredArtifact]
    cursor_repeats: bool = False
    pages_overlap: bool = False
    empty_projects: set[str] = field(default_factory=set)

    def root(self) -> Mapping[str, Any]:
        """What a query selects from."""
        return {
            "viewer": _VIEWER,
            "serverInfo": {"features": []},
            "entity": lambda name: {"name": name, "organization": None},
            "project": self._project,
            "view": self._view,
        }

    def _project(self, name: str, entityName: str | None = None) -> Mapping[str, Any] | None:  # noqa: N803 - its name
        path = f"{entityName or _VIEWER['entity']}/{name}"
        runs = [run for run in self.runs if run.project == path]
        reports = [report for report in self.reports if report.project == path]
        if not runs and not reports and path not in self.empty_projects:
            return None
        pages = _Pages(self.cursor_repeats, self.pages_overlap)

        def chosen(filters: str | None = None, order: str | None = None) -> list[StoredRun]:
            try:
                return selected(runs, filters, order)
            except FilterError as error:
                raise QueryError(f"invalid filter: {error}") from error

        def some_runs(
            filters: str | None = None, after: str | None = None, first: int = 50, order: str | None = None
        ) -> Mapping[str, Any]:
            return pages.of([run_node(self, run) for run in chosen(filters, order)], after, first)

        def one_run(name: str) -> Mapping[str, Any] | None:
            return next((run_node(self, run) for run in runs if run.id == name), None)

        def views(
            viewType: str = "runs",  # noqa: N803 - its name
            viewName: str | None = None,  # noqa: N803 - its name
            first: int = 50,
            after: str | None = None,
        ) -> Mapping[str, Any]:
            found = [report for report in reports if viewName in (None, report.title)]
            return pages.of([_view_node(report) for report in found] if viewType == "runs" else [], after, first)

        return {
            **_project_node(path),
            "runCount": lambda filters=None: len(chosen(filters)),
            "readOnly": False,
            "runs": some_runs,
            "run": one_run,
            "allViews": views,
        }

    def _view(self, id: str) -> Mapping[str, Any] | None:  # noqa: A002 - its name
        return next((_view_node(report) for report in self.reports if report.id == id), None)


def run_node(store: WandbStore, run: StoredRun) -> Mapping[str, Any]:
    """One run as an object."""
    rows = store.histories.get(run.id, [])
    artifacts = [_artifact_node(one) for one in store.artifacts if (one.run_id, one.project) == (run.id, run.project)]

    def outputs(after: str | None = None, first: int = 50) -> Mapping[str, Any]:
        return {**_Pages().of(artifacts, after, first), "totalCount": len(artifacts)}

    return {
        "__typename": "Run",
        **_run_fields(run),
        "historyLineCount": len(rows),
        "historyKeys": None,
        "history": lambda samples=500: [json.dumps(row) for row in _sampled(rows, samples)],
        "sampledHistory": lambda specs: [_history(rows, json.loads(spec)) for spec in specs],
        "outputArtifacts": outputs,
    }


_VIEWER: Mapping[str, Any] = {
    "__typename": "User",
    "id": "VXNlcjox",
    "entity": "acme",
    "username": "ada",
    "name": "Ada",
    "email": "ada@acme.test",
    "flags": "{}",
    "admin": False,
    "teams": {"edges": []},
}


@dataclass(frozen=True, slots=True)
class _Pages:
    cursor_repeats: bool = False
    overlap: bool = False

    def of(self, nodes: Sequence[Mapping[str, Any]], after: str | None, first: int) -> Mapping[str, Any]:
        """One page; a cursor is the index of what follows it."""
        if after is not None and not after.isdigit():
            raise QueryError("invalid cursor")
        start = int(after or 0)
        begin = max(0, start - 1) if self.overlap else start
        end = begin + first
        edges = [
            {"node": node, "cursor": "1" if self.cursor_repeats else str(index + 1)}
            for index, node in enumerate(nodes[begin:end], begin)
        ]
        page = {
            "__typename": "PageInfo",
            "endCursor": edges[-1]["cursor"] if edges else None,
            "hasNextPage": self.cursor_repeats or end < len(nodes),
        }
        return {"edges": edges, "pageInfo": page}


def _run_fields(run: StoredRun) -> dict[str, Any]:
    return {
        "id": base64.b64encode(f"Run:v1:{run.id}:{run.project}".encode()).decode(),
        "projectId": "12345",
        "tags": list(run.tags),
        "name": run.id,
        "displayName": run.name or f"run-{run.id}",
        "sweepName": None,
        "state": run.state,
        "config": _config_text(run.config),
        "group": run.group,
        "jobType": run.job_type,
        "commit": run.commit,
        "readOnly": False,
        "createdAt": run.created_at,
        "heartbeatAt": run.created_at,
        "description": run.description,
        "notes": run.description,
        "systemMetrics": "{}",
        "summaryMetrics": run.summary if isinstance(run.summary, str) else json.dumps(run.summary),
        "user": {"name": _VIEWER["name"], "username": _VIEWER["username"]},
        "project": _project_node(run.project),
    }


def _config_text(config: Mapping[str, Any] | str) -> str:
    if isinstance(config, str):
        return config
    wrapped = {key: {"desc": None, "value": value} for key, value in config.items()}
    return json.dumps({**wrapped, "_wandb": {"desc": None, "value": {"cli_version": "0.31.0"}}})


def _project_node(path: str) -> dict[str, Any]:
    entity, _, name = path.partition("/")
    return {
        "__typename": "Project",
        "id": base64.b64encode(f"Project:v1:{path}".encode()).decode(),
        "internalId": "12345",
        "name": name,
        "entityName": entity,
        "entity": {"__typename": "Entity", "id": "RW50aXR5OjE=", "name": entity},
    }


def _view_node(report: StoredReport) -> dict[str, Any]:
    return {
        "__typename": "View",
        "id": report.id,
        "name": "abcdefghijk",
        "displayName": report.title,
        "description": report.description,
        "user": {"username": _VIEWER["username"], "photoUrl": None, "email": _VIEWER["email"]},
        "project": _project_node(report.project),
        "spec": report.spec if isinstance(report.spec, str) else json.dumps(report.spec),
        "createdAt": "2026-11-02T09:00:00",
        "updatedAt": "2026-11-03T09:00:00",
    }


def _artifact_node(artifact: StoredArtifact) -> dict[str, Any]:
    collection = {"__typename": "ArtifactSequence", "name": artifact.name, "project": _project_node(artifact.project)}
    identity = f"{artifact.project}/{artifact.name}:v{artifact.version}"
    return {
        "__typename": "Artifact",
        "id": base64.b64encode(f"Artifact:{identity}".encode()).decode(),
        "artifactSequence": collection,
        "versionIndex": artifact.version,
        "artifactType": {"name": artifact.type},
        "description": None,
        "metadata": "{}",
        "ttlDurationSeconds": -2,
        "ttlIsInherited": True,
        "tags": [],
        "historyStep": None,
        "state": "COMMITTED",
        "size": 12,
        "digest": "64bf7d4c63c4ecdd2f8db02a7e1ed5ce",
        "digestAlgorithm": None,
        "commitHash": "0123456789abcdef0123",
        "fileCount": 1,
        "createdAt": "2026-11-01T09:30:00Z",
        "updatedAt": None,
        "aliases": [
            {
                "__typename": "ArtifactAlias",
                "id": base64.b64encode(f"ArtifactAlias:{identity}:{alias}".encode()).decode(),
                "alias": alias,
                "artifactCollection": collection,
            }
            for alias in artifact.aliases
        ],
    }


def _history(rows: Sequence[Mapping[str, Any]], spec: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Rows that have all keys, and of them these alone."""
    keys = spec["keys"]
    having = [{key: row[key] for key in keys} for row in rows if all(key in row for key in keys)]
    return _sampled(having, spec.get("samples", 500))


def _sampled(rows: Sequence[Mapping[str, Any]], samples: int) -> list[Mapping[str, Any]]:
    """At most so many, evenly spread, with the first and the last."""
    if len(rows) <= samples or samples < 2:
        return list(rows[: max(samples, 0)])
    return [rows[round(index * (len(rows) - 1) / (samples - 1))] for index in range(samples)]
