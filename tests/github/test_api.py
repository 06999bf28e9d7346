"""The client of GitHub's API: what it sends, whom it trusts, and that it makes nothing twice."""

from collections.abc import Callable
from typing import Any

import pytest

from generator.errors import MachineError, UsageError
from generator.github.api import GitHub, GitHubRefusedError
from generator.github.context import RunContext
from generator.web import Patience
from tests.loopback import Asked, Loopback, Reply, breaks_off, floods, hangs_up, in_turn, says, serving, stalls

TOKEN = "token-of-this-job"


def client(server: Loopback) -> GitHub:
    return GitHub(RunContext("jane/blog", api_url=server.url, token=TOKEN, retry_seconds=0.001))


def test_a_read_is_an_object_with_the_token_and_the_version_of_the_api() -> None:
    with serving(lambda _: says(200, {"name": "blog"})) as server:
        assert client(server).get("/repos/jane/blog", ref="a b", page=2, absent=None) == {"name": "blog"}

    (asked,) = server.asked
    assert (asked.method, asked.target) == ("GET", "/repos/jane/blog?ref=a+b&page=2")
    assert asked.headers["authorization"] == f"Bearer {TOKEN}"
    assert asked.headers["accept"] == "application/vnd.github+json"
    assert asked.headers["x-github-api-version"] == "2022-11-28"


def test_a_job_without_a_token_asks_without_one() -> None:
    with serving(lambda _: says(200, [])) as server:
        GitHub(RunContext("jane/blog", api_url=server.url)).get("/zen")

    assert "authorization" not in server.asked[0].headers


def test_what_is_written_is_json_and_a_broken_character_can_be_sent() -> None:
    with serving(lambda _: says(201, {"id": 1})) as server:
        assert client(server).post("/repos/jane/blog/issues", {"title": "é\udcff"}) == {"id": 1}

    (asked,) = server.asked
    assert asked.headers["content-type"] == "application/json"
    assert asked.body == rb'{"title": "\u00e9\udcff"}'


def test_each_verb_is_the_one_that_goes_out() -> None:
    with serving(lambda _: says(204)) as server:
        github = client(server)
        assert github.patch("/a", {}) is None
        assert github.put("/b") is None
        assert github.put("/c", {"x": 1}) is None
        github.delete("/d")

    assert server.targets() == ["PATCH /a", "PUT /b", "PUT /c", "DELETE /d"]


def test_nothing_there_is_none_only_where_that_was_asked_for() -> None:
    with serving(lambda _: says(404, {"message": "Not Found"})) as server:
        assert client(server).get_or_none("/repos/jane/blog/pages") is None
        with pytest.raises(GitHubRefusedError) as refused:
            client(server).get("/repos/jane/blog/pages")

    assert refused.value.status == 404


def test_no_access_is_not_taken_for_nothing_there() -> None:
    with serving(lambda _: says(403, {"message": "no"})) as server, pytest.raises(GitHubRefusedError):
        client(server).get_or_none("/repos/jane/blog/pages")


STRANGE = {
    "a page": b"<html>login</html>",
    "half": b'{"name": "bl',
    "deep": b"[" * 100_000,
    "a number above all": b"1" * 5_000,
    "bytes": b"\xff\xfe",
}


@pytest.mark.parametrize("case", list(STRANGE))
def test_an_answer_that_is_no_json_is_asked_for_again(case: str) -> None:
    with serving(in_turn(says(200, STRANGE[case]), says(200, {"name": "blog"}))) as server:
        assert client(server).get("/repos/jane/blog") == {"name": "blog"}


@pytest.mark.parametrize("case", list(STRANGE))
def test_an_answer_that_never_is_json_ends_as_one_sentence(case: str) -> None:
    with serving(lambda _: says(200, STRANGE[case])) as server, pytest.raises(MachineError) as failure:
        client(server).get("/repos/jane/blog")

    assert failure.value.problem == "127.0.0.1 answered something that cannot be read (200)"


