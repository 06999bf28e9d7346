"""The part of a page before the author's own mark."""

import pytest

from generator.readers.excerpt import split_excerpt


@pytest.mark.parametrize(
    "marker",
    ["<!-- more -->", "<!--more-->", "<!-- TEASER_END -->", "<!-- PELICAN_END_SUMMARY -->", "<p><!-- more --></p>"],
)
def test_the_excerpt_ends_where_the_author_says(marker: str) -> None:
    assert split_excerpt(f"<p>a</p>\n{marker}\n<p>b</p>") == ("<p>a</p>\n<p>b</p>", "<p>a</p>\n")


def test_an_excerpt_closes_what_it_opened() -> None:
    html = '<div class="note"><p>a <em>b<br> <!-- more --> c</em></p></div>'

    assert split_excerpt(html)[1] == '<div class="note"><p>a <em>b<br> </em></p></div>'


def test_a_body_without_a_marker_has_no_excerpt() -> None:
    assert split_excerpt("<p>a</p><!-- moreover -->") == ("<p>a</p><!-- moreover -->", "")
