import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.errors import ContentError
from generator.experiments.comparison import compare
from generator.experiments.runs_table import TableColumns, runs_json
from generator.experiments.services.run_file import runs_of
from generator.model.experiment import Metric, Run
from tests.experiments.runs_of_a_page import R1, R3, R5

_CSV = """\
id,name,state,tags,created_at,github_sha,acc,lr,summary.f1,config.deep.depth
r2,second,crashed,"a; b",2026-11-02,12345e7,0.5,0.1,,3
r1,first,,,2026-11-01T08:00:00+02:00,0123456,NaN,adam,0.25,
"""


def test_columns_become_what_their_names_and_the_metrics_say() -> None:
    first, second = runs_of(_CSV.encode(), "data/runs.csv", ("acc",))

    assert first == Run(
        id="r1",
        name="first",
        state="finished",
        project="data/runs.csv",
        config={"github_sha": "0123456", "lr": "adam"},
        summary={"acc": "NaN", "f1": 0.25},
        created_at="2026-11-01T08:00:00+02:00",
    )
    assert (second.id, second.state, second.tags) == ("r2", "crashed", ("a", "b"))
    assert (second.config, second.summary) == ({"github_sha": "12345e7", "lr": 0.1, "deep.depth": 3}, {"acc": 0.5})
    assert second.created_at == "2026-11-02T00:00:00+00:00"


def test_what_the_command_writes_is_read_back() -> None:
    written = (
        "run.url,run.name,run.tags,run.id,run.entity,run.project,github_sha,acc,loss,_lr,__eval.category\n"
        "https://wandb.ai/acme/mnist/runs/r4,run-r4,\"['baseline', 'it''s']\",r4,acme,mnist,,0.5,,,baseline\n"
        "https://wandb.ai/acme/mnist/runs/r1,run-r1,[],r1,acme,mnist,aaa,0.9,10,0.1,candidate\n"
    )

    (baseline, candidate) = runs_of(written.replace("it''s", "it\\'s").encode(), "wandb_report.csv")

    assert baseline.tags == ("baseline", "it\\'s")
    assert (baseline.config, baseline.summary) == ({}, {"acc": 0.5})
    assert candidate == Run(
        id="r1",
        name="run-r1",
        state="finished",
        project="wandb_report.csv",
        url="https://wandb.ai/acme/mnist/runs/r1",
        config={"github_sha": "aaa", "lr": 0.1},
        summary={"acc": 0.9, "loss": 10},
    )


def test_of_the_json_that_the_command_writes_no_comparison_is_a_configuration() -> None:
    made = replace(R1, config={"lr": 0.1, "github_sha": "aaa"})
    columns = TableColumns(("acc", "loss"), ("lr",))
    written = runs_json(compare([made], [R3], [Metric("acc"), Metric("loss")]), [made, R5], columns)

    runs = {run.id: run for run in runs_of(written.encode(), "runs.json")}

    assert (runs["r1"].config, runs["r1"].summary) == ({"lr": 0.1, "github_sha": "aaa"}, {"acc": 0.9, "loss": 0.31})
    assert (runs["r5"].state, runs["r3"].tags) == ("running", ("baseline",))
    assert runs_of(b'[{"id": "a", "role": "teacher", "metrics": {"acc": 1}}]', "r.json")[0].config == {
        "role": "teacher"
    }


@pytest.mark.parametrize(
    ("path", "content"),
    [
        pytest.param("r.json", '[{"name": "a", "acc": 0.9, "lr": 1, "tags": ["x", 3]}]', id="list"),
        pytest.param(
            "r.json",
            '{"runs": [{"name": "a", "summary": {"acc": 0.9}, "config": {"lr": 1}, "tags": "x;3"}]}',
            id="object",
        ),
        pytest.param("r.jsonl", '\n{"name": "a", "acc": 0.9, "lr": 1, "tags": "[\\"x\\", \\"3\\"]"}\n', id="lines"),
        pytest.param("r.tsv", "name\tacc\tlr\ttags\na\t.9\t1\tx;3\n", id="tabs"),
        pytest.param("r.csv", "\ufeffname,acc,lr,tags\r\n\r\na,9e-1,1,x;3\r\n", id="byte-order-mark"),
    ],
)
def test_every_form_says_the_same(path: str, content: str) -> None:
    assert runs_of(content.encode(), path, ("acc",)) == (
        Run("a", "a", "finished", path, tags=("x", "3"), config={"lr": 1}, summary={"acc": 0.9}),
    )


def test_runs_without_a_time_stay_as_they_stand() -> None:
    runs = runs_of(b"acc,created_at\n1,2026-11-02\n2,\n", "r.csv")

    assert [run.id for run in runs] == ["1", "2"]


def test_numbers_that_no_page_can_hold_stay_text() -> None:
    (run,) = runs_of(b'[{"a": NaN, "b": 1e999, "c": -Infinity}]', "r.json", ("a", "b"))

    assert (run.summary, run.config) == ({"a": "NaN", "b": "1e999"}, {"c": "-Infinity"})


