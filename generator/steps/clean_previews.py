"""Remove previews of pull requests that are closed, or that nobody has built again for long."""

import argparse
import os
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from generator.errors import InkmillError
from generator.github.answers import number_of
from generator.github.api import GitHub
from generator.github.command import CommandKind
from generator.github.context import RunContext, read_context
from generator.github.outputs import RunnerFiles
from generator.github.pages import previews, remove_previews
from generator.github.preview_comment import removed_text
from generator.github.site_record import SiteRecord
from generator.github.status_comment import StatusComment
from generator.steps.result import StepResult

_LONGEST = timedelta(days=30)


def main(arguments: Sequence[str]) -> StepResult:
    """Look at the pull request that was closed, or else at every preview there is.

    Where GitHub does not answer on one, its preview stays and the others are looked at; the exit code is the error's.
    """
    parser = argparse.ArgumentParser(prog="clean-previews", description="Remove previews nobody needs any more.")
    parser.add_argument("--look", action="store_true", help="only say, as the output `any`, whether there is work")
    words = parser.parse_args(arguments)
    context = read_context(os.environ)
    github = GitHub(context)
    found = previews(context)
    closed = _closed_now(context)
    if words.look:
        return _look(github, context, closed, has_previews=closed in found if closed else bool(found))
    # The comment of a pull request that has just been closed may speak of a preview although none was published.
    candidates = {closed: found.get(closed)} if closed else found
    reasons, failures = _reasons(github, context, candidates)
    for number, why in reasons.items():
        # The words first: what is off the branch is not looked at again.
        try:
            _comment(github, context, number).tell_removed(removed_text(why))
        except InkmillError as failure:
            failures.append((number, failure))
    removed = remove_previews(context, tuple(reasons))
    lines = [f"Removed the preview of pull request {number}: {reasons[number]}." for number in removed]
    lines += [f"Pull request {number} was left: {failure.problem}." for number, failure in failures]
    lines = lines or ["No preview was to be removed."]
    RunnerFiles.from_environ(os.environ).add_summary("\n".join(f"- {line}" for line in lines))
    return StepResult(tuple(lines), max((failure.exit_code for _, failure in failures), default=0))


def _look(github: GitHub, context: RunContext, closed: int, *, has_previews: bool) -> StepResult:
    """Whether anything could be removed: anybody may close and open a pull request, and writers wait for each other."""
    is_work = has_previews or (closed > 0 and _comment(github, context, closed).status() is not None)
    RunnerFiles.from_environ(os.environ).set_output("any", "true" if is_work else "false")
    return StepResult(("There is work." if is_work else "No preview and no comment of ours: nothing to remove.",))


def _comment(github: GitHub, context: RunContext, number: int) -> StatusComment:
    return StatusComment(github, context, number, CommandKind.PREVIEW)


def _closed_now(context: RunContext) -> int:
    """The pull request whose closing started the run; 0 for none."""
    is_closing = context.event_name == "pull_request_target" and context.event.get("action") == "closed"
    return number_of(context.event.get("pull_request"), "number") if is_closing else 0


def _reasons(
    github: GitHub, context: RunContext, candidates: Mapping[int, SiteRecord | None]
) -> tuple[dict[int, str], list[tuple[int, InkmillError]]]:
    """Why which preview goes, as clauses; and what stood in the way of knowing."""
    reasons: dict[int, str] = {}
    failures: list[tuple[int, InkmillError]] = []
    now = datetime.now(UTC)
    for number, record in sorted(candidates.items()):
        try:
            pull = github.get_or_none(f"/repos/{context.repository}/pulls/{number}")
        except InkmillError as failure:
            failures.append((number, failure))
            continue
        if why := _reason(pull, record, now):
            reasons[number] = why
    return reasons, failures


def _reason(pull: object, record: SiteRecord | None, now: datetime) -> str:
    if pull is None:
        return "the pull request is gone"
    if isinstance(pull, dict) and pull.get("state") == "closed":
        return "the pull request is closed"
    if record is not None and now - record.now > _LONGEST:
        return f"it is older than {_LONGEST.days} days; a new push or `/preview` makes another"
    return ""
