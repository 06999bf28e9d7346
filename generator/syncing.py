"""Snapshots of experiments fetched: what all sources ask for, each asked of its service, each file in one step."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from generator.cache.lock import hold
from generator.cache.state import load_state
from generator.cache.store import LostBytesError, Store
from generator.errors import InkmillError
from generator.experiments.services.fetching import AT_A_DESK, PATIENT, Fetched, Services, fetch, services_of
from generator.formats.run_snapshot import FOLDER, snapshot_path, to_bytes
from generator.model.experiment import AskedRuns, Metric, Service, Snapshot
from generator.model.problem import Problem
from generator.model.request import BuildRequest, ExecuteWhen
from generator.model.sync import Outcome, SyncedSnapshot, SyncReport, SyncWishes
from generator.sources.earlier_files import earlier_contents
from generator.sources.snapshot_files import check_folder, read_snapshot, snapshot_at, write_snapshot
from generator.stages.engine import engine_fingerprint, read_engine
from generator.stages.execution import Execution
from generator.stages.inputs import Inputs, list_inputs, look
from generator.stages.memory import forget
from generator.stages.reading import read_sources
from generator.stages.slices import experiment_rules
from generator.web import Patience, UnansweredError

__all__ = ("AT_A_DESK", "sync")

_DAY_SECONDS = 86_400


def sync(request: BuildRequest, wishes: SyncWishes, patience: Patience = PATIENT) -> SyncReport | tuple[Problem, ...]:
    """Fetch what the sources ask for into ``_wandb/``; the errors of a wrong ``_config.yml`` instead.

    A snapshot whose runs are as they were is left alone, its date, too: "as of" is the day since when the numbers
    have been these, and a sync that finds nothing new changes no file. Where a fetch fails, the old file stays. What
    only frozen blocks ask for is fetched once.

    Raises:
        BusyError: another build of this source is running.
        MachineError: a file cannot be written.
        ContentError: ``_wandb`` is no folder of the blog.
    """
    found = _look(replace(request, execute=ExecuteWhen.NEVER))
    if not isinstance(found, _Wanted):
        return found
    check_folder(request.source)
    services = services_of(wishes.environ, found.servers, request.leak_values.values(), patience)
    fetcher = _Fetcher(request, services)
    snapshots = tuple(
        replace(_synced(request, wishes, fetcher, path, found.asked[path]), sources=found.sources[path])
        for path in sorted(found.asked)
    )
    unused = () if found.unread else tuple(path for path in found.there if path not in found.asked)
    return SyncReport(snapshots, found.unread, unused, wishes.is_offline)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What the sources ask for, by the path of the snapshot.

    Args:
        there: every snapshot that is in the source directory.
        servers: of ``_config.yml``.
    """

    asked: Mapping[str, tuple[AskedRuns, ...]]
    sources: Mapping[str, tuple[str, ...]]
    unread: tuple[Problem, ...]
    there: tuple[str, ...]
    servers: tuple[str, ...]


def _look(request: BuildRequest) -> _Wanted | tuple[Problem, ...]:
    """Every source is read as a build reads it, drafts, too; nothing is run and nothing published."""
    Store(request.cache).prepare()
    with hold(request.cache):
        try:
            return _read(request)
        except LostBytesError as lost:
            forget(request, lost)
            return _read(request)


def _read(request: BuildRequest) -> _Wanted | tuple[Problem, ...]:
    inputs = look(request, list_inputs(request, time.time_ns()), load_state(request.cache))
    if not isinstance(inputs, Inputs):
        return inputs
    engine = read_engine(request.source, engine_fingerprint(), trusts_blog=not request.untrusted)
    read = read_sources(request, inputs, engine, Execution(request, inputs))
    asked: dict[str, list[AskedRuns]] = {}
    sources: dict[str, list[str]] = {}
    for document in read.read:
        for place in document.asked_runs:
            if place.query.service is not Service.FILE:
                path = snapshot_path(place.query)
                asked.setdefault(path, []).append(place)
                sources.setdefault(path, []).append(document.path)
    rules = experiment_rules(inputs.settings.experiments)
    listed = (seen.path for seen in inputs.listing.seen if seen.fault is None)
    return _Wanted(
        {path: tuple(dict.fromkeys(places)) for path, places in asked.items()},
        {path: tuple(dict.fromkeys(names)) for path, names in sources.items()},
        # A file of runs may be wrong for many posts.
        tuple(dict.fromkeys(read.failed.values())),
        tuple(sorted(path for path in listed if path.startswith(f"{FOLDER}/") and path.endswith(".json"))),
        (rules.wandb_api, rules.mlflow_server),
    )


class _Fetcher:
    """Fetches snapshots one after the other; a server that did not answer is not waited for again."""

    def __init__(self, request: BuildRequest, services: Services) -> None:
        self._request = request
        self._services = services
        self._silent: dict[str, UnansweredError] = {}

    def __call__(self, path: str, asked: Sequence[AskedRuns], before: Snapshot | None) -> Fetched:
        """
        Raises:
            InkmillError: it cannot be had; nothing was written.
        """
        server = asked[0].query.server
        if server in self._silent:
            raise self._silent[server]
        try:
            return fetch(asked, self._services, now=self._request.now, earlier=self._earlier(path, asked, before))
        except UnansweredError as silence:
            self._silent[server] = silence
            raise

    def _earlier(self, path: str, asked: Sequence[AskedRuns], before: Snapshot | None) -> Sequence[Snapshot]:
        """Snapshots that know of the best there was; git is asked once, then each snapshot hands it on."""
        known = {Metric(best.metric, best.direction) for best in before.best} if before else set()
        leading = {place.leading for place in asked if place.leading is not None and place.leading.direction}
        last = () if before is None else (before,)
        if leading <= known:
            return last
        contents = earlier_contents(self._request.source, path)
        return (*filter(None, map(read_snapshot, contents)), *last)


def _synced(
    request: BuildRequest, wishes: SyncWishes, fetcher: _Fetcher, path: str, asked: Sequence[AskedRuns]
) -> SyncedSnapshot:
    """Fetch one snapshot, and write it where it says something new."""
    before = snapshot_at(request.source / path)
    failure: InkmillError | None = None
    warnings: tuple[str, ...] = ()
    now, outcome = before, Outcome.KEPT if before else Outcome.MISSING
    is_frozen = before is not None and all(place.is_frozen for place in asked)
    if is_frozen:
        outcome = Outcome.FROZEN
    elif not wishes.is_offline:
        try:
            fetched = fetcher(path, asked, before)
        except InkmillError as wrong:
            failure = wrong
        else:
            now, warnings = fetched.snapshot, fetched.warnings
            outcome = Outcome.WRITTEN
            if before is not None and replace(now, fetched_at=before.fetched_at) == before:
                now, outcome = before, Outcome.UNCHANGED
            else:
                write_snapshot(request.source / path, to_bytes(now))
    age = None if now is None else _age_days(now.fetched_at, request.now)
    return SyncedSnapshot(
        path,
        asked[0].query.project or asked[0].query.report,
        outcome,
        runs=len(now.runs) if now else 0,
        age_days=age,
        failure=failure,
        warnings=warnings,
        # Frozen numbers are meant to be old.
        is_too_old=not is_frozen and age is not None and wishes.max_age_days is not None and age > wishes.max_age_days,
    )


def _age_days(fetched_at: str, now: datetime) -> float:
    """Never less than 0: clocks differ."""
    return max(0.0, (now - datetime.fromisoformat(fetched_at)).total_seconds() / _DAY_SECONDS)
