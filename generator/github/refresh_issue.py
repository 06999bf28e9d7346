"""The one issue about notebooks that fail: opened, rewritten in place, closed when all can be run again."""

import hashlib
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from generator.errors import ContentError, InkmillError
from generator.github.answers import number_of
from generator.github.api import GitHub
from generator.github.context import RunContext
from generator.github.failing import Failing, Move, Refreshed, failing_now, move_of
from generator.github.marked import AUTHOR, body_of, is_ours, marked, parted
from generator.github.refresh_words import TITLE, change_text, issue_text
from generator.github.refusals import GitHubRefusedError
from generator.github.said import capped

LABEL = "inkmill-refresh"

_KIND = "refresh"
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class KnownIssue:
    """The issue as it is.

    Args:
        run: that wrote it.
        failing: digest to day, as that run saw it.
    """

    number: int
    is_open: bool
    run: int
    failing: Mapping[str, str]


def report(github: GitHub, context: RunContext, run: Refreshed) -> str:
    """Make the issue say what a run found; what was done, as a sentence.

    Raises:
        InkmillError: GitHub refused or did not answer; trying again completes what was begun.
    """
    try:
        known = _known_issue(github, context)
    except GitHubRefusedError as refused:
        if refused.status == 410:
            return "Issues are turned off here, so nothing was reported but this."
        raise
    if known is not None and 0 < context.run_id < known.run:
        return f"A newer run has already reported in issue {known.number}."
    failing = failing_now(run, known.failing if known else {})
    if failing is None:
        return "The run was stopped before it said anything of notebooks: nothing is reported."
    return _Report(github, context, run, failing).make(known)


@dataclass(frozen=True, slots=True)
class _Report:
    """What is to be said."""

    github: GitHub
    context: RunContext
    run: Refreshed
    failing: tuple[Failing, ...]

    def make(self, known: KnownIssue | None) -> str:
        move = move_of(known.failing if known else None, self._digests, is_open=known is not None and known.is_open)
        if known is None:
            return self._open() if move is Move.OPEN else "All notebooks that were due could be run."
        match move:
            case Move.TELL | Move.REOPEN | Move.CLOSE:
                # Told first: the set in the body is what says that it was told.
                self._comment(known)
        match move:
            case Move.CLOSE:
                self._rewrite(known, state="closed", state_reason="completed")
                return f"All notebooks can be run again: issue {known.number} is closed."
            case Move.REOPEN:
                self._rewrite(known, state="open")
                return f"Notebooks fail again: issue {known.number} is open once more."
            case Move.TELL:
                self._rewrite(known)
                return f"Others fail than before: issue {known.number} says which."
            case Move.REWRITE:
                self._rewrite(known)
                return f"Issue {known.number} is up to date."
        return "All notebooks that were due could be run."

    @property
    def _digests(self) -> Collection[str]:
        return [part.digest for part in self.failing]

    def _body(self) -> str:
        state = {"run": self.context.run_id, "failing": {part.digest: part.since for part in self.failing}}
        return capped(marked(_KIND, state, issue_text(self.context, self.run, self.failing)))

    def _open(self) -> str:
        labels = {"labels": [LABEL]} if self._has_label() else {}
        body = {"title": TITLE, "body": self._body(), **labels}
        path = f"/repos/{self.context.repository}/issues"
        made = self.github.post(path, body, find=lambda: _newest(self.github, self.context))
        return f"Issue {number_of(made, 'number')} says which notebooks fail."

    def _has_label(self) -> bool:
        """It is for people who filter; nothing is found by it, and the issue does without where it cannot be made."""
        label = {"name": LABEL, "color": "d4a72c", "description": "Notebooks that could not be refreshed"}
        try:
            self.github.post(f"/repos/{self.context.repository}/labels", label, find=lambda: None)
        except GitHubRefusedError as refused:
            # There is one of that name.
            return refused.status == 422
        except InkmillError:
            return False
        return True

    def _rewrite(self, known: KnownIssue, **more: str) -> None:
        body = {"body": self._body(), **more}
        self.github.patch(f"/repos/{self.context.repository}/issues/{known.number}", body)

    def _comment(self, known: KnownIssue) -> None:
        """Once for each change, though the run may break after it and be tried again."""
        path = f"/repos/{self.context.repository}/issues/{known.number}/comments"
        change = {"from": _digest(known.failing), "to": _digest(self._digests)}
        body = capped(marked(_KIND, change, change_text(self.context, self.run, known.failing, self.failing)))

        def told() -> object:
            ours = [comment for comment in self.github.pages(path) if is_ours(comment, _KIND)]
            return ours[-1] if ours and dict(parted(_KIND, body_of(ours[-1]))[0].values) == change else None

        if told() is None:
            self.github.post(path, {"body": body}, find=told)


def _digest(digests: Collection[str]) -> str:
    return hashlib.sha256(" ".join(sorted(digests)).encode()).hexdigest()[:16]


def _known_issue(github: GitHub, context: RunContext) -> KnownIssue | None:
    issue = _newest(github, context)
    if issue is None:
        return None
    state, _ = parted(_KIND, body_of(issue))
    try:
        run = state.count("run")
        days = state.part_or_none("failing")
        failing = {digest: days.text(digest, most=10) for digest in days.values} if days else {}
        if not all(_DAY.fullmatch(day) for day in failing.values()):
            raise state.wrong("failing", "days by digest")
    except ContentError:
        # Somebody changed it by hand: all is news.
        run, failing = 0, {}
    is_open = isinstance(issue, Mapping) and issue.get("state") == "open"
    return KnownIssue(number_of(issue, "number"), is_open, run, failing)


def _newest(github: GitHub, context: RunContext) -> object:
    """Ours; an open one before one that was closed."""
    path = f"/repos/{context.repository}/issues"
    # The list holds pull requests, too.
    found = [
        issue
        for issue in github.pages(path, state="all", creator=AUTHOR)
        if is_ours(issue, _KIND) and number_of(issue, "number") and not issue.get("pull_request")
    ]
    return max(found, key=lambda issue: (issue.get("state") == "open", number_of(issue, "number")), default=None)
