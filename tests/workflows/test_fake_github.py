"""The fake GitHub refuses what GitHub refuses, and fails as it is told to."""

import base64
import os
import socket
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from tests.workflows import bare_repository, fake_server
from tests.workflows.canary import sightings
from tests.workflows.fake_github import FakeGitHub
from tests.workflows.faults import FaultKind
from tests.workflows.github_state import Scopes, Seat
from tests.workflows.loopback import Loopback

# Together they take longer than `make quick` has.
pytestmark = pytest.mark.slow


def push(github: FakeGitHub, network: Loopback, folder: Path, seat: Seat | None, branch: str) -> str:
    """Push one commit as a job would; what Git said, empty when it went well."""
    work = folder / "work"
    header = base64.b64encode(f"x-access-token:{seat.token}".encode()).decode() if seat else ""
    environ = {
        "PATH": os.environ["PATH"], "HOME": str(folder), "GIT_TERMINAL_PROMPT": "0",
        "GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@b.c", "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@b.c",
        **({"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": f"http.{github.address}/.extraheader",
            "GIT_CONFIG_VALUE_0": f"AUTHORIZATION: basic {header}"} if seat else {}),
    }  # fmt: skip

    def git(*words: str) -> str:
        ran = subprocess.run([*network.words(), "git", *words], capture_output=True, env=environ, check=False)
        return ran.stderr.decode() if ran.returncode else ""

    assert git("clone", "--quiet", "--depth=1", f"{github.address}/ann/blog.git", str(work)) == ""
    (work / "new").write_text("new\n")
    if branch == "workflow":
        (work / ".github/workflows/new.yml").write_text("on: push\n")
    git("-C", str(work), "add", ".")
    git("-C", str(work), "commit", "--quiet", "-m", "new")
    return git("-C", str(work), "push", "--quiet", "origin", f"HEAD:refs/heads/{branch}")


def test_a_push_needs_a_token_with_contents_write(github: FakeGitHub, loopback: Loopback, tmp_path: Path) -> None:
    too_little: dict[str, Scopes] = {"reads": {"contents": "read"}, "talks": {"issues": "write"}, "nothing": {}}
    for name, scopes in too_little.items():
        (tmp_path / name).mkdir()
        said = push(github, loopback, tmp_path / name, github.mint("ann/blog", scopes, name), "new")
        assert "403" in said

    (tmp_path / "anonymous").mkdir()
    assert "terminal prompts disabled" in push(github, loopback, tmp_path / "anonymous", None, "new")
    assert list(bare_repository.branches(github.repositories["ann/blog"].git)) == ["refs/heads/main"]


def test_a_push_with_contents_write_arrives(github: FakeGitHub, loopback: Loopback, tmp_path: Path) -> None:
    writer = github.mint("ann/blog", {"contents": "write"}, "writer")

    assert push(github, loopback, tmp_path, writer, "new") == ""

    blog = github.repositories["ann/blog"]
    assert bare_repository.blob(blog.git, "refs/heads/new:new") == b"new\n"
    assert [entry.job for entry in github.requests("POST", "git-receive-pack")] == ["writer"]


@pytest.mark.parametrize(
    ("branch", "group"), [("gh-pages", "gh-pages-writer"), ("inkmill-runs", "inkmill-runs-writer")]
)
def test_a_branch_with_one_writer_is_written_only_by_who_holds_its_group(
    branch: str, group: str, github: FakeGitHub, loopback: Loopback, tmp_path: Path
) -> None:
    writer = github.mint("ann/blog", {"contents": "write"}, "writer")
    for name in ("without", "with"):
        (tmp_path / name).mkdir()

    with github.holding(writer, "another-group", cancels=False):
        said = push(github, loopback, tmp_path / "without", writer, branch)
    with github.holding(writer, group, cancels=False):
        then = push(github, loopback, tmp_path / "with", writer, branch)

    assert f"without holding the concurrency group {group}" in said
    assert then == ""


def test_a_protected_branch_refuses_jobs(github: FakeGitHub, loopback: Loopback, tmp_path: Path) -> None:
    github.repositories["ann/blog"].protected.add("main")

    said = push(github, loopback, tmp_path, github.mint("ann/blog", {"contents": "write"}, "writer"), "main")

    assert "GH006: Protected branch update failed for refs/heads/main" in said


def test_no_token_of_a_job_changes_a_workflow(github: FakeGitHub, loopback: Loopback, tmp_path: Path) -> None:
    said = push(github, loopback, tmp_path, github.mint("ann/blog", {"contents": "write"}, "writer"), "workflow")

    assert "refusing to allow a GitHub App to create or update workflow" in said


