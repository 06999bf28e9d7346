"""What differs between committed outputs and those of a fresh run."""

# ruff: noqa: E501 - what is compared stands side by side

import base64
import struct
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as some

from generator.checks.line_differences import Tolerance
from generator.checks.notebook_differences import CellDifference, DifferenceKind, compare, has_outputs
from generator.formats.notebook import parse
from generator.model.notebook import Cell, CellKind, Display, Failure, Notebook, Output, Stream
from tests.corpora import notebooks

Pair = tuple[Sequence[Output], Sequence[Output]]


def out(text: str) -> list[Output]:
    return [Stream("stdout", text)]


def err(text: str) -> list[Output]:
    return [Stream("stderr", text)]


def plain(text: str) -> list[Output]:
    return [Display({"text/plain": text}, is_result=True)]


def html(text: str, words: str = "x") -> list[Output]:
    return [Display({"text/html": text, "text/plain": words}, is_result=True)]


def chart(spec: Any) -> list[Output]:
    return [Display({"application/vnd.vegalite.v5+json": spec, "text/plain": "alt.Chart(...)"})]


def png(width: int, height: int, noise: bytes = b"") -> str:
    header = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", width, height) + b"\x08\x06\0\0\0"
    return base64.b64encode(header + noise).decode()


def picture(width: int, height: int, noise: bytes = b"") -> list[Output]:
    return [Display({"image/png": png(width, height, noise), "text/plain": "<Figure size 640x480 with 1 Axes>"})]


def svg(width: int, path: str) -> list[Output]:
    return [Display({"image/svg+xml": f'<svg width="{width}pt" height="100pt"><path d="{path}"/></svg>'})]


def table(*rows: Sequence[object]) -> str:
    cells = "".join("<tr>" + "".join(f"<td>{value}</td>" for value in row) + "</tr>\n" for row in rows)
    return f'<table border="1" class="dataframe">\n<tbody>\n{cells}</tbody></table>'


def book(*cells: Sequence[Output], source: str = "x") -> Notebook:
    return Notebook(
        tuple(Cell(CellKind.CODE, number, source, tuple(outputs), 1) for number, outputs in enumerate(cells, start=1)),
        {},
        "python",
        "python3",
        "4.5",
    )


LOG = "2024-03-01 09:15:02,123 - train - INFO - epoch 1 done\n"
STYLER = (
    '<style>#T_{0}_row0_col0 {{color: red;}}</style><table id="T_{0}"><tr><td id="T_{0}_row0_col0">1</td></tr></table>'
)
ALTAIR = '<div id="altair-viz-{0}"></div><script>embed(document.getElementById("altair-viz-{0}"), {{"a": 1}})</script>'
PLOTLY = '<div id="{0}" class="plotly-graph-div"></div><script>Plotly.newPlot("{0}", [1.0])</script>'
OLS = "Date: {0}   Prob (F-statistic):   0.00\nTime: {1}   Log-Likelihood:   -12.40\n"

