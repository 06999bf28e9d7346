import base64
import json
from dataclasses import replace
from itertools import count
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.errors import MachineError, RefusedError
from generator.experiments.services.mlflow_answers import course, read_json, read_points, read_run
from generator.experiments.services.mlflow_api import FoundRuns, Mlflow
from generator.experiments.services.service_keys import MlflowKeys
from generator.model.experiment import Run, RunQuery, Service
from generator.web import Patience, UnansweredError
from tests.experiments.fake_mlflow import StoredRun, fake_mlflow
from tests.loopback import Asked, Loopback, Reply, breaks_off, in_turn, says, serving, stalls

_QUICK = Patience(wait_seconds=0.001, timeout_seconds=5, most_tries=3)


def _client(server: Loopback, keys: MlflowKeys = MlflowKeys()) -> Mlflow:  # noqa: B008 - a frozen value
    return Mlflow(server.url, keys, _QUICK)


def _asked(server: Loopback, **asked: Any) -> RunQuery:
    return replace(RunQuery(Service.MLFLOW, server.url, "mnist"), **asked)


def _ids(found: FoundRuns) -> list[str]:
    return [run.id for run in found.runs]


def test_runs_of_an_experiment_come_oldest_first_with_what_they_were_and_came_to() -> None:
    with fake_mlflow() as server:
        first, second, third = _client(server).runs(_asked(server)).runs

    assert first == Run(
        id="r1",
        name="first",
        state="finished",
        project="mnist",
        url=f"{server.url}/#/experiments/1/runs/r1",
        tags=("baseline",),
        config={"lr": 0.1, "github_sha": "aaa"},
        summary={"loss": 1 / 300, "acc": 0.9},
        created_at="2026-11-26T17:21:08.000+00:00",
    )
    assert (second.tags, second.config, second.description) == (
        ("baseline",),
        {"opt": "adam", "github_sha": "bbb"},
        "a note",
    )
    assert second.summary == {"acc": "NaN", "loss": 4.0}
    assert (third.state, third.config) == ("failed", {"github_sha": "aaa"})


@pytest.mark.parametrize(
    ("asked", "ids"),
    [
        pytest.param({"sha": "aaa"}, ["r1", "r3"], id="logged-sha"),
        pytest.param({"sha": "bbb"}, ["r2"], id="commit-that-mlflow-saw"),
        pytest.param({"sha": "a' or '1"}, [], id="sha-that-would-be-a-filter"),
        pytest.param({"tags": ("baseline",)}, ["r1", "r2"], id="tag-or-its-value"),
        pytest.param({"tags": ("slow",)}, [], id="tag-that-says-no"),
        pytest.param({"run_ids": ("r3", "nope", "s1", "r4", "r1")}, ["r3", "r1"], id="ids-of-this-experiment"),
        pytest.param({"filters": (("config.lr", "<", 1), ("state", "=", "finished"))}, ["r1"], id="filters"),
    ],
)
def test_those_runs_come_that_the_query_asks_for(asked: dict[str, Any], ids: list[str]) -> None:
    with fake_mlflow() as server:
        found = _client(server).runs(_asked(server, **asked))

    assert _ids(found) == ids


def test_pages_are_read_to_the_last_and_every_run_once() -> None:
    with fake_mlflow(page=1) as server:
        found = _client(server).runs(_asked(server))

    assert _ids(found) == ["r1", "r2", "r3"]
    assert server.targets().count("POST /api/2.0/mlflow/runs/search") == 3


def test_of_too_many_runs_the_newest_are_looked_at_and_the_rest_is_known_to_be_there() -> None:
    runs = tuple(StoredRun(f"r{number:04}", "r", start_time=10**12 + number * 1000) for number in range(5_002))

    with fake_mlflow(runs) as server:
        found = _client(server).runs(_asked(server))

    assert (len(found.runs), found.has_more, found.runs[0].id) == (5_000, True, "r0002")


def test_a_token_that_comes_back_ends_the_pages() -> None:
    page = {"runs": [{"info": {"run_id": "r1", "status": "FINISHED"}}], "next_page_token": "again"}
    with serving(
        in_turn(says(200, {"experiment": {"experiment_id": "1"}}), says(200, page), says(200, page))
    ) as server:
        found = _client(server).runs(_asked(server))

    assert (_ids(found), len(server.asked)) == (["r1"], 3)


def test_a_course_has_its_first_and_last_point_and_at_most_as_many_as_asked() -> None:
    with fake_mlflow(page=100) as server:
        points = _client(server).history("r1", "loss", 50)

    assert (len(points), points[0], points[-1]) == (50, (0.0, 1.0), (299.0, 1 / 300))
    assert len(server.asked) == 3


def test_points_that_name_no_step_are_counted_and_what_is_no_number_is_left_out() -> None:
    with fake_mlflow() as server:
        client = _client(server)
        courses = [client.history("r2", "loss"), client.history("r2", "acc"), client.history("r1", "nope")]

    assert courses == [tuple((float(step), float(step)) for step in range(5)), (), ()]


def test_a_list_without_end_is_given_up() -> None:
    tokens = count()

    def replies(asked: Asked) -> Reply:
        if "get-by-name" in asked.target:
            return says(200, {"experiment": {"experiment_id": "1"}})
        return says(200, {"runs": [], "next_page_token": str(next(tokens))})

    with serving(replies) as server, pytest.raises(MachineError, match="has no end"):
        _client(server).runs(_asked(server))


def test_of_two_values_at_a_step_the_later_one_counts() -> None:
    assert course([(2, 9, 0.5), (1, 5, 0.3), (2, 7, 0.4)]) == ((1, 0.3), (2, 0.5))


