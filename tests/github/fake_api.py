"""A small GitHub on loopback: pull requests, comments, reactions, issues and labels, and a switch that makes it fail.

It answers as GitHub does where the code under test can tell the difference, and with 404 wherever else it is asked.
"""

import json
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

REPOSITORY = "jane/blog"
BOT = {"login": "github-actions[bot]", "type": "Bot"}
_MOST_PER_PAGE = 100


@dataclass
class FakeApi:
    """What GitHub knows, to be filled and looked at by a test.

    Args:
        pull_commits: of a pull request, the oldest first.
        contents: (path, commit) to the type of what stands there.
        fails_from: the number of the request (from 1) with which it begins to answer 500; 0 for never.
        does_the_failing: whether that first one is done all the same, and only its answer is lost.
        refused: (method, pattern of path) to (status, message).
    """

    permissions: dict[str, dict[str, str]] = field(default_factory=dict)
    pulls: dict[int, dict[str, Any]] = field(default_factory=dict)
    files: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    commits: dict[str, str] = field(default_factory=dict)
    pull_commits: dict[int, list[str]] = field(default_factory=dict)
    contents: dict[tuple[str, str], str] = field(default_factory=dict)
    issue_labels: dict[int, list[str]] = field(default_factory=dict)
    deployments: list[dict[str, Any]] = field(default_factory=list)
    dispatches: list[dict[str, Any]] = field(default_factory=list)
    comments: list[dict[str, Any]] = field(default_factory=list)
    reactions: list[dict[str, Any]] = field(default_factory=list)
    issues: list[dict[str, Any]] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    refused: dict[tuple[str, str], tuple[int, str]] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)
    fails_from: int = 0
    does_the_failing: bool = False
    address: str = ""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add_comment(self, number: int, body: str, user: Mapping[str, str] = BOT) -> dict[str, Any]:
        """A comment under an issue or pull request, as somebody wrote it."""
        comment = {"id": 1000 + len(self.comments), "issue": number, "body": body, "user": dict(user)}
        self.comments.append(comment)
        return comment

    def add_issue(self, title: str, body: str, user: Mapping[str, str] = BOT, **more: Any) -> dict[str, Any]:
        issue = {"number": 1 + len(self.issues), "title": title, "body": body, "user": dict(user), "state": "open"}
        issue |= {"labels": [], **more}
        self.issues.append(issue)
        return issue

    def own_comments(self, number: int) -> list[str]:
        """What the bot says under an issue or pull request."""
        return [found["body"] for found in self.comments if found["issue"] == number and found["user"] == BOT]

    def own_reactions(self, comment: int) -> list[str]:
        return [found["content"] for found in self.reactions if found["comment"] == comment]

    def calls(self, *methods: str) -> list[str]:
        """The requests so far of these methods."""
        return [call for call in self.requests if call.split(" ")[0] in methods]

    def answer(self, method: str, path: str, query: dict[str, str], body: Any) -> tuple[int, Any]:
        """Status and JSON for one request."""
        self.requests.append(f"{method} {path}")
        count = len(self.requests)
        is_first_failure = self.fails_from == count
        if 0 < self.fails_from <= count and not (is_first_failure and self.does_the_failing):
            return 500, {"message": "in trouble"}
        for (verb, pattern), (status, message) in self.refused.items():
            if verb == method and re.fullmatch(pattern, path):
                return status, {"message": message}
        found = self._found(method, path, query, body)
        if (change := self.after.pop(f"{method} {path}", None)) is not None:
            change()
        return (500, {"message": "in trouble"}) if is_first_failure else found

    def _found(self, method: str, path: str, query: dict[str, str], body: Any) -> tuple[int, Any]:
        for route, function in _ROUTES:
            verb, pattern = route.split(" ")
            matched = re.fullmatch(f"/repos/{REPOSITORY}{pattern}", path)
            if verb == method and matched:
                return function(self, query, body, *matched.groups())  # type: ignore[no-any-return]
        return 404, {"message": "Not Found"}


def _known(value: Any) -> tuple[int, Any]:
    return (200, value) if value is not None else (404, {"message": "Not Found"})


def _permission(api: FakeApi, query: Any, body: Any, login: str) -> tuple[int, Any]:
    return _known(api.permissions.get(login))


def _pull(api: FakeApi, query: Any, body: Any, number: str) -> tuple[int, Any]:
    return _known(api.pulls.get(int(number)))