HARMLESS: dict[str, Pair] = {
    "a float beyond its 6th digit": (plain("0.123456789"), plain("0.123456788")),
    "an array spaced otherwise": (plain("array([ 1.,  2., -0.])"), plain("array([1.0000000001, 2., 0.])")),
    "an array wrapped otherwise": (
        plain("array([0.5       , 0.25      ,\n       0.125     ])"),
        plain("array([0.5, 0.25, 0.125])"),
    ),
    "noise beside ones": (plain("[[1.00000000e+00 1.1e-17]\n [0.0e+00 1.0e+00]]"), plain("[[1.0e+00 -5.0e-17]\n [0.0e+00 1.0e+00]]")),
    "a float with a unit and one with an exponent": (out("12.3456789kg 1.0e-5 m"), out("12.3456788kg 1.00000001e-05 m")),
    "not a number": (plain("array([nan, 1.5])"), plain("array([nan, 1.5000000001])")),
    "complex noise": (plain("(1.5+2.0000000001j)"), plain("(1.5000000001+2.0j)")),
    "the address of a function": (plain("<function f at 0x7f33a0c1d2e0>"), plain("<function f at 0x10e8b1d30>")),
    "an address in a list": (plain("[<A object at 0x7f33a0c1d2e0>]"), plain("[<A object at 0x7f44aaaaaaa0>]")),
    "an object's id": (plain("Node(id=140234567890123)"), plain("Node(id=139934567890555)")),
    "%time": (
        out("CPU times: user 3 µs, sys: 1 µs, total: 4 µs\nWall time: 6.2 µs\n5\n"),
        out("CPU times: user 1.2 s, sys: 4 ms, total: 1.21 s\nCompiler : 152 ms\nWall time: 1min 2s\n5\n"),
    ),
    "%timeit": (
        out("1.23 µs ± 4.5 ns per loop (mean ± std. dev. of 7 runs, 1,000,000 loops each)\n"),
        out(
            "The slowest run took 5.31 times longer than the fastest. "
            "This could mean that an intermediate result is being cached.\n"
            "12 ms ± 1 ms per loop (mean ± std. dev. of 7 runs, 100 loops each)\n"
        ),
    ),
    "a duration in words": (out("Training took 12.3 seconds\n"), out("Training took 1min 2 s\n")),
    "the clock of a log": (err(LOG), err(LOG.replace("2024-03-01 09:15:02,123", "2026-11-18 23:00:59,9"))),
    "the clock of a log without date": (out("[09:15:02] INFO start\n"), out("[23:59:01] INFO start\n")),
    "now": (
        plain("datetime.datetime(2024, 3, 1, 9, 15, 2, 123456)"),
        plain("datetime.datetime(2026, 11, 18, 23, 59, 1, 5)"),
    ),
    "when it was updated": (out("Last updated: 2024-03-01 09:15\n"), out("Last updated: 2026-11-18 23:59\n")),
    "a summary's date": (
        plain(OLS.format("Fri, 01 Mar 2024", "09:15:02")),
        plain(OLS.format("Wed, 18 Nov 2026", "23:59:01")),
    ),
    "a temporary folder": (out("saved /tmp/tmpab12cd34/a.csv\n"), out("saved /var/folders/xy/abc_123/T/tmpq9w8e7r6/a.csv\n")),
    "a process id": (out("worker pid: 4711 ready\n"), out("worker pid: 12 ready\n")),
    "a UUID": (
        out("run 550e8400-e29b-41d4-a716-446655440000\n"),
        out("run 6fa459ea-ee8a-3ca4-894e-db77e160355e\n"),
    ),
    "a progress bar": (
        err("\r  0%|          | 0/10 [00:00<?, ?it/s]\r100%|██████████| 10/10 [00:01<00:00,  9.50it/s]\n"),
        err("\r  0%|          | 0/10 [00:00<?, ?it/s]\r 40%|████      | 4/10 [00:00<00:00, 31.2it/s]\r100%|██████████| 10/10 [00:00<00:00, 31.5it/s]\n"),
    ),
    "a bar of Keras": (
        out("10/10 [==============================] - 1s 5ms/step - loss: 0.31250001\n"),
        out("10/10 [==============================] - 12s 115ms/step - loss: 0.3125\n"),
    ),
    "ids of pandas' Styler": (html(STYLER.format("a1b2c")), html(STYLER.format("00ff7"))),
    "ids of Altair": (html(ALTAIR.format("0" * 31 + "a")), html(ALTAIR.format("b" * 31 + "7"))),
    "ids of plotly": (
        html(PLOTLY.format("550e8400-e29b-41d4-a716-446655440000")),
        html(PLOTLY.format("6fa459ea-ee8a-3ca4-894e-db77e160355e")),
    ),
    "floats of a table": (html(table(("a", 1.5), ("b", 0.1))), html(table(("a", 1.5), ("b", 0.10000000000000002)))),
    "keys of JSON in another order": (chart({"a": 1, "b": [1.0]}), chart({"b": [1.0000000001], "a": 1})),
    "a data set named by its digest": (
        chart({"data": {"name": "data-" + "0a" * 16}, "datasets": {"data-" + "0a" * 16: [{"x": 1.0}]}}),
        chart({"data": {"name": "data-" + "1b" * 16}, "datasets": {"data-" + "1b" * 16: [{"x": 1.0000000001}]}}),
    ),
    "1 and 1.0 in JSON": (chart({"a": 1}), chart({"a": 1.0})),
    "white space at line ends": (out("a  \nb\n\n"), out("a\nb")),
    "a stream in pieces": ([Stream("stdout", "a\nb"), Stream("stdout", "c\n")], out("a\nbc\n")),
    "streams interleaved otherwise": (
        [Stream("stdout", "a\n"), Stream("stderr", "w\n"), Stream("stdout", "b\n")],
        [Stream("stderr", "w\n"), Stream("stdout", "a\nb\n")],
    ),
    "colours": (out("\x1b[31mred\x1b[0m\n"), out("red\n")),
    "home": (out("/home/ada/blog/data.csv\n"), out("/Users/grace/blog/data.csv\n")),
    "where a warning comes from": (
        err("/usr/lib/python3.11/site-packages/a/b.py:12: FutureWarning: x is deprecated\n  x()\n"),
        err("C:\\envs\\b\\lib\\site-packages\\a\\b.py:345: FutureWarning: x is deprecated\n  x()\n"),
    ),
    "a warning of the cell itself": (
        err("/tmp/ipykernel_4711/12345.py:2: UserWarning: odd\n"),
        err("<ipython-input-3-0123456789ab>:2: UserWarning: odd\n"),
    ),
    "bytes of a picture": (picture(640, 480), picture(640, 480, b"other pixels")),
    "a picture some pixels wider": (picture(640, 480), picture(643, 478)),
    "paths of an SVG": (svg(100, "M0 0"), svg(100, "M1 1.5")),
    "a picture inside HTML": (
        html(f'<img src="data:image/png;base64,{png(64, 64)}">'),
        html(f'<img src="data:image/png;base64,{png(64, 64, b"pixels")}">'),
    ),
    "a traceback's lines": ([Failure("E", "no", ("line 1",))], [Failure("E", "no", ("\x1b[0mline 2",))]),
    "a port": (plain("<Client: 'tcp://127.0.0.1:41234'>"), plain("<Client: 'tcp://127.0.0.1:55555'>")),
    "a count of executions": (out("Cell In[5], line 2\n"), out("Cell In[17], line 2\n")),
    "a line that was written over": (out("step 1\rstep 2\rstep 3\n"), out("step 2\rstep 3\n")),
}  # fmt: skip

