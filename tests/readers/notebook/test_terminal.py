"""Printed text as a terminal would show it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.readers.notebook.terminal import on_a_terminal


@pytest.mark.parametrize(
    ("printed", "html", "text"),
    [
        ("a < b & c", "a &lt; b &amp; c", "a < b & c"),
        ("\x1b[31mred\x1b[0m plain", '<span class="ansi-red-fg">red</span> plain', "red plain"),
        ("\x1b[1;92mloud\x1b[m", '<span class="ansi-green-intense-fg ansi-bold">loud</span>', "loud"),
        ("\x1b[38;5;200mpink", '<span class="ansi-shade-fg" style="--fg: #ff00d7">pink</span>', "pink"),
        ("\x1b[48;2;1;2;3mdark", '<span class="ansi-shade-bg" style="--bg: #010203">dark</span>', "dark"),
        ("\x1b[7mturned", '<span class="ansi-default-inverse-fg ansi-default-inverse-bg">turned</span>', "turned"),
        ("\x1b[3;4mboth", '<span class="ansi-italic ansi-underline">both</span>', "both"),
        ("\x1b[38m half a colour", " half a colour", " half a colour"),
        ("\x1b]8;;https://example.org\x1b\\link\x1b]8;;\x1b\\", "link", "link"),
    ],
)
def test_colours_become_classes_and_other_shades_variables(printed: str, html: str, text: str) -> None:
    assert on_a_terminal(printed) == (html, text)


@pytest.mark.parametrize(
    ("printed", "left"),
    [
        ("\r 10%|#   |\r 50%|##  |\r100%|####|\ndone", "100%|####|\ndone"),
        ("long line\rshort", "shortline"),
        ("long line\r\x1b[Kshort", "short"),
        ("abc\b\bX", "aXc"),
        ("one\r\ntwo\r\n", "one\ntwo\n"),
        ("first\nsecond\x1b[A\rFIRST", "FIRST\nsecond"),
        ("a\x1b[3Cb", "a   b"),
        ("gone\x1b[2K\rhere", "here"),
        ("bell\x07 and \x00null", "bell and null"),
    ],
)
def test_a_progress_bar_collapses_to_its_last_state(printed: str, left: str) -> None:
    assert on_a_terminal(printed)[1] == left


def test_colour_survives_being_overwritten() -> None:
    assert on_a_terminal("plain\r\x1b[31mre")[0] == '<span class="ansi-red-fg">re</span>ain'


_PIECES = st.sampled_from(
    ["\r", "\n", "\b", "\x1b[", "\x1b", "m", "K", "A", "C", "1;31", "999", "<", "text", "\x9b", ";"]
)


@given(st.lists(_PIECES, max_size=60).map("".join))
def test_no_control_character_reaches_the_page(printed: str) -> None:
    html, text = on_a_terminal(printed)

    assert not any(character < " " and character != "\n" for character in html + text)


def test_a_hostile_stream_costs_neither_time_nor_memory() -> None:
    moves = "\x1b[99999Gx\x1b[1K\x1b[B\x1b[A" * 2_000

    assert len(on_a_terminal("row\n" * 100 + moves)[0]) < 10_000
