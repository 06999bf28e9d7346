"""Who stands where on a board, and in which other orders."""

from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from generator.experiments.board.orders import MOST_ORDERS, MOST_TAGS, bests_of, orders, ranked, tags_of
from generator.model.experiment import Direction, Metric, Run

ACC = Metric("acc", Direction.MAX)
LOSS = Metric("loss", Direction.MIN)


def run(id: str, day: int | None = 1, *, state: str = "finished", tags: tuple[str, ...] = (), **summary: Any) -> Run:  # noqa: A002 (as the field is called)
    created = f"2026-11-{day:02}T00:00:00Z" if day else ""
    return Run(id, f"run-{id}", state, "acme/mnist", tags=tags, summary=summary, created_at=created)


def places(runs: list[Run], metric: Metric = ACC) -> list[tuple[str, int | None]]:
    return [(placed.run.id, placed.rank) for placed in ranked(runs, metric)]


def test_the_highest_is_first_where_more_is_better_and_the_lowest_where_less_is() -> None:
    runs = [run("a", acc=0.8, loss=0.1), run("b", acc=0.9, loss=0.3)]

    assert places(runs, ACC) == [("b", 1), ("a", 2)]
    assert places(runs, LOSS) == [("a", 1), ("b", 2)]


def test_equal_runs_share_a_rank_the_older_first_and_the_next_rank_is_left_out() -> None:
    runs = [run("new", 3, acc=0.9), run("old", 2, acc=0.9), run("worse", acc=0.1)]

    assert places(runs) == [("old", 1), ("new", 1), ("worse", 3)]


def test_what_is_no_number_stands_last_and_has_no_rank() -> None:
    runs = [
        run("nan", 1, acc="NaN"),
        run("none", 2),
        run("infinite", 3, acc=float("inf")),
        run("huge", 4, acc=10**400),
        run("b", 5, acc=-1),
    ]

    assert places(runs) == [("b", 1), ("nan", None), ("none", None), ("infinite", None), ("huge", None)]


def test_only_finished_runs_are_ranked() -> None:
    assert places([run("a", state="running", acc=1), run("b", state="crashed", acc=1), run("c", acc=0)]) == [("c", 1)]


def test_the_same_rows_stand_by_every_metric_with_a_direction_and_by_day_with_the_rank_of_the_first() -> None:
    board = ranked([run("a", 1, acc=0.8, loss=0.1), run("b", 2, acc=0.9, loss=0.3), run("c", None, acc=0.7)], ACC)

    found = orders(board, (ACC, Metric("lr"), LOSS))

    assert [(one.metric, [(row.run.id, row.rank) for row in one.rows]) for one in found] == [
        (ACC, [("b", 1), ("a", 2), ("c", 3)]),
        (LOSS, [("a", 2), ("b", 1), ("c", 3)]),
        (None, [("b", 1), ("a", 2), ("c", 3)]),
    ]


def test_runs_without_a_day_are_not_offered_by_day() -> None:
    assert [one.metric for one in orders(ranked([run("a", None, acc=1)], ACC), (ACC,))] == [ACC]


def test_a_board_has_so_many_orders_and_no_more() -> None:
    many = [Metric(f"m{number}", Direction.MAX) for number in range(20)]

    found = orders(ranked([run("a", acc=1)], ACC), (ACC, *many))

    assert len(found) == MOST_ORDERS
    assert found[-1].metric is None


def test_the_most_frequent_tags_come_first_and_a_tag_of_no_row_is_no_choice() -> None:
    board = ranked([run("a", tags=("big", "x", "x"), acc=1), run("b", tags=("big",), acc=2), run("c", acc=3)], ACC)

    assert tags_of(board) == ("big", "x")
    assert tags_of(board, ("x", "none", "big", "x")) == ("x", "big")


def test_there_are_so_many_tags_to_choose_from_and_no_more() -> None:
    board = ranked([run("a", tags=tuple(f"t{number:02}" for number in range(40)), acc=1)], ACC)

    assert tags_of(board) == tuple(f"t{number:02}" for number in range(MOST_TAGS))


def test_the_history_of_the_best_has_those_that_were_better_than_all_before() -> None:
    runs = [
        run("d", 4, acc=0.9),
        run("a", 1, acc=0.5),
        run("c", 3, acc=0.5),
        run("b", 2, acc=0.4),
        run("x", None, acc=9),
    ]

    assert [(best.run_id, best.value, best.as_of[:10]) for best in bests_of(runs, ACC)] == [
        ("a", 0.5, "2026-11-01"),
        ("d", 0.9, "2026-11-04"),
    ]
    assert [best.run_id for best in bests_of(runs, Metric("acc", Direction.MIN))] == ["a", "b"]


def test_of_runs_of_one_moment_only_the_best_was_ever_the_best() -> None:
    runs = [run("a", 1, acc=0.5), run("b", 1, acc=0.7), run("c", 1, acc=0.6), run("d", 2, acc=0.8)]

    assert [best.run_id for best in bests_of(runs, ACC)] == ["b", "d"]


@given(st.lists(st.one_of(st.none(), st.text(), st.booleans(), st.integers(), st.floats()), max_size=30))
def test_every_run_has_one_place_and_a_better_value_never_a_worse_rank(values: list[Any]) -> None:
    runs = [run(str(number), acc=value) for number, value in enumerate(values)]

    board = ranked(runs, ACC)

    assert sorted(placed.run.id for placed in board) == sorted(one.id for one in runs)
    with_rank = [(placed.rank, placed.run.summary["acc"]) for placed in board if placed.rank is not None]
    assert all((first[0] < second[0]) is (float(first[1]) > float(second[1])) for first, second in pairwise(with_rank))
    assert all(placed.rank is None for placed in board[len(with_rank) :])
