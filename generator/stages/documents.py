"""Sources become documents: from the store where nothing they read has changed, else in a pool of readers."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from generator.cache.codec import decode, encode
from generator.cache.store import LostBytesError, Store
from generator.errors import ContentError, InkmillError, MachineError
from generator.location import Location
from generator.model.document import CompanionAnswer, Document
from generator.model.outline import Edition, Outline
from generator.model.plan import EditionOutputs, ShownOutputs, SourcePlan
from generator.model.problem import Problem, error
from generator.model.reading import ReadingRules
from generator.model.source import SourceKind
from generator.pool import work
from generator.sources.disk import Shelved, load
from generator.stages.asking import declares

if TYPE_CHECKING:
    from generator.readers.reader import Reader


@dataclass(frozen=True, slots=True)
class Task:
    """One source to read, and the key under which the result is kept.

    Args:
        digest: of the source, as it entered the key.
        size: in bytes.
        edition: the edition to read with the outputs it shows; None for a first look, which reads the source as it
            was committed unless its outputs are execution's affair.
    """

    shelved: Shelved
    key: str
    digest: str
    size: int
    edition: EditionOutputs | None = None

    @property
    def plan_key(self) -> str:
        """Where the plan of a source is kept whose outputs are execution's affair."""
        return f"{self.key}-plan"


@dataclass(frozen=True, slots=True)
class Documents:
    """What became of the sources.

    Args:
        read: documents, in the order of the tasks; sources that could not be read are missing.
        plans: of sources whose outputs are execution's affair.
        failed: path to the problem that stopped it.
        converted: how many were read in this build.
    """

    read: tuple[Document, ...]
    plans: tuple[SourcePlan, ...]
    failed: Mapping[str, Problem]
    converted: int


Found = Document | SourcePlan | Problem
"""What one task comes to."""


def key_of(shelved: Shelved, digests: Sequence[str], rules_key: str, engine: str) -> str:
    """The memo key of one source: everything its document depends on, companions and outputs apart.

    Args:
        digests: of the source and of its side files, in order.
    """
    parts = (engine, rules_key, shelved.path, repr(shelved), *digests)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def edition_task(task: Task, edition: EditionOutputs) -> Task:
    """The task of reading one edition of a source; as committed it has the key of a first look."""
    if edition.variant is None and edition.shown == ShownOutputs():
        return replace(task, edition=edition)
    key = hashlib.sha256("\0".join((task.key, repr(edition))).encode()).hexdigest()
    return replace(task, key=key, edition=edition)


def documents(
    tasks: Sequence[Task],
    workshop: "ReadingWorkshop",
    *,
    jobs: int,
    digest_of: Callable[[str], str | None],
) -> Documents:
    """Every task's document, or plan.

    Args:
        digest_of: the present digest of a file of the source directory; None when there is none.
    """
    store = Store(workshop.cache)
    found = [_remembered(store, task, workshop.looks, digest_of) for task in tasks]
    missing = [task for task, outcome in zip(tasks, found, strict=True) if outcome is None]
    made = dict(zip((task.key for task in missing), work(workshop, missing, jobs=jobs, weight=_weight), strict=True))
    read: list[Document] = []
    plans: list[SourcePlan] = []
    failed: dict[str, Problem] = {}
    for task, remembered in zip(tasks, found, strict=True):
        match outcome := remembered if remembered is not None else made[task.key]:
            case Document():
                read.append(outcome)
            case SourcePlan():
                plans.append(outcome)
            case _:
                failed[task.shelved.path] = outcome
    converted = sum(not isinstance(outcome, SourcePlan) for outcome in made.values())
    return Documents(tuple(read), tuple(plans), failed, converted)


def _weight(task: Task) -> int:
    return task.size


def _remembered(
    store: Store, task: Task, looks: "Looks", digest_of: Callable[[str], str | None]
) -> Document | SourcePlan | None:
    if task.edition is None and task.shelved.kind is SourceKind.NOTEBOOK:
        plan = _remembered_plan(store, task)
        if looks.is_broad or (plan is not None and (plan.is_split or declares(plan, by_default=looks.runs_by_default))):
            return plan
    content = store.get("documents", task.key)
    document = None if content is None else decode(content, Document)
    if document is None or any(digest_of(answer.path) != answer.digest for answer in document.companions):
        return None
    return document


def _remembered_plan(store: Store, task: Task) -> SourcePlan | None:
    content = store.get("documents", task.plan_key)
    return None if content is None else decode(content, SourcePlan)


@dataclass(frozen=True, slots=True)
class Looks:
    """When a first look stops at the plan.

    Args:
        is_broad: for every notebook, whether it asks to be run or not.
        runs_by_default: notebooks that do not say ask to be run.
    """

    is_broad: bool = False
    runs_by_default: bool = False

    def stops(self, outline: Outline, editions: Sequence[Edition]) -> bool:
        """Whether this source's outputs may be execution's affair."""
        if outline.source.kind is not SourceKind.NOTEBOOK:
            return False
        asked = outline.front.execution.execute
        return self.is_broad or len(editions) > 1 or (self.runs_by_default if asked is None else asked)


