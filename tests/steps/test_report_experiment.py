"""report-experiment: one comment per command says what the runs came to, or why nobody knows."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from generator.github.command import CommandKind
from generator.github.runs_file import ExperimentRuns, Unasked, write_runs
from generator.steps.result import StepResult
from tests.github.fake_api import BOT
from tests.github.previews import COMMENT, OTHER, SHA
from tests.steps.experiments import EVENT, LATER, a_job, about, found, handed, run
from tests.steps.on_github import RUN, RUN_URL, Job

COMMIT = f"[`{SHA[:7]}`](https://github.com/jane/blog/pull/7/commits/{SHA})"
NOTEBOOK = "_notebooks/train.ipynb"


@pytest.fixture
def job(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Job]:
    with a_job(tmp_path, monkeypatch) as one:
        yield one


def told(job: Job, command: str, runs: ExperimentRuns | None, *, run: int = RUN, **environ: str) -> StepResult:
    words = ("--from", handed(job, runs), "--ran", str(job.folder / "ran"))
    return job.run("report_experiment", *words, event=EVENT, run=run, **about(command, **environ))


def ran(job: Job, status: str = "ok", **failure: Any) -> None:
    one = {"name": NOTEBOOK, "status": status, "seconds": 31.6, "ran_at": None, "failure": None}
    if failure:
        one["failure"] = {"kind": "error", "problem": "", "last_line": "", "cell": None, "line": None, **failure}
    value = {"version": 1, "now": "2026-11-26T12:00:00+00:00", "notebooks": [one], "errors": []}
    (job.folder / "ran").mkdir(exist_ok=True)
    (job.folder / "ran/ran.json").write_text(json.dumps(value))


def comment_of(job: Job, kind: CommandKind) -> str:
    (body,) = [body for body in job.api.own_comments(7) if body.startswith(f"<!-- inkmill:{kind} -->\n")]
    return body


def test_runs_are_compared_with_the_best_and_with_the_commit_before(job: Job) -> None:
    job.api.reactions.append({"id": 1, "comment": COMMENT, "content": "eyes", "user": BOT})
    baselines = (run("b1", 0.95, sha=OTHER),)
    runs = found(run("c1"), run("c2", state="running"), baselines=baselines, previous=(run("p1", 0.7),))

    result = told(job, "get-runs", replace(runs, previous_sha=OTHER))

    body = comment_of(job, CommandKind.GET_RUNS)
    assert result.exit_code == 0
    assert f"As of 2026-11-26 12:00:00 UTC, of {COMMIT} in [this run]({RUN_URL})." in body
    assert "Current best: [b1](https://wandb.ai/acme/mnist/runs/b1)" in body
    assert "| candidate | [c1](https://wandb.ai/acme/mnist/runs/c1) | 0.9 | -0.05 (-5.26%) worse |" in body
    assert "1 finished, 1 running: not complete" in body
    assert "[p1](https://wandb.ai/acme/mnist/runs/p1)" in body
    assert job.api.own_reactions(COMMENT) == ["rocket"]


def test_a_second_report_rewrites_the_one_comment_and_leaves_a_strangers_alone(job: Job) -> None:
    stranger = job.api.add_comment(7, "<!-- inkmill:get-runs -->\n<!-- {} -->\nmine", {"login": "sam", "type": "User"})
    told(job, "get-runs", found(run("c1", state="running")))

    told(job, "get-runs", found(run("c1")), run=LATER)

    assert "1 finished: complete" in comment_of(job, CommandKind.GET_RUNS).replace("**", "")
    assert len(job.api.own_comments(7)) == 1
    assert stranger["body"].endswith("mine")


def test_what_a_newer_run_said_stays(job: Job) -> None:
    told(job, "get-runs", found(run("new")), run=LATER)

    result = told(job, "get-runs", found(run("old")))

    assert "old" not in comment_of(job, CommandKind.GET_RUNS)
    assert "its words stay" in result.lines[0]


def test_each_command_has_a_comment_of_its_own(job: Job) -> None:
    ran(job)
    told(job, "get-runs", found(run("c1")))
    told(job, "run", found(run("c1")), NOTEBOOK=NOTEBOOK, RUN_RESULT="success")
    told(job, "report", found(run("c1")), STATE="success")

    kinds = [CommandKind.GET_RUNS, CommandKind.RUN, CommandKind.FULL_TEST]
    assert [bool(comment_of(job, kind)) for kind in kinds] == [True] * 3
    assert len(job.api.own_comments(7)) == 3


def test_no_runs_say_what_is_missing(job: Job) -> None:
    told(job, "get-runs", found())

    body = comment_of(job, CommandKind.GET_RUNS)
    assert f"no runs logged for `{SHA}`: is `config.github_sha` set?" in body


@pytest.mark.parametrize(
    ("why", "said"),
    [
        (Unasked("unconfigured", "nothing is configured", "do"), "Write into `_config.yml` of the default branch"),
        (Unasked("refused", "api.wandb.ai refuses", "set WANDB_API_KEY"), "a secret of the environment `notebooks`"),
        (Unasked("unanswered", "no connection", "wait"), "Comment the command again in a few minutes"),
        (Unasked("secret", "the runs hold a secret", "take it out"), "Mend: take it out."),
    ],
    ids=["unconfigured", "refused", "unanswered", "secret"],
)
def test_why_nothing_is_known_is_said_in_words(job: Job, why: Unasked, said: str) -> None:
    result = told(job, "get-runs", found(unasked=why))

    body = comment_of(job, CommandKind.GET_RUNS)
    assert result.exit_code == 0
    first = why.problem if why.reason == "refused" else why.problem.capitalize()
    assert f"**Runs:** those of {COMMIT} could not be shown in [this run]({RUN_URL}).\n\n{first}. " in body
    assert said in body
    assert '"stage": "failed"' in body
    assert job.api.own_reactions(COMMENT) == ["confused"]


@pytest.mark.parametrize("ended", ["failure", "cancelled", "skipped"])
def test_runs_that_nobody_asked_for_are_said_to_be_unknown(job: Job, ended: str) -> None:
    told(job, "get-runs", found(run("c1")), RUNS_RESULT=ended)

    body = comment_of(job, CommandKind.GET_RUNS)
    assert "is not known" in body
    assert "c1" not in body


def test_an_artifact_that_is_none_is_said_to_be_so(job: Job) -> None:
    folder = Path(handed(job, found(run("c1"))))
    (folder / "candidates.json").write_text("[]")

    told(job, "get-runs", None)

    assert "is not known: candidates.json" in comment_of(job, CommandKind.GET_RUNS).replace("\u200b", "")


def test_a_notebook_that_ran_is_told_with_its_time_and_runs(job: Job) -> None:
    ran(job)

    told(job, "run", found(run("c1")), NOTEBOOK=NOTEBOOK, RUN_RESULT="success")

    body = comment_of(job, CommandKind.RUN)
    assert f"**Notebook run:** `{NOTEBOOK}` of {COMMIT} ran in 32 s in [this run]({RUN_URL})." in body
    assert "[c1](https://wandb.ai/acme/mnist/runs/c1)" in body
    assert job.api.own_reactions(COMMENT) == ["rocket"]


def test_a_notebook_that_failed_is_told_by_cell_and_error_and_its_runs_all_the_same(job: Job) -> None:
    ran(job, "failed", problem="KeyError: '@jane <b>'", cell=3, line=2, mend="ask @jane")

    told(job, "run", found(run("c1", state="crashed")), NOTEBOOK=NOTEBOOK, RUN_RESULT="failure")

    body = comment_of(job, CommandKind.RUN)
    assert "failed in [this run]" in body
    assert "- cell 3, line 2: KeyError:" in body
    assert ". Mend: ask @" in body
    assert "@jane" not in body
    assert "<b>" not in body
    assert "1 crashed" in body
    assert job.api.own_reactions(COMMENT) == ["confused"]


@pytest.mark.parametrize(("result", "is_asked"), [("failure", False), ("success", True)])
def test_whether_the_commit_is_said_is_asked_of_a_notebook_that_ran_to_its_end(
    job: Job, result: str, is_asked: bool
) -> None:
    ran(job, "failed" if result == "failure" else "ok", **({"problem": "no"} if result == "failure" else {}))

    told(job, "run", found(), NOTEBOOK=NOTEBOOK, RUN_RESULT=result)

    assert ("is `config.github_sha` set?" in comment_of(job, CommandKind.RUN)) is is_asked


@pytest.mark.parametrize(("kind", "is_kept"), [("error", True), ("leak", False), ("parameters", False)])
def test_a_notebook_that_is_not_handed_on_is_promised_to_nobody(job: Job, kind: str, is_kept: bool) -> None:
    ran(job, "failed", kind=kind, problem="so it is")

    told(job, "run", found(), NOTEBOOK=NOTEBOOK, RUN_RESULT="failure")

    assert ("artifact `notebook`" in comment_of(job, CommandKind.RUN)) is is_kept


def test_what_a_branch_hands_on_does_not_stand_in_for_what_the_service_said(job: Job) -> None:
    ran(job)
    write_runs(job.folder / "ran", found(run("forged", 1.0)))

    told(job, "run", found(run("c1")), NOTEBOOK=NOTEBOOK, RUN_RESULT="success")

    body = comment_of(job, CommandKind.RUN)
    assert "forged" not in body
    assert "[c1]" in body


def test_a_run_that_was_stopped_or_broke_off_is_told_so(job: Job) -> None:
    told(job, "run", found(), NOTEBOOK=NOTEBOOK, RUN_RESULT="cancelled")
    stopped = comment_of(job, CommandKind.RUN)

    told(job, "run", found(), NOTEBOOK=NOTEBOOK, RUN_RESULT="failure", run=LATER)

    assert f"`{NOTEBOOK}` of {COMMIT} was stopped" in stopped
    broken = comment_of(job, CommandKind.RUN)
    assert f"`{NOTEBOOK}` of {COMMIT} broke off" in broken
    assert "the job ended before the notebook did; its log says why" in broken


@pytest.mark.parametrize(
    ("state", "said", "label"),
    [("success", "passed", "full test: passed"), ("failure", "failed", "full test: failed")],
    ids=["success", "failure"],
)
def test_a_full_test_that_ended_elsewhere_is_told_with_its_label(job: Job, state: str, said: str, label: str) -> None:
    job.api.issue_labels[7] = ["bug", "full test: running"]

    told(job, "report", found(run("c1")), STATE=state, COMMENT="")

    assert f"**Full test:** of {COMMIT} {said}." in comment_of(job, CommandKind.FULL_TEST)
    assert job.api.issue_labels[7] == ["bug", label]


def test_a_long_table_is_cut_by_rows(job: Job) -> None:
    runs = [run(f"c{number}", number / 900, config={"lr": "x" * 200}) for number in range(800)]

    told(job, "get-runs", found(*runs, more_runs=5))

    body = comment_of(job, CommandKind.GET_RUNS)
    assert len(body) <= 60_000
    assert "more in the project" in body
    assert "[c799]" in body
    assert "5 more runs of this commit are left out" in body


def test_nothing_in_a_run_comes_alive_in_the_comment(job: Job) -> None:
    hostile = "@jane #1 <script>x</script> [a](https://evil.example) | `b`\n# h"
    one = run("c1", acc=hostile, config={"lr": hostile, "github_sha": SHA}, tags=(hostile,))

    told(job, "get-runs", found(replace(one, name=hostile), notes=(hostile,)))

    body = comment_of(job, CommandKind.GET_RUNS)
    assert not any(alive in body for alive in ("@jane", "#1 ", "<script", "](https://evil", "\n# h"))


def test_a_command_that_has_nothing_to_report_is_wrong_usage(job: Job) -> None:
    assert told(job, "deploy", found()).exit_code == 2
