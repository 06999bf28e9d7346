"""The client of W&B on the wire: what it sends, how it pages, and every way in which it is refused or left alone."""

import json
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from generator.errors import MachineError, RefusedError, UsageError
from generator.experiments.services import wandb_api
from generator.experiments.services.wandb_answers import ArtifactReference
from generator.experiments.services.wandb_api import QUICK, FoundRuns, Wandb
from generator.model.experiment import Run
from generator.web import UnansweredError
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
    refuses,
)
from tests.experiments.fixture_runs import PROJECT, StoredRun
from tests.loopback import says, serving

KEY = "s3cret-key-of-no-known-length"
SWIFT = replace(QUICK, wait_seconds=0.001, timeout_seconds=0.5)
AAA = {"config.github_sha": "aaa"}


def client(fake: FakeWandb, key: str = "", **changed: Any) -> Wandb:
    return Wandb(fake.url, key, replace(SWIFT, **changed))


def ids(runs: tuple[Run, ...]) -> list[str]:
    return [run.id for run in runs]


def test_runs_come_whole_and_oldest_first() -> None:
    with FakeWandb() as fake:
        runs = client(fake).runs(PROJECT, {"config.github_sha": "bbb"})

    assert runs == (
        Run(
            id="r3",
            name="run-r3",
            state="finished",
            project="acme/mnist",
            url=f"{fake.url}/acme/mnist/runs/r3",
            tags=("baseline",),
            config={"github_sha": "bbb", "lr": 0.1},
            summary={"acc": 0.95, "loss": 0.2},
            created_at="2026-11-01T11:00:00Z",
        ),
        Run(
            id="r7",
            name="run-r7",
            state="finished",
            project="acme/mnist",
            url=f"{fake.url}/acme/mnist/runs/r7",
            tags=("reference",),
            config={"github_sha": "bbb", "secondary_sha": "d1", "lr": 0.1},
            summary={"acc": 0.88, "loss": "NaN"},
            created_at="2026-11-01T15:00:00Z",
        ),
    )


def test_one_request_asks_for_all_that_is_read_of_fifty_runs() -> None:
    with FakeWandb(key=KEY) as fake:
        client(fake, KEY).runs(PROJECT, AAA)

    (asked,) = fake.requests
    body = json.loads(asked.body)
    assert (asked.path, body["operationName"]) == ("/graphql", "Runs")
    assert asked.headers["authorization"].startswith("Basic ")
    assert (asked.headers["content-type"], asked.headers["user-agent"]) == ("application/json", "inkmill")
    assert body["variables"] == {
        "project": "mnist",
        "entity": "acme",
        "cursor": None,
        "perPage": 50,
        "order": "+created_at",
        "filters": '{"config.github_sha": "aaa"}',
    }
    assert "internalId" not in body["query"]


@pytest.mark.parametrize("key", ["", " \n"], ids=["empty", "blank"])
def test_without_a_key_no_credential_is_sent(key: str) -> None:
    with FakeWandb() as fake:
        client(fake, key).runs(PROJECT, AAA)

    assert "authorization" not in fake.requests[0].headers


def test_a_key_with_a_newline_at_its_end_is_the_key() -> None:
    with FakeWandb(key=KEY) as fake:
        assert ids(client(fake, f"{KEY}\n").runs(PROJECT, {"name": "r1"})) == ["r1"]


# AC7
def test_small_pages_give_the_same_runs_each_once() -> None:
    with FakeWandb() as fake:
        runs = client(fake).runs(PROJECT, AAA, per_page=2)

    assert ids(runs) == ["r1", "r2", "r5", "r6", "r8"]
    assert [asked.variables["cursor"] for asked in fake.requests] == [None, "2", "4"]


def test_a_run_on_two_pages_is_one_run() -> None:
    with FakeWandb() as fake:
        fake.store.pages_overlap = True
        runs = client(fake).runs(PROJECT, AAA, per_page=2)

    assert ids(runs) == ["r1", "r2", "r5", "r6", "r8"]


def test_a_cursor_that_does_not_move_ends_the_list() -> None:
    with FakeWandb() as fake:
        fake.store.cursor_repeats = True
        found = client(fake).find_runs(PROJECT, AAA, per_page=2)

    assert [asked.variables["cursor"] for asked in fake.requests] == [None, "1"]
    assert (ids(found.runs), found.more_runs) == (["r1", "r2", "r5"], 2)


