"""The finished site, looked at through the server of `make serve`."""

import http.client
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from generator.errors import MachineError, UsageError
from generator.serve.static import server

Get = Callable[[str], tuple[int, str, bytes, str]]


@pytest.fixture
def site(tmp_path: Path) -> Path:
    folder = tmp_path / "_site"
    for path, text in {
        "index.html": "home",
        "about/index.html": "about",
        "codespaces.html": "codespaces",
        "404.html": "lost",
        "feed.xml": "<feed/>",
        "assets/g/ab.svg": "<svg/>",
        "a b/c%d.txt": "odd",
        "empty/note.txt": "note",
    }.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    (tmp_path / "secret.txt").write_text("secret")
    (folder / "link.txt").symlink_to(tmp_path / "secret.txt")
    return folder


@contextmanager
def _served(folder: Path, base_path: str = "") -> Iterator[Get]:
    running = server(folder, port=0, base_path=base_path)
    thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()

    def get(path: str) -> tuple[int, str, bytes, str]:
        connection = http.client.HTTPConnection("127.0.0.1", running.server_address[1], timeout=5)
        connection.putrequest("GET", path, skip_host=False)
        connection.endheaders()
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        return answer.status, answer.getheader("Content-Type", ""), body, answer.getheader("Location", "")

    try:
        yield get
    finally:
        running.shutdown()
        running.server_close()
        thread.join()


@pytest.mark.parametrize(
    ("path", "kind", "body"),
    [
        ("/", "text/html; charset=utf-8", b"home"),
        ("/about/", "text/html; charset=utf-8", b"about"),
        ("/codespaces", "text/html; charset=utf-8", b"codespaces"),
        ("/codespaces?x=1", "text/html; charset=utf-8", b"codespaces"),
        ("/feed.xml", "application/xml", b"<feed/>"),
        ("/assets/g/ab.svg", "image/svg+xml", b"<svg/>"),
        ("/a%20b/c%25d.txt", "text/plain; charset=utf-8", b"odd"),
    ],
)
def test_a_page_is_found_as_github_pages_finds_it(site: Path, path: str, kind: str, body: bytes) -> None:
    with _served(site) as get:
        assert get(path) == (200, kind, body, "")


def test_a_folder_without_slash_leads_to_the_one_with_it(site: Path) -> None:
    with _served(site) as get:
        assert get("/about?x=1") == (301, "", b"", "/about/?x=1")


@pytest.mark.parametrize(
    "path",
    [
        "/nothing",
        "/empty/",
        "/assets",
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/..%5csecret.txt",
        "/link.txt",
        "/%ff",
        "/%00",
    ],
)
def test_what_is_not_in_the_site_is_the_sites_own_404_page(site: Path, path: str) -> None:
    with _served(site) as get:
        assert get(path) == (404, "text/html; charset=utf-8", b"lost", "")


def test_a_site_with_a_base_path_is_served_below_it_alone(site: Path) -> None:
    with _served(site, "/blog") as get:
        assert get("/") == (301, "", b"", "/blog/")
        assert get("/blog/")[2] == b"home"
        assert get("/blog/about") == (301, "", b"", "/blog/about/")
        assert get("/about/")[0] == 404
        assert get("/blogger/")[0] == 404


def test_a_site_that_was_rebuilt_is_served_at_once(site: Path, tmp_path: Path) -> None:
    with _served(site) as get:
        assert get("/")[2] == b"home"
        site.rename(tmp_path / "old")
        site.mkdir()
        (site / "index.html").write_text("new")
        assert get("/")[2] == b"new"


def test_a_folder_that_was_never_built_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no site"):
        server(tmp_path / "_site")


def test_a_port_that_is_taken_is_said_to_be(site: Path) -> None:
    with server(site, port=0) as running, pytest.raises(MachineError, match="cannot listen"):
        server(site, port=running.server_address[1])
