import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.errors import ContentError
from generator.formats.run_snapshot import canonical, from_bytes, snapshot_path, to_bytes
from generator.model.experiment import Best, Direction, Run, RunQuery, Service, Snapshot

_QUERY = RunQuery(
    Service.WANDB,
    "https://api.wandb.ai",
    "acme/mnist",
    sha="aaa",
    tags=("baseline", "reference"),
    filters=(("state", "=", "finished"), ("config.lr", "<", 0.5)),
)
_SNAPSHOT = Snapshot(
    query=_QUERY,
    fetched_at="2026-11-26T17:00:00Z",
    runs=(
        Run(
            id="r1",
            name="brave-pine-1 ü🙂",
            state="finished",
            project="acme/mnist",
            url="https://wandb.ai/acme/mnist/runs/r1",
            tags=("baseline",),
            config={"lr": 0.1, "layers": [1, {"a": None}], "github_sha": "aaa"},
            summary={"acc": 0.30000000000000004, "steps": 10, "loss": "NaN", "ok": True},
            created_at="2026-11-20T08:00:00+00:00",
            description="a run",
            unread=("config",),
        ),
        Run(id="r2", name="", state="running", project=""),
    ),
    metrics=("acc", "loss"),
    config=("lr",),
    known_metrics=("acc", "loss", "steps"),
    known_config=("lr",),
    history={"r1": {"loss": ((0.0, 1.5), (1.0, 0.5))}},
    more_runs=3,
    title="A report",
    description="Of runs",
    best=(
        Best(
            "2026-11-25T17:00:00Z",
            "acc",
            Direction.MAX,
            0.9,
            "r1",
            "brave-pine-1",
            "https://wandb.ai/acme/mnist/runs/r1",
        ),
    ),
)


def test_a_snapshot_comes_back_as_it_was_written() -> None:
    assert from_bytes(to_bytes(_SNAPSHOT)) == _SNAPSHOT


def test_a_file_is_sorted_indented_and_ends_with_a_line() -> None:
    written = to_bytes(Snapshot(RunQuery(Service.FILE, "", "data/runs.csv"), "2026-11-26T17:00:00Z"))

    assert written.decode() == (
        '{\n "base_url": "",\n "fetched_at": "2026-11-26T17:00:00Z",\n "query": {\n  "project": "data/runs.csv",\n'
        '  "service": "file"\n },\n "runs": [],\n "schema": 1\n}\n'
    )


def test_a_point_of_a_course_takes_one_line_and_no_text_is_touched() -> None:
    run = replace(_SNAPSHOT.runs[0], description="[\n 1,\n 2\n ]", config={"pair": [1, -2.5e-7], "three": [1, 2, 3]})

    written = to_bytes(replace(_SNAPSHOT, runs=(run,)))

    assert "\n    [0.0, 1.5],\n    [1.0, 0.5]\n" in written.decode()
    assert from_bytes(written).runs == (run,)


def test_the_order_of_tags_and_filters_asks_the_same_and_that_of_run_ids_does_not() -> None:
    turned = replace(_QUERY, tags=_QUERY.tags[::-1], filters=_QUERY.filters[::-1])
    first = RunQuery(Service.WANDB, "", "a/b", run_ids=("r1", "r2"))

    assert snapshot_path(turned) == snapshot_path(_QUERY)
    assert snapshot_path(first) != snapshot_path(replace(first, run_ids=("r2", "r1")))


def test_the_name_of_a_snapshot_never_changes() -> None:
    # Committed files are found by it: who changes this loses every snapshot there is.
    assert canonical(_QUERY) == (
        '{"filters":[["config.lr","<",0.5],["state","=","finished"]],"project":"acme/mnist",'
        '"server":"https://api.wandb.ai","service":"wandb","sha":"aaa","tags":["baseline","reference"]}'
    )
    assert snapshot_path(_QUERY) == "_wandb/37cb516ac26425d8.json"


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"sha": "bbb"}, id="sha"),
        pytest.param({"secondary_sha": "d1"}, id="secondary-sha"),
        pytest.param({"run_ids": ("r1",)}, id="run-ids"),
        pytest.param({"tags": ()}, id="tags"),
        pytest.param({"filters": (("state", "=", "failed"),)}, id="filters"),
        pytest.param({"report": "Vmlldzox"}, id="report"),
        pytest.param({"project": "acme/other"}, id="project"),
        pytest.param({"server": "https://wandb.example.com"}, id="server"),
        pytest.param({"service": Service.MLFLOW}, id="service"),
    ],
)
def test_another_question_has_another_file(changed: dict[str, Any]) -> None:
    assert snapshot_path(replace(_QUERY, **changed)) != snapshot_path(_QUERY)


def test_what_json_and_utf8_do_not_have_is_written_as_its_name() -> None:
    run = Run("r1", "half \ud83d", "finished", "p", config={"x": float("inf")}, summary={"y": float("nan")})
    odd = replace(_SNAPSHOT, runs=(run,), history={"r1": {"loss": ((0.0, float("nan")), (1.0, 2.0))}})

    read = from_bytes(to_bytes(odd))

    assert read.runs == (replace(run, name="half \ufffd", config={"x": "Infinity"}, summary={"y": "NaN"}),)
    assert read.history == {"r1": {"loss": ((1.0, 2.0),)}}


def _changed(**changes: Any) -> bytes:
    return json.dumps({**json.loads(to_bytes(_SNAPSHOT)), **changes}).encode()


