"""How deep HTML may nest."""

import pytest

from generator.markup.depth import shallow
from generator.markup.sanitise import clean


def test_what_is_not_too_deep_is_left_alone() -> None:
    page = "<div><p>a<p>b<br><ul><li>c<li>d</ul></div>\n" * 500

    assert shallow(page) == page


def test_a_long_table_without_closing_tags_keeps_its_rows() -> None:
    table = "<table>" + "<tr><td>a<td>b" * 500 + "</table>"

    assert shallow(table) == table


def test_tags_too_deep_go_and_words_stay() -> None:
    deep = "<div>" * 300 + "a" + "</div>" * 300 + "<b>c</b>"

    assert shallow(deep) == "<div>" * 200 + "a" + "</div>" * 200 + "<b>c</b>"


@pytest.mark.parametrize(
    "evil",
    [
        "<div>",
        "<!--><div>",
        '<div title="</div>">',
        "<div/>",
        "<nosuch>",
        "<div><title></div></title>",
        '<div "a><b>',
    ],
)
def test_cleaning_has_no_depth_to_suffer_from(evil: str) -> None:
    closed = clean(evil * 20_000).count("</div>")

    assert closed <= 200
