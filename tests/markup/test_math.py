"""Formulas: found where authors write them, kept from Markdown, and only there."""

import re
from pathlib import Path

import pytest

from generator.location import Location
from generator.markup.math import MathWriter, tolerant
from generator.markup.scope import Formula
from tests.markup.making import NOTEBOOK, html, made, made_of_cells, post

_STYLE = Path(__file__).parents[2] / "templates/assets/50-prose.css"
_X = "<math><mi>x</mi></math>"
_DISPLAY_X = '<math display="block"><mi>x</mi></math>'


@pytest.mark.parametrize("text", ["$x$", r"\(x\)", r"\\(x\\)"])
def test_inline_delimiters(text: str) -> None:
    assert html(f"a {text} b") == f"<p>a {_X} b</p>"


def test_spaces_inside_dollars_are_allowed_where_only_tex_can_be_meant() -> None:
    assert html("a $ x = y $ b") == "<p>a <math><mi>x</mi><mo>=</mo><mi>y</mi></math> b</p>"


@pytest.mark.parametrize(
    "text", ["$$x$$", "$$\nx\n$$", "\\[x\\]", "\\\\[x\\\\]", "\\begin{equation*}x\\end{equation*}"]
)
def test_display_delimiters(text: str) -> None:
    assert "<p>" not in html(text)
    assert html(text).startswith('<div class="math-scroll"><math display="block">')


@pytest.mark.parametrize(
    "text",
    ["It costs $5 and $6.", "From $5-$6 up", "US$ 5, or $ 6 each", "a $ b", r"\$x$", "`$x$`", r"\[1\] and \[Update\]"],
)
def test_money_and_brackets_stay_text(text: str) -> None:
    scope = made(text).scope

    assert scope.formulas == []
    assert scope.needs == set()


@pytest.mark.parametrize(
    "text",
    [
        "Pay $5, then $10. I paid 5$ and went",
        "It was $5 before tax 5$ after",
        "It was $5 <b>before tax and 5$ after",
        "Från $5 kostar över 10$",
    ],
)
def test_prose_between_two_amounts_stays_text(text: str) -> None:
    assert made(text).scope.formulas == []


@pytest.mark.parametrize(
    "latex",
    [
        "5x+3",
        "10",
        "2^{10}",
        r"3 \times 4",
        r"2 \text{ apples and pears } 3",
        "10^{total} 2",
        "0 < loss < 1",
        "2 width + 3",
        r"1 \operatorname{otherwise} 0",
    ],
)
def test_formulas_between_two_digits_are_formulas(latex: str) -> None:
    assert [formula.latex for formula in made(f"a ${latex}$ b").scope.formulas] == [latex]


def test_markdown_leaves_formulas_alone() -> None:
    text = r"$a_1 b_2 * c * d \\ e < f$"

    assert "<em>" not in html(text)
    assert made(text).problems == []


def test_rows_and_comparisons_survive() -> None:
    shown = html("$$\n\\begin{aligned}\na &< b \\\\\n&= c\n\\end{aligned}\n$$")

    assert shown.count("<mtr>") == 2
    assert "&lt;" in shown


def test_math_in_a_list_a_quote_a_table_and_raw_html() -> None:
    assert html("- $x$") == f"<ul>\n<li>{_X}</li>\n</ul>"
    assert html("> $x$") == f"<blockquote>\n<p>{_X}</p>\n</blockquote>"
    assert html("<div>$x$</div>") == f"<div>{_X}</div>"
    assert html('<img alt="$x$" src="https://x.org/a.png">').count("<math") == 0


def test_two_dollars_within_a_line_of_a_post_are_inline() -> None:
    assert post("a $$x$$ b") == f"<p>a {_X} b</p>"
    assert post("$$x$$") == f'<div class="math-scroll">{_DISPLAY_X}</div>'


