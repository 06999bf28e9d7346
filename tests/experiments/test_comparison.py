"""Candidates against the best baseline: who is better, by how much, and where nobody can say."""

import math
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.experiments.comparison import Delta, best_run, compare, delta_between, delta_text, leading_metric
from generator.model.experiment import Direction, Metric, Run

ACC, LOSS = Metric("acc", Direction.MAX), Metric("loss", Direction.MIN)


def run(name: str, state: str = "finished", created_at: str = "", **summary: Any) -> Run:
    return Run(name, f"run-{name}", state, "acme/mnist", summary=summary, created_at=created_at)


def shown(deltas: tuple[Delta | None, ...]) -> list[str]:
    return [delta_text(delta) for delta in deltas]


R1 = run("r1", acc=0.90, loss=0.31)
R2 = run("r2", acc=0.80, loss=0.52)
R3 = run("r3", acc=0.95, loss=0.20)
R4 = run("r4", "crashed", acc=0.99)


def test_finished_candidates_are_held_against_the_best_finished_baseline() -> None:
    found = compare([R1, R2, run("r5", "running")], [R3, R4], [ACC, LOSS], ["lr"])

    # AC8
    assert [(row.role, row.run.id, *shown(row.deltas)) for row in found.rows] == [
        ("reference", "r3", "", ""),
        ("candidate", "r1", "-0.05 (-5.26%) worse", "+0.11 (+55.00%) worse"),
        ("candidate", "r2", "-0.15 (-15.79%) worse", "+0.32 (+160.00%) worse"),
        ("baseline", "r4", "", ""),
    ]
    assert found.reference == found.best == R3
    assert (found.counts.finished, found.counts.running, found.counts.total) == (2, 1, 3)


def test_what_is_missing_or_no_number_is_not_compared() -> None:
    # AC9
    found = compare([run("r7", acc=0.88, loss="NaN"), run("r8")], [R3], [ACC, LOSS])

    assert [shown(row.deltas) for row in found.rows[1:]] == [["-0.07 (-7.37%) worse", "n/a"], ["n/a", "n/a"]]


def test_without_a_direction_nothing_is_better_and_the_newest_baseline_is_the_reference() -> None:
    old = run("old", created_at="2026-01-02T00:00:00Z", acc=0.99)
    new = run("new", created_at="2026-01-02T01:30:00+01:00", acc=0.1)

    found = compare([R1], [new, old], [Metric("acc"), Metric("loss")])

    assert found.reference == new
    assert found.best is None
    assert shown(found.rows[1].deltas) == ["+0.8 (+800.00%)", "n/a"]


def test_of_equal_baselines_the_newest_is_the_reference() -> None:
    first = run("first", created_at="2026-01-01T00:00:00", acc=0.9)
    second = run("second", created_at="2026-01-02T00:00:00", acc=0.9)

    assert compare([], [second, first], [ACC]).reference == second
    # Where no moment is known the order is that of the service, oldest first.
    assert compare([], [replace(second, created_at=""), replace(first, created_at="")], [ACC]).reference == replace(
        first, created_at=""
    )


def test_the_reference_is_chosen_by_the_first_metric_with_a_direction() -> None:
    low_loss, high_acc = run("a", acc=0.1, loss=0.1, f1=0.9), run("b", acc=0.9, loss=0.9, f1=0.1)

    assert compare([], [low_loss, high_acc], [Metric("f1"), LOSS, ACC]).reference == low_loss
    assert compare([], [low_loss, high_acc], [Metric("f1"), ACC, LOSS]).reference == high_acc


def test_a_baseline_without_a_value_is_neither_reference_nor_best_while_another_has_one() -> None:
    blank = run("blank", created_at="2026-06-01T00:00:00Z", acc="NaN")

    assert compare([], [blank, R2], [ACC]).reference == R2
    alone = compare([R1], [blank], [ACC])
    assert (alone.reference, alone.best) == (blank, None)


def test_without_a_finished_baseline_there_is_nothing_to_hold_against() -> None:
    found = compare([R1], [R4], [ACC])

    assert (found.reference, found.best) == (None, None)
    assert [(row.role, row.deltas) for row in found.rows] == [("candidate", (None,)), ("baseline", (None,))]


