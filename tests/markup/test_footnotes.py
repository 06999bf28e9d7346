"""Footnotes in every spelling, over all cells of a document."""

from tests.markup.making import NOTEBOOK, html, made, made_of_cells, post

_BACK = 'class="reversefootnote" role="doc-backlink" aria-label="Back to the text">↩</a>'


def _mark(label: str, number: int = 1, repeat: str = "") -> str:
    link = f'<a href="#fn:{label}" role="doc-noteref">{number}</a>'
    return f'<sup id="fnref:{label}{repeat}" class="footnote-ref">{link}</sup>'


def _notes(*items: str) -> str:
    return '\n<div class="footnotes" role="doc-endnotes">\n<ol>\n' + "\n".join(items) + "\n</ol>\n</div>\n"


def test_a_footnote_keeps_kramdowns_ids() -> None:
    note = f'<li id="fn:1"><p>Note <em>b</em>. <a href="#fnref:1" {_BACK}</p></li>'

    assert post("a[^1]\n\n[^1]: Note *b*.") == f"<p>a{_mark('1')}</p>{_notes(note)}"


def test_notes_are_numbered_as_they_are_met() -> None:
    shown = html("a[^z] b[^y]\n\n[^y]: Y\n[^z]: Z")

    assert f"<p>a{_mark('z', 1)} b{_mark('y', 2)}</p>" in shown
    assert shown.index('<li id="fn:z">') < shown.index('<li id="fn:y">')


def test_a_note_defined_in_another_cell_is_found() -> None:
    note = f'<li id="fn:1"><p>N <a href="#fnref:1" {_BACK}</p></li>'

    assert made_of_cells(["a[^1]", "[^1]: N"]).html == f"<p>a{_mark('1')}</p>\n{_notes(note)}"


def test_a_note_used_twice_has_two_ways_back() -> None:
    shown = html("a[^1] b[^1]\n\n[^1]: N")

    assert f"<p>a{_mark('1')} b{_mark('1', 1, ':1')}</p>" in shown
    assert f'<p>N <a href="#fnref:1" {_BACK} <a href="#fnref:1:1" {_BACK}</p>' in shown


def test_a_note_nobody_defines_stays_and_is_told() -> None:
    result = made("a[^1]")

    assert result.html == "<p>a[^1]</p>"
    assert result.problems == [f"missing-footnote {NOTEBOOK}, cell 1, line 1: nothing defines the footnote `[^1]`"]


def test_a_note_nobody_uses_is_not_shown() -> None:
    assert html("a\n\n[^1]: N") == "<p>a</p>"


def test_a_note_holds_paragraphs_and_code() -> None:
    shown = html("a[^1]\n\n[^1]: N\n\n    more\n\n    ```\n    x\n    ```")

    assert (
        '<p>N</p>\n<p>more</p>\n<div class="highlight"><pre tabindex="0"><code>x\n</code></pre></div>\n<p><a' in shown
    )


def test_a_note_may_use_another() -> None:
    shown = html("a[^1]\n\n[^1]: N[^2]\n[^2]: M")

    assert f"<p>N{_mark('2', 2)} " in shown
    assert '<li id="fn:2"><p>M ' in shown


def test_a_note_where_it_is_used() -> None:
    note = f'<li id="fn:inline-1"><p>N <em>b</em> <a href="#fnref:inline-1" {_BACK}</p></li>'

    assert html("a^[N *b*]") == f"<p>a{_mark('inline-1')}</p>{_notes(note)}"


def test_links_in_notes_are_references() -> None:
    assert made("a[^1]\n\n[^1]: [b](c.ipynb#d)").refs == [("file", "_notebooks/c.ipynb", "#d")]


def test_marks_in_code_are_code() -> None:
    assert html("`[^1]`\n\n[^1]: N") == "<p><code>[^1]</code></p>"


def test_notes_of_both_kinds_share_one_row_of_numbers() -> None:
    shown = html("a{% fn 1 %} b[^a]\n\n{{ 'N' | fndetail: 1 }}\n\n[^a]: A")

    assert '<sup id="fnref-1" class="footnote-ref"><a href="#fn-1" role="doc-noteref">1</a></sup>' in shown
    assert _mark("a", 2) in shown
    assert '<li id="fn:a" value="2">' in shown
