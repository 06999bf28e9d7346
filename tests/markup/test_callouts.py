"""Callouts in every spelling, one shape; quotes that are none stay quotes."""

import pytest

from tests.markup.making import html

_NOTE = (
    '<aside class="callout callout-note" role="note"><p class="callout-title">Note</p>\n<p>a <em>b</em></p>\n</aside>'
)


@pytest.mark.parametrize(
    "text",
    [
        "> Note: a *b*",
        "> note : a *b*",
        "> **Note:** a *b*",
        "> **Note**: a *b*",
        ">Note: a *b*",
        "> [!NOTE]\n> a *b*",
        "> [!note]\n> a *b*",
        "::: {.callout-note}\na *b*\n:::",
        "::: {.callout-note}\n\na *b*\n\n:::",
        ":::{note}\na *b*\n:::",
        "```{note}\na *b*\n```",
        "~~~{note}\na *b*\n~~~",
        "!!! note\n    a *b*",
        '!!! info "Note"\n    a *b*',
    ],
)
def test_all_spellings_give_one_shape(text: str) -> None:
    assert html(text) == _NOTE


def test_jupyters_alert_boxes_are_callouts() -> None:
    alert = '<div class="alert alert-block alert-{0}">\n{1}\n</div>'

    assert html(alert.format("info", "a *b*")).replace("Info", "Note") == _NOTE
    assert html(alert.format("warning", "<p>a</p>")) == (
        '<aside class="callout callout-warning" role="note"><p class="callout-title">Warning</p>\n<p>a</p>\n</aside>'
    )
    assert html(alert.format("success", "<b>Tip:</b> a")).startswith(
        '<aside class="callout callout-tip" role="note"><p class="callout-title">Tip</p>\n<p>a</p>'
    )


@pytest.mark.parametrize(("word", "kind"), [("Tip", "tip"), ("IMPORTANT", "important"), ("warning", "warning")])
def test_the_other_words_of_fastpages(word: str, kind: str) -> None:
    title = word.capitalize()

    assert html(f"> {word}: a") == (
        f'<aside class="callout callout-{kind}" role="note"><p class="callout-title">{title}</p>\n<p>a</p>\n</aside>'
    )


@pytest.mark.parametrize("word", ["Answer", "Ans", "Credit", "Aside", "Side Note", "Bonus Challenge", "Terminology"])
def test_quotes_that_begin_with_any_other_word_stay_quotes(word: str) -> None:
    assert html(f"> {word}: a") == f"<blockquote>\n<p>{word}: a</p>\n</blockquote>"


def test_a_callout_of_several_lines_holds_lists_code_and_math() -> None:
    assert html("> Note: a\n> b\n>\n> - c `d`\n>\n> ```\n> e\n> ```\n>\n> $x$") == (
        '<aside class="callout callout-note" role="note"><p class="callout-title">Note</p>\n<p>a\nb</p>\n'
        "<ul>\n<li>c <code>d</code></li>\n</ul>\n"
        '<div class="highlight"><pre tabindex="0"><code>e\n</code></pre></div>\n'
        "<p><math><mi>x</mi></math></p>\n</aside>"
    )


def test_two_callouts_one_below_the_other_are_two() -> None:
    assert html("> Note: a\n> Tip: b").count("<aside") == 2
    assert html("> Note: a\n\n> Tip: b").count("<aside") == 2


def test_a_callout_ends_with_its_quote() -> None:
    assert html("> Note: a\n\nb").endswith("</aside>\n<p>b</p>")
    assert html("> quote\n\nList:\n- a\n- b") == (
        "<blockquote>\n<p>quote</p>\n</blockquote>\n<p>List:</p>\n<ul>\n<li>a</li>\n<li>b</li>\n</ul>"
    )


def test_a_callout_in_an_item() -> None:
    assert html("- a\n\n  > Note: b") == (
        '<ul>\n<li><p>a</p>\n<aside class="callout callout-note" role="note"><p class="callout-title">Note</p>\n'
        "<p>b</p>\n</aside></li>\n</ul>"
    )


@pytest.mark.parametrize("code", ["```\n{0}\n```", "    {0}", "`{0}`"])
@pytest.mark.parametrize(
    "text", ["> Note: a", "> [!NOTE] a", "!!! note", "::: {.callout-note}", "> youtube: https://youtu.be/a"]
)
def test_never_within_code(code: str, text: str) -> None:
    shown = html(code.format(text))

    assert text.replace(">", "&gt;") in shown
    assert "callout callout" not in shown


@pytest.mark.parametrize(
    ("text", "is_open"),
    [
        ('??? tip "T"\n    a', False),
        ('???+ tip "T"\n    a', True),
        ('::: {.callout-tip collapse="true"}\n## T\na\n:::', False),
        ('::: {.callout-tip collapse="false" title="T"}\na\n:::', True),
        ("> [!TIP]- T\n> a", False),
        ("> [!TIP]+ T\n> a", True),
        ("```{tip} T\n:class: dropdown\na\n```", False),
    ],
)
def test_folded_callouts(text: str, is_open: bool) -> None:
    state = " open" if is_open else ""

    assert html(text) == (
        f'<details class="callout callout-tip"{state}><summary class="callout-title">T</summary>\n<p>a</p>\n</details>'
    )


def test_titles_are_markdown() -> None:
    assert '<p class="callout-title">a <code>b</code> &lt; c</p>' in html("> [!NOTE] a `b` < c\n> d")
    assert '<p class="callout-title">a <code>b</code></p>' in html('!!! note "a `b`"\n    d')


@pytest.mark.parametrize(
    ("word", "kind"), [("danger", "caution"), ("hint", "tip"), ("example", "note"), ("attention", "warning")]
)
def test_words_of_other_tools_mean_one_of_five(word: str, kind: str) -> None:
    assert f'class="callout callout-{kind}"' in html(f"!!! {word}\n    a")
    assert f'<p class="callout-title">{word.capitalize()}</p>' in html(f"!!! {word}\n    a")


def test_admonitions_go_on_over_blank_lines() -> None:
    assert html("!!! note\n    a\n\n    b\n\nc").endswith("<p>a</p>\n<p>b</p>\n</aside>\n<p>c</p>")


def test_containers_nest() -> None:
    assert html("::: {.callout-note}\na\n\n:::: {.inner #x}\nb\n::::\n:::") == (
        '<aside class="callout callout-note" role="note"><p class="callout-title">Note</p>\n<p>a</p>\n'
        '<div id="x" class="inner">\n<p>b</p>\n</div>\n</aside>'
    )


def test_what_is_left_open_is_closed_at_the_end() -> None:
    assert html("::: {.callout-note}\na").endswith("<p>a</p>\n</aside>")
    assert html("```{note}\na").endswith("<p>a</p>\n</aside>")


def test_a_mark_that_closes_nothing_stays_text() -> None:
    assert html(":::\n\na ::: b") == "<p>:::</p>\n<p>a ::: b</p>"
