"""What other people's tools say of the workflows; what was looked at stands in .github/zizmor.yml."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.workflows.workflow_file import WORKFLOWS, workflow_files

ROOT = WORKFLOWS.parents[1]
_TOOLS = Path(sys.executable).parent


def said_by(*words: str | Path) -> tuple[int, str]:
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("persona", ["regular", "auditor"])
def test_zizmor_finds_nothing(persona: str) -> None:
    # Without --strict-collection a file that it cannot read counts as clean.
    options = ("--offline", "--strict-collection", f"--persona={persona}", "--quiet", "--no-progress")

    code, said = said_by(_TOOLS / "zizmor", *options, ".github", "action.yml", "wandb/action.yml")

    assert code == 0, said


def test_zizmor_would_find_something(tmp_path: Path) -> None:
    bad = tmp_path / ".github/workflows/bad.yml"
    bad.parent.mkdir(parents=True)
    bad.write_text(
        "on: pull_request_target\njobs:\n  a:\n    runs-on: x\n    steps: [{run: 'echo ${{ github.head_ref }}'}]\n"
    )

    code, said = said_by(_TOOLS / "zizmor", "--offline", "--strict-collection", "--quiet", "--no-progress", bad)

    assert code != 0
    assert "template-injection" in said


@pytest.mark.parametrize(
    ("schema", "files"),
    [
        ("vendor.github-workflows", tuple(f".github/workflows/{file.name}" for file in workflow_files())),
        ("vendor.github-actions", ("action.yml", "wandb/action.yml")),
        ("vendor.dependabot", (".github/dependabot.yml",)),
    ],
    ids=["workflows", "action", "dependabot"],
)
def test_every_file_is_as_its_schema_says(schema: str, files: tuple[str, ...]) -> None:
    code, said = said_by(_TOOLS / "check-jsonschema", "--builtin-schema", schema, *files)

    assert code == 0, said


def test_shellcheck_finds_nothing_in_any_run(tmp_path: Path) -> None:
    scripts = []
    for file in workflow_files():
        for job in file.jobs:
            for place, run in job.runs:
                script = tmp_path / f"{file.name}-{job.name}-{place[-2]}.sh"
                script.write_text(f"#!/usr/bin/env bash\n{run}\n")
                scripts.append(script)

    code, said = said_by("shellcheck", *scripts)

    assert len(scripts) > 30
    assert code == 0, said
