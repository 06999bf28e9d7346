"""The gate of experiments as a step: what it answers, what it hands on, and what an outside system may report."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.github.fake_api import BOT, FakeApi, serving
from tests.github.previews import COMMENT, OTHER, SHA, event, pull, with_change
from tests.github.runner_commands import obeyed
from tests.steps.on_github import RUN, RUN_URL, Job

EARLIER = "a" * 40
NOTEBOOK = "_notebooks/train.ipynb"
NOTHING = {
    "go": "false",
    "command": "",
    "pr": "",
    "sha": "",
    "earlier": "[]",
    "notebook": "",
    "parameters": "{}",
    "run_id": "",
    "state": "",
    "comment": "",
}
COMMIT = f"[`{SHA[:7]}`](https://github.com/jane/blog/pull/7/commits/{SHA})"


@pytest.fixture
def job(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Job]:
    api = FakeApi(
        permissions={
            "jane": {"permission": "write", "role_name": "maintain"},
            "sam": {"permission": "read", "role_name": "read"},
        },
        pulls={7: pull(fork=False)},
        commits={SHA: "", OTHER: ""},
        pull_commits={7: [EARLIER, SHA]},
        contents={(NOTEBOOK, SHA): "file"},
    )
    with serving(api):
        yield Job(api, tmp_path, monkeypatch)


def run(job: Job, comment: str, *, run: int = RUN, **about: Any) -> Any:
    return job.run("gate_experiment", event=event(comment, **about), run=run, GITHUB_EVENT_NAME="issue_comment")


def report(job: Job, run: int = RUN + 9, **inputs: Any) -> Any:
    payload = {"inputs": {"pr": "7", "sha": SHA, "state": "success", **inputs}, "ref": "refs/heads/main"}
    return job.run("gate_experiment", event=payload, run=run, GITHUB_EVENT_NAME="workflow_dispatch")


@pytest.mark.parametrize(
    "comment",
    ['/run "a ##[set-output name=go;]true <b>.ipynb"', "/run a.ipynb ##[error]<b>=1"],
    ids=["notebook", "parameter"],
)
def test_no_runner_and_no_page_of_a_run_obeys_what_a_comment_says(job: Job, comment: str) -> None:
    result = run(job, comment)

    assert "##[" in " ".join(result.lines)
    assert obeyed(result.lines) == []
    assert job.outputs == NOTHING
    assert "<b>" not in job.summary


def test_a_run_of_a_notebook_is_handed_on_whole(job: Job) -> None:
    result = run(job, f'/run {NOTEBOOK} lr=0.1 note="so \\"far\\"; ::x"')

    assert result.exit_code == 0
    assert job.outputs == NOTHING | {
        "go": "true",
        "command": "run",
        "pr": "7",
        "sha": SHA,
        "earlier": json.dumps([EARLIER]),
        "notebook": NOTEBOOK,
        "parameters": '{"lr": "0.1", "note": "so \\"far\\"; ::x"}',
        "comment": str(COMMENT),
    }
    assert job.api.own_reactions(COMMENT) == ["eyes"]
    (comment,) = job.api.own_comments(7)
    assert comment == (
        "<!-- inkmill:run -->\n"
        f'<!-- {{"about": "{NOTEBOOK}", "run": {RUN}, "sha": "{SHA}", "shown": "", "stage": "running"}} -->\n'
        f"**Notebook run:** running `{NOTEBOOK}` of {COMMIT} with 2 parameters in [this run]({RUN_URL})."
    )


@pytest.mark.parametrize(
    ("written", "kind", "stage", "words"),
    [
        ("/get-runs", "get-runs", "running", f"**Runs:** looking for those of {COMMIT}"),
        ("/run-full-test", "full-test", "asked", f"**Full test:** asking for one of {COMMIT}"),
        ("/deploy r1", "deploy", "asked", f"**Deployment:** looking whether `r1` is a finished run of {COMMIT}"),
    ],
    ids=["get-runs", "full-test", "deploy"],
)
def test_each_command_has_a_comment_of_its_own(written: str, kind: str, stage: str, words: str, job: Job) -> None:
    run(job, written)

    assert (job.outputs["go"], job.outputs["command"]) == ("true", kind)
    (comment,) = job.api.own_comments(7)
    assert comment.startswith(f"<!-- inkmill:{kind} -->\n")
    assert f'"stage": "{stage}"' in comment
    assert words in comment


def test_commands_of_two_kinds_have_two_comments_and_the_same_one_is_rewritten(job: Job) -> None:
    for number, written in enumerate(["/get-runs", "/deploy r1", "/get-runs", "/deploy r2"]):
        run(job, written, run=RUN + number)

    runs, deployment = job.api.own_comments(7)
    assert (f"runs/{RUN + 2}" in runs, f"runs/{RUN + 3}" in deployment) == (True, True)
    assert '"about": "r2"' in deployment


def test_help_lists_every_command_and_starts_nothing(job: Job) -> None:
    job.api.pulls[7] = pull()

    result = run(job, "/help")

    assert (result.exit_code, job.outputs) == (0, NOTHING)
    assert job.api.own_reactions(COMMENT) == ["rocket"]
    (comment,) = job.api.own_comments(7)
    rows = [line.split(" | ") for line in comment.splitlines() if line.startswith("| `/")]
    assert [(row[0].removeprefix("| "), row[-1].removesuffix(" |")) for row in rows] == [
        ("`/preview [SHA]`", "yes, with SHA"),
        ("`/get-runs [SHA]`", "yes"),
        ("`/run NOTEBOOK [name=value …] [sha=SHA]`", "no"),
        ("`/run-full-test [sha=SHA]`", "no"),
        ("`/deploy RUN_ID [sha=SHA]`", "no"),
        ("`/help`", "yes"),
    ]


# AC13
def test_acceptance_of_a_deployment(job: Job) -> None:
    for written in ("/deploy r1", "  /deploy r1  "):
        run(job, written)
        assert (job.outputs["go"], job.outputs["command"], job.outputs["run_id"]) == ("true", "deploy", "r1")

    silent = [
        event("/deployx r1"),
        event("> /deploy r1"),
        event("and then\n/deploy r1"),
        with_change(event("/deploy r1"), "action", "edited"),
        event("/deploy r1", user={"login": "helper[bot]", "type": "Bot"}),
        with_change(event("/deploy r1"), "issue.pull_request", None),
    ]
    for payload in silent:
        job.api.requests.clear()
        job.run("gate_experiment", event=payload, GITHUB_EVENT_NAME="issue_comment")
        assert (job.outputs, job.api.requests) == (NOTHING, [])

    run(job, "/deploy")
    assert job.outputs == NOTHING
    assert "It is written as\n\n```\n/deploy RUN_ID [sha=SHA]\n```" in job.api.own_comments(7)[0]
    run(job, "/deploy r1;rm")
    assert job.outputs == NOTHING
    assert "the id of a run has letters, digits" in job.api.own_comments(7)[0]

    said = job.api.own_comments(7)
    run(job, "/deploy r1", user={"login": "sam", "type": "User"})
    assert (job.outputs, job.api.own_comments(7), job.api.dispatches) == (NOTHING, said, [])
    job.api.pulls[7] = pull()
    run(job, "/deploy r1")
    assert job.outputs == NOTHING
    run(job, "/get-runs")
    assert job.outputs["go"] == "true"


# AC13
def test_a_permission_that_github_does_not_tell_is_none(job: Job) -> None:
    job.api.fails_from = 1

    result = run(job, "/deploy r1")

    assert (result.exit_code, job.outputs) == (4, NOTHING)
    assert job.api.own_comments(7) == job.api.own_reactions(COMMENT) == []


def test_a_stranger_gets_a_reaction_and_no_words(job: Job) -> None:
    result = run(job, "/get-runs", user={"login": "sam", "type": "User"})

    assert (result.exit_code, job.outputs, job.api.own_comments(7)) == (0, NOTHING, [])
    assert job.api.own_reactions(COMMENT) == ["-1"]


def test_a_stale_command_is_told_the_line_that_would_work(job: Job) -> None:
    run(job, f'/run {NOTEBOOK} note="a b" sha={OTHER}')

    assert job.outputs == NOTHING
    assert job.api.own_reactions(COMMENT) == ["confused"]
    (comment,) = job.api.own_comments(7)
    assert f'```\n/run {NOTEBOOK} note="a b" sha={SHA}\n```' in comment
    run(job, comment.split("```\n")[1])
    assert (job.outputs["go"], job.outputs["parameters"]) == ("true", '{"note": "a b"}')


def test_a_fork_is_told_why_and_that_is_all(job: Job) -> None:
    job.api.pulls[7] = pull()

    run(job, f"/run {NOTEBOOK} sha={SHA}")

    assert job.outputs == NOTHING
    (comment,) = job.api.own_comments(7)
    assert "comes from another repository, whose code gets no secrets here; /help says what works." in comment
    assert "```" not in comment


def test_a_refusal_does_not_hide_what_an_earlier_command_came_to(job: Job) -> None:
    run(job, "/deploy r1")
    run(job, "/deploy", run=RUN + 1)

    (comment,) = job.api.own_comments(7)
    assert "it names no run" in comment
    assert "looking whether `r1`" in comment


def test_names_from_outside_come_alive_nowhere(job: Job) -> None:
    hostile = '/run "x @octocat <img src=a> [b](http://c.d) #1`|.ipynb"'

    run(job, hostile)
    run(job, "/run a.ipynb @octocat=1", run=RUN + 1)

    (comment,) = job.api.own_comments(7)
    _, _, words = comment.split("\n", 2)
    for alive in ("@octocat", "<img", "](http://c.d)", "#1"):
        assert alive not in words


def test_many_parameters_in_another_script_fit_an_environment(job: Job) -> None:
    words = " ".join(f"p{number}={'𝄞' * 110}" for number in range(50))

    run(job, f"/run {NOTEBOOK} {words}")

    assert job.outputs["go"] == "true"
    assert len(job.outputs["parameters"]) < 90_000


def test_a_full_test_that_was_asked_for_may_be_reported(job: Job) -> None:
    run(job, "/run-full-test")

    result = report(job, state="failure")

    assert result.exit_code == 0
    assert job.outputs == NOTHING | {
        "go": "true",
        "command": "report",
        "pr": "7",
        "sha": SHA,
        "earlier": json.dumps([EARLIER]),
        "state": "failure",
    }


def test_a_report_on_another_commit_or_on_no_test_is_none(job: Job) -> None:
    assert (report(job).exit_code, job.outputs) == (0, NOTHING)
    job.api.add_comment(7, f'<!-- inkmill:full-test -->\n<!-- {{"run": 1, "sha": "{SHA}"}} -->\n', {"login": "eve"})
    assert (report(job).exit_code, job.outputs) == (0, NOTHING)

    run(job, "/run-full-test")
    assert (report(job, sha=OTHER).exit_code, job.outputs) == (0, NOTHING)
    assert "no full test of pull request 7 was asked for" in job.summary


@pytest.mark.parametrize(
    "inputs",
    [{"pr": "7; id"}, {"pr": "0"}, {"sha": SHA[:7]}, {"sha": ""}, {"state": "great"}, {"state": None}, {"pr": 7}],
    ids=["command", "zero", "short", "no commit", "another state", "no state", "number"],
)
def test_a_report_that_cannot_be_understood_is_an_error_before_anything_is_asked(
    inputs: dict[str, Any], job: Job
) -> None:
    result = report(job, **inputs)

    assert (result.exit_code, job.outputs, job.api.requests) == (2, NOTHING, [])


@pytest.mark.parametrize("payload", [{}, {"inputs": None}, {"inputs": ["pr"]}], ids=["nothing", "null", "list"])
def test_a_dispatch_without_inputs_is_an_error(payload: dict[str, Any], job: Job) -> None:
    result = job.run("gate_experiment", event=payload, GITHUB_EVENT_NAME="workflow_dispatch")

    assert (result.exit_code, job.outputs) == (2, NOTHING)


def test_two_comments_of_one_kind_become_one_and_those_of_others_stay(job: Job) -> None:
    job.api.add_comment(7, "<!-- inkmill:get-runs -->\nfirst")
    job.api.add_comment(7, "<!-- inkmill:get-runs -->\nsecond")
    job.api.add_comment(7, "<!-- inkmill:preview -->\na preview")
    job.api.add_comment(7, "<!-- inkmill:get-runs -->\nmine", {"login": "eve", "type": "User"})

    run(job, "/get-runs")

    assert [found["id"] for found in job.api.comments if found["user"] == BOT] == [1000, 1002]
    assert job.api.own_comments(7)[1] == "<!-- inkmill:preview -->\na preview"
    assert job.api.comments[-1]["body"] == "<!-- inkmill:get-runs -->\nmine"


@pytest.mark.slow
@pytest.mark.parametrize("is_done", [False, True])
def test_wherever_it_breaks_nothing_goes_on_and_a_second_run_makes_it_right(is_done: bool, job: Job) -> None:
    place = 0
    while True:
        place += 1
        job.api.comments.clear()
        job.api.reactions.clear()
        job.api.requests.clear()
        job.api.fails_from, job.api.does_the_failing = place, is_done
        broken = run(job, f"/run {NOTEBOOK} sha={SHA[:8]}")
        if job.api.fails_from > len(job.api.requests):
            break
        assert broken.exit_code == 4
        assert job.outputs == NOTHING
        job.api.fails_from = 0
        job.api.requests.clear()
        again = run(job, f"/run {NOTEBOOK} sha={SHA[:8]}")
        assert (again.exit_code, job.outputs["go"]) == (0, "true")
        assert (len(job.api.own_comments(7)), job.api.own_reactions(COMMENT)) == (1, ["eyes"])
    assert place > 8
    assert broken.exit_code == 0
