"""In which order runs stand, and which of them find room."""

from dataclasses import replace

import pytest

from generator.experiments.comparison import ComparedRun, compare
from generator.experiments.run_order import drawn_first, in_order, rows_within
from generator.model.experiment import Metric, Run, RunQuery, Service
from tests.experiments.runs_of_a_page import R1, R2, R3, R4, R5, R6, query

RUNS = (R1, R2, R5, R6)


def ids(runs: tuple[Run, ...]) -> str:
    return " ".join(run.id for run in runs)


@pytest.mark.parametrize(
    ("key", "order"),
    [("", "r1 r2 r5 r6"), ("acc", "r2 r1 r5 r6"), ("-lr", "r6 r5 r2 r1"), ("-created", "r6 r5 r2 r1"),
     ("no", "r1 r2 r5 r6")],
    ids=["as they come", "summary", "configuration", "newest", "nobody has it"],
)  # fmt: skip
def test_runs_without_the_key_stand_at_the_end_as_they_came(key: str, order: str) -> None:
    assert ids(in_order(RUNS, key)) == order


@pytest.mark.parametrize(
    ("most", "shown"),
    [(9, "r3 r1 r2 r4 r5 r6"), (4, "r3 r2 r5 r6"), (3, "r3 r5 r6"), (1, "r3"), (5, "r3 r1 r2 r5 r6")],
)
def test_where_there_is_no_room_for_all_the_newest_stay_beside_the_reference(most: int, shown: str) -> None:
    assert ids(_within(RUNS, most, query(sha="aaa"))) == shown


@pytest.mark.parametrize(
    ("asked", "key"),
    [(query(sha="aaa"), "acc"), (query(run_ids=("r1", "r2")), ""), (query(report="Vml"), "")],
    ids=["sorted", "named one by one", "a report"],
)
def test_of_an_order_that_somebody_chose_the_first_stay(asked: RunQuery, key: str) -> None:
    assert ids(_within(RUNS, 3, asked, key)) == "r3 r1 r2"


def test_of_a_file_without_days_the_first_stay() -> None:
    undated = tuple(replace(run, created_at="") for run in RUNS)

    assert ids(_within(undated, 3, RunQuery(Service.FILE, "", "runs.csv"))) == "r3 r1 r2"


def test_courses_are_drawn_of_finished_runs_first_where_an_order_is_asked_for() -> None:
    assert ids(drawn_first(RUNS, "-lr", 3, leads_first=False)) == "r2 r1 r6"


def test_courses_are_drawn_of_the_newest_unless_somebody_chose_the_order_they_come_in() -> None:
    assert ids(drawn_first(RUNS, "", 2, leads_first=False)) == "r5 r6"
    assert ids(drawn_first(RUNS, "", 2, leads_first=True)) == "r1 r2"


def _within(runs: tuple[Run, ...], most: int, asked: RunQuery, key: str = "") -> tuple[Run, ...]:
    """Rows as a figure has them: compared, and what has not finished below."""
    compared = compare(runs, (R3, R4), (Metric("acc"),)).rows
    unfinished = (ComparedRun(run, "candidate", (None,)) for run in runs if run.state != "finished")
    return tuple(row.run for row in rows_within((*compared, *unfinished), runs, most, asked, key))
