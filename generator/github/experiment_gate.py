"""Whether a comment's command on experiments may be done, at which commit, and which commits came before."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Protocol

from generator.github.command import CommandKind
from generator.github.gate import Head, Questions, Refusal, Request, admitted, is_sha, moved, read_request

KINDS = (CommandKind.GET_RUNS, CommandKind.RUN, CommandKind.FULL_TEST, CommandKind.DEPLOY, CommandKind.HELP)

_MOST_EARLIER = 50
# GitHub lists no more, and of more the first ones.
_MOST_COMMITS = 250


@dataclass(frozen=True, slots=True)
class ExperimentGo:
    """The command is to be done.

    Args:
        sha: all 40 digits: the head of the pull request, or where a reading command names it one of its commits.
        earlier: the pull request's commits before it, the newest first.
    """

    request: Request
    sha: str
    earlier: tuple[str, ...] = ()


class ExperimentQuestions(Questions, Protocol):
    """What such a command asks beside."""

    def commits(self, number: int) -> Iterable[object]:
        """The commits of a pull request, the oldest first."""

    def file_at(self, path: str, sha: str) -> object:
        """What stands at a path of the repository in one commit."""


def decide(event: Mapping[str, object], repository: str, ask: ExperimentQuestions) -> ExperimentGo | Refusal:
    """The decision on one ``issue_comment``.

    Args:
        repository: ``owner/name`` of this one.

    Raises:
        InkmillError: GitHub did not answer. Nothing is done then, either.
    """
    request = read_request(event, KINDS)
    if isinstance(request, Refusal):
        return request
    head = admitted(request, repository, ask)
    if isinstance(head, Refusal):
        return head
    match request.command.kind:
        case CommandKind.HELP:
            return ExperimentGo(request, head.sha)
        case CommandKind.GET_RUNS:
            return _reading(request, head, ask)
        case _:
            earlier = earlier_than(head.sha, ask.commits(request.number))
            refusal = _without_notebook(request, head, ask) or moved(request, head, repository, ask)
            return refusal or ExperimentGo(request, head.sha, earlier)


def earlier_than(sha: str, listed: Iterable[object]) -> tuple[str, ...]:
    """The commits of a pull request before one, the newest first.

    Args:
        listed: as GitHub lists them, the oldest first; none where the commit is not among them.
    """
    shas = _shas(listed)
    return shas[shas.index(sha) + 1 :][:_MOST_EARLIER] if sha in shas else ()


def _shas(listed: Iterable[object]) -> tuple[str, ...]:
    """The newest first."""
    found = [part.get("sha") for part in islice(listed, _MOST_COMMITS) if isinstance(part, Mapping)]
    return tuple(reversed([sha for sha in found if is_sha(sha)]))


def _reading(request: Request, head: Head, ask: ExperimentQuestions) -> ExperimentGo | Refusal:
    listed = _shas(ask.commits(request.number))
    known = listed if head.sha in listed else (head.sha, *listed)
    asked = request.command.sha or head.sha
    named = [sha for sha in known if sha.startswith(asked)]
    if not named:
        return Refusal("the commit it names is none of the pull request's", request, ready_sha=head.sha)
    if len(named) > 1:
        return Refusal(f"{asked} does not name one commit alone", request, ready_sha=head.sha)
    place = listed.index(named[0]) + 1 if named[0] in listed else len(listed)
    return ExperimentGo(request, named[0], listed[place : place + _MOST_EARLIER])


def _without_notebook(request: Request, head: Head, ask: ExperimentQuestions) -> Refusal | None:
    """A misspelt notebook is told at once, not by a job ten minutes later."""
    notebook = request.command.notebook
    if request.command.kind is not CommandKind.RUN:
        return None
    found = ask.file_at(notebook, head.sha)
    is_file = isinstance(found, Mapping) and found.get("type") == "file"
    return None if is_file else Refusal(f"there is no file {notebook} in {head.sha[:7]}", request)
