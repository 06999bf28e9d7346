"""Pull requests of strangers for the steps that show them."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from contextlib import chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any
from unittest.mock import patch

from generator.execution.records import name_of_pair
from generator.steps.__main__ import main
from tests.building import code_cell, notebook
from tests.checkouts import Checkouts, Files, checkouts

ROOT = Path(__file__).resolve().parents[2]
A = "_notebooks/2026-01-01-a.ipynb"
B = "_notebooks/2026-01-02-b.ipynb"
CONFIG = "title: Blog\npermalink: /posts/:title/\nurl: https://o.github.io\nbaseurl: /blog\n"


@dataclass(frozen=True, slots=True)
class Stepped:
    """What a step did."""

    exit_code: int
    said: str
    output: Path

    def result(self) -> dict[str, Any]:
        """What `execute` says of each notebook."""
        found: dict[str, Any] = json.loads((self.output / "result.json").read_text())
        return found

    def statuses(self) -> dict[str, str]:
        """Status by path."""
        return {run["path"]: run["status"] for run in self.result()["notebooks"]}

    def report(self) -> dict[str, Any]:
        """What `render` has to say."""
        found: dict[str, Any] = json.loads((self.output / "report.json").read_text())
        return found

    def page(self, path: str) -> str:
        """A page of the preview."""
        return (self.output / "site" / path).read_text()

    def everything(self) -> bytes:
        """All that is handed over, and all that was said."""
        files = sorted(path for path in self.output.rglob("*") if path.is_file())
        return self.said.encode() + b"".join(path.read_bytes() for path in files)

    def outputs_of(self, path: str) -> str:
        """What the cells of a notebook printed in its good run."""
        file = self.output / "runs" / f"{name_of_pair(path, None)}.ipynb"
        cells = json.loads(file.read_text())["cells"]
        return "".join("".join(output.get("text", "")) for cell in cells for output in cell.get("outputs", ()))


def asking(code: str, *, title: str = "T", **front: object) -> dict[str, object]:
    """A notebook that asks to be run."""
    lines = "".join(f"{name}: {json.dumps(value)}\n" for name, value in {"execute": True, **front}.items())
    front_matter: dict[str, object] = {"cell_type": "raw", "metadata": {}, "source": f"---\ntitle: {title}\n{lines}---"}
    return notebook(front_matter, code_cell(code))


def pull_request(folder: Path, theirs: Files, ours: Files | None = None) -> tuple[Checkouts, str]:
    """A blog and a pull request of it, and the commit that is asked for."""
    made = checkouts(folder, {"_config.yml": CONFIG, A: asking("print('ours')"), **(ours or {})}, theirs)
    return made, made.commit()


def execute(made: Checkouts, sha: str, *notebooks: str, output: str = "executed", **environ: str) -> Stepped:
    """The step `execute`, as the workflow runs it."""
    asked = {"SHA": sha, "NOTEBOOKS": json.dumps(notebooks), **environ}
    place = made.default.parent / output
    words = ("execute", "--pull-request", str(made.pull_request), "--output", str(place))
    return _stepped(made.default, words, place, asked)


def render(
    made: Checkouts,
    sha: str,
    *,
    output: str = "built",
    executed: str = "executed",
    is_process: bool = False,
    **environ: str,
) -> Stepped:
    """The step `render`, as the workflow runs it, or without the time that a new interpreter takes."""
    asked = {"SHA": sha, "PR": "7", "GITHUB_REPOSITORY": "o/blog", **environ}
    folder = made.default.parent
    words = (
        *("render", "--pull-request", str(made.pull_request)),
        *("--executed", str(folder / executed), "--output", str(folder / output)),
    )
    step = _stepped if is_process else _stepped_here
    return step(made.default, words, folder / output, asked)


def _stepped_here(folder: Path, words: tuple[str, ...], output: Path, asked: Mapping[str, str]) -> Stepped:
    said = StringIO()
    with (
        patch.dict(os.environ, _surroundings(output, asked), clear=True),
        patch.object(tempfile, "tempdir", str(output.parent)),
        chdir(folder),
        redirect_stdout(said),
        redirect_stderr(said),
    ):
        exit_code = main(words)
    return Stepped(exit_code, said.getvalue(), output)


def _surroundings(output: Path, asked: Mapping[str, str]) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return {**kept, "PYTHONPATH": str(ROOT), "TMPDIR": str(output.parent), "GITHUB_ACTIONS": "true", **asked}


def _stepped(folder: Path, words: tuple[str, ...], output: Path, asked: Mapping[str, str]) -> Stepped:
    done = subprocess.run(
        [sys.executable, "-m", "generator.steps", *words],
        cwd=folder,
        env=_surroundings(output, asked),
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    return Stepped(done.returncode, done.stdout + done.stderr, output)
