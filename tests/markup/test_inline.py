"""Within a line: emphasis, links, images, code, raw tags, emoji, bare addresses."""

import pytest

from tests.markup.making import html, made


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("*a* **b** ***c***", "<em>a</em> <strong>b</strong> <em><strong>c</strong></em>"),
        ("_a_ __b__ c_d_e", "<em>a</em> <strong>b</strong> c_d_e"),
        ("**a *b* c**", "<strong>a <em>b</em> c</strong>"),
        ("*a **b***", "<em>a <strong>b</strong></em>"),
        ("2 * 3 * 4", "2 * 3 * 4"),
        ("**open", "**open"),
        ("~~a~~ ==b== a == b ~c~", "<del>a</del> <mark>b</mark> a == b ~c~"),
        ("中**文**字", "中<strong>文</strong>字"),
        (r"\*a\* \_b\_ \\", r"*a* _b_ \ ".rstrip()),
        ("a & b &amp; &copy; &nosuch", "a &amp; b &amp; &copy; &amp;nosuch"),
        ("1 < 2 > 0", "1 &lt; 2 &gt; 0"),
    ],
)
def test_emphasis_escapes_and_entities(text: str, shown: str) -> None:
    assert html(text) == f"<p>{shown}</p>"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("`a*b*`", "<code>a*b*</code>"),
        ("`` a`b ``", "<code>a`b</code>"),
        ("`<b>` `&amp;`", "<code>&lt;b&gt;</code> <code>&amp;amp;</code>"),
        ("`$x$` `{{ y }}` `> Note: z`", "<code>$x$</code> <code>{{ y }}</code> <code>&gt; Note: z</code>"),
        ("`open", "`open"),
        ("<code>__a__</code> *b*", "<code>__a__</code> <em>b</em>"),
    ],
)
def test_code_is_code(text: str, shown: str) -> None:
    assert html(text) == f"<p>{shown}</p>"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("[a](https://x.org)", '<a href="https://x.org">a</a>'),
        ("[a *b*](https://x.org 'T')", '<a href="https://x.org" title="T">a <em>b</em></a>'),
        ("[a](<https://x.org/b c>)", '<a href="https://x.org/b c">a</a>'),
        ("[a](https://x.org/(b)_c)", '<a href="https://x.org/(b)_c">a</a>'),
        ("[a](#b)", '<a href="#b">a</a>'),
        ("[a](https://x.org?b=1&c=2)", '<a href="https://x.org?b=1&amp;c=2">a</a>'),
        ("[[wiki]] [a] [b](", "[[wiki]] [a] [b]("),
        ("<https://x.org/a_b_c>", '<a href="https://x.org/a_b_c">https://x.org/a_b_c</a>'),
        ("<me@x.org>", '<a href="mailto:me@x.org">me@x.org</a>'),
        ("See https://x.org/a_b_c?d=*e*.", 'See <a href="https://x.org/a_b_c?d=*e">https://x.org/a_b_c?d=*e</a>*.'),
        ("(https://x.org/a_(b))", '(<a href="https://x.org/a_(b)">https://x.org/a_(b)</a>)'),
        ("[https://x.org](https://y.org)", '<a href="https://y.org">https://x.org</a>'),
        ('<a href="https://x.org">https://x.org</a>', '<a href="https://x.org">https://x.org</a>'),
        ('[a](https://x.org){:target="_blank"}', '<a href="https://x.org" target="_blank">a</a>'),
        ("[a](https://x.org){.b #c}", '<a href="https://x.org" id="c" class="b">a</a>'),
        ("[a](https://x.org){b c}", '<a href="https://x.org">a</a>{b c}'),
        ("[a]{.b} `c`{.d} *e*{: .f}", '<span class="b">a</span> <code class="d">c</code> <em class="f">e</em>'),
    ],
)
def test_links_and_attributes(text: str, shown: str) -> None:
    assert html(text) == f"<p>{shown}</p>"


def test_links_by_reference() -> None:
    text = '[a][x] [X] [b][]\n\n[x]: https://x.org "T"\n[b]: <https://y.org>'

    assert html(text) == (
        '<p><a href="https://x.org" title="T">a</a> <a href="https://x.org" title="T">X</a> '
        '<a href="https://y.org">b</a></p>'
    )


def test_handlers_cannot_be_written_as_attributes() -> None:
    assert html('[a](https://x.org){onclick="alert(1)" .b}') == '<p><a href="https://x.org" class="b">a</a></p>'


def test_raw_tags_stay() -> None:
    assert html('<span style="color: red">*a*</span> <br/> <!-- b -->') == (
        '<p><span style="color: red"><em>a</em></span> <br/> <!-- b --></p>'
    )


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (":+1: :rocket:", "👍 🚀"),
        ("10:30:20 a:smile:b", "10:30:20 a:smile:b"),
        (":no-such-thing:", ":no-such-thing:"),
    ],
)
def test_emoji_are_real_characters(text: str, shown: str) -> None:
    assert html(text) == f"<p>{shown}</p>"


def test_quotes_and_dashes_are_curled_only_where_it_is_asked_for() -> None:
    assert html('"a" -- it\'s...') == '<p>"a" -- it\'s...</p>'
    assert html('"a" -- it\'s... `"b"`', is_smart=True) == '<p>“a” – it’s… <code>"b"</code></p>'


def test_no_characters_of_holes_come_in_from_outside() -> None:
    assert html("a\ue0f0b0\ue0f2 \ue0f1") == "<p>a\ufffdb0\ufffd \ufffd</p>"


def test_inline_text_is_complete_in_itself() -> None:
    from generator.location import Location
    from tests.markup.making import DIALECT, scope_for

    scope = scope_for()

    assert DIALECT.inline("*a* $x$ [^1] :tada:", Location("a.md"), scope) == ("<em>a</em> <math><mi>x</mi></math>  🎉")
    assert scope.formulas == []
    assert scope.needs == {"math"}


def test_a_title_is_not_prose() -> None:
    assert made("# A\n\n*b*").scope.prose == ["A\nb"]
