"""nbformat's own test notebooks, several of them broken on purpose: each is a page or is refused in one line."""

from datetime import UTC, datetime
from pathlib import Path

from generator.model.problem import Severity
from generator.model.report import BuildReport
from generator.model.request import BuildRequest
from generator.model.site import State
from generator.pipeline import build
from tests.corpora import corpora

FOLDER = "jupyter+nbformat-tests"


def built(tmp_path: Path, notebooks: list[Path]) -> BuildReport:
    shelf = tmp_path / "blog" / "_notebooks"
    shelf.mkdir(parents=True)
    for notebook in notebooks:
        (shelf / notebook.name).write_bytes(notebook.read_bytes())
    now = datetime(2026, 1, 1, tzinfo=UTC)
    request = BuildRequest(tmp_path / "blog", tmp_path / "_site", tmp_path / "store", now, keep_going=True)
    return build(request)


def test_every_notebook_is_a_page_or_is_refused_with_file_and_cause(tmp_path: Path) -> None:
    notebooks = sorted((corpora() / FOLDER).rglob("*.ipynb"))

    report = built(tmp_path, notebooks)

    published = {fate.path for fate in report.fates if fate.state is State.PUBLISHED}
    refused = {fate.path for fate in report.fates} - published
    named = {problem.at.file for problem in report.problems if problem.severity is Severity.ERROR and problem.at}
    assert {fate.path for fate in report.fates} == {f"_notebooks/{notebook.name}" for notebook in notebooks}
    assert refused == named
    assert all((problem.mend or "") and "\n" not in problem.problem for problem in report.errors)
