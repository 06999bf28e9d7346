"""What a handler of the API is given and gives back, and the shapes in which GitHub shows things."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tests.workflows import bare_repository
from tests.workflows.answers import Request
from tests.workflows.fake_github import FakeGitHub
from tests.workflows.github_state import ACTIONS, Account, Comment, Issue, PullRequest, Reaction, Repository


@dataclass(frozen=True, slots=True)
class Listed:
    """A list that is sent in pages; inside an object where it has a key."""

    items: Sequence[Any]
    key: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """A value as JSON; a string is the message of a refusal."""

    value: Any
    status: int = 200


@dataclass(frozen=True, slots=True)
class Visit:
    """One request at one end point."""

    github: FakeGitHub
    repository: Repository
    request: Request
    named: dict[str, str]

    @property
    def author(self) -> Account:
        """Who writes with the token; nobody's requests never get as far as writing."""
        return self.request.seat.author if self.request.seat else ACTIONS

    @property
    def is_job(self) -> bool:
        return bool(self.request.seat and self.request.seat.job)

    def issue_number(self) -> int:
        """Of the issue or pull request that is talked about; 0 for none."""
        if self.named.get("comment", "").isdigit():
            found = self.repository.comments.get(int(self.named["comment"]))
            return found.issue if found else 0
        return int(self.named["number"]) if self.named.get("number", "").isdigit() else 0


NOT_FOUND = Reply("Not Found", 404)


def account_json(account: Account) -> dict[str, Any]:
    return {"login": account.login, "id": account.number, "type": account.kind, "site_admin": False}


def repository_json(github: FakeGitHub, repository: Repository) -> dict[str, Any]:
    """A repository as GET shows it, and shorter than GitHub does."""
    made_from = github.repositories.get(repository.made_from)
    parent = github.repositories.get(repository.fork_of)
    return {
        "id": abs(hash(repository.name)) % 10**9,
        "name": repository.name.split("/")[1],
        "full_name": repository.name,
        "private": repository.private,
        "owner": account_json(github.account(repository.owner)),
        "html_url": f"{github.address}/{repository.name}",
        "clone_url": f"{github.address}/{repository.name}.git",
        "url": f"{github.api}/repos/{repository.name}",
        "description": repository.description or None,
        "homepage": repository.homepage or None,
        "fork": bool(repository.fork_of),
        "is_template": repository.is_template,
        "default_branch": repository.default_branch,
        "has_issues": repository.has_issues,
        "has_pages": repository.pages is not None,
        "visibility": "private" if repository.private else "public",
        "pushed_at": repository.pushed,
        "template_repository": repository_json(github, made_from) if made_from else None,
        **({"parent": repository_json(github, parent)} if parent else {}),
    }


def issue_json(github: FakeGitHub, repository: Repository, issue: Issue) -> dict[str, Any]:
    own = f"{github.api}/repos/{repository.name}"
    is_pull = issue.number in repository.pulls
    return {
        "id": issue.number * 1000 + 7,
        "number": issue.number,
        "title": issue.title,
        "body": issue.body,
        "state": issue.state,
        "user": account_json(issue.author),
        "labels": [{"name": name, **repository.labels.get(name, {})} for name in issue.labels],
        "created_at": issue.created,
        "html_url": f"{github.address}/{repository.name}/{'pull' if is_pull else 'issues'}/{issue.number}",
        "url": f"{own}/issues/{issue.number}",
        "comments": sum(comment.issue == issue.number for comment in repository.comments.values()),
        **({"pull_request": {"url": f"{own}/pulls/{issue.number}"}} if is_pull else {}),
    }


def pull_json(github: FakeGitHub, repository: Repository, pull: PullRequest) -> dict[str, Any]:
    issue = repository.issues[pull.number]
    head = github.repositories.get(pull.head_repository)
    shown = issue_json(github, repository, issue)
    shown.pop("pull_request")
    owner = pull.head_repository.split("/")[0]
    return shown | {
        "id": pull.number * 1000 + 8,
        "draft": False,
        "merged": pull.merged,
        "merged_at": issue.created if pull.merged else None,
        "head": {
            "label": f"{owner}:{pull.head_ref}",
            "ref": pull.head_ref,
            "sha": github.head_of(repository.name, pull.number),
            "user": account_json(github.account(owner)),
            "repo": repository_json(github, head) if head else None,
        },
        "base": {
            "label": f"{repository.owner}:{pull.base_ref}",
            "ref": pull.base_ref,
            "sha": bare_repository.resolved(repository.git, f"refs/heads/{pull.base_ref}"),
            "user": account_json(github.account(repository.owner)),
            "repo": repository_json(github, repository),
        },
    }


def comment_json(github: FakeGitHub, repository: Repository, comment: Comment) -> dict[str, Any]:
    is_pull = comment.issue in repository.pulls
    page = f"{github.address}/{repository.name}/{'pull' if is_pull else 'issues'}/{comment.issue}"
    return {
        "id": comment.number,
        "body": comment.body,
        "user": account_json(comment.author),
        "created_at": comment.created,
        "updated_at": comment.updated,
        "author_association": association(repository, comment.author),
        "html_url": f"{page}#issuecomment-{comment.number}",
        "url": f"{github.api}/repos/{repository.name}/issues/comments/{comment.number}",
        "issue_url": f"{github.api}/repos/{repository.name}/issues/{comment.issue}",
    }


def association(repository: Repository, account: Account) -> str:
    """What GitHub writes beside a name, which says nothing of the right to write."""
    if account.login == repository.owner:
        return "OWNER"
    return "COLLABORATOR" if account.login in repository.roles else "NONE"


def reaction_json(reaction: Reaction) -> dict[str, Any]:
    return {"id": reaction.number, "content": reaction.content, "user": account_json(reaction.author)}