FAULTS: dict[str, Reply] = {
    "500": says(500),
    "502": says(502, b"<html>"),
    "429": says(429, Retry_After="0"),
    "secondary limit": says(403, {"message": "You have exceeded a secondary rate limit"}, Retry_After="0"),
    "broken off": breaks_off(),
    "reset": hangs_up,
    "a page": says(200, b"<html>"),
}


@pytest.mark.parametrize("fault", list(FAULTS))
@pytest.mark.parametrize("method", ["get", "pages", "patch", "put", "delete"])
def test_a_fault_between_is_not_seen(method: str, fault: str) -> None:
    with serving(in_turn(FAULTS[fault], says(200, ["here"]))) as server:
        github = client(server)
        calls: dict[str, Callable[[], Any]] = {
            "get": lambda: github.get("/x"),
            "pages": lambda: list(github.pages("/x")),
            "patch": lambda: github.patch("/x", {}),
            "put": lambda: github.put("/x", {}),
            "delete": lambda: github.delete("/x"),
        }
        assert calls[method]() == (None if method == "delete" else ["here"])

    assert len(server.asked) == 2


def test_something_removed_by_a_try_whose_answer_was_lost_is_removed() -> None:
    with serving(in_turn(hangs_up, says(404, {"message": "Not Found"}))) as server:
        client(server).delete("/repos/jane/blog/issues/comments/1/reactions/2")

    assert len(server.asked) == 2


def test_something_that_was_never_there_cannot_be_removed() -> None:
    with serving(lambda _: says(404, {"message": "Not Found"})) as server, pytest.raises(GitHubRefusedError):
        client(server).delete("/repos/jane/blog/labels/x")


class Shelf:
    """Makes a thing at every POST, and loses the answers it is told to lose.

    Args:
        stale: so many looks do not see what was made.
    """

    def __init__(self, *faults: tuple[bool, Reply], stale: int = 0) -> None:
        self.made: list[str] = []
        self._faults = list(faults)
        self._stale = stale

    def __call__(self, asked: Asked) -> Reply:
        if asked.method == "GET":
            self._stale -= 1
            return says(200, [] if self._stale >= 0 else self.made)
        is_done, fault = self._faults.pop(0) if self._faults else (True, None)
        if is_done:
            self.made.append(f"thing {len(self.made) + 1}")
        return fault or says(201, self.made[-1])


LOST = {"500": says(500), "502": says(502), "broken off": breaks_off(201), "reset": hangs_up, "a page": says(201, b"<")}


@pytest.mark.parametrize("fault", list(LOST))
@pytest.mark.parametrize("stale", [0, 1])
@pytest.mark.parametrize("is_done", [True, False], ids=["done", "not done"])
def test_a_lost_answer_makes_nothing_twice(fault: str, stale: int, is_done: bool) -> None:
    shelf = Shelf((is_done, LOST[fault]), stale=stale)
    with serving(shelf) as server:
        github = client(server)
        made = github.post("/things", {}, find=lambda: next(iter(github.get("/things")), None))

    assert made == "thing 1"
    assert shelf.made == ["thing 1"]


def test_answers_that_are_always_lost_end_after_three_tries() -> None:
    shelf = Shelf(*[(False, says(500))] * 9)
    with serving(shelf) as server, pytest.raises(MachineError, match="is in trouble"):
        client(server).post("/things", {}, find=lambda: None)

    assert server.targets() == ["POST /things"] * 3


def test_what_was_never_done_is_not_looked_for() -> None:
    looks: list[str] = []
    with (
        serving(lambda _: says(429, Retry_After="3000")) as server,
        pytest.raises(MachineError, match="no more requests"),
    ):
        client(server).post("/things", {}, find=lambda: looks.append("look"))

    assert (looks, len(server.asked)) == ([], 1)


def test_a_thing_that_the_second_try_finds_already_made_is_looked_up() -> None:
    shelf = Shelf((True, hangs_up), (False, says(422, {"message": "already exists"})), stale=2)
    with serving(shelf) as server:
        github = client(server)
        made = github.post("/things", {}, find=lambda: next(iter(github.get("/things")), None))

    assert (made, shelf.made) == ("thing 1", ["thing 1"])


