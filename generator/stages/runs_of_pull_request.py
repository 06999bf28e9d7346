"""Which of a pull request's notebooks this site runs, and the runs that came of them, as far as they are theirs."""

import time
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path, PurePosixPath

from generator.cache.disk_errors import disk_work
from generator.cache.lock import hold
from generator.cache.store import Store
from generator.errors import ContentError
from generator.execution.records import Runs, name_of_pair
from generator.execution.run_files import read_runs
from generator.github.plain_files import read_plain
from generator.model.execution import RunHistory
from generator.model.plan import SourcePlan
from generator.model.problem import Problem
from generator.model.request import BuildRequest
from generator.model.source import SourceKind
from generator.stages.asking import declares, is_wrong
from generator.stages.engine import engine_fingerprint, read_engine
from generator.stages.inputs import Inputs, list_inputs, look
from generator.stages.selecting import Selection, select

_LARGEST_FILE_BYTES = 100 * 1024 * 1024


def asking_plans(request: BuildRequest, paths: Iterable[str]) -> Mapping[str, SourcePlan]:
    """Of the notebooks at these paths those that this site runs, by path; no plugin has a say.

    Raises:
        BusyError: another build of this source is running.
    """
    Store(request.cache).prepare()
    with hold(request.cache):
        inputs = look(request, list_inputs(request, time.time_ns()), None)
        if not isinstance(inputs, Inputs):
            return {}
        notebooks = {source.path for source in inputs.sources if source.kind is SourceKind.NOTEBOOK}
        wanted = tuple(path for path in paths if path in notebooks)
        if not wanted:
            return {}
        engine = read_engine(request.source, engine_fingerprint(), trusts_blog=False)
        plans = select(request, inputs, engine, Selection(wanted)).plans
    by_default = inputs.settings.execution.execute
    return {plan.path: plan for plan in plans if declares(plan, by_default=by_default) and not is_wrong(plan)}


def take_runs_of(
    plans: Mapping[str, SourcePlan], folder: Path, runs: Runs, *, workspace: Path
) -> tuple[tuple[str, ...], tuple[Problem, ...]]:
    """Take the runs in folder that are of these notebooks, with the code they have now; all others stay out.

    Whoever wrote the folder may have run a stranger's code: a run of one notebook must not become another's.

    Args:
        folder: as ``write_runs`` leaves it; it need not be there.
        workspace: an empty folder for copies.

    Returns:
        Names (``PATH`` or ``PATH#VARIANT``) of those that have a good run now, and what was refused.
    """
    _copy(plans, folder, workspace / "files")
    incoming = Runs(Store(workspace / "store"))
    found, refused = read_runs(incoming, workspace / "files")
    good = []
    for history in found:
        own = _own(history, plans[history.path])
        known = runs.history(own.path, own.variant)
        if own.last_good is not None:
            runs.put(own.last_good, incoming.notebook_of(own.last_good))
            good.append(own.path if own.variant is None else f"{own.path}#{own.variant}")
        elif known is not None:
            own = replace(own, last_good=known.last_good)
        runs.note(own)
    return tuple(good), refused


def _copy(plans: Mapping[str, SourcePlan], folder: Path, target: Path) -> None:
    """The files that there may be, and no others; those that are no plain files are as good as missing."""
    with disk_work("the runs cannot be copied"):
        target.mkdir(parents=True)
        for plan in plans.values():
            for edition in plan.editions:
                name = name_of_pair(plan.path, edition.variant.name if edition.variant else None)
                for file in (f"{name}.json", f"{name}.ipynb"):
                    if not (folder / file).exists():
                        continue
                    try:
                        content = read_plain(folder, file, _LARGEST_FILE_BYTES)
                    except ContentError:
                        continue
                    target.joinpath(file).write_bytes(content)


def _own(history: RunHistory, plan: SourcePlan) -> RunHistory:
    """The history without a run whose key is not one of this notebook's."""
    good = history.last_good
    folder = PurePosixPath(plan.path).parent.as_posix()
    if good is None:
        return history
    parts = good.key.parts
    is_own = parts.get("code") == plan.code and parts.get("folder") == ("" if folder == "." else folder)
    return history if is_own else replace(history, last_good=None)
