"""Whether what a comment asks for may be done, and at which commit: decided from GitHub's answers alone.

A comment carries no commit. What its writer looked at may be replaced by a push a second later, so the commit is read
here, once, and everything after the gate goes by it.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeGuard

from generator.github.answers import number_of, part_of
from generator.github.command import WORDS, Command, CommandKind, read_command

# They read what is public of a commit, and run and change nothing.
READING = frozenset((CommandKind.GET_RUNS, CommandKind.HELP))
# Code of the pull request runs beside secrets, or what it made is put to use.
OWN_ALONE = frozenset((CommandKind.RUN, CommandKind.FULL_TEST, CommandKind.DEPLOY))

# An organisation's own roles are made on top of these; `permission` gives the one beneath.
_MAY_WRITE = frozenset(("admin", "maintain", "write"))
_MAY_NOT = frozenset(("none", "read", "triage"))
_LOGIN = re.compile(r"[A-Za-z0-9_-]{1,100}")
_REPOSITORY = re.compile(r"[A-Za-z0-9_.-]{1,100}/[A-Za-z0-9_.-]{1,100}")
_SHA = re.compile(r"[0-9a-f]{40}")


@dataclass(frozen=True, slots=True)
class Request:
    """What a comment asks, as the event tells it.

    Args:
        number: of the pull request.
    """

    number: int
    comment_id: int
    login: str
    commented_at: datetime
    command: Command


@dataclass(frozen=True, slots=True)
class Refusal:
    """It is not to be done.

    Args:
        why: a clause.
        request: None where nothing was asked, which is met with silence.
        is_stranger: may not ask here. Strangers get a reaction and no words: an answer for each of them would let
            anybody make this repository write.
        ready_sha: the commit for which it would be done now if it were named; empty where none is.
    """

    why: str
    request: Request | None = None
    is_stranger: bool = False
    ready_sha: str = ""


@dataclass(frozen=True, slots=True)
class Head:
    """The commit that a pull request offers, and the repository that holds it."""

    sha: str
    repository: str


class Questions(Protocol):
    """What the gate asks GitHub; None is "not found". Whatever an answer raises ends in nothing done."""

    def permission(self, login: str) -> object:
        """What login may do in this repository."""

    def pull(self, number: int) -> object:
        """The pull request as it is now."""

    def commit(self, sha: str) -> object:
        """The one commit that the first digits of its SHA name; None where they name several."""


def read_request(event: Mapping[str, object], kinds: Collection[CommandKind]) -> Request | Refusal:
    """What the comment of an ``issue_comment`` asks; silence for whatever is no command of these kinds."""
    issue, comment = part_of(event, "issue"), part_of(event, "comment")
    user = part_of(comment, "user")
    if event.get("action") != "created":
        return Refusal("only a new comment can ask for anything")
    if not isinstance(issue.get("pull_request"), dict):
        return Refusal("the comment is not on a pull request")
    if user.get("type") != "User":
        return Refusal("the comment is not a person's")
    body = comment.get("body")
    command = read_command(body) if isinstance(body, str) else None
    if command is None or command.kind not in kinds:
        return Refusal(f"the comment's first line is not {', '.join(WORDS[kind] for kind in kinds)}")
    login, moment = user.get("login"), moment_of(comment.get("created_at"))
    number, comment_id = number_of(issue, "number"), number_of(comment, "id")
    if not (isinstance(login, str) and _LOGIN.fullmatch(login) and moment and number and comment_id):
        return Refusal("the event is not as GitHub sends it")
    return Request(number, comment_id, login, moment, command)


def admitted(request: Request, repository: str, ask: Questions) -> Head | Refusal:
    """The head of the pull request, if its writer may ask and can have meant it.

    Args:
        repository: ``owner/name`` of this one.
    """
    if not may_command(ask.permission(request.login)):
        return Refusal(f"{request.login} has no write permission here", request, is_stranger=True)
    if request.command.wrong:
        return _wrong(request, ask)
    head = judge_pull(request, ask.pull(request.number), repository)
    if isinstance(head, Refusal):
        return head
    return _not_the_one(request, head, ask) or head


def moved(request: Request, head: Head, repository: str, ask: Questions) -> Refusal | None:
    """Whether another commit is the head by now: looking at files takes seconds, and they are those of whatever is."""
    again = judge_pull(request, ask.pull(request.number), repository)
    if isinstance(again, Refusal):
        return again
    if again != head:
        return Refusal("the pull request has changed while it was looked at", request, ready_sha=again.sha)
    return None


def may_command(permission: object) -> bool:
    """Whether an answer to "what may this person do" says: push.

    ``permission`` makes write of maintain and read of triage; ``role_name`` says which, where GitHub sends it.
    """
    if not isinstance(permission, dict):
        return False
    may, role = permission.get("permission"), permission.get("role_name")
    is_role_enough = role is None or (isinstance(role, str) and role not in _MAY_NOT)
    return isinstance(may, str) and may in _MAY_WRITE and is_role_enough


def judge_pull(request: Request, pull: object, repository: str) -> Head | Refusal:
    """The head of a pull request, if it is still what the comment's writer can have seen."""
    if not isinstance(pull, dict) or pull.get("number") != request.number:
        return Refusal("the pull request cannot be found", request)
    if pull.get("state") != "open":
        return Refusal("the pull request is closed", request)
    head, base = part_of(pull, "head"), part_of(pull, "base")
    if not isinstance(head.get("repo"), dict):
        return Refusal("the repository that the pull request comes from is gone", request)
    sha, name = head.get("sha"), part_of(head, "repo").get("full_name")
    if not is_sha(sha) or not _is_repository(name) or part_of(base, "repo").get("full_name") != repository:
        return Refusal("GitHub's answer on the pull request cannot be understood", request)
    found = Head(sha, name)
    if request.command.kind in READING:
        return found
    return _stale(request, found, part_of(head, "repo"), is_fork=name != repository) or found


