"""The runs of a block from where they are kept: a snapshot that a sync wrote, or a file of the author's."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from generator.errors import ContentError
from generator.experiments.page.block import Block
from generator.experiments.page.block_values import KIND, shortened
from generator.experiments.services.choosing_runs import chosen_runs
from generator.experiments.services.run_file import runs_of
from generator.experiments.services.tied import is_shortened
from generator.formats.run_snapshot import from_bytes, snapshot_path
from generator.location import Location
from generator.model.experiment import Run, RunQuery, Service, Snapshot
from generator.model.problem import Problem, error, warning
from generator.model.reading import Companions
from generator.near_words import nearest

_SYNC = "run `inkmill wandb sync`, and commit what it writes"
_THAW = "leave out `frozen: true`, run `inkmill wandb sync`, and commit what it writes; then write it again"
_MOST_TOLD = 12


@dataclass(frozen=True, slots=True)
class Gathered:
    """What is known of the runs of a block.

    Args:
        runs: that were asked for.
        baselines: that they are held against; none of the runs is one.
        as_of: ISO 8601; empty for a file.
        metrics, config: columns the snapshot was made with.
        title, description: of a report.
    """

    runs: tuple[Run, ...] = ()
    baselines: tuple[Run, ...] = ()
    as_of: str = ""
    metrics: tuple[str, ...] = ()
    config: tuple[str, ...] = ()
    history: Mapping[str, Mapping[str, tuple[tuple[float, float], ...]]] = field(default_factory=dict)
    more_runs: int = 0
    title: str = ""
    description: str = ""


def gathered(block: Block, companions: Companions) -> tuple[Gathered | None, tuple[Problem, ...]]:
    """The runs and what the author should mend; None where nothing is known of them."""
    found, problems = _found(block, companions)
    if found is None or block.has_links:
        return found, problems
    return replace(found, runs=unlinked(found.runs), baselines=unlinked(found.baselines)), problems


def unlinked(runs: Iterable[Run]) -> tuple[Run, ...]:
    """Runs without their pages."""
    return tuple(replace(run, url="") for run in runs)


def kept_snapshot(
    query: RunQuery, at: Location, companions: Companions, called: str = "the runs"
) -> tuple[Snapshot | None, tuple[Problem, ...]]:
    """The answer to a query, or one warning that says how to get it."""
    path = snapshot_path(query)
    content = companions(path)
    whose = f"{called} of `{shortened(query.project)}`"
    if content is None:
        return None, (warning(KIND, f"{whose} are not here yet: there is no `{path}`", at, _SYNC),)
    try:
        return from_bytes(content), ()
    except ContentError as wrong:
        return None, (warning(KIND, f"{whose} are not shown: of `{path}`, {wrong.problem}", at, _SYNC),)


def runs_in_file(
    path: str, metrics: Sequence[str], at: Location, companions: Companions
) -> tuple[tuple[Run, ...] | None, tuple[Problem, ...]]:
    """All runs of a file of the blog, or why there are none to show."""
    content = companions(path)
    if content is None:
        mend = "put the file there, or name the one that is there"
        return None, (error(KIND, f"there is no file `{shortened(path)}`", at, mend),)
    try:
        return runs_of(content, path, metrics), ()
    except ContentError as wrong:
        return None, (error(KIND, wrong.problem, wrong.at or at, wrong.mend),)


def told_columns(
    at: Location,
    names: Iterable[str],
    asked: Sequence[str],
    known: Sequence[str],
    what: str,
    *,
    is_frozen: bool = False,
) -> tuple[Problem, ...]:
    """Columns that stay empty, and why.

    Args:
        names: that are shown.
        asked: that the snapshot was made with.
        known: that any run has.
        what: ``metric`` or ``key of the configuration``.
    """
    problems: list[Problem] = []
    names = tuple(names)
    unasked = [name for name in names if name not in asked]
    if unasked:
        problem = f"the snapshot was made before {_listed(unasked)} was asked for, and that column is empty"
        problems.append(warning(KIND, problem, at, _THAW if is_frozen else _SYNC))
    for name in names:
        if name in asked and name not in known:
            near = nearest(name, known)
            known_words = f"; known are {_listed(known)}" if known else ""
            mend = f"write `{shortened(near)}`{known_words}" if near else f"write one that the runs log{known_words}"
            problems.append(warning(KIND, f"no run has the {what} `{shortened(name)}`", at, mend))
    return tuple(problems)


def told_order(block: Block, metrics: Sequence[str], config: Sequence[str]) -> tuple[Problem, ...]:
    """A key to sort by that no run has."""
    known = tuple(dict.fromkeys(("created", "name", *metrics, *config)))
    key = block.sorts_by
    if not key or key in known:
        return ()
    sign = "-" if block.sort.startswith("-") else ""
    mend = f"write `sort: {sign}{shortened(nearest(key, known) or 'created')}`; known are {_listed(known)}"
    return (warning(KIND, f"no run has `{shortened(key)}` to sort by", block.at, mend),)


def metric_names(block: Block) -> tuple[str, ...]:
    """Metrics that the block names anywhere, in order."""
    named = [metric.name for metric in block.metrics] + [chart.metric for chart in block.charts if chart.metric]
    return tuple(dict.fromkeys(named))


def _found(block: Block, companions: Companions) -> tuple[Gathered | None, tuple[Problem, ...]]:
    if block.query.service is Service.FILE:
        return _from_file(block, companions)
    snapshot, problems = kept_snapshot(block.query, block.at, companions)
    if snapshot is None:
        return None, problems
    apart: Snapshot | None = None
    if block.baseline_query is not None:
        apart, told = kept_snapshot(block.baseline_query, block.at, companions, "the baselines")
        problems += told
    runs, baselines = _parted(block, snapshot.runs, apart.runs if apart else ())
    problems += (*_told_missing(block, snapshot.runs), *_lacking(block, snapshot))
    found = Gathered(
        runs,
        baselines,
        snapshot.fetched_at,
        snapshot.metrics,
        snapshot.config,
        {**(apart.history if apart else {}), **snapshot.history},
        snapshot.more_runs,
        snapshot.title,
        snapshot.description,
    )
    return found, (*problems, *_unread(block, (*runs, *baselines)))


def _lacking(block: Block, snapshot: Snapshot) -> tuple[Problem, ...]:
    if not snapshot.runs:
        return ()
    at, frozen = block.at, block.is_frozen
    what = "key of the configuration"
    names = metric_names(block)
    return (
        *told_columns(at, names, snapshot.metrics, snapshot.known_metrics, "metric", is_frozen=frozen),
        *told_columns(at, block.config, snapshot.config, snapshot.known_config, what, is_frozen=frozen),
        *told_order(block, snapshot.known_metrics, snapshot.known_config),
    )


def _told_missing(block: Block, runs: Iterable[Run], known: Sequence[str] = ()) -> tuple[Problem, ...]:
    """Runs that are named and not there, the mere beginning of a commit's name, and a choice that no run meets.

    That a commit has no runs yet is no fault of a page.


    Args:
        known: ids of a file.
    """
    found = {run.id for run in runs}
    missing = [one for one in block.query.run_ids if one not in found]
    if not found and is_shortened(block.query.sha):
        problem = f"no run is logged for `{block.query.sha}`, and it is only the beginning of a commit's name"
        return (warning(KIND, problem, block.at, "write all 40 digits, as the runs hold them"),)
    where = "in the file" if block.query.service is Service.FILE else f"in `{shortened(block.query.project)}`"
    if not found and not block.query.sha and not missing and (choice := _choice(block.query)):
        mend = "look how the runs have it written, or leave the block out until there are such runs"
        return (warning(KIND, f"there is no run {where} with {choice}", block.at, mend),)
    if not missing:
        return ()
    near = nearest(missing[0], known)
    mend = "look for its id in the address of its page, or leave it out"
    problem = f"there is no run {_listed(missing)} {where}"
    return (warning(KIND, problem, block.at, f"write `{shortened(near)}`" if near else mend),)


def _choice(query: RunQuery) -> str:
    """What tags and filter ask for; empty where they ask for nothing."""
    tags = f"the tag {' or '.join(f'`{shortened(tag)}`' for tag in query.tags[:_MOST_TOLD])}" if query.tags else ""
    held = "all that `filter:` says" if query.filters else ""
    return " and ".join(part for part in (tags, held) if part)


def _from_file(block: Block, companions: Companions) -> tuple[Gathered | None, tuple[Problem, ...]]:
    names = metric_names(block)
    everything, problems = runs_in_file(block.query.project, names, block.at, companions)
    if everything is None:
        return None, problems
    chosen = chosen_runs(everything, block.query)
    problems += _told_missing(block, chosen, [run.id for run in everything])
    runs, baselines = _parted(block, chosen, everything)
    config = tuple(dict.fromkeys(key for run in everything for key in run.config))
    metrics = tuple(dict.fromkeys(key for run in everything for key in run.summary))
    if everything:
        problems += told_columns(block.at, names, names, metrics, "column")
        problems += told_columns(block.at, block.config, block.config, config, "column")
        problems += told_order(block, metrics, config)
    return Gathered(runs, baselines, metrics=metrics, config=config), problems


def _parted(block: Block, runs: Sequence[Run], others: Iterable[Run]) -> tuple[tuple[Run, ...], tuple[Run, ...]]:
    """Runs and baselines.

    Who names a commit or a run means it, whatever tags it has. In a set that a tag or a filter gathered, those with a
    baseline tag are what the rest is held against.
    """
    tags = set(block.baseline_tags)
    named = bool(block.query.sha or block.query.run_ids)
    mine = tuple(run for run in runs if named or not tags & set(run.tags))
    if runs and not mine:
        return tuple(runs), ()
    ids = {run.id for run in mine}
    candidates = (*others, *(() if named else runs))
    baselines = {run.id: run for run in candidates if run.id not in ids and tags & set(run.tags)}
    return mine, tuple(baselines.values())


def _unread(block: Block, runs: Iterable[Run]) -> tuple[Problem, ...]:
    return tuple(
        warning(
            KIND,
            f"the {' and the '.join(run.unread)} of the run `{shortened(run.name)}` could not be read",
            block.at,
            "look at the run at its service; its cells are empty here",
        )
        for run in runs
        if run.unread
    )


def _listed(names: Sequence[str]) -> str:
    more = len(names) - _MOST_TOLD
    return ", ".join(f"`{shortened(name)}`" for name in names[:_MOST_TOLD]) + (f" and {more} more" if more > 0 else "")
