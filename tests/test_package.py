"""The wheel, built and installed where nothing of the checkout is."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.building import code_cell, markdown_cell, notebook, stream

ROOT = Path(__file__).resolve().parents[1]

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("wheel")]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command: list[str | Path] = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT]
    subprocess.run(command, check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of a fresh environment that holds the wheel and what the site's lock file names."""
    folder = tmp_path_factory.mktemp("fresh") / "venv"
    environment = {**os.environ, "PYTHON": sys.executable}
    subprocess.run([ROOT / ".ci/environment", folder, "requirements.lock"], cwd=ROOT, env=environment, check=True)
    if (folder / "bin/pip").exists():
        install = [str(folder / "bin/python"), "-m", "pip", "install", "--quiet", "--no-deps", "--no-index"]
    else:
        install = ["uv", "pip", "install", "--quiet", "--python", str(folder / "bin/python"), "--no-deps", "--offline"]
    subprocess.run([*install, str(wheel)], check=True)
    return folder / "bin"


@pytest.fixture
def one_notebook(tmp_path: Path) -> Path:
    """A new folder that holds one notebook and nothing else."""
    folder = tmp_path / "new"
    (folder / "_notebooks").mkdir(parents=True)
    cells = (markdown_cell("# Alone\n\nIn the *world*, $x^2$."), code_cell("print(1)", stream("one\n")))
    (folder / "_notebooks/2024-05-06-alone.ipynb").write_text(json.dumps(notebook(*cells)))
    return folder


def test_the_wheel_holds_every_template_and_asset(wheel: Path) -> None:
    ours = {path.relative_to(ROOT).as_posix() for path in (ROOT / "templates").rglob("*") if path.is_file()}

    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())

    assert {f"generator/{name}" for name in ours} - names == set()
    assert {name for name in names if not name.startswith(("generator/", "inkmill-"))} == set()


def test_the_wheel_builds_a_folder_with_one_notebook_and_nothing_else(installed: Path, one_notebook: Path) -> None:
    command: list[str | Path] = [installed / "inkmill", "build", "--source", ".", "--now", "2026-01-01T00:00:00Z"]

    ran = subprocess.run(command, cwd=one_notebook, capture_output=True, text=True, check=False)

    assert (ran.returncode, ran.stderr) == (0, "")
    page = (one_notebook / "_site/posts/alone/index.html").read_text()
    assert "<em>world</em>" in page
    assert "<math" in page
    assert "one" in page
    assert list((one_notebook / "_site").rglob("*.css"))
    assert sorted(path.name for path in one_notebook.iterdir()) == [".inkmill", "_notebooks", "_site"]


def test_the_wheel_brings_nbconvert_its_exporter(installed: Path, one_notebook: Path) -> None:
    name = "_notebooks/2024-05-06-alone.ipynb"
    command: list[str | Path] = [installed / "jupyter-nbconvert", "--to", "inkmill", name]

    subprocess.run(command, cwd=one_notebook, check=True, capture_output=True)

    assert "<em>world</em>" in (one_notebook / "_notebooks/2024-05-06-alone.html").read_text()