SEEDED: dict[str, tuple[Sequence[Output], Sequence[Output], DifferenceKind]] = {
    "a word": (out("the red fox\n"), out("the rod fox\n"), DifferenceKind.TEXT),
    "a float": (plain("0.9134"), plain("0.9131"), DifferenceKind.NUMBER),
    "a float just beyond tolerance": (plain("1.000000"), plain("1.000002"), DifferenceKind.NUMBER),
    "the sign of a float": (plain("-0.25"), plain("0.25"), DifferenceKind.NUMBER),
    "an exponent": (plain("1.5e-05"), plain("1.5e-06"), DifferenceKind.NUMBER),
    "a tiny float by itself": (plain("6.626e-34"), plain("6.627e-34"), DifferenceKind.NUMBER),
    "a whole number": (out("10000001 rows\n"), out("10000002 rows\n"), DifferenceKind.TEXT),
    "a number that is none any more": (plain("[1.5 2.5]"), plain("[1.5 nan]"), DifferenceKind.TEXT),
    "the shape of an array": (plain("array([[1., 2.],\n       [3., 4.]])"), plain("array([1., 2., 3., 4.])"), DifferenceKind.TEXT),
    "a version": (out("numpy 1.26.4\n"), out("numpy 1.26.5\n"), DifferenceKind.TEXT),
    "a date in data": (plain("2020-03-01    1.5\n2020-03-02    2.5"), plain("2020-03-01    1.5\n2020-03-03    2.5"), DifferenceKind.TEXT),
    "a time in data": (plain("2020-03-01 00:00:00    1.5"), plain("2020-03-01 01:00:00    1.5"), DifferenceKind.TEXT),
    "a time before a loss": (plain("2020-03-01 00:00:00   -1.5"), plain("2020-03-01 01:00:00   -1.5"), DifferenceKind.TEXT),
    "the first moment of data": (plain("Timestamp('2020-03-01 00:00:00')"), plain("Timestamp('2020-03-02 00:00:00')"), DifferenceKind.TEXT),
    "a number in a file's name": (out("/tmp/results2.csv\n"), out("/tmp/results3.csv\n"), DifferenceKind.TEXT),
    "an identifier in data": (out("id: 1234567890\n"), out("id: 1234567891\n"), DifferenceKind.TEXT),
    "a commit that looks like a number": (out("at 12e3456ab\n"), out("at 12e3457ab\n"), DifferenceKind.TEXT),
    "an indent": (out("if a:\n    b\n"), out("if a:\nb\n"), DifferenceKind.TEXT),
    "an address of a network": (out("10.0.0.1\n"), out("10.0.0.2\n"), DifferenceKind.TEXT),
    "a duration that was computed": (out("half-life: 5.3 s\n"), out("half-life: 5.4 s\n"), DifferenceKind.NUMBER),
    "a level of a log": (err(LOG), err(LOG.replace("INFO", "ERROR")), DifferenceKind.TEXT),
    "a name beside an address": (plain("<function f at 0x7f33a0c1d2e0>"), plain("<function g at 0x7f33a0c1d2e0>"), DifferenceKind.TEXT),
    "a file in a temporary folder": (out("/tmp/tmpab12cd34/a.csv\n"), out("/tmp/tmpab12cd34/b.csv\n"), DifferenceKind.TEXT),
    "what a warning says": (
        err("/usr/lib/python3.11/site-packages/b.py:12: FutureWarning: x is deprecated\n"),
        err("/usr/lib/python3.11/site-packages/b.py:12: FutureWarning: y is deprecated\n"),
        DifferenceKind.TEXT,
    ),
    "the kind of a warning": (err("a.py:1: UserWarning: x\n"), err("a.py:1: RuntimeWarning: x\n"), DifferenceKind.TEXT),
    "a digest": (plain("'9f86d081884c7d659a2feaa0c55ad015'"), plain("'9f86d081884c7d659a2feaa0c55ad016'"), DifferenceKind.TEXT),
    "how many a progress bar counts": (
        err("100%|██████████| 10/10 [00:01<00:00,  9.50it/s]\n"),
        err("100%|██████████| 20/20 [00:01<00:00,  9.50it/s]\n"),
        DifferenceKind.TEXT,
    ),
    "a loss beside a bar": (
        out("10/10 [==============================] - 1s 5ms/step - loss: 0.3125\n"),
        out("10/10 [==============================] - 1s 5ms/step - loss: 0.4125\n"),
        DifferenceKind.NUMBER,
    ),
    "a line more": (out("a\nb\n"), out("a\nb\nc\n"), DifferenceKind.TEXT),
    "a line less": (out("a\nb\n"), out("a\n"), DifferenceKind.TEXT),
    "lines in another order": (out("a\nb\n"), out("b\na\n"), DifferenceKind.TEXT),
    "a cell of a table": (html(table(("a", 1.5), ("b", 2.5))), html(table(("a", 1.5), ("b", 2.6))), DifferenceKind.NUMBER),
    "a row of a table": (html(table(("a", 1), ("b", 2))), html(table(("a", 1))), DifferenceKind.TEXT),
    "a column of a table": (html(table(("a", 1))), html(table(("a", 1, 7))), DifferenceKind.TEXT),
    "a colour in HTML": (html('<b style="color: red">a</b>'), html('<b style="color: blue">a</b>'), DifferenceKind.TEXT),
    "a reference inside HTML": (
        html('<i id="a1b2c3d4e5"></i><i id="f6a7b8c9d0"></i><u for="a1b2c3d4e5">'),
        html('<i id="a1b2c3d4e5"></i><i id="f6a7b8c9d0"></i><u for="f6a7b8c9d0">'),
        DifferenceKind.TEXT,
    ),
    "a value in JSON": (chart({"a": {"b": [1, 2]}}), chart({"a": {"b": [1, 3]}}), DifferenceKind.NUMBER),
    "a large whole number in JSON": (chart({"a": 10000001}), chart({"a": 10000002}), DifferenceKind.NUMBER),
    "a key of JSON": (chart({"mark": "bar"}), chart({"mark": "bar", "title": "T"}), DifferenceKind.TEXT),
    "a text in JSON": (chart({"mark": "bar"}), chart({"mark": "line"}), DifferenceKind.TEXT),
    "text that became a number in JSON": (chart({"a": "1"}), chart({"a": 1}), DifferenceKind.TEXT),
    "an output that is gone": (plain("1"), [], DifferenceKind.MISSING),
    "an output where none was": ([], plain("1"), DifferenceKind.EXTRA),
    "one of two outputs": (plain("1") + plain("2"), plain("2"), DifferenceKind.MISSING),
    "something printed where nothing was": ([], out("a\n"), DifferenceKind.EXTRA),
    "the other stream": (out("a\n") + plain("1"), err("a\n") + plain("1"), DifferenceKind.MISSING),
    "another type": (picture(64, 64), svg(64, "M0 0"), DifferenceKind.TYPE),
    "a type less": (html("<b>a</b>"), plain("x"), DifferenceKind.TYPE),
    "the size of a picture": (picture(640, 480), picture(640, 380), DifferenceKind.SIZE),
    "the size of an SVG": (svg(100, "M0 0"), svg(200, "M0 0"), DifferenceKind.SIZE),
    "the axes of a figure": (
        picture(640, 480),
        [Display({"image/png": png(640, 480), "text/plain": "<Figure size 640x480 with 2 Axes>"})],
        DifferenceKind.TEXT,
    ),
    "a picture that is none": (picture(640, 480), [Display({"image/png": "AAAA", "text/plain": "x"})], DifferenceKind.SIZE),
    "an exception": (out("a\n"), [*out("a\n"), Failure("ValueError", "no", ())], DifferenceKind.ERROR),
    "no exception": ([Failure("ValueError", "no", ())], [], DifferenceKind.ERROR),
    "another exception": ([Failure("ValueError", "no", ())], [Failure("KeyError", "no", ())], DifferenceKind.ERROR),
    "what an exception says": ([Failure("E", "no a", ())], [Failure("E", "no b", ())], DifferenceKind.ERROR),
    "Markdown": ([Display({"text/markdown": "# A"})], [Display({"text/markdown": "# B"})], DifferenceKind.TEXT),
    "LaTeX": ([Display({"text/latex": "$x^2$"})], [Display({"text/latex": "$x^3$"})], DifferenceKind.TEXT),
}  # fmt: skip