def pages(cursor_of: Callable[[int], str]) -> Callable[[Any], Any]:
    """Of a server whose list goes on, with these cursors."""
    asked: list[Any] = []

    def reply(request: Any) -> Any:
        asked.append(request)
        number = len(asked)
        edges = [{"node": {"name": f"r{number}"}, "cursor": cursor_of(number)}]
        runs = {"edges": edges, "pageInfo": {"hasNextPage": True, "endCursor": f"end{number}"}}
        return says(200, {"data": {"project": {"runCount": 9, "runs": runs}}})

    return reply


def test_cursors_that_go_in_a_circle_end_the_list() -> None:
    with serving(pages(lambda number: "ab"[number % 2])) as server:
        found = Wandb(server.url, "", SWIFT).find_runs(PROJECT, {})

    assert (ids(found.runs), found.more_runs) == (["r1", "r2", "r3"], 6)


def test_a_list_without_an_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wandb_api, "_MOST_PAGES", 4)
    with serving(pages(str)) as server, pytest.raises(MachineError) as failure:
        Wandb(server.url, "", SWIFT).runs(PROJECT, {})

    assert failure.value.problem == "the list of 127.0.0.1 has no end"
    assert len(server.asked) == 4


@pytest.mark.parametrize(
    ("most", "taken", "more", "requests"),
    [
        (0, [], 5, 1),
        (1, ["r1"], 4, 1),
        (3, ["r1", "r2", "r5"], 2, 2),
        (5, ["r1", "r2", "r5", "r6", "r8"], 0, 3),
        (9, ["r1", "r2", "r5", "r6", "r8"], 0, 3),
    ],
)
def test_no_more_runs_are_taken_than_asked_for_and_the_rest_is_counted(
    most: int, taken: list[str], more: int, requests: int
) -> None:
    with FakeWandb() as fake:
        found = client(fake).find_runs(PROJECT, AAA, per_page=2, most=most)

    assert (ids(found.runs), found.more_runs) == (taken, more)
    assert len(fake.requests) == requests


@pytest.mark.parametrize(("most", "page"), [(None, 50), (3, 3), (0, 1), (500, 50)])
def test_a_page_holds_no_more_than_is_wanted(most: int | None, page: int) -> None:
    with FakeWandb() as fake:
        client(fake).find_runs(PROJECT, AAA, most=most)

    assert fake.requests[0].variables["perPage"] == page


def test_the_newest_can_come_first() -> None:
    with FakeWandb() as fake:
        found = client(fake).find_runs(PROJECT, AAA, order="-created_at", most=2)

    assert (ids(found.runs), found.more_runs) == (["r8", "r6"], 3)


def test_nothing_found_is_no_error() -> None:
    with FakeWandb() as fake:
        assert client(fake).find_runs(PROJECT, {"config.github_sha": "zzz"}) == FoundRuns(())


def test_a_run_whose_values_are_broken_does_not_hide_the_others() -> None:
    runs = [StoredRun("r1", config='{"lr": ', summary='{"acc": 0.9}'), StoredRun("r2", summary='{"note": "a\tb"}')]
    with FakeWandb(runs) as fake:
        first, second = client(fake).runs(PROJECT, {})

    assert (first.unread, first.config, first.summary) == (("config",), {}, {"acc": 0.9})
    assert (second.unread, second.summary) == ((), {"note": "a\tb"})


def test_a_filter_may_hold_any_text() -> None:
    with FakeWandb() as fake:
        assert client(fake).runs(PROJECT, {"name": '"}{\ud800\u0000\n'}) == ()


CALLS: dict[str, Callable[[Wandb], object]] = {
    "runs": lambda wandb: wandb.runs(PROJECT, AAA),
    "history": lambda wandb: wandb.history(PROJECT, "r1", ["loss"]),
    "report": lambda wandb: wandb.report("VmlldzoxMjM0NTY="),
    "artifacts": lambda wandb: wandb.artifacts(PROJECT, "r1"),
}
REFUSALS = {
    "401": (UNAUTHORIZED, "127.0.0.1{} (401): user is not logged in"),
    "403": (FORBIDDEN, "127.0.0.1{} (403): permission denied"),
    "401 without a word": (Fault(401, b"<html>"), "127.0.0.1{} (401)"),
}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
@pytest.mark.parametrize(("fault", "said"), REFUSALS.values(), ids=REFUSALS)
def test_who_has_no_key_is_told_to_set_one(call: Callable[[Wandb], object], fault: Fault, said: str) -> None:
    with FakeWandb(always=fault) as fake, pytest.raises(RefusedError) as failure:
        call(client(fake))

    assert failure.value.problem == said.format(" tells nothing without a key")
    assert (failure.value.mend, failure.value.exit_code) == ("set WANDB_API_KEY", 3)
    assert len(fake.requests) == 1


