"""The action that other repositories use: what its file may hold, and what its steps do."""

import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from generator.location import Location
from generator.yaml_text import load
from tests.building import code_cell, lay_out, markdown_cell, notebook, stream

# Together they take longer than `make quick` has.
pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[1]
ACTION: Any = load((ROOT / "action.yml").read_text(), at=Location("action.yml", line=1)).value
STEPS: list[dict[str, Any]] = ACTION["runs"]["steps"]


def small_repository(folder: Path, **files: str) -> Path:
    """A repository with one notebook in a sub-folder, as somebody has it who never heard of inkmill.

    Args:
        files: further ones below the sub-folder; ``_`` at the start of a folder's name is written by the caller.
    """
    note = notebook(markdown_cell("# Tides\n\nThey come and go."), code_cell("print(1)", stream("1\n")))
    lay_out(folder, {"notes/_notebooks/2025-01-02-tides.ipynb": note, "README.md": "# My research\n"})
    # A package of theirs that is called as ours is.
    lay_out(folder, {"generator/__init__.py": "raise SystemExit('not this one')\n"})
    lay_out(folder / "notes", files)
    return folder


@dataclass(frozen=True, slots=True)
class Used:
    """What one use of the action did."""

    exit_code: int
    log: str
    outputs: str
    summary: str


def use(repository: Path, **inputs: str) -> Used:
    """Run the last step as the runner does; the first has nothing to do in this checkout."""
    files = {name: repository.parent / name.lower() for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
    step = STEPS[-1]
    values = {name: inputs.get(name, str(about.get("default", ""))) for name, about in ACTION["inputs"].items()}
    env = {name: resolved(text, values) for name, text in step["env"].items()} | {"GITHUB_ACTIONS": "true"}
    done = subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
        cwd=repository,
        env={**os.environ, **{name: str(path) for name, path in files.items()}, **env, "GITHUB_ACTION_PATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    said = [path.read_text() if path.exists() else "" for path in files.values()]
    return Used(done.returncode, done.stdout + done.stderr, *said)


def resolved(text: str, values: dict[str, str]) -> str:
    name = re.fullmatch(r"\$\{\{ (?:inputs\.([\w-]+)|github\.action_path) \}\}", text)
    assert name, text
    return values[name[1]] if name[1] else str(ROOT)


def test_no_expression_stands_where_a_shell_would_read_it() -> None:
    assert [step["run"] for step in STEPS if "${{" in step["run"]] == []


def test_nothing_of_other_people_is_used_and_each_step_is_one_line_of_bash() -> None:
    assert [step for step in STEPS if "uses" in step] == []
    assert {step["shell"] for step in STEPS} == {"bash"}
    assert [step["run"] for step in STEPS if "\n" in step["run"].strip() or ";" in step["run"]] == []


def test_every_input_is_explained_has_a_default_and_reaches_the_step() -> None:
    assert set(ACTION["inputs"]) == {"source", "output", "base-path", "strict"}
    for name, about in ACTION["inputs"].items():
        assert about["description"]
        assert "default" in about
        assert f"${{{{ inputs.{name} }}}}" in STEPS[-1]["env"].values()


def test_a_repository_that_is_no_blog_is_built_and_checked(tmp_path: Path) -> None:
    repository = small_repository(tmp_path / "research")

    used = use(repository, source="notes", output="public site", **{"base-path": "/research"})

    assert used.exit_code == 0, used.log
    assert used.outputs == f"folder={repository / 'public site'}\n"
    page = (repository / "public site/posts/tides/index.html").read_text()
    assert "They come and go." in page
    assert 'href="/research/' in page
    assert "1 published" in used.summary


def test_a_broken_link_is_shown_at_its_line_and_fails(tmp_path: Path) -> None:
    post = {"_posts/2025-01-03-moon.md": "# Moon\n\nSee [the other](nowhere.md).\n"}
    repository = small_repository(tmp_path / "research", **post)

    used = use(repository, source="notes")

    assert used.exit_code == 1
    assert re.search(r"^::error file=notes/_posts/2025-01-03-moon.md,line=3::.*nowhere\.md", used.log, re.MULTILINE)
    assert used.outputs == f"folder={repository / 'notes/_site'}\n"


def test_warnings_fail_where_that_is_asked_for(tmp_path: Path) -> None:
    post = {"_posts/2025-01-03-moon.md": "# Moon\n\n![It](moon.png)\n"}
    repository = small_repository(tmp_path / "research", **post)

    assert use(repository, source="notes").exit_code == 0
    assert use(repository, source="notes", strict="true").exit_code == 1


def test_words_that_mean_nothing_are_named(tmp_path: Path) -> None:
    used = use(small_repository(tmp_path / "research"), source="elsewhere")

    assert used.exit_code == 2
    assert "there is no folder `elsewhere`" in used.log
    assert used.outputs == ""


def test_set_up_is_the_makefiles_own_word() -> None:
    assert STEPS[0]["run"] == 'make -C "$GITHUB_ACTION_PATH" environment'
    assert re.search(r"^environment:", (ROOT / "Makefile").read_text(), re.MULTILINE)