def test_the_commit_before_has_a_row_of_its_own_and_candidates_are_held_against_it() -> None:
    before, worse = run("p1", acc=0.85, loss=0.4), run("p2", acc=0.6, loss=0.1)

    found = compare([R1], [R3], [ACC, LOSS], previous=[before, worse, run("p3", "running", acc=1)])

    assert found.previous == before
    assert [row.role for row in found.rows] == ["reference", "candidate", "previous"]
    assert shown(found.rows[2].deltas) == ["-0.1 (-10.53%) worse", "+0.2 (+100.00%) worse"]
    assert [(row.run.id, shown(row.deltas)) for row in found.to_previous] == [
        ("r1", ["+0.05 (+5.88%) better", "-0.09 (-22.50%) better"])
    ]


def test_a_baseline_of_the_commit_before_is_shown_once() -> None:
    found = compare([R1], [R3, R2], [ACC], previous=[R2])

    assert [row.run.id for row in found.rows] == ["r3", "r1", "r2"]
    assert found.previous == R2


def test_percentages_are_left_out_against_nothing_and_keep_the_sign_of_the_difference() -> None:
    assert delta_between(0.5, 0, Direction.MIN) == Delta(0.5, None, "worse")
    assert delta_text(delta_between(-1, -2, Direction.MAX)) == "+1 (+50.00%) better"
    assert delta_text(delta_between(0.5, 0, None)) == "+0.5"
    assert delta_text(delta_between(2, 2.0, Direction.MAX)) == "same"
    assert delta_text(delta_between(1.0000001, 1, Direction.MAX)) == "+1e-07 better"


@pytest.mark.parametrize("value", [True, "0.9", None, [1], {"max": 1}, math.inf, math.nan, 10**400], ids=repr)
def test_only_finite_numbers_are_compared(value: Any) -> None:
    assert delta_between(value, 1, Direction.MAX) == delta_between(1, value, Direction.MAX) == Delta()


NUMBERS = st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(10**20), 10**20)
ANYTHING = st.none() | st.booleans() | st.text(max_size=3) | st.floats() | st.integers()


@given(NUMBERS, NUMBERS, st.sampled_from(Direction))
def test_better_is_said_of_what_is_further_in_the_direction_and_of_nothing_else(
    mine: float, theirs: float, direction: Direction
) -> None:
    delta = delta_between(mine, theirs, direction)
    gain = float(mine) - float(theirs) if direction is Direction.MAX else float(theirs) - float(mine)

    if delta.difference is None:
        assert math.isinf(gain)
        assert delta.verdict == ""
    else:
        assert delta.verdict == ("better" if gain > 0 else "worse" if gain < 0 else "same")
        assert math.isclose(delta.difference, float(mine) - float(theirs), rel_tol=1e-9, abs_tol=1e-300)
    if delta.percent is not None and delta.difference:
        assert math.copysign(1, delta.percent) == math.copysign(1, delta.difference)


@given(ANYTHING, ANYTHING)
def test_without_a_direction_nothing_is_called_better_or_worse(mine: Any, theirs: Any) -> None:
    text = delta_text(delta_between(mine, theirs, None))

    assert "better" not in text
    assert "worse" not in text


@given(st.lists(st.tuples(st.sampled_from(["finished", "running", "killed"]), ANYTHING), max_size=6))
def test_no_finished_run_is_better_than_the_best(drawn: list[tuple[str, Any]]) -> None:
    runs = [run(str(number), state, acc=value) for number, (state, value) in enumerate(drawn)]

    best = best_run(runs, ACC)

    finished = [one for one in runs if one.state == "finished"]
    assert (best is None) is (not finished)
    if best is not None:
        against = [delta_between(one.summary["acc"], best.summary["acc"], Direction.MAX) for one in finished]
        assert [delta for delta in against if delta.verdict == "better"] == []


def test_the_leading_metric_is_the_first_with_a_direction() -> None:
    assert leading_metric([Metric("f1"), LOSS, ACC]) == LOSS
    assert leading_metric([Metric("f1")]) is None
