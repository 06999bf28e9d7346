"""The sources of a build, read: from the store or anew, with those that failed set apart."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from generator.cache.codec import encode
from generator.model.document import Document
from generator.model.problem import Problem, Severity, note
from generator.model.request import BuildRequest, ExecuteWhen
from generator.model.site import Fate, State
from generator.stages.documents import Looks, ReadingWorkshop, Task, documents, edition_task, key_of
from generator.stages.engine import Engine
from generator.stages.execution import Execution, Executions
from generator.stages.inputs import Inputs, digest_of_text
from generator.stages.slices import reading_rules


@dataclass(frozen=True, slots=True)
class ReadSources:
    """Documents that can be published, and what stopped the others.

    Args:
        failed: path to the first error of a source without page.
        problems: everything that reading and running found, those errors included.
        converted: how many were read in this build.
        keys: of everything of theirs in the store.
        executions: what was run, and what became of it.
    """

    read: tuple[Document, ...]
    failed: Mapping[str, Problem]
    problems: tuple[Problem, ...]
    converted: int
    keys: frozenset[str]
    executions: Executions


def read_sources(request: BuildRequest, inputs: Inputs, engine: Engine, execution: Execution) -> ReadSources:
    """Read every source, running in between what is to run; a document with an error in it is never published."""
    defaults = inputs.settings.execution
    looks = Looks(request.execute not in (ExecuteWhen.NEVER, ExecuteWhen.DECLARED), defaults.execute)
    workshop, tasks = reading_work(request, inputs, engine, looks)
    first = documents(tasks, workshop, jobs=request.jobs, digest_of=inputs.digest_if_readable)
    executions = execution(first.plans)
    by_path = {task.shelved.path: task for task in tasks}
    editions = [edition_task(by_path[edition.path], edition) for edition in executions.outputs]
    second = documents(editions, workshop, jobs=request.jobs, digest_of=inputs.digest_if_readable)
    failed = {**first.failed, **second.failed}
    kept: list[Document] = []
    problems = [*failed.values(), *executions.problems]
    read = (*first.read, *second.read)
    for document in read:
        errors = [problem for problem in document.problems if problem.severity is Severity.ERROR]
        problems.extend(document.problems)
        if errors:
            failed.setdefault(document.path, errors[0])
        else:
            kept.append(document)
    if not inputs.sources and not inputs.shelving.skipped:
        mend = "put a notebook into `_notebooks/`, or a Markdown file into `_posts/`"
        problems.append(note("nothing-yet", "there is nothing to publish yet", mend=mend))
    keys = frozenset(key for task in (*tasks, *editions) for key in (task.key, task.plan_key))
    return ReadSources(
        tuple(kept),
        failed,
        tuple(problems),
        first.converted + second.converted,
        keys | {document.body for document in read},
        executions,
    )


def reading_work(
    request: BuildRequest, inputs: Inputs, engine: Engine, looks: Looks
) -> tuple[ReadingWorkshop, list[Task]]:
    """What reads sources, and one first look for each of them."""
    rules = reading_rules(request, inputs)
    # The fingerprint knows our templates; the blog's own in their place must count, too.
    cells = (part for name in sorted(engine.cells) for part in (name, engine.cells[name]))
    rules_key = digest_of_text(encode(rules).hex(), str(looks.runs_by_default), *cells)
    tasks = []
    for source in inputs.sources:
        digests = [inputs.digests(path) or "" for path in (source.path, *source.side_paths)]
        key = key_of(source, digests, rules_key, engine.fingerprint)
        tasks.append(Task(source, key, digests[0], inputs.size_of(source.path)))
    return ReadingWorkshop(request.source, request.cache, rules, engine.cells, inputs.readable, looks), tasks


def failed_fates(sources: ReadSources) -> Iterable[Fate]:
    """The report's line for each source that an error keeps from being published."""
    return [Fate(path, State.SKIPPED, reason=f"of an error: {p.problem}") for path, p in sorted(sources.failed.items())]