def test_each_seeded_difference_is_reported_in_its_cell_and_no_harmless_one_is() -> None:
    # Seeded and harmless cells in turn, so that none can excuse its neighbour.
    harmless, seeded = [*HARMLESS.values()], [*SEEDED.values()]
    assert min(len(harmless), len(seeded)) >= 20
    pairs = [pair for both in zip(harmless, seeded, strict=False) for pair in ((*both[0], None), both[1])]

    found = compare(book(*(pair[0] for pair in pairs)), book(*(pair[1] for pair in pairs)))

    first = {difference.cell: difference.kind for difference in reversed(found)}
    assert first == {number: pair[2] for number, pair in enumerate(pairs, start=1) if pair[2] is not None}


@pytest.mark.parametrize("case", HARMLESS)
def test_what_changes_at_every_run_is_no_difference(case: str) -> None:
    committed, fresh = HARMLESS[case]

    assert compare(book(committed), book(fresh)) == ()
    assert compare(book(fresh), book(committed)) == ()


@pytest.mark.parametrize("case", SEEDED)
def test_what_differs_is_reported_both_ways(case: str) -> None:
    committed, fresh, kind = SEEDED[case]

    there, back = compare(book([], committed), book([], fresh)), compare(book([], fresh), book([], committed))

    assert (there[0].cell, there[0].kind) == (2, kind)
    assert back != ()


