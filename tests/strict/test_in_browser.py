"""Hostile pages in a real browser: nothing runs outside of a sandbox, and nothing gets out of one."""

import contextlib
import functools
import http.server
import re
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Dialog, Page, expect

from generator.markup.sealed_frames import source_of
from generator.stages.engine import templates_folder
from tests.building import code_cell, display, lay_out, markdown_cell, notebook, run
from tests.strict.allowed import GUARD
from tests.strict.channels import CHANNELS
from tests.strict.payloads import payloads
from tests.strict.previewing import BELOW, previewed, published_at

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

# What a text through every third of these would find, one through each of them would, too.
_SHOWN = (
    "Markdown cell",
    "HTML output",
    "raw cell",
    "SVG output",
    "heading",
    "Markdown post",
    "title",
    "snapshots of runs",
)


class _SilentHandler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (its base names it so)
        pass


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """What the host serves."""
    folder = tmp_path / "served"
    folder.mkdir()
    return folder


@pytest.fixture
def address(root: Path) -> Iterator[str]:
    """Where it serves it."""
    handler = functools.partial(_SilentHandler, directory=str(root))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@dataclass(slots=True)
class Watched:
    """A page, and everything on it that should not be."""

    page: Page
    dialogs: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)


def watched(context: BrowserContext, address: str) -> Watched:
    """A page that tells of dialogs, of requests that left for other hosts, and of what its console says."""
    seen = Watched(context.new_page())

    def dismiss(dialog: Dialog) -> None:
        seen.dialogs.append(dialog.message)
        dialog.dismiss()

    def answered(url: str) -> None:
        if not url.startswith((address, "data:", "about:", "blob:")):
            seen.foreign.append(url)

    seen.page.on("dialog", dismiss)
    # A request that a policy forbids is told of, too, though nothing is sent: such a one fails for that reason.
    seen.page.on("response", lambda answer: answered(answer.url))
    seen.page.on(
        "requestfailed",
        lambda request: answered(request.url) if "csp" not in (request.failure or "").lower() else None,
    )
    seen.page.on(
        "console", lambda said: seen.complaints.append(said.text) if said.type in ("error", "warning") else None
    )
    seen.page.on("pageerror", lambda wrong: seen.complaints.append(str(wrong)))
    return seen


def left(page: Page) -> None:
    """Leave a page without waiting until it is closed, for which Chromium has been seen to take for ever."""
    page.close(run_before_unload=True)


@pytest.mark.slow
@pytest.mark.parametrize("channel", _SHOWN)
def test_no_hostile_text_runs_or_asks_anything_of_another_host(
    browser: Browser, tmp_path: Path, root: Path, address: str, channel: str
) -> None:
    texts = payloads()[::3]
    lay_out(tmp_path / "blog", {"_config.yml": "permalink: /:title/\ntitle: T\n", **CHANNELS[channel](texts)})
    ran = run(tmp_path / "blog", "--untrusted", "--keep-going", "--output", str(root / "site"))
    assert ran.exit_code in (0, 1), ran.output[-2_000:]
    context = browser.new_context(reduced_motion="reduce")

    pages = [page for page in sorted((root / "site").rglob("*.html")) if 'http-equiv="refresh"' not in page.read_text()]
    for page in pages[:40]:
        seen = watched(context, address)
        seen.page.goto(f"{address}/{page.relative_to(root).as_posix()}", wait_until="load")
        seen.page.evaluate("document.querySelectorAll('p, img, summary, math, h2').forEach(one => one.click?.())")
        assert (seen.dialogs, seen.foreign, seen.page.title()[:3] == "ran") == ([], [], False)
        left(seen.page)
    context.close()
    assert len(pages) > 5


@pytest.mark.slow
def test_a_drawing_of_a_stranger_that_is_opened_by_itself_runs_nothing(
    browser: Browser, tmp_path: Path, root: Path, address: str
) -> None:
    lay_out(tmp_path / "blog", {"_config.yml": "title: T\n", **CHANNELS["SVG file"](payloads()[::9])})
    run(tmp_path / "blog", "--untrusted", "--output", str(root / "site"))
    drawings = sorted((root / "site" / "images").glob("*.svg"))
    context = browser.new_context()

    for drawing in drawings:
        seen = watched(context, address)
        seen.page.goto(f"{address}/site/images/{drawing.name}")
        assert (seen.dialogs, seen.foreign, seen.page.evaluate("document.documentElement.tagName")) == ([], [], "svg")
        left(seen.page)
    context.close()
    assert len(drawings) > 10


