"""Tells in a command's status comment what the runs of a commit came to, and how the notebook or the test ended."""

import argparse
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from generator.errors import InkmillError, UsageError
from generator.github.api import GitHub
from generator.github.asked_experiment import (
    AskedCommand,
    ReportedState,
    asked_command,
    asked_comment,
    asked_notebook,
    asked_state,
)
from generator.github.asked_preview import asked_number, asked_sha
from generator.github.command import CommandKind
from generator.github.context import RunContext, read_context
from generator.github.experiment_comment import (
    AskedOf,
    RanNotebook,
    asked_runs_text,
    full_test_text,
    ran_text,
    runs_text,
)
from generator.github.job_results import JobResult, read_result
from generator.github.labels import Label, show_label
from generator.github.outputs import RunnerFiles
from generator.github.reactions import Reaction, react
from generator.github.refresh_report import RAN, read_refresh
from generator.github.runs_file import ExperimentRuns, read_runs
from generator.github.status_comment import Stage, Status, StatusComment
from generator.steps.result import StepResult

_STOPPED = "the job that asks for them was stopped, or broke off"


def main(arguments: Sequence[str]) -> StepResult:
    """Tell of what ``--from`` holds; exit 0 when that was done, whatever it is."""
    parser = argparse.ArgumentParser(prog="report-experiment", description=__doc__)
    parser.add_argument("--from", dest="folder", required=True, type=Path, help="the artifact `runs`")
    # Apart: code of a branch made it, which shall not stand in for what the service said.
    parser.add_argument("--ran", type=Path, help="the artifact `ran`, of /run")
    given = parser.parse_args(arguments)
    context = read_context(os.environ)
    asked = AskedOf(asked_number(os.environ), asked_sha(os.environ))
    job = _Job(context, GitHub(context), asked, given.folder, given.ran or given.folder / "ran", os.environ)
    return job.run(asked_command(os.environ), asked_comment(os.environ))


@dataclass(frozen=True, slots=True)
class _Said:
    """What the comment is to say.

    Args:
        about: the notebook.
    """

    kind: CommandKind
    text: str
    is_good: bool
    about: str = ""


@dataclass(frozen=True, slots=True)
class _Job:
    """One report.

    Args:
        folder, ran: the artifacts.
    """

    context: RunContext
    github: GitHub
    asked: AskedOf
    folder: Path
    ran: Path
    environ: Mapping[str, str]

    def run(self, command: AskedCommand, comment: int) -> StepResult:
        said = self._said(command)
        status = StatusComment(self.github, self.context, self.asked.number, said.kind)
        now = Status(
            Stage.DONE if said.is_good else Stage.FAILED, self.context.run_id, self.asked.sha, about=said.about
        )
        is_told = status.tell(now, said.text)
        RunnerFiles.from_environ(os.environ).add_summary(said.text)
        notes = [self._label(said)] if command == "report" and is_told else []
        if comment:
            reaction: Reaction = "rocket" if said.is_good else "confused"
            notes.append(react(self.github, self.context, comment, reaction, instead_of="eyes"))
        line = f"Pull request {self.asked.number} is told of {self.asked.sha}."
        newer = f"A newer run has already spoken on pull request {self.asked.number}: its words stay."
        return StepResult((line if is_told else newer, *(note for note in notes if note)))

    def _said(self, command: AskedCommand) -> _Said:
        found, unread = self._found()
        runs = runs_text(self.asked, found, unread)
        match command:
            case "get-runs":
                text = asked_runs_text(self.context, self.asked, found, unread)
                return _Said(CommandKind.GET_RUNS, text, found is not None and found.unasked is None)
            case "run":
                ran = self._ran()
                # A notebook that came to nothing has not forgotten to say its commit.
                has_none = found is not None and found.unasked is None and not found.candidates
                text = ran_text(self.context, self.asked, ran, "" if has_none and not ran.is_good else runs)
                return _Said(CommandKind.RUN, text, ran.is_good, ran.path)
            case "report":
                state: ReportedState = asked_state(self.environ)
                text = full_test_text(self.context, self.asked, state, runs=runs)
                return _Said(CommandKind.FULL_TEST, text, state == "success")
            case _:
                raise UsageError(
                    f"`{command}` has nothing to report here", mend="set COMMAND to get-runs, run or report"
                )

    def _found(self) -> tuple[ExperimentRuns | None, str]:
        """The runs, or why they cannot be told of."""
        if read_result(self.environ, "RUNS_RESULT") not in (JobResult.SUCCESS, JobResult.UNKNOWN):
            return None, _STOPPED
        try:
            return read_runs(self.folder), ""
        except InkmillError as failure:
            return None, _clause(failure)

    def _ran(self) -> RanNotebook:
        path, result = asked_notebook(self.environ), read_result(self.environ, "RUN_RESULT")
        if result is JobResult.FAILURE and not (self.ran / RAN).is_file():
            return RanNotebook(path, None, "the job ended before the notebook did; its log says why", result)
        try:
            return RanNotebook(path, read_refresh(self.ran, RAN), result=result)
        except InkmillError as failure:
            return RanNotebook(path, None, _clause(failure), result)

    def _label(self, said: _Said) -> str:
        label = Label.FULL_TEST_PASSED if said.is_good else Label.FULL_TEST_FAILED
        return show_label(self.github, self.context, self.asked.number, label)


def _clause(failure: InkmillError) -> str:
    return f"{failure.at}: {failure.problem}" if failure.at else failure.problem