def _is_repository(name: object) -> TypeGuard[str]:
    return isinstance(name, str) and _REPOSITORY.fullmatch(name) is not None and not {".", ".."} & set(name.split("/"))


def _stale(request: Request, head: Head, head_repo: Mapping[str, object], *, is_fork: bool) -> Refusal | None:
    asked = request.command.sha
    if is_fork and request.command.kind in OWN_ALONE:
        why = "the pull request comes from another repository, whose code gets no secrets here; /help says what works"
        return Refusal(why, request)
    if is_fork and asked is None:
        return Refusal(
            "the pull request comes from another repository, so the commit must be named", request, ready_sha=head.sha
        )
    if asked is not None and not head.sha.startswith(asked):
        return Refusal("the commit it names is not the newest commit of the pull request", request, ready_sha=head.sha)
    if not is_fork and asked == head.sha:
        # Nothing can be put in its place; and here every publish of the blog is a push, too.
        return None
    pushed_at = moment_of(head_repo.get("pushed_at"))
    if pushed_at is None or pushed_at > request.commented_at:
        return Refusal("something was pushed after the comment was written", request, ready_sha=head.sha)
    return None


def _not_the_one(request: Request, head: Head, ask: Questions) -> Refusal | None:
    """Seven digits can be forged within minutes: two commits then share them, and a person has seen one of them."""
    asked = request.command.sha
    if asked is None or asked == head.sha or request.command.kind in READING:
        return None
    found = ask.commit(asked)
    if isinstance(found, dict) and found.get("sha") == head.sha:
        return None
    return Refusal(f"{asked} does not name one commit alone", request, ready_sha=head.sha)


def _wrong(request: Request, ask: Questions) -> Refusal:
    """Only of a preview the commit is all that can be wrong."""
    ready = ""
    if request.command.kind is CommandKind.PREVIEW:
        pull = ask.pull(request.number)
        sha = part_of(pull, "head").get("sha")
        is_open = isinstance(pull, Mapping) and pull.get("state") == "open"
        ready = sha if is_open and is_sha(sha) else ""
    return Refusal(request.command.wrong, request, ready_sha=ready)


def is_sha(value: object) -> TypeGuard[str]:
    """Whether it is the whole name of a commit, as GitHub writes it."""
    return isinstance(value, str) and _SHA.fullmatch(value) is not None


def moment_of(text: object) -> datetime | None:
    """A time as GitHub writes it; None for what is none or does not say its zone."""
    try:
        moment = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return moment if moment is not None and moment.tzinfo is not None else None