@pytest.mark.parametrize(("fault", "said"), REFUSALS.values(), ids=REFUSALS)
def test_who_has_a_key_is_told_that_it_does_not_fit(fault: Fault, said: str) -> None:
    with FakeWandb(always=fault) as fake, pytest.raises(RefusedError) as failure:
        client(fake, KEY).runs(PROJECT, AAA)

    assert failure.value.problem == said.format(": not found or no access with this key")
    assert failure.value.mend == "set WANDB_API_KEY to a key that is valid now and may read this project"


def test_a_wrong_key_is_not_taken() -> None:
    with (
        FakeWandb(key="another") as fake,
        pytest.raises(RefusedError, match=r"not found or no access with this key \(401\)"),
    ):
        client(fake, KEY).runs(PROJECT, AAA)


MISSING: dict[str, tuple[Callable[[Wandb], object], str]] = {
    "project": (lambda wandb: wandb.runs("acme/missing", {}), "project `acme/missing`"),
    "run": (lambda wandb: wandb.history(PROJECT, "r99", ["loss"]), "run `r99` of `acme/mnist`"),
    "project of a run": (lambda wandb: wandb.artifacts("acme/missing", "r1"), "project `acme/missing`"),
    "run of artifacts": (lambda wandb: wandb.artifacts(PROJECT, "r\x1b[31m9"), "run `r [31m9` of `acme/mnist`"),
    "report": (lambda wandb: wandb.report("Vmlldzox"), "the report"),
}


@pytest.mark.parametrize(("call", "thing"), MISSING.values(), ids=MISSING)
def test_what_is_not_there_and_what_may_not_be_seen_look_the_same(call: Callable[[Wandb], object], thing: str) -> None:
    with FakeWandb() as fake:
        with pytest.raises(RefusedError) as stranger:
            call(client(fake))
        with pytest.raises(RefusedError) as owner:
            call(client(fake, KEY))

    assert stranger.value.problem == owner.value.problem == f"{thing} at 127.0.0.1: not found or no access"
    assert stranger.value.mend == "look at how it is written; if it is not public, set WANDB_API_KEY"
    assert owner.value.mend == "look at how it is written, and whether the owner of WANDB_API_KEY may read it"


def test_the_words_of_an_error_are_shown_once_short_and_tame() -> None:
    noisy = refuses(200, f"no \x1b[31m{KEY}\u202e field\n\n" + "x" * 500)
    with FakeWandb(always=noisy) as fake, pytest.raises(RefusedError) as failure:
        client(fake, KEY).runs(PROJECT, AAA)

    assert failure.value.problem.startswith("127.0.0.1 refused: no [31m*** field xxx")
    assert failure.value.problem.isprintable()
    assert len(failure.value.problem) < 250
    assert len(fake.requests) == 1


@pytest.mark.parametrize(
    ("errors", "said"),
    [
        ([{"message": "nope"}], "127.0.0.1 refused: nope"),
        (["nope", "more"], "127.0.0.1 refused: nope"),
        ("nope", "127.0.0.1 refused: nope"),
        ({"message": "nope"}, "127.0.0.1 refused: nope"),
        ([{"code": 7}], "127.0.0.1 refused: it does not say why"),
        ([None], "127.0.0.1 refused: it does not say why"),
    ],
    ids=str,
)
def test_errors_of_any_shape_are_refusals(errors: Any, said: str) -> None:
    fault = Fault(body=json.dumps({"data": {"project": None}, "errors": errors}).encode())
    with FakeWandb(always=fault) as fake, pytest.raises(RefusedError) as failure:
        client(fake).runs(PROJECT, AAA)

    assert failure.value.problem == said


def test_an_error_with_words_about_access_is_about_access() -> None:
    with FakeWandb(always=refuses(200, "permission denied")) as fake, pytest.raises(RefusedError) as failure:
        client(fake).runs(PROJECT, AAA)

    assert failure.value.problem == "127.0.0.1 tells nothing without a key: permission denied"