def test_a_thing_that_someone_else_made_is_a_refusal() -> None:
    with serving(lambda _: says(422, {"message": "already exists"})) as server, pytest.raises(GitHubRefusedError):
        client(server).post("/things", {}, find=lambda: "theirs")

    assert len(server.asked) == 1


@pytest.mark.parametrize("fault", list(LOST))
def test_without_a_way_to_look_a_lost_answer_is_an_error(fault: str) -> None:
    shelf = Shelf((True, LOST[fault]))
    with serving(shelf) as server, pytest.raises(MachineError):
        client(server).post("/things", {})

    assert shelf.made == ["thing 1"]


def paged(*pages: Any, link: Callable[[str, int], str]) -> Callable[[Asked], Reply]:
    """Pages numbered from 1 by their query; link makes the header out of the server's address and the next number."""

    def replies(asked: Asked) -> Reply:
        number = int(asked.target.rpartition("page=")[2]) if "&page=" in asked.target else 1
        host = f"http://{asked.headers['host']}"
        is_last = number >= len(pages)
        return says(200, pages[number - 1], **({} if is_last else {"Link": link(host, number + 1)}))

    return replies


def as_github(host: str, number: int) -> str:
    here = f"{host}/things?per_page=100&page="
    return f'<{here}{number - 1}>; rel="prev", <{here}{number}>; rel="next", <{here}9>; rel="last"'


def test_a_list_is_read_to_its_last_page() -> None:
    with serving(paged([1, 2], [3], [4], link=as_github)) as server:
        assert list(client(server).pages("/things", state="all")) == [1, 2, 3, 4]

    assert server.targets()[0] == "GET /things?per_page=100&state=all"
    assert {asked.headers["authorization"] for asked in server.asked} == {f"Bearer {TOKEN}"}


def test_a_list_within_an_object_is_unpacked() -> None:
    pages = [{"total_count": 2, "workflow_runs": [number]} for number in (1, 2)]
    with serving(paged(*pages, link=as_github)) as server:
        assert list(client(server).pages("/things", key="workflow_runs")) == [1, 2]


def test_a_list_is_read_no_further_than_it_is_asked_for() -> None:
    with serving(paged([1], [2], link=as_github)) as server:
        assert next(client(server).pages("/things")) == 1

    assert len(server.asked) == 1


@pytest.mark.parametrize("answer", [{"a": []}, "x", 7, None], ids=["object", "text", "number", "null"])
def test_a_list_that_is_none_is_told(answer: Any) -> None:
    with serving(lambda _: says(200, answer)) as server, pytest.raises(MachineError, match="no list"):
        list(client(server).pages("/things", key="workflow_runs"))


def test_a_list_that_leads_back_to_itself_ends() -> None:
    loops = paged([1], [2], [3], link=lambda host, number: f'<{host}/things?per_page=100&page=2>; rel="next"')
    with serving(loops) as server, pytest.raises(MachineError, match="the list has no end"):
        list(client(server).pages("/things"))

    assert len(server.asked) == 2


@pytest.mark.parametrize("kind", ["host", "prefix", "user", "scheme", "relative"])
def test_a_list_that_leads_elsewhere_is_not_followed(kind: str) -> None:
    with serving(lambda _: says(200, ["stolen"])) as other:
        addresses: dict[str, Callable[[str], str]] = {
            "host": lambda host: f"{other.url}/things",
            "prefix": lambda host: f"{host}1/things",
            "user": lambda host: f"{host}@{other.url.removeprefix('http://')}/things",
            "scheme": lambda host: f"file://{host}/things",
            "relative": lambda host: "/things",
        }
        leaves = paged([1], [2], link=lambda host, _: f'<{addresses[kind](host)}>; rel="next"')
        with serving(leaves) as server, pytest.raises(MachineError, match="another host"):
            list(client(server).pages("/things"))

    assert other.asked == []


