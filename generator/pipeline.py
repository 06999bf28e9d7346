"""The whole build in the order it happens."""

import time
from dataclasses import replace

from generator.cache.lock import hold
from generator.cache.state import State, load_state, save_state
from generator.cache.store import LostBytesError, Store
from generator.model.report import BuildReport
from generator.model.request import BuildRequest
from generator.pool import without_collector
from generator.stages.engine import engine_fingerprint
from generator.stages.inputs import Inputs, list_inputs, look
from generator.stages.making import make_site
from generator.stages.memory import (
    Left,
    forget,
    is_time_to_tidy,
    next_state,
    published_report,
    stopped_report,
    tidy,
    unchanged_report,
)
from generator.stages.runner import UNWATCHED, Runner
from generator.stages.unchanged import is_unchanged
from generator.write.claim import claim
from generator.write.folder import folder_id
from generator.write.publish import Previous, publish, recover


def build(request: BuildRequest, runner: Runner = UNWATCHED) -> BuildReport:
    """Build the site once, and say what became of every source.

    The output folder changes in one step, and only when the build has no errors (or ``keep_going``).

    Raises:
        BusyError: another build of this source is running.
        MachineError: the disk is full, or a worker died.
        UsageError: the output folder holds files that are not ours.
        SettingsError: a template of the blog is wrong.
    """
    started = time.perf_counter()
    Store(request.cache).prepare()
    with hold(request.cache), without_collector():
        try:
            report = _build(request, runner)
        except LostBytesError as lost:
            forget(request, lost)
            report = _build(request, runner)
    return replace(report, seconds=time.perf_counter() - started)


def _build(request: BuildRequest, runner: Runner) -> BuildReport:
    recover(request.output, request.cache)
    listing = list_inputs(request, time.time_ns())
    fingerprint = engine_fingerprint()
    state = load_state(request.cache)
    if state is not None and is_unchanged(request, listing, fingerprint, state):
        return unchanged_report(request, state)
    _claim_output(request, state)
    inputs = look(request, listing, state)
    if not isinstance(inputs, Inputs):
        return stopped_report(request, inputs)
    return _build_changed(request, inputs, fingerprint, state, runner)


def _claim_output(request: BuildRequest, state: State | None) -> None:
    claim(
        request.output,
        source=request.source,
        private=request.cache,
        is_default=request.output == request.source / "_site",
        is_known=state is not None and bool(state.output_id) and state.output_id == folder_id(request.output),
    )


def _build_changed(
    request: BuildRequest, inputs: Inputs, fingerprint: str, state: State | None, runner: Runner
) -> BuildReport:
    made = make_site(request, inputs, fingerprint, runner)
    if made.must_stop:
        return made.report
    published = publish(
        request.output,
        made.planned(),
        previous=Previous(state.output_id, state.outputs) if state else Previous(),
        source=request.source,
        store=Store(request.cache),
        digest_of=inputs.digests,
    )
    executions = made.documents.executions
    left = Left(made.report, made.site.next_change, published, executions)
    save_state(request.cache, next_state(request, inputs, fingerprint, left))
    if is_time_to_tidy(request, fingerprint, state):
        tidy(Store(request.cache), made.documents.keys, made.site, executions)
    return published_report(made.report, published)
