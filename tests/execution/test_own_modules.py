"""The key of a run knows every file of the repository that its notebook imports."""

import json
from collections.abc import Mapping

from generator.execution.imports import Imports, imports_of
from generator.execution.own_modules import own_modules


def found(cell: str, files: Mapping[str, str], folder: str = "_notebooks") -> tuple[str, ...]:
    return own_modules(
        imports_of([cell]),
        folder=folder,
        exists=files.__contains__,
        read=lambda path: files[path].encode() if path in files else None,
    )


def test_modules_are_found_beside_the_notebook_above_it_and_below_src_and_lib() -> None:
    files = dict.fromkeys(("_notebooks/a.py", "b.py", "src/c.py", "lib/d.py", "other/e.py", "_notebooks/src/f.py"), "")

    assert found("import a, b, c, d, e, f, pandas", files) == (
        "_notebooks/a.py",
        "_notebooks/src/f.py",
        "b.py",
        "lib/d.py",
        "src/c.py",
    )


def test_every_file_of_that_name_counts() -> None:
    files = {"_notebooks/deep/a.py": "", "_notebooks/a.py": "", "a.py": ""}

    assert found("import a", files, folder="_notebooks/deep") == ("_notebooks/a.py", "_notebooks/deep/a.py", "a.py")


def test_packages_bring_the_init_of_every_level() -> None:
    files = dict.fromkeys(("p/__init__.py", "p/q/__init__.py", "p/q/r.py", "p/q/s.py", "n/m.py"), "")

    assert found("import p.q.r\nfrom n import m", files) == ("n/m.py", "p/__init__.py", "p/q/__init__.py", "p/q/r.py")
    assert found("from p import q", files) == ("p/__init__.py", "p/q/__init__.py")
    assert found("from p.q.r import name", files) == ("p/__init__.py", "p/q/__init__.py", "p/q/r.py")


def test_what_modules_import_is_followed_and_cycles_end() -> None:
    files = {
        "a.py": "import b",
        "b.py": "def f():\n    import a\n    from p.m import x",
        "p/__init__.py": "from .n import y",
        "p/m.py": "from . import k\nfrom .. import beyond",
        "p/n.py": "from ..p import m",
        "p/k.py": "",
        "c.py": "",
    }

    assert found("import a", files) == ("a.py", "b.py", "p/__init__.py", "p/k.py", "p/m.py", "p/n.py")


def test_scripts_are_followed_from_their_own_folder() -> None:
    files = {"tools/x.py": "import near, far", "tools/near.py": "", "_notebooks/far.py": "", "near.py": ""}

    assert found("%run ../tools/x.py", files) == ("_notebooks/far.py", "near.py", "tools/near.py", "tools/x.py")
    assert found("%run ../tools/x", files) == ("_notebooks/far.py", "near.py", "tools/near.py", "tools/x.py")


def test_a_notebook_that_is_run_is_read_as_one() -> None:
    cells = [{"cell_type": "code", "source": ["import a\n", "1"]}, {"cell_type": "markdown", "source": "import b"}]
    files = {"_notebooks/setup.ipynb": json.dumps({"cells": cells}), "a.py": "", "b.py": "", "bad.ipynb": "{"}

    assert found("%run setup.ipynb\n%run ../bad.ipynb", files) == ("_notebooks/setup.ipynb", "a.py", "bad.ipynb")


def test_nothing_outside_the_repository_is_asked_for() -> None:
    asked: list[str] = []

    def exists(path: str) -> bool:
        asked.append(path)
        return False

    imports = Imports(("a",), ("../../x.py", "/etc/x.py"))

    assert own_modules(imports, folder="n", exists=exists, read=lambda path: None) == ()
    assert [path for path in asked if path.startswith(("/", ".."))] == []


def test_a_module_that_cannot_be_read_counts_all_the_same() -> None:
    assert own_modules(Imports(("a",)), folder="", exists="a.py".__eq__, read=lambda path: None) == ("a.py",)
