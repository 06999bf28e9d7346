"""Secrets in what a run left."""

import base64
import gzip
import json
import struct
import zlib
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import pytest

from generator.execution.run_leaks import FoundSecret, RunLeaks, leaks_of_run, scrubbed, withheld
from generator.model.execution import FailureKind, RunFailure
from generator.model.notebook import Cell, CellKind, Display, Failure, Notebook, Output, Stream
from generator.model.outline import CellFlags

# Put together here, so that no scanner of repositories takes it for a real one.
KEY = "AKIA" + "Q3EGZ7WPLM2KTRB5"
VALUE = "s3cret/w+rd-4711"


def png_with(kind: bytes, content: bytes) -> str:
    """A PNG of nothing with one chunk of words, as base64."""
    raw = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", len(content)) + kind + content + b"\0\0\0\0"
    return base64.b64encode(raw).decode()


def code(number: int, *outputs: Output, **metadata: Any) -> Cell:
    """A cell as a run leaves it: third to be executed, and with the number its author knows it by."""
    metadata = {"inkmill": {"number": number}, **metadata}
    return Cell(CellKind.CODE, number, "x", outputs, execution_count=3, metadata=metadata)


def notebook(*cells: Cell, **metadata: Any) -> Notebook:
    return Notebook(cells, metadata, "python", "python3", "4.5")


def shown(**bundle: Any) -> Display:
    return Display({mime.replace("__", "+").replace("_", "/", 1): content for mime, content in bundle.items()})


def lines(value: str) -> str:
    return "\n".join(value[start : start + 5] for start in range(0, len(value), 5))


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


