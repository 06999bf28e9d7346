"""Ways on which a stranger's text gets into figures of runs: snapshots, files of runs, and blocks about them."""

import json
from collections.abc import Sequence

from generator.formats.run_snapshot import snapshot_path, to_bytes
from generator.model.experiment import Run, RunQuery, Service, Snapshot

RUNS_EACH = 10
_API = "https://api.wandb.ai"


def snapshots(texts: Sequence[str]) -> dict[str, str | bytes | dict[str, object]]:
    """Everything of a run, and of a report, that a service would hand on."""
    files: dict[str, str | bytes | dict[str, object]] = {}
    for start in range(0, len(texts), RUNS_EACH):
        some = texts[start : start + RUNS_EACH]
        sha = f"sha{start}"
        query = RunQuery(Service.WANDB, _API, "acme/mnist", sha=sha)
        runs = tuple(_run(number, text) for number, text in enumerate(some))
        history = {run.id: {"acc": ((0.0, 1.0), (1.0, 2.0))} for run in runs}
        about = {"title": some[0][:200], "description": some[-1][:200], "metrics": ("acc", "text"), "config": ("k",)}
        files[snapshot_path(query)] = to_bytes(
            Snapshot(query, "2026-11-26T08:00:00Z", runs, history=history, **about)  # type: ignore[arg-type]
        )
        words = f"project: acme/mnist\nsha: {sha}\nmetrics: [acc:max, text]\nconfig: [k]\nchart: [bars acc, lines acc]"
        files[f"_posts/2024-01-02-r{start}.md"] = f"# R\n\n```wandb\n{words}\n```\n"
    return files


def _run(number: int, text: str) -> Run:
    whole = text.encode("utf-8", "replace").decode()
    return Run(
        f"{number}{whole}",
        whole,
        whole or "finished",
        whole,
        f"https://foreign.example/{''.join(whole.split())}",
        (whole,),
        {"k": whole},
        {"acc": number, "text": whole},
    )


def blocks(texts: Sequence[str]) -> dict[str, str | bytes | dict[str, object]]:
    """What an author writes in a block, behind a quote, and in a file of runs."""
    files: dict[str, str | bytes | dict[str, object]] = {}
    for start in range(0, len(texts), RUNS_EACH):
        some = texts[start : start + RUNS_EACH]
        rows = [
            {"name": text, "acc": number, "state": "finished", text or "x": text} for number, text in enumerate(some)
        ]
        files[f"data/r{start}.json"] = json.dumps(rows)
        path = json.dumps(f"data/r{start}.json")
        shown = [
            f"```wandb\nfile: {path}\ntitle: {json.dumps(text)}\nmetrics: [acc]\nchart: bars\n```" for text in some
        ]
        shown += [f"> wandb: {' '.join(text.split())} iframe=true" for text in some]
        shown += [f"```wandb\n{text}\n```" for text in some[:2]]
        files[f"_posts/2024-01-02-b{start}.md"] = "# B\n\n" + "\n\n".join(shown) + "\n"
    return files
