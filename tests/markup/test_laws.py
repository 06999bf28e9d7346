"""What holds for any text at all."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.markup.tokens import BLOCK_TOKEN, Tokens
from generator.model.reading import Trust
from tests.markup.making import NOTEBOOK, POST, html, made, made_of_cells

# Pieces that mean something to one part of the dialect or another; together they find what parts do to each other.
_PIECES = (
    *"> $ $$ $x$ \\( \\[ \\begin{align} \\end{align} \\ref{a} [ ] ![ ]( ) [^ [^1] [^1]: ^[ * **".split(),
    *"_ __ ~~ == ` `` ``` ~~~".split(),
    *"::: ```{note} ??? < > <div> </div> <details> <pre> </pre> <!-- --> <script> {{ }} {% %} {{< >}}".split(),
    *"{#b} # ## 1.".split(),
    *"| |- -|- --- === & &amp; :+1: http://a.b \\ \\\\ ' \"".split(),
    *(
        "> Note: ",
        "> [!TIP]- ",
        "> youtube: https://youtu.be/XfoYk_Z5AkI\n",
        "::: {.callout-note}",
        "!!! note",
        "{: .a}",
    ),
    *('<a href="', '<img src="x">', "{{ a }}", "{% raw %}", "{% endraw %}", "{% comment %}", "{% fn 1 %}", "[a]: b "),
    *("{{ 'a' | fndetail: 1 }}", "- ", "+ ", ": a", "- [ ] ", "![a](b 'c')", "a", " ", "\n", "\n\n", "    "),
)
_TEXTS = st.lists(st.sampled_from(_PIECES) | st.text(max_size=3), max_size=40).map("".join)


@given(_TEXTS, st.sampled_from([NOTEBOOK, POST]), st.sampled_from(list(Trust)))
def test_any_text_becomes_html_and_leaves_no_mark_behind(text: str, source: str, trust: Trust) -> None:
    result = made(text, source, trust=trust)

    assert not re.search("[\ue0f0-\ue0f2]", result.html)


@given(_TEXTS)
def test_converting_twice_gives_the_same(text: str) -> None:
    assert html(text) == html(text)


@given(_TEXTS)
def test_no_cell_changes_what_stands_in_the_next(text: str) -> None:
    # Link targets, abbreviations and macros are meant to reach further.
    if "]:" in text or "\\" in text or "$" in text or "fn" in text:
        return
    together = made_of_cells([text, "**b** <i>c</i>"]).html

    assert together.split('<div class="footnotes"')[0].rstrip().endswith("<p><strong>b</strong> <i>c</i></p>")


@given(st.text(alphabet=st.characters(exclude_categories=("Cs", "Co")), max_size=200), st.booleans())
def test_code_is_never_altered(code: str, is_indented: bool) -> None:
    code = "\n".join(
        line for line in re.split(r"[\r\n]", code) if line.strip() and not line.lstrip().startswith(("`", "~"))
    )
    code = code.replace("\t", " ").replace("\x00", "").replace("raw", "row")
    if not code.strip():
        return
    text = "\n".join(f"    {line}" for line in code.split("\n")) if is_indented else f"````\n{code}\n````"

    shown = re.search(r"<code>(.*)\n</code>", html(text), re.DOTALL)

    assert shown is not None
    unescaped = shown[1].replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    assert [line.rstrip() for line in unescaped.split("\n")] == [line.rstrip() for line in code.split("\n")]


@given(st.lists(st.text(max_size=10), min_size=1, max_size=5))
def test_what_is_held_can_be_had_back(sources: list[str]) -> None:
    tokens = Tokens()
    sources = [source.translate({0xE0F0: None, 0xE0F1: None, 0xE0F2: None}) for source in sources]

    held = "".join(tokens.hold(source, lambda: "x", is_block=index % 2 == 0) for index, source in enumerate(sources))

    assert tokens.restore(held) == "".join(sources)
    assert tokens.resolve(held) == "x" * len(sources)
    assert BLOCK_TOKEN.match(held)


_EVIL = (
    *"> $ [ ![ ]( [^ ^[ {% {{ * _ ` < <div> </div> <pre> - | ``` ::: <!-- $$ \\( \\begin{align} \\ref{".split(),
    *"& # == ~~ **a*".split(),
    *(
        '<a "',
        "1. ",
        "http://a ",
        "*a **b ",
        "*a _b ",
        '[a](b "',
        "{:",
        "# a\n",
        "- a\n",
        "> a\n",
        "<div>\n\n",
        "a\n---\n",
    ),
    *("| a | b |\n", "```{note}\n", "a\n: b\n", "{: .a}\n", "![a](b)", "<p>\n\n", "- - - \n", "[a][b]", "[^1]: a\n"),
)


@pytest.mark.parametrize("unit", _EVIL)
# On a quiet machine each takes well under half a second; a search that is quadratic takes minutes.
@pytest.mark.timeout(60)
def test_long_runs_end(unit: str) -> None:
    assert isinstance(html(unit * (20_000 // len(unit))), str)
