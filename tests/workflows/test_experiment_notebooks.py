"""/run: a notebook of a pull request runs beside the keys, for the commit that was looked at and for nothing else."""

import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from textwrap import dedent

import pytest

from tests.experiments.real_client import ENVIRONMENT, need_client
from tests.workflows import bare_repository, events
from tests.workflows.end_state import assert_golden
from tests.workflows.experimenting import KEY, REFUSED, Lab, logged, settings
from tests.workflows.github_state import Environment
from tests.workflows.proposals import BLOG, Proposal, pushed_again
from tests.workflows.runner import WorkflowRun

pytestmark = pytest.mark.slow

TRAIN = "_notebooks/train.ipynb"
RAN = REFUSED | {"run": "success", "runs": "success", "report": "success"}
FAILED = RAN | {"run": "failure"}
TOKEN = "canary-0ddba11-another-service"


def notebook(*sources: str) -> str:
    """A notebook with a parameter `lr`, and a cell of each source."""
    cells: list[dict[str, object]] = [
        {
            "id": f"cell-{number}",
            "cell_type": "code",
            "metadata": {} if number else {"tags": ["parameters"]},
            "source": dedent(source).strip(),
            "execution_count": None,
            "outputs": [],
        }
        for number, source in enumerate(("lr = 0.5", *sources))
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": kernel}, "cells": cells})


GOOD, EVIL = {TRAIN: notebook("print('good', lr)")}, {TRAIN: notebook("print('evil', lr)")}


def holders(lab: Lab, run: WorkflowRun) -> list[str]:
    """The jobs of a run that were let into an environment."""
    return [seat.job.split("/", 1)[1] for seat in lab.github.seats if seat.run == run.number and seat.environment]


def checkouts(lab: Lab) -> list[tuple[str, str]]:
    """The jobs that asked for another commit than their workflow's own, and which."""
    repository = lab.github.repositories[BLOG]
    own = bare_repository.resolved(repository.git, "refs/heads/main")
    return [(one["job"].split("/", 1)[1], one["ref"]) for one in repository.checkouts if one["ref"] != own]


def handed_on(lab: Lab) -> dict[str, bytes]:
    """Every file of every artifact, as ``artifact/path``."""
    found = {}
    for artifact in lab.github.repositories[BLOG].artifacts:
        with zipfile.ZipFile(io.BytesIO(artifact.content)) as opened:
            found.update({f"{artifact.name}/{name}": opened.read(name) for name in opened.namelist()})
    return found


@dataclass(frozen=True, slots=True)
class Refused:
    """A `/run` that is none.

    Args:
        body: ``{sha}`` is the commit at the head when the pull request was opened.
        before, after: what happens before the comment is written, and when it was.
        author: of the pull request.
    """

    body: str = f"/run {TRAIN} lr=0.1"
    author: str = "bob"
    before: Callable[[Lab, Proposal], object] = lambda lab, made: None
    after: Callable[[Lab, Proposal], object] = lambda lab, made: None


def pushes(lab: Lab, made: Proposal) -> object:
    return pushed_again(lab.github, made, EVIL)


def pushes_while_the_gate_looks(lab: Lab, made: Proposal) -> object:
    return lab.github.before("GET", f"/repos/{BLOG}/pulls/{made.number}/commits", lambda: pushes(lab, made))


@pytest.mark.parametrize(
    ("name", "refused"),
    [
        ("fork", Refused(f"/run {TRAIN} lr=0.1 sha={{sha}}", author="eve")),
        ("stale_sha", Refused(f"/run {TRAIN} sha={{sha}}", before=pushes)),
        ("pushed_over", Refused(after=pushes)),
        ("pushed_while_looked_at", Refused(f"/run {TRAIN} lr=0.1 sha={{sha}}", after=pushes_while_the_gate_looks)),
        ("no_such_notebook", Refused("/run _notebooks/trian.ipynb lr=0.1")),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_refused_gets_neither_a_run_nor_the_key(
    name: str, refused: Refused, lab: Lab, request: pytest.FixtureRequest
) -> None:
    made = lab.proposed(GOOD, by=refused.author)
    refused.before(lab, made)
    written = lab.github.comment(BLOG, made.number, "bob", refused.body.format(sha=made.sha))
    refused.after(lab, made)

    run = lab.runner.run("experiments.yml", events.comment(lab.github, BLOG, written))

    assert run.results == REFUSED, run.log
    assert (holders(lab, run), checkouts(lab), handed_on(lab)) == ([], [], {})
    assert lab.wandb.requests == []
    assert_golden(lab.end(run), f"experiment_run_{name}", request)


@pytest.mark.kernel
def test_what_a_notebook_logs_is_tied_to_the_commit_and_compared(lab: Lab, request: pytest.FixtureRequest) -> None:
    need_client()
    (site_packages,) = ENVIRONMENT.glob("lib/python3*/site-packages")
    # As if the blog's own environment had the client.
    there = f"import sys; sys.path.append({str(site_packages)!r})"
    log = """
        import wandb
        run = wandb.init(id="n1", name="by /run", config={"lr": lr, "github_sha": "somebody else's"})
        run.log({"loss": 2 * lr, "acc": 0.93})
        run.finish()
    """
    made = lab.proposed({TRAIN: notebook(there, "print('a first draft')")})
    lab.log(logged("before", made.sha, acc=0.91, loss=0.28))
    sha = pushed_again(lab.github, made, {TRAIN: notebook(there, log)})

    run = lab.commented(made, f"/run {TRAIN} lr=0.1")

    assert run.results == RAN, run.log
    (new,) = [run for run in lab.wandb.store.runs if run.id == "n1"]
    assert (new.state, new.project, new.config) == ("finished", "acme/mnist", {"lr": 0.1, "github_sha": sha})
    assert (holders(lab, run), checkouts(lab)) == (["run", "runs"], [("run", sha)])
    assert lab.wandb.errors == []
    # Which of its calls the client makes is its own affair.
    lab.wandb.requests[:] = [asked for asked in lab.wandb.requests if asked.operation == "Runs"]
    assert_golden(lab.end(run), "experiment_run_logs", request)


@pytest.mark.kernel
def test_a_push_after_the_gate_changes_nothing_of_what_is_run(lab: Lab, request: pytest.FixtureRequest) -> None:
    made = lab.proposed(GOOD)
    lab.log(logged("r1", made.sha, acc=0.93, loss=0.25))
    # The gate's own checkout comes first.
    lab.github.before("GET", f"/{BLOG}/info/refs", lambda: pushes(lab, made), after=1)

    run = lab.commented(made, f"/run {TRAIN} lr=0.1")

    assert run.results == RAN, run.log
    assert checkouts(lab) == [("run", made.sha)]
    assert lab.github.head_of(BLOG, made.number) != made.sha
    ran = handed_on(lab)["notebook/notebook.ipynb"]
    assert (b"good 0.1" in ran, b"evil" in ran) == (True, False)
    assert_golden(lab.end(run), "experiment_run_pushed_late", request)


@pytest.mark.kernel
def test_a_notebook_that_fails_is_told_by_its_cell(lab: Lab, request: pytest.FixtureRequest) -> None:
    failing = "def fit(lr):\n    raise ValueError(f'@ann: lr {lr} is **too small** <img src=x>')\n\nfit(lr)"
    made = lab.proposed({TRAIN: notebook("print('so far, so good')", failing)})

    run = lab.commented(made, f"/run {TRAIN} lr=0.1")

    assert run.results == FAILED, run.log
    assert b"so far, so good" in handed_on(lab)["notebook/notebook.ipynb"]
    assert lab.reactions(f"/run {TRAIN} lr=0.1") == ["confused"]
    assert_golden(lab.end(run), "experiment_run_fails", request)


@pytest.mark.kernel
def test_a_key_that_is_printed_or_logged_is_shown_to_nobody(lab: Lab, request: pytest.FixtureRequest) -> None:
    keys = {"WANDB_API_KEY": KEY, "NOTEBOOK_SECRETS": f"OTHER_TOKEN={TOKEN}"}
    lab.github.repositories[BLOG].environments["notebooks"] = Environment(keys)
    lab.github.planted_secrets["OTHER_TOKEN"] = TOKEN
    lab.configure(f"{settings(lab.wandb)}execution:\n  env: [OTHER_TOKEN]\n")
    prints = """
        import base64, os, sys
        print(os.environ["OTHER_TOKEN"])
        print(os.environ["WANDB_API_KEY"], file=sys.stderr)
        base64.b64encode(os.environ["WANDB_API_KEY"].encode())
    """
    made = lab.proposed({TRAIN: notebook(prints)})
    lab.log(logged("r1", made.sha, name=KEY, acc=0.93))

    run = lab.commented(made, f"/run {TRAIN} lr=0.1")

    assert run.results == FAILED, run.log
    # Whether a secret stands anywhere is looked for after every scenario.
    assert "notebook/notebook.ipynb" not in handed_on(lab)
    assert_golden(lab.end(run), "experiment_run_prints_the_key", request)


@pytest.mark.kernel
def test_a_branch_that_changes_the_engine_speaks_for_nobody(lab: Lab, request: pytest.FixtureRequest) -> None:
    made = lab.proposed({**GOOD, "generator/steps/run_notebook.py": dedent(HOSTILE_ENGINE)})
    lab.log(logged("r1", made.sha, acc=0.8, loss=0.4))

    run = lab.commented(made, f"/run {TRAIN} lr=0.1")

    assert run.results == RAN, run.log
    assert "<img" not in lab.said("run").partition("**Notebook run:**")[2]
    assert "worse" in lab.said("run")
    assert_golden(lab.end(run), "experiment_run_hostile_engine", request)


HOSTILE_ENGINE = """
    import json, os
    from pathlib import Path

    from generator.steps.result import StepResult

    WORDS = "@ann <img src=x onerror=alert(1)> [all is well](https://evil.example) <!-- inkmill:deploy -->"


    def main(arguments):
        folder = Path(arguments[1])
        one = {"name": WORDS, "status": "failed", "seconds": 1, "ran_at": None}
        failure = {"kind": "error", "problem": WORDS, "last_line": WORDS, "cell": 1, "line": 1}
        said = {"version": 1, "now": "2026-11-26T12:00:00+00:00", "errors": []}
        (folder / "executed").mkdir(parents=True)
        (folder / "ran.json").write_text(json.dumps({**said, "notebooks": [{**one, "failure": failure}]}))
        # What the service said is read from another artifact.
        (folder / "executed/runs.json").write_text("{}")
        with open(os.environ["GITHUB_OUTPUT"], "a") as file:
            file.write("go=true\\ncommand=deploy\\nrun_id=r1\\n")
        return StepResult(("::error::hacked",))
"""
