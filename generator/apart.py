"""A site beside the blog's own: built into a folder of its own, or only to see what would be published."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from generator.cache.lock import hold
from generator.cache.state import load_state
from generator.cache.store import LostBytesError, Store
from generator.model.report import BuildReport, SiteFacts
from generator.model.request import BuildRequest
from generator.pool import without_collector
from generator.stages.engine import engine_fingerprint
from generator.stages.inputs import Inputs, list_inputs, look
from generator.stages.making import MadeSite, make_site
from generator.stages.memory import forget, published_report, stopped_report, unchanged_report
from generator.stages.runner import UNWATCHED, Runner
from generator.stages.unchanged import is_unchanged
from generator.write.claim import claim
from generator.write.publish import Previous, Published, publish, recover

Done = TypeVar("Done")


@dataclass(frozen=True, slots=True)
class ApartBuild:
    """A build that leaves the output folder alone.

    Args:
        site: None when none could be made.
    """

    report: BuildReport
    site: SiteFacts | None


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What a build would do.

    Args:
        folder: holds what the output folder would hold, until the next build; it may be the output folder itself,
            and its files have further names. None where ``_config.yml`` is wrong.
    """

    report: BuildReport
    folder: Path | None


def build_apart(request: BuildRequest, into: Path, runner: Runner = UNWATCHED) -> ApartBuild:
    """Build into another folder; the output folder, and what the next build knows of it, stay as they are.

    The store is shared: what was read and run for one build serves the other.

    Args:
        into: absolute; nothing of ours, or a site of ours, may be there.

    Raises:
        BusyError: another build of this source is running.
        MachineError: the disk is full, or a worker died.
        UsageError: into holds files that are not ours.
        SettingsError: a template of the blog is wrong.
    """

    def work() -> ApartBuild:
        claim(into, source=request.source, private=request.cache, is_default=False, is_known=False)
        inputs = look(request, list_inputs(request, time.time_ns(), (into,)), None)
        if not isinstance(inputs, Inputs):
            return ApartBuild(stopped_report(request, inputs), None)
        made = make_site(request, inputs, engine_fingerprint(), runner)
        if made.must_stop:
            return ApartBuild(made.report, None)
        published = _written(made, into, Previous())
        return ApartBuild(published_report(replace(made.report, output=str(into)), published), made.facts())

    started = time.perf_counter()
    built = _held(request, work)
    return replace(built, report=replace(built.report, seconds=time.perf_counter() - started))


def survey(request: BuildRequest, runner: Runner = UNWATCHED) -> ApartBuild:
    """Put the site together and render nothing: enough to compare its pages with another's.

    Raises:
        BusyError, MachineError, SettingsError: as ``build_apart``.
    """

    def work() -> ApartBuild:
        inputs = look(request, list_inputs(request, time.time_ns()), None)
        if not isinstance(inputs, Inputs):
            return ApartBuild(stopped_report(request, inputs), None)
        made = make_site(request, inputs, engine_fingerprint(), runner)
        return ApartBuild(made.report, None if made.must_stop else made.facts())

    return _held(request, work)


def rehearse(request: BuildRequest, runner: Runner = UNWATCHED) -> Rehearsal:
    """Everything a build does but the last step: what can be published is made, errors elsewhere or not.

    Raises:
        BusyError, MachineError, SettingsError: as ``build_apart``.
    """

    def work() -> Rehearsal:
        recover(request.output, request.cache)
        listing = list_inputs(request, time.time_ns())
        fingerprint = engine_fingerprint()
        state = load_state(request.cache)
        if state is not None and is_unchanged(request, listing, fingerprint, state):
            return Rehearsal(unchanged_report(request, state), request.output)
        inputs = look(request, listing, state)
        if not isinstance(inputs, Inputs):
            return Rehearsal(stopped_report(request, inputs), None)
        made = make_site(request, inputs, fingerprint, runner)
        previous = Previous(state.output_id, state.outputs) if state else Previous()
        published = _written(made, request.output, previous, appears=False)
        return Rehearsal(made.report, published.folder)

    started = time.perf_counter()
    rehearsed = _held(request, work)
    return replace(rehearsed, report=replace(rehearsed.report, seconds=time.perf_counter() - started))


def _written(made: MadeSite, output: Path, previous: Previous, *, appears: bool = True) -> Published:
    return publish(
        output,
        made.planned(),
        previous=previous,
        source=made.request.source,
        store=Store(made.request.cache),
        digest_of=made.inputs.digests,
        appears=appears,
    )


def _held(request: BuildRequest, work: Callable[[], Done]) -> Done:
    Store(request.cache).prepare()
    with hold(request.cache), without_collector():
        try:
            return work()
        except LostBytesError as lost:
            forget(request, lost)
            return work()
