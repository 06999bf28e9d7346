"""Cell directives: what each spelling means, and what is no directive."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from generator.location import Location
from generator.model.front_matter import CodeDefaults
from generator.model.notebook import Cell, CellKind, Stream
from generator.model.outline import CellFlags, FigureWish, Shown
from generator.model.problem import warning
from generator.readers.directives import CellContext, read_cell_flags

_OLD = CellContext("_notebooks/2020-02-20-test.ipynb", is_old_blog=True)
_NEW = CellContext("_notebooks/a.ipynb")
_NBDEV = CellContext("nbs/a.ipynb", is_nbdev=True)

_PLAIN, _FOLDED, _OPEN, _HIDDEN, _SCROLLED = (
    Shown.PLAIN, Shown.FOLDED, Shown.FOLDED_OPEN, Shown.HIDDEN, Shown.SCROLLED,
)  # fmt: skip


def _code(source: str, *tags: str, **metadata: Any) -> Cell:
    return Cell(CellKind.CODE, 3, source, (Stream("stdout", "x"),), 5, tags, metadata)


def _flags(source: str, *tags: str, context: CellContext = _NEW, **metadata: Any) -> CellFlags:
    flags, problems = read_cell_flags(_code(source, *tags, **metadata), context)
    assert problems == ()
    return flags


def _sides(source: str, *tags: str, context: CellContext = _NEW, **metadata: Any) -> tuple[Shown, Shown]:
    flags = _flags(source, *tags, context=context, **metadata)
    assert not flags.is_dropped
    return flags.input, flags.output


# In comments


@pytest.mark.parametrize(
    "line", ["#hide", "# hide", "#   hide", "  # hide  ", "#\thide", "#| hide", "# | hide", "#|hide"]
)
def test_hide_drops_the_cell(line: str) -> None:
    assert _flags(f"{line}\nsecret()").is_dropped
    assert _flags(f"secret()\n{line}").is_dropped


@pytest.mark.parametrize(
    ("line", "sides"),
    [
        ("#hide_input", (_HIDDEN, _PLAIN)),
        ("# hide-input", (_HIDDEN, _PLAIN)),
        ("#hide_output", (_PLAIN, _HIDDEN)),
        ("#hide-output", (_PLAIN, _HIDDEN)),
        ("#collapse", (_FOLDED, _PLAIN)),
        ("# collapse", (_FOLDED, _PLAIN)),
        ("#collapse_hide", (_FOLDED, _PLAIN)),
        ("#collapse-hide", (_FOLDED, _PLAIN)),
        ("#collapse_input", (_FOLDED, _PLAIN)),
        ("#collapse_input open", (_OPEN, _PLAIN)),
        ("#collapse_show", (_OPEN, _PLAIN)),
        ("#collapse-show", (_OPEN, _PLAIN)),
        ("#collapse_output", (_PLAIN, _FOLDED)),
        ("# collapse-output", (_PLAIN, _FOLDED)),
        ("#| echo: false", (_HIDDEN, _PLAIN)),
        ("#|echo: false", (_HIDDEN, _PLAIN)),
        ("# | echo: FALSE", (_HIDDEN, _PLAIN)),
        ("#| echo: fenced", (_PLAIN, _PLAIN)),
        ("#| output: false", (_PLAIN, _HIDDEN)),
        ("#| output: asis", (_PLAIN, _PLAIN)),
        ("#| results: hide", (_PLAIN, _HIDDEN)),
        ("#| results: 'hide'", (_PLAIN, _HIDDEN)),
        ("#| code-fold: true", (_FOLDED, _PLAIN)),
        ("#| code-fold: show", (_OPEN, _PLAIN)),
        ("#| code-fold: false", (_PLAIN, _PLAIN)),
        ("#| output-fold: true", (_PLAIN, _FOLDED)),
        ("#| hide_input", (_HIDDEN, _PLAIN)),
        ("#@title Make a plot", (_FOLDED, _PLAIN)),
    ],
)
def test_a_comment_says_how_each_side_is_shown(line: str, sides: tuple[Shown, Shown]) -> None:
    for source in (f"{line}\nx = 1", f"x = 1\n{line}", f"# a comment\n\n{line}\nx = 1"):
        assert _sides(source) == sides


@pytest.mark.parametrize(
    "line",
    [
        "## hide", "#hide x", "#hide_input #collapse", "# hide this", "# CUDA: 11", "# Import pandas", "#all_slow",
        "#!hide", "#hide.", "x = 1 #hide", "print('#hide')", "# hidden", "# code", "# side", "# import", "#cuda",
        "# time", "# collapsing", "#slow", "%%html", "# note: hide", "#export to csv", "# |", "#| a | table |", "#|",
        "# data", "# Hidden layer", "#eda", "# export the data",
    ],
)  # fmt: skip
def test_what_only_looks_like_a_directive_stays_where_it_is(line: str) -> None:
    flags = _flags(f"x = 2\n{line}\ny = 3", context=_OLD)

    assert flags == CellFlags(f"x = 2\n{line}\ny = 3")


def test_only_the_directive_line_goes() -> None:
    source = "# first\n#collapse\n\n  # kept\nx = 1\n#hide_output\ny = 2\n"

    assert _flags(source).shown_source == "# first\n\n  # kept\nx = 1\ny = 2\n"


@pytest.mark.parametrize(
    ("lines", "sides"),
    [
        ("#hide_input\n#collapse-output", (_HIDDEN, _FOLDED)),
        ("#collapse\n#hide_output", (_FOLDED, _HIDDEN)),
        ("#hide_input\n#hide_output", (_HIDDEN, _HIDDEN)),
        ("#collapse\n#collapse_output", (_FOLDED, _FOLDED)),
        ("#hide_input\n#collapse", (_FOLDED, _PLAIN)),
        ("#collapse_show\n#hide_input", (_OPEN, _PLAIN)),
        ("#collapse_output\n#hide_output", (_PLAIN, _FOLDED)),
        ("#| echo: false\n#| code-fold: true", (_HIDDEN, _PLAIN)),
    ],
)
def test_directives_compose_and_on_one_side_folding_wins(lines: str, sides: tuple[Shown, Shown]) -> None:
    assert _sides(f"{lines}\nx") == sides


@pytest.mark.parametrize("other", ["#collapse", "#hide_input", "#| include: true", "#| echo: true"])
def test_hide_wins_over_everything(other: str) -> None:
    assert _flags(f"{other}\n#hide\nx").is_dropped
    assert _flags(f"#hide\n{other}\nx").is_dropped


def test_include_false_drops_the_cell() -> None:
    assert _flags("#| include: false\nx").is_dropped


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("javascript", "//| echo: false"), ("sql", "--| echo: false"), ("sql", "-- | echo: false"),
        ("mermaid", "%%| echo: false"), ("java", "//hide_input"), ("java", "// hide-input"), ("sql", "-- hide_input"),
        ("matlab", "% hide_input"), ("r", "#| echo: false"), ("julia", "#hide_input"), ("fortran", "! hide_input"),
    ],
)  # fmt: skip
def test_every_language_has_its_own_comment_mark(language: str, line: str) -> None:
    flags = _flags(f"{line}\nx", context=CellContext("a.ipynb", language=language))

    assert (flags.input, flags.shown_source) == (_HIDDEN, "x")


def test_a_mark_that_is_no_comment_in_the_language_is_none() -> None:
    for source in ("--hide\nx", "%hide_input\nx"):
        assert _flags(source).shown_source == source
    scheme = CellContext("a.ipynb", language="scheme")
    assert _flags("#| echo: false |#\nx", context=scheme).shown_source == "#| echo: false |#\nx"


def test_a_haddock_comment_is_no_option() -> None:
    haskell = CellContext("a.ipynb", language="haskell")

    assert (
        _flags("f = 1\n-- | Adds: two numbers\nx", context=haskell).shown_source == "f = 1\n-- | Adds: two numbers\nx"
    )


def test_a_directive_inside_a_long_string_is_text() -> None:
    source = 'text = """\n#hide\n#| echo: false\n# leak-ok: jwt\n"""\n#collapse'

    flags = _flags(source)

    assert not flags.is_dropped
    assert flags.input is _FOLDED
    assert flags.shown_source == 'text = """\n#hide\n#| echo: false\n# leak-ok: jwt\n"""'
    assert flags.waived_leaks == ()


