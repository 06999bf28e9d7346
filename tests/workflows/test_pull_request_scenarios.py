"""What every pull request is met with: built without any right, and shown at once if it comes from the blog itself."""

import pytest

from tests.workflows import bare_repository, events
from tests.workflows.end_state import assert_golden, end_state
from tests.workflows.fake_github import FakeGitHub
from tests.workflows.proposals import (
    BLOG,
    IDEA,
    Proposal,
    answer,
    before_publishing,
    post,
    preview_files,
    proposed,
    pushed_again,
    site_files,
)
from tests.workflows.runner import Runner, WorkflowRun
from tests.workflows.test_scenarios import pages_of

pytestmark = pytest.mark.slow

SHOWN = {"build": "success", "publish": "success", "serve": "skipped"}
NOT_SHOWN = SHOWN | {"publish": "skipped"}
FILES = {IDEA: post("An idea", "In short.")}


def built(
    github: FakeGitHub, runner: Runner, made: Proposal, *, action: str = "opened", actor: str = ""
) -> WorkflowRun:
    """pr.yml runs as it does when a pull request is opened, or pushed to."""
    return runner.run("pr.yml", events.pull_request(github, BLOG, made.number, action=action, actor=actor))


def test_a_pull_request_of_the_same_repository_is_shown_at_once(
    blog: FakeGitHub, runner: Runner, request: pytest.FixtureRequest
) -> None:
    site = site_files(blog)
    made = proposed(blog, FILES, by="bob")

    run = built(blog, runner, made)

    assert run.results == SHOWN, run.log
    assert b"In short." in preview_files(blog, 1)["posts/idea/index.html"]
    assert b"noindex" in preview_files(blog, 1)["posts/idea/index.html"]
    assert site_files(blog) == site
    assert f"of [`{made.sha[:7]}`]" in answer(blog, 1)
    assert_golden(end_state(blog, run), "pr_same_repository", request)


def test_a_fork_is_built_and_its_reviewer_told_how_to_see_it(
    blog: FakeGitHub, runner: Runner, request: pytest.FixtureRequest
) -> None:
    before = pages_of(blog)
    made = proposed(blog, FILES)

    run = built(blog, runner, made)

    assert run.results == NOT_SHOWN, run.log
    assert f"```\n/preview {made.sha}\n```" in run.summary
    assert "| An idea |" in run.summary
    assert pages_of(blog) == before
    assert_golden(end_state(blog, run), "pr_fork", request)


def test_a_broken_post_fails_the_check_at_its_line_and_the_rest_is_shown(
    blog: FakeGitHub, runner: Runner, request: pytest.FixtureRequest
) -> None:
    broken = "_posts/2026-02-02-broken.md"
    made = proposed(blog, {**FILES, broken: "---\ndate: tomorow\n---\nText.\n"}, by="bob")

    run = built(blog, runner, made)

    assert run.results == SHOWN | {"build": "failure"}, run.log
    assert (broken, 2) in {(note.file, note.line) for note in run.annotations if note.level == "error"}
    assert "posts/idea/index.html" in preview_files(blog, 1)
    assert f"**error** `{broken}:2`" in answer(blog, 1)
    assert_golden(end_state(blog, run), "pr_broken_post", request)


def test_a_warning_fails_the_check_and_the_page_is_shown(
    blog: FakeGitHub, runner: Runner, request: pytest.FixtureRequest
) -> None:
    made = proposed(blog, {IDEA: post("An idea", "See ![a figure](nowhere.png).")}, by="bob")

    run = built(blog, runner, made)

    assert run.results == SHOWN | {"build": "failure"}, run.log
    assert {note.file for note in run.annotations} == {IDEA}
    assert "posts/idea/index.html" in preview_files(blog, 1)
    assert_golden(end_state(blog, run), "pr_warning", request)


@pytest.mark.parametrize(
    ("name", "actor"),
    [("pr_dependabot", "dependabot[bot]"), ("pr_dependabot_touched", "bob")],
    ids=["itself", "touched"],
)
def test_dependabots_pull_request_is_built_and_not_shown(
    name: str, actor: str, blog: FakeGitHub, runner: Runner, request: pytest.FixtureRequest
) -> None:
    before = pages_of(blog)
    made = proposed(blog, {"_data/versions.yml": "next: 2\n"}, by="dependabot[bot]", title=f"Bump, pushed by {actor}")

    run = built(blog, runner, made, actor=actor)

    assert run.results == NOT_SHOWN, run.log
    assert pages_of(blog) == before
    assert_golden(end_state(blog, run), name, request)


def test_where_actions_serve_the_site_the_preview_is_handed_to_pages(
    blog: FakeGitHub, runner: Runner, request: pytest.FixtureRequest
) -> None:
    blog.repositories[BLOG].variables["PAGES_MODE"] = "workflow"
    made = proposed(blog, FILES, by="bob")

    run = built(blog, runner, made)

    assert {run.results["build"], run.results["publish"]} == {"success"}
    assert len(blog.repositories[BLOG].deployments) == 1
    assert b"pr-preview/pr-1/posts/idea/index.html" in blog.repositories[BLOG].deployments[0].content
    assert_golden(end_state(blog, run), "pr_served_by_actions", request)


def test_a_further_push_rewrites_the_same_comment(
    blog: FakeGitHub, runner: Runner, request: pytest.FixtureRequest
) -> None:
    made = proposed(blog, FILES, by="bob")
    first = built(blog, runner, made)
    sha = pushed_again(blog, made, {IDEA: post("A better idea", "In more words.")})

    second = built(blog, runner, made, action="synchronize")

    assert (first.results, second.results) == (SHOWN, SHOWN)
    assert f"of [`{sha[:7]}`]" in answer(blog, 1)
    assert "| A better idea |" in answer(blog, 1)
    assert_golden(end_state(blog, first, second), "pr_further_push", request)


def test_a_build_that_a_push_overtakes_is_not_shown(
    blog: FakeGitHub, runner: Runner, request: pytest.FixtureRequest
) -> None:
    before = pages_of(blog)
    made = proposed(blog, FILES, by="bob")
    before_publishing(blog, lambda: pushed_again(blog, made, {IDEA: post("A better idea", "In more words.")}))

    run = built(blog, runner, made)

    assert run.results == SHOWN, run.log
    assert pages_of(blog) == before
    assert blog.repositories[BLOG].comments == {}
    assert_golden(end_state(blog, run), "pr_overtaken", request)


def test_what_a_pull_request_makes_of_the_engine_never_holds_a_token(
    blog: FakeGitHub, runner: Runner, request: pytest.FixtureRequest
) -> None:
    git = blog.repositories[BLOG].git
    evil = "def main(arguments):\n    raise SystemExit('evil words')\n"
    made = proposed(
        blog,
        {
            **{f"generator/steps/{name}.py": evil for name in ("publish_preview", "clean_previews")},
            **FILES,
            "Makefile": bare_repository.blob(git, "refs/heads/main:Makefile") + b"\n$(info evil words)\n",
        },
        by="bob",
    )

    run = built(blog, runner, made)

    assert run.results == SHOWN, run.log
    assert "evil words" in run.jobs["build"].log
    assert "evil words" not in run.jobs["publish"].log
    assert_golden(end_state(blog, run), "pr_changes_the_engine", request)
