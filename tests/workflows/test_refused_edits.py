"""Bad edits of the real files, run: each fails by exactly one refusal of GitHub's, and the file as it is does not."""

from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from tests.workflows import bare_repository, events
from tests.workflows.fake_github import FakeGitHub
from tests.workflows.refreshing import daily, notebook, refreshed
from tests.workflows.runner import Runner, WorkflowRun
from tests.workflows.test_scenarios import pages_of

pytestmark = [pytest.mark.slow, pytest.mark.kernel]

TIDE = "_notebooks/2026-01-04-tide.ipynb"
WELL = "_notebooks/2026-01-05-well.ipynb"
MOMENT = "2026-12-02T12:00"
# A label may be missing; the issue may not.
REFUSED_ISSUE = {("POST", "/repos/ann/blog/labels", 403), ("POST", "/repos/ann/blog/issues", 403)}
REFUSED_PUSH = {("GET", "/ann/blog.git/info/refs", 403)}
REFUSED_SCHEDULE = {
    ("PUT", f"/repos/ann/blog/actions/workflows/{name}.yml/enable", 403) for name in ("refresh", "preview", "upgrade")
}


@dataclass(frozen=True, slots=True)
class Edit:
    """One edit of a job of refresh.yml, and how its refusal shows.

    Args:
        before, after: at the first place after the line of the job.
        refused: method, path and status of the requests that were refused; none where Git's hook declines.
        said: in the log of the job.
        is_fatal: the job fails for it.
    """

    job: str
    before: str
    after: str
    refused: set[tuple[str, str, int]]
    said: str
    is_fatal: bool = True


# Jobs know nothing of one another's rights, so one run shows what becomes of several edits.
EDITS = {
    "scopes": (
        Edit("report", "issues: write", "issues: read", REFUSED_ISSUE, "Resource not accessible"),
        Edit("publish", "contents: write", "contents: read", REFUSED_PUSH, "denied"),
        Edit("keep", "contents: write", "contents: read", REFUSED_PUSH, "denied"),
    ),
    "groups, and the scope of the schedule": (
        Edit(
            "report", "actions: write", "actions: read", REFUSED_SCHEDULE, "could not be kept alive",
            is_fatal=False,
        ),
        Edit(
            "publish", "group: gh-pages-writer", "group: other", set(),
            "without holding the concurrency group gh-pages-writer",
        ),
        Edit(
            "keep", "group: inkmill-runs-writer", "group: other", set(),
            "without holding the concurrency group inkmill-runs-writer",
        ),
    ),
}  # fmt: skip


def push_edits(github: FakeGitHub, edits: Sequence[Edit]) -> None:
    """ann pushes edits, a notebook whose run there is to keep, and one whose failure there is to report."""
    broken = notebook("The well", "raise SystemError('dry')", front="refresh: daily", outputs="12 m\n")
    path = ".github/workflows/refresh.yml"
    text = bare_repository.blob(github.repositories["ann/blog"].git, f"refs/heads/main:{path}").decode()
    for edit in edits:
        head, job, rest = text.partition(f"\n  {edit.job}:")
        assert edit.before in rest
        text = head + job + rest.replace(edit.before, edit.after, 1)
    github.push(
        "ann/blog", "main", {TIDE: daily("The tide", "tide.txt"), "data/tide.txt": "41\n", WELL: broken, path: text}
    )


def failed_jobs(run: WorkflowRun) -> tuple[str, ...]:
    return tuple(name for name, result in run.results.items() if result == "failure")


def test_the_file_as_it_is_is_refused_nothing(blog: FakeGitHub, runner: Runner) -> None:
    push_edits(blog, ())

    run = refreshed(blog, runner, MOMENT)

    assert failed_jobs(run) == ()
    assert {entry.status for entry in blog.log if entry.job} & {401, 403, 409} == set()
    assert blog.repositories["ann/blog"].issues[1].state == "open"
    assert "41 cm of water" in pages_of(blog)["posts/tide/index.html"].decode()


@pytest.mark.parametrize("name", EDITS)
def test_each_job_that_was_edited_fails_by_the_refusal_that_it_asks_for(
    name: str, blog: FakeGitHub, runner: Runner
) -> None:
    edits = EDITS[name]
    push_edits(blog, edits)

    run = refreshed(blog, runner, MOMENT)

    assert set(failed_jobs(run)) == {edit.job for edit in edits if edit.is_fatal}
    for edit in edits:
        refused = {(entry.method, entry.path, entry.status) for entry in blog.requests(job=f"/{edit.job}")}
        refused = {found for found in refused if found[2] in (401, 403, 409)}
        assert refused == edit.refused, edit
        assert edit.said in run.jobs[edit.job].log


def test_a_build_of_another_branch_is_not_let_into_the_environment(blog: FakeGitHub, runner: Runner) -> None:
    path = ".github/workflows/site.yml"
    text = bare_repository.blob(blog.repositories["ann/blog"].git, f"refs/heads/main:{path}").decode()
    guard = "    if: github.ref == format('refs/heads/{0}', github.event.repository.default_branch)\n"
    assert text.count(guard) == 1
    blog.push("ann/blog", "guarded", {"README.md": "Another branch.\n"}, author="bob")
    blog.push("ann/blog", "topic", {path: text.replace(guard, "")}, author="bob")

    guarded, unguarded = (
        runner.run("site.yml", events.dispatch(blog, "ann/blog", "site.yml", actor="bob", branch=branch))
        for branch in ("guarded", "topic")
    )

    assert set(guarded.results.values()) == {"skipped"}
    assert unguarded.results == {"build": "failure", "publish": "skipped", "serve": "skipped"}
    assert unguarded.jobs["build"].log == (
        "refs/heads/topic is not allowed to deploy to notebooks: environment protection rules"
    )


def test_a_deployment_without_the_right_to_deploy_is_refused(blog: FakeGitHub, runner: Runner) -> None:
    repository = blog.repositories["ann/blog"]
    repository.variables["PAGES_MODE"] = "workflow"
    path = ".github/workflows/site.yml"
    text = bare_repository.blob(repository.git, f"refs/heads/main:{path}").decode()
    assert text.count("pages: write") == 1
    blog.push("ann/blog", "main", {path: text.replace("pages: write", "pages: read")})

    run = runner.run("site.yml", events.push(blog, "ann/blog"))

    assert run.results == {"build": "success", "publish": "success", "serve/deploy": "failure"}
    assert [entry.status for entry in blog.requests("POST", "/pages/deployments")] == [403]
    assert repository.deployments == []
