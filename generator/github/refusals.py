"""What GitHub's refusals mean: what was asked in words, and which permission or setting would allow it."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from generator.errors import RefusedError
from generator.location import Location

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
_TOKEN_SHAPE = re.compile(r"gh[a-z]_[A-Za-z0-9_]{16,}|github_pat_\w{16,}")
_ACCEPTED = re.compile(r"([a-z_]{2,40})=(read|write|admin)")
_LONGEST_MESSAGE = 300

# The first that is found in the path: what it is called, and the permission of a job that it needs.
_THINGS = (
    (r"/reactions(/|$)", "reactions", "pull-requests"),
    (r"/collaborators/[^/]+/permission$", "the permission of a person", "contents"),
    (r"/issues/comments/", "a comment", "pull-requests"),
    (r"/issues/\d+/comments$", "comments", "pull-requests"),
    (r"/labels(/|$)", "labels", "issues"),
    (r"/issues(/|$)", "issues", "issues"),
    (r"/pulls/\d+/files$", "the files of a pull request", "pull-requests"),
    (r"/pulls/\d+/commits$", "the commits of a pull request", "pull-requests"),
    (r"/pulls(/|$)", "pull requests", "pull-requests"),
    (r"/deployments(/|$)", "deployments", "deployments"),
    (r"/pages(/|$)", "the settings of Pages", "pages"),
    (r"/actions/", "workflows and their runs", "actions"),
    (r"/releases(/|$)", "releases", "contents"),
    (r"/compare/", "how two commits stand to each other", "contents"),
    (r"/(git|contents|commits|branches|tags|tarball)(/|$)", "files and branches", "contents"),
)
_VERBS = MappingProxyType({"GET": "read", "POST": "write", "PATCH": "change", "PUT": "set", "DELETE": "remove"})
_PULL_REQUESTS_OFF = "not permitted to create or approve pull requests"


class GitHubRefusedError(RefusedError):
    """GitHub answered, and the answer is no.

    Args:
        status: of HTTP, 400 to 499.
        message: GitHub's own words in one line; not to be trusted, and without a token.
    """

    def __init__(
        self,
        problem: str,
        *,
        at: Location | None = None,
        mend: str | None = None,
        status: int = 0,
        message: str = "",
    ) -> None:
        super().__init__(problem, at=at, mend=mend)
        self.status = status
        self.message = message


def undertaking(method: str, path: str) -> str:
    """What a request wants, to follow ``GitHub refused to``.

    >>> undertaking("POST", "/repos/jane/blog/pulls")
    'write pull requests of jane/blog'
    """
    found = re.match(r"/repos/([\w.-]+/[\w.-]+)(/.*)?$", path)
    verb = _VERBS.get(method, "ask for")
    if not found:
        return f"{verb} {path}"
    thing = _thing(path)
    return f"{verb} {thing[0]} of {found[1]}" if thing else f"{verb} {found[1]}"


def _thing(path: str) -> tuple[str, str] | None:
    return next(((name, scope) for pattern, name, scope in _THINGS if re.search(pattern, path)), None)


def refusal(method: str, path: str, status: int, headers: Mapping[str, str], answer: Any) -> GitHubRefusedError:
    """The error for an answer between 300 and 499.

    Args:
        answer: its body, if that was JSON.
    """
    message = _message(answer)
    said = f": {message}" if message else ""
    return GitHubRefusedError(
        f"GitHub refused to {undertaking(method, path)} ({status}){said}",
        mend=_mend(method, path, status, headers, message),
        status=status,
        message=message,
    )


def _message(answer: Any) -> str:
    """GitHub's words and those on single fields, without what could speak to a terminal or be a token."""
    if not isinstance(answer, dict):
        return ""
    said = [answer.get("message")]
    errors = answer.get("errors")
    for error in errors[:5] if isinstance(errors, list) else ():
        if isinstance(error, dict):
            said.append(error.get("message") or f"{error.get('field', '')} {error.get('code', '')}".strip())
        else:
            said.append(error)
    text = "; ".join(part for part in said if isinstance(part, str) and part)
    text = _CONTROL.sub(" ", _TOKEN_SHAPE.sub("***", text))
    return text if len(text) <= _LONGEST_MESSAGE else f"{text[:_LONGEST_MESSAGE]}…"


def _mend(method: str, path: str, status: int, headers: Mapping[str, str], message: str) -> str:
    permission = _permission(method, path, headers)
    if status == 401:
        return "set GH_TOKEN to a token that is valid now (in a workflow: `${{ github.token }}`)"
    if _PULL_REQUESTS_OFF in message:
        return "under Settings, Actions, General allow GitHub Actions to create and approve pull requests"
    if status == 403 and "rule" in message.lower():
        return "let this workflow pass the rules of the branch (Settings, Rules), or take the branch out of them"
    if status == 403:
        return f"give the job `{permission}` under `permissions:`"
    if status == 404:
        return f"look whether it exists; to a token without `{permission}` it seems not to"
    if status == 410:
        return "turn it on under Settings, General, Features (it was turned off or removed)"
    if status == 409:
        return "run it again: something else changed the same thing meanwhile"
    if 300 <= status < 400:
        return "write the address as it is now: the repository was moved or renamed"
    return "change what GitHub names in its answer"


def _permission(method: str, path: str, headers: Mapping[str, str]) -> str:
    """As a job of a workflow writes it; GitHub names it itself in most of its answers."""
    accepted = _ACCEPTED.match(headers.get("x-accepted-github-permissions", ""))
    if accepted:
        return f"{accepted[1].replace('_', '-')}: {accepted[2]}"
    thing = _thing(path)
    return f"{thing[1] if thing else 'contents'}: {'read' if method == 'GET' else 'write'}"
