"""Pull requests, comments and events as GitHub sends them, for tests of previews."""

from copy import deepcopy
from typing import Any

REPOSITORY = "jane/blog"
FORK = "sam/blog"
SHA = "1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d"
OTHER = "9f8e7d6c5b4a39281706f5e4d3c2b1a09f8e7d6c"
# The same first seven digits as SHA.
TWIN = "1a2b3c4" + "0" * 33
COMMENT = 77


def event(body: str = f"/preview {SHA}", **comment: Any) -> dict[str, Any]:
    """A comment of jane's on pull request 7."""
    return {
        "action": "created",
        "issue": {"number": 7, "state": "open", "pull_request": {"url": "https://api.github.com/…"}},
        "comment": {
            "id": COMMENT,
            "body": body,
            "user": {"login": "jane", "type": "User"},
            "created_at": "2026-11-26T12:00:00Z",
            **comment,
        },
        "repository": {"full_name": REPOSITORY, "default_branch": "main"},
    }


def pull(sha: str = SHA, *, fork: bool = True, pushed_at: str | None = "2026-11-26T11:00:00Z") -> dict[str, Any]:
    """Pull request 7, open."""
    return {
        "number": 7,
        "state": "open",
        "head": {"sha": sha, "ref": "a", "repo": {"full_name": FORK if fork else REPOSITORY, "pushed_at": pushed_at}},
        "base": {"sha": OTHER, "ref": "main", "repo": {"full_name": REPOSITORY}},
    }


def with_change(values: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """A copy of values with one field, named with dots, set."""
    changed = deepcopy(values)
    *parents, last = path.split(".")
    part = changed
    for parent in parents:
        part = part[parent]
    part[last] = value
    return changed


def file(name: str, status: str = "modified") -> dict[str, str]:
    return {"filename": name, "status": status}