def test_a_repository_that_was_renamed_is_found() -> None:
    def replies(asked: Asked) -> Reply:
        moved = f"http://{asked.headers['host']}/repositories/1"
        return says(200, {"id": 1}) if asked.target == "/repositories/1" else says(301, {}, Location=moved)

    with serving(replies) as server:
        assert client(server).get("/repos/jane/old") == {"id": 1}


def test_a_redirect_in_a_circle_ends() -> None:
    def replies(asked: Asked) -> Reply:
        return says(302, {}, Location=f"http://{asked.headers['host']}/x")

    with serving(replies) as server, pytest.raises(MachineError, match="in a circle"):
        client(server).get("/x")


def test_a_redirect_to_another_host_is_refused_and_the_token_stays() -> None:
    with (
        serving(lambda _: says(200, {})) as other,
        serving(lambda _: says(302, {}, Location=f"{other.url}/x")) as server,
        pytest.raises(GitHubRefusedError, match="302"),
    ):
        client(server).get("/x")

    assert other.asked == []


def test_what_is_written_follows_no_redirect() -> None:
    def replies(asked: Asked) -> Reply:
        return says(307, {}, Location=f"http://{asked.headers['host']}/elsewhere")

    with serving(replies) as server, pytest.raises(GitHubRefusedError, match="307"):
        client(server).post("/x", {})

    assert server.targets() == ["POST /x"]


@pytest.mark.parametrize(
    "path",
    ["", "x", "https://evil.example/", "/repos/jane/blog/../../x", "/a/%2e%2E/b", "/a/./b", "/a/.."],
    ids=["empty", "relative", "address", "up", "hidden up", "here", "up at the end"],
)
def test_a_path_that_leaves_its_place_is_not_asked(path: str) -> None:
    with serving(lambda _: says(200, {})) as server, pytest.raises(UsageError, match="is not a path"):
        client(server).get(path)

    assert server.asked == []


def test_a_name_in_a_path_cannot_become_a_query_or_a_header() -> None:
    with serving(lambda _: says(200, {})) as server:
        client(server).get("/repos/j/b/contents/a b?ref=x#y\r\nX: 1%20é")

    assert server.asked[0].target == "/repos/j/b/contents/a%20b%3Fref=x%23y%0D%0AX:%201%20%C3%A9"


def test_a_release_gets_its_file_as_it_is() -> None:
    def replies(asked: Asked) -> Reply:
        return says(201, {"id": 5})

    with serving(replies) as server:
        url = f"{server.url}/repos/j/b/releases/1/assets{{?name,label}}"
        assert client(server).upload(url, "a b.whl", b"PK\x00", "application/zip") == {"id": 5}

    (asked,) = server.asked
    assert (asked.target, asked.body) == ("/repos/j/b/releases/1/assets?name=a+b.whl", b"PK\x00")
    assert asked.headers["content-type"] == "application/zip"


@pytest.mark.parametrize(
    "url",
    ["https://evil.example/assets", "https://uploads.github.com@evil.example/a", "http://uploads.github.com/a", ""],
    ids=["host", "user", "scheme", "empty"],
)
def test_a_file_is_not_sent_to_a_host_that_is_not_githubs(url: str) -> None:
    github = GitHub(RunContext("jane/blog", token=TOKEN, retry_seconds=0.001))

    with pytest.raises(MachineError, match="not GitHub's"):
        github.upload(url, "a.whl", b"", "application/zip")


@pytest.mark.parametrize(
    ("fault", "said"),
    [(floods, "more than 20 MB"), (stalls, "did not answer within 1 s")],
    ids=["flood", "stall"],
)
def test_a_service_that_is_slow_or_floods_ends_as_an_error(
    fault: Reply, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(lambda _: fault) as server:
        github = client(server)
        patience = Patience(wait_seconds=0.001, total_waits=2, timeout_seconds=1)
        monkeypatch.setattr(github, "_patience", patience)

        with pytest.raises(MachineError, match=said):
            github.get("/x")
