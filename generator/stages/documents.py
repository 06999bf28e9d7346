"""Sources become documents: from the store where nothing they read has changed, else in a pool of readers."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from generator.cache.codec import decode, encode
from generator.cache.store import Store
from generator.errors import InkmillError, MachineError
from generator.location import Location
from generator.model.document import CompanionAnswer, Document
from generator.model.outline import Edition
from generator.model.problem import Problem, error
from generator.model.reading import ReadingRules
from generator.pool import work
from generator.sources.disk import Shelved, load


@dataclass(frozen=True, slots=True)
class Task:
    """One source to read, and the key under which the result is kept.

    Args:
        digest: of the source, as it entered the key.
        size: in bytes.
    """

    shelved: Shelved
    key: str
    digest: str
    size: int


@dataclass(frozen=True, slots=True)
class Documents:
    """What became of the sources.

    Args:
        read: documents, in the order of the tasks; sources that could not be read are missing.
        failed: path to the problem that stopped it.
        converted: how many were read in this build.
    """

    read: tuple[Document, ...]
    failed: Mapping[str, Problem]
    converted: int


def key_of(shelved: Shelved, digests: Sequence[str], rules_key: str, engine: str) -> str:
    """The memo key of one source: everything its document depends on, companions apart.

    Args:
        digests: of the source and of its side files, in order.
    """
    parts = (engine, rules_key, shelved.path, repr(shelved), *digests)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def documents(
    tasks: Sequence[Task],
    workshop: "ReadingWorkshop",
    *,
    jobs: int,
    digest_of: Callable[[str], str | None],
) -> Documents:
    """Every task's document.

    Args:
        digest_of: the present digest of a file of the source directory; None when there is none.
    """
    store = Store(workshop.cache)
    found = [_remembered(store, task.key, digest_of) for task in tasks]
    missing = [task for task, document in zip(tasks, found, strict=True) if document is None]
    made = dict(zip((task.key for task in missing), work(workshop, missing, jobs=jobs, weight=_weight), strict=True))
    read: list[Document] = []
    failed: dict[str, Problem] = {}
    for task, document in zip(tasks, found, strict=True):
        outcome = document if document is not None else made[task.key]
        if isinstance(outcome, Document):
            read.append(outcome)
        else:
            failed[task.shelved.path] = outcome
    return Documents(tuple(read), failed, len(missing))


def _weight(task: Task) -> int:
    return task.size


def _remembered(store: Store, key: str, digest_of: Callable[[str], str | None]) -> Document | None:
    content = store.get("documents", key)
    document = None if content is None else decode(content, Document)
    if document is None or any(digest_of(answer.path) != answer.digest for answer in document.companions):
        return None
    return document


@dataclass(frozen=True, slots=True)
class ReadingWorkshop:
    """What a process needs to read documents; nothing heavy is imported before it is called."""

    source: Path
    cache: Path
    rules: ReadingRules
    cells: Mapping[str, str]
    readable: frozenset[str]

    def __call__(self) -> "Callable[[Task], Document | Problem]":
        from generator.markup.dialect import Dialect
        from generator.markup.highlight import Highlighter
        from generator.plugins import embeds
        from generator.readers.reader import Reader
        from generator.tools import draw_vega, vega_version

        store = Store(self.cache)
        draw = DrawnOnce(store, draw_vega, vega_version()) if self.rules.draws_charts else None
        highlighter = Highlighter()
        reader = Reader(Dialect(embeds(), highlighter), highlighter, self.cells, draw)

        def read(task: Task) -> Document | Problem:
            from generator.execution.committed import committed

            companions = CompanionFiles(self.source, self.readable)
            try:
                source = load(self.source, task.shelved)
                outline = reader.outline(source, self.rules)
                reading = reader.read(Edition(outline), committed(outline), companions, self.rules)
            except MachineError:
                raise
            except InkmillError as failure:
                return error("unreadable", failure.problem, failure.at, failure.mend)
            except Exception as failure:  # A mistake of ours must name the file it happened at, and spare the others.
                return _unforeseen(task, failure)
            for blob in reading.blobs:
                store.put("derived", blob.name, blob.content)
            body = encode(reading.body)
            body_key = hashlib.sha256(body).hexdigest()
            store.put("documents", body_key, body)
            document = replace(reading.document, body=body_key, companions=companions.answers())
            # Saved again since it was hashed: under this key it would come back when the edit is undone.
            if source.digest == task.digest:
                store.put("documents", task.key, encode(document))
            return document

        return read


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
