"""What commands in pull requests need of the fake GitHub: commits, labels, deployments, dispatches, inputs."""

from typing import Any

import pytest

from tests.workflows import bare_repository, events
from tests.workflows.canary import sightings
from tests.workflows.end_state import end_state
from tests.workflows.fake_github import FakeGitHub
from tests.workflows.github_state import Level, Seat

# Together they take longer than `make quick` has.
pytestmark = pytest.mark.slow

TEST = "on:\n  workflow_dispatch:\n    inputs:\n      sha:\n        required: true\n      pr:\njobs: {}\n"


def job(github: FakeGitHub, scope: str, level: Level = "write") -> Seat:
    return github.mint("ann/blog", {scope: level}, "run-1/job")


def test_commits_of_a_pull_request_are_its_own_the_oldest_first(github: FakeGitHub, ask: Any) -> None:
    github.fork("ann/blog", "eve")
    shas = [github.push("eve/blog", "idea", {"a": str(number)}, f"{number}", author="eve") for number in range(3)]
    number = github.open_pull_request("ann/blog", "idea", "eve", head_repository="eve/blog")
    github.push("ann/blog", "main", {"b": "meanwhile"})

    status, listed, _ = ask("GET", f"/repos/ann/blog/pulls/{number}/commits", job(github, "pull-requests", "read"))

    assert (status, [commit["sha"] for commit in listed]) == (200, shas)
    assert [commit["commit"]["message"] for commit in listed] == ["0", "1", "2"]
    assert listed[2]["parents"] == [{"sha": shas[1]}]
    assert ask("GET", "/repos/ann/blog/pulls/9/commits", job(github, "pull-requests", "read"))[0] == 404


def test_labels_come_and_go_with_the_right_to_write_pull_requests(github: FakeGitHub, ask: Any) -> None:
    github.push("ann/blog", "idea", {"a": "b"}, author="bob")
    number = github.open_pull_request("ann/blog", "idea", "bob")
    issue = github.open_issue("ann/blog", "ann", "An issue").number
    talker, own = job(github, "pull-requests"), f"/repos/ann/blog/issues/{number}/labels"

    made = [
        ask("POST", "/repos/ann/blog/labels", talker, {"name": "full test: passed", "color": "0a0"})[0] for _ in "ab"
    ]
    ask("POST", own, talker, {"labels": ["full test: passed", "new one"]})
    shown = ask("GET", own, talker)[1]
    gone = [ask("DELETE", f"{own}/full%20test%3A%20passed", talker)[0] for _ in "ab"]

    assert (made, gone) == ([201, 422], [200, 404])
    assert shown == [{"name": "full test: passed", "color": "0a0"}, {"name": "new one", "color": "ededed"}]
    assert github.repositories["ann/blog"].issues[number].labels == ["new one"]
    assert list(github.repositories["ann/blog"].labels) == ["full test: passed", "new one"]
    assert ask("POST", f"/repos/ann/blog/issues/{issue}/labels", talker, {"labels": ["x"]})[0] == 403


def test_a_deployment_is_of_a_commit_and_has_its_statuses_the_newest_first(github: FakeGitHub, ask: Any) -> None:
    sha = bare_repository.resolved(github.repositories["ann/blog"].git, "refs/heads/main")
    deployer, path = job(github, "deployments"), "/repos/ann/blog/deployments"
    asked = {"ref": sha, "auto_merge": False, "required_contexts": [], "environment": "staging", "payload": {"a": 1}}

    status, made, _ = ask("POST", path, deployer, asked)
    for state in ("in_progress", "success"):
        ask("POST", f"{path}/{made['id']}/statuses", deployer, {"state": state, "log_url": "https://a.b"})

    assert (status, made["sha"], made["payload"], made["creator"]["type"]) == (201, sha, {"a": 1}, "Bot")
    assert [found["id"] for found in ask("GET", f"{path}?sha={sha}&environment=staging", deployer)[1]] == [made["id"]]
    assert ask("GET", f"{path}?environment=production", deployer)[1] == []
    listed = ask("GET", f"{path}/{made['id']}/statuses", deployer)[1]
    assert [(found["state"], found["log_url"]) for found in listed] == [
        ("success", "https://a.b"),
        ("in_progress", "https://a.b"),
    ]


@pytest.mark.parametrize(
    ("change", "status"),
    [({"ref": "nowhere"}, 422), ({"auto_merge": True}, 409), ({"required_contexts": None}, 409)],
    ids=["no commit", "merging", "waiting for checks"],
)
def test_a_deployment_that_would_do_more_than_it_says_is_refused(
    change: dict[str, Any], status: int, github: FakeGitHub, ask: Any
) -> None:
    asked = {"ref": "main", "auto_merge": False, "required_contexts": [], **change}

    assert ask("POST", "/repos/ann/blog/deployments", job(github, "deployments"), asked)[0] == status
    assert github.repositories["ann/blog"].opened_deployments == []


