"""Publish the preview that another job built, and say in the pull request's comment how that went."""

import argparse
import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from generator.errors import ContentError, InkmillError
from generator.github.api import GitHub
from generator.github.asked_preview import asked_number, asked_sha
from generator.github.built import read_built
from generator.github.command import CommandKind
from generator.github.context import RunContext, read_context
from generator.github.gate import Request, read_request
from generator.github.job_results import JobResult, read_result
from generator.github.manifest import BuiltKind
from generator.github.outputs import RunnerFiles
from generator.github.pages import publish_preview
from generator.github.preview_comment import Shown, failed_text, removed_text, shown_text, stopped_text
from generator.github.preview_report import read_report
from generator.github.reactions import Reaction, react
from generator.github.status_comment import Stage, Status, StatusComment
from generator.model.preview import Preview, PreviewReport
from generator.steps.result import StepResult

_CLOCKS_DIFFER = timedelta(days=1)


def main(arguments: Sequence[str]) -> StepResult:
    """Publish what ``--from`` holds as the preview of pull request PR at commit SHA.

    Exit 1 where there is nothing to publish; 0 where the preview is not wanted any more.
    """
    parser = argparse.ArgumentParser(prog="publish-preview", description="Publish the preview of a pull request.")
    parser.add_argument("--from", dest="folder", required=True, type=Path, help="the artifact of the job that built")
    folder: Path = parser.parse_args(arguments).folder
    context = read_context(os.environ)
    build, execute = (read_result(os.environ, name) for name in ("BUILD_RESULT", "EXECUTE_RESULT"))
    job = _Job(
        context, GitHub(context), Preview(asked_number(os.environ), asked_sha(os.environ)), folder, build, execute
    )
    result = job.run()
    RunnerFiles.from_environ(os.environ).add_summary("\n".join(result.lines))
    return result


@dataclass(frozen=True, slots=True)
class _Job:
    """One publication.

    Args:
        build, execute: how the jobs before ended.
    """

    context: RunContext
    github: GitHub
    preview: Preview
    folder: Path
    build: JobResult
    execute: JobResult

    def run(self) -> StepResult:
        number = self.preview.number
        pull = self.github.get_or_none(f"/repos/{self.context.repository}/pulls/{number}")
        is_open = isinstance(pull, dict) and pull.get("state") == "open"
        if not is_open:
            self._comment().tell_removed(removed_text("the pull request is closed"))
            return StepResult((f"Pull request {number} is closed: nothing is published.",))
        head = pull.get("head")
        is_behind = not isinstance(head, dict) or head.get("sha") != self.preview.sha
        if is_behind and self._command() is None:
            # A push builds its own; a command asked for this very commit.
            return StepResult((f"Pull request {number} has a newer commit, which has a build of its own.",))
        now = self._comment().status()
        if now and 0 < self.context.run_id < now.run and now.stage not in (Stage.ASKED, Stage.BUILDING):
            return StepResult((f"A newer run has already spoken on pull request {number}: nothing is published.",))
        return self._publish(now.shown if now else "", is_behind=is_behind)

    def _comment(self, number: int = 0) -> StatusComment:
        """That of this pull request, or of another."""
        return StatusComment(self.github, self.context, number or self.preview.number, CommandKind.PREVIEW)

    def _command(self) -> Request | None:
        """The comment that asked for it."""
        request = read_request(self.context.event, (CommandKind.PREVIEW,))
        return request if isinstance(request, Request) and request.number == self.preview.number else None

    def _publish(self, earlier: str, *, is_behind: bool) -> StepResult:
        number, sha = self.preview.number, self.preview.sha
        report, unread = self._report()
        try:
            self._check_origin()
            built = read_built(self.folder, BuiltKind.PREVIEW)
            self._check_time(built.manifest.now)
            published = publish_preview(self.context, number, sha, built)
        except InkmillError as failure:
            return self._failed(failure, report, earlier)
        if published.is_overtaken:
            return StepResult((f"A later build of pull request {number} is published already.",))
        has_no_runs = self.execute in (JobResult.FAILURE, JobResult.CANCELLED)
        shown = Shown(self.preview, published.url, built.manifest.now, report, unread, has_no_runs, is_behind)
        status = Status(Stage.DONE, self.context.run_id, sha, published.url)
        self._comment().tell(status, shown_text(self.context, shown))
        for other in published.removed:
            self._comment(other).tell_removed(removed_text("others needed the room; it was the oldest"))
        notes = [*self._react("rocket"), *([f"What changed cannot be said: {unread}."] if unread else ())]
        return StepResult((f"Pull request {number} at {sha} is shown at {published.url}", *notes))

    def _check_origin(self) -> None:
        """The job that renders ends well, or leaves no site: one that is there all the same is not its own.

        The job before it runs strangers' code in this same run. What escaped there could hand over pages of its own
        under the name of the preview, and then the job that renders could not.
        """
        if self._command() is not None and self.build not in (JobResult.SUCCESS, JobResult.UNKNOWN):
            raise ContentError("the job that renders it did not end well", mend="ask for the preview once more")

    @staticmethod
    def _check_time(now: datetime) -> None:
        """A build of a pull request's own code that is dated years ahead would outlive every later one."""
        if now > datetime.now(UTC) + _CLOCKS_DIFFER:
            raise ContentError("its build says it is of a time to come", mend="build without SOURCE_DATE_EPOCH")

    def _report(self) -> tuple[PreviewReport | None, str]:
        """What the build says of itself, or why that cannot be read."""
        try:
            return read_report(self.folder), ""
        except InkmillError as failure:
            return None, f"{failure.at}: {failure.problem}" if failure.at else failure.problem

    def _failed(self, failure: InkmillError, report: PreviewReport | None, earlier: str) -> StepResult:
        number, sha = self.preview.number, self.preview.sha
        status = Status(Stage.FAILED, self.context.run_id, sha, earlier)
        is_stopped = self.build is JobResult.CANCELLED
        why = failure.problem if self.build in (JobResult.UNKNOWN, JobResult.SUCCESS) else "its build failed"
        if is_stopped:
            text = stopped_text(self.context, self.preview, earlier)
        else:
            text = failed_text(self.context, self.preview, why, report, earlier)
        # The failure that was first is the one to end with.
        with suppress(InkmillError):
            self._comment().tell(status, text)
        notes = self._react("confused")
        if failure.exit_code != 1:
            raise failure
        line = f"Pull request {number} at {sha} is not shown: {'its build was stopped' if is_stopped else why}."
        return StepResult((line, *notes), 0 if is_stopped else 1)

    def _react(self, reaction: Reaction) -> tuple[str, ...]:
        command = self._command()
        if command is None:
            return ()
        note = react(self.github, self.context, command.comment_id, reaction, instead_of="eyes")
        return (note,) if note else ()
