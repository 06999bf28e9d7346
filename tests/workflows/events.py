"""Events as GitHub sends them, shortened to what anything reads."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from tests.workflows import bare_repository
from tests.workflows.fake_github import FakeGitHub
from tests.workflows.github_state import Comment, Repository
from tests.workflows.rest_reply import account_json, comment_json, issue_json, pull_json, repository_json


@dataclass(frozen=True, slots=True)
class Event:
    """One event in one repository.

    Args:
        ref: what runs execute: GITHUB_REF.
        sha: the commit of it: GITHUB_SHA; the workflow files are that commit's.
        is_of_a_stranger: a pull request of a fork, or of Dependabot: a token that reads, and no secrets.
    """

    name: str
    repository: str
    payload: Mapping[str, Any]
    ref: str
    sha: str
    actor: str
    head_ref: str = ""
    base_ref: str = ""
    is_of_a_stranger: bool = False

    @property
    def action(self) -> str:
        """The event's type, such as ``created``; empty where it has none."""
        return str(self.payload.get("action", ""))


def push(github: FakeGitHub, name: str, *, branch: str = "", actor: str = "ann", before: str = "") -> Event:
    """Someone pushed a branch, the default one unless given, as it stands now."""
    repository = github.repositories[name]
    ref = f"refs/heads/{branch or repository.default_branch}"
    sha = bare_repository.resolved(repository.git, ref)
    message = bare_repository.git(repository.git, "show", "--no-patch", "--format=%B", sha).strip()
    commit = {"id": sha, "message": message, "author": {"name": actor, "username": actor}}
    own = {"before": before or "0" * 40, "after": sha, "ref": ref, "created": not before, "deleted": False}
    payload = own | {"forced": False, "commits": [commit], "head_commit": commit, "pusher": {"name": actor}}
    return Event("push", name, payload | _common(github, repository, actor), ref, sha, actor)


def tag(github: FakeGitHub, name: str, tag_name: str, *, actor: str = "ann") -> Event:
    """Someone pushed a tag that stands."""
    repository = github.repositories[name]
    ref = f"refs/tags/{tag_name}"
    sha = bare_repository.resolved(repository.git, ref)
    payload = {"ref": ref, "before": "0" * 40, "after": sha, "created": True, "deleted": False, "commits": []}
    return Event("push", name, payload | _common(github, repository, actor), ref, sha, actor)


def dispatch(
    github: FakeGitHub,
    name: str,
    workflow: str,
    *,
    actor: str = "ann",
    branch: str = "",
    inputs: Mapping[str, str] | None = None,
) -> Event:
    """Someone pressed "Run workflow", or a token asked for it."""
    repository = github.repositories[name]
    ref = f"refs/heads/{branch or repository.default_branch}"
    payload = {"inputs": dict(inputs) if inputs else None, "ref": ref, "workflow": f".github/workflows/{workflow}"}
    sha = bare_repository.resolved(repository.git, ref)
    return Event("workflow_dispatch", name, payload | _common(github, repository, actor), ref, sha, actor)


def schedule(github: FakeGitHub, name: str, cron: str) -> Event:
    """The hour came; such payloads hold little, and the actor is who last changed the file."""
    repository = github.repositories[name]
    ref = f"refs/heads/{repository.default_branch}"
    payload = {"schedule": cron, "workflow": None, "repository": repository_json(github, repository)}
    return Event("schedule", name, payload, ref, bare_repository.resolved(repository.git, ref), repository.owner)


def comment(
    github: FakeGitHub, name: str, written: Comment, *, action: Literal["created", "edited", "deleted"] = "created"
) -> Event:
    """Someone commented on an issue or a pull request: no commit is in it, and the default branch's workflow runs."""
    repository = github.repositories[name]
    ref = f"refs/heads/{repository.default_branch}"
    payload = {
        "action": action,
        "issue": issue_json(github, repository, repository.issues[written.issue]),
        "comment": comment_json(github, repository, written),
        **({"changes": {"body": {"from": "an older text"}}} if action == "edited" else {}),
        **_common(github, repository, written.author.login),
    }
    sha = bare_repository.resolved(repository.git, ref)
    return Event("issue_comment", name, payload, ref, sha, written.author.login)


def pull_request(
    github: FakeGitHub, name: str, number: int, *, action: str = "synchronize", actor: str = "", target: bool = False
) -> Event:
    """Something happened to a pull request.

    Args:
        actor: who did it; its author unless given.
        target: as `pull_request_target`, which runs the default branch's workflow with the rights of the repository.
    """
    repository = github.repositories[name]
    pull, issue = repository.pulls[number], repository.issues[number]
    actor = actor or issue.author.login
    shown = pull_json(github, repository, pull)
    payload = {"action": action, "number": number, "pull_request": shown, **_common(github, repository, actor)}
    base = f"refs/heads/{pull.base_ref}"
    if target:
        sha = bare_repository.resolved(repository.git, base)
        return Event("pull_request_target", name, payload, base, sha, actor, pull.head_ref, pull.base_ref)
    github.write_pull_refs(name, number)
    ref = f"refs/pull/{number}/merge"
    sha = bare_repository.resolved(repository.git, ref)
    is_of_a_stranger = pull.head_repository != name or "dependabot[bot]" in (actor, issue.author.login)
    return Event("pull_request", name, payload, ref, sha, actor, pull.head_ref, pull.base_ref, is_of_a_stranger)


def _common(github: FakeGitHub, repository: Repository, actor: str) -> dict[str, Any]:
    return {"repository": repository_json(github, repository), "sender": account_json(github.account(actor))}