def test_a_private_repository_is_not_there_for_who_may_not_read_it(
    github: FakeGitHub, loopback: Loopback, ask: Any
) -> None:
    github.repositories["ann/blog"].private = True
    reader = github.mint("ann/blog", {"contents": "read"}, "reader")
    talker = github.mint("ann/blog", {"issues": "write"}, "talker")

    def listed(seat: Seat | None) -> int:
        login = f"x-access-token:{seat.token}@" if seat else ""
        address = f"{github.address.replace('//', f'//{login}')}/ann/blog.git"
        environ = {"PATH": os.environ["PATH"], "GIT_TERMINAL_PROMPT": "0"}
        words = [*loopback.words(), "git", "ls-remote", address]
        return subprocess.run(words, capture_output=True, env=environ, check=False).returncode

    assert (listed(reader), listed(talker), listed(None)) == (0, 128, 128)
    assert ask("GET", "/repos/ann/blog/pulls")[0] == 404
    assert ask("GET", "/repos/ann/blog/branches/main", reader)[0] == 200


DEPLOYMENT = {"ref": "main", "auto_merge": False, "required_contexts": []}
SCOPES_OF_ROUTES: list[tuple[str, str, Scopes, object]] = [
    ("GET", "/repos/ann/blog/pulls/1", {"pull-requests": "read"}, None),
    ("PATCH", "/repos/ann/blog/pulls/1", {"pull-requests": "write"}, {"title": "new"}),
    ("POST", "/repos/ann/blog/issues", {"issues": "write"}, {"title": "new"}),
    ("POST", "/repos/ann/blog/issues/2/comments", {"issues": "write"}, {"body": "new"}),
    ("PUT", "/repos/ann/blog/actions/workflows/refresh.yml/enable", {"actions": "write"}, None),
    ("POST", "/repos/ann/blog/releases", {"contents": "write"}, {"tag_name": "v1"}),
    ("GET", "/repos/ann/blog/pages", {"pages": "read"}, None),
    ("GET", "/repos/ann/blog/pulls/1/commits", {"pull-requests": "read"}, None),
    ("GET", "/repos/ann/blog/deployments", {"deployments": "read"}, None),
    ("POST", "/repos/ann/blog/deployments", {"deployments": "write"}, DEPLOYMENT),
    ("POST", "/repos/ann/blog/actions/workflows/site.yml/dispatches", {"actions": "write"}, {"ref": "main"}),
    ("POST", "/repos/ann/blog/attestations", {"attestations": "write", "id-token": "write"}, {"subjects": {}}),
]


@pytest.mark.parametrize("row", SCOPES_OF_ROUTES, ids=[f"{row[0]} {row[1][15:]}" for row in SCOPES_OF_ROUTES])
def test_a_route_answers_who_has_its_scope_and_nobody_else(
    row: tuple[str, str, Scopes, object], github: FakeGitHub, ask: Any
) -> None:
    method, path, scopes, body = row
    _with_a_pull_request_and_an_issue(github)
    every = ("actions", "attestations", "contents", "deployments", "id-token", "issues", "pages", "pull-requests")
    others: Scopes = {scope: "write" for scope in every if scope not in scopes}

    refused = ask(method, path, github.mint("ann/blog", others, "wrong"), body)
    answered = ask(method, path, github.mint("ann/blog", scopes, "right"), body)

    assert (refused[0], refused[1]["message"]) == (403, "Resource not accessible by integration")
    assert answered[0] in (200, 201, 204)
    assert [entry.status for entry in github.requests(method, job="wrong")] == [403]


def test_talk_on_a_pull_request_needs_one_of_two_scopes_and_on_an_issue_the_one(github: FakeGitHub, ask: Any) -> None:
    _with_a_pull_request_and_an_issue(github)

    def statuses(scopes: Scopes) -> list[int]:
        seat = github.mint("ann/blog", scopes, "job")
        paths = (f"/repos/ann/blog/issues/{number}/comments" for number in (1, 2))
        return [ask("POST", path, seat, {"body": "new"})[0] for path in paths]

    assert statuses({"pull-requests": "write"}) == [201, 403]
    assert statuses({"issues": "write"}) == [201, 201]
    assert statuses({"contents": "write"}) == [403, 403]


def test_a_token_that_reads_does_not_write(github: FakeGitHub, ask: Any) -> None:
    _with_a_pull_request_and_an_issue(github)
    reader = github.mint("ann/blog", {"issues": "read", "pull-requests": "read"}, "reader")

    assert ask("GET", "/repos/ann/blog/issues/2", reader)[0] == 200
    assert ask("POST", "/repos/ann/blog/issues/2/comments", reader, {"body": "new"})[0] == 403


