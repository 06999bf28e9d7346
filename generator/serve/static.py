"""A folder served as a host of static sites would: for looking at, on this machine."""

import http
from collections.abc import Callable
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import MappingProxyType
from typing import IO, Any
from urllib.parse import quote, unquote, urlsplit

from generator.errors import MachineError, UsageError

# What Python's own table lacks or the machine's may have wrong; pages say themselves that they are UTF-8.
_TYPES = MappingProxyType(
    {
        ".html": "text/html; charset=utf-8",
        ".css": "text/css; charset=utf-8",
        ".js": "text/javascript; charset=utf-8",
        ".mjs": "text/javascript; charset=utf-8",
        ".json": "application/json",
        ".map": "application/json",
        ".xml": "application/xml",
        ".md": "text/markdown; charset=utf-8",
        ".txt": "text/plain; charset=utf-8",
        ".csv": "text/csv; charset=utf-8",
        ".svg": "image/svg+xml",
        ".webp": "image/webp",
        ".avif": "image/avif",
        ".ico": "image/vnd.microsoft.icon",
        ".woff2": "font/woff2",
        ".woff": "font/woff",
        ".wasm": "application/wasm",
        ".ipynb": "application/x-ipynb+json",
        ".webmanifest": "application/manifest+json",
        ".pagefind": "application/octet-stream",
        ".pf_meta": "application/octet-stream",
    }
)


def server(output: Path, host: str = "127.0.0.1", port: int = 4000, base_path: str = "") -> ThreadingHTTPServer:
    """A server of output that listens already; ``serve_forever`` and ``server_close`` are the caller's.

    Args:
        port: 0 takes any that is free.
        base_path: ``/blog``, as the site was built with; ``/`` leads there.

    Raises:
        UsageError: there is no such folder.
        MachineError: the port is taken.
    """
    if not output.is_dir():
        raise UsageError(f"there is no site in `{output}`", mend="build it first, with `inkmill build`")
    handler = partial(_Handler, output=output, base_path="/" + base_path.strip("/") if base_path.strip("/") else "")
    try:
        return _Server((host, port), handler)
    except OSError as failure:
        raise MachineError(
            f"cannot listen on {host}:{port}: {failure.strerror or failure}", mend="name another port with `--port`"
        ) from failure


def serve(
    output: Path,
    host: str = "127.0.0.1",
    port: int = 4000,
    base_path: str = "",
    *,
    when_ready: Callable[[str], None] = lambda _: None,
) -> None:
    """Serve output until the process is stopped.

    Args:
        when_ready: told the address once.

    Raises:
        UsageError, MachineError: see ``server``.
    """
    with server(output, host, port, base_path) as running:
        when_ready(f"http://{host}:{running.server_address[1]}{base_path.rstrip('/')}/")
        running.serve_forever()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    # Otherwise a second server would share the port on some systems, and answer every other request.
    allow_reuse_port = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A reader who closed the page early is not worth a word."""


class _Handler(SimpleHTTPRequestHandler):
    """Answers one connection."""

    protocol_version = "HTTP/1.1"
    server_version = "inkmill"
    sys_version = ""
    timeout = 60

    def __init__(self, *arguments: Any, output: Path, base_path: str) -> None:
        self._output = output
        self._base_path = base_path
        super().__init__(*arguments)

    def send_head(self) -> IO[bytes] | None:  # type: ignore[override]
        """Headers, and the file to send after them."""
        path = self._site_path()
        if path is None:
            return self._lead_to("/") if self.path == "/" else self._missing()
        file = self._file(path)
        if file is not None:
            return self._answer(file, http.HTTPStatus.OK)
        if not path.endswith("/") and self._file(f"{path}/") is not None:
            return self._lead_to(f"/{quote(path.lstrip('/'))}/")
        return self._missing()

    def _site_path(self) -> str | None:
        """The decoded path below the base path; None outside of it, or when no file can have that name."""
        try:
            path = unquote(urlsplit(self.path).path, errors="strict")
        except ValueError:
            return None
        if self._base_path and path != self._base_path and not path.startswith(f"{self._base_path}/"):
            return None
        path = path.removeprefix(self._base_path)
        return None if ".." in path.split("/") or "\\" in path or "\0" in path else path

    def _file(self, path: str) -> Path | None:
        """The file shown at a site path, as GitHub Pages looks for it."""
        bare = path.strip("/")
        names = [f"{bare}/index.html".lstrip("/")] if path.endswith("/") or not bare else [bare, f"{bare}.html"]
        root = self._output.resolve()
        for name in names:
            file = root / name
            try:
                if file.is_file() and file.resolve().is_relative_to(root):
                    return file
            except OSError:
                continue
        return None

    def _answer(self, file: Path, status: http.HTTPStatus) -> IO[bytes] | None:
        try:
            opened = file.open("rb")
        except OSError:
            return self._plain()
        size = file.stat().st_size
        self.send_response(status)
        self.send_header("Content-Type", _TYPES.get(file.suffix.lower()) or self.guess_type(file))
        self.send_header("Content-Length", str(size))
        self.send_header("Cache-Control", "no-cache")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.end_headers()
        return opened

    def _lead_to(self, path: str) -> IO[bytes] | None:
        self.send_response(http.HTTPStatus.MOVED_PERMANENTLY)
        query = urlsplit(self.path).query
        self.send_header("Location", self._base_path + (f"{path}?{query}" if query else path))
        self.send_header("Content-Length", "0")
        self.end_headers()
        return None

    def _missing(self) -> IO[bytes] | None:
        page = self._output / "404.html"
        return self._answer(page, http.HTTPStatus.NOT_FOUND) if page.is_file() else self._plain()

    def _plain(self) -> IO[bytes] | None:
        self.send_error(http.HTTPStatus.NOT_FOUND)
        return None

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is the base class's
        """Nothing: the terminal is for the author."""
