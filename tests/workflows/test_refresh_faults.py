"""A refresh on a bad day: an artifact that somebody swapped, an API that does things and does not say so."""

import io
import json
import stat
import zipfile

import pytest

from tests.workflows import bare_repository
from tests.workflows.end_state import assert_golden, end_state
from tests.workflows.fake_github import FakeGitHub
from tests.workflows.refreshing import daily, refreshed
from tests.workflows.runner import Runner
from tests.workflows.test_scenarios import pages_of

pytestmark = [pytest.mark.slow, pytest.mark.kernel]

TIDE = "_notebooks/2026-01-04-tide.ipynb"
HOSTILE = "_notebooks/@everyone <img src=x onerror=alert(1)> ![x](https://evil.example/x.png)\n::error::gotcha.ipynb"


def push_failing(github: FakeGitHub, level: str) -> None:
    """A notebook that cannot be run; what it was saved with is shown in its place."""
    saved = json.loads(daily("The tide", "tide.txt"))
    saved["cells"][-1] |= {
        "execution_count": 1, "outputs": [{"output_type": "stream", "name": "stdout", "text": "41 cm of water\n"}]
    }  # fmt: skip
    github.push("ann/blog", "main", {TIDE: json.dumps(saved), "data/tide.txt": f"{level}\n"})


def hostile_artifact() -> bytes:
    """A link where a run should be, and a report whose words want to be more than words."""
    failure = {
        "kind": "error", "cell": 1, "line": 1, "problem": HOSTILE, "last_line": "</code> @eve #1 | x | ghs_", "mend": ""
    }  # fmt: skip
    one = {"name": HOSTILE, "status": "failed", "seconds": 1.0, "ran_at": None, "failure": failure}
    report = {"version": 1, "now": "2026-12-01T12:00:00+00:00", "notebooks": [one], "errors": []}
    link = zipfile.ZipInfo("runs/a.json")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("refresh.json", json.dumps(report))
        archive.writestr(link, "/etc/passwd")
    return packed.getvalue()


def test_an_artifact_that_was_swapped_keeps_nothing_and_says_nothing_aloud(
    blog: FakeGitHub, runner: Runner, request: pytest.FixtureRequest
) -> None:
    repository = blog.repositories["ann/blog"]
    push_failing(blog, "high")

    def swap() -> None:
        (handed_over,) = (artifact for artifact in repository.artifacts if artifact.name == "refreshed")
        handed_over.content = hostile_artifact()

    blog.before("GET", "/_runtime/artifacts", swap)

    run = refreshed(blog, runner, "2026-12-01T12:00")

    assert run.results["keep"] == "failure"
    assert "`a.json` is a symbolic link" in run.jobs["keep"].log
    assert bare_repository.resolved(repository.git, "refs/heads/inkmill-runs") == ""
    assert "posts/tide/index.html" in pages_of(blog)
    assert [note.message for note in run.jobs["report"].annotations] == []
    body = repository.issues[1].body
    assert not any(alive in body for alive in ("<img", "@everyone", "@eve", "</code> @", "![", "://evil", "#1"))
    assert_golden(end_state(blog, run), "refresh_hostile_artifact", request)


def test_an_api_that_does_not_say_what_it_did_leads_to_one_issue(
    blog: FakeGitHub, runner: Runner, request: pytest.FixtureRequest
) -> None:
    push_failing(blog, "low")
    made = blog.fault("POST", "/repos/ann/blog/issues", "lost-502")
    faults = [
        made,
        blog.fault("GET", "/repos/ann/blog/issues", "truncated"),
        blog.fault("PUT", ".*/enable", "429"),
        blog.fault("POST", "/repos/ann/blog/labels", "lost"),
    ]

    run = refreshed(blog, runner, "2026-12-01T12:00")

    assert [fault.taken for fault in faults] == [1, 1, 1, 1]
    assert run.results["report"] == "success"
    assert [issue.state for issue in blog.repositories["ann/blog"].issues.values()] == ["open"]
    assert_golden(end_state(blog, run), "refresh_api_faults", request)


def test_a_report_that_breaks_after_its_comment_tells_it_once(
    blog: FakeGitHub, runner: Runner, request: pytest.FixtureRequest
) -> None:
    """The comment is there, the issue could not be closed: the next run does that, though nothing is due."""
    push_failing(blog, "low")
    refreshed(blog, runner, "2026-12-01T12:00")
    blog.push("ann/blog", "main", {"data/tide.txt": "12\n"})
    blog.fault("PATCH", "/repos/ann/blog/issues/1", "500", times=50)

    broken = refreshed(blog, runner, "2026-12-02T12:00")
    blog.faults.clear()
    completed = refreshed(blog, runner, "2026-12-02T13:00")

    assert (broken.results["report"], completed.results["report"]) == ("failure", "success")
    repository = blog.repositories["ann/blog"]
    assert repository.issues[1].state == "closed"
    assert len(repository.comments) == 1
    assert_golden(end_state(blog, broken, completed), "refresh_report_breaks", request)
