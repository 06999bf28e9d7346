"""The fake W&B answers as section 5 of its shape says, fails as it is told, and serves nobody who asks wrongly."""

import base64
import http.client
import json
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.experiments.fake_wandb import (
    BROKEN,
    BUSY,
    ERRORS,
    FORBIDDEN,
    HALF,
    NO_JSON,
    SILENT,
    UNAUTHORIZED,
    FakeWandb,
    Fault,
)
from tests.experiments.fixture_runs import StoredRun

ROOT = Path(__file__).resolve().parents[2]

_IDS = """query Runs($project: String!, $entity: String!, $cursor: String, $perPage: Int = 50, $filters: JSONString) {
  project(name: $project, entityName: $entity) { runCount(filters: $filters)
    runs(filters: $filters, after: $cursor, first: $perPage, order: "+created_at") {
      edges { node { name } cursor } pageInfo { endCursor hasNextPage } } } }"""


def told(url: str, body: bytes, *, key: str = "", seconds: float = 5) -> tuple[int, str | None, bytes]:
    """Status, header Retry-After and body."""
    headers = {"Authorization": "Basic " + base64.b64encode(f"api:{key}".encode()).decode()} if key else {}
    with closing(http.client.HTTPConnection(urlsplit(url).netloc, timeout=seconds)) as connection:
        connection.request("POST", "/graphql", body, {"Content-Type": "application/json", **headers})
        with closing(connection.getresponse()) as response:
            return response.status, response.getheader("Retry-After"), response.read()


def asked(url: str, query: str, variables: Mapping[str, Any], *, key: str = "") -> Any:
    return json.loads(told(url, json.dumps({"query": query, "variables": variables}).encode(), key=key)[2])


def ids(fake: FakeWandb, filters: Mapping[str, Any], **variables: Any) -> list[str]:
    wanted = {"project": "mnist", "entity": "acme", "filters": json.dumps(filters), **variables}
    answer = asked(fake.url, _IDS, wanted)
    return [edge["node"]["name"] for edge in answer["data"]["project"]["runs"]["edges"]]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, "r1 r2 r3 r4 r5 r6 r7 r8"),
        ({"config.github_sha": "aaa"}, "r1 r2 r5 r6 r8"),
        ({"config.github_sha.value": "aaa"}, "r1 r2 r5 r6 r8"),
        ({"name": "r2"}, "r2"),
        ({"name": {"$in": ["r2", "r7"]}}, "r2 r7"),
        ({"config.github_sha": {"$ne": "aaa"}}, "r3 r7"),
        ({"$or": [{"config.github_sha": {"$ne": "aaa"}}, {"config.github_sha": {"$exists": False}}]}, "r3 r4 r7"),
        ({"$and": [{"config.github_sha": "bbb"}, {"config.secondary_sha": "d1"}]}, "r7"),
        ({"tags": {"$in": ["reference"]}}, "r4 r7"),
        ({"tags": {"$nin": ["baseline"]}, "state": "finished"}, "r1 r7"),
        ({"summary_metrics.acc": {"$gt": 0.8, "$lte": 0.9}}, "r1 r7"),
        ({"config.lr": {"$gte": 0.3}}, "r5 r6 r8"),
        ({"config.lr": {"$lt": 0.2}}, "r1 r3 r7"),
        ({"summary_metrics.loss": {"$lt": 1}}, "r1 r2 r3"),
        ({"displayName": {"$regex": "^run-r[12]$"}}, "r1 r2"),
        ({"$nor": [{"state": "finished"}, {"state": "killed"}]}, "r4 r5 r6"),
    ],
    ids=str,
)
def test_a_filter_lets_through_what_it_says(filters: Mapping[str, Any], expected: str) -> None:
    with FakeWandb() as fake:
        assert ids(fake, filters) == expected.split()


def test_pages_follow_the_last_cursor_until_there_is_no_next() -> None:
    with FakeWandb() as fake:
        pages = [ids(fake, {"config.github_sha": "aaa"}, perPage=2, cursor=cursor) for cursor in (None, "2", "4")]

        assert pages == [["r1", "r2"], ["r5", "r6"], ["r8"]]
        assert [one.variables["cursor"] for one in fake.requests] == [None, "2", "4"]


