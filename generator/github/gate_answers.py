"""The questions of the gates, asked of GitHub."""

from collections.abc import Iterable
from urllib.parse import quote

from generator.github.api import GitHub
from generator.github.context import RunContext
from generator.github.refusals import GitHubRefusedError


class GateAnswers:
    """What GitHub answers; see `gate.Questions`, and those of the single gates."""

    def __init__(self, github: GitHub, context: RunContext) -> None:
        self._github = github
        self._repository = f"/repos/{context.repository}"

    def permission(self, login: str) -> object:
        return self._github.get_or_none(f"{self._repository}/collaborators/{login}/permission")

    def pull(self, number: int) -> object:
        return self._github.get_or_none(f"{self._repository}/pulls/{number}")

    def commit(self, sha: str) -> object:
        try:
            return self._github.get(f"{self._repository}/commits/{sha}")
        except GitHubRefusedError as refused:
            # "No commit found for SHA": of none that it knows, and of several, too.
            if refused.status in (404, 409, 422):
                return None
            raise

    def files(self, number: int) -> Iterable[object]:
        return self._github.pages(f"{self._repository}/pulls/{number}/files")

    def commits(self, number: int) -> Iterable[object]:
        return self._github.pages(f"{self._repository}/pulls/{number}/commits")

    def file_at(self, path: str, sha: str) -> object:
        return self._github.get_or_none(f"{self._repository}/contents/{quote(path)}", ref=sha)