def test_a_token_is_good_in_its_own_repository_only(github: FakeGitHub, ask: Any) -> None:
    github.fork("ann/blog", "eve")
    writer = github.mint("eve/blog", {"issues": "write"}, "writer")

    assert ask("POST", "/repos/ann/blog/issues", writer, {"title": "new"})[0] == 403
    assert ask("GET", "/repos/ann/blog", writer)[0] == 200


def test_a_token_that_was_never_minted_is_refused(github: FakeGitHub, ask: Any) -> None:
    assert ask("GET", "/repos/ann/blog", token="ghs_made_up")[:2] == (
        401,
        {"message": "Bad credentials", "documentation_url": "https://docs.github.com/rest"},
    )


def test_the_token_of_actions_opens_no_api_and_the_other_way_round(github: FakeGitHub, ask: Any) -> None:
    seat = github.mint("ann/blog", {"contents": "write"}, "job")

    assert ask("GET", "/repos/ann/blog", token=seat.runtime_token)[0] == 401
    assert ask("POST", "/_runtime/artifacts?name=site", seat, {})[0] == 401


def test_what_a_job_writes_is_written_by_the_bot(github: FakeGitHub, ask: Any) -> None:
    writer = github.mint("ann/blog", {"issues": "write"}, "writer")

    _, issue, _ = ask("POST", "/repos/ann/blog/issues", writer, {"title": "new"})

    assert (issue["user"]["login"], issue["user"]["type"]) == ("github-actions[bot]", "Bot")


def test_pull_requests_by_jobs_and_issues_can_be_switched_off(github: FakeGitHub, ask: Any) -> None:
    blog = github.repositories["ann/blog"]
    blog.may_open_pull_requests = blog.has_issues = False
    github.push("ann/blog", "new", {"a": "b"})
    writer = github.mint("ann/blog", {"pull-requests": "write", "issues": "write"}, "writer")

    pull = ask("POST", "/repos/ann/blog/pulls", writer, {"title": "a", "head": "new", "base": "main"})
    issue = ask("POST", "/repos/ann/blog/issues", writer, {"title": "a"})

    assert (pull[0], pull[1]["message"]) == (403, "GitHub Actions is not permitted to create or approve pull requests.")
    assert (issue[0], blog.pulls, blog.issues) == (410, {}, {})


def test_lists_come_in_pages_that_name_the_next(github: FakeGitHub, ask: Any) -> None:
    issue = github.open_issue("ann/blog", "ann", "many")
    for number in range(65):
        github.comment("ann/blog", issue.number, "bob", str(number))
    reader = github.mint("ann/blog", {"issues": "read"}, "reader")

    first = ask("GET", "/repos/ann/blog/issues/1/comments", reader)
    last = ask("GET", "/repos/ann/blog/issues/1/comments?page=3", reader)

    assert [comment["body"] for comment in first[1]] == [str(number) for number in range(30)]
    assert [comment["body"] for comment in last[1]] == [str(number) for number in range(60, 65)]
    assert f'<{github.api}/repos/ann/blog/issues/1/comments?page=2>; rel="next"' in first[2]["Link"]
    assert "Link" not in last[2]


ROLES = {"ann": "admin", "bob": "write", "cal": "maintain", "dan": "triage", "eve": "read"}


def test_roles_are_told_as_they_are_and_as_older_clients_know_them(github: FakeGitHub, ask: Any) -> None:
    github.repositories["ann/blog"].roles.update(cal="maintain", dan="triage")
    reader = github.mint("ann/blog", {}, "reader")

    told = {login: ask("GET", f"/repos/ann/blog/collaborators/{login}/permission", reader)[1] for login in ROLES}

    assert {login: found["role_name"] for login, found in told.items()} == ROLES
    assert [told[login]["permission"] for login in ("cal", "dan")] == ["write", "read"]
    assert ask("GET", "/repos/ann/blog/collaborators/nobody/permission", reader)[0] == 404


def test_a_pull_request_of_a_fork_shows_its_head_as_it_is_now(github: FakeGitHub, ask: Any) -> None:
    github.fork("ann/blog", "eve")
    before = github.push("eve/blog", "idea", {"_posts/2026-02-01-idea.md": "# Idea\n"}, author="eve")
    number = github.open_pull_request("ann/blog", "idea", "eve", head_repository="eve/blog")
    reader = github.mint("ann/blog", {"pull-requests": "read"}, "reader")

    _, pull, _ = ask("GET", f"/repos/ann/blog/pulls/{number}", reader)
    after = github.push("eve/blog", "idea", {"_posts/2026-02-01-idea.md": "# Another\n"}, author="eve")
    _, then, _ = ask("GET", f"/repos/ann/blog/pulls/{number}", reader)
    _, files, _ = ask("GET", f"/repos/ann/blog/pulls/{number}/files", reader)

    assert (pull["head"]["sha"], then["head"]["sha"]) == (before, after)
    assert (pull["head"]["label"], pull["head"]["repo"]["full_name"]) == ("eve:idea", "eve/blog")
    assert [(file["filename"], file["status"]) for file in files] == [("_posts/2026-02-01-idea.md", "added")]