def test_a_cursor_that_repeats_promises_more_for_ever() -> None:
    with FakeWandb() as fake:
        fake.store.cursor_repeats = True
        variables = {"project": "mnist", "entity": "acme", "perPage": 2, "cursor": "1"}
        runs = asked(fake.url, _IDS, variables)["data"]["project"]["runs"]

        assert [edge["cursor"] for edge in runs["edges"]] == ["1", "1"]
        assert runs["pageInfo"] == {"endCursor": "1", "hasNextPage": True}


def test_pages_that_overlap_show_a_run_twice_and_none_too_few() -> None:
    with FakeWandb() as fake:
        fake.store.pages_overlap = True

        assert [ids(fake, {}, perPage=5, cursor=cursor) for cursor in (None, "5")] == [
            ["r1", "r2", "r3", "r4", "r5"],
            ["r5", "r6", "r7", "r8"],
        ]


def test_only_who_sends_the_key_is_let_in() -> None:
    variables = {"project": "mnist", "entity": "acme"}
    with FakeWandb(key="s3cret") as fake:
        assert asked(fake.url, _IDS, variables, key="s3cret")["data"]["project"]["runCount"] == 8
        for key in ("", "other"):
            refusal = (401, None, b'{"errors": [{"message": "user is not logged in"}]}')
            assert told(fake.url, b'{"query": "{ viewer { id } }"}', key=key) == refusal


def test_a_project_that_is_not_there_is_null_and_so_is_a_run() -> None:
    one = 'query Run($name: String!) { project(name: $name, entityName: "acme") { run(name: "nobody") { id } } }'
    with FakeWandb() as fake:
        assert asked(fake.url, one, {"name": "missing"}) == {"data": {"project": None}}
        assert asked(fake.url, one, {"name": "mnist"}) == {"data": {"project": {"run": None}}}


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("query Q { viewer { password } }", 'Cannot query field "password".'),
        ("query Q { viewer }", 'Field "viewer" must have a selection of subfields.'),
        ("query Q { viewer { id { x } } }", "A scalar has no subfields."),
        ("query Q($a: String!) { viewer { id } }", 'Variable "$a" of required type was not provided.'),
        ("query Q { project(name: $a) { id } }", 'Variable "$a" is not defined.'),
        ("query Q { project(title: 1) { id } }", "Field \"project\": missing a required argument: 'name'."),
        ("query Q { viewer { ...Nothing } }", 'Unknown fragment "Nothing".'),
        ("query Q { viewer { id }", "Syntax Error: Unexpected <EOF>."),
        ("query Q { viewer { } }", "Syntax Error: Expected Name, found }."),
        ("query Q ; { viewer { id } }", "Syntax Error: Unexpected character ';'."),
        (
            'query Q { project(name: "mnist") { runCount(filters: "{\\"nonsense\\": 1}") } }',
            "invalid filter: unknown key nonsense",
        ),
        (
            'query Q { project(name: "mnist") { runCount(filters: "{\\"state\\": {\\"$like\\": 1}}") } }',
            "invalid filter: unknown operator $like",
        ),
    ],
)
def test_who_asks_wrongly_is_told_so(query: str, message: str) -> None:
    with FakeWandb() as fake:
        assert asked(fake.url, query, {}) == {"errors": [{"message": message}]}


def test_an_answer_holds_what_was_selected_under_the_names_that_were_given() -> None:
    query = """query Q($full: Boolean = false) { me: viewer { __typename ...Names email @include(if: $full) } }
        fragment Names on User { username ... on User { name } }"""
    with FakeWandb() as fake:
        names = {"__typename": "User", "username": "ada", "name": "Ada"}

        assert asked(fake.url, query, {}) == {"data": {"me": names}}
        assert asked(fake.url, query, {"full": True}) == {"data": {"me": {**names, "email": "ada@acme.test"}}}


