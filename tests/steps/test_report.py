"""report: the blog's own workflow says how a test or a deployment stands, for the commit that was asked for alone."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from generator.experiments.comparison import compare
from generator.experiments.runs_table import TableColumns, runs_csv, runs_json
from generator.steps.__main__ import main
from generator.steps.result import StepResult
from tests.github.previews import OTHER, SHA
from tests.steps.experiments import EVENT, LATER, METRICS, a_job, about, found, handed, run
from tests.steps.on_github import RUN, Job

PAGE = "https://argo.example.org/workflows/7"


@pytest.fixture
def job(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Job]:
    with a_job(tmp_path, monkeypatch) as one:
        yield one


def tested(job: Job) -> None:
    job.run("start_test", event=EVENT, **about("full-test", WORKFLOW="argo.yml"))


def deployed(job: Job) -> int:
    values = {"RUN_ID": "r1", "WORKFLOW": "deploy.yml"}
    job.run("deploy", "--from", handed(job, found(run("r1"))), event=EVENT, **about("deploy", **values))
    return int(job.api.deployments[0]["id"])


def report(job: Job, *words: str, sha: str = SHA, state: str = "success", run: int | str = LATER) -> StepResult:
    return job.run("report", "--pr", "7", "--sha", sha, "--state", state, *words, event=EVENT, run=run)


@pytest.mark.parametrize(
    ("state", "said", "stage", "label"),
    [
        ("running", "is running", "running", "full test: running"),
        ("success", "passed", "done", "full test: passed"),
        ("failure", "failed", "failed", "full test: failed"),
        ("cancelled", "failed", "failed", "full test: failed"),
        ("skipped", "failed", "failed", "full test: failed"),
    ],
    ids=["running", "success", "failure", "cancelled", "skipped"],
)
def test_a_full_test_fills_the_comment_that_asked_for_it(
    job: Job, state: str, said: str, stage: str, label: str
) -> None:
    tested(job)

    result = report(job, "--link", PAGE, state=state)

    (body,) = job.api.own_comments(7)
    assert result.exit_code == 0
    assert f"{said} ([its page]({PAGE}))." in body
    assert f'"stage": "{stage}"' in body
    assert job.api.issue_labels[7] == [label]


def test_at_a_desk_it_is_heard_too(job: Job) -> None:
    tested(job)

    report(job, run="")

    assert "passed" in job.api.own_comments(7)[0]


def test_a_report_on_another_commit_changes_nothing(job: Job) -> None:
    tested(job)
    before = job.api.own_comments(7)

    result = report(job, sha=OTHER)

    assert result.exit_code == 0
    assert "is not told" in result.lines[0]
    assert (job.api.own_comments(7), job.api.issue_labels[7]) == (before, ["full test: running"])


def test_a_report_that_nobody_asked_for_writes_no_comment(job: Job) -> None:
    report(job)

    assert (job.api.own_comments(7), job.api.issue_labels) == ([], {})


def test_a_strangers_comment_with_the_marker_is_not_taken_for_the_question(job: Job) -> None:
    state = json.dumps({"stage": "running", "run": 1, "sha": SHA, "shown": ""})
    body = f"<!-- inkmill:full-test -->\n<!-- {state} -->\nx"
    job.api.add_comment(7, body, {"login": "sam", "type": "User"})

    report(job)

    assert (job.api.own_comments(7), job.api.comments[0]["body"]) == ([], body)


@pytest.mark.parametrize(
    ("state", "said", "status", "label"),
    [
        ("running", "is being deployed to", "in_progress", "deploy: started"),
        ("success", "was deployed to", "success", "deploy: done"),
        ("failure", "could not be deployed to", "failure", "deploy: failed"),
    ],
    ids=["running", "success", "failure"],
)
def test_a_deployment_fills_comment_label_and_deployment(
    job: Job, state: str, said: str, status: str, label: str
) -> None:
    number = deployed(job)

    result = report(job, "--command", "deploy", "--deployment", str(number), "--link", PAGE, state=state)

    (body,) = job.api.own_comments(7)
    assert result.exit_code == 0
    assert f"the run [r1](https://wandb.ai/acme/mnist/runs/r1) of [`{SHA[:7]}`]" in body
    assert f"{said} `production`" in body
    assert job.api.deployments[0]["statuses"][-1]["state"] == status
    assert job.api.deployments[0]["statuses"][-1]["log_url"] == PAGE
    assert job.api.issue_labels[7] == [label]


def test_a_deployment_is_told_of_its_own_run_though_another_was_asked_for_meanwhile(job: Job) -> None:
    number = deployed(job)
    words = ("--from", handed(job, found(run("r2", state="running"))))
    values = {"RUN_ID": "r2", "WORKFLOW": "deploy.yml"}
    job.run("deploy", *words, event=EVENT, run=RUN + 1, **about("deploy", **values))

    report(job, "--command", "deploy", "--deployment", str(number))

    (body,) = job.api.own_comments(7)
    assert "[r1](https://wandb.ai/acme/mnist/runs/r1)" in body
    assert "r2" not in body
    assert job.api.issue_labels[7] == ["deploy: done"]


def test_a_deployment_that_somebody_else_opened_is_told_nothing(job: Job) -> None:
    number = deployed(job)
    job.api.deployments[0]["creator"] = {"login": "sam", "type": "User"}
    before = job.api.own_comments(7)

    result = report(job, "--command", "deploy", "--deployment", str(number))

    assert (result.exit_code, job.api.own_comments(7)) == (3, before)
    assert [one["state"] for one in job.api.deployments[0]["statuses"]] == ["queued"]


@pytest.mark.parametrize("ending", ["json", "csv"])
def test_runs_in_a_file_of_ours_are_compared_in_their_roles(job: Job, ending: str) -> None:
    tested(job)
    candidates, baselines = [run("c1", 0.9)], [run("b1", 0.95, sha=OTHER)]
    columns = TableColumns(("acc", "loss"))
    content = {
        "json": runs_json(compare(candidates, baselines, METRICS), candidates, columns),
        "csv": runs_csv(candidates, baselines, columns),
    }[ending]
    path = job.folder / f"runs.{ending}"
    path.write_text(content)

    result = report(job, "--runs", str(path), "--metric", "acc:max")

    (body,) = job.api.own_comments(7)
    assert result.exit_code == 0
    assert "Current best: [b1](https://wandb.ai/acme/mnist/runs/b1)" in body
    assert "-0.05 (-5.26%) worse" in body
    assert ("in acme/mnist" in body) is (ending == "json")


def test_runs_of_any_file_are_candidates(job: Job) -> None:
    tested(job)
    path = job.folder / "mine.json"
    path.write_text('[{"id": "m1", "name": "@jane", "summary": {"acc": 0.5}}]')

    report(job, "--runs", str(path))

    (body,) = job.api.own_comments(7)
    assert "| candidate | m1 | 0.5 |" in body
    assert "@jane" not in body


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--runs", "nothing.json"), 2),
        (("--link", "javascript:alert(1)"), 2),
        (("--deployment", "9; rm"), 2),
        (("--deployment", "12"), 3),
        (("--command", "deploy"), 2),
    ],
    ids=["no-file", "script", "no-id", "no-deployment", "which-deployment"],
)
def test_wrong_words_change_nothing(job: Job, words: tuple[str, ...], code: int) -> None:
    tested(job)
    before = job.api.own_comments(7)

    result = report(job, *words)

    assert (result.exit_code, job.api.own_comments(7)) == (code, before)


def test_a_file_that_holds_no_runs_is_named_and_nothing_is_told(job: Job) -> None:
    tested(job)
    before = job.api.own_comments(7)
    path = job.folder / "runs.json"
    path.write_text("[" * 50_000)

    result = report(job, "--runs", str(path))

    assert (result.exit_code, job.api.own_comments(7)) == (1, before)


def test_at_a_desk_without_a_word_on_the_repository_it_says_what_is_missing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("GITHUB_REPOSITORY", "GITHUB_ACTIONS"):
        monkeypatch.delenv(name, raising=False)

    code = main(["report", "--pr", "7", "--sha", SHA, "--state", "success"])

    assert code == 2
    assert "GITHUB_REPOSITORY is not set" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--pr", "x", "--sha", SHA), "--pr is not the number of a pull request\n  mend: set --pr, such as 7\n"),
        (
            ("--pr", "7", "--sha", "1a2b"),
            "--sha does not hold the 40 digits of a commit\n  mend: set --sha to the commit that is asked for\n",
        ),
    ],
    ids=["pull-request", "commit"],
)
def test_a_wrong_word_is_named_as_it_was_typed(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], said: str
) -> None:
    assert main(["report", *words, "--state", "success"]) == 2
    assert capsys.readouterr().err == said
