"""Comments that start no command on experiments: who wrote them, what they say, where they stand."""

import pytest

from tests.workflows import events
from tests.workflows.end_state import assert_golden
from tests.workflows.experimenting import NOTHING, REFUSED, Lab, logged
from tests.workflows.github_state import ACTIONS
from tests.workflows.proposals import BLOG, IDEA, NUMBERS, notebook, post

pytestmark = pytest.mark.slow

FILES = {IDEA: post("An idea", "In short."), NUMBERS: notebook("print(1)")}


def test_strangers_get_a_reaction_and_nothing_is_looked_at(lab: Lab, request: pytest.FixtureRequest) -> None:
    made = lab.proposed(FILES, by="eve")
    lab.github.repositories[BLOG].roles["tia"] = "triage"
    lab.log(logged("r1", made.sha, acc=0.93))

    author = lab.commented(made, "/get-runs", by="eve")
    triager = lab.commented(made, f"/run {NUMBERS} sha={made.sha}", by="tia")

    assert (author.results, triager.results) == (REFUSED, REFUSED), author.log + triager.log
    assert [comment for comment in lab.comments(1) if comment.author == ACTIONS] == []
    assert lab.github.requests("GET", "/pulls/") == []
    assert_golden(lab.end(author, triager), "experiment_stranger", request)


def test_a_fork_gets_nothing_that_runs_or_uses_its_code(lab: Lab, request: pytest.FixtureRequest) -> None:
    made = lab.proposed(FILES, by="eve")
    lab.log(logged("r1", made.sha, acc=0.93))
    lab.github.repositories[BLOG].variables["FULL_TEST_WORKFLOW"] = "full-test.yml"

    runs = [
        lab.commented(made, f"{command} sha={made.sha}", by="ann")
        for command in (f"/run {NUMBERS} lr=0.1", "/run-full-test", "/deploy r1")
    ]

    assert [run.results for run in runs] == [REFUSED] * 3, runs[0].log
    for kind in ("run", "full-test", "deploy"):
        assert "comes from another repository, whose code gets no secrets here" in lab.said(kind)
    assert lab.github.repositories[BLOG].dispatched == []
    assert_golden(lab.end(*runs), "experiment_fork", request)


def test_what_cannot_be_done_as_it_is_written_is_answered_with_how(lab: Lab, request: pytest.FixtureRequest) -> None:
    made = lab.proposed(FILES)

    runs = [lab.commented(made, body) for body in ("/deploy", "/deploy r1;rm", f"/get-runs {'a' * 40}")]
    lab.github.close_pull_request(BLOG, made.number)
    runs.append(lab.commented(made, "/run-full-test"))

    assert [run.results for run in runs] == [REFUSED] * 4, runs[0].log
    assert "the id of a run has letters, digits, - and \\_ alone" in lab.said("deploy")
    assert "none of the pull request" in lab.said("get-runs")
    assert_golden(lab.end(*runs), "experiment_misspelt", request)


SILENT = {
    "a bot's": ("renovate[bot]", "/deploy r1"),
    "second line": ("bob", "Nice!\n/deploy r1"),
    "quoted": ("bob", "> /deploy r1"),
}


def test_what_is_no_command_starts_no_job(lab: Lab, request: pytest.FixtureRequest) -> None:
    made = lab.proposed(FILES)
    lab.github.repositories[BLOG].roles["renovate[bot]"] = "write"
    runs = [lab.commented(made, body, by=author) for author, body in SILENT.values()]
    issue = lab.github.open_issue(BLOG, "eve", "A question")
    on_issue = lab.github.comment(BLOG, issue.number, "bob", "/get-runs")
    runs.append(lab.runner.run("experiments.yml", events.comment(lab.github, BLOG, on_issue)))

    edited = lab.github.comment(BLOG, made.number, "bob", "/get-runs")
    late = lab.runner.run("experiments.yml", events.comment(lab.github, BLOG, edited, action="edited"))

    assert [run.results for run in runs] == [NOTHING] * 4
    assert not late.was_started
    assert lab.github.log == []
    assert_golden(lab.end(*runs, late), "experiment_silence", request)


def test_what_only_begins_like_a_command_is_met_with_silence(lab: Lab) -> None:
    made = lab.proposed(FILES)

    runs = [lab.commented(made, body) for body in ("/deployx r1", "    /get-runs", "/run is what I meant")]

    assert [run.results for run in runs] == [REFUSED] * 3, runs[0].log
    assert lab.github.requests("POST", "/reactions") == lab.github.requests("POST", "/comments") == []
    assert lab.wandb.requests == []
