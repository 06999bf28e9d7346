"""The one comment under a pull request that says how a command of one kind stands, rewritten in place."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from generator.errors import ContentError
from generator.github.answers import number_of
from generator.github.api import GitHub
from generator.github.command import CommandKind
from generator.github.context import RunContext
from generator.github.marked import body_of, is_ours, marked, parted
from generator.github.refusals import GitHubRefusedError
from generator.github.said import capped

_NOTE = re.compile(r"<!-- inkmill:note -->\n.*?\n<!-- /inkmill:note -->\n{0,2}", re.DOTALL)
_SHA = re.compile(r"[0-9a-f]{40}")
_ADDRESS = re.compile(r"https?://[A-Za-z0-9.:/_~-]+")
_LONGEST_ABOUT = 400


class Stage(StrEnum):
    """How far a command has come. Only a preview is built and removed."""

    ASKED = "asked"
    BUILDING = "building"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    REMOVED = "removed"


_UNDERWAY = (Stage.ASKED, Stage.BUILDING, Stage.RUNNING)


@dataclass(frozen=True, slots=True)
class Status:
    """What the comment's reader cannot see and the next run has to know.

    Args:
        run: the id of the run that says so; ids grow, whichever workflow it is. 0 on a desk.
        sha: the commit that is meant; may be empty.
        shown: the address of the last preview that was published and still stands, of a run, of a deployment; may be
            empty.
        about: the notebook or the run that the command names; may be empty.
    """

    stage: Stage
    run: int
    sha: str = ""
    shown: str = ""
    about: str = ""


@dataclass(frozen=True, slots=True)
class StatusComment:
    """The comment of one kind under a pull request, whether it is there yet or not.

    Args:
        number: of the pull request.
    """

    github: GitHub
    context: RunContext
    number: int
    kind: CommandKind

    def status(self) -> Status | None:
        """What it says now; None where there is none."""
        comments = self._ours()
        return self._status(comments[0]) if comments else None

    def tell(self, status: Status, text: str) -> bool:
        """Make it say text; False where a newer run has spoken already, and its words stay.

        A newer run's note stays, too: the command that it answers came while this one was being done.
        """

        def reworded(now: object) -> str | None:
            return None if self._is_newer(now, status) else self._below_note(now, status, text)

        return self._write(reworded, capped(marked(self.kind, _state(status), text)))

    def add_note(self, note: str) -> None:
        """Put note on top of what it says, in the place of an earlier note.

        A command that is refused neither ends one that is being done nor hides what another came to.
        """
        noted = f"<!-- inkmill:note -->\n{note}\n<!-- /inkmill:note -->\n\n"

        def with_note(now: object) -> str:
            _, text = parted(self.kind, body_of(now))
            status = self._status(now)
            is_underway = status.run > 0 and status.stage in _UNDERWAY
            noted_by = self.context.run_id if is_underway else 0
            return capped(marked(self.kind, _state(status, noted_by), noted + _NOTE.sub("", text)))

        self._write(with_note, marked(self.kind, _state(Status(Stage.ASKED, 0)), noted))

    def tell_removed(self, text: str) -> bool:
        """Say that a preview is gone, where anything was said of it; False where nothing was to be changed."""
        now = self.status()
        if now is None or now.stage is Stage.REMOVED:
            return False
        # Whoever spoke last: what is off the branch is off it.
        return self.tell(Status(Stage.REMOVED, max(now.run, self.context.run_id)), text)

    def _below_note(self, now: object, status: Status, text: str) -> str:
        """The body that says text, with the note on top of what it says now where a newer run has put that there."""
        state, said = parted(self.kind, body_of(now))
        note = _NOTE.match(said)
        try:
            noted_by = state.count_or_none("note") or 0
        except ContentError:
            noted_by = 0
        if note is None or not 0 < status.run < noted_by:
            return capped(marked(self.kind, _state(status), text))
        return capped(marked(self.kind, _state(status, noted_by), note[0] + text))

    def _write(self, reword: Callable[[object], str | None], first: str) -> bool:
        """Rewrite it, or write the first; several become one again.

        Args:
            reword: from the comment as it is to its new body; None where it shall stay.
        """
        comments = self._ours()
        if not comments:
            self.github.post(self._path, {"body": first}, find=lambda: next(iter(self._ours()), None))
            # Two runs can both have found none: whoever looks now sees both, and both keep the same.
            comments = self._ours()
            if len(comments) < 2:
                return True
        for surplus in comments[1:]:
            self._remove(surplus)
        body = reword(comments[0])
        if body is not None and body != body_of(comments[0]):
            self.github.patch(self._address(comments[0]), {"body": body})
        return body is not None

    @property
    def _path(self) -> str:
        return f"/repos/{self.context.repository}/issues/{self.number}/comments"

    def _ours(self) -> list[object]:
        """The oldest first."""
        listed = self.github.pages(self._path)
        found = [comment for comment in listed if is_ours(comment, self.kind) and number_of(comment, "id")]
        return sorted(found, key=lambda comment: number_of(comment, "id"))

    def _remove(self, comment: object) -> None:
        try:
            self.github.delete(self._address(comment))
        except GitHubRefusedError as refused:
            if refused.status != 404:
                raise

    def _address(self, comment: object) -> str:
        return f"/repos/{self.context.repository}/issues/comments/{number_of(comment, 'id')}"

    def _is_newer(self, comment: object, status: Status) -> bool:
        return 0 < status.run < self._status(comment).run

    def _status(self, comment: object) -> Status:
        """What cannot be read counts as nothing said."""
        state, _ = parted(self.kind, body_of(comment))
        try:
            stage, run = Stage(state.text("stage", most=20)), state.count("run")
            sha, shown = state.text("sha", most=40), state.text("shown", most=500)
            about = state.text_or_none("about", most=_LONGEST_ABOUT) or ""
        except (ContentError, ValueError):
            return Status(Stage.ASKED, 0)
        return Status(stage, run, sha if _SHA.fullmatch(sha) else "", shown if _ADDRESS.fullmatch(shown) else "", about)


def _state(status: Status, noted_by: int = 0) -> dict[str, object]:
    """
    Args:
        noted_by: the run whose note stands on top while an older one is at work; 0 for none.
    """
    more: dict[str, object] = {"about": status.about[:_LONGEST_ABOUT]} if status.about else {}
    if noted_by:
        more["note"] = noted_by
    return {"stage": status.stage.value, "run": status.run, "sha": status.sha, "shown": status.shown} | more
