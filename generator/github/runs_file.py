"""The runs that one job asked a service for and another tells of: ``runs.json``, and three snapshots beside it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, cast

from generator.cache.disk_errors import disk_work
from generator.errors import ContentError
from generator.formats.run_snapshot import from_bytes, to_bytes
from generator.github.plain_files import read_plain
from generator.github.strict_json import Fields, read_fields
from generator.location import Location
from generator.model.experiment import Direction, Metric, Run, RunQuery, Snapshot

NAME = "runs.json"

_VERSION = 1
_MOST_BYTES = 1_000_000
_MOST_SNAPSHOT_BYTES = 8_000_000
_MOST_NAMES = 200
_MOST_NAME = 500
_MOST_SENTENCE = 1000
_KINDS = ("candidates", "baselines", "previous")
_REASONS = ("unconfigured", "refused", "unanswered", "secret", "broken")

Reason = Literal["unconfigured", "refused", "unanswered", "secret", "broken"]


@dataclass(frozen=True, slots=True)
class Unasked:
    """Why nothing is known of any run.

    Args:
        problem: a clause.
        mend: an instruction; may be empty.
    """

    reason: Reason
    problem: str
    mend: str = ""


@dataclass(frozen=True, slots=True)
class ExperimentRuns:
    """What a service knows of a commit.

    Args:
        query: of the candidates.
        fetched_at: ISO 8601 in UTC, to the second.
        metrics, config: what is compared and shown; runs hold no other keys but ``github_sha``.
        previous: finished runs of the newest earlier commit that has any, which is previous_sha.
        artifacts: in full, such as ``acme/mnist/model:v3``: what the one run of a deployment made.
        more_runs: how many more candidates there are than are told of.
        notes: what readers should know beside it, as sentences without their full stop.
        unasked: None where the service answered.
    """

    query: RunQuery
    fetched_at: str
    metrics: tuple[Metric, ...] = ()
    config: tuple[str, ...] = ()
    candidates: tuple[Run, ...] = ()
    baselines: tuple[Run, ...] = ()
    previous: tuple[Run, ...] = ()
    previous_sha: str = ""
    artifacts: tuple[str, ...] = ()
    more_runs: int = 0
    notes: tuple[str, ...] = ()
    unasked: Unasked | None = None


def write_runs(folder: Path, found: ExperimentRuns) -> None:
    """Write the files; whatever an earlier run of the step left is replaced.

    Raises:
        MachineError: they cannot be written.
    """
    with disk_work("the runs cannot be handed on"):
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in contents(found).items():
            (folder / name).write_bytes(content)


def contents(found: ExperimentRuns) -> Mapping[str, bytes]:
    """Name to bytes of every file."""
    parts = dict(zip(_KINDS, (found.candidates, found.baselines, found.previous), strict=True))
    empty = Snapshot(found.query, found.fetched_at)
    files = {f"{kind}.json": to_bytes(replace(empty, runs=runs)) for kind, runs in parts.items()}
    # Escaped: half a character, which JSON has and UTF-8 has not, cannot be written otherwise.
    text = json.dumps(_plain(found), ensure_ascii=True, indent=1, sort_keys=True)
    return {**files, NAME: f"{text}\n".encode("ascii")}


def read_runs(folder: Path) -> ExperimentRuns:
    """What ``write_runs`` wrote.

    Raises:
        ContentError: it is not there, or not as it writes it; the file or the field is named.
    """
    found = read_fields(folder, NAME, most_bytes=_MOST_BYTES)
    if found.count("version") != _VERSION:
        raise found.wrong("version", str(_VERSION))
    candidates, baselines, previous = (_snapshot(folder, f"{kind}.json") for kind in _KINDS)
    why = found.part_or_none("unasked")
    return ExperimentRuns(
        query=candidates.query,
        fetched_at=candidates.fetched_at,
        metrics=tuple(map(_metric, found.rows("metrics", most=_MOST_NAMES))),
        config=_names(found, "config"),
        candidates=candidates.runs,
        baselines=baselines.runs,
        previous=previous.runs,
        previous_sha=found.text("previous_sha", most=40),
        artifacts=_names(found, "artifacts"),
        more_runs=found.count("more_runs"),
        notes=tuple(row.text("note", most=_MOST_SENTENCE) for row in found.rows("notes", most=_MOST_NAMES)),
        unasked=None if why is None else _unasked(why),
    )


def _plain(found: ExperimentRuns) -> Mapping[str, Any]:
    why = found.unasked
    return {
        "version": _VERSION,
        "metrics": [
            {"name": metric.name, "direction": metric.direction.value if metric.direction else None}
            for metric in found.metrics
        ],
        "config": [{"name": name} for name in found.config],
        "artifacts": [{"name": name} for name in found.artifacts],
        "previous_sha": found.previous_sha,
        "more_runs": found.more_runs,
        "notes": [{"note": note[:_MOST_SENTENCE]} for note in found.notes[:_MOST_NAMES]],
        "unasked": None if why is None else {"reason": why.reason, "problem": why.problem, "mend": why.mend},
    }


def _snapshot(folder: Path, name: str) -> Snapshot:
    if not (folder / name).is_file():
        raise ContentError("there is no such file", at=Location(name), mend="run the job again that makes it")
    try:
        return from_bytes(read_plain(folder, name, _MOST_SNAPSHOT_BYTES))
    except ContentError as wrong:
        raise ContentError(wrong.problem, at=Location(name), mend="run the job again that makes it") from None


def _metric(row: Fields) -> Metric:
    direction = row.text_or_none("direction", most=10)
    if direction not in (None, *Direction):
        raise row.wrong("direction", "max or min")
    return Metric(row.text("name", most=_MOST_NAME), Direction(direction) if direction else None)


def _names(found: Fields, name: str) -> tuple[str, ...]:
    return tuple(row.text("name", most=_MOST_NAME) for row in found.rows(name, most=_MOST_NAMES))


def _unasked(part: Fields) -> Unasked:
    reason = part.text("reason", most=20)
    if reason not in _REASONS:
        raise part.wrong("reason", " or ".join(_REASONS))
    return Unasked(
        cast(Reason, reason), part.text("problem", most=_MOST_SENTENCE), part.text("mend", most=_MOST_SENTENCE)
    )
