"""Which notebooks a command is about, and their plans, without a page being read."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from generator.errors import UsageError
from generator.model.execution import Variant
from generator.model.plan import EditionPlan, SourcePlan
from generator.model.problem import Problem
from generator.model.request import BuildRequest
from generator.model.source import SourceKind
from generator.near_words import nearest
from generator.stages.documents import Looks, documents
from generator.stages.engine import Engine
from generator.stages.inputs import Inputs
from generator.stages.reading import reading_work


@dataclass(frozen=True, slots=True)
class Selection:
    """The words of a command.

    Args:
        paths: notebooks or folders, posix and relative to the source directory, a variant after ``#``; empty for all.
        params: values for the ``parameters`` cell, for this run only.
    """

    paths: tuple[str, ...] = ()
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Selected:
    """Plans of the notebooks a command is about, with their editions alone that it is about.

    Args:
        problems: what reading them found.
    """

    plans: tuple[SourcePlan, ...]
    problems: tuple[Problem, ...]


def select(request: BuildRequest, inputs: Inputs, engine: Engine, selection: Selection) -> Selected:
    """The plans of what is selected; sources without code have none.

    Raises:
        UsageError: there is no such notebook or variant.
    """
    notebooks = [source.path for source in inputs.sources if source.kind is SourceKind.NOTEBOOK]
    wanted = _wanted(selection.paths, notebooks)
    looks = Looks(is_broad=True, runs_by_default=inputs.settings.execution.execute)
    workshop, tasks = reading_work(request, inputs, engine, looks)
    own = [task for task in tasks if task.shelved.path in wanted]
    found = documents(own, workshop, jobs=request.jobs, digest_of=inputs.digest_if_readable)
    plans = tuple(_narrowed(plan, wanted[plan.path], selection.params) for plan in found.plans)
    problems = (*found.failed.values(), *(problem for plan in plans for problem in plan.problems))
    return Selected(plans, problems)


def _wanted(paths: Sequence[str], notebooks: Sequence[str]) -> dict[str, str | None]:
    """Path to the variant that is meant, None for all."""
    if not paths:
        return dict.fromkeys(notebooks)
    found: dict[str, str | None] = {}
    for written in paths:
        path, _, variant = written.partition("#")
        below = [notebook for notebook in notebooks if notebook == path or notebook.startswith(f"{path.rstrip('/')}/")]
        if path in (".", ""):
            below = list(notebooks)
        if not below:
            raise _no_notebook(path, notebooks)
        found.update(dict.fromkeys(below, variant or None))
    return found


def _no_notebook(path: str, notebooks: Sequence[str]) -> UsageError:
    near = nearest(path, notebooks)
    mend = f"name `{near}`" if near else "name a notebook below `_notebooks/`, or leave the path out for all of them"
    return UsageError(f"there is no notebook `{path}` in this blog", mend=mend)


def _narrowed(plan: SourcePlan, variant: str | None, params: Mapping[str, Any]) -> SourcePlan:
    editions = plan.editions
    if variant is not None:
        editions = tuple(one for one in editions if one.variant is not None and one.variant.name == variant)
        if not editions:
            names = [one.variant.name for one in plan.editions if one.variant is not None]
            near = nearest(variant, names) or (names[0] if names else None)
            mend = f"write `{plan.path}#{near}`" if near else "leave out what follows the `#`"
            raise UsageError(f"{plan.path} has no variant `{variant}`", mend=mend)
    if not params:
        return replace(plan, editions=editions)
    distinct = {repr(sorted(one.wishes.params.items())): one for one in (_with_params(one, params) for one in editions)}
    return replace(plan, editions=tuple(distinct.values()))


def _with_params(edition: EditionPlan, params: Mapping[str, Any]) -> EditionPlan:
    """An edition of its own, so that what its page shows stays what it was."""
    said = "-".join(f"{name}-{value}" for name, value in sorted(params.items()))
    own = edition.variant.name if edition.variant else ""
    name = re.sub(r"[^a-z0-9]+", "-", f"{own}-with-{said}".lower()).strip("-")[:80]
    wishes = replace(edition.wishes, params={**edition.wishes.params, **params}, execute=True)
    return EditionPlan(Variant(name, said, params=dict(params)), wishes, is_for_once=True)
