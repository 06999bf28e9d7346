"""Raw HTML: kept as it is, Markdown inside where a blank line says so, nothing left open."""

import pytest

from tests.markup.making import html, made, made_of_cells, post


@pytest.mark.parametrize(
    "raw",
    [
        '<div class="x">\n*a* <b>\n</b></div>',
        "<center>**a**</center>",
        "<table>\n<tr><td>\n\n*a*\n\n</td></tr>\n</table>",
        "<script>\nif (a < b && c) { $x$ = '{{ y }}' }\n\n</script>",
        "<style>\n\na > b { c: d }\n</style>",
        "<pre>\n*a*\n\n$x$ {{ y }}</pre>",
        "<!-- a\n\n*b* -->",
        "<hr>",
        '<svg viewBox="0 0 1 1"><path d="M0"/></svg>',
        '<p align="center">\n\n<b>a</b>\n\n</p>',
    ],
)
def test_raw_html_is_kept(raw: str) -> None:
    result = made(f"a\n\n{raw}\n\nb")

    assert result.html == f"<p>a</p>\n{raw}\n<p>b</p>"
    assert result.problems == []


def test_markdown_after_a_blank_line() -> None:
    assert html("<details>\n<summary>S</summary>\n\n**a**\n\n```\nb\n```\n\n</details>\nc") == (
        "<details>\n<summary>S</summary>\n<p><strong>a</strong></p>\n"
        '<div class="highlight"><pre tabindex="0"><code>b\n</code></pre></div>\n</details>\n<p>c</p>'
    )
    assert html("<div align='center'>\n\n*a*\n\n</div>") == "<div align='center'>\n<p><em>a</em></p>\n</div>"
    assert html("<details><summary>S</summary>\n<p>\n\n- a\n\n</p>\n</details>") == (
        "<details>\n<summary>S</summary>\n<p>\n<ul>\n<li>a</li>\n</ul>\n</p>\n</details>"
    )


def test_markdown_where_the_attribute_says_so() -> None:
    assert html('<div markdown="1" class="x">\n*a*\n</div>') == '<div class="x">\n<p><em>a</em></p>\n</div>'


def test_markdown_indented_with_its_element_is_no_code() -> None:
    assert (
        html("<details>\n\n    a\n\n    - b\n\n</details>")
        == "<details>\n<p>a</p>\n<ul>\n<li>b</li>\n</ul>\n</details>"
    )


def test_posts_that_nbconvert_generated_are_not_parsed_again() -> None:
    generated = '<div class="container" id="notebook-container">\n\n    <div>\n\n    *a*\n</div>\n\n</div>'

    assert post(f"<!--\n### DO NOT EDIT ###\n-->\n\n{generated}").endswith(generated)


def test_raw_marks_of_generated_posts_vanish() -> None:
    assert (
        post("<div>\n    {% raw %}\n<b>{{ x }}</b>\n    {% endraw %}\n</div>").split()
        == "<div> <b>{{ x }}</b> </div>".split()
    )


def test_an_element_left_open_does_not_swallow_the_next_cell() -> None:
    assert made_of_cells(["<div>\n<b>a", "c</div>"]).html == "<div>\n<b>a\n</b></div>\n<p>c</p>"


def test_a_comment_left_open_hides_nothing_but_its_own_cell() -> None:
    assert made_of_cells(["a\n\n<!-- b", "c"]).html == "<p>a</p>\n<!-- b-->\n<p>c</p>"


def test_the_authors_excerpt_mark_can_be_found() -> None:
    assert html("a\n\n<!-- more -->\n\nb") == "<p>a</p>\n<!-- more -->\n<p>b</p>"
    assert html("a <!--more--> b") == "<p>a <!--more--> b</p>"


def test_math_and_liquid_work_in_raw_html_but_not_in_its_attributes() -> None:
    assert post('<div title="$a$ {{ page.t }}">$x$ {{ page.t }}</div>', page={"t": "T"}) == (
        '<div title="$a$ T"><math><mi>x</mi></math> T</div>'
    )