# Each makes the outputs of a cell in which a secret stands.
FORMS: dict[str, Any] = {
    "printed": lambda s: [Stream("stdout", f"token {s}\n")],
    "written to stderr": lambda s: [Stream("stderr", f"token {s}\n")],
    "cut in two pieces of a stream": lambda s: [Stream("stdout", "t=" + s[:7]), Stream("stdout", s[7:] + "\n")],
    "cut over two streams": lambda s: [Stream("stdout", "t=" + s[:7]), Stream("stderr", s[7:] + "\n")],
    "cut with another stream between": lambda s: [
        Stream("stdout", "t=" + s[:7]),
        Stream("stderr", "warning\n"),
        Stream("stdout", s[7:] + "\n"),
    ],
    "a repr": lambda s: [shown(text_plain=repr({"token": s}))],
    "HTML": lambda s: [shown(text_html=f"<td>{s}</td>")],
    "HTML with the letters marked up": lambda s: [shown(text_html=f"<b>{s[:6]}</b><i>{s[6:]}</i>")],
    "HTML in characters of numbers": lambda s: [shown(text_html="".join(f"&#x{ord(x):x};" for x in s))],
    "Markdown": lambda s: [shown(text_markdown=f"**{s}**")],
    "LaTeX": lambda s: [shown(text_latex=f"$\\text{{{s}}}$")],
    "JavaScript": lambda s: [shown(application_javascript=f"let a = {json.dumps(s)}")],
    "nested JSON": lambda s: [shown(application_json={"a": [{"b": {"c": [1, s]}}]})],
    "a key of JSON": lambda s: [shown(application_json={s: {"a": 1}})],
    "a chart": lambda s: [Display({"application/vnd.vegalite.v5+json": {"data": [{"url": f"https://x/?k={s}"}]}})],
    "JSON with escapes": lambda s: [shown(application_json=json.dumps("".join(f"\\u{ord(x):04x}" for x in s)))],
    "a MIME type of nobody's": lambda s: [Display({"application/x-odd": [f"a {s}"]})],
    "an SVG": lambda s: [shown(image_svg__xml=f"<svg><title>{s}</title></svg>")],
    "the words of a PNG": lambda s: [shown(image_png=png_with(b"tEXt", b"Comment\0" + s.encode()))],
    "the packed words of a PNG": lambda s: [shown(image_png=png_with(b"zTXt", b"C\0\0" + zlib.compress(s.encode())))],
    "a picture's data URI": lambda s: [
        shown(text_html=f'<img src="data:image/png;base64,{png_with(b"tEXt", b"C" + bytes(1) + s.encode())}">')
    ],
    "a PDF": lambda s: [shown(application_pdf=base64.b64encode(b"%PDF-1.7 (" + s.encode() + b")\x80\x81").decode())],
    "a URL": lambda s: [Stream("stdout", f"https://a.example/?key={quote(s, safe='')}&b=1")],
    "every letter percent-encoded": lambda s: [Stream("stdout", "".join(f"%{ord(x):02X}" for x in s))],
    "base64": lambda s: [Stream("stdout", encoded(f"user:{s}"))],
    "base64 of base64": lambda s: [Stream("stdout", encoded(encoded(f"the user:{s}")))],
    "compressed": lambda s: [Stream("stdout", base64.b64encode(gzip.compress(s.encode())).decode())],
    "hexadecimal": lambda s: [Stream("stdout", s.encode().hex())],
    "between colours": lambda s: [Stream("stdout", f"\x1b[31m{s[:5]}\x1b[0m{s[5:]}\x1b[0m")],
    "the message of an exception": lambda s: [Failure("HTTPError", f"401 for https://a.example/?t={s}", ())],
    "a traceback": lambda s: [Failure("E", "", ("in x", f"\x1b[0;32m----> 1\x1b[0m login(\x1b[33m'{s}'\x1b[0m)"))],
    "an output's metadata": lambda s: [Display({"text/plain": "x"}, {"text/plain": {"token": s}})],
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(("secret", "kind"), [(KEY, "aws-key"), (VALUE, "environment-value")])
def test_a_secret_is_found_in_every_form(form: str, secret: str, kind: str) -> None:
    run = notebook(code(1), code(2, *FORMS[form](secret)))

    found = leaks_of_run(run, (), (VALUE,))

    assert found.failure is not None
    assert (found.failure.kind, found.failure.cell, found.failure.execution_count) == (FailureKind.LEAK, 2, 3)
    assert f"`{kind}`" in found.failure.problem
    assert secret not in repr(found)


@pytest.mark.parametrize(
    "spread",
    [lines(VALUE), "\n".join(VALUE), repr(list(VALUE)), "\u200b".join(VALUE), " ".join(VALUE)],
)
def test_a_value_is_found_with_something_between_its_letters(spread: str) -> None:
    found = leaks_of_run(notebook(code(1, Stream("stdout", spread))), (), (VALUE,))

    assert found.failure is not None
    assert "`environment-value`" in found.failure.problem


def test_words_with_space_between_them_are_no_value() -> None:
    run = notebook(code(1, Stream("stdout", "the database of production")))

    assert leaks_of_run(run, (), ("databaseofproduction",)) == RunLeaks()


@pytest.mark.parametrize(
    ("metadata", "where"),
    [
        ({"widgets": {"application/vnd.jupyter.widget-state+json": {"state": {"a": {"state": {"value": KEY}}}}}},
         "the state of its widgets"),
        ({"papermill": {"parameters": {"token": KEY}}}, "the parameters of the run"),
        ({"odd": [KEY]}, "its metadata"),
    ],
)  # fmt: skip
def test_a_secret_in_the_metadata_of_the_notebook_is_found(metadata: dict[str, Any], where: str) -> None:
    failure = RunFailure(FailureKind.LEAK, f"a secret (`aws-key`) is in {where}", "take it out and revoke it")

    assert leaks_of_run(notebook(code(1), **metadata), (CellFlags("x"),), ()) == RunLeaks(failure)


def test_a_secret_among_the_injected_parameters_is_no_cells() -> None:
    injected = Cell(CellKind.CODE, 1, f"token = '{KEY}'", tags=("injected-parameters",))
    run = notebook(injected, replace(code(1), number=2))

    found = leaks_of_run(run, (CellFlags("x", waived_leaks=("aws-key",)),), ())

    assert found.failure is not None
    assert (found.failure.cell, found.failure.problem) == (
        None,
        "a secret (`aws-key`) is in the parameters of the run",
    )


def test_a_secret_in_the_metadata_of_a_cell_is_found() -> None:
    assert leaks_of_run(notebook(code(4, note=[{"a": KEY}])), (), ()).failure == RunFailure(
        FailureKind.LEAK,
        "a secret (`aws-key`) is in the metadata of the cell",
        "take it out and revoke it; if it is no secret, write `# leak-ok: aws-key` in the cell",
        cell=4,
        execution_count=3,
    )


def test_cells_are_known_by_their_authors_number() -> None:
    injected = Cell(CellKind.CODE, 1, "a = 1", tags=("injected-parameters",))
    run = notebook(injected, replace(code(1), number=2), replace(code(2, Stream("stdout", KEY)), number=3))
    flags = (CellFlags("x", waived_leaks=("aws-key",)), CellFlags("x"))

    found = leaks_of_run(run, flags, ())

    assert found.failure is not None
    assert found.failure.cell == 2


def test_a_waiver_lets_its_kind_through_in_its_cell_and_is_told() -> None:
    run = notebook(code(1, Stream("stdout", f"{KEY} {KEY}")), code(2, Stream("stdout", VALUE)))
    flags = (CellFlags("x", waived_leaks=("aws-key",)), CellFlags("x", waived_leaks=("environment-value",)))

    assert leaks_of_run(run, flags, (VALUE,)) == RunLeaks(
        None,
        (
            FoundSecret("aws-key", "what the cell printed", 1, 3),
            FoundSecret("environment-value", "what the cell printed", 2, 3),
        ),
    )


def test_a_waiver_holds_for_no_other_kind_no_other_cell_and_not_in_the_strict_profile() -> None:
    waiver = CellFlags("x", waived_leaks=("aws-key",))
    both = notebook(code(1, Stream("stdout", f"{KEY} {VALUE}")))

    assert leaks_of_run(both, (waiver,), (VALUE,)).failure is not None
    assert leaks_of_run(notebook(code(1), code(2, Stream("stdout", KEY))), (waiver, CellFlags("x")), ()).failure
    assert leaks_of_run(notebook(code(1, Stream("stdout", KEY))), (waiver,), (), allows_waivers=False).failure


def test_every_cell_with_a_secret_is_named() -> None:
    def problem(*cells: int) -> str:
        failure = leaks_of_run(notebook(*(code(cell, Stream("stdout", KEY)) for cell in cells)), (), ()).failure
        assert failure is not None
        return failure.problem

    assert problem(2, 5) == "a secret (`aws-key`) is in what the cell printed, and one is in cell 5"
    assert problem(2, 5, 7) == "a secret (`aws-key`) is in what the cell printed, and more are in cells 5 and 7"


def test_what_is_hidden_is_searched_since_the_run_is_kept() -> None:
    run = notebook(code(1, Stream("stdout", KEY)))

    assert leaks_of_run(run, (CellFlags("x", is_dropped=True),), ()).failure is not None


@pytest.mark.parametrize(
    "text",
    [
        "write to ada.l@lovelace.org on 192.168.1.7",
        "sha256 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "<Figure size 640x480 with 1 Axes>",
        "array([[0.12345678901234567, 1.23e-10]])",
        "550e8400-e29b-41d4-a716-446655440000",
        "AKIAIOSFODNN7EXAMPLE",
        "100%|##########| 10/10 [00:00<00:00, 1234.56it/s]",
        "/usr/lib/python3/dist-packages/pandas/core/computation/expressions.py:21: UserWarning: a",
    ],
)
def test_ordinary_output_holds_no_secret(text: str) -> None:
    run = notebook(code(1, Stream("stdout", text), Display({"text/html": f"<p>{text}</p>", "text/plain": text})))

    assert leaks_of_run(run, (), (VALUE,)) == RunLeaks()


def test_a_failure_keeps_its_exception_and_loses_its_secret() -> None:
    failure = RunFailure(
        FailureKind.ERROR,
        f"requests.exceptions.HTTPError: 401 for https://a.example/?t={quote(VALUE, safe='')}",
        "mend the cell, or tag it `raises-exception` if the error is the point",
        cell=7,
        line=2,
        last_line=f"requests.exceptions.HTTPError: 401 for {KEY}",
    )

    assert scrubbed(failure, (VALUE,)) == replace(
        failure,
        problem="requests.exceptions.HTTPError: withheld: it holds a secret (`environment-value`)",
        last_line="requests.exceptions.HTTPError: withheld: it holds a secret (`aws-key`)",
    )


def test_a_text_without_a_secret_is_not_withheld() -> None:
    assert withheld("ValueError: a 100% of b", (VALUE,)) == "ValueError: a 100% of b"
    assert withheld(f"{KEY}: a", ()) == "withheld: it holds a secret (`aws-key`)"
