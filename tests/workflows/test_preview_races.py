"""What happens while a preview is asked for and made, and what becomes of it in the end."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from tests.workflows import bare_repository, events
from tests.workflows.end_state import assert_golden, end_state
from tests.workflows.fake_github import FakeGitHub
from tests.workflows.proposals import (
    BLOG,
    IDEA,
    SHOWN,
    Proposal,
    answer,
    before_publishing,
    post,
    preview_files,
    previewed,
    proposed,
    pushed_again,
    site_files,
)
from tests.workflows.runner import Runner, WorkflowRun
from tests.workflows.test_scenarios import pages_of

pytestmark = pytest.mark.slow

NOTHING = dict.fromkeys(SHOWN, "skipped")
REFUSED = NOTHING | {"gate": "success"}
CLEANED = NOTHING | {"look": "success", "clean": "success"}
LOOKED = NOTHING | {"look": "success"}
GOOD, EVIL = {IDEA: post("An idea", "A good one.")}, {IDEA: post("An idea", "An evil one.")}


@dataclass(frozen=True, slots=True)
class Asked:
    """A comment on a fork's pull request, and what happens before anybody reads it.

    Args:
        body: ``{sha}`` is the head's commit.
    """

    body: str
    between: Callable[[FakeGitHub, Proposal], object]


def pushes_elsewhere(github: FakeGitHub, made: Proposal) -> object:
    return github.push(made.source, "other", EVIL, author="eve")


def deletes_the_fork(github: FakeGitHub, made: Proposal) -> object:
    return github.repositories.pop(made.source)


def nothing(github: FakeGitHub, made: Proposal) -> object:
    return None


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("pushed_elsewhere", Asked("/preview {sha}", pushes_elsewhere)),
        ("fork_deleted", Asked("/preview {sha}", deletes_the_fork)),
        ("misspelt", Asked("/preview please", nothing)),
    ],
    ids=["pushed_elsewhere", "fork_deleted", "misspelt"],
)
def test_the_gate_says_why_it_does_nothing(
    name: str, asked: Asked, github: FakeGitHub, runner: Runner, request: pytest.FixtureRequest
) -> None:
    made = proposed(github, GOOD)
    written = github.comment(BLOG, made.number, "bob", asked.body.format(sha=made.sha))
    asked.between(github, made)

    run = runner.run("preview.yml", events.comment(github, BLOG, written))

    assert run.results == REFUSED, run.log
    assert "`/preview` did nothing: " in answer(github, 1)
    assert_golden(end_state(github, run), f"preview_gate_{name}", request)


def test_a_quoted_command_is_none(github: FakeGitHub, runner: Runner, request: pytest.FixtureRequest) -> None:
    made = proposed(github, GOOD)

    run = previewed(github, runner, made, f"> /preview {made.sha}\n\nNot yet.")

    assert run.results == NOTHING
    assert_golden(end_state(github, run), "preview_quoted", request)


def test_a_command_on_an_issue_is_none(github: FakeGitHub, runner: Runner, request: pytest.FixtureRequest) -> None:
    issue = github.open_issue(BLOG, "eve", "A question")
    written = github.comment(BLOG, issue.number, "bob", "/preview")

    run = runner.run("preview.yml", events.comment(github, BLOG, written))

    assert run.results == NOTHING
    assert_golden(end_state(github, run), "preview_on_an_issue", request)


def twins(github: FakeGitHub, made: Proposal) -> tuple[str, str]:
    """Two commits of the fork, one good and one evil, whose SHAs begin with the same seven digits."""
    git = github.repositories[made.source].git
    parent = bare_repository.resolved(git, f"refs/heads/{made.branch}")
    trees = [
        bare_repository.git(git, "rev-parse", f"{github.push(made.source, name, files, author='eve')}^{{tree}}")
        for name, files in (("good", GOOD), ("evil", EVIL))
    ]
    seen: list[dict[str, bytes]] = [{}, {}]
    for number in range(1 << 20):
        for mine, tree in enumerate(trees):
            who = "eve <eve@example.com> 1700000000 +0000"
            body = f"tree {tree}\nparent {parent}\nauthor {who}\ncommitter {who}\n\n{number}\n".encode()
            sha = hashlib.sha1(b"commit %d\0" % len(body) + body, usedforsecurity=False).hexdigest()
            seen[mine][sha[:7]] = body
            if sha[:7] in seen[1 - mine]:
                bodies = (seen[0][sha[:7]], seen[1][sha[:7]])
                first, second = (
                    bare_repository.git(git, "hash-object", "-t", "commit", "-w", "--stdin", given=found)
                    for found in bodies
                )
                return first, second
    raise AssertionError("no two commits begin alike")


def test_seven_digits_that_two_commits_share_name_neither(github: FakeGitHub, runner: Runner) -> None:
    made = proposed(github, GOOD)
    good, evil = twins(github, made)
    for sha in (good, evil):
        bare_repository.git(github.repositories[made.source].git, "update-ref", f"refs/heads/{made.branch}", sha)
        github.write_pull_refs(BLOG, made.number)

    run = previewed(github, runner, made, f"/preview {good[:7]}")

    assert good[:7] == evil[:7]
    assert run.results == REFUSED, run.log
    assert "does not name one commit alone" in answer(github, 1)
    assert evil in answer(github, 1)


def test_a_push_between_comment_and_checkout_changes_nothing_of_what_is_shown(
    blog: FakeGitHub, runner: Runner, request: pytest.FixtureRequest
) -> None:
    made = proposed(blog, GOOD)
    blog.before("GET", "/eve/blog/info/refs", lambda: pushed_again(blog, made, EVIL))

    run = previewed(blog, runner, made)

    assert run.results == SHOWN, run.log
    assert b"A good one." in preview_files(blog, 1)["posts/idea/index.html"]
    assert b"An evil one." not in b"".join(preview_files(blog, 1).values())
    assert "The pull request has a newer commit by now." in answer(blog, 1)
    assert_golden(end_state(blog, run), "preview_push_before_checkout", request)


def test_a_pull_request_that_is_closed_while_it_is_built_is_not_shown(
    blog: FakeGitHub, runner: Runner, request: pytest.FixtureRequest
) -> None:
    made = proposed(blog, GOOD)
    before_publishing(blog, lambda: blog.close_pull_request(BLOG, made.number))

    run = previewed(blog, runner, made)

    assert run.results == SHOWN, run.log
    assert preview_files(blog, 1) == {}
    assert "removed, since the pull request is closed" in answer(blog, 1)
    assert_golden(end_state(blog, run), "preview_closed_during_build", request)


def test_a_fork_that_is_deleted_before_it_is_rendered_fails_the_preview(
    blog: FakeGitHub, runner: Runner, request: pytest.FixtureRequest
) -> None:
    before = pages_of(blog)
    made = proposed(blog, GOOD)
    blog.before("GET", "/eve/blog/info/refs", lambda: deletes_the_fork(blog, made))

    run = previewed(blog, runner, made)

    assert run.results == SHOWN | {"render": "failure", "publish": "failure"}, run.log
    assert pages_of(blog) == before
    assert "its build failed" in answer(blog, 1)
    assert_golden(end_state(blog, run), "preview_render_fails", request)


def test_a_preview_goes_when_its_pull_request_is_closed(
    blog: FakeGitHub, runner: Runner, request: pytest.FixtureRequest
) -> None:
    site = site_files(blog)
    made = proposed(blog, GOOD)
    shown = previewed(blog, runner, made)
    blog.close_pull_request(BLOG, made.number, merged=True)

    run = closed(blog, runner, made)

    assert (shown.results, run.results) == (SHOWN, CLEANED)
    assert (preview_files(blog, 1), site_files(blog)) == ({}, site)
    assert "removed, since the pull request is closed" in answer(blog, 1)
    assert_golden(end_state(blog, shown, run), "preview_cleanup", request)


def closed(github: FakeGitHub, runner: Runner, made: Proposal) -> WorkflowRun:
    event = events.pull_request(github, BLOG, made.number, action="closed", actor="bob", target=True)
    return runner.run("preview.yml", event)


def test_a_close_without_a_preview_says_nothing(
    blog: FakeGitHub, runner: Runner, request: pytest.FixtureRequest
) -> None:
    made = proposed(blog, GOOD, title="Never shown")
    blog.close_pull_request(BLOG, made.number)

    run = closed(blog, runner, made)

    assert run.results == LOOKED, run.log
    assert blog.repositories[BLOG].comments == {}
    assert_golden(end_state(blog, run), "preview_cleanup_of_nothing", request)


def test_the_nightly_sweep_removes_what_is_closed_and_what_is_old(
    blog: FakeGitHub, runner: Runner, request: pytest.FixtureRequest
) -> None:
    site = site_files(blog)
    made = proposed(blog, GOOD)
    proposed(blog, GOOD, by="mia", title="Long forgotten")
    proposed(blog, GOOD, by="zoe", title="Still talked about")
    previewed(blog, runner, made)
    planted(blog, 2, days_old=True)
    planted(blog, 3)
    blog.close_pull_request(BLOG, made.number)

    run = runner.run("preview.yml", events.schedule(blog, BLOG, "41 3 * * *"))

    assert run.results == CLEANED, run.log
    assert (preview_files(blog, 1), preview_files(blog, 2), site_files(blog)) == ({}, {}, site)
    assert "posts/idea/index.html" in preview_files(blog, 3)
    assert "removed, since the pull request is closed" in answer(blog, 1)
    assert "removed, since it is older than 30 days" in answer(blog, 2)
    assert "Look at the preview" in answer(blog, 3)
    assert_golden(end_state(blog, run), "preview_sweep", request)


def planted(github: FakeGitHub, number: int, *, days_old: bool = False) -> None:
    """The preview of pull request 1 once more, as another's, with its comment; of January, if it is old."""
    files = preview_files(github, 1)
    if days_old:
        record = json.loads(files[".inkmill.json"]) | {"now": "2026-01-05T12:00:00+00:00"}
        files[".inkmill.json"] = json.dumps(record).encode()
    places = {f"pr-preview/pr-{number}/{path}": content for path, content in files.items()}
    bare_repository.commit(github.repositories[BLOG].git, "refs/heads/gh-pages", places)
    github.comment(BLOG, number, "github-actions[bot]", answer(github, 1).replace("pr-1/", f"pr-{number}/"))
