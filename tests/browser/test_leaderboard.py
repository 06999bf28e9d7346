"""A leaderboard as readers press it: orders and tags without a script, with a mouse, a key or a screen reader."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import NARROW, WIDE, Visitor
from tests.browser.test_pages import LAYOUT_SHIFT, WIDER_THAN_THE_SCREEN, axe

__all__ = ["axe"]

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

PATH = "/posts/leaderboard/"
narrow_and_wide = pytest.mark.parametrize("width_px", [NARROW, WIDE])
EVERY_DETAIL_OPEN = "document.querySelectorAll('details').forEach(one => one.open = true)"


def shown_runs(page: Page) -> list[str]:
    """Names in the rows that can be seen, from the top."""
    rows = page.locator(".ordered tbody tr:visible th")
    return rows.all_inner_texts()


def shown_ranks(page: Page) -> list[str]:
    return page.locator(".ordered tbody tr:visible td:first-child").all_inner_texts()


def press(page: Page, label: str) -> None:
    page.get_by_role("radio", name=re.compile(rf"^{re.escape(label)}")).check()


def test_one_order_is_seen_and_another_one_when_it_is_pressed_without_scripts(visitor: Visitor) -> None:
    page = visitor.open(PATH, has_scripts=False).page
    assert page.locator(".ordered:visible").count() == 1
    assert shown_runs(page)[:2] == ["two weeks, 08 Nov", "four weeks, 08 Nov"]

    press(page, "worst, lowest first")
    assert page.locator(".ordered:visible").count() == 1
    assert shown_runs(page)[:2] == ["two weeks, 08 Nov", "fading, 08 Nov"]

    press(page, "Newest first")
    assert {name.rpartition(", ")[2] for name in shown_runs(page)[:4]} == {"15 Nov"}
    assert len(shown_runs(page)) == 20


def test_a_tag_leaves_its_rows_with_their_ranks_in_every_order(visitor: Visitor) -> None:
    page = visitor.open(PATH, has_scripts=False).page

    press(page, "fading")
    assert shown_ranks(page) == ["3", "8", "9", "13", "15"]
    assert all(name.startswith("fading,") for name in shown_runs(page))

    press(page, "worst, lowest first")
    assert sorted(shown_ranks(page), key=int) == ["3", "8", "9", "13", "15"]

    press(page, "all")
    assert len(shown_runs(page)) == 20


def test_the_keyboard_goes_from_button_to_button_and_the_table_follows(visitor: Visitor) -> None:
    page = visitor.open(PATH).page
    page.get_by_role("radio", name="error, lowest first").focus()
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.parentElement.innerText.trim()") == "worst, lowest first"
    assert page.locator(".ordered-2").is_visible()

    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.parentElement.innerText.trim()") == "all (20)"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')").endswith(": worst, lowest first")


def test_a_screen_reader_hears_what_the_buttons_choose_and_what_the_table_goes_by(visitor: Visitor) -> None:
    page = visitor.open(PATH).page

    orders = page.get_by_role("group", name="Order", exact=True).get_by_role("radio")
    assert [orders.nth(place).is_checked() for place in range(orders.count())] == [True, False, False]
    assert page.get_by_role("group", name="Tag", exact=True).get_by_role("radio").count() == 5
    assert page.get_by_role("table", name="error, lowest first").count() == 1
    assert page.get_by_role("table", name="worst, lowest first").count() == 0


@pytest.mark.parametrize("is_dark", [False, True], ids=["light", "dark"])
@narrow_and_wide
def test_everyone_can_use_the_board(visitor: Visitor, axe: str, is_dark: bool, width_px: int) -> None:
    page = visitor.open(PATH, width_px=width_px, is_dark=is_dark).page
    page.evaluate(EVERY_DETAIL_OPEN)

    page.evaluate(axe)
    for label in ("error, lowest first", "Newest first", "two weeks"):
        press(page, label)
        found = page.evaluate("axe.run()")
        assert [f"{one['id']}: {one['help']}: {one['nodes'][0]['html'][:200]}" for one in found["violations"]] == []


@narrow_and_wide
def test_a_wide_board_scrolls_within_itself(visitor: Visitor, width_px: int) -> None:
    page = visitor.open(PATH, width_px=width_px).page
    assert page.evaluate(LAYOUT_SHIFT) == 0
    assert page.evaluate(WIDER_THAN_THE_SCREEN) == {"scrolls": False, "because": []}

    region = page.locator(".ordered-1 .table-scroll")
    is_cut = region.evaluate("box => box.scrollWidth > box.clientWidth + 1")
    region.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(300)

    assert is_cut is (width_px == NARROW)
    assert (region.evaluate("box => box.scrollLeft") > 0) is is_cut


def test_two_boards_of_a_page_are_pressed_apart(visitor: Visitor, own_site: Path) -> None:
    board = re.search(
        r'<figure class="runs leaderboard">.*?</figure>',
        (own_site / "posts/leaderboard/index.html").read_text("utf-8"),
        re.DOTALL,
    )
    assert board is not None
    page = visitor.open(PATH).page
    other = re.sub(r'name="board-[0-9a-f]+', 'name="board-other', board[0])
    page.evaluate("html => document.querySelector('.prose').insertAdjacentHTML('beforeend', html)", other)
    first, second = page.locator(".leaderboard").nth(0), page.locator(".leaderboard").nth(1)

    second.get_by_role("radio", name="Newest first").check()

    assert first.locator(".ordered-1").is_visible()
    assert second.locator(".ordered-1").is_hidden()
    assert second.locator(".ordered-3").is_visible()


def test_a_browser_that_cannot_choose_shows_every_order_under_its_name(visitor: Visitor) -> None:
    page = visitor.open(PATH).page
    page.evaluate("document.querySelectorAll('link[rel=stylesheet]').forEach(one => one.remove())")

    assert page.locator(".ordered:visible").count() == 3
    assert page.locator(".ordered caption:visible").all_inner_texts() == [
        "error, lowest first",
        "worst, lowest first",
        "Newest first",
    ]