@pytest.mark.parametrize(
    ("keys", "sent"),
    [
        pytest.param(MlflowKeys("t0k3n"), "Bearer t0k3n", id="token"),
        pytest.param(MlflowKeys("", "ada", "pw"), f"Basic {base64.b64encode(b'ada:pw').decode()}", id="password"),
        pytest.param(MlflowKeys("t0k3n", "ada", "pw"), "Bearer t0k3n", id="token-before-password"),
    ],
)
def test_what_proves_who_asks_is_sent_with_every_question(keys: MlflowKeys, sent: str) -> None:
    with fake_mlflow(authorization=sent) as server:
        found = _client(server, keys).runs(_asked(server))

    assert _ids(found) == ["r1", "r2", "r3"]
    assert {asked.headers.get("authorization") for asked in server.asked} == {sent}


def test_without_keys_nothing_is_sent_that_could_be_one() -> None:
    with fake_mlflow() as server:
        _client(server).runs(_asked(server))

    assert not any("authorization" in asked.headers for asked in server.asked)


_KEYS = MlflowKeys("s3cret-t0k3n", "ada", "s3cret-pw")


@pytest.mark.parametrize(
    ("reply", "keys", "said", "mend"),
    [
        pytest.param(
            says(401, b"no"),
            MlflowKeys(),
            "127.0.0.1:PORT refuses to answer (401)",
            "set MLFLOW_TRACKING_TOKEN, or MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD",
            id="no-key",
        ),
        pytest.param(
            says(403, b"no"),
            _KEYS,
            "127.0.0.1:PORT refuses to answer (403)",
            "look whether the key may read that experiment",
            id="key-without-access",
        ),
        pytest.param(
            says(404, {"error_code": "RESOURCE_DOES_NOT_EXIST"}),
            _KEYS,
            "127.0.0.1:PORT has no experiment `mnist`, or does not show it to us",
            "look at `project:`",
            id="no-experiment",
        ),
        pytest.param(
            says(404, b"<html>"),
            MlflowKeys(),
            "there is no MLflow server at 127.0.0.1:PORT (404)",
            "write `tracking_url:` as the address where MLflow's pages begin",
            id="something-else",
        ),
        pytest.param(
            says(302, b"", Location="https://login.example.org"),
            MlflowKeys(),
            "there is no MLflow server at 127.0.0.1:PORT (302)",
            "write `tracking_url:` as the address where MLflow's pages begin",
            id="sent-elsewhere",
        ),
        pytest.param(
            says(400, {"message": "bad \x1b[31m\u202e filter\n::error::" + "x" * 300}),
            MlflowKeys(),
            "127.0.0.1:PORT refuses the question (400): bad [31m filter ::error::" + "x" * 174 + "…",
            None,
            id="refused-with-words",
        ),
        pytest.param(
            says(400, {"message": "no, Bearer s3cret-t0k3n"}),
            _KEYS,
            "127.0.0.1:PORT refuses the question (400): no, Bearer ***",
            None,
            id="refused-with-the-key",
        ),
    ],
)
def test_a_refusal_says_who_refused_and_what_to_do(reply: Reply, keys: MlflowKeys, said: str, mend: str | None) -> None:
    with serving(in_turn(reply)) as server, pytest.raises(RefusedError) as refused:
        _client(server, keys).runs(_asked(server))

    port = server.url.rpartition(":")[2]
    assert (refused.value.problem, refused.value.mend) == (said.replace("PORT", port), mend)
    assert "s3cret" not in f"{refused.value!r} {refused.value.mend}"


@pytest.mark.parametrize(
    "reply",
    [
        pytest.param(says(500), id="trouble"),
        pytest.param(says(200, b"<html>"), id="no-json"),
        pytest.param(says(200, b"[" * 100_000), id="deep"),
        pytest.param(says(200, b"[]"), id="a-list"),
        pytest.param(says(200, {"experiment": {"experiment_id": None}}), id="no-id"),
        pytest.param(breaks_off(), id="broken-off"),
    ],
)
def test_a_server_in_trouble_is_asked_three_times(reply: Reply) -> None:
    with serving(in_turn(reply, reply, reply)) as server, pytest.raises(UnansweredError) as unanswered:
        _client(server).runs(_asked(server))

    assert (unanswered.value.exit_code, len(server.asked)) == (4, 3)


def test_a_server_that_does_not_answer_is_not_waited_for_without_end() -> None:
    patience = Patience(wait_seconds=0.001, timeout_seconds=0.1, most_tries=1)
    with serving(in_turn(stalls)) as server, pytest.raises(UnansweredError):
        Mlflow(server.url, MlflowKeys(), patience).runs(_asked(server))


def test_keys_do_not_show_where_the_client_is_printed() -> None:
    assert "s3cret" not in repr(_KEYS)


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
_PAIRS = st.lists(st.fixed_dictionaries({}, optional={"key": _VALUES, "value": _VALUES, "step": _VALUES}), max_size=3)


@given(
    info=st.dictionaries(st.sampled_from(("run_id", "status", "start_time", "run_name", "experiment_id")), _VALUES),
    pairs=st.fixed_dictionaries({}, optional={"metrics": _PAIRS | _VALUES, "params": _PAIRS, "tags": _PAIRS}),
)
def test_whatever_a_server_says_is_a_run_or_refused(info: dict[str, Any], pairs: dict[str, Any]) -> None:
    answer = read_json(json.dumps({"info": info, "data": pairs, "metrics": pairs.get("params", [])}).encode())
    try:
        run = read_run(answer, "http://127.0.0.1", "p")
    except ValueError:
        return
    assert run is None or run.id == answer["info"]["run_id"]
    assert all(isinstance(value, float) for point in read_points(answer) for value in point)
