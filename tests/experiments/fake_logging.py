"""How the fake W&B takes runs in: the calls of a client that logs, live or by ``wandb sync``."""

import gzip
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tests.experiments.fake_schema import WandbStore, run_node
from tests.experiments.fixture_runs import StoredRun

_STREAM = re.compile(r"/files/([^/]+)/([^/]+)/([^/]+)/file_stream")
_FIELDS: Mapping[str, str] = {
    "displayName": "name",
    "notes": "description",
    "groupName": "group",
    "jobType": "job_type",
    "commit": "commit",
    "state": "state",
}


def mutations(store: WandbStore, address: str) -> Mapping[str, Any]:
    """What a mutation selects from.

    Args:
        address: of the server itself, for uploads of files.
    """

    def upsert(input: Mapping[str, Any]) -> Mapping[str, Any]:  # noqa: A002 - its name
        return _upserted(store, input)

    def create_files(input: Mapping[str, Any]) -> Mapping[str, Any]:  # noqa: A002 - its name
        files = [
            {"name": name, "displayName": name, "uploadUrl": f"{address}/upload/{name}", "uploadHeaders": []}
            for name in input["files"]
        ]
        return {"runID": input["runName"], "uploadHeaders": [], "files": files}

    return {"upsertBucket": upsert, "createRunFiles": create_files}


def take_stream(store: WandbStore, path: str, headers: Mapping[str, str], body: bytes) -> bool:
    """Keep what a client streams of a run: rows of history, summary, how it ended.

    Returns:
        False where path is no stream, or of no run.
    """
    found = _STREAM.fullmatch(path)
    if not found:
        return False
    said = json.loads(gzip.decompress(body) if headers.get("content-encoding") == "gzip" else body)
    entity, project, run_id = found.groups()
    run = _run(store, f"{entity}/{project}", run_id)
    if run is None:
        return False
    files = said.get("files") or {}
    history = files.get("wandb-history.jsonl")
    if history:
        rows = store.histories.setdefault(run_id, [])
        # An offset that repeats is a try that repeats.
        rows[history["offset"] :] = [_plain(line) for line in history["content"]]
    summary = files.get("wandb-summary.json")
    if summary:
        run = replace(run, summary=_plain(summary["content"][-1]))
    if said.get("complete"):
        run = replace(run, state="failed" if said.get("exitcode") else "finished")
    _keep(store, run)
    return True


def _plain(line: str) -> Any:
    """JSON with bare NaN and Infinity, which the service keeps as texts."""
    return json.loads(line, parse_constant=str)


def _upserted(store: WandbStore, wanted: Mapping[str, Any]) -> Mapping[str, Any]:
    path = f"{wanted.get('entityName') or 'acme'}/{wanted.get('modelName') or 'uncategorized'}"
    known = _run(store, path, wanted["name"])
    created_at = f"2026-11-10T09:00:{len(store.runs):02}Z"
    run = known or StoredRun(wanted["name"], "running", created_at=created_at, project=path)
    given = {ours: wanted[theirs] for theirs, ours in _FIELDS.items() if wanted.get(theirs) is not None}
    if wanted.get("tags") is not None:
        given["tags"] = tuple(wanted["tags"])
    if wanted.get("config") is not None:
        given["config"] = {key: one["value"] for key, one in json.loads(wanted["config"]).items() if key != "_wandb"}
    run = replace(run, **given)
    _keep(store, run)
    return {"bucket": run_node(store, run), "inserted": known is None}


def _run(store: WandbStore, project: str, run_id: str) -> StoredRun | None:
    return next((run for run in store.runs if (run.id, run.project) == (run_id, project)), None)


def _keep(store: WandbStore, run: StoredRun) -> None:
    store.runs[:] = [one for one in store.runs if (one.id, one.project) != (run.id, run.project)] + [run]
