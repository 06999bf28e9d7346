"""Good runs and histories come back as they were put, or not at all."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from generator.cache.store import LostBytesError, Store
from generator.execution.key import key_of
from generator.execution.records import Runs
from generator.model.execution import FailureKind, RunFailure, RunHistory, RunRecord

NOW = datetime(2026, 11, 18, 6, tzinfo=UTC)
KEY = key_of({"code": "a", "environment pandas": "2.2.3"})
RECORD = RunRecord("_notebooks/a.ipynb", None, KEY, NOW, 1.5, "d1", "", {"python": "3.11.7"})
FAILURE = RunFailure(FailureKind.ERROR, "ZeroDivisionError: division by zero", "mend the cell", cell=3, line=1)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


@pytest.fixture
def runs(store: Store) -> Runs:
    return Runs(store)


def test_a_good_run_comes_back_with_its_notebook(runs: Runs) -> None:
    kept = runs.put(RECORD, b"{}")

    assert kept == replace(RECORD, notebook=kept.notebook)
    assert runs.good(KEY) == kept
    assert runs.notebook_of(kept) == b"{}"
    assert runs.good(key_of({"code": "b"})) is None


def test_a_newer_good_run_takes_the_place_of_an_older_one(runs: Runs) -> None:
    runs.put(RECORD, b"old")
    newer = runs.put(replace(RECORD, ran_at=NOW + timedelta(hours=6)), b"new")

    assert runs.good(KEY) == newer
    assert runs.notebook_of(newer) == b"new"


def test_a_run_whose_notebook_is_lost_is_none(store: Store, runs: Runs) -> None:
    kept = runs.note_good(runs.put(RECORD, b"{}")).last_good
    assert kept is not None
    store.forget("executed", kept.notebook)

    assert runs.good(KEY) is None
    assert runs.history(RECORD.path, None) == RunHistory(RECORD.path, None)
    with pytest.raises(LostBytesError):
        runs.notebook_of(kept)


def test_a_record_of_another_shape_is_a_miss(store: Store, runs: Runs) -> None:
    runs.put(RECORD, b"{}")
    store.put("executed", f"{KEY.digest}.run", b"\x81\xa1a\x01")

    assert runs.good(KEY) is None


def test_failures_are_counted_and_the_last_good_run_stays(runs: Runs) -> None:
    kept = runs.put(RECORD, b"{}")
    runs.note_good(kept)
    runs.note_failure(RECORD.path, None, FAILURE, NOW)
    later = replace(FAILURE, kind=FailureKind.TIMEOUT)
    runs.note_failure(RECORD.path, None, later, NOW + timedelta(hours=1))

    assert runs.history(RECORD.path, None) == RunHistory(
        RECORD.path, None, kept, failures_in_row=2, last_failure=later, failed_at=NOW + timedelta(hours=1)
    )


def test_a_good_run_ends_the_row_of_failures(runs: Runs) -> None:
    runs.note_failure(RECORD.path, None, FAILURE, NOW)
    kept = runs.put(RECORD, b"{}")
    runs.note_good(kept)

    assert runs.history(RECORD.path, None) == RunHistory(RECORD.path, None, kept)


def test_each_variant_has_a_history_of_its_own(runs: Runs) -> None:
    runs.note_failure("a.ipynb", "de", FAILURE, NOW)

    assert runs.history("a.ipynb", None) is None
    assert runs.history("a.ipynb", "fr") is None
    assert runs.history("a.ipynb", "de") == RunHistory(
        "a.ipynb", "de", failures_in_row=1, last_failure=FAILURE, failed_at=NOW
    )


def test_pruning_with_the_keys_keeps_what_belongs_to_the_notebooks_that_are_left(store: Store, runs: Runs) -> None:
    kept = runs.note_good(runs.put(RECORD, b"kept")).last_good
    gone = replace(RECORD, path="gone.ipynb", key=key_of({"code": "gone"}))
    runs.note_good(runs.put(gone, b"gone"))

    dropped = store.prune("executed", runs.keys([(RECORD.path, None), ("new.ipynb", "de")]))

    assert dropped == 3
    assert runs.good(KEY) == kept
    assert runs.history(RECORD.path, None) == RunHistory(RECORD.path, None, kept)
    assert runs.history("gone.ipynb", None) is None
    assert runs.good(gone.key) is None


def test_every_notebook_that_was_ever_run_is_known(store: Store, runs: Runs) -> None:
    kept = runs.note_good(runs.put(RECORD, b"kept"))
    failed = runs.note_failure("z.ipynb", "de", FAILURE, NOW)
    store.put("executed", "0.history", b"not a history")

    assert runs.histories() == (kept, failed)
