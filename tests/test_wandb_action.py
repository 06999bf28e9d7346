"""The action that compares runs of W&B: what its file may hold, and what its step does for an old workflow."""

import os
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from generator.experiments.old_inputs import old_input
from generator.location import Location
from generator.yaml_text import load
from tests.experiments.fake_wandb import FakeWandb
from tests.github.fake_api import REPOSITORY, FakeApi, serving

ROOT = Path(__file__).resolve().parents[1]
FILE = ROOT / "wandb/action.yml"
ACTION: Any = load(FILE.read_text("utf-8"), at=Location("wandb/action.yml", line=1)).value
STEPS: list[dict[str, Any]] = ACTION["runs"]["steps"]

# As its last version had them.
OLD_INPUTS = {
    "WANDB_API_KEY",
    "PROJECT_NAME",
    "RUN_ID",
    "FILTER_GITHUB_SHA",
    "FILTER_SECONDARY_SHA",
    "BASELINE_TAGS",
    "DISPLAY_METRICS",
    "DISPLAY_CONFIG_VARS",
    "DEBUG",
}
OUTPUTS = (
    *("BOOL_COMPLETE", "BOOL_SINGLE_RUN", "NUM_FINISHED", "NUM_RUNNING", "NUM_CRASHED", "NUM_ABORTED"),
    *("NUM_BASELINES", "NUM_FAILED", "NUM_OTHER", "NUM_TOTAL"),
)


@dataclass(frozen=True, slots=True)
class Used:
    """What one use of the action did."""

    exit_code: int
    log: str
    outputs: dict[str, str]
    workspace: Path


@dataclass(frozen=True, slots=True)
class Workflow:
    """Somebody's workflow with a W&B and a GitHub that answer."""

    wandb: FakeWandb
    api: FakeApi
    folder: Path

    def use(self, **inputs: str) -> Used:
        """Run the last step as the runner does; the first has nothing to do in this checkout."""
        workspace = self.folder / "workspace"
        # A package of theirs that is called as ours is.
        (workspace / "generator").mkdir(parents=True, exist_ok=True)
        (workspace / "generator/__init__.py").write_text("raise SystemExit('not this one')\n")
        inputs = {"WANDB_BASE_URL": self.wandb.url, "WANDB_APP_URL": "https://wandb.ai", **inputs}
        values = {name: inputs.get(name, str(about.get("default", ""))) for name, about in ACTION["inputs"].items()}
        env = {name: resolved(text, values) for name, text in STEPS[-1]["env"].items()}
        runner = {name: str(self.folder / name.lower()) for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
        runner |= {"GITHUB_ACTIONS": "true", "GITHUB_WORKSPACE": str(workspace), "GITHUB_REPOSITORY": REPOSITORY}
        runner |= {"GITHUB_API_URL": self.api.address, "GITHUB_ACTION_PATH": str(FILE.parent)}
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", STEPS[-1]["run"]],
            cwd=workspace,
            env={"PATH": os.environ["PATH"], "HOME": str(self.folder), **runner, **env},
            capture_output=True,
            text=True,
            check=False,
        )
        output = self.folder / "github_output"
        lines = output.read_text().splitlines() if output.exists() else []
        outputs = dict(line.split("=", 1) for line in lines)
        return Used(done.returncode, done.stdout + done.stderr, outputs, workspace)


@pytest.fixture
def workflow(tmp_path: Path) -> Iterator[Workflow]:
    with FakeWandb(key="local-0123456789abcdef") as wandb, serving(FakeApi()) as api:
        yield Workflow(wandb, api, tmp_path)


def resolved(text: str, values: dict[str, str]) -> str:
    if text == "${{ github.action_path }}/..":
        return f"{FILE.parent}/.."
    found = re.fullmatch(r"\$\{\{ inputs\.(\w+) \}\}", text)
    assert found, text
    return values[found[1]].replace("${{ github.token }}", "canary-token")


def test_no_expression_stands_where_a_shell_would_read_it() -> None:
    assert [step["run"] for step in STEPS if "${{" in step["run"]] == []


def test_nothing_of_other_people_is_used_and_each_step_is_one_line_of_bash() -> None:
    assert [step for step in STEPS if "uses" in step] == []
    assert {step["shell"] for step in STEPS} == {"bash"}
    assert [step["run"] for step in STEPS if "\n" in step["run"].strip() or ";" in step["run"]] == []