def test_a_status_that_is_none_is_refused(github: FakeGitHub, ask: Any) -> None:
    deployer = job(github, "deployments")
    asked = {"ref": "main", "auto_merge": False, "required_contexts": []}
    own = f"/repos/ann/blog/deployments/{ask('POST', '/repos/ann/blog/deployments', deployer, asked)[1]['id']}"

    wrong = [{"state": "great"}, {"state": "success", "description": "x" * 141}]
    assert [ask("POST", f"{own}/statuses", deployer, body)[0] for body in wrong] == [422, 422]
    assert ask("POST", "/repos/ann/blog/deployments/1/statuses", deployer, {"state": "success"})[0] == 404
    assert ask("POST", f"{own}/statuses", job(github, "deployments", "read"), {"state": "success"})[0] == 403


def test_a_dispatch_is_remembered_with_who_asked_and_starts_nothing(github: FakeGitHub, ask: Any) -> None:
    github.push("ann/blog", "main", {".github/workflows/test.yml": TEST})
    asked = {"ref": "main", "inputs": {"sha": "a" * 40, "pr": "7"}}

    status, _, _ = ask("POST", "/repos/ann/blog/actions/workflows/test.yml/dispatches", job(github, "actions"), asked)

    (found,) = github.repositories["ann/blog"].dispatched
    assert (status, found.workflow, found.ref, found.inputs) == (204, "test.yml", "main", asked["inputs"])
    assert found.job == "run-1/job"
    assert github.repositories["ann/blog"].workflow_runs == []
    assert "-- test.yml dispatched on main by job --" in end_state(github)


REFUSED: dict[str, tuple[str, dict[str, Any], int, str]] = {
    "no file": ("gone.yml", {"ref": "main"}, 404, "Not Found"),
    "no branch": ("test.yml", {"ref": "idea"}, 422, "No ref found for: idea"),
    "input missing": ("test.yml", {"ref": "main"}, 422, "Required input 'sha' not provided"),
    "input unknown": (
        "test.yml",
        {"ref": "main", "inputs": {"sha": "a", "x": "b"}},
        422,
        "Unexpected inputs provided: ['x']",
    ),
    "number": ("test.yml", {"ref": "main", "inputs": {"sha": 5}}, 422, "Invalid request."),
    "no trigger": ("pr.yml", {"ref": "main"}, 422, "Workflow does not have 'workflow_dispatch' trigger"),
    "disabled": ("off.yml", {"ref": "main"}, 422, "Cannot trigger a 'workflow_dispatch' on a disabled workflow"),
}


@pytest.mark.parametrize("case", list(REFUSED))
def test_a_dispatch_that_github_would_refuse_is_refused(case: str, github: FakeGitHub, ask: Any) -> None:
    workflow, body, status, words = REFUSED[case]
    github.push("ann/blog", "main", {".github/workflows/test.yml": TEST, ".github/workflows/off.yml": TEST})
    github.repositories["ann/blog"].workflow_states["off.yml"] = "disabled_manually"

    found = ask("POST", f"/repos/ann/blog/actions/workflows/{workflow}/dispatches", job(github, "actions"), body)

    assert (found[0], found[1]["message"]) == (status, words)
    assert github.repositories["ann/blog"].dispatched == []


def test_an_event_of_a_dispatch_has_the_inputs_that_were_given(github: FakeGitHub) -> None:
    given = events.dispatch(github, "ann/blog", "site.yml", inputs={"pr": "7"})
    none = events.dispatch(github, "ann/blog", "site.yml")

    assert (given.payload["inputs"], none.payload["inputs"]) == ({"pr": "7"}, None)


def test_a_comment_says_whatever_was_written(github: FakeGitHub) -> None:
    issue = github.open_issue("ann/blog", "ann", "talk")
    text = '  /run "a b.ipynb" x=1\r\n<!-- inkmill:run -->\u202e\u0000'

    event = events.comment(github, "ann/blog", github.comment("ann/blog", issue.number, "eve", text))

    assert event.payload["comment"]["body"] == text


def test_the_canary_is_seen_in_what_is_deployed_and_dispatched(github: FakeGitHub, ask: Any) -> None:
    blog = github.repositories["ann/blog"]
    blog.secrets["KEY"] = "canary-1f4c"
    github.push("ann/blog", "main", {".github/workflows/test.yml": TEST})
    asked = {"ref": "main", "auto_merge": False, "required_contexts": [], "payload": {"x": "a canary-1f4c"}}

    ask("POST", "/repos/ann/blog/deployments", job(github, "deployments"), asked)
    inputs = {"sha": "canary-1f4c"}
    path = "/repos/ann/blog/actions/workflows/test.yml/dispatches"
    ask("POST", path, job(github, "actions"), {"ref": "main", "inputs": inputs})

    assert sightings(github) == ["KEY: ann/blog, deployment to production", "KEY: ann/blog, dispatch of test.yml"]
    blog.secrets.clear()
