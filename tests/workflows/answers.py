"""A request and its answer, as the rooms of the fake GitHub see them."""

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import Message
from typing import Any

from tests.workflows.github_state import Level, Repository, Seat


@dataclass(frozen=True, slots=True)
class Request:
    """One request; ``path`` is without `/api/v3` and without the query."""

    method: str
    path: str
    query: dict[str, str]
    body: bytes
    seat: Seat | None
    headers: Message
    raw_query: str = ""

    def json(self) -> dict[str, Any]:
        """The body as an object, empty where it is none."""
        try:
            found = json.loads(self.body or b"{}")
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


def as_json(value: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
    """An answer that is JSON."""
    return Answer(status, json.dumps(value).encode(), {"Content-Type": "application/json", **(headers or {})})


def refusal(status: int, message: str, headers: Mapping[str, str] | None = None) -> Answer:
    """An error as GitHub words it."""
    return as_json({"message": message, "documentation_url": "https://docs.github.com/rest"}, status, headers)


FORBIDDEN = "Resource not accessible by integration"


def token_of(authorization: str) -> str:
    """The token in an Authorization header, whichever way it was put there; empty where there is none."""
    kind, _, value = authorization.partition(" ")
    if kind.lower() == "basic":
        try:
            return base64.b64decode(value).decode().partition(":")[2]
        except (binascii.Error, UnicodeDecodeError):
            return ""
    return value.strip()


def refused(repository: Repository, seat: Seat | None, wants: tuple[tuple[str, Level], ...]) -> Answer | None:
    """Why this seat may not: it needs one of the scopes in wants, in this repository; None when it may.

    Stricter than GitHub in one thing: what is public in a job's own repository is read only with the scope, since the
    same job must do in a private one.
    """
    is_read = all(level == "read" for _, level in wants)
    if seat and seat.repository == repository.name:
        allowed = any(seat.may(scope, level) for scope, level in wants)
        return None if allowed else refusal(403, FORBIDDEN)
    if is_read and not repository.private:
        return None
    if seat is None:
        return refusal(
            404 if repository.private else 401, "Not Found" if repository.private else "Requires authentication"
        )
    return refusal(404, "Not Found") if repository.private else refusal(403, FORBIDDEN)