def _files(api: FakeApi, query: Any, body: Any, number: str) -> tuple[int, Any]:
    return _known(api.files.get(int(number), []))


def _commit(api: FakeApi, query: Any, body: Any, sha: str) -> tuple[int, Any]:
    found = [known for known in api.commits if known.startswith(sha)]
    return (200, {"sha": found[0]}) if len(found) == 1 else (422, {"message": f"No commit found for SHA: {sha}"})


def _comments(api: FakeApi, query: Any, body: Any, number: str) -> tuple[int, Any]:
    return 200, [comment for comment in api.comments if comment["issue"] == int(number)]


def _new_comment(api: FakeApi, query: Any, body: Any, number: str) -> tuple[int, Any]:
    return 201, api.add_comment(int(number), body["body"])


def _comment(api: FakeApi, number: str) -> dict[str, Any] | None:
    return next((comment for comment in api.comments if comment["id"] == int(number)), None)


def _change_comment(api: FakeApi, query: Any, body: Any, number: str) -> tuple[int, Any]:
    comment = _comment(api, number)
    if comment is not None:
        comment |= body
    return _known(comment)


def _delete_comment(api: FakeApi, query: Any, body: Any, number: str) -> tuple[int, Any]:
    comment = _comment(api, number)
    if comment is not None:
        api.comments.remove(comment)
    return _known(comment)


def _reactions(api: FakeApi, query: dict[str, str], body: Any, comment: str) -> tuple[int, Any]:
    found = [known for known in api.reactions if known["comment"] == int(comment)]
    return 200, [known for known in found if query.get("content") in (None, known["content"])]


def _react(api: FakeApi, query: Any, body: Any, comment: str) -> tuple[int, Any]:
    reaction = {"comment": int(comment), "content": body["content"], "user": BOT}
    for known in api.reactions:
        if known.items() >= reaction.items():
            return 200, known
    reaction["id"] = 5000 + len(api.requests)
    api.reactions.append(reaction)
    return 201, reaction


def _unreact(api: FakeApi, query: Any, body: Any, comment: str, reaction: str) -> tuple[int, Any]:
    api.reactions[:] = [known for known in api.reactions if known["id"] != int(reaction)]
    return 204, None


def _issues(api: FakeApi, query: dict[str, str], body: Any) -> tuple[int, Any]:
    state, creator = query.get("state", "open"), query.get("creator")
    found = [issue for issue in reversed(api.issues) if state in ("all", issue["state"])]
    return 200, [issue for issue in found if creator in (None, issue["user"]["login"])]


def _new_issue(api: FakeApi, query: Any, body: Any) -> tuple[int, Any]:
    labels = [{"name": name} for name in body.get("labels", [])]
    return 201, api.add_issue(body["title"], body["body"], labels=labels)


def _change_issue(api: FakeApi, query: Any, body: Any, number: str) -> tuple[int, Any]:
    issue = next((issue for issue in api.issues if issue["number"] == int(number)), None)
    if issue is not None:
        issue |= body
    return _known(issue)


def _new_label(api: FakeApi, query: Any, body: Any) -> tuple[int, Any]:
    if body["name"] in api.labels:
        return 422, {"message": "Validation Failed", "errors": [{"code": "already_exists", "field": "name"}]}
    api.labels.append(body["name"])
    return 201, body


def _enable(api: FakeApi, query: Any, body: Any, workflow: str) -> tuple[int, Any]:
    return 204, None


def _pull_commits(api: FakeApi, query: Any, body: Any, number: str) -> tuple[int, Any]:
    return 200, [{"sha": sha} for sha in api.pull_commits.get(int(number), [])]


def _contents(api: FakeApi, query: dict[str, str], body: Any, path: str) -> tuple[int, Any]:
    kind = api.contents.get((unquote(path), query.get("ref", "")))
    return _known({"type": kind, "path": unquote(path)} if kind else None)


def _issue_labels(api: FakeApi, query: Any, body: Any, number: str) -> tuple[int, Any]:
    return 200, [{"name": name} for name in api.issue_labels.get(int(number), [])]


def _add_labels(api: FakeApi, query: Any, body: Any, number: str) -> tuple[int, Any]:
    found = api.issue_labels.setdefault(int(number), [])
    found += [name for name in body["labels"] if name not in found]
    return _issue_labels(api, query, body, number)


def _drop_label(api: FakeApi, query: Any, body: Any, number: str, name: str) -> tuple[int, Any]:
    found = api.issue_labels.get(int(number), [])
    if unquote(name) not in found:
        return 404, {"message": "Label does not exist"}
    found.remove(unquote(name))
    return _issue_labels(api, query, body, number)


