"""Commands that read: /get-runs and /help, from whoever may ask, and for forks."""

import re
from dataclasses import replace
from typing import Any

import pytest

from tests.experiments import fake_mlflow
from tests.experiments.fixture_runs import StoredRun
from tests.loopback import serving
from tests.workflows.end_state import assert_golden
from tests.workflows.experimenting import ASKED, KEY, REFUSED, Lab, logged
from tests.workflows.loopback import Loopback
from tests.workflows.proposals import BLOG, IDEA, post, pushed_again

pytestmark = pytest.mark.slow

FILES = {IDEA: post("An idea", "In short.")}


def test_runs_of_a_fork_are_compared(lab: Lab, request: pytest.FixtureRequest) -> None:
    made = lab.proposed(FILES, by="eve")
    lab.log(logged("r1", made.sha, acc=0.93, loss=0.25), logged("r2", made.sha, "failed", lr=9))

    run = lab.commented(made, "/get-runs")

    assert run.results == ASKED, run.log
    assert_golden(lab.end(run), "experiment_get_runs_fork", request)


def test_a_run_that_ends_meanwhile_is_told_in_the_same_comment(lab: Lab, request: pytest.FixtureRequest) -> None:
    made = lab.proposed(FILES)
    sha = pushed_again(lab.github, made, {IDEA: post("A better idea", "In more words.")})
    lab.log(logged("r0", made.sha, acc=0.85, loss=0.35), logged("r1", sha, "running", acc=0.2))
    first = lab.commented(made, "/get-runs")
    meanwhile = lab.said("get-runs")
    lab.log(logged("r1", sha, acc=0.95, loss=0.2))

    second = lab.commented(made, "/get-runs")

    assert (first.results, second.results) == (ASKED, ASKED), first.log + second.log
    assert "\n1 running: not complete\n" in meanwhile
    assert "acc 0.2" not in meanwhile
    assert "\n1 finished: complete\n" in lab.said("get-runs")
    assert_golden(lab.end(first, second), "experiment_get_runs_twice", request)


def test_a_commit_without_runs_is_told_what_ties_runs_to_it(lab: Lab, request: pytest.FixtureRequest) -> None:
    made = lab.proposed(FILES)

    run = lab.commented(made, f"  /get-runs {made.sha[:9]}\n\nWere there any?")

    assert run.results == ASKED, run.log
    assert "is `config.github_sha` set?" in lab.said("get-runs")
    assert_golden(lab.end(run), "experiment_get_runs_none", request)


def test_everybody_who_may_ask_is_told_the_commands(lab: Lab, request: pytest.FixtureRequest) -> None:
    made = lab.proposed(FILES, by="eve")

    first, second = lab.commented(made, "/help"), lab.commented(made, "/help", by="ann")

    assert (first.results, second.results) == (REFUSED, REFUSED), first.log + second.log
    assert [comment.body for comment in lab.comments(1)].count(lab.said("help")) == 1
    assert_golden(lab.end(first, second), "experiment_help", request)


MENTIONS = "@ann #1 ](javascript:alert(1)) <img src=x onerror=alert(1)>"
SHELL = '${{ secrets.X }} $(id) `id` | {{ 7*7 }} \u202egpj. "; rm -rf'
LINES = "::error::hacked\r\n::stop-commands::x\n# A heading\n```\n<b>out"
FENCED = re.compile(r"^(`{3,})text\n.*?\n\1$", re.DOTALL | re.MULTILINE)
MARKERS = "<!-- /inkmill:get-runs --><!-- inkmill:preview -->"


def test_names_of_runs_are_inert_and_nobody_elses_comment_is_ours(lab: Lab, request: pytest.FixtureRequest) -> None:
    made = lab.proposed(FILES, by="eve")
    hers = '<!-- inkmill:get-runs -->\n<!-- {"run": 99999, "sha": "", "shown": "", "stage": "done"} -->\nAll is well.'
    lab.github.comment(BLOG, made.number, "eve", hers)
    evil = StoredRun(
        "r1",
        tags=(MENTIONS, "baseline"),
        config={"github_sha": made.sha, "lr": SHELL, MARKERS: 1},
        summary={"acc": 0.5, "loss": LINES},
        name=MENTIONS,
        description=MENTIONS,
    )
    shown = replace(evil, id='../x"><script>|```@ann', name=MARKERS, summary={"acc": 0.6, "loss": "\u200b<svg>"})
    lab.log(evil, shown, replace(evil, id="r2", summary="{", name=LINES), replace(evil, id="r3", state=LINES))

    run = lab.commented(made, "/get-runs")

    assert run.results == ASKED, run.log
    assert [note for note in run.annotations if "hacked" in note.message] == []
    for text in (lab.said("get-runs"), run.summary):
        outside = FENCED.sub("", text)
        assert not [word for word in ("<img", "<script", "<svg", "<b>", "@ann", "\u202e", "\n#") if word in outside]
        assert "inkmill:preview" not in text
    assert [comment.body for comment in lab.comments(1) if comment.author.login == "eve"] == [hers]
    assert_golden(lab.end(run), "experiment_hostile_names", request)


def test_a_run_that_holds_the_key_is_not_shown(lab: Lab, request: pytest.FixtureRequest) -> None:
    made = lab.proposed(FILES)
    lab.log(logged("r1", made.sha, acc=0.93, name=f"with {KEY}", lr=KEY))

    run = lab.commented(made, "/get-runs")

    assert run.results == ASKED, run.log
    assert "what looks like a secret" in lab.said("get-runs")
    assert_golden(lab.end(run), "experiment_key_in_a_run", request)


def test_runs_of_mlflow_are_compared_with_the_key_that_notebooks_have(
    lab: Lab, loopback: Loopback, request: pytest.FixtureRequest
) -> None:
    token = lab.github.planted_secrets["MLFLOW_TRACKING_TOKEN"] = "canary-3a77ed-mlflow"
    server = fake_mlflow.FakeMlflow((), authorization=f"Bearer {token}")
    with serving(server, loopback.listening()) as mlflow:
        lab.configure(
            f"experiments:\n  source: mlflow\n  tracking_url: {mlflow.url}\n  project: digits\n"
            "  baseline_tags: [baseline]\n  metrics: [acc:max]\n  config: [lr]\n"
        )
        lab.github.repositories[BLOG].environments["notebooks"].secrets |= {
            "NOTEBOOK_SECRETS": f"MLFLOW_TRACKING_TOKEN={token}"
        }
        made = lab.proposed(FILES, by="eve")
        server.hold(
            of_mlflow("base", 0.9, tags={"baseline": "true"}),
            of_mlflow("r1", 0.93, params={"lr": "0.3"}, tags={"mlflow.source.git.commit": made.sha}),
        )

        run = lab.commented(made, "/get-runs")

    assert run.results == ASKED, run.log
    assert_golden(lab.end(run), "experiment_mlflow", request)


def of_mlflow(run_id: str, acc: float, **about: Any) -> fake_mlflow.StoredRun:
    return fake_mlflow.StoredRun(run_id, run_id, experiment="digits", courses={"acc": ((0, acc),)}, **about)