def test_a_cell_python_cannot_read_still_has_directives() -> None:
    assert _flags('%%bash\n#hide_input\necho """ $(').input is _HIDDEN


def test_a_line_may_be_left_out() -> None:
    flags = _flags("a = 1\nb = 2 #| hide_line\nc = 3 # hide_line\nd = 4\n#| hide_line")

    assert flags.shown_source == "a = 1\nd = 4"


def test_a_leak_is_waived_by_kind() -> None:
    flags = _flags("# leak-ok: jwt, e-mail\nx\n#leak-ok: aws-key")

    assert (flags.waived_leaks, flags.shown_source) == (("jwt", "e-mail", "aws-key"), "x")


# Options of Quarto and nbdev


def test_options_of_quarto_are_read_with_their_values() -> None:
    source = """#| label: fig-a
#| fig-cap: "A: b"
#| fig-alt: >
#|   two
#|   lines
#| out-width: 50%
#| column: page-right
#| classes: preview-image
#| code-summary: "Show: me"
#| code-line-numbers: true
#| warning: false
#| error: true
#| eval: false
#| tags: [parameters]
#| layout-ncol: 2
#| renderings: [light, dark]
#| somebodys-own: 3
plot()"""

    flags = _flags(source)

    assert flags == CellFlags(
        shown_source="plot()",
        fold_summary="Show: me",
        shows_stderr=False,
        line_numbers=True,
        evaluate=False,
        expects_error=True,
        is_parameters=True,
        figure=FigureWish("A: b", "two lines", "fig-a", "50%", is_preview=True),
        column="page",
        meanings=flags.meanings,
    )