@dataclass(frozen=True, slots=True)
class ReadingWorkshop:
    """What a process needs to read documents; nothing heavy is imported before it is called."""

    source: Path
    cache: Path
    rules: ReadingRules
    cells: Mapping[str, str]
    readable: frozenset[str]
    looks: Looks = Looks()

    def __call__(self) -> "Callable[[Task], Found]":
        store = Store(self.cache)
        bench = _Bench(self, store, cache(lambda: self._reader(store)))

        def read(task: Task) -> Found:
            try:
                return bench.look_at(task) if task.edition is None else bench.read(task)
            except (MachineError, LostBytesError):
                raise
            except InkmillError as failure:
                return error("unreadable", failure.problem, failure.at, failure.mend)
            except Exception as failure:  # A mistake of ours must name the file it happened at, and spare the others.
                return _unforeseen(task, failure)

        return read

    def _reader(self, store: Store) -> "Reader":
        from generator.markup.dialect import Dialect
        from generator.markup.highlight import Highlighter
        from generator.plugins import embeds
        from generator.readers.reader import Reader
        from generator.tools import draw_vega, vega_version

        draw = DrawnOnce(store, draw_vega, vega_version()) if self.rules.draws_charts else None
        highlighter = Highlighter()
        return Reader(Dialect(embeds(), highlighter), highlighter, self.cells, draw)


@dataclass(frozen=True, slots=True)
class _Bench:
    """Where one process reads one source after the other.

    Args:
        reader: made at its first call: whoever only wants plans needs no dialect.
    """

    shop: ReadingWorkshop
    store: Store
    reader: "Callable[[], Reader]"

    def look_at(self, task: Task) -> Document | SourcePlan:
        """The document of what was committed, or the plan of a source whose outputs are execution's affair."""
        from generator.readers.editions import editions_of
        from generator.readers.outline import outline as outline_of
        from generator.stages.planning import plan_of

        source = load(self.shop.source, task.shelved)
        outline = outline_of(source, self.shop.rules)
        editions = editions_of(outline)
        plan = plan_of(outline, editions) if self.shop.looks.stops(outline, editions) else None
        if plan is None or not plan.editions:
            return self._document(task, editions[0], ShownOutputs())
        if source.digest == task.digest:
            self.store.put("documents", task.plan_key, encode(plan))
        return plan

    def read(self, task: Task) -> Document:
        """The document of the task's edition."""
        from generator.readers.editions import edition_of
        from generator.readers.outline import outline as outline_of

        if task.edition is None:
            raise ValueError("a first look has no edition")
        wanted, shown = task.edition.variant, task.edition.shown
        edition = edition_of(outline_of(load(self.shop.source, task.shelved), self.shop.rules), wanted)
        if edition is None:
            at = Location(task.shelved.path)
            raise ContentError("this file was saved while it was read", at=at, mend="build again")
        return self._document(task, edition, shown)

    def _document(self, task: Task, edition: Edition, shown: ShownOutputs) -> Document:
        from generator.stages.shown import Shower

        companions = CompanionFiles(self.shop.source, self.shop.readable)
        rules = self.shop.rules
        edition, executed = Shower(self.store, rules)(edition, shown)
        reading = self.reader().read(edition, executed, companions, rules)
        for blob in reading.blobs:
            self.store.put("derived", blob.name, blob.content)
        body = encode(reading.body)
        body_key = hashlib.sha256(body).hexdigest()
        self.store.put("documents", body_key, body)
        document = replace(reading.document, body=body_key, companions=companions.answers())
        # Saved again since it was hashed: under this key it would come back when the edit is undone.
        if edition.outline.source.digest == task.digest:
            self.store.put("documents", task.key, encode(document))
        return document


def _unforeseen(task: Task, failure: Exception) -> Problem:
    mend = "tell inkmill's makers with this file, and set `draft: true` in it until then"
    said = f"inkmill failed on this file: {type(failure).__name__}: {failure}".splitlines()[0]
    return error("unforeseen", said, Location(task.shelved.path), mend)


@dataclass(frozen=True, slots=True)
class DrawnOnce:
    """Draws a figure, or finds it drawn: an edit elsewhere in a notebook must not draw its charts again.

    Args:
        draw: None in return, for what cannot be drawn, is not kept: another version may know how.
    """

    store: Store
    draw: Callable[[str], bytes | None]
    version: str

    def __call__(self, spec: str) -> bytes | None:
        """The figure as SVG."""
        key = hashlib.sha256(f"vega {self.version}\0{spec}".encode()).hexdigest()
        kept = self.store.get("derived", key)
        if kept is None and (kept := self.draw(spec)) is not None:
            self.store.put("derived", key, kept)
        return kept


class CompanionFiles:
    """Answers a reading's questions from disk, and remembers what it answered."""

    def __init__(self, source: Path, readable: frozenset[str]) -> None:
        self._source = source
        self._readable = readable
        self._answers: dict[str, str | None] = {}

    def __call__(self, path: str) -> bytes | None:
        content = self._content(path)
        self._answers[path] = None if content is None else hashlib.sha256(content).hexdigest()
        return content

    def _content(self, path: str) -> bytes | None:
        # Only what was listed: nothing outside the source, nothing git ignores, nothing that looks like a key.
        if path not in self._readable:
            return None
        try:
            return self._source.joinpath(path).read_bytes()
        except OSError:
            return None

    def answers(self) -> tuple[CompanionAnswer, ...]:
        """Every question asked so far, sorted by path."""
        return tuple(CompanionAnswer(path, digest) for path, digest in sorted(self._answers.items()))
