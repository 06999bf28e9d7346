"""Good runs go into plain files and come back, and nothing else comes back."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from generator.cache.store import Store
from generator.execution.key import key_of
from generator.execution.records import Runs, name_of_pair
from generator.execution.run_files import read_runs, write_runs
from generator.model.execution import FailureKind, RunFailure, RunHistory, RunRecord

NOW = datetime(2026, 11, 18, 6, tzinfo=UTC)
NOTEBOOK = json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": []}).encode()
KEY = key_of({"code": "a", "environment pandas": "2.2.3"})
RECORD = RunRecord("_notebooks/é.ipynb", "de", KEY, NOW, 1.5, "d1", "", {"python": "3.11.7"})
FAILURE = RunFailure(FailureKind.ERROR, "ZeroDivisionError: division by zero", "mend the cell", cell=3, last_line="Z")
PAIR = (RECORD.path, RECORD.variant)
NAME = name_of_pair(*PAIR)


@pytest.fixture
def runs(tmp_path: Path) -> Runs:
    """A store that knows a good run and a failure after it."""
    runs = Runs(Store(tmp_path / "store"))
    runs.note_good(runs.put(RECORD, NOTEBOOK))
    runs.note_failure(*PAIR, FAILURE, NOW + timedelta(hours=1), KEY)
    return runs


@pytest.fixture
def empty(tmp_path: Path) -> Runs:
    return Runs(Store(tmp_path / "other"))


def test_what_was_written_is_read_back(runs: Runs, empty: Runs, tmp_path: Path) -> None:
    runs.note_failure("only-failed.ipynb", None, FAILURE, NOW)
    pairs = [PAIR, ("only-failed.ipynb", None), ("unknown.ipynb", None)]
    files = write_runs(runs, pairs, tmp_path / "branch")

    taken, refused = read_runs(empty, tmp_path / "branch")

    assert files == tuple(sorted((f"{NAME}.ipynb", f"{NAME}.json", f"{name_of_pair('only-failed.ipynb', None)}.json")))
    assert refused == ()
    assert {history.path for history in taken} == {RECORD.path, "only-failed.ipynb"}
    for path, variant in pairs:
        assert empty.history(path, variant) == runs.history(path, variant)
    good = empty.good(KEY)
    assert good == runs.good(KEY)
    assert good is not None
    assert empty.notebook_of(good) == NOTEBOOK


def test_the_key_that_failed_is_kept_and_may_be_missing_in_an_older_file(
    runs: Runs, empty: Runs, tmp_path: Path
) -> None:
    write_runs(runs, [PAIR], tmp_path)
    file = tmp_path / f"{NAME}.json"
    content = json.loads(file.read_text())
    assert content.pop("failed_key") == KEY.digest
    file.write_text(json.dumps(content))

    (taken,), refused = read_runs(empty, tmp_path)

    assert refused == ()
    known = runs.history(*PAIR)
    assert known is not None
    assert taken == replace(known, failed_key="")


def test_writing_twice_gives_the_same_bytes(runs: Runs, tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_runs(runs, [PAIR], tmp_path / name)

    assert [path.read_bytes() for path in sorted((tmp_path / "one").iterdir())] == [
        path.read_bytes() for path in sorted((tmp_path / "two").iterdir())
    ]


def test_what_the_store_knows_better_stays(runs: Runs, tmp_path: Path) -> None:
    write_runs(runs, [PAIR], tmp_path / "branch")
    newer = runs.put(replace(RECORD, ran_at=NOW + timedelta(days=1)), NOTEBOOK)
    runs.note_good(newer)

    assert read_runs(runs, tmp_path / "branch") == ((), ())
    assert runs.history(*PAIR) == RunHistory(*PAIR, newer)


def test_a_folder_that_is_not_there_holds_nothing(empty: Runs, tmp_path: Path) -> None:
    assert read_runs(empty, tmp_path / "nowhere") == ((), ())


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("inkmill",), 2),
        (("path",), "_notebooks/other.ipynb"),
        (("variant",), None),
        (("failures_in_row",), -1),
        (("failures_in_row",), True),
        (("failed_at",), "2026-11-18T06:00:00"),
        (("failed_at",), "yesterday"),
        (("failed_key",), 1),
        (("failed_key",), None),
        (("last_failure", "kind"), "bad luck"),
        (("last_failure", "cell"), "3"),
        (("last_failure",), []),
        (("last_good", "seconds"), float("nan")),
        (("last_good", "seconds"), "1"),
        (("last_good", "notebook"), "../../x"),
        (("last_good", "key"), {"code": 1}),
        (("last_good", "versions"), []),
        (("last_good", "source_digest"), "\ud800"),
        (("last_good",), {}),
    ],
)
def test_a_file_of_another_shape_is_refused(
    runs: Runs, empty: Runs, tmp_path: Path, place: tuple[str, ...], value: Any
) -> None:
    write_runs(runs, [PAIR], tmp_path)
    file = tmp_path / f"{NAME}.json"
    content = json.loads(file.read_text())
    inner = content
    for name in place[:-1]:
        inner = inner[name]
    inner[place[-1]] = value
    file.write_text(json.dumps(content))

    taken, refused = read_runs(empty, tmp_path)

    assert taken == ()
    assert [str(problem.at) for problem in refused] == [f"{NAME}.json"]
    assert empty.history(*PAIR) is None


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff", b"[" * 100_000])
def test_a_file_that_is_no_record_is_refused(empty: Runs, tmp_path: Path, content: bytes) -> None:
    (tmp_path / f"{NAME}.json").write_bytes(content)
    (tmp_path / "README.md").write_bytes(content)

    taken, refused = read_runs(empty, tmp_path)

    assert (taken, len(refused)) == ((), 1)


def test_another_notebook_than_the_record_speaks_of_is_refused(runs: Runs, empty: Runs, tmp_path: Path) -> None:
    write_runs(runs, [PAIR], tmp_path)
    (tmp_path / f"{NAME}.ipynb").write_bytes(NOTEBOOK + b" ")

    _, refused = read_runs(empty, tmp_path)

    assert [problem.problem for problem in refused] == ["this is not a run that inkmill kept: its notebook is another"]


def test_a_link_is_not_followed(runs: Runs, empty: Runs, tmp_path: Path) -> None:
    write_runs(runs, [PAIR], tmp_path)
    (tmp_path / f"{NAME}.ipynb").rename(tmp_path / "elsewhere")
    (tmp_path / f"{NAME}.ipynb").symlink_to(tmp_path / "elsewhere")

    _, refused = read_runs(empty, tmp_path)

    assert [problem.problem for problem in refused] == ["this is not a run that inkmill kept: .ipynb is no plain file"]


def test_a_path_out_of_the_repository_is_refused(empty: Runs, tmp_path: Path) -> None:
    empty.note_failure("../out.ipynb", None, FAILURE, NOW)
    write_runs(empty, [("../out.ipynb", None)], tmp_path / "branch")

    _, refused = read_runs(Runs(Store(tmp_path / "new")), tmp_path / "branch")

    assert [problem.problem for problem in refused] == [
        "this is not a run that inkmill kept: its path leads out of the repository"
    ]
