"""What the store knows of runs: good ones with their notebook, and what became of the last one."""

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from generator.cache.codec import decode, encode
from generator.cache.store import Store
from generator.model.execution import RunFailure, RunHistory, RunKey, RunRecord

_KIND = "executed"

Pair = tuple[str, str | None]
"""A notebook's path, relative to the source directory, and a variant's name."""


class Runs:
    """Good runs by their key, and the history of each notebook or variant.

    Args:
        store: its lock is held by whoever writes.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def good(self, key: RunKey) -> RunRecord | None:
        """The newest good run with that key; None without one, or when its notebook is gone.

        It may be of another path: two notebooks with the same code, in the same folder, share their runs.
        """
        content = self._store.get(_KIND, _record_key(key))
        record = None if content is None else decode(content, RunRecord)
        if record is None or record.key != key:
            return None
        return record if self._store.has(_KIND, record.notebook) else None

    def put(self, record: RunRecord, notebook: bytes) -> RunRecord:
        """Keep a good run in the place of an older one with its key, and say where its notebook lies.

        Args:
            record: its ``notebook`` is filled in here.
            notebook: nbformat 4.5 JSON.

        Raises:
            MachineError: the store cannot be written.
        """
        kept = replace(record, notebook=f"{hashlib.sha256(notebook).hexdigest()}.ipynb")
        # The notebook first: killed in between, there is no record of what is not there.
        self._store.put(_KIND, kept.notebook, notebook)
        self._store.put(_KIND, _record_key(kept.key), encode(kept))
        return kept

    def notebook_of(self, record: RunRecord) -> bytes:
        """The executed notebook, as nbformat 4.5 JSON.

        Raises:
            LostBytesError: it is gone or corrupt, and must be run again.
        """
        return self._store.need(_KIND, record.notebook)

    def history(self, path: str, variant: str | None) -> RunHistory | None:
        """What is known of a notebook's runs; None before the first.

        A last good run whose notebook is gone is not told of: it cannot be shown.
        """
        content = self._store.get(_KIND, _history_key(path, variant))
        history = None if content is None else decode(content, RunHistory)
        if history is None or (history.path, history.variant) != (path, variant):
            return None
        if history.last_good is not None and not self._store.has(_KIND, history.last_good.notebook):
            return replace(history, last_good=None)
        return history

    def histories(self) -> tuple[RunHistory, ...]:
        """What is known of every notebook that was ever run here, by path and variant."""
        contents = (self._store.get(_KIND, key) for key in self._store.keys(_KIND, ".history"))
        known = (decode(content, RunHistory) for content in contents if content is not None)
        pairs = sorted({(one.path, one.variant or "", one.variant) for one in known if one is not None})
        found = (self.history(path, variant) for path, _, variant in pairs)
        return tuple(history for history in found if history is not None)

    def mark(self, path: str, variant: str | None) -> str:
        """Changes with everything that is noted of a notebook's runs; empty before the first."""
        content = self._store.get(_KIND, _history_key(path, variant))
        return "" if content is None else hashlib.sha256(content).hexdigest()

    def note_good(self, record: RunRecord) -> RunHistory:
        """From now on record is the last good run of its notebook, and nothing has failed since.

        Args:
            record: as ``put`` or ``good`` gave it, under the path and variant it shall count for.
        """
        return self.note(RunHistory(record.path, record.variant, last_good=record))

    def note_failure(
        self, path: str, variant: str | None, failure: RunFailure, at: datetime, key: RunKey | None = None
    ) -> RunHistory:
        """One more failure in a row; the last good run stays.

        Args:
            at: aware.
            key: it failed with; None where it had none.
        """
        known = self.history(path, variant) or RunHistory(path, variant)
        count = known.failures_in_row + 1
        failed_key = key.digest if key else ""
        return self.note(
            replace(known, failures_in_row=count, last_failure=failure, failed_at=at, failed_key=failed_key)
        )

    def note(self, history: RunHistory) -> RunHistory:
        """Keep history in the place of what was known."""
        self._store.put(_KIND, _history_key(history.path, history.variant), encode(history))
        return history

    def keys(self, pairs: Iterable[Pair]) -> frozenset[str]:
        """Keys of the store's kind ``executed`` that belong to these notebooks and variants: what a pruning keeps.

        Good runs under older keys are not among them; they go when they are old.
        """
        kept: set[str] = set()
        for path, variant in pairs:
            kept.add(_history_key(path, variant))
            history = self.history(path, variant)
            if history is not None and history.last_good is not None:
                kept.update((_record_key(history.last_good.key), history.last_good.notebook))
        return frozenset(kept)


def _record_key(key: RunKey) -> str:
    return f"{key.digest}.run"


def _history_key(path: str, variant: str | None) -> str:
    return f"{name_of_pair(path, variant)}.history"


def name_of_pair(path: str, variant: str | None) -> str:
    """A file name for a notebook or variant, the same everywhere and for no other."""
    return hashlib.sha256(encode((path, variant), tuple[str, str | None])).hexdigest()[:40]
