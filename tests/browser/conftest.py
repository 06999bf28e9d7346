"""This repository's own blog, built, served on 127.0.0.1 and opened in Chromium."""

import functools
import http.server
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.building import run

ROOT = Path(__file__).resolve().parents[2]

WIDE, NARROW = 1280, 390


@dataclass(slots=True)
class Visit:
    """One page, opened.

    Args:
        requests: every URL it asked for.
        failures: what was refused or not there.
        complaints: errors and warnings on the console, and exceptions of scripts.
    """

    page: Page
    requests: list[str]
    failures: list[str]
    complaints: list[str]


class Visitor:
    """Opens pages of the site, each in a browser profile of its own."""

    def __init__(self, browser: Browser, address: str) -> None:
        self._browser = browser
        self.address = address

    def open(self, path: str, *, width_px: int = WIDE, is_dark: bool = False, has_scripts: bool = True) -> Visit:
        """Open a page and wait until it has loaded."""
        context = self._browser.new_context(
            viewport={"width": width_px, "height": 800},
            color_scheme="dark" if is_dark else "light",
            java_script_enabled=has_scripts,
            reduced_motion="reduce",
        )
        page = context.new_page()
        visit = Visit(page, [], [], [])
        page.on("request", lambda request: visit.requests.append(request.url))
        page.on("requestfailed", lambda request: visit.failures.append(request.url))
        page.on("response", lambda answer: visit.failures.append(answer.url) if answer.status >= 400 else None)
        page.on(
            "console", lambda said: visit.complaints.append(said.text) if said.type in ("error", "warning") else None
        )
        page.on("pageerror", lambda error: visit.complaints.append(str(error)))
        page.goto(self.address + path, wait_until="load")
        return visit

    def close(self) -> None:
        """Close every page opened so far."""
        for context in self._browser.contexts:
            context.close()


class _SilentHandler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (its base names it so)
        pass

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """As a host of static pages does it: the site's own 404 page."""
        body = (Path(self.directory) / "404.html").read_bytes()
        self.send_response(code)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture(scope="session")
def own_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """This repository's blog, built at the root of its host."""
    folder = tmp_path_factory.mktemp("own")
    words = ("--output", str(folder / "site"), "--cache", str(folder / "cache"), "--base-path", "/", "--strict")
    # The docs and demos carry dates around the release; all of them are to be seen.
    ran = run(ROOT, *words, "--future")
    assert ran.exit_code == 0, ran.output
    return folder / "site"


@pytest.fixture
def visitor(browser: Browser, own_site: Path) -> Iterator[Visitor]:
    handler = functools.partial(_SilentHandler, directory=str(own_site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        visits = Visitor(browser, f"http://127.0.0.1:{server.server_port}")
        yield visits
        visits.close()
        server.shutdown()
        thread.join()