@pytest.mark.parametrize("status", [404, 301, 302])
def test_an_address_without_the_api_is_told_as_such(status: int) -> None:
    elsewhere = Fault(status, b"<html>", {"Location": "https://example.org/graphql"})
    with FakeWandb(always=elsewhere) as fake, pytest.raises(RefusedError) as failure:
        client(fake, KEY).runs(PROJECT, AAA)

    assert failure.value.problem == f"there is no API of W&B at 127.0.0.1 ({status})"
    assert failure.value.mend == "set WANDB_BASE_URL to the address of W&B's API, such as https://api.wandb.ai"
    assert len(fake.requests) == 1


def test_a_query_that_is_not_understood_is_a_refusal() -> None:
    with FakeWandb(always=refuses(400, "Cannot query field")) as fake, pytest.raises(RefusedError) as failure:
        client(fake).runs(PROJECT, AAA)

    assert failure.value.problem == "127.0.0.1 refused (400): Cannot query field"


UNANSWERED = {
    "500": (BROKEN, "127.0.0.1 is in trouble (it answered 500)"),
    "522": (Fault(522, b"<html>"), "127.0.0.1 answered something that cannot be read (522)"),
    "429": (replace(BUSY, headers={}), "127.0.0.1 takes no more requests for now (it answered 429)"),
    "no JSON": (NO_JSON, "127.0.0.1 answered something that cannot be read (200)"),
    "half an answer": (HALF, "the answer of 127.0.0.1 broke off"),
    "a list": (Fault(body=b"[]"), "127.0.0.1 answered something that cannot be read (200)"),
    "no data": (Fault(body=b'{"data": null}'), "127.0.0.1 answered something that cannot be read (200)"),
    "no runs": (Fault(body=b'{"data": {"project": {}}}'), "127.0.0.1 answered something that cannot be read (200)"),
    "no project": (Fault(body=b'{"data": {"project": []}}'), "127.0.0.1 answered something that cannot be read (200)"),
    "too deep": (Fault(body=b"[" * 100_000), "127.0.0.1 answered something that cannot be read (200)"),
}


@pytest.mark.parametrize(("fault", "said"), UNANSWERED.values(), ids=UNANSWERED)
def test_trouble_is_asked_about_three_times_and_then_told(fault: Fault, said: str) -> None:
    with FakeWandb(always=fault) as fake, pytest.raises(UnansweredError) as failure:
        client(fake, KEY).runs(PROJECT, AAA)

    assert (failure.value.problem, failure.value.exit_code) == (said, 4)
    assert failure.value.mend
    assert len(fake.requests) == 3


@pytest.mark.parametrize("fault", [BROKEN, NO_JSON, HALF], ids=["500", "no JSON", "half an answer"])
def test_trouble_that_passes_is_not_seen(fault: Fault) -> None:
    with FakeWandb() as fake:
        fake.faults += [fault, fault]
        assert ids(client(fake).runs(PROJECT, {"name": "r1"})) == ["r1"]


def test_a_wait_that_the_service_names_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []
    monkeypatch.setattr(time, "sleep", waited.append)
    with FakeWandb() as fake:
        fake.faults.append(replace(BUSY, headers={"Retry-After": "9"}))
        assert ids(client(fake, wait_seconds=1).runs(PROJECT, {"name": "r1"})) == ["r1"]

    assert len(waited) == 1
    assert 9 <= waited[0] < 12


def test_a_wait_of_an_hour_is_told_and_not_begun() -> None:
    busy = refuses(429, "slow down", Retry_After="3600")
    with FakeWandb(always=busy) as fake, pytest.raises(UnansweredError) as failure:
        client(fake).runs(PROJECT, AAA)

    assert (failure.value.mend, len(fake.requests)) == ("try again in 60 min", 1)


def test_silence_is_given_up_after_three_tries() -> None:
    with FakeWandb(always=SILENT) as fake, pytest.raises(UnansweredError, match=r"did not answer within 0\.1 s"):
        client(fake, timeout_seconds=0.1).runs(PROJECT, AAA)

    assert len(fake.requests) == 3


@pytest.mark.slow
def test_a_silent_service_is_asked_three_times() -> None:
    # A tenth of the time; the whole of it is a test of `inkmill wandb runs`.
    tenth = replace(QUICK, wait_seconds=QUICK.wait_seconds / 10, timeout_seconds=QUICK.timeout_seconds / 10)
    with FakeWandb(always=SILENT) as fake, pytest.raises(UnansweredError, match=r"did not answer within 0\.6 s"):
        Wandb(fake.url, "", tenth).runs(PROJECT, AAA)

    assert len(fake.requests) == 3


