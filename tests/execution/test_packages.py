"""What is installed is known by name, and enters the key by a lock file or name by name."""

import hashlib
import os
import platform
import stat
import sys
from importlib.metadata import distributions
from pathlib import Path

import pytest

from generator.errors import MachineError
from generator.execution.imports import Imports
from generator.execution.lock_files import normal_name
from generator.execution.packages import (
    Packages,
    engine_of,
    environment_parts,
    installed_mark,
    packages_of,
    versions_used,
)

LOCK = b"pandas==2.2.3\nnumpy==2.0.1\n"
INSTALLED = Packages("3.11.7", {"numpy": "2.0.1", "pandas": "2.2.3", "pip": "26.0", "inkmill": "0.1", "six": "1.17.0"})


def made_python(folder: Path, script: str) -> str:
    """A program that answers as an interpreter might."""
    program = folder / "bin" / "python"
    program.parent.mkdir(parents=True)
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return str(program)


def made_venv(folder: Path, *entries: str) -> tuple[str, Path]:
    site = folder / "lib/python3.11/site-packages"
    site.mkdir(parents=True)
    (folder / "pyvenv.cfg").write_text("home = /usr/bin\ninclude-system-site-packages = false\n")
    for entry in entries:
        (site / entry).mkdir()
    return made_python(folder, f"""echo '["3.12.1", ["", "{site}", "/nowhere"], null]'"""), site


def test_the_packages_of_this_interpreter_are_those_that_importlib_finds() -> None:
    found = packages_of(None)

    expected = {normal_name(one.name): one.version for one in reversed(list(distributions()))}
    assert found == Packages(platform.python_version(), dict(sorted(expected.items())))


def test_another_interpreter_is_asked() -> None:
    assert packages_of(sys.executable).version == platform.python_version()
    assert packages_of(sys.executable).versions["pytest"] == packages_of(None).versions["pytest"]


def test_names_and_versions_are_read_off_the_names_of_folders(tmp_path: Path) -> None:
    python, site = made_venv(
        tmp_path, "Ruamel.YAML_clib-0.2.8.dist-info", "six-1.17.0-py3.11.egg-info", "mine.egg-info"
    )
    (site / "mine.egg-info/PKG-INFO").write_text("Metadata-Version: 2.1\nName: mine\nVersion: 0.3\n")
    (site / "old.egg-info").write_text("Name: old\nVersion: 0.4\n")

    assert packages_of(python) == Packages(
        "3.12.1", {"mine": "0.3", "old": "0.4", "ruamel-yaml-clib": "0.2.8", "six": "1.17.0"}
    )


@pytest.mark.parametrize(
    ("script", "problem"),
    [
        ("echo oh >&2; echo no >&2; exit 3", "cannot run: no"),
        ("echo hello", "does not answer as a Python does"),
        ("true", "does not answer as a Python does"),
        ("echo '[1]'", "does not answer as a Python does"),
    ],
)
def test_an_interpreter_that_does_not_answer_is_named(tmp_path: Path, script: str, problem: str) -> None:
    python = made_python(tmp_path, script)

    with pytest.raises(MachineError) as caught:
        packages_of(python)

    assert caught.value.problem == f"the interpreter `{python}` {problem}"


def test_an_interpreter_that_is_gone_is_named() -> None:
    with pytest.raises(MachineError) as caught:
        packages_of("/nowhere/python")

    assert caught.value.problem == "the interpreter `/nowhere/python` cannot run: No such file or directory"


def test_the_mark_changes_with_what_is_installed_and_starts_nothing(tmp_path: Path) -> None:
    python, site = made_venv(tmp_path, "six-1.17.0.dist-info")
    Path(python).write_text("not a program")
    before = installed_mark(python)
    times = site.stat()

    assert installed_mark(python) == before
    (site / "six-1.17.0.dist-info").rename(site / "six-1.18.0.dist-info")
    os.utime(site, ns=(times.st_atime_ns, times.st_mtime_ns))
    upgraded = installed_mark(python)
    assert upgraded != before
    (site / "six-1.18.0.dist-info").rmdir()
    assert installed_mark(python) not in (before, upgraded)


def test_the_mark_of_this_interpreter_does_not_change_with_the_blog_it_stands_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    before = installed_mark(None)
    (tmp_path / "_site").mkdir()

    assert installed_mark(None) == before


def test_a_lock_stands_for_what_it_pins_while_it_agrees() -> None:
    parts = environment_parts(("requirements.lock", LOCK), INSTALLED)

    assert parts == {
        "Python": "3.11.7",
        "requirements.lock": f"sha256:{hashlib.sha256(LOCK).hexdigest()}",
        "six": "1.17.0",
    }


@pytest.mark.parametrize(
    "lock",
    [
        None,
        ("requirements.lock", b"pandas==2.2.4\n"),
        ("requirements.lock", LOCK + b"polars==1.0\n"),
        ("requirements.txt", b"pandas>=2\n"),
    ],
)
def test_without_a_lock_that_agrees_every_package_counts_by_name(lock: tuple[str, bytes] | None) -> None:
    assert environment_parts(lock, INSTALLED) == {
        "Python": "3.11.7",
        "numpy": "2.0.1",
        "pandas": "2.2.3",
        "six": "1.17.0",
    }


def test_the_versions_that_a_page_names_are_those_of_what_the_notebook_imports() -> None:
    packages = Packages(
        "3.11.7",
        {
            "google-cloud-storage": "3.0",
            "matplotlib": "3.11.2",
            "numpy": "2.0.1",
            "opencv-python-headless": "4.1",
            "pillow": "12.0",
            "pyyaml": "6.0.3",
            "scikit-learn": "1.8",
            "typing-extensions": "4.16",
        },
    )
    modules = "PIL cv2 google.cloud.storage matplotlib.pyplot os sklearn.svm typing_extensions nothing".split()

    assert versions_used(Imports(tuple(modules)), packages) == {
        "google-cloud-storage": "3.0",
        "matplotlib": "3.11.2",
        "opencv-python-headless": "4.1",
        "pillow": "12.0",
        "scikit-learn": "1.8",
        "typing-extensions": "4.16",
    }


def test_the_engine_names_the_minor_releases_of_what_drives_kernels() -> None:
    assert (
        engine_of(Packages("3.11.7", {"nbclient": "0.11.0", "papermill": "2.7.3"})) == "1, nbclient 0.11, papermill 2.7"
    )
    assert engine_of(Packages("3.11.7", {})) == "1"