FAULTS: list[tuple[FaultKind, int, bool]] = [
    ("500", 500, False), ("502", 502, False), ("503", 503, False), ("429", 429, False), ("secondary", 403, False),
    ("reset", 56, False), ("lost", 56, True), ("lost-502", 502, True), ("truncated", 18, True),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "seen", "done"), FAULTS, ids=[row[0] for row in FAULTS])
def test_a_fault_strikes_the_request_it_is_told_to(
    kind: FaultKind, seen: int, done: bool, github: FakeGitHub, ask: Any
) -> None:
    github.fault("POST", "/repos/ann/blog/issues", kind, after=1)
    writer = github.mint("ann/blog", {"issues": "write"}, "writer")

    answers = [ask("POST", "/repos/ann/blog/issues", writer, {"title": title})[0] for title in ("a", "b", "c")]

    assert answers == [201, seen, 201]
    titles = [issue.title for issue in github.repositories["ann/blog"].issues.values()]
    assert titles == (["a", "b", "c"] if done else ["a", "c"])


def test_a_stale_read_does_not_know_the_last_write(github: FakeGitHub, ask: Any) -> None:
    writer = github.mint("ann/blog", {"issues": "write"}, "writer")
    ask("POST", "/repos/ann/blog/issues", writer, {"title": "a"})
    ask("POST", "/repos/ann/blog/issues", writer, {"title": "b"})
    github.fault("GET", "/repos/ann/blog/issues", "stale")

    stale, fresh = (ask("GET", "/repos/ann/blog/issues", writer)[1] for _ in range(2))

    assert [issue["title"] for issue in stale] == ["a"]
    assert [issue["title"] for issue in fresh] == ["b", "a"]


def test_a_stalled_answer_comes_late_and_whole(github: FakeGitHub, ask: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr(time, "sleep", slept.append)
    github.fault("GET", "/repos/ann/blog", "stall")

    assert ask("GET", "/repos/ann/blog", github.mint("ann/blog", {}, "reader"))[0] == 200
    assert slept == [fake_server.STALL_SECONDS]


def test_a_race_happens_just_before_the_answer(github: FakeGitHub, ask: Any) -> None:
    github.before("GET", "/repos/ann/blog/issues", lambda: github.open_issue("ann/blog", "eve", "late"))
    reader = github.mint("ann/blog", {"issues": "read"}, "reader")

    assert [issue["title"] for issue in ask("GET", "/repos/ann/blog/issues", reader)[1]] == ["late"]


def test_inside_the_network_nothing_else_answers(loopback: Loopback) -> None:
    with socket.create_server(("127.0.0.1", 0)) as outside:
        port = outside.getsockname()[1]
        words = [*loopback.words(), "curl", "--silent", "--max-time", "2", f"http://127.0.0.1:{port}/"]

        assert subprocess.run(words, capture_output=True, check=False).returncode == 7  # could not connect


def test_the_canary_is_seen_wherever_it_stands(github: FakeGitHub) -> None:
    blog = github.repositories["ann/blog"]
    blog.secrets["KEY"] = "canary-1f4c"

    assert sightings(github) == []
    issue = github.open_issue("ann/blog", "ann", "about canary-1f4c")
    github.comment("ann/blog", issue.number, "ann", "a canary-1f4c here")
    github.push("ann/blog", "new", {"a.txt": "canary-1f4c"})
    assert sightings(github) == [
        "KEY: ann/blog, comment of ann on 1",
        "KEY: ann/blog, issue 1",
        "KEY: ann/blog, refs/heads/new:a.txt",
    ]
    blog.secrets.clear()


@pytest.mark.parametrize("before", ["", "a", "ab", "x-access-token:"])
def test_the_canary_is_seen_in_base64_wherever_it_begins(before: str, github: FakeGitHub) -> None:
    blog = github.repositories["ann/blog"]
    blog.secrets["KEY"] = "canary-1f4c"
    encoded = base64.b64encode(f"{before}canary-1f4c, and more".encode()).decode()

    github.open_issue("ann/blog", "ann", "about", encoded)

    assert sightings(github) == ["KEY: ann/blog, issue 1"]
    blog.secrets.clear()


def _with_a_pull_request_and_an_issue(github: FakeGitHub) -> None:
    github.repositories["ann/blog"].pages = {"html_url": "https://ann.github.io/blog/"}
    github.push("ann/blog", "idea", {"a": "b"}, author="bob")
    github.open_pull_request("ann/blog", "idea", "bob")
    github.open_issue("ann/blog", "ann", "An issue")