def test_a_difference_shows_what_was_and_what_is() -> None:
    committed, fresh = out("a\nloss 0.50\nb\n"), out("a\nloss 0.75\nb\n")

    assert compare(book(committed), book(fresh)) == (
        CellDifference(
            1,
            DifferenceKind.NUMBER,
            "a number in what it printed was 0.5, now 0.75",
            ("  a", "- loss 0.50", "+ loss 0.75", "  b"),
            0,
            1,
        ),
    )


@pytest.mark.parametrize(
    ("before", "now"),
    [
        ("<Figure size 640x480 with 1 Axes>", "<Figure size 800x480 with 1 Axes>"),
        ("<matplotlib.figure.Figure at 0x1>", "<Figure size 800x480 with 1 Axes>"),
        ("<IPython.core.display.Image object>", "<IPython.core.display.Image object>"),
    ],
)
def test_a_picture_of_another_size_is_one_difference_though_its_name_says_so_too(before: str, now: str) -> None:
    committed, fresh = (
        [Display({"image/png": png(width, 480), "text/plain": name})] for width, name in ((640, before), (800, now))
    )

    assert compare(book(committed), book(fresh)) == (
        CellDifference(
            1,
            DifferenceKind.SIZE,
            "its picture `image/png` is 800 x 480 px, and was 640 x 480 px",
            execution_count=1,
        ),
    )


