"""Runs of the acceptance examples as snapshots, and blocks about them, for tests of what a page shows."""

from collections.abc import Mapping
from typing import Any

from generator.experiments.page.figure import figure
from generator.formats.run_snapshot import snapshot_path, to_bytes
from generator.location import Location
from generator.model.embed import Embed, EmbedFragment
from generator.model.experiment import ExperimentRules, Run, RunQuery, Service, Snapshot
from generator.model.reading import ReadingRules

AT = Location("_posts/2026-11-26-runs.md", line=10)
API = "https://api.wandb.ai"
NOW = "2026-11-26T08:00:00Z"
SYNC = "run `inkmill wandb sync`, and commit what it writes"
REPORT = "https://wandb.ai/acme/mnist/reports/T---VmlldzoxMjM"


def query(**selectors: Any) -> RunQuery:
    return RunQuery(Service.WANDB, API, "acme/mnist", **selectors)


def run(run_id: str, state: str = "finished", tags: str = "", *, lr: Any = None, **summary: Any) -> Run:
    return Run(
        run_id,
        f"run-{run_id}",
        state,
        "acme/mnist",
        f"https://wandb.ai/acme/mnist/runs/{run_id}",
        tuple(tags.split()),
        {} if lr is None else {"lr": lr},
        summary,
        f"2026-11-0{run_id[1:]}T08:00:00Z",
    )


R1 = run("r1", lr=0.1, acc=0.9, loss=0.31)
R2 = run("r2", tags="baseline", lr=0.2, acc=0.8, loss=0.52)
R3 = run("r3", tags="baseline", lr=0.1, acc=0.95, loss=0.2)
R4 = run("r4", "crashed", "baseline reference", acc=0.5)
R5 = run("r5", "running", lr=0.3)
R6 = run("r6", "failed", lr=0.4)
R7 = run("r7", tags="reference", lr=0.1, acc=0.88, loss="NaN")
R8 = run("r8", "killed", "baseline", lr=0.5, acc=0.1)


def kept(asked: RunQuery, *runs: Run, **more: Any) -> dict[str, bytes]:
    """The file of a snapshot."""
    named = {"metrics": ("acc", "loss"), "known_metrics": ("acc", "loss"), "config": ("lr",), "known_config": ("lr",)}
    return {snapshot_path(asked): to_bytes(Snapshot(asked, NOW, runs, **{**named, **more}))}


def shown(
    text: str,
    files: Mapping[str, bytes] | None = None,
    *,
    target: str = "",
    options: Mapping[str, str] | None = None,
    rules: ExperimentRules | None = None,
) -> EmbedFragment:
    """What a block in a fence, or a quote with a target, becomes."""
    experiments = rules or ExperimentRules(project="acme/mnist")
    embed = Embed("wandb", target, options or {}, AT, text, ReadingRules(experiments=experiments))
    known: Mapping[str, bytes] = files or {}

    def companions(path: str) -> bytes | None:
        return known.get(path)

    return figure(embed, companions)


def told(fragment: EmbedFragment) -> list[str]:
    """Every problem as one line."""
    return [f"{one.severity.value} {one.at}: {one.problem}; {one.mend}" for one in fragment.problems]
