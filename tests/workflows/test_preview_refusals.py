"""Comments that start no preview: who wrote them, what they say, and what happened in between."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from tests.workflows import events
from tests.workflows.end_state import assert_golden, end_state
from tests.workflows.fake_github import FakeGitHub
from tests.workflows.runner import Runner, WorkflowRun
from tests.workflows.test_scenarios import open_fork, pages_of

pytestmark = pytest.mark.slow


@dataclass(frozen=True, slots=True)
class Refused:
    """One comment; ``{sha}`` in its text is the head's commit."""

    author: str
    body: str
    between: Callable[[FakeGitHub, int], None] | None = None


def pushes(github: FakeGitHub, number: int) -> None:
    github.push("eve/blog", "idea", {"_posts/2026-02-01-idea.md": "---\ntitle: Evil\n---\nEvil.\n"}, author="eve")


def closes(github: FakeGitHub, number: int) -> None:
    github.close_pull_request("ann/blog", number)


REFUSED = {
    "triage": Refused("tia", "/preview {sha}"),
    "reader": Refused("rae", "/preview {sha}"),
    "without_sha": Refused("bob", "/preview"),
    "indented": Refused("bob", "   /preview"),
    "stale_sha": Refused("bob", "/preview {sha}", pushes),
    "closed": Refused("bob", "/preview {sha}", closes),
}
SILENT = {
    "bot": Refused("renovate[bot]", "/preview {sha}"),
    "second_line": Refused("bob", "Nice!\n/preview {sha}"),
}


def ran(github: FakeGitHub, runner: Runner, refused: Refused) -> WorkflowRun:
    github.repositories["ann/blog"].roles.update({"tia": "triage", "rae": "read", "renovate[bot]": "write"})
    number, sha = open_fork(github)
    written = github.comment("ann/blog", number, refused.author, refused.body.format(sha=sha))
    if refused.between:
        refused.between(github, number)
    return runner.run("preview.yml", events.comment(github, "ann/blog", written))


@pytest.mark.parametrize("name", REFUSED)
def test_a_comment_that_is_refused_runs_and_publishes_nothing(
    name: str, github: FakeGitHub, runner: Runner, request: pytest.FixtureRequest
) -> None:
    run = ran(github, runner, REFUSED[name])

    assert run.results == {
        "gate": "success", "execute": "skipped", "render": "skipped", "publish": "skipped",
        "look": "skipped", "clean": "skipped", "serve": "skipped",
    }  # fmt: skip
    assert_golden(end_state(github, run), f"preview_{name}", request)


@pytest.mark.parametrize("name", SILENT)
def test_a_comment_that_is_no_command_starts_no_job(
    name: str, github: FakeGitHub, runner: Runner, request: pytest.FixtureRequest
) -> None:
    run = ran(github, runner, SILENT[name])

    assert set(run.results.values()) == {"skipped"}
    assert github.requests("POST") == []
    assert_golden(end_state(github, run), f"preview_{name}", request)


def test_an_edited_comment_starts_nothing(github: FakeGitHub, runner: Runner, request: pytest.FixtureRequest) -> None:
    number, sha = open_fork(github)
    written = github.comment("ann/blog", number, "bob", "Nice!")
    written.body = f"/preview {sha}"

    run = runner.run("preview.yml", events.comment(github, "ann/blog", written, action="edited"))

    assert not run.was_started
    assert_golden(end_state(github, run), "preview_edited", request)


def test_a_push_while_the_gate_looks_is_refused(
    blog: FakeGitHub, runner: Runner, request: pytest.FixtureRequest
) -> None:
    number, sha = open_fork(blog)
    written = blog.comment("ann/blog", number, "bob", f"/preview {sha}")
    before = pages_of(blog)
    blog.before("GET", f"/repos/ann/blog/pulls/{number}", lambda: pushes(blog, number))

    run = runner.run("preview.yml", events.comment(blog, "ann/blog", written))

    assert {run.results[name] for name in ("execute", "render", "publish")} == {"skipped"}
    assert pages_of(blog) == before
    assert_golden(end_state(blog, run), "preview_push_race", request)


def test_another_word_is_no_command(github: FakeGitHub, runner: Runner) -> None:
    number, sha = open_fork(github)
    written = github.comment("ann/blog", number, "bob", f"/previewx {sha}")

    run = runner.run("preview.yml", events.comment(github, "ann/blog", written))

    assert {run.results[name] for name in ("execute", "render", "publish")} == {"skipped"}
    assert github.requests("POST", "/reactions") == github.requests("POST", "/comments") == []