def test_words_of_the_author_beside_a_picture_are_compared_though_the_picture_differs() -> None:
    committed, fresh = (
        [Display({"image/png": png(width, 480), "text/plain": f"{width} tides"})] for width in (640, 800)
    )

    kinds = [found.kind for found in compare(book(committed), book(fresh))]

    assert kinds == [DifferenceKind.SIZE, DifferenceKind.TEXT]


def test_of_a_long_line_only_the_part_that_differs_is_shown() -> None:
    (found,) = compare(book(out("x" * 500 + "old" + "y" * 500)), book(out("x" * 500 + "new" + "y" * 500)))

    assert [line[:3] for line in found.excerpt] == ["- …", "+ …"]
    assert [word in line for word, line in zip(("old", "new"), found.excerpt, strict=True)] == [True, True]
    assert max(map(len, found.excerpt)) < 120


def test_of_many_lines_that_differ_some_are_shown_and_the_rest_is_counted() -> None:
    (found,) = compare(book(out("a\n" * 100)), book(out("b\n" * 100)))

    assert len(found.excerpt) + found.left_out == 200
    assert len(found.excerpt) <= 20


def test_a_row_of_a_table_is_shown_as_words() -> None:
    (found,) = compare(book(html(table(("a", 1), ("b", 2)))), book(html(table(("a", 1), ("b", 3)))))

    assert found.excerpt == ("  a | 1", "- b | 2", "+ b | 3", "  </tbody></table>")


@pytest.mark.parametrize(
    ("tags", "source"),
    [
        (("ignore-output",), "x"),
        (("nbval-ignore-output",), "x"),
        (("nbval_skip",), "x"),
        (("skip-execution",), "x"),
        ((), "#| compare: false\nx"),
        ((), "import a\n// | compare: no\nx"),
        ((), "# NBVAL_IGNORE_OUTPUT\nx"),
    ],
)
def test_a_cell_may_be_left_out(tags: tuple[str, ...], source: str) -> None:
    committed = Notebook((Cell(CellKind.CODE, 1, source, (Stream("stdout", "a"),), tags=tags),), {}, "", "", "4.5")

    assert compare(committed, book(out("b"), source=source)) == ()


def test_a_tag_that_has_another_meaning_leaves_nothing_out() -> None:
    committed = Notebook((Cell(CellKind.CODE, 1, "x", (Stream("stdout", "a"),), tags=("random",)),), {}, "", "", "4.5")

    assert compare(committed, book(out("b"))) != ()


def test_cells_that_a_run_injects_are_left_out_and_the_others_keep_their_numbers() -> None:
    injected = Cell(CellKind.CODE, 1, "a = 1", (Stream("stdout", "p"),), tags=("injected-parameters",))
    run = Cell(CellKind.CODE, 2, "x", (Stream("stdout", "b"),), metadata={"inkmill": {"number": 1}})
    fresh = Notebook((injected, run), {}, "", "", "4.5")

    assert [found.cell for found in compare(book(out("a")), fresh)] == [1]


