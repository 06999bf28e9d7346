"""The fake W&B takes in what a client logs, in the shapes that the real one sends."""

import gzip
import http.client
import json
from collections.abc import Mapping
from contextlib import closing
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.experiments.fake_wandb import FakeWandb
from tests.experiments.fixture_runs import StoredRun

_UPSERT = """mutation UpsertBucket(
    $name: String, $project: String, $entity: String, $config: JSONString, $state: String
  ) {
  upsertBucket(input: {name: $name, modelName: $project, entityName: $entity, config: $config, state: $state}) {
    bucket { id name config historyLineCount project { name entity { name } } } inserted } }"""


def post(fake: FakeWandb, path: str, body: bytes, **headers: str) -> tuple[int, Any]:
    with closing(http.client.HTTPConnection(urlsplit(fake.url).netloc, timeout=5)) as connection:
        connection.request("POST", path, body, {name.replace("_", "-"): value for name, value in headers.items()})
        with closing(connection.getresponse()) as response:
            return response.status, json.loads(response.read())


def upsert(fake: FakeWandb, **variables: Any) -> Mapping[str, Any]:
    wanted = {"name": "new", "project": "p", "entity": "acme", **variables}
    body = json.dumps({"query": _UPSERT, "variables": wanted}).encode()
    answer: Mapping[str, Any] = post(fake, "/graphql", body)[1]["data"]["upsertBucket"]
    return answer


def stream(fake: FakeWandb, said: Mapping[str, Any], run_id: str = "new") -> int:
    return post(fake, f"/files/acme/p/{run_id}/file_stream", json.dumps(said).encode())[0]


def lines(name: str, *values: str, offset: int = 0) -> Mapping[str, Any]:
    return {"files": {name: {"offset": offset, "content": list(values)}}}


def test_a_run_is_there_as_soon_as_it_began_and_changes_by_its_name() -> None:
    with FakeWandb(()) as fake:
        first = upsert(fake, config='{"lr": {"value": 0.1}, "_wandb": {"value": {}}}')
        second = upsert(fake, config='{"lr": {"value": 0.2}}')

        assert (first["inserted"], second["inserted"]) == (True, False)
        assert first["bucket"]["project"] == {"name": "p", "entity": {"name": "acme"}}
        assert [(run.id, run.state, run.config, run.project) for run in fake.store.runs] == [
            ("new", "running", {"lr": 0.2}, "acme/p")
        ]


def test_what_is_left_out_stays_as_it_was() -> None:
    with FakeWandb([StoredRun("new", "running", ("a",), {"lr": 1}, project="acme/p")]) as fake:
        upsert(fake, state="crashed")

        (run,) = fake.store.runs
        assert (run.state, run.tags, run.config) == ("crashed", ("a",), {"lr": 1})


def test_rows_that_are_sent_again_are_kept_once() -> None:
    with FakeWandb(()) as fake:
        upsert(fake)
        for offset, rows in ((0, ('{"a": 0}', '{"a": 1}')), (1, ('{"a": 1}', '{"a": 2}'))):
            assert stream(fake, lines("wandb-history.jsonl", *rows, offset=offset)) == 200

        assert fake.store.histories["new"] == [{"a": 0}, {"a": 1}, {"a": 2}]


def test_what_is_no_number_is_kept_as_a_text() -> None:
    with FakeWandb(()) as fake:
        upsert(fake)
        stream(fake, lines("wandb-history.jsonl", '{"a": NaN, "b": -Infinity}'))
        stream(fake, lines("wandb-summary.json", '{"a": NaN}', '{"a": Infinity}'))

        assert fake.store.histories["new"] == [{"a": "NaN", "b": "-Infinity"}]
        assert fake.store.runs[0].summary == {"a": "Infinity"}


@pytest.mark.parametrize(("exit_code", "state"), [(0, "finished"), (1, "failed")])
def test_the_last_word_of_a_stream_is_how_the_run_ended(exit_code: int, state: str) -> None:
    with FakeWandb(()) as fake:
        upsert(fake)
        stream(fake, {"complete": True, "exitcode": exit_code})

        assert fake.store.runs[0].state == state


def test_a_packed_stream_is_unpacked() -> None:
    with FakeWandb(()) as fake:
        upsert(fake)
        body = gzip.compress(json.dumps(lines("wandb-history.jsonl", '{"a": 0}')).encode())
        status, _ = post(fake, "/files/acme/p/new/file_stream", body, Content_Encoding="gzip")

        assert (status, fake.store.histories["new"]) == (200, [{"a": 0}])


def test_a_stream_of_a_run_that_nobody_began_is_refused() -> None:
    with FakeWandb(()) as fake:
        assert stream(fake, {"complete": True}, "other") == 404
        assert post(fake, "/elsewhere", b"{}") == (404, {})
