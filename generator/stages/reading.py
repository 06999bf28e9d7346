"""The sources of a build, read: from the store or anew, with those that failed set apart."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from generator.cache.codec import encode
from generator.model.document import Document
from generator.model.problem import Problem, Severity, note
from generator.model.request import BuildRequest
from generator.model.site import Fate, State
from generator.stages.documents import ReadingWorkshop, Task, documents, key_of
from generator.stages.engine import Engine
from generator.stages.inputs import Inputs, digest_of_text
from generator.stages.slices import reading_rules


@dataclass(frozen=True, slots=True)
class ReadSources:
    """Documents that can be published, and what stopped the others.

    Args:
        failed: path to the first error of a source without page.
        problems: everything that reading found, those errors included.
        converted: how many were read in this build.
        keys: of everything of theirs in the store.
    """

    read: tuple[Document, ...]
    failed: Mapping[str, Problem]
    problems: tuple[Problem, ...]
    converted: int
    keys: frozenset[str]


def read_sources(request: BuildRequest, inputs: Inputs, engine: Engine) -> ReadSources:
    """Read every source; a document with an error in it (a leak) is never published."""
    rules = reading_rules(request, inputs)
    # The fingerprint knows our templates; the blog's own in their place must count, too.
    cells = (part for name in sorted(engine.cells) for part in (name, engine.cells[name]))
    rules_key = digest_of_text(encode(rules).hex(), *cells)
    tasks = []
    for source in inputs.sources:
        digests = [inputs.digests(path) or "" for path in (source.path, *source.side_paths)]
        key = key_of(source, digests, rules_key, engine.fingerprint)
        tasks.append(Task(source, key, digests[0], inputs.size_of(source.path)))
    workshop = ReadingWorkshop(request.source, request.cache, rules, engine.cells, inputs.readable)
    outcome = documents(tasks, workshop, jobs=request.jobs, digest_of=inputs.digest_if_readable)
    failed = dict(outcome.failed)
    kept: list[Document] = []
    problems = list(outcome.failed.values())
    for document in outcome.read:
        errors = [problem for problem in document.problems if problem.severity is Severity.ERROR]
        problems.extend(document.problems)
        if errors:
            failed.setdefault(document.path, errors[0])
        else:
            kept.append(document)
    if not inputs.sources and not inputs.shelving.skipped:
        mend = "put a notebook into `_notebooks/`, or a Markdown file into `_posts/`"
        problems.append(note("nothing-yet", "there is nothing to publish yet", mend=mend))
    keys = frozenset(task.key for task in tasks) | {document.body for document in outcome.read}
    return ReadSources(tuple(kept), failed, tuple(problems), outcome.converted, keys)


def failed_fates(sources: ReadSources) -> Iterable[Fate]:
    """The report's line for each source that an error keeps from being published."""
    return [Fate(path, State.SKIPPED, reason=f"of an error: {p.problem}") for path, p in sorted(sources.failed.items())]
