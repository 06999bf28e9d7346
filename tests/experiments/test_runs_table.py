"""Compared runs for machines."""

import csv
import io
import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.errors import UsageError
from generator.experiments.comparison import compare
from generator.experiments.runs_table import TableColumns, runs_csv, runs_json, table_columns
from generator.model.experiment import Direction, Metric, Run

FIRST = ("run.url", "run.name", "run.tags", "run.id", "run.entity", "run.project", "github_sha")


def run(name: str = "r", state: str = "finished", **more: Any) -> Run:
    return Run(name, f"run-{name}", state, "acme/mnist", **more)


def rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


def test_columns_stand_in_the_order_that_workflows_know() -> None:
    columns = table_columns([Metric("b"), Metric("a")], ["z", "y"], has_description=True)

    assert columns.names == (*FIRST, "run.description", "b", "a", "_z", "_y", "__eval.category")


@pytest.mark.parametrize(
    ("metrics", "config"),
    [
        (["_runtime"], ["runtime"]),
        (["acc", "acc"], []),
        ([], ["lr", "lr"]),
        (["run.id"], []),
        (["run.description"], []),
        ([], ["_eval.category"]),
    ],
    ids=repr,
)
def test_no_column_is_there_twice(metrics: list[str], config: list[str]) -> None:
    with pytest.raises(UsageError, match="leave one of them out"):
        table_columns(map(Metric, metrics), config, has_description=False)


def test_values_are_in_full_and_as_they_always_were() -> None:
    summary = {"a": 10, "b": 0.1 + 0.2, "c": None, "d": "NaN", "e": True, "f": math.nan, "g": {"x": 1}}
    columns = TableColumns(tuple(summary))

    text = runs_csv([run(summary=summary, tags=("a, b", "it's"), config={"github_sha": "abc"})], [], columns)

    assert rows(text)[1] == [
        *("", "run-r", "['a, b', \"it's\"]", "r", "acme", "mnist", "abc"),
        *("10", "0.30000000000000004", "", "NaN", "True", "NaN", '{"x": 1}'),
        "candidate",
    ]


def test_baselines_stand_in_the_table_in_any_state_and_only_beside_a_finished_candidate() -> None:
    crashed = run("b", "crashed")

    assert [row[3] for row in rows(runs_csv([run("a"), run("c", "running")], [crashed], TableColumns()))] == [
        "run.id",
        "a",
        "b",
    ]
    assert len(rows(runs_csv([run("c", "running")], [crashed], TableColumns()))) == 1


def test_formulas_are_text_in_a_spreadsheet_when_that_is_asked_for() -> None:
    found = run("=1", summary={"m": "+2", "n": -3, "o": "@x"}, config={"github_sha": "-4"})

    plain, safe = (
        runs_csv([found], [], TableColumns(("m", "n", "o")), is_excel_safe=is_safe) for is_safe in (False, True)
    )

    assert rows(plain)[1][7:10] == ["+2", "-3", "@x"]
    assert rows(safe)[1][3] == "'=1"
    assert rows(safe)[1][6:10] == ["-4", "'+2", "-3", "'@x"]


@pytest.mark.parametrize("name", ["-1+cmd|' /C calc'!A0", "\t=1", "\r=1", "＝1", "－1+2"])
def test_what_leads_to_a_formula_is_text_too(name: str) -> None:
    (_, row) = rows(
        runs_csv([run("a", summary={"m": name, "n": "-1.5e-3"})], [], TableColumns(("m", "n")), is_excel_safe=True)
    )

    assert row[7:9] == [f"'{name}", "-1.5e-3"]


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)


@given(st.lists(st.tuples(TEXT, TEXT, st.lists(TEXT, max_size=3), VALUES, VALUES), max_size=4))
def test_what_is_written_is_read_back_by_any_reader_of_csv(
    drawn: list[tuple[str, str, list[str], Any, Any]],
) -> None:
    columns = TableColumns(("m",), ("k",), has_description=True)
    runs = [
        Run(
            name,
            name,
            "finished",
            "e/p",
            summary={"m": metric},
            config={"k": value},
            tags=tuple(tags),
            description=words,
        )
        for name, words, tags, metric, value in drawn
    ]

    found = rows(runs_csv(runs, [], columns))

    assert [len(row) for row in found] == [len(columns.names)] * (len(runs) + 1)
    for row, one in zip(found[1:], runs, strict=True):
        assert row[1:4] == [one.name, str(list(one.tags)), one.id]
        assert row[7] == one.description
        if isinstance(one.summary["m"], str | bool | int):
            assert row[8] == str(one.summary["m"])


def test_half_a_character_is_written_as_a_mark() -> None:
    assert "a?b" in runs_csv([run("a\ud800b")], [], TableColumns())


@given(st.lists(st.tuples(st.sampled_from(["finished", "running", "odd"]), VALUES), max_size=4))
def test_every_candidate_is_in_the_json_and_every_reader_can_read_it(drawn: list[tuple[str, Any]]) -> None:
    acc = Metric("acc", Direction.MAX)
    candidates = [run(str(number), state, summary={"acc": value}) for number, (state, value) in enumerate(drawn)]
    baseline = run("b", summary={"acc": 0.5})

    def refuse(word: str) -> None:
        raise AssertionError(word)

    text = runs_json(compare(candidates, [baseline], [acc]), candidates, TableColumns(("acc",)))
    found = json.loads(text, parse_constant=refuse)

    assert text.isascii()
    assert sorted(one["id"] for one in found["runs"]) == sorted([*(one.id for one in candidates), "b"])
    assert found["reference"] == "b"
    assert found["counts"]["total"] == len(candidates)


def test_the_json_says_how_far_each_candidate_is_from_the_reference() -> None:
    acc = Metric("acc", Direction.MAX)
    candidate, baseline = run("a", summary={"acc": 0.9}), run("b", summary={"acc": 0.95})

    found = json.loads(runs_json(compare([candidate], [baseline], [acc]), [candidate], TableColumns(("acc",))))

    assert [(one["role"], one["deltas"]) for one in found["runs"]] == [
        ("reference", {}),
        ("candidate", {"acc": {"difference": -0.05, "percent": pytest.approx(-100 / 19), "verdict": "worse"}}),
    ]