def test_several_captions_become_one() -> None:
    assert _flags('#| fig-cap:\n#|   - "A"\n#|   - "B"\nx').figure.caption == "A; B"


def test_an_option_at_the_top_that_nobody_knows_is_not_shown() -> None:
    assert _flags("#| somebodys-own: 3\nx").shown_source == "x"


def test_an_option_far_down_that_nobody_knows_is_a_comment() -> None:
    assert _flags("x\n#| Note: this stays\ny").shown_source == "x\n#| Note: this stays\ny"


def test_exported_cells_are_shown_unless_the_repository_is_an_nbdev_project() -> None:
    for line in ("#| export", "#export", "#export core", "#|export"):
        assert _flags(f"{line}\nx") == CellFlags("x", meanings=_flags(f"{line}\nx").meanings)
        assert _flags(f"{line}\nx", context=_NBDEV).is_dropped


def test_the_other_exports_of_nbdev() -> None:
    exported = _flags("#| exports\nx", context=_NBDEV)

    assert (exported.input, exported.fold_summary) == (_OPEN, "Exported source")
    assert _sides("#| exports\nx") == (_PLAIN, _PLAIN)
    assert _flags("#| exporti\nx", context=_NBDEV).is_dropped
    assert _flags("#exporti\nx", context=_OLD).is_dropped
    assert _flags("#| default_exp core\n").is_dropped
    assert _flags("#default_exp core", context=_OLD).is_dropped


# In tags


@pytest.mark.parametrize("tag", ["remove-cell", "remove_cell", "injected-parameters"])
def test_a_tag_drops_the_cell(tag: str) -> None:
    assert _flags("x", tag).is_dropped


