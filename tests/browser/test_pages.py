"""What readers of this repository's own blog get, in a real browser."""

from importlib.resources import files
from pathlib import Path

import pytest

from tests.browser.conftest import NARROW, WIDE, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

# One of each kind of page.
PAGES = {
    "home": "/",
    "notebook": "/posts/welcome/",
    "post": "/posts/from-folder-to-blog/",
    "page": "/about/",
    "docs": "/docs/cells/",
    "writing": "/docs/writing/",
    "tags": "/tags/",
    "search": "/search/",
    "missing": "/404.html",
}

every_page = pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
light_and_dark = pytest.mark.parametrize("is_dark", [False, True], ids=["light", "dark"])
narrow_and_wide = pytest.mark.parametrize("width_px", [NARROW, WIDE])

# Everything the page moved after it had shown it, from the first frame on.
LAYOUT_SHIFT = """() => new Promise(done => {
    let moved = 0;
    new PerformanceObserver(list => { for (const entry of list.getEntries()) moved += entry.value; })
        .observe({type: "layout-shift", buffered: true});
    setTimeout(() => done(moved), 300);
})"""

WIDER_THAN_THE_SCREEN = """() => {
    const wide = [...document.querySelectorAll("main *, header *, footer *")].filter(element => {
        if (element.getBoundingClientRect().right <= innerWidth + 1) return false;
        for (let box = element.parentElement; box; box = box.parentElement)
            if (box !== document.body && getComputedStyle(box).overflowX !== "visible") return false;
        return true;
    });
    return {scrolls: document.scrollingElement.scrollWidth > innerWidth,
            because: wide.slice(0, 5).map(element => element.outerHTML.slice(0, 120))};
}"""


EVERYTHING_ONE_CAN_USE = """() => {
    const all = [...document.querySelectorAll("a[href], button, summary, input, select, textarea, [tabindex='0']")]
        .filter(element => element.checkVisibility() && !element.disabled);
    window.missed = () => all.filter(element => !("reached" in element.dataset)).map(element => element.outerHTML);
    return all.length;
}"""


@pytest.fixture(scope="module")
def axe() -> str:
    return (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")


@every_page
@light_and_dark
@narrow_and_wide
def test_everyone_can_use_the_page(visitor: Visitor, axe: str, path: str, is_dark: bool, width_px: int) -> None:
    page = visitor.open(path, width_px=width_px, is_dark=is_dark).page

    page.evaluate(axe)
    found = page.evaluate("axe.run()")

    assert [
        f"{violation['id']}: {violation['help']}: {node['html'][:200]} {node['failureSummary'][:300]}"
        for violation in found["violations"]
        for node in violation["nodes"][:5]
    ] == []


@every_page
@narrow_and_wide
def test_no_page_scrolls_sideways(visitor: Visitor, path: str, width_px: int) -> None:
    page = visitor.open(path, width_px=width_px).page

    assert page.evaluate(WIDER_THAN_THE_SCREEN) == {"scrolls": False, "because": []}


@every_page
def test_a_page_asks_its_own_host_alone_and_everything_is_there(visitor: Visitor, path: str) -> None:
    visit = visitor.open(path)
    # Half a second without a request: what scripts ask for later counts too.
    visit.page.wait_for_load_state("networkidle")

    assert [url for url in visit.requests if not url.startswith((visitor.address, "data:"))] == []
    assert visit.failures == []
    assert visit.complaints == []


@every_page
@narrow_and_wide
def test_nothing_moves_once_it_is_shown(visitor: Visitor, path: str, width_px: int) -> None:
    page = visitor.open(path, width_px=width_px).page

    assert page.evaluate(LAYOUT_SHIFT) == 0


@every_page
def test_everything_is_there_to_read_without_scripts(visitor: Visitor, path: str) -> None:
    without = visitor.open(path, has_scripts=False).page.locator("main").inner_text()
    with_scripts = visitor.open(path).page.locator("main").inner_text()

    missing = set(with_scripts.split()) - set(without.split())

    # What scripts add are controls, not words to read.
    assert len(missing) <= 12, sorted(missing)


@pytest.mark.parametrize("path", ["/", "/posts/welcome/"])
def test_the_keyboard_reaches_the_content_first_and_then_everything(visitor: Visitor, path: str) -> None:
    page = visitor.open(path).page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')").startswith("#")
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash !== '' && document.activeElement.tagName") == "MAIN"

    page = visitor.open(path).page
    wanted = page.evaluate(EVERYTHING_ONE_CAN_USE)
    for _ in range(wanted + 5):
        page.keyboard.press("Tab")
        page.evaluate("document.activeElement.dataset.reached = ''")

    assert page.evaluate("missed()") == []


def test_the_address_of_nothing_shows_the_page_for_that(visitor: Visitor, own_site: Path) -> None:
    visit = visitor.open("/no/such/page/")

    assert visit.failures == [f"{visitor.address}/no/such/page/"]
    assert visit.page.locator("main").inner_text() == visitor.open("/404.html").page.locator("main").inner_text()
