"""Tests of the choice of a kernel."""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from generator.errors import ContentError
from generator.execution.kernels import choose_kernel

Install = Callable[..., None]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """``install(name, language, argv)`` puts a kernel spec where Jupyter looks."""
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))

    def put(name: str, language: str, *argv: str, **more: object) -> None:
        folder = tmp_path / "kernels" / name
        folder.mkdir(parents=True)
        spec = {"argv": list(argv) or [name], "display_name": name.title(), "language": language, **more}
        (folder / "kernel.json").write_text(json.dumps(spec))

    return put


@pytest.mark.parametrize("wanted", ["", "python", "Python", "python3", "Python 3", "Python 3 (ipykernel)"])
def test_any_name_of_plain_python_is_the_native_kernel(wanted: str) -> None:
    choice, note = choose_kernel(wanted, "")

    assert (choice.name, choice.language, choice.is_own_python, note) == ("python3", "python", True, None)
    assert choice.python is not None
    assert Path(choice.python).is_absolute()


@pytest.mark.parametrize("wanted", ["conda-env-x-py", "Python [conda env:x]", "python37", "venv"])
def test_a_python_that_is_not_here_is_stood_in_for_with_a_note(wanted: str) -> None:
    choice, note = choose_kernel(wanted, "")

    assert (choice.name, note) == ("python3", f"`{wanted}` is not installed here; `python3` runs it")


def test_a_name_nobody_knows_follows_the_language_of_the_notebook(install: Install) -> None:
    install("ir", "R")

    choice, note = choose_kernel("my-own", "r")

    assert (choice.name, choice.language, note) == ("ir", "r", "`my-own` is not installed here; `ir` runs it")


def test_an_installed_kernel_is_found_by_either_name_in_any_case(install: Install) -> None:
    install("julia-1.10", "julia", "/usr/bin/julia", "{connection_file}", interrupt_mode="message", env={"A": "b"})

    by_name, _ = choose_kernel("Julia-1.10", "")
    by_title, note = choose_kernel("JULIA-1.10", "julia")

    assert by_name == by_title
    assert (by_name.argv, dict(by_name.env), by_name.interrupts_by_message) == (
        ("/usr/bin/julia", "{connection_file}"),
        {"A": "b"},
        True,
    )
    assert (by_name.python, by_name.is_own_python, note) == (None, False, None)


def test_the_newest_kernel_of_a_language_stands_in(install: Install) -> None:
    install("julia-1.9", "julia")
    install("julia-1.10", "julia")

    choice, note = choose_kernel("julia-1.6", "")

    assert (choice.name, note) == ("julia-1.10", "`julia-1.6` is not installed here; `julia-1.10` runs it")


def test_no_kernel_of_the_language_lists_those_that_are_here(install: Install) -> None:
    install("bash", "bash")

    with pytest.raises(ContentError) as caught:
        choose_kernel("ir", "")

    assert caught.value.problem == (
        "no kernel for r is installed (it asks for `ir`); there is `bash` (bash), `python3` (python)"
    )
    assert caught.value.mend == "install one, or name another with `kernel:`"


def test_a_spec_that_cannot_be_read_is_passed_over(install: Install, tmp_path: Path) -> None:
    broken = tmp_path / "kernels" / "broken"
    broken.mkdir(parents=True)
    (broken / "kernel.json").write_text("{")

    choice, _ = choose_kernel("broken", "python")

    assert choice.name == "python3"


def test_a_notebooks_own_environment_runs_it_with_its_interpreter(tmp_path: Path) -> None:
    python = str(tmp_path / "bin" / "python")

    choice, note = choose_kernel("conda-env-x-py", "python", python=python)

    assert choice.argv == (python, "-m", "ipykernel_launcher", "-f", "{connection_file}")
    assert (choice.python, choice.is_own_python, note) == (python, False, None)


def test_an_environment_with_the_same_interpreter_file_is_another_python(tmp_path: Path) -> None:
    linked = tmp_path / "bin" / "python"
    linked.parent.mkdir()
    linked.symlink_to(os.path.realpath(sys.executable))

    choice, _ = choose_kernel("", "", python=str(linked))

    assert not choice.is_own_python


def test_a_spec_says_when_it_changed(install: Install, tmp_path: Path) -> None:
    install("bash", "bash", "bash_kernel")
    before, _ = choose_kernel("bash", "")
    (tmp_path / "kernels" / "bash" / "kernel.json").write_text(
        json.dumps({"argv": ["other"], "display_name": "Bash", "language": "bash"})
    )

    after, _ = choose_kernel("bash", "")

    assert before.spec_digest != after.spec_digest
