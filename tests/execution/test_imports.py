"""Every module that a notebook may import is found, whatever else stands in its cells."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.execution.imports import Imports, imports_of


@pytest.mark.parametrize(
    ("cell", "modules"),
    [
        ("import a.b as c, d", ("a.b", "d")),
        ("from e import f, g as h", ("e", "e.f", "e.g")),
        ("from e import *", ("e",)),
        ("import a \\\n  , b", ("a", "b")),
        ("import café", ("café",)),
        ("import os; import sys; print(1)", ("os", "sys")),
        ("def f():\n    try:\n        import x\n    except ImportError:\n        import y", ("x", "y")),
        ("if 1: from k import l", ("k", "k.l")),
        ('importlib.import_module("y.z")', ("y.z",)),
        ('import_module(name="x")', ()),
        ('w = __import__("w")', ("w",)),
        ("importlib.import_module(name)", ()),
        ("await load()\nimport a", ("a",)),
        ("from . import a\nimport b", ("b",)),
        ("'\\d'\nimport a", ("a",)),
        ("text = '''\nimport nothing\n%load_ext nothing\n'''", ()),
        ("", ()),
    ],
)
def test_python_is_read_as_python(cell: str, modules: tuple[str, ...]) -> None:
    assert imports_of([cell]) == Imports(modules)


@pytest.mark.parametrize(
    ("cell", "modules"),
    [
        ("%matplotlib inline\n!pip install x\nimport a\na?\n??a\nfiles = !ls *.py", ("a",)),
        ("%%time\nimport a", ("a",)),
        ("\n%%time\n%%capture out --no-stderr\nimport a", ("a",)),
        ("%%timeit -n 3 -r 4 import a\nimport b", ("a", "b")),
        ("%time import a", ("a",)),
        ("x = %time f()\nimport a", ("a",)),
        ("%%bash\nimport z", ()),
        ("%%writefile helpers.py\nimport z", ()),
        ("def f():\n    !ls\n    import a", ("a",)),
        ("if x:\n    %pip install foo\n    import foo", ("foo",)),
        ("%load_ext sql_magic\n%autoreload 2", ("sql_magic",)),
        ("%aimport one, -two", ("one",)),
        ("y = (a\n  %b)\nimport c", ("c",)),
        ("%env A=1\r\nimport a\r\n", ("a",)),
        ("/f x, y\nimport a", ("a",)),
    ],
)
def test_ipython_syntax_hides_no_import(cell: str, modules: tuple[str, ...]) -> None:
    assert imports_of([cell]) == Imports(modules)


def test_a_cell_that_does_not_parse_hides_no_import_of_its_other_lines() -> None:
    cell = (
        "broken (\nimport a, b as c\nfrom d import (e, # why\n  f as g)\n    from h import i\n"
        "if x: import j\nimportlib.import_module('k')"
    )

    assert imports_of([cell, "import z"]) == Imports(
        ("a", "b", "d", "d.e", "d.f", "h", "h.i", "j", "k", "z"),
    )


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("%run x.py", Imports((), ("x.py",))),
        ("%run -i ../x.py argument", Imports((), ("../x.py",))),
        ("%run -t -N3 x.py", Imports((), ("x.py",))),
        ("%run -n 'my file.py'", Imports((), ("my file.py",))),
        ("%run other.ipynb", Imports((), ("other.ipynb",))),
        ("%run -m pkg.mod", Imports(("pkg.mod",), ())),
        ("%run", Imports()),
        ("!python x.py --fast", Imports((), ("x.py",))),
        ("out = !{sys.executable} -u x.py", Imports((), ("x.py",))),
    ],
)
def test_scripts_are_found(line: str, found: Imports) -> None:
    assert imports_of([line]) == found


def test_relative_imports_are_those_of_the_package() -> None:
    text = "from . import a\nfrom .b import c\nfrom ..d import e\nfrom ... import beyond\nfrom ...x import beyond"

    assert imports_of([text], package="p.q") == Imports(
        ("p.d", "p.d.e", "p.q", "p.q.a", "p.q.b", "p.q.b.c"),
    )


@given(st.lists(st.text(), max_size=4))
def test_no_cell_stops_the_search(cells: list[str]) -> None:
    assert "known" in imports_of([*cells, "import known"]).modules


@given(st.text(st.sampled_from("import a.b,()\n%!?='\"\\#;from"), max_size=60))
def test_no_text_like_code_stops_the_search(cell: str) -> None:
    assert imports_of([cell, "%run known.py"]).scripts[-1:] != ()