def test_a_display_among_words_is_one_that_scrolls() -> None:
    shown = f'<span class="math-scroll">{_DISPLAY_X}</span>'

    assert html("a $$x$$ b") == f"<p>a {shown} b</p>"
    assert html("$$x$$ b") == f"<p>{shown} b</p>"
    assert html("a\n$$x$$") == f"<p>a\n{shown}</p>"


def test_a_formula_with_a_number_is_a_display_in_posts_too() -> None:
    shown = post(r"$$ x \tag{1} $$ see above")

    assert shown.startswith('<p><span class="math-scroll"><math display="block">')
    assert shown.endswith("</math></span> see above</p>")


def test_a_document_can_do_without_math() -> None:
    assert html("$x$ and $$y$$", math=False) == "<p>$x$ and $$y$$</p>"


def test_a_formula_that_fails_shows_its_source_and_says_where() -> None:
    result = made("text\n\n$\\nosuch{x}$ & $y$")

    assert '<code class="math-error">$\\nosuch{x}$</code>' in result.html
    reason = 'cannot be shown: unknown command "\\nosuch"'
    assert result.problems == [f"broken-math {NOTEBOOK}, cell 1, line 3: the formula `$\\nosuch{{x}}$` {reason}"]


def test_equations_are_numbered_over_the_whole_document_and_found_from_before() -> None:
    cells = [r"see \eqref{b}, \ref{a}", r"\begin{equation}\label{a}x\end{equation}", r"$$y\label{b}$$"]

    shown = made_of_cells(cells)

    assert shown.html.startswith('<p>see <a href="#eq-b">(2)</a>, <a href="#eq-a">1</a></p>')
    assert 'id="eq-a"' in shown.html
    assert 'id="eq-b"' in shown.html
    assert shown.problems == []


def test_a_reference_to_no_equation_stays_and_warns() -> None:
    assert made(r"see \eqref{a}").kinds == ["unknown-equation"]
    assert html(r"see \eqref{a}") == r"<p>see \eqref{a}</p>"


def test_a_reference_in_dollars_is_the_same_link() -> None:
    cells = [r"$\ref{a}$ $\eqref{a}$ $x = \eqref{a}, \ref{a}$", r"$$y\label{a}$$"]

    shown = made_of_cells(cells)

    assert shown.html.startswith('<p><a href="#eq-a">1</a> <a href="#eq-a">(1)</a> <math>')
    assert shown.html.count('<mtext><a href="#eq-a">(1)</a></mtext>') == 1
    assert shown.html.count('<mtext><a href="#eq-a">1</a></mtext>') == 1
    assert shown.problems == []


@pytest.mark.parametrize(
    ("tag", "shown"),
    [
        (r"\tag{$*$}", "(∗)"),
        (r"\tag*{$*$}", "∗"),
        (r"\tag{$E_{1}$}", "(E1)"),
        (r"\tag{Satz é}", "(Satz é)"),
        (r"\tag{a_b}", "(a_b)"),
        (r"\tag{$\nosuch$}", "(nosuch)"),
        (r"\tag{$<$}", "(&lt;)"),
    ],
)
def test_a_tag_may_hold_anything(tag: str, shown: str) -> None:
    result = made(rf"$$x {tag}\label{{a}}$$ and \ref{{a}}")

    assert f"<mtext>{shown}</mtext>" in result.html
    assert f'<a href="#eq-a">{shown.strip("()")}</a>' in result.html
    assert result.problems == []


def test_definitions_reach_later_cells() -> None:
    shown = made_of_cells([r"$\newcommand{\half}[1]{\frac{#1}{2}}$", r"$\half{x}$"])

    assert shown.html == "\n<p><math><mfrac><mi>x</mi><mn>2</mn></mfrac></math></p>"
    assert shown.problems == []


