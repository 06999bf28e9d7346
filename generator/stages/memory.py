"""What a build leaves behind: its report, and the state the next build starts from."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from generator.cache.codec import encode
from generator.cache.state import State, forget_state
from generator.cache.store import LostBytesError, Store
from generator.model.problem import Problem
from generator.model.report import BuildReport
from generator.model.request import BuildRequest
from generator.model.site import Site
from generator.model.tally import RunTally
from generator.stages.inputs import Inputs, remember_settings
from generator.stages.unchanged import installed, request_key
from generator.write.publish import Published

if TYPE_CHECKING:
    from generator.stages.execution import Executions


@dataclass(frozen=True, slots=True)
class Left:
    """What a build leaves for the next one.

    Args:
        next_change: when a scheduled or expiring document changes state by itself.
    """

    report: BuildReport
    next_change: datetime | None
    published: Published
    executions: "Executions"


def next_state(request: BuildRequest, inputs: Inputs, fingerprint: str, left: Left) -> State:
    """Everything the next build needs to know of this one."""
    return State(
        engine=fingerprint,
        request=request_key(request),
        settings_digest=inputs.settings_digest,
        settings=remember_settings(inputs),
        listed_at_ns=inputs.listing.at_ns,
        inputs=inputs.digests.records(),
        output=str(request.output),
        output_id=left.published.output_id,
        outputs=left.published.records,
        git_mark=inputs.listing.git_mark,
        git=encode(inputs.git),
        base_path=left.report.base_path,
        now=request.now,
        next_change=left.next_change,
        fates=left.report.fates,
        problems=left.report.problems,
        runs=left.executions.marks,
        pythons=left.executions.pythons,
        installed=_installed(left.executions),
        is_settled=left.executions.is_settled,
        tally=left.report.tally,
    )


def _installed(executions: "Executions") -> str:
    return installed(executions.pythons) if executions.marks else ""


def forget(request: BuildRequest, lost: LostBytesError) -> None:
    """What the store has lost must be made again; the documents that made it are read anew."""
    store = Store(request.cache)
    for kind, key in lost.lost:
        store.forget(kind, key)
    store.prune("documents", ())
    forget_state(request.cache)


_WEEK_SECONDS = 7 * 24 * 3600
_SEASON_SECONDS = 90 * 24 * 3600


def is_time_to_tidy(request: BuildRequest, fingerprint: str, state: State | None) -> bool:
    """After an upgrade, and once a day."""
    if state is None or state.engine != fingerprint or state.now is None:
        return True
    return state.now.date() != request.now.date()


def tidy(store: Store, keys: Iterable[str], site: Site, executions: "Executions") -> None:
    """Drop what old builds left in the store; what this one used stays, and what is young may be wanted again.

    The keys of drawings are nobody's to list: they go by age alone, and are drawn anew when they are missed.

    Args:
        keys: of the documents and bodies of this build.
    """
    store.prune("documents", keys, older_than_seconds=_WEEK_SECONDS)
    pictures = {asset.name for document in site.documents for asset in document.assets}
    store.prune("derived", pictures, older_than_seconds=_SEASON_SECONDS)
    if store.size_bytes("executed"):
        from generator.execution.records import Runs

        kept = Runs(store).keys((path, variant) for path, variant, _ in executions.marks)
        store.prune("executed", kept, older_than_seconds=_SEASON_SECONDS)


def unchanged_report(request: BuildRequest, state: State) -> BuildReport:
    """The last build's report, told again."""
    return BuildReport(
        fates=state.fates,
        problems=state.problems,
        converted=0,
        written=0,
        kept=len(state.outputs),
        removed=0,
        was_unchanged=True,
        was_published=True,
        output=request.shown_output,
        base_path=state.base_path,
        tally=as_told_again(state.tally),
    )


def as_told_again(tally: RunTally) -> RunTally:
    """What ran in the last build comes from the store in this one."""
    return replace(tally, executed=0, cached=tally.cached + tally.executed)


def published_report(report: BuildReport, published: Published) -> BuildReport:
    """The report of a build whose files stand in a folder."""
    return replace(
        report,
        written=published.written,
        kept=published.kept,
        removed=published.removed,
        was_published=True,
    )


def stopped_report(request: BuildRequest, problems: tuple[Problem, ...]) -> BuildReport:
    """A build that published nothing yet."""
    return BuildReport(
        (),
        problems,
        0,
        0,
        0,
        0,
        was_unchanged=False,
        was_published=False,
        output=request.shown_output,
        shows_last_good=request.output.is_dir(),
    )
