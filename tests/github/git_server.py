"""Git over HTTP on loopback: `git http-backend` on real bare repositories, with requests that go wrong."""

import base64
import json
import os
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from generator.github.context import RunContext
from tests.github.publishing import server_of

TOKEN = "ghs_canary0123456789"


@dataclass
class GitServer:
    """What a test sets and sees.

    Args:
        failures: statuses of the next requests that matter, in order; 0 lets one through.
        lose_answers: of as many pushes the work is done, and the connection then cut.
        compare: what `/compare/` answers, by its last part.
        heard: method, path and headers (names in lower case) of each request.
    """

    root: Path
    address: str = ""
    failures: list[int] = field(default_factory=list)
    lose_answers: int = 0
    compare: Callable[[str], dict[str, Any] | None] = lambda _: None
    heard: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)

    def pushes(self) -> int:
        return sum(method == "POST" and path.endswith("git-receive-pack") for method, path, _ in self.heard)


@contextmanager
def serving(context: RunContext, *, token: str = TOKEN) -> Iterator[tuple[GitServer, RunContext]]:
    """The server, and a context that reaches the repository of `context` through it."""
    state = GitServer(server_of(context).parents[1])
    handler = type("Handler", (_Handler,), {"state": state})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    state.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield state, replace(context, server_url=state.address, api_url=f"{state.address}/api/v3", token=token)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    state: GitServer
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._answer(b"")

    def do_POST(self) -> None:
        self._answer(self._body())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Tests look at `heard` instead."""

    def _answer(self, body: bytes) -> None:
        self.state.heard.append(
            (self.command, self.path, {name.lower(): value for name, value in self.headers.items()})
        )
        if "/compare/" in self.path:
            self._compare()
            return
        status = self.state.failures.pop(0) if self.state.failures else 0
        if not status and self._is_push() and not self._is_known():
            status = 403
        if status:
            moved = {"Location": f"http://localhost:1{self.path}"} if status == 302 else {}
            self._send(status, b"no\n", {"Content-Type": "text/plain", **moved})
            return
        head, _, content = self._backend(body).partition(b"\r\n\r\n")
        if self.command == "POST" and self._is_push() and self.state.lose_answers:
            self.state.lose_answers -= 1
            self.close_connection = True
            return
        told = dict(line.split(": ", 1) for line in head.decode().split("\r\n"))
        self._send(int(told.pop("Status", "200").split(" ")[0]), content, told)

    def _compare(self) -> None:
        found = self.state.compare(urlsplit(self.path).path.rpartition("/compare/")[2])
        status = 404 if found is None else 200
        self._send(status, json.dumps(found or {"message": "Not Found"}).encode(), {"Content-Type": "application/json"})

    def _is_push(self) -> bool:
        return "git-receive-pack" in self.path

    def _is_known(self) -> bool:
        known = base64.b64encode(f"x-access-token:{TOKEN}".encode()).decode()
        return self.headers.get("Authorization", "").lower() == f"basic {known}".lower()

    def _body(self) -> bytes:
        if "chunked" not in self.headers.get("Transfer-Encoding", ""):
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        chunks = []
        while size := int(self.rfile.readline().split(b";")[0], 16):
            chunks.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(chunks)

    def _backend(self, body: bytes) -> bytes:
        parts = urlsplit(self.path)
        environ = {
            "PATH": os.environ["PATH"],
            "GIT_PROJECT_ROOT": str(self.state.root),
            "GIT_HTTP_EXPORT_ALL": "1",
            "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
            "GIT_CONFIG_GLOBAL": os.devnull,
            "REQUEST_METHOD": self.command,
            "PATH_INFO": parts.path,
            "QUERY_STRING": parts.query,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(len(body)),
            "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
            "REMOTE_USER": "somebody",
            "REMOTE_ADDR": "127.0.0.1",
        }
        return subprocess.run(("git", "http-backend"), input=body, capture_output=True, check=False, env=environ).stdout

    def _send(self, status: int, content: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            if name.lower() != "content-length":
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