def test_the_tolerance_is_the_askers() -> None:
    before, now = book(plain("0.91"), picture(640, 480)), book(plain("0.92"), picture(600, 480))

    assert len(compare(before, now)) == 2
    assert compare(before, now, tolerance=Tolerance(relative=0.05, pixels=50)) == ()


def test_stripped_outputs_are_nothing_to_compare_with() -> None:
    stripped = Notebook((Cell(CellKind.CODE, 1, "x"),), {}, "", "", "4.5")

    assert not has_outputs(stripped)
    assert has_outputs(book([]))


def test_a_notebook_does_not_differ_from_itself() -> None:
    for path in notebooks():
        notebook, _ = parse(path.read_bytes(), path.name)
        assert compare(notebook, notebook) == ()


_TEXTS = some.text(some.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=200)
_JSON = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats() | _TEXTS,
    lambda inner: some.lists(inner, max_size=4) | some.dictionaries(_TEXTS, inner, max_size=4),
    max_leaves=15,
)
_OUTPUTS = some.lists(
    some.builds(Stream, some.sampled_from(["stdout", "stderr"]), _TEXTS)
    | some.builds(lambda text: Display({"text/html": text, "text/plain": text}), _TEXTS)
    | some.builds(lambda text: Display({"text/plain": text}), _TEXTS)
    | some.builds(lambda value: Display({"application/json": value}), _JSON)
    | some.builds(lambda text: Display({"image/png": text}), _TEXTS)
    | some.builds(lambda text: Failure("E", text, (text,)), _TEXTS),
    max_size=4,
)


@given(_OUTPUTS, _OUTPUTS)
def test_a_difference_one_way_is_one_the_other_way(one: list[Output], other: list[Output]) -> None:
    assert bool(compare(book(one), book(other))) == bool(compare(book(other), book(one)))


@given(_OUTPUTS)
def test_no_output_differs_from_an_equal_one(outputs: list[Output]) -> None:
    again = [Stream("stderr", ""), *outputs]

    assert compare(book(outputs), book(again)) == ()


_WORDS = some.lists(some.text("abcdefghijklmnopqrstuvwxyz ,.-", min_size=1, max_size=20), min_size=1, max_size=10)


@given(_WORDS, some.data())
def test_a_changed_letter_is_found(lines: list[str], data: some.DataObject) -> None:
    text = "\n".join(lines)
    places = [place for place, letter in enumerate(text) if letter.isalpha()]
    assume(places)
    place = data.draw(some.sampled_from(places))
    changed = text[:place] + ("a" if text[place] != "a" else "b") + text[place + 1 :]

    (found,) = compare(book([], out(text)), book([], out(changed)))

    assert (found.cell, found.kind) == (2, DifferenceKind.TEXT)


_FLOATS = some.lists(some.floats(1e-3, 1e6) | some.floats(-1e6, -1e-3), min_size=1, max_size=30)
_WRITTEN = some.sampled_from(["{!r}", "x={:.17e}kg", "[{:.12e}]", "{:.12f} | a", "({!r}, 1)"])


@given(_FLOATS, _WRITTEN, some.data())
def test_a_float_is_found_beyond_tolerance_and_not_within(
    numbers: list[float], written: str, data: some.DataObject
) -> None:
    place = data.draw(some.integers(0, len(numbers) - 1))
    assume(numbers[place] * 1.001 != int(numbers[place] * 1.001))

    def printed(factor: float) -> Notebook:
        changed = [number * factor if place == at else number for at, number in enumerate(numbers)]
        return book(out("\n".join(map(written.format, changed))))

    assert compare(printed(1), printed(1 + 1e-8)) == ()
    assert [found.kind for found in compare(printed(1), printed(1.001))] != []


@pytest.mark.timeout(120)
def test_long_outputs_are_compared_in_good_time() -> None:
    rows = [(f"name {number}", number / 7) for number in range(5_000)]
    before, now = html(table(*rows)), html(table(*rows[:-1], ("name", 0.5)))

    assert len(compare(book(before), book(now))) == 1
    assert len(compare(book(out("a b c\n" * 20_000)), book(out("a b d\n" * 20_000)))) == 1