@pytest.mark.parametrize(
    ("path", "content", "said"),
    [
        pytest.param("r.csv", b"a,a\n1,2\n", "r.csv:1: the column `a` is here twice", id="twice"),
        pytest.param("r.csv", b"a,\n1,2\n", "r.csv:1: column 2 has no name", id="no-name"),
        pytest.param(
            "r.csv", b"a,b\n1,2\n3\n", "r.csv:3: this line has 1 cells, and the first one names 2 columns", id="short"
        ),
        pytest.param("r.csv", b'a,b\n1,"2\n3,4', "r.csv:2: this is no CSV: unexpected end of data", id="open-quote"),
        pytest.param("r.csv", b"a\n1\n\xff\n", "r.csv:3: this file is not UTF-8", id="no-utf8"),
        pytest.param("r.csv", b"id\nx\n\nx\n", "r.csv:4: the run `x` is here twice", id="same-id"),
        pytest.param("r.csv", b'id,n\nx,"1\n2"\nx,3\n', "r.csv:4: the run `x` is here twice", id="after-two-lines"),
        pytest.param(
            "r.csv", b"id,state\nx,finnished\n", "r.csv:2: `state: finnished` says nothing of a run", id="state"
        ),
        pytest.param(
            "r.csv",
            b"url\njavascript:alert(1)\n",
            "r.csv:2: `url: javascript:alert(1)` says nothing of a run",
            id="url",
        ),
        pytest.param(
            "r.csv", b"created_at\nsoon\n", "r.csv:2: `created_at: soon` says nothing of a run", id="created-at"
        ),
        pytest.param(
            "r.json", b'[{"a": 1},\n{"a" 2}]', "r.json:2: this is no JSON: Expecting ':' delimiter", id="json"
        ),
        pytest.param("r.json", b'{"a": 1}', "r.json: this file holds no list of runs", id="no-list"),
        pytest.param("r.json", b'[{"a": 1}, 5]', "r.json: run 2 is no object", id="no-object"),
        pytest.param("r.jsonl", b'{"a": 1}\n\n[2]\n', "r.jsonl:3: run 2 is no object", id="line-no-object"),
        pytest.param("r.json", b'[{"id": {"a": 1}}]', "r.json: `id: …` says nothing of a run", id="id-object"),
        pytest.param("r.json", b'[{"tags": [[1]]}]', "r.json: `tags: …` says nothing of a run", id="tags-of-lists"),
        pytest.param("r.json", b"[" * 100_000, "r.json: this is JSON that nobody can show", id="deep"),
        pytest.param(
            "r.json", b'[{"a": "\\ud800"}]', "r.json: this is JSON that nobody can show", id="half-a-character"
        ),
        pytest.param(
            "r.json", b"[" + b"9" * 5000 + b"]", "r.json: this is JSON that nobody can show", id="many-digits"
        ),
        pytest.param(
            "r.csv",
            b"\nname;acc\na;0,9\n",
            "r.csv:2: between the cells of this file are `;`, not `,`",
            id="semicolons",
        ),
        pytest.param("r.csv", b"name\tacc\n", "r.csv:1: between the cells of this file are tabs, not `,`", id="tabs"),
        pytest.param("r.tsv", b"name,acc\n", "r.tsv:1: between the cells of this file are `,`, not tabs", id="commas"),
        pytest.param("r.csv", b"a\n" + b"1\n" * 20_001, "r.csv:20002: this file has more than 20,000 runs", id="runs"),
        pytest.param("r.csv", b" " * 20_000_001, "r.csv: this file is larger than 20 MB", id="huge"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(path: str, content: bytes, said: str) -> None:
    with pytest.raises(ContentError) as refused:
        runs_of(content, path)

    assert f"{refused.value.at}: {refused.value.problem}" == said
    assert refused.value.mend


def test_a_state_that_was_mistyped_is_told_with_the_one_that_was_meant() -> None:
    with pytest.raises(ContentError) as refused:
        runs_of(b"state\nfinnished\n", "r.csv")

    assert refused.value.mend == "write `finished`"


def test_a_file_of_endless_columns_is_refused_at_once() -> None:
    header = ",".join(f"c{number}" for number in range(200_000))

    with pytest.raises(ContentError, match="more than 5,000 columns"):
        runs_of(header.encode(), "r.csv")


def test_a_quote_that_nobody_closed_ends_with_its_cell() -> None:
    (run,) = runs_of(b"name,tags\nfirst,\"['a', 'it\\'s\"\n", "r.csv")

    assert run.tags == ("a", "it\\'s")


def test_quotes_that_nobody_closed_take_no_longer_than_others() -> None:
    # Read anew from each of them, they would take minutes.
    (run,) = runs_of(("name,tags\nfirst,\"['" + "\\'" * 60_000 + '"\n').encode(), "r.csv")

    assert len(run.tags) == 1


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
_NAMES = st.sampled_from(("id", "state", "tags", "created_at", "url", "config", "summary", "acc")) | st.text()


@given(st.lists(st.dictionaries(_NAMES, _VALUES, max_size=5), max_size=3))
def test_any_json_is_runs_or_refused(entries: list[dict[str, Any]]) -> None:
    try:
        runs = runs_of(json.dumps(entries).encode(), "r.json", ("acc",))
    except ContentError:
        return
    assert len(runs) == len(entries)


@given(st.text() | st.binary())
def test_any_text_is_runs_or_refused(content: str | bytes) -> None:
    whole = content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass")
    try:
        runs = runs_of(b"id,acc\n" + whole, "r.csv")
    except ContentError:
        return
    assert len(runs) <= whole.count(b"\n") + whole.count(b"\r") + 1
