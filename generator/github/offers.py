"""What a workflow offers to the people of a repository: a pull request, else an issue, else a line in the summary."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from urllib.parse import quote

from generator.github.answers import number_of, part_of
from generator.github.api import GitHub
from generator.github.marked import AUTHOR, body_of, is_ours, marked, parted
from generator.github.proposed_branch import BranchState
from generator.github.refusals import GitHubRefusedError
from generator.github.repository_facts import RepositoryFacts
from generator.github.said import capped


@dataclass(frozen=True, slots=True)
class Offer:
    """A branch with words about it.

    Args:
        kind: ``setup`` or ``upgrade``.
        version: tells one offer of a kind from the next; empty where there is only one ever.
        text: Markdown.
    """

    kind: str
    branch: str
    title: str
    text: str
    version: str = ""

    @property
    def body(self) -> str:
        """Text with its marker, no longer than GitHub takes."""
        return capped(marked(self.kind, {"version": self.version}, self.text))


class Way(StrEnum):
    """How an offer reached its people."""

    PULL_REQUEST = "pull request"
    ISSUE = "issue"
    SUMMARY = "summary"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Made:
    """What became of an offer.

    Args:
        url: of the pull request or the issue; else where a person can open the pull request.
    """

    way: Way
    url: str


@dataclass(frozen=True, slots=True)
class Before:
    """What earlier runs and people left.

    Args:
        pull_request: open, from the branch of the offer.
        issue: open, and ours.
        declined: the address of what a person closed without taking it; empty if nothing.
    """

    pull_request: Mapping[str, Any] | None
    issue: Mapping[str, Any] | None
    declined: str

    @property
    def is_in_use(self) -> bool:
        """Whether somebody may be at work on the branch."""
        return self.pull_request is not None or self.issue is not None


def look_before(github: GitHub, facts: RepositoryFacts, *, kind: str, branch: str, version: str = "") -> Before:
    """What there is of an offer already."""
    ours = [pull for pull in _pulls(github, facts, branch) if not pull.get("merged_at")]
    open_pull = next((pull for pull in ours if pull.get("state") == "open"), None)
    issues = _issues(github, facts, kind)
    open_issue = next((issue for issue in issues if issue.get("state") == "open"), None)
    closed = [thing for thing in (*ours, *issues) if thing.get("state") == "closed"]
    declined = next((thing for thing in closed if _is_of(thing, kind, version)), None)
    is_declined = declined is not None and open_pull is None and open_issue is None
    return Before(open_pull, open_issue, str(declined.get("html_url", "")) if declined and is_declined else "")


def _pulls(github: GitHub, facts: RepositoryFacts, branch: str) -> list[Mapping[str, Any]]:
    """Pull requests from a branch of this repository, the newest first, whoever opened them."""
    listed = github.pages(f"/repos/{facts.repository}/pulls", state="all", head=f"{facts.owner}:{branch}")
    return [pull for pull in listed if isinstance(pull, Mapping) and _is_from(pull.get("head"), facts, branch)]


def _is_from(head: Any, facts: RepositoryFacts, branch: str) -> bool:
    name = str(part_of(head, "repo").get("full_name")).lower()
    return isinstance(head, Mapping) and head.get("ref") == branch and name == facts.repository.lower()


def _issues(github: GitHub, facts: RepositoryFacts, kind: str) -> list[Mapping[str, Any]]:
    if not facts.has_issues:
        return []
    try:
        listed = list(github.pages(f"/repos/{facts.repository}/issues", state="all", creator=AUTHOR))
    except GitHubRefusedError:
        return []
    return [issue for issue in listed if is_ours(issue, kind) and "pull_request" not in issue]


def _is_of(thing: Mapping[str, Any], kind: str, version: str) -> bool:
    """Whether what was closed is this very offer; of the setup there is one, whatever its text became."""
    if not version:
        return True
    state, _ = parted(kind, body_of(thing))
    return state.values.get("version") == version


def compare_url(facts: RepositoryFacts, branch: str) -> str:
    """Where a person can open the pull request."""
    return f"{facts.url}/compare/{quote(facts.default_branch, safe='/')}...{quote(branch, safe='/')}?expand=1"


def make_offer(github: GitHub, facts: RepositoryFacts, offer: Offer, before: Before, state: BranchState) -> Made:
    """Say it where it can be said, in place of what was said before; nothing is there twice.

    Args:
        state: of the branch. Where it is somebody's by now, the words about it stay as they are, too.

    Raises:
        MachineError: GitHub does not answer.
    """
    if before.pull_request is not None:
        if state is not BranchState.THEIRS:
            _rewrite(github, facts, before.pull_request, offer)
        return Made(Way.PULL_REQUEST, str(before.pull_request.get("html_url", "")))
    try:
        made = _open_pull_request(github, facts, offer)
    except GitHubRefusedError as refused:
        if refused.status not in (403, 404, 422):
            raise
        if "No commits between" in refused.message:
            return Made(Way.NOTHING, "")
        return _say_elsewhere(github, facts, offer, before)
    if before.issue is not None:
        # It only said how to open what is open now.
        _quietly_close(github, facts, before.issue)
    return Made(Way.PULL_REQUEST, str(made.get("html_url", "")))


def _rewrite(github: GitHub, facts: RepositoryFacts, pull: Mapping[str, Any], offer: Offer) -> None:
    # A person may have opened it from the link in our issue; then its words are theirs.
    if is_ours(pull, offer.kind) and (body_of(pull) != offer.body or pull.get("title") != offer.title):
        number = number_of(pull, "number")
        github.patch(f"/repos/{facts.repository}/pulls/{number}", {"title": offer.title, "body": offer.body})


def _open_pull_request(github: GitHub, facts: RepositoryFacts, offer: Offer) -> Mapping[str, Any]:
    def find() -> Any:
        open_pulls = (pull for pull in _pulls(github, facts, offer.branch) if pull.get("state") == "open")
        return next(open_pulls, None)

    words = {"title": offer.title, "body": offer.body, "head": offer.branch, "base": facts.default_branch}
    made = github.post(f"/repos/{facts.repository}/pulls", words, find=find)
    return made if isinstance(made, Mapping) else {}


def _say_elsewhere(github: GitHub, facts: RepositoryFacts, offer: Offer, before: Before) -> Made:
    url = compare_url(facts, offer.branch)
    words = {"title": offer.title, "body": _issue_body(facts, offer, url)}
    if before.issue is not None:
        if body_of(before.issue) != words["body"] or before.issue.get("title") != offer.title:
            github.patch(f"/repos/{facts.repository}/issues/{number_of(before.issue, 'number')}", words)
        return Made(Way.ISSUE, str(before.issue.get("html_url", "")))
    if not facts.has_issues:
        return Made(Way.SUMMARY, url)

    def find() -> Any:
        issues = _issues(github, facts, offer.kind)
        return next((issue for issue in issues if issue.get("state") == "open"), None)

    try:
        made = github.post(f"/repos/{facts.repository}/issues", words, find=find)
    except GitHubRefusedError:
        return Made(Way.SUMMARY, url)
    return Made(Way.ISSUE, str(made.get("html_url", "")) if isinstance(made, Mapping) else "")


def _issue_body(facts: RepositoryFacts, offer: Offer, url: str) -> str:
    settings = f"{facts.url}/settings/actions"
    why = (
        f"**[Open the pull request]({url})**: it is ready on the branch `{offer.branch}`, and workflows may not open "
        f"pull requests here ([Settings, Actions, General]({settings}) has the switch *Allow GitHub Actions to create "
        "and approve pull requests*). What it would say:\n\n---\n\n"
    )
    return capped(marked(offer.kind, {"version": offer.version}, why + offer.text))


def _quietly_close(github: GitHub, facts: RepositoryFacts, issue: Mapping[str, Any]) -> None:
    try:
        github.patch(
            f"/repos/{facts.repository}/issues/{number_of(issue, 'number')}",
            {"state": "closed", "state_reason": "completed"},
        )
    except GitHubRefusedError:
        return