def test_config_and_summary_come_as_text_that_may_be_no_json() -> None:
    query = 'query Q { project(name: "p") { run(name: "x") { config summaryMetrics } } }'
    with FakeWandb([StoredRun("x", config="{broken", summary={"a": 1}, project="acme/p")]) as fake:
        run = asked(fake.url, query, {})["data"]["project"]["run"]

        assert run == {"config": "{broken", "summaryMetrics": '{"a": 1}'}


def test_sampled_history_has_rows_with_all_keys_and_no_more_than_asked() -> None:
    query = """query H($specs: [JSONString!]!) { project(name: "mnist") { run(name: "r1") {
        sampledHistory(specs: $specs) } } }"""
    specs = [json.dumps({"keys": ["_step", "loss"], "samples": 3}), json.dumps({"keys": ["_step", "nothing"]})]
    with FakeWandb() as fake:
        loss, nothing = asked(fake.url, query, {"specs": specs})["data"]["project"]["run"]["sampledHistory"]

        assert loss == [{"_step": 0, "loss": 2.0}, {"_step": 500, "loss": 0.004}, {"_step": 999, "loss": 0.002}]
        assert nothing == []


def test_a_report_is_found_by_its_padded_id_alone() -> None:
    query = "query SpecificReport($reportId: ID!) { view(id: $reportId) { displayName project { name entityName } } }"
    with FakeWandb() as fake:
        view = {"displayName": "My Report: v1.0 (a/b)", "project": {"name": "mnist", "entityName": "acme"}}

        assert asked(fake.url, query, {"reportId": "VmlldzoxMjM0NTY="}) == {"data": {"view": view}}
        assert asked(fake.url, query, {"reportId": "VmlldzoxMjM0NTY"}) == {"data": {"view": None}}


@pytest.mark.parametrize(
    ("fault", "status", "retry_after"),
    [
        pytest.param(UNAUTHORIZED, 401, None, id="no key"),
        pytest.param(FORBIDDEN, 403, None, id="not allowed"),
        pytest.param(BUSY, 429, "1", id="too often"),
        pytest.param(BROKEN, 500, None, id="broken"),
    ],
)
def test_a_fault_is_answered_once_and_then_all_is_well(fault: Fault, status: int, retry_after: str | None) -> None:
    with FakeWandb() as fake:
        fake.faults.append(fault)

        assert told(fake.url, b'{"query": "query Q { viewer { id } }"}')[:2] == (status, retry_after)
        assert ids(fake, {"name": "r1"}) == ["r1"]
        assert fake.operations() == ["Q", "Runs"]


def test_an_answer_can_be_no_json() -> None:
    with FakeWandb(always=NO_JSON) as fake, pytest.raises(json.JSONDecodeError):
        ids(fake, {})


def test_an_answer_can_be_a_half() -> None:
    with FakeWandb(always=HALF) as fake, pytest.raises(http.client.IncompleteRead):
        ids(fake, {})


def test_errors_come_with_200() -> None:
    with FakeWandb(always=ERRORS) as fake:
        assert asked(fake.url, _IDS, {}) == {"errors": [{"message": "something about this query is wrong"}]}


def test_a_silent_server_keeps_its_clients_until_it_is_closed() -> None:
    with FakeWandb(always=SILENT) as fake:
        with pytest.raises(TimeoutError):
            told(fake.url, b'{"query": "{ viewer { id } }"}', seconds=0.2)

        # A busy machine reads later than the client waits.
        deadline = time.monotonic() + 10
        while not fake.requests and time.monotonic() < deadline:
            time.sleep(0.01)
        assert [one.path for one in fake.requests] == ["/graphql"]


def test_it_serves_other_processes_alone() -> None:
    command = [sys.executable, "-m", "tests.experiments.fake_wandb", "0", "k"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            url = process.stdout.readline().strip()
            answer = asked(url, _IDS, {"project": "mnist", "entity": "acme"}, key="k")
        finally:
            process.terminate()

    assert answer["data"]["project"]["runCount"] == 8
