"""Which runs of a project are compared: candidates by commit or id, baselines by tag, the commit before."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from generator.experiments.numbers import number_text
from generator.model.experiment import SECONDARY_SHA_KEY, SHA_KEY, Run

Filters = Mapping[str, Any]
AskRuns = Callable[[Filters], tuple[Run, ...]]
"""All runs of a project that filters let through, oldest first."""


@dataclass(frozen=True, slots=True)
class Selection:
    """What somebody wants to have compared.

    Args:
        run_id: of the one candidate; then no commit counts.
        sha, secondary_sha: as the runs have them in their configuration, `github_sha` and `secondary_sha`.
        baseline_tags: a baseline has one of them, and is no candidate.
        previous: earlier commits, the newest first.
    """

    run_id: str = ""
    sha: str = ""
    secondary_sha: str = ""
    baseline_tags: tuple[str, ...] = ()
    previous: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SelectedRuns:
    """What a selection came to; no run is in it twice.

    Args:
        previous: finished runs of the newest earlier commit that has any.
        previous_sha: that commit; empty for none.
    """

    candidates: tuple[Run, ...] = ()
    baselines: tuple[Run, ...] = ()
    previous: tuple[Run, ...] = ()
    previous_sha: str = ""


def select(ask: AskRuns, selection: Selection, candidates: Sequence[Run] | None = None) -> SelectedRuns:
    """The runs of a selection, in at most three questions.

    Args:
        candidates: where they are known by now.
    """
    found = tuple(candidates) if candidates is not None else ask(candidate_filters(selection))
    ids = {run.id for run in found}
    baselines: tuple[Run, ...] = ()
    if selection.baseline_tags:
        baselines = tuple(run for run in ask(baseline_filters(selection)) if run.id not in ids)
    sha, previous = _newest(ask, selection.previous, ids) if selection.previous else ("", ())
    return SelectedRuns(found, baselines, previous, sha)


def candidate_filters(selection: Selection) -> Filters:
    """In the words of W&B's server, where the id of a run is its ``name``."""
    if selection.run_id:
        return {"name": selection.run_id}
    if selection.secondary_sha:
        return {"$and": [{key: sha} for key, sha in _commits(selection)]}
    return {f"config.{SHA_KEY}": selection.sha}


def baseline_filters(selection: Selection) -> Filters:
    """One of the tags, and no candidate."""
    return {"$and": [{"tags": {"$in": list(selection.baseline_tags)}}, _no_candidate(selection)]}


def _no_candidate(selection: Selection) -> Filters:
    if selection.run_id:
        return {"name": {"$ne": selection.run_id}}
    # The server's `$ne` does not match what is missing.
    ways = [({key: {"$ne": sha}}, {key: {"$exists": False}}) for key, sha in _commits(selection)]
    return {"$or": [way for both in ways for way in both]}


def _commits(selection: Selection) -> list[tuple[str, str]]:
    both = ((f"config.{SHA_KEY}", selection.sha), (f"config.{SECONDARY_SHA_KEY}", selection.secondary_sha))
    return [(key, sha) for key, sha in both if sha]


def _newest(ask: AskRuns, shas: Sequence[str], candidates: set[str]) -> tuple[str, tuple[Run, ...]]:
    filters = {"$and": [{f"config.{SHA_KEY}": {"$in": list(shas)}}, {"state": "finished"}]}
    found = [run for run in ask(filters) if run.id not in candidates]
    for sha in shas:
        runs = tuple(run for run in found if number_text(run.config.get(SHA_KEY)) == sha)
        if runs:
            return sha, runs
    return "", ()
