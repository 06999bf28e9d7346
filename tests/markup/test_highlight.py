"""Coloured code."""

from generator.markup.highlight import Highlighter

_HIGHLIGHTER = Highlighter()


def test_python_is_coloured() -> None:
    assert _HIGHLIGHTER.code("import a  # b", "python") == (
        '<div class="highlight"><pre tabindex="0"><code class="language-python"><span class="kn">import</span> '
        '<span class="nn">a</span>  <span class="c1"># b</span>\n</code></pre></div>'
    )


def test_what_notebooks_call_their_language_is_known() -> None:
    coloured = _HIGHLIGHTER.code("def f(): pass", "python").replace("python", "x")

    for name in ("ipython3", "ipython", "py", "python3"):
        assert _HIGHLIGHTER.code("def f(): pass", name).replace(name, "x") == coloured


def test_cell_magics_bring_their_own_language() -> None:
    assert '<span class="nd">%%html</span>\n<span class="p">&lt;</span><span class="nt">b</span>' in _HIGHLIGHTER.code(
        "%%html\n<b>c</b>", "python"
    )


def test_shell_lines_are_not_marked_as_errors() -> None:
    assert "err" not in _HIGHLIGHTER.code("!pip install x\n%matplotlib inline\n?y", "ipython3")


def test_an_unknown_language_is_shown_plain() -> None:
    assert _HIGHLIGHTER.code("<a>", "no-such") == (
        '<div class="highlight"><pre tabindex="0"><code class="language-no-such">&lt;a&gt;\n</code></pre></div>'
    )


def test_numbered_lines_close_the_spans_they_open() -> None:
    shown = _HIGHLIGHTER.code('"""a\nb"""', "python", line_numbers=True, first_line=9)

    assert shown == (
        '<div class="highlight"><pre tabindex="0"><code class="language-python">'
        '<span class="lineno" aria-hidden="true">9</span><span class="sd">"""a</span>\n'
        '<span class="lineno" aria-hidden="true">10</span><span class="sd">b"""</span>\n</code></pre></div>'
    )


def test_leading_indentation_is_kept_and_outer_blank_lines_are_not() -> None:
    assert "<code>  a\n\nb\n</code>" in _HIGHLIGHTER.code("\n\n  a\n\nb\n\n", "")


def test_two_styles_make_one_sheet() -> None:
    sheet = _HIGHLIGHTER.stylesheet("default", "monokai")

    assert ".highlight .k" in sheet.split("@media (prefers-color-scheme: dark)")[0]
    assert ".highlight .k" in sheet.split("@media (prefers-color-scheme: dark)")[1]
