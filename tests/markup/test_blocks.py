"""Paragraphs, headings, lists, tables, quotes and what stands between them."""

import pytest

from tests.markup.making import html, made, post


def test_a_list_may_break_into_a_paragraph() -> None:
    assert html("Text:\n- a\n- b") == "<p>Text:</p>\n<ul>\n<li>a</li>\n<li>b</li>\n</ul>"


def test_two_spaces_are_enough_to_nest_a_list() -> None:
    assert html("- a\n  - b\n- c") == "<ul>\n<li>a\n<ul>\n<li>b</li>\n</ul></li>\n<li>c</li>\n</ul>"


def test_four_spaces_nest_a_list_too() -> None:
    assert html("- a\n    - b") == "<ul>\n<li>a\n<ul>\n<li>b</li>\n</ul></li>\n</ul>"


def test_a_number_with_a_list_below_it_indented_by_two() -> None:
    assert html("1. a\n  - b") == "<ol>\n<li>a\n<ul>\n<li>b</li>\n</ul></li>\n</ol>"


def test_a_list_begins_at_its_own_number() -> None:
    assert html("3) c\n4) d") == '<ol start="3">\n<li>c</li>\n<li>d</li>\n</ol>'


def test_a_blank_line_between_items_makes_paragraphs_of_them() -> None:
    assert html("- a\n\n- b") == "<ul>\n<li><p>a</p></li>\n<li><p>b</p></li>\n</ul>"


def test_another_mark_begins_another_list() -> None:
    assert html("- a\n* b") == "<ul>\n<li>a</li>\n</ul>\n<ul>\n<li>b</li>\n</ul>"


def test_a_paragraph_in_an_item() -> None:
    assert html("1. a\n\n   more\n2. b") == "<ol>\n<li><p>a</p>\n<p>more</p></li>\n<li><p>b</p></li>\n</ol>"


def test_a_year_does_not_begin_a_list_within_a_paragraph() -> None:
    assert html("It was in\n1984. A year.") == "<p>It was in\n1984. A year.</p>"


def test_task_lists_say_what_is_done() -> None:
    assert html("- [ ] a\n- [x] b") == (
        '<ul>\n<li class="task-list-item"><input type="checkbox" disabled aria-label="to do"> a</li>\n'
        '<li class="task-list-item"><input type="checkbox" disabled checked aria-label="done"> b</li>\n</ul>'
    )


def test_a_rule_is_no_list() -> None:
    assert html("* * *\n\n- - -") == "<hr>\n<hr>"


def test_code_is_kept_to_the_letter() -> None:
    assert html("    <b>\n\n    $x$ {{ y }} *z*") == (
        '<div class="highlight"><pre tabindex="0"><code>&lt;b&gt;\n\n$x$ {{ y }} *z*\n</code></pre></div>'
    )


def test_a_definition_list() -> None:
    assert html("term\n: one\n: two") == "<dl>\n<dt>term</dt>\n<dd>one\n</dd>\n<dd>two\n</dd>\n</dl>"


def test_definitions_after_a_blank_line_are_paragraphs() -> None:
    assert html("term\n\n: one\n\n    more") == "<dl>\n<dt>term</dt>\n<dd><p>one</p>\n<p>more</p>\n</dd>\n</dl>"


def test_abbreviations_are_explained_wherever_they_stand() -> None:
    assert html("HTML, XHTML.\n\n*[HTML]: Markup") == '<p><abbr title="Markup">HTML</abbr>, XHTML.</p>'


_TABLE = (
    "<table>\n<thead>\n<tr>\n<th>a</th>\n<th>b</th>\n</tr>\n</thead>\n"
    "<tbody>\n<tr>\n<td>1</td>\n<td>2</td>\n</tr>\n</tbody>\n</table>"
)


@pytest.mark.parametrize("table", ["| a | b |\n|---|---|\n| 1 | 2 |", "a | b\n--|--\n1 | 2"])
def test_a_table_with_or_without_outer_pipes(table: str) -> None:
    assert html(table) == _TABLE


def test_a_table_right_below_a_paragraph_and_text_right_below_it() -> None:
    assert html("Text\n| a | b |\n|---|---|\n| 1 | 2 |\nmore") == f"<p>Text</p>\n{_TABLE}\n<p>more</p>"


def test_columns_are_aligned() -> None:
    assert '<td style="text-align: center;">2</td>' in html("|a|b|\n|-|:-:|\n|1|2|")


def test_a_table_without_a_header() -> None:
    assert html("| 1 | 2 |\n| 3 | 4 |") == (
        "<table>\n<tbody>\n<tr>\n<td>1</td>\n<td>2</td>\n</tr>\n<tr>\n<td>3</td>\n<td>4</td>\n</tr>\n</tbody>\n</table>"
    )


def test_pipes_in_code_and_formulas_divide_no_cells() -> None:
    made_table = html("| a | b |\n|---|---|\n| `x|y` | $|z|$ |")

    assert "<td><code>x|y</code></td>" in made_table
    assert made_table.count("<td>") == 2


def test_an_underlined_heading() -> None:
    assert [(h.level, h.anchor) for h in made("Big\n===\n\nSmall\n---\ntext").scope.headings] == [
        (1, "Big"),
        (2, "Small"),
    ]


def test_notebooks_may_leave_the_space_out_of_a_heading_and_posts_may_not() -> None:
    assert [h.anchor for h in made("#Heading").scope.headings] == ["Heading"]
    assert post("#Heading") == "<p>#Heading</p>"


def test_attributes_on_a_line_of_their_own() -> None:
    assert html("text\n{: .lead #x}") == '<p id="x" class="lead">text</p>'
    assert html("- a\n{: .wide}") == '<ul class="wide">\n<li>a</li>\n</ul>'
    assert html("{: .first}\ntext") == '<p class="first">text</p>'


def test_attributes_of_items_and_tables() -> None:
    assert html("* {:.x} a") == '<ul>\n<li class="x">a</li>\n</ul>'
    assert html("|a|b|\n|-|-|\n|1|2|\n{: .grid}").startswith('<table class="grid">')


def test_braces_that_are_no_attributes_stay_text() -> None:
    assert html("a\n{: not = this}") == "<p>a\n{: not = this}</p>"


def test_a_hard_break() -> None:
    assert html("a  \nb\\\nc") == "<p>a<br>\nb<br>\nc</p>"


def test_a_plain_quote_with_a_list() -> None:
    assert html("> a\n> - b") == "<blockquote>\n<p>a</p>\n<ul>\n<li>b</li>\n</ul>\n</blockquote>"


def test_blank_lines_divide_quotes() -> None:
    assert html("> a\n\n> b") == "<blockquote>\n<p>a</p>\n</blockquote>\n<blockquote>\n<p>b</p>\n</blockquote>"


def test_line_ends_of_windows_change_nothing() -> None:
    assert html("# A\r\n\r\n- b\r\n- c\r\n") == html("# A\n\n- b\n- c\n")


def test_nothing_gives_nothing() -> None:
    assert html("") == html(" \n\t\n") == ""
