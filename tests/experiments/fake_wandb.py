"""A W&B server on loopback: its GraphQL over what it holds, its rule for missing fields, its failures.

Alone, ``python -m tests.experiments.fake_wandb PORT [KEY]`` serves the project of the acceptance examples.
"""

import base64
import json
import socket
import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import MappingProxyType, TracebackType
from typing import Any, Self, cast

from tests.experiments import fake_graphql
from tests.experiments.fake_logging import mutations, take_stream
from tests.experiments.fake_schema import WandbStore
from tests.experiments.fixture_runs import (
    MNIST,
    MNIST_ARTIFACTS,
    MNIST_HISTORY,
    MNIST_REPORTS,
    StoredArtifact,
    StoredReport,
    StoredRun,
)


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it arrived; names of headers in lower case, operation and variables where it was GraphQL."""

    path: str
    headers: Mapping[str, str]
    body: bytes
    operation: str = ""
    query: str = ""
    variables: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fault:
    """What comes instead of an answer.

    Args:
        missing_bytes: how many more are promised than sent.
        is_silent: nothing comes before the test is over.
    """

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    missing_bytes: int = 0
    is_silent: bool = False


def refuses(status: int, message: str, **headers: str) -> Fault:
    """GraphQL's own shape of an error; underscores in names of headers are hyphens."""
    body = json.dumps({"errors": [{"message": message}]}).encode()
    return Fault(status, body, {name.replace("_", "-"): value for name, value in headers.items()})


UNAUTHORIZED = refuses(401, "user is not logged in")
FORBIDDEN = refuses(403, "permission denied")
BROKEN = refuses(500, "internal server error")
ERRORS = refuses(200, "something about this query is wrong")
BUSY = refuses(429, "rate limit exceeded", Retry_After="1")
NO_JSON = Fault(body=b"<html>a proxy's page</html>")
HALF = Fault(body=b'{"data": {"project"', missing_bytes=1000)
SILENT = Fault(is_silent=True)


class FakeWandb:
    """Inside `with`, it answers at `url`; all it holds may be changed meanwhile.

    Args:
        key: None lets everybody in; else only who sends it, as HTTP Basic's password of the user `api`.
        listening: a socket that listens already, in a network of its own perhaps.

    Attributes:
        requests: what it was asked, oldest first.
        errors: what it said to queries that it did not understand.
        faults: what the next requests get, one each, before it answers again.
        always: what every request gets; None for answers.
        store.cursor_repeats: every cursor is the first page's, and there is always a next page.
        store.pages_overlap: each page begins with the last run of the one before, as when runs come while one pages.
    """

    def __init__(
        self,
        runs: Sequence[StoredRun] = MNIST,
        *,
        histories: Mapping[str, Sequence[Mapping[str, Any]]] = MNIST_HISTORY,
        reports: Sequence[StoredReport] = MNIST_REPORTS,
        artifacts: Sequence[StoredArtifact] = MNIST_ARTIFACTS,
        key: str | None = None,
        always: Fault | None = None,
        port: int = 0,
        listening: socket.socket | None = None,
    ) -> None:
        kept = {run_id: list(rows) for run_id, rows in histories.items()}
        self.store = WandbStore(list(runs), kept, list(reports), list(artifacts))
        self.key = key
        self.always = always
        self.faults: list[Fault] = []
        self.requests: list[Asked] = []
        self.errors: list[str] = []
        self._server = _Server(self, port, listening)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, what: BaseException | None, at: TracebackType | None) -> None:
        self._server.is_over.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(10)

    def operations(self) -> list[str]:
        """Of every request, in order; its path where it was no GraphQL."""
        return [asked.operation or asked.path for asked in self.requests]

    def respond(self, asked: Asked) -> Fault:
        """What comes back for one request."""
        if self.faults:
            return self.faults.pop(0)
        if self.always:
            return self.always
        if self.key is not None and asked.headers.get("authorization") != _basic(self.key):
            return UNAUTHORIZED
        if asked.path != "/graphql":
            is_taken = asked.path.startswith("/upload/") or take_stream(
                self.store, asked.path, asked.headers, asked.body
            )
            return Fault(200 if is_taken else 404, b"{}")
        root = {**self.store.root(), **mutations(self.store, self.url)}
        answer = fake_graphql.answer(asked.query, asked.variables, root)
        self.errors += [error["message"] for error in answer.get("errors", ())]
        return Fault(body=json.dumps(answer).encode(), headers={"Content-Type": "application/json"})


def _basic(key: str) -> str:
    return "Basic " + base64.b64encode(f"api:{key}".encode()).decode()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, fake: FakeWandb, port: int, listening: socket.socket | None) -> None:
        super().__init__(("127.0.0.1", port), _Handler, bind_and_activate=listening is None)
        if listening is not None:
            self.socket.close()
            self.socket = listening
            self.server_address = listening.getsockname()
        self.fake = fake
        self.is_over = threading.Event()

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients that leave early are part of these tests."""


class _Handler(BaseHTTPRequestHandler):
    # Both ways of speaking are there: a client may keep its connection.
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *words: object) -> None:  # noqa: A002 - the base class names it so
        """Tests read `requests`."""

    def _serve(self) -> None:
        server = cast(_Server, self.server)
        asked = self._asked()
        server.fake.requests.append(asked)
        reply = server.fake.respond(asked)
        if reply.is_silent:
            self.close_connection = True
            server.is_over.wait(60)
            return
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(reply.body) + reply.missing_bytes))
        self.close_connection = self.close_connection or bool(reply.missing_bytes)
        self.end_headers()
        self.wfile.write(reply.body)

    do_GET = do_POST = do_PUT = _serve  # noqa: N815 - http.server's names

    def _asked(self) -> Asked:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        headers = {name.lower(): value for name, value in self.headers.items()}
        if self.path != "/graphql":
            return Asked(self.path, headers, body)
        said = json.loads(body)
        query = said["query"]
        variables = said.get("variables") or {}
        return Asked(self.path, headers, body, fake_graphql.operation_name(query), query, variables)


def main(port: int, key: str | None) -> None:
    """Serve until the process is ended."""
    with FakeWandb(port=port, key=key) as fake:
        sys.stdout.write(f"{fake.url}\n")
        sys.stdout.flush()
        threading.Event().wait()


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else None)
