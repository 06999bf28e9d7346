"""Which notebooks a command is about, and their plans, without a page being read."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from generator.errors import UsageError
from generator.model.plan import EditionPlan, SourcePlan
from generator.model.problem import Problem
from generator.model.request import BuildRequest
from generator.model.source import SourceKind
from generator.model.variant import Variant
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


def _wanted(paths: Sequence[str], notebooks: Sequence[str]) -> dict[str, frozenset[str]]:
    """Path to the variants that are meant, empty for all."""
    if not paths:
        return dict.fromkeys(notebooks, frozenset())
    found: dict[str, frozenset[str]] = {}
    for written in paths:
        # A file may have a `#` in its name.
        path, _, variant = (written, "", "") if written in notebooks else written.partition("#")
        below = [notebook for notebook in notebooks if notebook == path or notebook.startswith(f"{path.rstrip('/')}/")]
        if path in (".", ""):
            below = list(notebooks)
        if not below:
            raise _no_notebook(path, notebooks)
        for notebook in below:
            known = found.get(notebook)
            is_whole = not variant or known == frozenset()
            found[notebook] = frozenset() if is_whole else (known or frozenset()) | {variant}
    return found


def _no_notebook(path: str, notebooks: Sequence[str]) -> UsageError:
    near = nearest(path, notebooks)
    mend = f"name `{near}`" if near else "name a notebook below `_notebooks/`, or leave the path out for all of them"
    return UsageError(f"there is no notebook `{path}` in this blog", mend=mend)


def _narrowed(plan: SourcePlan, variants: frozenset[str], params: Mapping[str, Any]) -> SourcePlan:
    names = [one.variant.name for one in plan.editions if one.variant is not None]
    for unknown in sorted(variants.difference(names)):
        near = nearest(unknown, names) or (names[0] if names else None)
        mend = f"write `{plan.path}#{near}`" if near else "leave out what follows the `#`"
        raise UsageError(f"{plan.path} has no variant `{unknown}`", mend=mend)
    editions = tuple(one for one in plan.editions if not variants or (one.variant and one.variant.name in variants))
    if not params:
        return replace(plan, editions=editions)
    made = (_with_params(edition, params) for edition in editions)
    distinct = {edition.variant.name: edition for edition in made if edition.variant is not None}
    return replace(plan, editions=tuple(distinct.values()))


def _with_params(edition: EditionPlan, params: Mapping[str, Any]) -> EditionPlan:
    """An edition of its own, so that its page stays what it was; its name tells no value, since one may be secret."""
    whole = {**edition.wishes.params, **params}
    digest = hashlib.sha256(repr(sorted(whole.items(), key=str)).encode()).hexdigest()[:6]
    name = f"with-{'-'.join(sorted(params))}-{digest}"
    wishes = replace(edition.wishes, params=whole)
    return EditionPlan(Variant(name, name, params=dict(params)), wishes, is_for_once=True)
