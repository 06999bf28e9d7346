"""The one comment under a pull request that says how its preview stands, rewritten in place."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from generator.errors import ContentError
from generator.github.answers import number_of
from generator.github.api import GitHub
from generator.github.context import RunContext
from generator.github.marked import body_of, is_ours, marked, parted
from generator.github.refusals import GitHubRefusedError
from generator.github.said import capped

_KIND = "preview"
_NOTE = re.compile(r"<!-- inkmill:note -->\n.*?\n<!-- /inkmill:note -->\n\n?", re.DOTALL)
_SHA = re.compile(r"[0-9a-f]{40}")
_ADDRESS = re.compile(r"https?://[A-Za-z0-9.:/_~-]+")


class Stage(StrEnum):
    """How far a preview has come."""

    ASKED = "asked"
    BUILDING = "building"
    DONE = "done"
    FAILED = "failed"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Status:
    """What the comment's reader cannot see and the next run has to know.

    Args:
        run: the id of the run that says so; ids grow, whichever workflow it is. 0 on a desk.
        sha: of the preview that is meant; may be empty.
        shown: the address of the last preview that was published and still stands; may be empty.
    """

    stage: Stage
    run: int
    sha: str = ""
    shown: str = ""


def status_of(github: GitHub, context: RunContext, number: int) -> Status | None:
    """What the comment under a pull request says now; None where there is none."""
    comments = _ours(github, context, number)
    return _status(comments[0]) if comments else None


def tell(github: GitHub, context: RunContext, number: int, status: Status, text: str) -> bool:
    """Make the comment say text; False where a newer run has spoken already, and its words stay."""
    body = capped(marked(_KIND, _state(status), text))
    return _write(github, context, number, lambda now: None if _is_newer(now, status) else body, body)


def add_note(github: GitHub, context: RunContext, number: int, note: str) -> None:
    """Put note on top of what the comment says, in the place of an earlier note.

    A command that is refused neither ends a preview that is being made nor hides one that stands.
    """
    noted = f"<!-- inkmill:note -->\n{note}\n<!-- /inkmill:note -->\n\n"

    def with_note(now: object) -> str:
        _, text = parted(_KIND, body_of(now))
        status = _status(now)
        return capped(marked(_KIND, _state(status), noted + _NOTE.sub("", text)))

    _write(github, context, number, with_note, marked(_KIND, _state(Status(Stage.ASKED, 0)), noted))


def tell_removed(github: GitHub, context: RunContext, number: int, text: str) -> bool:
    """Say that the preview is gone, where anything was said of it; False where nothing was to be changed."""
    now = status_of(github, context, number)
    if now is None or now.stage is Stage.REMOVED:
        return False
    # Whoever spoke last: what is off the branch is off it.
    return tell(github, context, number, Status(Stage.REMOVED, max(now.run, context.run_id)), text)


def _write(
    github: GitHub, context: RunContext, number: int, reword: Callable[[object], str | None], first: str
) -> bool:
    """Rewrite the comment, or write the first; several become one again.

    Args:
        reword: from the comment as it is to its new body; None where it shall stay.
    """
    comments = _ours(github, context, number)
    if not comments:
        path = f"/repos/{context.repository}/issues/{number}/comments"
        github.post(path, {"body": first}, find=lambda: next(iter(_ours(github, context, number)), None))
        # Two runs can both have found none: whoever looks now sees both, and both keep the same.
        comments = _ours(github, context, number)
        if len(comments) < 2:
            return True
    for surplus in comments[1:]:
        _remove(github, context, surplus)
    body = reword(comments[0])
    if body is not None and body != body_of(comments[0]):
        github.patch(_address(context, comments[0]), {"body": body})
    return body is not None


def _ours(github: GitHub, context: RunContext, number: int) -> list[object]:
    """The oldest first."""
    path = f"/repos/{context.repository}/issues/{number}/comments"
    found = [comment for comment in github.pages(path) if is_ours(comment, _KIND) and number_of(comment, "id")]
    return sorted(found, key=lambda comment: number_of(comment, "id"))


def _remove(github: GitHub, context: RunContext, comment: object) -> None:
    try:
        github.delete(_address(context, comment))
    except GitHubRefusedError as refused:
        if refused.status != 404:
            raise


def _address(context: RunContext, comment: object) -> str:
    return f"/repos/{context.repository}/issues/comments/{number_of(comment, 'id')}"


def _is_newer(comment: object, status: Status) -> bool:
    return 0 < status.run < _status(comment).run


def _status(comment: object) -> Status:
    """What cannot be read counts as nothing said."""
    state, _ = parted(_KIND, body_of(comment))
    try:
        stage, run = Stage(state.text("stage", most=20)), state.count("run")
        sha, shown = state.text("sha", most=40), state.text("shown", most=500)
    except (ContentError, ValueError):
        return Status(Stage.ASKED, 0)
    return Status(stage, run, sha if _SHA.fullmatch(sha) else "", shown if _ADDRESS.fullmatch(shown) else "")


def _state(status: Status) -> dict[str, object]:
    return {"stage": status.stage.value, "run": status.run, "sha": status.sha, "shown": status.shown}