@pytest.mark.parametrize(
    ("tag", "sides"),
    [
        ("remove-input", (_HIDDEN, _PLAIN)), ("remove_input", (_HIDDEN, _PLAIN)), ("hide_input", (_HIDDEN, _PLAIN)),
        ("hide_code", (_HIDDEN, _PLAIN)), ("remove-output", (_PLAIN, _HIDDEN)), ("remove_output", (_PLAIN, _HIDDEN)),
        ("hide-input", (_FOLDED, _PLAIN)), ("hide-output", (_PLAIN, _FOLDED)), ("hide-cell", (_FOLDED, _FOLDED)),
        ("scroll-output", (_PLAIN, _SCROLLED)), ("output_scroll", (_PLAIN, _SCROLLED)), ("context", (_PLAIN, _PLAIN)),
    ],
)  # fmt: skip
def test_a_tag_says_how_each_side_is_shown_as_in_jupyter_book(tag: str, sides: tuple[Shown, Shown]) -> None:
    assert _sides("x", tag) == sides


def test_the_same_words_fold_as_a_tag_and_remove_as_a_comment() -> None:
    assert _sides("x", "hide-input") == (_FOLDED, _PLAIN)
    assert _sides("#hide-input\nx") == (_HIDDEN, _PLAIN)
    assert _flags("x", "hide-input").meanings == (
        ("tag hide-input", "the code is folded away, and one click shows it"),
    )
    assert _flags("#hide-input\nx").meanings == (("#hide-input", "the code is left out, its output is shown"),)


def test_other_tags_are_understood() -> None:
    assert not _flags("x", "remove-stdout").shows_stdout
    assert not _flags("x", "remove-stderr").shows_stderr
    assert not _flags("x", "skip-execution").evaluate
    assert not _flags("x", "nbval-skip").evaluate
    assert _flags("x", "nbval-raises-exception").expects_error
    assert not _flags("x", "active-md").evaluate
    assert _flags("x", "active-ipynb").evaluate
    assert _flags("x", "raises-exception").expects_error
    assert _flags("x", "parameters").is_parameters
    assert _flags("x", "thumbnail").figure.is_preview
    assert [_flags("x", tag).column for tag in ("full-width", "margin", "sidebar", "popout")] == [
        "screen", "margin", "margin", "margin",
    ]  # fmt: skip


# In metadata


@pytest.mark.parametrize(
    ("metadata", "sides"),
    [
        ({"hide_input": True}, (_HIDDEN, _PLAIN)), ({"hide_input": False}, (_PLAIN, _PLAIN)),
        ({"jupyter": {"source_hidden": True}}, (_FOLDED, _PLAIN)),
        ({"jupyter": {"outputs_hidden": True}}, (_PLAIN, _FOLDED)),
        ({"jupyter": {"source_hidden": False, "outputs_hidden": False}}, (_PLAIN, _PLAIN)),
        ({"jupyter": 1}, (_PLAIN, _PLAIN)),
        ({"collapsed": True}, (_PLAIN, _FOLDED)), ({"collapsed": False}, (_PLAIN, _PLAIN)),
        ({"scrolled": True}, (_PLAIN, _SCROLLED)), ({"scrolled": "auto"}, (_PLAIN, _SCROLLED)),
        ({"scrolled": False}, (_PLAIN, _PLAIN)), ({"cellView": "form"}, (_FOLDED, _PLAIN)),
        ({"cellView": "both"}, (_PLAIN, _PLAIN)), ({"_kg_hide-input": True}, (_FOLDED, _PLAIN)),
        ({"_kg_hide-output": True}, (_PLAIN, _FOLDED)), ({"inputCollapsed": True}, (_FOLDED, _PLAIN)),
        ({"vscode": {"languageId": "python"}}, (_PLAIN, _PLAIN)),
        ({"slideshow": {"slide_type": "skip"}}, (_PLAIN, _PLAIN)),
    ],
)  # fmt: skip
def test_editors_remember_how_each_side_is_shown(metadata: dict[str, Any], sides: tuple[Shown, Shown]) -> None:
    assert _sides("x", **metadata) == sides