def _deployments(api: FakeApi, query: dict[str, str], body: Any) -> tuple[int, Any]:
    found = [known for known in reversed(api.deployments) if query.get("sha") in (None, known["sha"])]
    return 200, [known for known in found if query.get("environment") in (None, known["environment"])]


def _new_deployment(api: FakeApi, query: Any, body: Any) -> tuple[int, Any]:
    made = {"id": 900 + len(api.deployments), "sha": body["ref"], "creator": BOT, "statuses": [], **body}
    api.deployments.append(made)
    return 201, made


def _deployment(api: FakeApi, number: str) -> dict[str, Any] | None:
    return next((known for known in api.deployments if known["id"] == int(number)), None)


def _statuses(api: FakeApi, query: Any, body: Any, number: str) -> tuple[int, Any]:
    found = _deployment(api, number)
    return _known(list(reversed(found["statuses"])) if found else None)


def _new_status(api: FakeApi, query: Any, body: Any, number: str) -> tuple[int, Any]:
    found = _deployment(api, number)
    if found is None:
        return _known(None)
    found["statuses"].append({"creator": BOT, **body})
    return 201, found["statuses"][-1]


def _dispatch(api: FakeApi, query: Any, body: Any, workflow: str) -> tuple[int, Any]:
    api.dispatches.append({"workflow": workflow, **body})
    return 204, None


_ROUTES: tuple[tuple[str, Any], ...] = (
    ("GET /collaborators/([^/]+)/permission", _permission),
    (r"GET /pulls/(\d+)", _pull),
    (r"GET /pulls/(\d+)/files", _files),
    (r"GET /pulls/(\d+)/commits", _pull_commits),
    ("GET /contents/(.+)", _contents),
    ("GET /commits/([0-9a-f]+)", _commit),
    (r"GET /issues/(\d+)/comments", _comments),
    (r"POST /issues/(\d+)/comments", _new_comment),
    (r"PATCH /issues/comments/(\d+)", _change_comment),
    (r"DELETE /issues/comments/(\d+)", _delete_comment),
    (r"GET /issues/comments/(\d+)/reactions", _reactions),
    (r"POST /issues/comments/(\d+)/reactions", _react),
    (r"DELETE /issues/comments/(\d+)/reactions/(\d+)", _unreact),
    ("GET /issues", _issues),
    ("POST /issues", _new_issue),
    (r"PATCH /issues/(\d+)", _change_issue),
    ("POST /labels", _new_label),
    (r"GET /issues/(\d+)/labels", _issue_labels),
    (r"POST /issues/(\d+)/labels", _add_labels),
    (r"DELETE /issues/(\d+)/labels/([^/]+)", _drop_label),
    ("GET /deployments", _deployments),
    ("POST /deployments", _new_deployment),
    (r"GET /deployments/(\d+)/statuses", _statuses),
    (r"POST /deployments/(\d+)/statuses", _new_status),
    (r"POST /actions/workflows/([\w.-]+)/dispatches", _dispatch),
    (r"PUT /actions/workflows/(refresh|preview|upgrade)\.yml/enable", _enable),
)


@contextmanager
def serving(api: FakeApi) -> Iterator[FakeApi]:
    """The fake, reachable at ``api.address`` while the block lasts."""

    class Handler(BaseHTTPRequestHandler):
        def _reply(self) -> None:
            url = urlsplit(self.path)
            query = {name: values[-1] for name, values in parse_qs(url.query).items()}
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length)) if length else None
            with api.lock:
                status, value = api.answer(self.command, url.path, query, body)
                links = ""
                if self.command == "GET" and isinstance(value, list):
                    value, links = _page(value, query, f"{api.address}{url.path}")
                content = b"" if value is None else json.dumps(value).encode()
            self.send_response(status)
            if links:
                self.send_header("Link", links)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = _reply  # noqa: N815

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    api.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield api
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _page(found: list[Any], query: dict[str, str], address: str) -> tuple[list[Any], str]:
    size = min(int(query.get("per_page", "30")), _MOST_PER_PAGE)
    number = int(query.get("page", "1"))
    others = "".join(f"&{name}={value}" for name, value in query.items() if name not in ("page", "per_page"))
    following = f'<{address}?per_page={size}&page={number + 1}{others}>; rel="next"'
    return found[(number - 1) * size : number * size], following if len(found) > number * size else ""
