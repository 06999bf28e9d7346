"""One request, its faults, and when it is repeated."""

import errno
import gzip
import inspect
import os
import random
import socket
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import requests

from generator.errors import InkmillError, UsageError
from generator.web import Answer, Patience, Request, UnansweredError, ask
from tests.loopback import Reply, breaks_off, drips, floods, hangs_up, in_turn, says, serving, stalls

QUICK = Patience(wait_seconds=0.001, timeout_seconds=5)
IMPATIENT = Patience(wait_seconds=0.001, timeout_seconds=0.3)


def status(answer: Answer) -> int:
    return answer.status


def whole(answer: Answer) -> Answer:
    return answer


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[float]]:
    """What was waited, instead of waiting."""
    waited: list[float] = []
    monkeypatch.setattr(time, "sleep", waited.append)
    monkeypatch.setattr(random, "uniform", lambda low, high: low)
    yield waited


PASSING = {
    "500": says(500, b"oops"),
    "502": says(502, b"<html>bad gateway</html>"),
    "503": says(503),
    "504": says(504),
    "429 without a time": says(429),
    "429 with a time": says(429, Retry_After="2"),
    "secondary limit with a time": says(403, {"message": "wait"}, Retry_After="1"),
    "secondary limit without a time": says(403, {"message": "You have exceeded a secondary rate limit."}),
    "spent limit": says(403, {"message": "limit"}, X_RateLimit_Remaining="0", X_RateLimit_Reset="1"),
    "broken off": breaks_off(),
    "reset": hangs_up,
}


@pytest.mark.parametrize("fault", list(PASSING))
def test_a_fault_that_passes_is_not_seen(fault: str) -> None:
    with serving(in_turn(PASSING[fault], PASSING[fault], says(200, b"here"))) as server:
        answer = ask(Request("GET", f"{server.url}/x"), QUICK, whole)

    assert (answer.status, answer.body, len(server.asked)) == (200, b"here", 3)


@pytest.mark.parametrize("fault", [stalls, drips], ids=["stalls", "drips"])
def test_an_answer_that_takes_too_long_is_asked_for_again(fault: Reply) -> None:
    with serving(in_turn(fault, says(200, b"here"))) as server:
        answer = ask(Request("GET", f"{server.url}/x"), IMPATIENT, whole)

    assert answer.body == b"here"


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (says(500), "127.0.0.1 is in trouble (it answered 500)"),
        (says(429), "127.0.0.1 takes no more requests for now (it answered 429)"),
        (breaks_off(), "the answer of 127.0.0.1 broke off"),
        (hangs_up, "the answer of 127.0.0.1 broke off (Connection reset by peer)"),
    ],
    ids=["500", "429", "broken off", "reset"],
)
def test_a_fault_that_stays_ends_as_one_sentence(fault: Reply, said: str, waits: list[float]) -> None:
    with serving(lambda _: fault) as server, pytest.raises(UnansweredError) as failure:
        ask(Request("GET", f"{server.url}/x"), Patience(), whole)

    assert failure.value.problem == said
    assert failure.value.mend
    assert failure.value.exit_code == 4


def test_the_waits_double_and_together_last_a_minute(waits: list[float]) -> None:
    with serving(lambda _: says(500)) as server, pytest.raises(UnansweredError):
        ask(Request("GET", f"{server.url}/x"), Patience(), whole)

    assert waits == [1, 2, 4, 8, 16, 29]
    assert len(server.asked) == 7


def test_a_service_that_never_answers_is_given_up_after_three_tries() -> None:
    with serving(lambda _: stalls) as server, pytest.raises(UnansweredError, match=r"did not answer within 0\.3 s"):
        ask(Request("GET", f"{server.url}/x"), IMPATIENT, whole)

    assert len(server.asked) <= 3


def test_a_wait_that_the_service_names_is_kept(waits: list[float]) -> None:
    replies = in_turn(says(429, Retry_After="17"), says(200))
    with serving(replies) as server:
        ask(Request("GET", f"{server.url}/x"), Patience(), whole)

    assert waits == [17]


