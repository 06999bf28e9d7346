"""Two commands at once: one comment of each kind, and the newest words in it."""

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest

from tests.workflows import events
from tests.workflows.end_state import assert_golden
from tests.workflows.experimenting import ASKED, REFUSED, Lab, logged
from tests.workflows.github_state import ACTIONS, Comment, Seat
from tests.workflows.proposals import BLOG, IDEA, post
from tests.workflows.runner import WorkflowRun

pytestmark = pytest.mark.slow

FILES = {IDEA: post("An idea", "In short.")}
TEST = "on:\n  workflow_dispatch:\n    inputs: {sha: {required: true}, pr: {required: true}, comment: {}}\njobs: {}\n"


def before_a_job(lab: Lab, monkeypatch: pytest.MonkeyPatch, group: str, do: Callable[[], object]) -> None:
    """Do something once, when a job is about to take its place in a concurrency group and nobody holds it."""
    holding: Callable[..., AbstractContextManager[None]] = lab.github.holding
    left = [do]

    @contextmanager
    def held(seat: Seat, name: str, *, cancels: bool) -> Iterator[None]:
        if name == group and left:
            left.pop()()
        with holding(seat, name, cancels=cancels):
            yield

    monkeypatch.setattr(lab.github, "holding", held)


def test_a_report_that_is_overtaken_leaves_the_newer_words(
    lab: Lab, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    made = lab.proposed(FILES)
    lab.log(logged("r1", made.sha, "running"))
    newer: list[WorkflowRun] = []

    def another() -> None:
        lab.log(logged("r1", made.sha, acc=0.95, loss=0.2))
        newer.append(lab.commented(made, "/get-runs", by="ann"))

    before_a_job(lab, monkeypatch, "experiments-report-1-get-runs", another)

    older = lab.commented(made, "/get-runs")

    assert [run.results for run in (older, *newer)] == [ASKED, ASKED], older.log
    assert "A newer run has already spoken" in older.jobs["report"].log
    assert "\n1 finished: complete\n" in lab.said("get-runs")
    assert f'"run": {newer[0].number}, ' in lab.said("get-runs")
    assert_golden(lab.end(older, *newer), "experiment_overtaken", request)


def test_commands_of_different_kinds_have_a_comment_each(
    lab: Lab, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    lab.github.push(BLOG, "main", {".github/workflows/full-test.yml": TEST})
    lab.github.repositories[BLOG].variables["FULL_TEST_WORKFLOW"] = "full-test.yml"
    made = lab.proposed(FILES)
    lab.log(logged("r1", made.sha, acc=0.95, loss=0.2))
    others: list[WorkflowRun] = []

    def two_more() -> None:
        others.extend(lab.commented(made, body, by="ann") for body in ("/run-full-test", "/get-runs please", "/help"))

    before_a_job(lab, monkeypatch, "experiments-report-1-get-runs", two_more)

    run = lab.commented(made, "/get-runs")

    assert run.results == ASKED, run.log
    assert [other.results for other in others] == [REFUSED | {"test": "success"}, REFUSED, REFUSED], others[0].log
    assert "`/get-runs` did nothing" in lab.said("get-runs")
    assert "\n1 finished: complete\n" in lab.said("get-runs")
    assert "is running" in lab.said("full-test")
    assert "`/get-runs [SHA]`" in lab.said("help")
    assert_golden(lab.end(run, *others), "experiment_different_kinds", request)


def test_two_of_a_kind_at_the_same_time_share_one_comment(lab: Lab) -> None:
    made = lab.proposed(FILES)
    lab.log(logged("r1", made.sha, acc=0.95, loss=0.2))
    written = [lab.github.comment(BLOG, made.number, author, "/get-runs") for author in ("bob", "ann")]
    runs: list[WorkflowRun] = []

    def one(comment: Comment) -> None:
        runs.append(lab.runner.run("experiments.yml", events.comment(lab.github, BLOG, comment)))

    threads = [threading.Thread(target=one, args=(comment,)) for comment in written]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(200)

    assert [run.results for run in runs] == [ASKED, ASKED]
    newest = max(run.number for run in runs)
    assert f'"run": {newest}, ' in lab.said("get-runs")
    assert f"/actions/runs/{newest})" in lab.said("get-runs")
    assert [[reaction.content for reaction in comment.reactions] for comment in written] == [["rocket"], ["rocket"]]
    assert len([comment for comment in lab.comments(1) if comment.author == ACTIONS]) == 1
