"""The fake GitHub on the wire: one HTTP server for Git, the API, what actions call, and the faults."""

import json
import re
import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import cast
from urllib.parse import parse_qsl, urlsplit

from tests.workflows import fake_runtime, git_http, rest
from tests.workflows.answers import Answer, Request, refusal, token_of
from tests.workflows.fake_github import FakeGitHub
from tests.workflows.faults import Fault
from tests.workflows.github_state import Logged
from tests.workflows.loopback import Loopback

STALL_SECONDS = 3.0
"""How long a stalled answer takes; jobs of tests are given less patience than that."""


@contextmanager
def serving(github: FakeGitHub, network: Loopback) -> Iterator[None]:
    """Inside, the fake answers on the loopback of network."""
    server = _Server(("127.0.0.1", 0), _Handler, bind_and_activate=False)
    server.socket.close()
    server.socket = network.listening()
    server.server_address = server.socket.getsockname()
    server.github = github
    github.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    github: FakeGitHub

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients that hang up are part of the game; what breaks in here is answered with 500 and a reason."""


class _Handler(BaseHTTPRequestHandler):
    def log_message(self, format: str, *words: object) -> None:  # noqa: A002 - the base class names it so
        """Nothing: the log is a list of values."""

    def do_GET(self) -> None:
        self._serve()

    do_POST = do_PUT = do_PATCH = do_DELETE = do_GET  # noqa: N815 - http.server names them so

    def _serve(self) -> None:
        github = cast(_Server, self.server).github
        request = self._request(github)
        fault = next((fault for fault in github.faults if fault.takes(request.method, request.path)), None)
        if fault and fault.do:
            fault.do()
        answer = _before(fault) or self._answered(github, request, fault)
        job = request.seat.job if request.seat else ""
        with github.lock:
            github.log.append(Logged(request.method, request.path, job, answer.status, request.body))
        self._send(github, request, answer, fault)

    def _request(self, github: FakeGitHub) -> Request:
        parts = urlsplit(self.path)
        path = re.sub(r"^/api/v3(?=/)", "", parts.path)
        token = token_of(self.headers.get("Authorization", ""))
        seat = github.seat_of(token, is_runtime=path.startswith(fake_runtime.PREFIX))
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        return Request(self.command, path, query, self._body(), seat, self.headers, parts.query)

    def _body(self) -> bytes:
        if "chunked" not in self.headers.get("Transfer-Encoding", ""):
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        chunks = []
        while size := int(self.rfile.readline().split(b";")[0], 16):
            chunks.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(chunks)

    def _answered(self, github: FakeGitHub, request: Request, fault: Fault | None) -> Answer:
        if self.headers.get("Authorization") and not request.seat:
            return refusal(401, "Bad credentials")
        if fault and fault.kind == "stale":
            return _stale(github, request)
        return (
            fake_runtime.answered(github, request)
            or git_http.answered(github, request)
            or rest.answered(github, request)
            or refusal(404, "Not Found")
        )

    def _send(self, github: FakeGitHub, request: Request, answer: Answer, fault: Fault | None) -> None:
        kind = fault.kind if fault else "none"
        body = answer.body
        if kind in ("reset", "lost"):
            # Linger of nothing: the client sees the connection reset, not an empty answer.
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.close_connection = True
            self.connection.close()
            return
        if kind == "lost-502":
            answer, body = Answer(502, b"<html>Bad gateway</html>"), b"<html>Bad gateway</html>"
        if kind == "stall":
            time.sleep(STALL_SECONDS)
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: len(body) // 2] if kind == "truncated" else body)
        if request.method == "GET" and answer.status == 200 and kind != "stale":
            github.answered[f"{request.path}?{request.raw_query}"] = answer.body


def _before(fault: Fault | None) -> Answer | None:
    """The answer of a fault that strikes before anything is done."""
    match fault.kind if fault else "none":
        case "500" | "502" | "503":
            return Answer(int(fault.kind if fault else 500), b"<html>Unicorn!</html>", {"Content-Type": "text/html"})
        case "429":
            return refusal(429, "Too many requests", {"Retry-After": "1"})
        case "secondary":
            words = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
            return refusal(403, words, {"Retry-After": "1"})
        case "reset":
            return Answer(0, b"")
    return None


def _stale(github: FakeGitHub, request: Request) -> Answer:
    """What was answered to this very question last time; to a new one, the truth less its newest item."""
    before = github.answered.get(f"{request.path}?{request.raw_query}")
    if before is not None:
        return Answer(200, before, {"Content-Type": "application/json"})
    answer = rest.answered(github, request) or refusal(404, "Not Found")
    found = json.loads(answer.body)
    if isinstance(found, list) and found:
        newest = max(found, key=lambda item: item.get("id", 0))
        found.remove(newest)
    return Answer(answer.status, json.dumps(found).encode(), answer.headers)
