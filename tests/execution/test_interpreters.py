"""An environment is made with a Python that the post says it can work with."""

import platform
import sys
from pathlib import Path

import pytest

from generator.errors import ContentError
from generator.execution.interpreters import Interpreter, interpreter_for, satisfies


@pytest.mark.parametrize(
    ("requires", "does"),
    [
        ("", True),
        (">=3.11", True),
        (">=3.11.7", True),
        (">3.11.7", False),
        (">=3.9,<4", True),
        (" >= 3.9 , < 3.11 ", False),
        ("==3.11.*", True),
        ("==3.12.*", False),
        ("!=3.11.*", False),
        ("!=3.12.*", True),
        ("==3.11.7", True),
        ("===3.11.7", True),
        ("==3.11", False),
        ("!=3.11.7", False),
        ("~=3.9", True),
        ("~=3.12", False),
        ("~=3.11.2", True),
        ("~=3.11.8", False),
        ("<=3.11.7", True),
        ("<3", False),
        ("nonsense", False),
    ],
)
def test_ranges_are_read_as_pep_440_says(requires: str, does: bool) -> None:
    assert satisfies("3.11.7", requires) is does


def alone_on_path(folder: Path, monkeypatch: pytest.MonkeyPatch, **versions: str) -> None:
    """A PATH on which each name answers with a version; an empty one fails, as a stand-in of pyenv does."""
    for name, version in versions.items():
        program = folder / name.replace("_", ".")
        program.write_text(f"#!/bin/sh\n{f'echo {version}' if version else 'exit 127'}\n")
        program.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setenv("PYENV_ROOT", str(folder))


def test_the_python_inkmill_runs_in_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    alone_on_path(tmp_path, monkeypatch, python3_19="3.19.0")

    assert interpreter_for("", name="a.txt") == Interpreter(sys.executable, platform.python_version())


def test_the_newest_other_one_that_satisfies_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    alone_on_path(tmp_path, monkeypatch, python3_19="", python3_18="3.18.2", python3_17="3.17.0", python3="3.99.0")

    assert interpreter_for(">=3.17,<3.30", name="a.txt") == Interpreter(str(tmp_path / "python3.18"), "3.18.2")


def test_pythons_of_pyenv_and_uv_are_asked_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    alone_on_path(tmp_path, monkeypatch, uv=str(tmp_path / "kept"), kept="3.98.1")
    for version in ("3.97.9", "3.97.10"):
        kept = tmp_path / "versions" / version / "bin"
        kept.mkdir(parents=True)
        alone_on_path(kept, monkeypatch, python3=version)
    alone_on_path(tmp_path, monkeypatch)

    assert interpreter_for("~=3.97.1", name="a.txt").version == "3.97.10"
    assert interpreter_for("==3.98.*", name="a.txt") == Interpreter(str(tmp_path / "kept"), "3.98.1")


def test_a_range_that_nothing_satisfies_is_named_with_what_there_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone_on_path(tmp_path, monkeypatch, python3_19="3.19.0")

    with pytest.raises(ContentError) as caught:
        interpreter_for(">=3.99", name="requirements-old.txt")

    assert str(caught.value.at) == "requirements-old.txt"
    assert caught.value.problem == (f"no Python installed here is `>=3.99`, only {platform.python_version()}, 3.19.0")