def test_an_answer_larger_than_anything_meant_is_refused() -> None:
    flood = Fault(body=b" " * 3_000_000)
    with FakeWandb(always=flood) as fake, pytest.raises(UnansweredError, match="more than 1 MB"):
        client(fake, most_bytes=1_000_000).runs(PROJECT, AAA)


@pytest.mark.parametrize(
    "fault", [UNAUTHORIZED, ERRORS, BROKEN, NO_JSON, refuses(200, KEY), Fault(400, KEY.encode())], ids=range(6)
)
def test_the_key_stands_in_no_error(fault: Fault) -> None:
    with FakeWandb(always=fault) as fake, pytest.raises((RefusedError, UnansweredError)) as failure:
        client(fake, KEY).runs(PROJECT, AAA)

    assert KEY not in f"{failure.value!r} {failure.value.problem} {failure.value.mend}"


def test_the_key_is_not_shown_with_its_client() -> None:
    assert KEY not in repr(Wandb("https://api.wandb.ai", KEY))


def test_the_key_does_not_travel_to_where_an_answer_points() -> None:
    with FakeWandb() as other:
        moved = Fault(307, b"", {"Location": f"{other.url}/graphql"})
        with FakeWandb(always=moved) as fake, pytest.raises(RefusedError, match="no API of W&B"):
            client(fake, KEY).runs(PROJECT, AAA)

    assert other.requests == []


@pytest.mark.parametrize("project", ["mnist", "", "a/b/c", "acme/\x00"])
def test_a_project_that_is_none_is_not_asked_for(project: str) -> None:
    with FakeWandb() as fake, pytest.raises(UsageError, match="names no project"):
        client(fake).runs(project, {})

    assert fake.requests == []


@pytest.mark.parametrize(
    "server",
    [
        "",
        "api.wandb.ai",
        "ftp://api.wandb.ai",
        "https://",
        "https://u:p@h",
        "https://h/?a=b",
        "https://[::1",
        "https://h/ x",
    ],
)
def test_a_server_that_cannot_be_asked_is_told_before_it_is(server: str) -> None:
    with pytest.raises(UsageError, match="none that can be asked") as failure:
        Wandb(server, KEY)

    assert "WANDB_BASE_URL" in (failure.value.mend or "")


def test_runs_link_to_the_pages_of_their_server() -> None:
    with FakeWandb() as fake:
        wandb = Wandb(fake.url, "", SWIFT, app="https://wandb.example.org/")
        (run,) = wandb.runs(PROJECT, {"name": "r1"})

    assert run.url == "https://wandb.example.org/acme/mnist/runs/r1"


def test_a_course_is_sampled_metric_by_metric() -> None:
    with FakeWandb() as fake:
        courses = client(fake).history(PROJECT, "r2", ["loss", "acc"], samples=50)

    assert courses == {"loss": ((0.0, 1.5),), "acc": ((1.0, 0.4),)}
    (asked,) = fake.requests
    assert asked.operation == "RunSampledHistory"
    assert asked.variables["specs"] == [
        '{"keys": ["_step", "loss"], "samples": 50}',
        '{"keys": ["_step", "acc"], "samples": 50}',
    ]


def test_a_long_course_has_no_more_points_than_asked_for() -> None:
    with FakeWandb() as fake:
        loss = client(fake).history(PROJECT, "r1", ["loss"])["loss"]

    assert 100 < len(loss) <= 200
    assert list(loss) == sorted(loss)


def test_no_metric_needs_no_request() -> None:
    with FakeWandb() as fake:
        assert client(fake).history(PROJECT, "r1", []) == {}

    assert fake.requests == []


def test_what_a_run_made_is_named_in_full() -> None:
    with FakeWandb() as fake:
        made = client(fake).artifacts(PROJECT, "r1")
        nothing = client(fake).artifacts(PROJECT, "r2")

    assert made == (
        ArtifactReference("acme/mnist/digits:v3", "model"),
        ArtifactReference("acme/mnist/confusion:v0", "table"),
    )
    assert nothing == ()


def test_a_report_leads_to_the_runs_it_shows() -> None:
    with FakeWandb() as fake:
        report = client(fake).report("VmlldzoxMjM0NTY=")
        (run_set,) = report.run_sets
        found = client(fake).find_runs(run_set.project, run_set.filters)

    assert (report.title, report.description) == ("My Report: v1.0 (a/b)", "What the baselines came to.")
    assert report.warnings == ()
    assert ids(found.runs) == ["r2", "r3"]