def _script(*lines: str) -> str:
    """HTML that tells in its own words how far each line came."""
    tries = "".join(f"try{{{line}}}catch(wrong){{told.append(' {n}:'+wrong.name)}};" for n, line in enumerate(lines))
    return f"<p id=told>it ran</p><script>const told=document.getElementById('told');{tries}</script>"


def _sent_to(listener: socket.socket) -> list[bytes]:
    """What came over each connection. Chromium opens one when a frame is about to leave, before it asks its policy."""
    sent = []
    with contextlib.suppress(BlockingIOError):
        while True:
            connection, _ = listener.accept()
            connection.settimeout(0.3)
            with connection, contextlib.suppress(TimeoutError):
                sent.append(connection.recv(1_000))
    return [one for one in sent if one]


def test_a_script_in_a_sandbox_runs_there_and_reaches_nothing(
    browser: Browser, tmp_path: Path, root: Path, address: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as tcp, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        tcp.setblocking(False)
        udp.bind(("127.0.0.1", 0))
        udp.setblocking(False)
        there, stun = (f"127.0.0.1:{one.getsockname()[1]}" for one in (tcp, udp))
        html = _script(
            "parent.document.title='ran'",
            "top.document.title='ran'",
            "localStorage.setItem('theme','ran')",
            "document.cookie='ran=1'",
            f"fetch('http://{there}/').catch(()=>0)",
            f"navigator.sendBeacon('http://{there}/')",
            f"new WebSocket('ws://{there}/')",
            f"new EventSource('http://{there}/')",
            f"new Image().src='http://{there}/'",
            f"open('http://{there}/')",
            f"top.location='http://{there}/'",
            "eval('told.append(1)')",
            f"new Worker(URL.createObjectURL(new Blob(['fetch(\"http://{there}/\")'])))",
            f"new RTCPeerConnection({{iceServers:[{{urls:'stun:{stun}'}}]}}).createDataChannel('a')",
            "const f=document.createElement('iframe');document.body.append(f);f.contentWindow.RTCPeerConnection.name",
            f"document.body.insertAdjacentHTML('beforeend','<iframe src=http://{there}/></iframe>"
            f"<link rel=stylesheet href=http://{there}/><img src=x onerror=alert(1)><form action=http://{there}/>')",
            "document.forms[0].submit()",
            "alert(1)",
        )
        leaving = code_cell("x", display(text_html=_script(f"location='http://{there}/'")))
        blog = {"_notebooks/2024-01-02-a.ipynb": notebook(code_cell("x", display(text_html=html)), leaving)}
        published_at(previewed(tmp_path / "blog", blog, untrusted=True).site, root)
        context = browser.new_context()
        seen = watched(context, address)

        seen.page.goto(f"{address}{BELOW}/a/")
        told = seen.page.frame_locator("iframe").first.locator("#told").text_content() or ""
        seen.page.locator("iframe").nth(1).scroll_into_view_if_needed()
        seen.page.wait_for_timeout(800)

        assert told.startswith("it ran 0:SecurityError 1:SecurityError 2:SecurityError 3:SecurityError")
        assert "11:EvalError" in told
        assert "13:ReferenceError" in told
        assert seen.dialogs == []
        assert not seen.page.title().startswith("ran")
        assert seen.page.evaluate("localStorage.getItem('theme')") is None
        assert _sent_to(tcp) == []
        with pytest.raises(BlockingIOError):
            udp.recv(1)
        context.close()


def test_what_may_run_in_a_sandbox_does_nothing_on_the_page_itself(
    browser: Browser, tmp_path: Path, root: Path, address: str
) -> None:
    """As if the cleaning had failed: the page's policy lets the script begin, and its guard ends it."""
    html = "<script>function self(){} document.title='ran'</script>"
    files = {"_notebooks/2024-01-02-a.ipynb": notebook(code_cell("x", display(text_html=html)))}
    site = previewed(tmp_path / "blog", files, untrusted=True).site
    page = site / "a" / "index.html"
    code = GUARD + "delete self.RTCPeerConnection;delete self.webkitRTCPeerConnection;" + html[8:-9]
    assert source_of(code.encode()).strip("'") in page.read_text()
    more = f"<script>{code}</script><script>document.title='ran2'</script></main>"
    page.write_text(page.read_text().replace("</main>", more))
    published_at(site, root)
    context = browser.new_context()
    seen = watched(context, address)

    seen.page.goto(f"{address}{BELOW}/a/")

    assert seen.page.title() == "A | Notes"
    assert [said for said in seen.complaints if "script-src" in said] != []
    context.close()


POST = markdown_cell("# Words\n\n## One\n\nA formula $x^2$.\n\n## Two\n\n| a | b |\n|---|---|\n| 1 | 2 |\n")
APART = code_cell("draw()", display(text_html="<p>figure</p><script>document.body.append('drawn')</script>"))


def test_no_class_of_ours_lays_a_strangers_words_over_what_says_that_they_are_no_blog(
    browser: Browser, tmp_path: Path, root: Path, address: str
) -> None:
    sheets = "".join(path.read_text("utf-8") for path in sorted((templates_folder() / "assets").glob("*.css")))
    names = sorted(set(re.findall(r"\.([a-z][a-z0-9-]+)", sheets)))
    assert {"skip-link", "copy", "column-screen", "card", "toc"} <= set(names)
    style = "width: 3000px; height: 3000px; margin-left: -999px; margin-right: -999px; background-color: white"
    boxes = "\n".join(
        f'<div class="{name}" style="{style}"><a href="https://evil.example/">x</a></div>' for name in names
    )
    post = f"---\ntitle: A\npermalink: /a/\n---\nWords\n\n{boxes}\n"
    published_at(previewed(tmp_path / "blog", {"_posts/2024-01-02-a.md": post}, untrusted=True).site, root)
    page = browser.new_page()
    page.goto(f"{address}{BELOW}/a/")

    assert page.locator(".prose > div").count() == len(names)
    for ours in (".notice a >> nth=0", ".notice code", ".site-header a.site-title", ".site-header .theme-toggle"):
        # Refused where something else would take the click.
        page.locator(f"body > {ours}").click(trial=True, timeout=3000)
    left(page)


BLOG: dict[str, str | bytes | dict[str, object]] = {
    "_notebooks/2024-01-02-words.ipynb": notebook(POST, APART),
    "_posts/2024-01-03-more.md": "---\ntitle: More words\ntags: [x]\n---\nText\n",
}


@pytest.mark.parametrize("untrusted", [False, True], ids=["own", "fork"])
@pytest.mark.parametrize("width_px", [390, 1280])
@pytest.mark.parametrize("is_dark", [False, True], ids=["light", "dark"])
def test_everyone_can_use_a_preview_and_nothing_of_ours_is_forbidden(
    browser: Browser, tmp_path: Path, root: Path, address: str, *, untrusted: bool, width_px: int, is_dark: bool
) -> None:
    axe = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
    published_at(previewed(tmp_path / "blog", BLOG, untrusted=untrusted).site, root)
    context = browser.new_context(
        viewport={"width": width_px, "height": 800},
        color_scheme="dark" if is_dark else "light",
        reduced_motion="reduce",
    )

    for path in ("/words/", "/", "/search/"):
        seen = watched(context, address)
        seen.page.goto(f"{address}{BELOW}{path}")
        assert seen.complaints == []
        assert seen.page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")
        assert seen.page.inner_text(".notice") == "Preview of pull request #7 at 1a2b3c4 — not the published blog"
        seen.page.evaluate(axe)
        found = seen.page.evaluate("axe.run()")["violations"]
        assert [f"{one['id']}: {node['html'][:200]}" for one in found for node in one["nodes"]] == []
        if path == "/search/":
            seen.page.fill("#_query", "words")
            expect(seen.page.locator(".search-status")).to_have_text("2 pages found")
        left(seen.page)
    context.close()
