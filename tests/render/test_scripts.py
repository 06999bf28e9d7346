"""What our few scripts do, in a real browser, on a site that is served from memory."""

import json
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route

from generator.model.body import Body
from tests.render.making import Made, headings, made, post, rules, site

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

ADDRESS = "http://blog.test"
CODE = (
    '<div class="highlight"><pre tabindex="0"><code><span class="lineno">1</span>a = 1\n'
    '<span class="lineno">2</span>b = 2\n</code></pre></div>'
)
BODIES = {
    "rain": Body("<p>x</p>", text="What the weather does: rain on Tuesdays, and again RAIN on Fridays. Çedilla."),
    "sun": Body(CODE, text="Nothing but sun, and one drop of rain."),
}


@pytest.fixture(scope="module")
def blog() -> Made:
    posts = (
        post("/rain/", title="On <weather>", body="rain", day=2),
        post("/sun/", title="Rain and sun", body="sun", headings=headings("2 A", "2 B")),
    )
    return made(site(*posts), replace(rules(), baseurl="/b"), bodies=BODIES)


@pytest.fixture
def context(browser: Browser, blog: Made) -> Iterator[BrowserContext]:
    files = {file.path: file for file in blog.files}
    kinds = {"css": "text/css", "js": "text/javascript", "json": "application/json", "svg": "image/svg+xml"}

    def answer(route: Route) -> None:
        path = urlsplit(route.request.url).path.removeprefix("/b/")
        path += "index.html" if path.endswith("/") or not path else ""
        if path in files:
            route.fulfill(body=files[path].make(), content_type=kinds.get(path.rsplit(".")[-1], "text/html"))
        else:
            route.fulfill(status=404, body="")

    context = browser.new_context(color_scheme="light", viewport={"width": 1280, "height": 800})
    context.route("**/*", answer)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


def ground(page: Page) -> str:
    return str(page.evaluate("getComputedStyle(document.body).backgroundColor"))


def test_search_finds_words_and_marks_them_best_first(page: Page) -> None:
    page.goto(f"{ADDRESS}/b/search/")
    page.locator("#_query").fill("rain")
    page.wait_for_selector(".search-results li")

    found = page.locator(".search-results .card-title a")

    assert found.all_inner_texts() == ["Rain and sun", "On <weather>"]
    assert [link.get_attribute("href") for link in found.all()] == ["/b/sun/", "/b/rain/"]
    assert page.locator(".search-results mark").all_inner_texts() == ["Rain", "rain", "rain", "RAIN"]
    assert page.locator(".search-status").inner_text() == "2 pages found"


def test_search_asks_for_every_word_and_overlooks_case_and_accents(page: Page) -> None:
    page.goto(f"{ADDRESS}/b/search/?q=TUESDAYS%20cedilla")
    page.wait_for_selector(".search-results li")

    assert page.locator(".search-results .card-title").all_inner_texts() == ["On <weather>"]


@pytest.mark.parametrize("words", ["zebra", "(", "[.*", "\\", "rain zebra"])
def test_search_says_when_there_is_nothing(page: Page, words: str) -> None:
    page.goto(f"{ADDRESS}/b/search/")
    page.locator("#_query").fill(words)

    page.wait_for_function("document.querySelector('.search-status').textContent !== ''")

    assert page.locator(".search-status").inner_text() == "No pages found"


def test_a_search_can_be_shared_by_its_address(page: Page) -> None:
    page.goto(f"{ADDRESS}/b/search/")
    page.locator("#_query").fill("sun & rain")
    page.wait_for_function("document.querySelector('.search-status').textContent !== ''")

    assert page.url == f"{ADDRESS}/b/search/?q=sun%20%26%20rain"


def test_records_that_do_not_come_are_said_to_be_missing(page: Page) -> None:
    page.route("**/search-data.json", lambda route: route.abort())
    page.goto(f"{ADDRESS}/b/search/")
    page.locator("#_query").fill("rain")

    page.wait_for_function("document.querySelector('.search-status').textContent.includes('could not be loaded')")
    assert page.locator(".search-results a").count() == 0


def test_a_reader_may_choose_dark_and_finds_it_so_on_the_next_page(page: Page) -> None:
    page.goto(f"{ADDRESS}/b/")
    light = ground(page)
    page.locator(".theme-toggle").click()
    dark = ground(page)
    page.goto(f"{ADDRESS}/b/rain/")

    assert (dark != light, ground(page)) == (True, dark)

    page.locator(".theme-toggle").click()
    assert (ground(page), page.evaluate("localStorage.length")) == (light, 0)


def test_code_is_copied_without_its_line_numbers(context: BrowserContext, page: Page) -> None:
    page.add_init_script(
        "Object.defineProperty(navigator, 'clipboard', {value: {writeText: async text => { window.copied = text; }}})"
    )
    page.goto(f"{ADDRESS}/b/sun/")
    page.locator(".highlight").hover()
    page.locator(".copy").click()

    page.wait_for_function("window.copied !== undefined")

    assert json.loads(page.evaluate("JSON.stringify([copied, document.querySelector('.copy').textContent])")) == [
        "a = 1\nb = 2",
        "Copied",
    ]


def test_the_table_of_contents_stands_open_beside_the_text_and_closed_above_it(context: BrowserContext) -> None:
    wide = context.new_page()
    wide.goto(f"{ADDRESS}/b/sun/")
    narrow = context.new_page()
    narrow.set_viewport_size({"width": 390, "height": 800})
    narrow.goto(f"{ADDRESS}/b/sun/")

    assert wide.locator(".toc a").first.is_visible()
    assert not narrow.locator(".toc a").first.is_visible()
