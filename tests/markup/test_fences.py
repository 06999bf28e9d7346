"""Fenced code."""

from generator.markup.fences import read_info
from tests.markup.making import html, post

_DISPLAY = '<div class="math-scroll"><math display="block"><mi>x</mi></math></div>'


def _block(code: str, language: str = "") -> str:
    css = f' class="language-{language}"' if language else ""
    return f'<div class="highlight"><pre tabindex="0"><code{css}>{code}\n</code></pre></div>'


def test_a_fence_keeps_what_it_holds() -> None:
    code = "> Note: no\n{{ site.title }} $x$ {% fn 1 %} <b>\n\n\n# no heading\n\ttab"

    assert html(f"```\n{code}\n```") == _block(code.replace(">", "&gt;").replace("<", "&lt;"))


def test_a_fence_may_break_into_a_paragraph() -> None:
    assert html("a\n```\nb\n```\nc") == f"<p>a</p>\n{_block('b')}\n<p>c</p>"


def test_a_fence_in_an_item_loses_the_items_indent() -> None:
    code = _block("b\n  c")

    assert html("1. a\n\n   ```\n   b\n     c\n   ```\n2. d") == (
        f"<ol>\n<li><p>a</p>\n{code}</li>\n<li><p>d</p></li>\n</ol>"
    )


def test_a_fence_right_behind_an_items_mark() -> None:
    assert html("- ```\n  a\n  ```\n- b") == f"<ul>\n<li>{_block('a')}</li>\n<li>b</li>\n</ul>"


def test_a_fence_in_a_quote_ends_with_the_quote() -> None:
    assert html("> ```\n> a\n\nb") == f"<blockquote>\n{_block('a')}\n</blockquote>\n<p>b</p>"


def test_a_longer_fence_holds_a_shorter_one() -> None:
    assert html("````\n```\na\n```\n````") == _block("```\na\n```")


def test_tildes_fence_too() -> None:
    assert html("~~~ r\nx\n~~~") == _block('<span class="n">x</span>', "r")


def test_a_fence_that_never_ends_takes_the_rest() -> None:
    assert html("```\na\n\nb") == _block("a\n\nb")


def test_an_indented_fence_is_shown_as_it_stands() -> None:
    assert html("    ```\n    a\n    ```") == _block("```\na\n```")


def test_a_title_numbers_and_marked_lines() -> None:
    assert html('```text title="a.txt" linenums="1" {2}\nx\ny\n```') == (
        '<div class="highlight"><span class="filename">a.txt</span><pre tabindex="0"><code class="language-text">'
        '<span class="lineno" aria-hidden="true">1</span>x\n'
        '<span class="lineno" aria-hidden="true">2</span><span class="hll">y</span>\n</code></pre></div>'
    )


def test_languages_in_every_spelling() -> None:
    assert [
        read_info(info)[0] for info in ("python", "{python}", "{.python}", "{python echo=false}", "python{1,3}")
    ] == ["python"] * 5


def test_raw_is_dropped_even_inside_a_fence() -> None:
    assert post("```\n{% raw %}\n{{ x }}\n{% endraw %}\n```") == _block("{{ x }}")
    assert post("{% raw %}\n```\n{{ x }}\n```\n{% endraw %}") == _block("{{ x }}")
    assert html("```\n{% raw %}{{ x }}{% endraw %}\n```") == _block("{{ x }}")


def test_highlight_of_jekyll_is_a_block_of_code() -> None:
    assert post("{% highlight text %}\na {{ b }}\n{% endhighlight %}") == _block("a {{ b }}", "text")


def test_myst_math_and_code_directives() -> None:
    assert html("```{code-block} text\nx\n```") == _block("x", "text")
    assert html("```{math}\nx\n```") == _DISPLAY


def test_math_fences_of_github_are_formulas() -> None:
    assert html("```math\nx\n```") == _DISPLAY


def test_a_fence_left_open_ends_with_its_item() -> None:
    assert html("- a\n  ```\n  b\n\nc") == f"<ul>\n<li>a\n{_block('b')}</li>\n</ul>\n<p>c</p>"


def test_code_may_lean_out_of_its_item() -> None:
    assert html("- a\n  ```\nb\n  ```") == f"<ul>\n<li>a\n{_block('b')}</li>\n</ul>"


def test_marks_four_columns_in_are_code_where_the_fence_has_an_end() -> None:
    shown = html("- item\n\n```\ncode\n    ```\nmore\n```\nafter")

    assert (
        shown == f"<ul>\n<li>item</li>\n</ul>\n{_block('code' + chr(10) + '    ```' + chr(10) + 'more')}\n<p>after</p>"
    )
    assert html("- a\n\n  ```\n  b\n      ```\n  c\n  ```").count("<pre") == 1


def test_marks_three_columns_in_end_a_fence() -> None:
    assert html("```\ncode\n   ```\nafter") == f"{_block('code')}\n<p>after</p>"


def test_marks_too_far_in_end_a_fence_that_has_no_other_end() -> None:
    assert html("```\ncode\n    ```\nafter") == f"{_block('code')}\n<p>after</p>"
    assert html("```\na\n    ```\nb\n\n```text\nc\n```").count("<pre") == 2