def test_every_input_is_explained_and_reaches_the_step_through_its_environment() -> None:
    env = STEPS[-1]["env"]

    assert set(ACTION["inputs"]) > OLD_INPUTS
    for name, about in ACTION["inputs"].items():
        assert about["description"]
        assert [variable for variable, text in env.items() if text == f"${{{{ inputs.{name} }}}}"], name
    assert [name for name, about in ACTION["inputs"].items() if about.get("required")] == ["PROJECT_NAME"]
    # What the step does not know by the old name is a word of its own.
    words = set(re.findall(r'"\$(\w+)"', STEPS[-1]["run"]))
    assert words == {"PREVIOUS_SHAS", "WAIT_MINUTES", "PULL_REQUEST"}


def test_old_inputs_keep_their_names_on_the_way_to_the_step() -> None:
    env = STEPS[-1]["env"]

    for name in OLD_INPUTS - {"WANDB_API_KEY"}:
        assert env[f"INPUT_{name}"] == f"${{{{ inputs.{name} }}}}"
        assert old_input({f"INPUT_{name}": "x"}, name) == "x"


def test_outputs_are_those_of_the_step() -> None:
    assert {name: about["value"] for name, about in ACTION["outputs"].items()} == {
        name: f"${{{{ steps.runs.outputs.{name} }}}}" for name in OUTPUTS
    }
    assert STEPS[-1]["id"] == "runs"


def test_set_up_is_the_makefiles_own_word_for_jobs_with_a_token() -> None:
    assert STEPS[0]["run"] == 'make -C "$GITHUB_ACTION_PATH/.." steps'
    assert re.search(r"^steps: \.venv-steps/", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)


@pytest.mark.slow
def test_an_old_workflow_gets_its_file_and_its_outputs(workflow: Workflow) -> None:
    used = workflow.use(
        WANDB_API_KEY="local-0123456789abcdef",
        PROJECT_NAME="acme/mnist",
        FILTER_GITHUB_SHA="aaa",
        BASELINE_TAGS="['baseline']",
        DISPLAY_METRICS="['acc', 'loss']",
        DISPLAY_CONFIG_VARS="['lr']",
    )

    assert used.exit_code == 0, used.log
    assert tuple(used.outputs) == OUTPUTS
    # AC1
    assert list(used.outputs.values()) == ["False", "False", "2", "1", "0", "1", "2", "1", "0", "5"]
    report = (used.workspace / "wandb_report.csv").read_text("utf-8")
    assert [line.split(",")[0] for line in report.splitlines()[1:]] == [
        f"https://wandb.ai/acme/mnist/runs/{run}" for run in ("r1", "r2", "r3", "r4")
    ]
    assert "0123456789abcdef" not in used.log


@pytest.mark.slow
def test_new_inputs_compare_with_earlier_commits_and_keep_a_comment(workflow: Workflow) -> None:
    used = workflow.use(
        WANDB_API_KEY="local-0123456789abcdef",
        PROJECT_NAME="acme/mnist",
        RUN_ID="r2",
        BASELINE_TAGS="baseline",
        DISPLAY_METRICS="acc:max",
        PREVIOUS_SHAS="ccc bbb",
        WAIT_MINUTES="1",
        PULL_REQUEST="7",
    )

    assert used.exit_code == 0, used.log
    [body] = workflow.api.own_comments(7)
    assert "**-0.15 (-15.79%) worse**" in body
    assert "commit before (`bbb`" in body


@pytest.mark.slow
@pytest.mark.parametrize(
    ("inputs", "exit_code", "named"),
    [
        ({"PROJECT_NAME": "acme/mnist"}, 2, "INPUT_FILTER_GITHUB_SHA"),
        ({"PROJECT_NAME": "acme/mnist", "RUN_ID": "r1", "WAIT_MINUTES": "$(touch ran)"}, 2, "--wait"),
        ({"PROJECT_NAME": "acme/mnist", "RUN_ID": "r1", "BASELINE_TAGS": "__import__('os')"}, 2, "INPUT_BASELINE_TAGS"),
        ({"PROJECT_NAME": "acme/mnist", "RUN_ID": "r1"}, 3, "set WANDB_API_KEY"),
    ],
    ids=["no runs named", "a word for a shell", "a program", "no key"],
)
def test_what_is_wrong_is_said_on_the_page_of_the_run(
    workflow: Workflow, inputs: dict[str, str], exit_code: int, named: str
) -> None:
    used = workflow.use(**inputs)

    assert used.exit_code == exit_code
    assert re.search(rf"^::error::.*{re.escape(named)}", used.log, re.MULTILINE)
    assert used.outputs == {}
    assert not (used.workspace / "ran").exists()
