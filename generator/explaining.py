"""One source explained: is it a post and why, where it stands, what its directives mean, would it run and why."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC

from generator.cache.lock import hold
from generator.cache.state import load_state
from generator.cache.store import Store
from generator.errors import ContentError, UsageError
from generator.execution.schedule import is_due, next_time
from generator.model.explanation import Explanation, Meaning, RunOutlook
from generator.model.front_matter import ErrorPolicy
from generator.model.plan import SourcePlan, name_of
from generator.model.problem import Problem
from generator.model.request import BuildRequest, ExecuteWhen
from generator.model.site import Post, Site
from generator.model.source import SourceKind
from generator.near_words import nearest
from generator.readers.outline import outline
from generator.site.assemble import assemble
from generator.sources.disk import load
from generator.stages.asking import declares
from generator.stages.choosing import shows
from generator.stages.engine import Engine, engine_fingerprint, read_engine
from generator.stages.execution import Execution
from generator.stages.inputs import Inputs, list_inputs, look
from generator.stages.reading import failed_fates, read_sources
from generator.stages.running import Ended, Wish, is_disabled, why_not_fresh
from generator.stages.selecting import Selection, select
from generator.stages.slices import reading_rules, site_rules, timezone

_SAVED = "its page shows the outputs it was saved with"


def explain(request: BuildRequest, path: str) -> Explanation | tuple[Problem, ...]:
    """Everything about the source at path (posix, relative to the source directory); nothing is run or published.

    The errors of a ``_config.yml`` that cannot be used come back in its place.

    Raises:
        UsageError: there is no such source.
        BusyError: a build of this source is running.
    """
    request = replace(request, execute=ExecuteWhen.NEVER)
    Store(request.cache).prepare()
    with hold(request.cache):
        inputs = look(request, list_inputs(request, time.time_ns()), load_state(request.cache))
        if not isinstance(inputs, Inputs):
            return inputs
        engine = read_engine(request.source, engine_fingerprint(), trusts_blog=not request.untrusted)
        return _explained(request, inputs, engine, path)


def _explained(request: BuildRequest, inputs: Inputs, engine: Engine, path: str) -> Explanation:
    read = read_sources(request, inputs, engine, Execution(request, inputs))
    skipped = (*inputs.shelving.skipped, *failed_fates(read))
    site = assemble(read.read, skipped, inputs.files, site_rules(request, inputs))
    if path not in {source.path for source in inputs.sources}:
        # One of its variants was named.
        path = path.partition("#")[0]
    fate = next((fate for fate in site.fates if fate.path == path), None)
    shelved = next((source for source in inputs.sources if source.path == path), None)
    if fate is None and shelved is None:
        raise _no_source(path, site, inputs)
    posts = [post for post in _with_home(site) if post.document.path == path]
    own = next((post for post in posts if post.document.variant is None), None)
    runs = tuple(_outlooks(request, inputs, engine, path)) if shelved else ()
    problems = (*inputs.problems, *read.problems, *site.problems)
    return Explanation(
        path=path,
        fate=fate,
        variants=tuple((post.document.variant, post.url) for post in posts if post.document.variant is not None),
        title=own.document.front.title or "" if own else "",
        date=own.date if own else None,
        date_is_guessed=own is not None and own.document.date_is_guessed,
        meanings=tuple(_meanings(request, inputs, path)),
        runs=runs,
        problems=tuple(dict.fromkeys(p for p in problems if _belongs(p, path) and not _is_said(p, runs))),
    )


def _belongs(problem: Problem, path: str) -> bool:
    return problem.at is not None and problem.at.file == path


def _is_said(problem: Problem, runs: Sequence[RunOutlook]) -> bool:
    """That a notebook has never run is no news beside the line that says that it would."""
    return problem.kind == "never-run" and any(run.would_run for run in runs)


def _with_home(site: Site) -> Sequence[Post]:
    return (*site.posts, site.home_document) if site.home_document else site.posts


def _no_source(path: str, site: Site, inputs: Inputs) -> UsageError:
    known = sorted({fate.path for fate in site.fates} | {source.path for source in inputs.sources})
    near = nearest(path, known) or next((one for one in known if one.endswith(f"/{path.rpartition('/')[2]}")), None)
    mend = f"name `{near}`" if near else "name a file below `_notebooks/`, `_posts/` or `_pages/`"
    return UsageError(f"`{path}` is no source of this blog", mend=mend)


def _meanings(request: BuildRequest, inputs: Inputs, path: str) -> Iterator[Meaning]:
    shelved = next((source for source in inputs.sources if source.path == path), None)
    if shelved is None:
        return
    try:
        found = outline(load(request.source, shelved), reading_rules(request, inputs))
    except ContentError:
        # Told among the problems already.
        return
    for number, flags in enumerate(found.cells, start=1):
        yield from (Meaning(number, written, meaning) for written, meaning in flags.meanings)


def _outlooks(request: BuildRequest, inputs: Inputs, engine: Engine, path: str) -> Iterator[RunOutlook]:
    if not any(source.path == path and source.kind is SourceKind.NOTEBOOK for source in inputs.sources):
        return
    plans = select(request, inputs, engine, Selection((path,))).plans
    # Forced and left alone: what a run would need is found out, and none begins.
    made = Execution(request, inputs)(plans, Wish(ExecuteWhen.NEVER, knows_all=True))
    for plan in plans:
        for end in made.ends:
            if end.needs.plan.path == plan.path:
                yield _outlook(request, inputs, plan, end)


def _outlook(request: BuildRequest, inputs: Inputs, plan: SourcePlan, end: Ended) -> RunOutlook:
    asks = declares(plan, by_default=inputs.settings.execution.execute)
    is_left_alone = is_disabled(end.needs, end.history, inputs.settings.execution)
    would_run = asks and end.record is None and end.needs.failure is None and not is_left_alone
    wishes = end.needs.edition.wishes
    last = end.history.last_good.ran_at if end.history and end.history.last_good else None
    zone = wishes.timezone or timezone(inputs)
    due = bool(wishes.refresh) and is_due(wishes.refresh or "", zone, last, request.now)
    return RunOutlook(
        name=name_of(plan, end.needs.edition),
        asks=asks,
        would_run=would_run,
        because=_because(end, asks=asks, is_left_alone=is_left_alone),
        kernel=end.needs.kernel.name if end.needs.kernel else "",
        depends_on=_depends_on(end),
        shows=_shows(end) if asks else _SAVED,
        history=end.history,
        refresh=wishes.refresh or "",
        next_at=next_time(wishes.refresh, zone, request.now) if wishes.refresh and not due else None,
        is_due=due and not is_left_alone,
        unused_lock=end.needs.unused_lock,
    )


def _shows(end: Ended) -> str:
    failed_at = end.history.failed_at if end.history else None
    if end.record is None and end.policy is ErrorPolicy.SHOW and failed_at is not None:
        return f"its page shows how far the run of {failed_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC came"
    return shows(end)


def _because(end: Ended, *, asks: bool, is_left_alone: bool) -> str:
    if not end.needs.plan.runs_code:
        return "it has no code that may run"
    if end.needs.edition.wishes.execute is False:
        return "its front matter says `execute: false`"
    if not asks:
        return "nobody asks for it: write `execute: true` into its front matter"
    if is_left_alone and end.history is not None:
        times = end.history.failures_in_row
        return f"its last {times} runs failed (`disable_after`); `inkmill run {end.needs.plan.path}` tries again"
    if end.needs.failure is not None:
        return f"{end.needs.failure.problem}: {end.needs.failure.mend}"
    if end.record is not None:
        return "nothing has changed that its outputs depend on"
    return why_not_fresh(end.needs, end.history)


def _depends_on(end: Ended) -> tuple[str, ...]:
    is_inline = end.needs.own is not None and end.needs.own.name == end.needs.plan.path
    own = ("the requirements in its first cell" if is_inline else end.needs.own.name,) if end.needs.own else ()
    locks = [name for name in (end.needs.key.parts if end.needs.key else {}) if name.startswith("environment ")]
    named = [name.removeprefix("environment ") for name in locks if _is_file(name)]
    return tuple(dict.fromkeys((*end.needs.files, *own, *(name for name in named if not own))))


def _is_file(part: str) -> bool:
    return part.endswith((".lock", ".txt", ".yml", ".yaml"))
