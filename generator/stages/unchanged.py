"""Whether anything at all has changed since the last build; imports nothing heavy."""

import hashlib
from collections.abc import Iterable
from dataclasses import fields

from generator.cache.state import State, is_racy
from generator.cache.store import Store
from generator.model.request import BuildRequest, ExecuteWhen
from generator.stages.inputs import Listing
from generator.write.publish import Previous, is_intact

# Where the work is done and how much of it at once shapes no byte; now has rules of its own.
_WITHOUT_EFFECT = frozenset(
    {"source", "output", "cache", "now", "jobs", "leak_values", "shown_source", "executor", "ray_address", "warm"}
)


def request_key(request: BuildRequest) -> str:
    """Whatever of the request shapes the output, as one key; secret values enter as a digest only."""
    shaping = [f"{field.name}={getattr(request, field.name)}" for field in fields(request)]
    kept = [text for text in shaping if text.partition("=")[0] not in _WITHOUT_EFFECT]
    secrets = "\0".join(f"{name}={value}" for name, value in sorted(request.leak_values.items()))
    return hashlib.sha256("\0".join([*kept, hashlib.sha256(secrets.encode()).hexdigest()]).encode()).hexdigest()


def is_unchanged(request: BuildRequest, listing: Listing, fingerprint: str, state: State) -> bool:
    """Whether a build would find every input as it was, and every output as it left it."""
    return (
        state.engine == fingerprint
        and state.output == str(request.output)
        and state.request == request_key(request)
        and state.git_mark == listing.git_mark
        and _is_still_time(request, state)
        and _are_inputs_same(listing, state)
        and is_intact(request.output, Previous(state.output_id, state.outputs))
        and _are_runs_same(request, state)
    )


def _are_runs_same(request: BuildRequest, state: State) -> bool:
    """Nothing was run elsewhere, installed or taken away, and nothing is to be tried again."""
    if not state.is_settled or request.execute is ExecuteWhen.ALWAYS:
        return False
    if not state.runs:
        return True
    from generator.execution.records import Runs

    runs = Runs(Store(request.cache))
    return state.installed == installed(state.pythons) and all(
        runs.mark(path, variant) == mark for path, variant, mark in state.runs
    )


def _is_still_time(request: BuildRequest, state: State) -> bool:
    has_not_gone_back = state.now is not None and request.now >= state.now
    return has_not_gone_back and (state.next_change is None or request.now < state.next_change)


def _are_inputs_same(listing: Listing, state: State) -> bool:
    usable = [seen for seen in listing.seen if seen.fault is None]
    if len(usable) != len(state.inputs):
        return False
    for seen in usable:
        record = state.inputs.get(seen.path)
        if record is None or (record.size, record.mtime_ns) != (seen.size, seen.mtime_ns):
            return False
        if is_racy(seen.mtime_ns, state.listed_at_ns):
            return False
    return True


def installed(pythons: Iterable[str]) -> str:
    """A mark of the packages and the kernels that runs may depend on.

    Args:
        pythons: interpreters of kernels, beside the one inkmill runs in.
    """
    from generator.execution.kernels import kernels_mark
    from generator.execution.packages import installed_mark

    return " ".join((kernels_mark(), installed_mark(None), *map(installed_mark, pythons)))