_HABITS = r"""\newcommand{\R}{\mathbb{R}}\R
\require{cancel} x
\ce{H2O + CO2 -> SO4^2-}
\sum_{\substack{a\\b}} x
x \tag{1}
\label{q} x
\text{if $x_1$ and a_b}
\DeclareMathOperator*{\argmin}{arg\,min}\argmin_x
\begin{eqnarray}a&=&b\end{eqnarray}
\begin{split}a&b\end{split}
\begin{alignat}{2}a&b\end{alignat}
\mathop{\mathrm{arg\,max}}\limits_x
\Large x
\renewcommand{\foo}[2]{#1+#2}\foo12
\mbox{x}
\verb|a_b|
\href{https://x.org}{y}
\pmb{x} \bm y \boldsymbol z
\buildrel a \over b
\widetilde{x} \lt y \gt z
\left\{\begin{array}{c|c}a&b\\\hline c&d\end{array}\right.
\color{red}{x} \cancel{y}
\rlap{x} \llap{y} \mathrlap{x} \mathclap y
\mathds{1} \mathbbm 1
a \hdots b \dotsc
\SI{20}{\percent} \qty{1}{\micro\metre} \si{m/s} \num{1e3} \unit{\ohm}
\cancelto{0}{x}
\abs{x} + \norm{\frac12}
\dv{f}{x} \pdv{f}{x} \dd x \grad f \vb{x} \Tr A
\newcommand{\abs}[2]{#1#2}\abs12
\begin{cases*}a & b\end{cases*} \begin{pmatrix*}[r]1\\2\end{pmatrix*}
\begin{align}a&=b\\ \intertext{and} c&=d\end{align}
\colorbox{red}{x} \enclose{circle}{x}
\boldsymbol{\alpha} \argmax_x \argmin_x""".split("\n")


@pytest.mark.parametrize("latex", _HABITS)
def test_mathjax_habits_are_tolerated(latex: str) -> None:
    assert made(f"$${latex}$$").problems == []


@pytest.mark.parametrize("latex", [r"\cancel{x}", r"\bcancel{x}", r"\xcancel{x}", r"\boxed{x}"])
def test_what_browsers_do_not_draw_has_a_style(latex: str) -> None:
    notation = re.search(r'<menclose notation="[^"]*"', html(f"${latex}$"))

    assert notation is not None
    assert notation[0].replace("<menclose ", "menclose[") + "]" in _STYLE.read_text("utf-8")


def test_a_plain_formula_is_left_as_it_is() -> None:
    assert tolerant(r"\frac{a}{b}") == r"\frac{a}{b}"


@pytest.mark.parametrize("evil", ["{" * 60_000, r"\frac" * 20_000, "x^{" * 5_000, r"\left(" * 5_000, "x" * 30_000])
def test_a_formula_too_deep_for_the_converter_is_refused_not_run(evil: str) -> None:
    rendered = MathWriter().render([Formula(evil, "source", True, Location("a.md"))])

    assert rendered.failures == ((0, "it is too long or nested too deeply"),)


def test_the_font_gets_the_letters_browsers_draw() -> None:
    assert made("$x h + 1$").scope.math_characters == {"x", "h", "+", "1", "𝑥", "ℎ"}


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        (r"\begin{align} a&=b \\ c&=d \\ \end{align}", ["1", "2"]),
        (r"\begin{align} a&=b \\[1ex] \nonumber \end{align}", ["1"]),
        (r"$$\begin{eqnarray} a&=&b\\ \end{eqnarray}$$", ["1"]),
        (r"\begin{gather} a \\ \\ \end{gather}", ["1"]),
        (r"\begin{multline} a \\ b \\* \end{multline}", ["1"]),
        (r"\begin{align*} a&=b \\ \end{align*}", []),
    ],
)
def test_an_empty_last_row_has_no_number(text: str, numbers: list[str]) -> None:
    shown = made_of_cells([text, r"\begin{equation}x\end{equation}"]).html

    assert re.findall(r"<mtext>\((\d)\)</mtext>", shown) == [*numbers, str(len(numbers) + 1)]


def test_a_space_before_the_end_is_no_row() -> None:
    assert tolerant(r"\begin{align}a\\\ \end{align}") == r"\begin{align}a\\\ \end{align}"
