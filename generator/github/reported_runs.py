"""Runs that a workflow of the blog's own hands in with its report: a file that `inkmill wandb runs` wrote, or any."""

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from generator.errors import UsageError
from generator.experiments.comparison import compare
from generator.experiments.services.run_file import runs_of
from generator.github.plain_files import read_plain
from generator.github.runs_comment import AboutRuns, comparison_text
from generator.model.experiment import Metric, Run

_MOST_BYTES = 20_000_000
_MOST_METRICS = 10
_BASELINES = ("reference", "baseline")


def reported_runs_text(path: Path, sha: str, metrics: Sequence[Metric], *, most: int) -> str:
    """The comparison of the runs in a file, CSV or JSON, in words; those of no role are candidates.

    Args:
        metrics: that are compared; empty for the first that the runs have.
        most: characters.

    Raises:
        UsageError: there is no such file.
        ContentError: it holds no runs.
    """
    if not path.is_file():
        raise UsageError(f"there is no file `{path.name}`", mend="name it with `--runs`, or leave `--runs` out")
    content = read_plain(path.parent, path.name, _MOST_BYTES)
    runs = runs_of(content, path.name, [metric.name for metric in metrics])
    roles = dict(_roles(content, path.name))
    candidates = [run for run in runs if roles.get(run.id, "candidate") == "candidate"]
    baselines = [run for run in runs if roles.get(run.id) in _BASELINES]
    previous = [run for run in runs if roles.get(run.id) == "previous"]
    shown = tuple(metrics) or _first_metrics(run.summary for run in runs)
    about = AboutRuns(next(_projects(content, path.name, runs), path.name), sha)
    return comparison_text(compare(candidates, baselines, shown, (), previous), about, most=most, rest="in that file")


def _first_metrics(summaries: Iterator[Mapping[str, Any]]) -> tuple[Metric, ...]:
    names = dict.fromkeys(key for summary in summaries for key in summary)
    return tuple(map(Metric, names))[:_MOST_METRICS]


def _projects(content: bytes, name: str, runs: Sequence[Run]) -> Iterator[str]:
    yield from (str(row["project"]) for row in _json_rows(content, name) if row.get("project"))
    yield from (str(run.config["project"]) for run in runs if run.config.get("project"))


def _roles(content: bytes, name: str) -> Iterator[tuple[str, str]]:
    """Id and role of each run in a file that says it; one that is none was found wrong before."""
    rows = _json_rows(content, name)
    yield from ((str(row["id"]), str(row["role"])) for row in rows if row.get("id") and row.get("role"))
    if name.lower().endswith(".csv"):
        for line in csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")):
            if line.get("run.id") and line.get("__eval.category"):
                yield line["run.id"], line["__eval.category"]


def _json_rows(content: bytes, name: str) -> Sequence[Mapping[str, Any]]:
    if not name.lower().endswith(".json"):
        return ()
    whole = json.loads(content.decode("utf-8-sig"))
    rows: list[dict[str, Any]] = whole["runs"] if isinstance(whole, dict) else whole
    return rows