def test_a_wait_until_a_moment_is_kept(waits: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "time", lambda: 1_000_000.0)
    limited = says(403, X_RateLimit_Remaining="0", X_RateLimit_Reset="1000030")
    with serving(in_turn(limited, says(200))) as server:
        ask(Request("GET", f"{server.url}/x"), Patience(), whole)

    assert waits == [31]


def test_a_wait_beyond_all_patience_is_told_and_not_begun(waits: list[float]) -> None:
    with serving(lambda _: says(429, Retry_After="3000")) as server, pytest.raises(UnansweredError) as failure:
        ask(Request("GET", f"{server.url}/x"), Patience(), whole)

    assert (waits, len(server.asked), failure.value.mend) == ([], 1, "try again in 50 min")


@pytest.mark.parametrize("said", ["-5", "soon", "²", "9" * 400, "Fri, 31 Dec 1999 23:59:59 GMT"])
def test_a_wait_that_is_no_number_is_guessed(said: str, waits: list[float]) -> None:
    limited = says(429, Retry_After=said)
    with serving(in_turn(limited, says(200))) as server:
        assert ask(Request("GET", f"{server.url}/x"), Patience(), status) == 200

    assert waits == [1]


@pytest.mark.parametrize("fixed", [400, 401, 403, 404, 409, 410, 422, 501])
def test_an_answer_that_will_stay_the_same_is_asked_for_once(fixed: int) -> None:
    with serving(lambda _: says(fixed, {"message": "no"})) as server:
        assert ask(Request("GET", f"{server.url}/x"), QUICK, status) == fixed

    assert len(server.asked) == 1


MAYBE_DONE = {
    "500": says(500),
    "502": says(502),
    "503": says(503),
    "504": says(504),
    "broken off": breaks_off(201),
    "reset": hangs_up,
}


@pytest.mark.parametrize("fault", list(MAYBE_DONE))
def test_what_may_have_been_done_is_not_asked_for_twice(fault: str) -> None:
    request = Request("POST", "", body=b"{}", is_repeatable=False)
    with serving(lambda _: MAYBE_DONE[fault]) as server, pytest.raises(UnansweredError) as failure:
        ask(replace(request, url=f"{server.url}/x"), QUICK, whole)

    assert failure.value.may_have_happened
    assert len(server.asked) == 1


def test_what_cannot_have_been_done_is_asked_for_again() -> None:
    replies = in_turn(says(429), says(403, Retry_After="0"), says(201, b"made"))
    with serving(replies) as server:
        answer = ask(Request("POST", f"{server.url}/x", body=b"{}", is_repeatable=False), QUICK, whole)

    assert (answer.body, answer.is_repeat, len(server.asked)) == (b"made", False, 3)


def test_an_answer_says_that_an_earlier_try_may_have_done_it() -> None:
    with serving(in_turn(hangs_up, says(404))) as server:
        assert ask(Request("DELETE", f"{server.url}/x"), QUICK, whole).is_repeat


def test_a_service_that_is_not_there_was_never_asked() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}/"

        with pytest.raises(UnansweredError) as failure:
            ask(Request("POST", url, is_repeatable=False), QUICK, whole)

    assert failure.value.problem == f"no connection to 127.0.0.1 ({errno_words(errno.ECONNREFUSED)})"
    assert not failure.value.may_have_happened


def errno_words(number: int) -> str:
    return OSError(number, os.strerror(number)).strerror or ""


def test_an_answer_that_cannot_be_read_is_asked_for_again() -> None:
    def number(answer: Answer) -> int:
        return int(answer.body)

    with serving(in_turn(says(200, b"<html>"), says(200, b"7"))) as server:
        assert ask(Request("GET", f"{server.url}/x"), QUICK, number) == 7


