"""A server on loopback that answers as it is told, faults included, and remembers what it was asked."""

import json
import socket
import struct
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it arrived; names of headers in lower case."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes


Reply = Callable[["_Handler"], None]


def says(status: int, body: Any = None, **headers: str) -> Reply:
    """A whole answer; bytes as they are, anything else as JSON. Underscores in names of headers are hyphens."""
    content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()

    def reply(handler: "_Handler") -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content)

    return reply


def breaks_off(status: int = 200) -> Reply:
    """Promises more than it sends."""

    def reply(handler: "_Handler") -> None:
        handler.send_response(status)
        handler.send_header("Content-Length", "1000")
        handler.end_headers()
        handler.wfile.write(b'{"half": ')

    return reply


def hangs_up(handler: "_Handler") -> None:
    """A connection reset, without a byte of an answer."""
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    # The handler's own files would keep the socket open.
    handler.rfile.close()
    handler.connection.close()


def stalls(handler: "_Handler") -> None:
    """No answer before the test is over."""
    handler.server.is_over.wait(30)


def drips(handler: "_Handler") -> None:
    """A byte now and then, so that no wait for a single byte is long."""
    handler.send_response(200)
    handler.send_header("Content-Length", "100000")
    handler.end_headers()
    while not handler.server.is_over.wait(0.05):
        handler.wfile.write(b" ")
        handler.wfile.flush()


def floods(handler: "_Handler") -> None:
    """An answer without an end."""
    handler.send_response(200)
    handler.end_headers()
    while not handler.server.is_over.is_set():
        handler.wfile.write(b" " * 65536)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    # Handlers that a client left are not news.
    block_on_close = True

    def __init__(self, replies: "Callable[[Asked], Reply]", listening: socket.socket | None) -> None:
        super().__init__(("127.0.0.1", 0), _Handler, bind_and_activate=listening is None)
        if listening is not None:
            self.socket.close()
            self.socket = listening
            self.server_address = listening.getsockname()
        self.replies = replies
        self.asked: list[Asked] = []
        self.is_over = threading.Event()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that leave early are part of these tests."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def _answer(self) -> None:
        length = int(self.headers.get("Content-Length", "0"))
        headers = {name.lower(): value for name, value in self.headers.items()}
        asked = Asked(self.command, self.path, headers, self.rfile.read(length))
        self.server.asked.append(asked)
        self.close_connection = True
        self.server.replies(asked)(self)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _answer  # noqa: N815 - http.server's names

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is http.server's
        """Tests read `asked`."""


@dataclass(frozen=True, slots=True)
class Loopback:
    """A running server."""

    url: str
    asked: list[Asked] = field(default_factory=list)

    def targets(self) -> list[str]:
        """``GET /path`` of every request, in order."""
        return [f"{asked.method} {asked.target}" for asked in self.asked]


@contextmanager
def serving(replies: Callable[[Asked], Reply], listening: socket.socket | None = None) -> Iterator[Loopback]:
    """A server that answers each request with what replies returns for it.

    Args:
        listening: a socket that listens already, in a network of its own perhaps.
    """
    server = _Server(replies, listening)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield Loopback(f"http://127.0.0.1:{server.server_address[1]}", server.asked)
    finally:
        server.is_over.set()
        server.shutdown()
        server.server_close()
        thread.join(10)


def in_turn(*replies: Reply) -> Callable[[Asked], Reply]:
    """Each reply once; asking more often than that fails with 418, which nobody repeats."""
    left = iter(replies)
    return lambda asked: next(left, says(418, {"message": "nothing is left to say"}))
