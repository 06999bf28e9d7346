"""Whether a comment may have a pull request shown, and which of its notebooks go with it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from generator.github.changed_notebooks import ChangedNotebooks, changed_notebooks
from generator.github.command import CommandKind
from generator.github.gate import Questions, Refusal, Request, admitted, moved, read_request


@dataclass(frozen=True, slots=True)
class PreviewGo:
    """The preview is to be made.

    Args:
        sha: all 40 digits.
        head_repository: ``owner/name``, where the commit is fetched from.
    """

    request: Request
    sha: str
    head_repository: str
    notebooks: ChangedNotebooks


class PreviewQuestions(Questions, Protocol):
    """What a preview asks beside."""

    def files(self, number: int) -> Iterable[object]:
        """The files that the pull request changes."""


def decide(event: Mapping[str, object], repository: str, ask: PreviewQuestions) -> PreviewGo | Refusal:
    """The decision on one ``issue_comment``.

    Args:
        repository: ``owner/name`` of this one.

    Raises:
        InkmillError: GitHub did not answer. That is no preview, too.
    """
    request = read_request(event, (CommandKind.PREVIEW,))
    if isinstance(request, Refusal):
        return request
    head = admitted(request, repository, ask)
    if isinstance(head, Refusal):
        return head
    notebooks = changed_notebooks(ask.files(request.number))
    return moved(request, head, repository, ask) or PreviewGo(request, head.sha, head.repository, notebooks)
