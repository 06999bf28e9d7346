"""What the fake W&B holds, and the project `acme/mnist` of the acceptance examples."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

PROJECT = "acme/mnist"


@dataclass(frozen=True, slots=True)
class StoredRun:
    """One run.

    Args:
        config, summary: JSON values by key; text is sent as it is, whatever it holds.
        name: empty for ``run-ID``.
        created_at: what the order ``created_at`` goes by.
    """

    id: str
    state: str = "finished"
    tags: tuple[str, ...] = ()
    config: Mapping[str, Any] | str = field(default_factory=dict)
    summary: Mapping[str, Any] | str = field(default_factory=dict)
    created_at: str = "2026-11-01T09:00:00Z"
    name: str = ""
    description: str = ""
    project: str = PROJECT
    group: str | None = None
    job_type: str | None = None
    commit: str | None = None


@dataclass(frozen=True, slots=True)
class StoredReport:
    """One report.

    Args:
        id: as the service has it, padded: ``VmlldzoxMjM0NTY=``.
        spec: JSON values; text is sent as it is.
    """

    id: str
    title: str
    spec: Mapping[str, Any] | str = field(default_factory=dict)
    description: str = ""
    project: str = PROJECT


@dataclass(frozen=True, slots=True)
class StoredArtifact:
    """One version of an artifact that a run put out."""

    run_id: str
    name: str
    type: str = "model"
    version: int = 0
    aliases: tuple[str, ...] = ("latest",)
    project: str = PROJECT


def _run(
    run_id: str, state: str, tags: str = "", *, config: Mapping[str, Any], summary: Mapping[str, Any]
) -> StoredRun:
    created_at = f"2026-11-01T{8 + int(run_id[1:]):02}:00:00Z"
    return StoredRun(run_id, state, tuple(tags.split()), config, summary, created_at)


MNIST = (
    _run("r1", "finished", config={"github_sha": "aaa", "lr": 0.1}, summary={"acc": 0.90, "loss": 0.31}),
    _run("r2", "finished", "baseline", config={"github_sha": "aaa", "lr": 0.2}, summary={"acc": 0.80, "loss": 0.52}),
    _run("r3", "finished", "baseline", config={"github_sha": "bbb", "lr": 0.1}, summary={"acc": 0.95, "loss": 0.20}),
    _run("r4", "crashed", "baseline reference", config={}, summary={"acc": 0.50}),
    _run("r5", "running", config={"github_sha": "aaa", "lr": 0.3}, summary={}),
    _run("r6", "failed", config={"github_sha": "aaa", "lr": 0.4}, summary={}),
    _run(
        "r7",
        "finished",
        "reference",
        config={"github_sha": "bbb", "secondary_sha": "d1", "lr": 0.1},
        summary={"acc": 0.88, "loss": "NaN"},
    ),
    _run(
        "r8",
        "killed",
        "baseline",
        config={"github_sha": "aaa", "secondary_sha": "d2", "lr": 0.5},
        summary={"acc": 0.10},
    ),
)
"""Oldest first."""

MNIST_HISTORY: Mapping[str, tuple[Mapping[str, Any], ...]] = MappingProxyType(
    {
        "r1": tuple({"_step": step, "loss": round(2 / (step + 1), 4), "acc": step / 1000} for step in range(1000)),
        "r2": ({"_step": 0, "loss": 1.5}, {"_step": 1, "acc": 0.4}, {"_step": 2, "loss": "NaN"}),
    }
)
"""Run id → rows, each with the keys that were logged at that step; r1 is longer than anybody asks for."""

_RUN_SETS = {
    "version": 5,
    "width": "readable",
    "blocks": [
        {"type": "heading", "level": 1, "children": [{"text": "Digits"}]},
        {
            "type": "panel-grid",
            "children": [{"text": ""}],
            "metadata": {
                "runSets": [
                    {
                        "id": "set-1",
                        "name": "Baselines",
                        "enabled": True,
                        "project": {"entityName": "acme", "name": "mnist"},
                        "filters": {
                            "op": "OR",
                            "filters": [
                                {
                                    "op": "AND",
                                    "filters": [
                                        {"key": {"section": "tags", "name": "baseline"}, "op": "=", "value": True},
                                        {"key": {"section": "run", "name": "state"}, "op": "=", "value": "finished"},
                                        {
                                            "key": {"section": "config", "name": "lr.value"},
                                            "op": ">",
                                            "value": 0.15,
                                            "disabled": True,
                                        },
                                    ],
                                }
                            ],
                        },
                        "sort": {"keys": [{"key": {"section": "summary", "name": "acc"}, "ascending": False}]},
                        "selections": {"root": 1, "bounds": [], "tree": []},
                        "runFeed": {
                            "columnVisible": {"run:name": True, "summary:acc": True, "config:lr.value": True},
                            "columnOrder": ["run:name", "summary:acc", "config:lr.value"],
                        },
                    }
                ],
                "panelBankSectionConfig": {"panels": []},
            },
        },
    ],
}

MNIST_REPORTS = (StoredReport("VmlldzoxMjM0NTY=", "My Report: v1.0 (a/b)", _RUN_SETS, "What the baselines came to."),)

MNIST_ARTIFACTS = (
    StoredArtifact("r1", "digits", version=3, aliases=("latest", "best")),
    StoredArtifact("r1", "confusion", type="table"),
)
