"""The shape of cells on a page."""

import subprocess
import sys
from dataclasses import replace

import pytest

from generator.errors import SettingsError
from generator.markup.dialect import Dialect
from generator.markup.highlight import Highlighter
from generator.model.executed import Executed
from generator.model.front_matter import FrontMatter
from generator.model.notebook import Cell, CellKind, Notebook, Stream
from generator.model.outline import CellFlags, Edition, FigureWish, Outline, Shown
from generator.model.source import Shelf, SourceFile, SourceKind
from generator.readers.reader import Reader
from tests.readers.notebook.making import (
    CELL_TEMPLATES,
    RULES,
    base64_text,
    code,
    new_reader,
    no_files,
    png,
    read_cells,
    shows,
)

X = '<div class="cell-input"><div class="highlight"><pre tabindex="0"><code class="language-python">'
X += '<span class="n">x</span>\n</code></pre></div></div>'
Y = '<div class="output output-stream stream-stdout"><pre>y</pre></div>'


def body(flags: CellFlags, *outputs: Stream) -> str:
    return read_cells(code("x", *outputs), flags=(flags,)).body.html


FOLDED = '<details class="code-fold"{}><summary>{}</summary>\n' + X + "\n</details>"
FOLDED_OUTPUT = '<details class="output-fold"><summary>Show output</summary>\n{}\n</details>'
SHOWN = f'<div class="cell-output">\n{Y}\n</div>'
SCROLLED = f'<div class="cell-output output-scroll" tabindex="0" role="group" aria-label="Output">\n{Y}\n</div>'


def cell(inner: str, classes: str = "cell") -> str:
    return f'<div class="{classes}">\n{inner}\n</div>\n\n'


@pytest.mark.parametrize(
    ("flags", "html"),
    [
        (CellFlags("x"), cell(f"{X}\n{SHOWN}")),
        (CellFlags("x", input=Shown.FOLDED, output=Shown.HIDDEN), cell(FOLDED.format("", "Show code"))),
        (
            CellFlags("x", input=Shown.FOLDED_OPEN, output=Shown.HIDDEN, fold_summary="The <model>"),
            cell(FOLDED.format(" open", "The &lt;model&gt;")),
        ),
        (CellFlags("x", input=Shown.HIDDEN, output=Shown.FOLDED), cell(FOLDED_OUTPUT.format(SHOWN))),
        (
            CellFlags("x", input=Shown.HIDDEN, output=Shown.SCROLLED, column="page"),
            cell(SCROLLED, "cell column-page"),
        ),
        (CellFlags("x", input=Shown.HIDDEN, output=Shown.HIDDEN), ""),
        (CellFlags("x", is_dropped=True), ""),
    ],
)
def test_each_side_of_a_cell_appears_as_its_author_asks(flags: CellFlags, html: str) -> None:
    assert body(flags, Stream("stdout", "y")) == html


def test_lines_are_numbered_when_asked() -> None:
    numbered = body(replace(CellFlags("x"), line_numbers=True))

    assert "1" in numbered and numbered != body(CellFlags("x"))


def test_cells_that_show_nothing_are_left_out() -> None:
    assert read_cells(code(" \n"), Cell(CellKind.MARKDOWN, 2, "  ")).body.html == ""


@pytest.mark.parametrize(
    ("metadata", "html"),
    [
        ({"raw_mimetype": "text/html"}, "<b>raw</b>"),
        ({"format": "text/markdown"}, "<p><b>raw</b></p>"),
        ({"format": "text/latex"}, ""),
        ({}, ""),
    ],
)
def test_raw_cells_are_shown_when_a_page_can_show_them(metadata: dict[str, str], html: str) -> None:
    assert read_cells(Cell(CellKind.RAW, 1, "<b>raw</b>", metadata=metadata)).body.html.strip() == html


def test_a_cell_of_parameters_put_in_by_a_run_is_not_shown() -> None:
    own = (code("a", number=1), code("b", number=2))
    injected = replace(code("secret = 1"), tags=("injected-parameters",))
    source = SourceFile("_notebooks/a.ipynb", Shelf.NOTEBOOKS, "_notebooks", SourceKind.NOTEBOOK, b"", "")
    outline = Outline(source, FrontMatter(title="A"), (CellFlags("a"), CellFlags("b", is_dropped=True)))
    executed = Executed(Notebook((own[0], injected, own[1]), {}, "python", "python3", "4.5"))

    reading = new_reader().read(Edition(outline), executed, no_files, RULES)

    assert reading.body.markdown == "# A\n\n```python\na\n```\n"


def test_the_picture_an_author_chose_stands_for_the_post() -> None:
    flags = CellFlags("", figure=FigureWish(is_preview=True))
    reading = read_cells(code("", shows(png=base64_text(png(4, 4)))), flags=(flags,))

    assert reading.document.front.image == f"/assets/g/{reading.blobs[0].name}"


def test_a_wrong_cell_template_is_named() -> None:
    templates = {**CELL_TEMPLATES, "code.html": "{{ block.inputt }}"}
    source = SourceFile("_notebooks/a.ipynb", Shelf.NOTEBOOKS, "_notebooks", SourceKind.NOTEBOOK, b"", "")
    executed = Executed(Notebook((code("x"),), {}, "python", "python3", "4.5"))
    outline = Outline(source, FrontMatter(title="A"), (CellFlags("x"),))

    with pytest.raises(SettingsError) as said:
        Reader(Dialect({}), Highlighter(), templates).read(Edition(outline), executed, no_files, RULES)

    assert "inputt" in said.value.problem
    assert said.value.mend


def test_reading_twice_gives_the_same() -> None:
    cells = (Cell(CellKind.MARKDOWN, 1, "## A\n\n$x$"), code("x", Stream("stdout", "y"), number=2))

    assert read_cells(*cells) == read_cells(*cells)


def test_a_post_is_read_without_importing_what_notebooks_need() -> None:
    script = """
import sys
from tests.readers.making import read_text
read_text("# T\\n\\nWords with `code`.")
print([name for name in ("nbconvert", "nbformat", "jupyter_client") if name in sys.modules])
"""
    said = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)

    assert said.stdout == "[]\n"
