"""Headings and their ids."""

import pytest

from generator.markup.headings import heading_id
from generator.markup.scope import IdStyle
from generator.model.document import Heading
from tests.markup.making import POST, html, made, made_of_cells, post


@pytest.mark.parametrize(
    ("text", "notebook", "post_id"),
    [
        ("Example 1: DropDown", "Example-1:-DropDown", "example-1-dropdown"),
        ("Boxes / Callouts", "Boxes-/-Callouts", "boxes--callouts"),
        ("98.7; Dope", "98.7;-Dope", "987-dope"),
        ("A & B -- c", "A-&-B----c", "a--b--c"),
        ("Was ist_das? Größe", "Was-ist_das?-Größe", "was-ist_das-größe"),
        ("中文 标题", "中文-标题", "中文-标题"),
        ("How it all started ...", "How-it-all-started-...", "how-it-all-started-"),
    ],
)
def test_ids_as_they_were_published(text: str, notebook: str, post_id: str) -> None:
    assert heading_id(text, IdStyle.NOTEBOOK) == notebook
    assert heading_id(text, IdStyle.KRAMDOWN) == post_id


@pytest.mark.parametrize(
    ("source", "anchor"),
    [
        ("## **Bold** `code` [link](https://x.org)", "Bold-code-link"),
        ("## $Q. E. D$", "$Q.-E.-D$"),
        ("## R&D &amp; more", "R&D-&-more"),
        ("## Party :tada:", "Party-:tada:"),
        ("## What's up?", "What's-up?"),
        ("## Closed ##", "Closed"),
        ("## a <b", "a-<b"),
    ],
)
def test_an_id_is_the_text_a_reader_sees(source: str, anchor: str) -> None:
    assert [heading.anchor for heading in made(source).scope.headings] == [anchor]


def test_a_heading_links_to_itself() -> None:
    assert html('## A "b" & c') == (
        '<h2 id="A-&quot;b&quot;-&amp;-c">A "b" &amp; c<a class="anchor" href="#A-&quot;b&quot;-&amp;-c" '
        'aria-label="Link to “A &quot;b&quot; &amp; c”">#</a></h2>'
    )


def test_equal_headings_of_a_document_are_numbered() -> None:
    cells = ["# Summary\n\n# Summary", "# Summary"]

    assert [heading.anchor for heading in made_of_cells(cells).scope.headings] == ["Summary", "Summary-1", "Summary-2"]


def test_an_id_the_author_wrote_wins() -> None:
    result = made("# A {#b .c}\n\n# D\n{: #e}\n\n# b", POST)

    assert [heading.anchor for heading in result.scope.headings] == ["b", "e", "b-1"]
    assert '<h1 id="b" class="c">A<a' in result.html


def test_a_heading_of_signs_only_has_an_id_all_the_same() -> None:
    assert [heading.anchor for heading in made("# ???", POST).scope.headings] == ["section"]


def test_headings_are_kept_for_a_table_of_contents() -> None:
    assert made("# A *b* [c](https://x.org) $x$").scope.headings == [
        Heading(1, "A-b-c-$x$", "A <em>b</em> c <math><mi>x</mi></math>", "A b c $x$")
    ]


@pytest.mark.parametrize("toc", ["* TOC\n{:toc}", "1. x\n{: toc}", "[TOC]", "[[toc]]"])
def test_a_table_of_contents_where_the_author_wants_it(toc: str) -> None:
    shown = post(f"{toc}\n\n# A\n\n## B\n\n# C\n\n# D\n{{: .no_toc}}")

    assert shown.startswith(
        '<nav class="toc-inline" aria-label="Contents"><ul><li><a href="#a">A</a>'
        '<ul><li><a href="#b">B</a></li></ul></li>'
        '<li><a href="#c">C</a></li></ul></nav>\n<h1 id="a">'
    )


def test_emoji_show_in_a_heading_but_not_in_its_id() -> None:
    assert '<h2 id="party-tada">Party 🎉<a' in post("## Party :tada:")