def test_a_figure_is_described_in_metadata_too() -> None:
    flags = _flags("x", mystnb={"figure": {"caption": "C", "name": "n"}, "image": {"alt": "A", "width": 300}})

    assert flags.figure == FigureWish("C", "A", "n", "300")


# Who decides


def test_the_comment_decides_before_the_tag_and_the_tag_before_the_editor() -> None:
    assert _sides("#collapse\nx", "remove-input") == (_FOLDED, _PLAIN)
    assert _sides("x", "remove-input", jupyter={"source_hidden": True}) == (_HIDDEN, _PLAIN)
    assert _sides("x", "hide-input", hide_input=True) == (_FOLDED, _PLAIN)
    assert _sides("#hide_input\nx", jupyter={"source_hidden": True}) == (_HIDDEN, _PLAIN)
    assert _sides("x", scrolled=True, collapsed=True) == (_PLAIN, _FOLDED)


def test_a_document_sets_what_its_cells_do_not() -> None:
    quarto = CellContext("a.ipynb", code=CodeDefaults(fold=True, summary="S", line_numbers=True, show_warnings=False))

    flags = _flags("x", context=quarto)

    assert (flags.input, flags.fold_summary, flags.line_numbers, flags.shows_stderr) == (_FOLDED, "S", True, False)
    assert _sides("#| code-fold: false\nx", context=quarto) == (_PLAIN, _PLAIN)
    assert _sides("#| echo: true\nx", context=quarto) == (_FOLDED, _PLAIN)
    silent = CellContext("a.ipynb", code=CodeDefaults(echo=False, show_output=False, fold=True))
    assert _sides("x", context=silent) == (_HIDDEN, _HIDDEN)
    assert _sides("#| echo: true\n#| output: true\nx", context=silent) == (_FOLDED, _PLAIN)
    assert _sides("#collapse\nx", context=silent) == (_FOLDED, _HIDDEN)


def test_the_whole_notebook_may_hide_its_code() -> None:
    hiding = CellContext("a.ipynb", hides_input=True)

    assert _sides("x", context=hiding) == (_HIDDEN, _PLAIN)
    assert _sides("#collapse_show\nx", context=hiding) == (_OPEN, _PLAIN)


# Cells that are left out by themselves


@pytest.mark.parametrize("source", ["%matplotlib inline", "%load_ext autoreload\n%autoreload 2\n\n", "  %reload_ext x"])
def test_a_cell_of_nothing_but_setup_magics_is_left_out(source: str) -> None:
    assert _flags(source).is_dropped
    assert not _flags(f"{source}\nimport x").is_dropped
    assert not _flags(f"#collapse_show\n{source}").is_dropped


@pytest.mark.parametrize("source", ["%timeit f()", "%%time\nx", "# Setup\n%matplotlib inline", "%config X.y = 1"])
def test_other_magics_are_shown(source: str) -> None:
    assert _flags(source) == CellFlags(source)


def test_an_empty_cell_is_left_out_unless_it_has_output() -> None:
    assert read_cell_flags(Cell(CellKind.CODE, 1, " \n"), _NEW)[0].is_dropped
    assert not _flags("").is_dropped


# Markdown cells


def _markdown(source: str, context: CellContext = _NEW) -> CellFlags:
    flags, problems = read_cell_flags(Cell(CellKind.MARKDOWN, 2, source), context)
    assert problems == ()
    return flags


def test_hide_drops_a_markdown_cell_too_and_its_other_flags_are_headings() -> None:
    assert _markdown("#hide\nA draft.").is_dropped
    assert _markdown("A draft.\n\n# hide\n").is_dropped
    assert _markdown("# collapse\n\nText") == CellFlags("# collapse\n\nText")
    assert _markdown("# Hide\n\nand seek") == CellFlags("# Hide\n\nand seek")


def test_a_directive_shown_in_a_code_fence_is_text() -> None:
    source = "Write this:\n\n```python\n#hide\nx\n```\n\n~~~\n#hide\n~~~\n"

    assert _markdown(source) == CellFlags(source)


