"""HTML reduced to text, and text that fits where it goes."""

from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.render.plain import reading_minutes, smart, text_of, title_of, without_anchors, xml_safe


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<em>a</em> &amp; b", "a & b"),
        ('<a href="x>y">link</a>  on\ntwo lines', "link on two lines"),
        ("1 &lt; 2 < 3", "1 < 2 < 3"),
        ("a<!-- hidden -->b", "ab"),
    ],
)
def test_inline_html_is_one_line_of_text(html: str, text: str) -> None:
    assert text_of(html) == text


def test_a_title_with_a_formula_is_text_as_the_author_wrote_it() -> None:
    assert title_of("On <math><msup><mi>x</mi><mn>2</mn></msup></math>", "On $x^2$") == "On $x^2$"


def test_a_title_loses_its_links_but_not_their_words() -> None:
    assert without_anchors('See <a href="/x">the <b>post</b></a>') == "See the <b>post</b>"


@pytest.mark.parametrize(
    ("straight", "curly"),
    [
        ("Kai's Master Thesis Blog", "Kai’s Master Thesis Blog"),
        ('He said "no" ("never")', "He said “no” (“never”)"),
        ("'tis -- or --- ...", "‘tis – or — …"),
        ("[Kaggle] What's cooking ?", "[Kaggle] What’s cooking ?"),
    ],
)
def test_quotes_are_set_as_jekyll_set_them_in_titles(straight: str, curly: str) -> None:
    assert smart(straight) == curly


@given(st.text())
def test_text_made_safe_for_xml_can_be_parsed(text: str) -> None:
    safe = xml_safe(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")

    assert ET.fromstring(f"<a>{safe}</a>".encode("utf-8", "strict")).tag == "a"


@pytest.mark.parametrize(("words", "minutes"), [(0, 1), (200, 1), (201, 2), (401, 3)])
def test_reading_takes_a_minute_per_200_words(words: int, minutes: int) -> None:
    assert reading_minutes(words) == minutes