@pytest.mark.parametrize("is_packed", [False, True], ids=["plain", "packed"])
def test_an_answer_above_the_limit_is_refused_at_once(is_packed: bool) -> None:
    small = replace(QUICK, most_bytes=2_000_000)
    bomb = says(200, gzip.compress(bytes(50_000_000)), Content_Encoding="gzip")
    with serving(lambda _: bomb if is_packed else floods) as server, pytest.raises(UnansweredError) as failure:
        ask(Request("GET", f"{server.url}/x"), small, whole)

    assert failure.value.problem == "127.0.0.1 answered with more than 2 MB"
    assert len(server.asked) == 1


def test_a_redirect_is_an_answer_and_nobody_follows_it() -> None:
    with (
        serving(lambda _: says(200, b"stolen")) as other,
        serving(lambda _: says(302, Location=f"{other.url}/x")) as server,
    ):
        answer = ask(Request("GET", f"{server.url}/x", token="secret"), QUICK, whole)

    assert (answer.status, answer.headers["location"]) == (302, f"{other.url}/x")
    assert other.asked == []


def test_the_token_is_a_bearer_and_a_password_file_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login jane password wrong\n", encoding="utf-8")
    monkeypatch.setenv("NETRC", str(netrc))
    with serving(lambda _: says(200)) as server:
        ask(Request("GET", f"{server.url}/x", token="secret"), QUICK, whole)
        ask(Request("GET", f"{server.url}/x"), QUICK, whole)

    assert [asked.headers.get("authorization") for asked in server.asked] == ["Bearer secret", None]
    assert {asked.headers["connection"] for asked in server.asked} == {"close"}


@pytest.mark.parametrize(
    ("password", "sent"),
    [("k€y", "Basic YXBpOmvigqx5"), ("k\udcffy", "Basic YXBpOmv/eQ=="), ("", "Basic YXBpOg==")],
    ids=["words", "bytes of the environment", "nothing"],
)
def test_a_token_with_a_user_is_a_password(password: str, sent: str) -> None:
    with serving(lambda _: says(200)) as server:
        ask(Request("GET", f"{server.url}/x", token=password, user="api"), QUICK, whole)

    assert server.asked[0].headers["authorization"] == sent


@pytest.mark.parametrize("fault", ["500", "429 without a time", "reset", "stalls"])
def test_no_more_than_the_allowed_tries_are_made(fault: str) -> None:
    reply = {**PASSING, "stalls": stalls}[fault]
    with serving(lambda _: reply) as server, pytest.raises(UnansweredError):
        ask(Request("GET", f"{server.url}/x"), replace(IMPATIENT, most_tries=2), whole)

    assert len(server.asked) == 2


def test_a_request_shows_no_token_when_printed() -> None:
    assert "secret" not in repr(Request("GET", "https://example.org", token="secret"))


@pytest.mark.parametrize("url", ["", "nowhere", "http://", "ftp://127.0.0.1/", "http://[::1", "http://*.example/"])
def test_an_address_that_is_none_is_told_as_such(url: str) -> None:
    with pytest.raises(UsageError, match="cannot be asked"):
        ask(Request("GET", url), QUICK, whole)


def library_errors() -> list[type[Exception]]:
    found = [
        value
        for module in (requests.exceptions, requests.packages.urllib3.exceptions)  # type: ignore[attr-defined]
        for value in vars(module).values()
        if inspect.isclass(value) and issubclass(value, Exception)
    ]
    return sorted(set(found), key=lambda kind: (kind.__module__, kind.__name__))


@pytest.mark.parametrize("kind", library_errors(), ids=lambda kind: f"{kind.__module__}.{kind.__name__}")
def test_no_error_of_the_library_escapes(kind: type[Exception], monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        failure = kind.__new__(kind)
        failure.args = ("broken",)
        raise failure

    monkeypatch.setattr(requests.Session, "request", fail)

    with pytest.raises(InkmillError) as failure:
        ask(Request("GET", "https://example.org/x"), QUICK, whole)

    assert "\n" not in failure.value.problem
    assert "example.org" in failure.value.problem


def test_there_are_errors_of_the_library_to_map() -> None:
    assert {requests.exceptions.ChunkedEncodingError, requests.exceptions.RetryError} <= set(library_errors())