def test_a_markdown_cell_may_waive_a_leak_without_a_heading() -> None:
    flags = _markdown("<!-- leak-ok: e-mail -->\nWrite to me.")

    assert (flags.waived_leaks, flags.shown_source) == (("e-mail",), "Write to me.")


def test_a_fake_heading_is_left_out_where_nbdev_made_the_notebook() -> None:
    assert _markdown("text\n\n## Export -", _OLD).is_dropped
    assert _markdown("# Export -\n", _NBDEV).is_dropped
    assert _markdown("## Export -", _NEW) == CellFlags("## Export -")
    assert not _markdown("## Export -\n\ntext", _OLD).is_dropped
    assert not _markdown("## Well-", _OLD).is_dropped


# Mistyped


@pytest.mark.parametrize(
    ("line", "mend"),
    [
        ("#hide-inptu", "#hide-input"), ("#hide_inputs", "#hide_input"), ("# hdie", "# hide"), ("#hid", "#hide"),
        ("#Hide", "#hide"), ("#colapse", "#collapse"), ("#collapse_shwo", "#collapse_show"),
        ("#collaps-otput", "#collapse-output"),
        ("#HIDE_INPUT", "#hide_input"), ("#| ecko: false", "#| echo: false"), ("#| hidee", "#| hide"),
    ],
)  # fmt: skip
def test_a_word_within_two_letters_of_a_directive_is_asked_about(line: str, mend: str) -> None:
    flags, problems = read_cell_flags(_code(f"x\n\n{line}\ny" if ":" not in line else f"{line}\ny"), _OLD)

    at = Location(_OLD.file, 3, 1 if ":" in line else 3, 5)
    assert problems == (warning("unknown-flag", f"unknown cell flag `{line}`", at, f"write `{mend}`"),)
    assert not flags.is_dropped


def test_the_warning_names_the_cell_and_line_an_author_can_jump_to() -> None:
    (problem,) = read_cell_flags(Cell(CellKind.CODE, 3, "#hide-inptu\nx"), _OLD)[1]

    assert f"{problem.at}: {problem.problem}" == (
        "_notebooks/2020-02-20-test.ipynb, cell 3, line 1: unknown cell flag `#hide-inptu`"
    )


_LINES = some.sampled_from(
    [
        "#hide_input", "#collapse", "#| echo: false", "#| fig-cap: |", "#|   x", "# words", "x = 1", '"""', "",
        "#| a: [", "```", "#| tags: [a, {b: c}]", "# leak-ok: a", "#@title {", "%matplotlib", "//| echo: 1",
        "#| code-fold: {a: b}", "#| eval:", "#| export a b", "x #| hide_line",
    ]
)  # fmt: skip


@given(some.lists(_LINES | some.text(max_size=20), max_size=8), some.sampled_from(list(CellKind)))
def test_any_cell_has_flags_and_keeps_every_other_line(lines: list[str], kind: CellKind) -> None:
    source = "\n".join(lines)

    flags, _ = read_cell_flags(Cell(kind, 1, source), _OLD)

    kept = iter(source.split("\n"))
    assert not flags.shown_source or all(
        any(line == other for other in kept) for line in flags.shown_source.split("\n")
    )


_VALUES = some.none() | some.booleans() | some.integers() | some.text(max_size=5)
_KEYS = ["collapsed", "scrolled", "jupyter", "hide_input", "mystnb", "vscode", "tags", "alt", "cellView"]
_INNER_KEYS = ["source_hidden", "figure", "image", "alt"]
_METADATA = some.dictionaries(
    some.sampled_from(_KEYS), _VALUES | some.dictionaries(some.sampled_from(_INNER_KEYS), _VALUES, max_size=3)
)


@given(_METADATA, some.lists(some.text(max_size=12), max_size=3))
def test_any_metadata_gives_flags(metadata: dict[str, Any], tags: list[str]) -> None:
    flags, problems = read_cell_flags(Cell(CellKind.CODE, 1, "x", (), None, tuple(tags), metadata), _NEW)

    assert flags.shown_source == "x"
    assert problems == ()