_RUN = {"id": "r", "name": "r", "state": "finished"}


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"\xff\xfe", id="no-utf8"),
        pytest.param(b"[]", id="a-list"),
        pytest.param(b"[" * 100_000, id="deep-list"),
        pytest.param(b'{"schema":' + b'{"a":' * 50_000 + b"1" + b"}" * 50_001, id="deep-object"),
        pytest.param(b'{"schema": 1, "runs": [' + b"9" * 5000 + b"]}", id="many-digits"),
        pytest.param(b" " * 8_000_001, id="huge"),
        pytest.param(_changed(schema=2), id="schema-of-tomorrow"),
        pytest.param(_changed(schema=True), id="schema-true"),
        pytest.param(_changed(query=None), id="no-query"),
        pytest.param(_changed(query={"service": "aim"}), id="unknown-service"),
        pytest.param(_changed(query={"service": "wandb", "filters": [["state", "~", "x"]]}), id="unknown-operator"),
        pytest.param(_changed(query={"service": "wandb", "filters": [["state", "=", None]]}), id="filter-of-nothing"),
        pytest.param(_changed(query={"service": "wandb", "server": "file:///etc"}), id="server-no-address"),
        pytest.param(_changed(fetched_at="yesterday"), id="no-time"),
        pytest.param(_changed(fetched_at="2026-13-45T00:00:00Z"), id="no-such-time"),
        pytest.param(_changed(runs={}), id="runs-no-list"),
        pytest.param(_changed(runs=[_RUN] * 1001), id="too-many-runs"),
        pytest.param(_changed(runs=[{"id": "", "name": "r", "state": "finished"}]), id="run-without-id"),
        pytest.param(_changed(runs=[{**_RUN, "url": "javascript:alert(1)"}]), id="link-that-runs"),
        pytest.param(_changed(runs=[{**_RUN, "name": "\ud800"}]), id="half-a-character"),
        pytest.param(_changed(runs=[{**_RUN, "config": {"\udfff": 1}}]), id="half-a-key"),
        pytest.param(_changed(runs=[{**_RUN, "config": {"a": [[[[[[[[[1]]]]]]]]]}}]), id="deep-value"),
        pytest.param(_changed(runs=[{**_RUN, "summary": {"acc": float("nan")}}]), id="bare-nan"),
        pytest.param(_changed(runs=[{**_RUN, "created_at": "2026-11-20T08:00:00"}]), id="time-without-zone"),
        pytest.param(_changed(runs=[{**_RUN, "tags": "baseline"}]), id="tags-no-list"),
        pytest.param(_changed(runs=[{**_RUN, "tags": [1]}]), id="tag-no-text"),
        pytest.param(_changed(history={"r": {"loss": [[0]]}}), id="half-a-point"),
        pytest.param(_changed(history={"r": {"loss": [[0, True]]}}), id="point-no-number"),
        pytest.param(_changed(history={"r": {"loss": [[0, 10**400]]}}), id="point-too-large"),
        pytest.param(_changed(history={"r": {"loss": [[0, 1]] * 1001}}), id="too-many-points"),
        pytest.param(_changed(history=[]), id="history-no-object"),
        pytest.param(_changed(more_runs=-1), id="fewer-than-none"),
        pytest.param(_changed(title=5), id="title-no-text"),
        pytest.param(_changed(title="x" * 20_001), id="endless-title"),
        pytest.param(_changed(best=[{"as_of": "2026-11-25T17:00:00Z"}]), id="best-of-nothing"),
        pytest.param(to_bytes(_SNAPSHOT).replace(b"0.9", b"1e999"), id="infinite-number"),
        pytest.param(to_bytes(_SNAPSHOT)[:-40], id="cut-off"),
    ],
)
def test_what_is_no_snapshot_is_refused_with_the_way_to_a_new_one(content: bytes) -> None:
    with pytest.raises(ContentError) as refused:
        from_bytes(content)

    assert refused.value.problem.startswith("this is no snapshot of runs: ")
    assert refused.value.mend == "fetch it again with `inkmill wandb sync`"


def test_names_that_only_a_later_version_writes_are_passed_over() -> None:
    assert from_bytes(_changed(colour="blue")) == _SNAPSHOT


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
_KEYS = ("query", "runs", "fetched_at", "history", "best", "more_runs", "metrics", "known_config", "title", "schema")


@given(st.dictionaries(st.sampled_from(_KEYS), _VALUES, min_size=1))
def test_whatever_stands_in_a_file_is_a_snapshot_or_refused(changes: dict[str, Any]) -> None:
    try:
        read = from_bytes(_changed(**changes))
    except ContentError:
        return
    assert from_bytes(to_bytes(read)) == read


@given(st.binary(max_size=200))
def test_bytes_of_any_kind_are_refused_without_a_traceback(content: bytes) -> None:
    with pytest.raises(ContentError):
        from_bytes(content)


_TEXT = st.text(st.characters(codec="utf-8"), max_size=8)
_LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | _TEXT


@given(
    name=_TEXT, config=st.dictionaries(_TEXT, _LEAVES | st.lists(_LEAVES, max_size=3), max_size=4), tags=st.lists(_TEXT)
)
def test_any_run_comes_back_as_it_was(name: str, config: dict[str, Any], tags: list[str]) -> None:
    snapshot = replace(_SNAPSHOT, runs=(replace(_SNAPSHOT.runs[0], name=name, config=config, tags=tuple(tags)),))

    assert from_bytes(to_bytes(snapshot)) == snapshot
