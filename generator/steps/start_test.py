"""Starts the blog's own workflow of the full test for a commit, and says so in the command's comment and by a label."""

import argparse
import os
from collections.abc import Sequence

from generator.errors import InkmillError
from generator.github.api import GitHub
from generator.github.asked_experiment import asked_comment
from generator.github.asked_preview import asked_number, asked_sha
from generator.github.command import CommandKind
from generator.github.context import RunContext, read_context
from generator.github.experiment_comment import AskedOf, full_test_text, not_started_text
from generator.github.labels import Label, show_label, show_no_label
from generator.github.outputs import RunnerFiles, stopped
from generator.github.own_workflow import NotStarted, start_workflow, workflow_url
from generator.github.reactions import react
from generator.github.status_comment import Stage, Status, StatusComment
from generator.steps.result import StepResult

VARIABLE = "FULL_TEST_WORKFLOW"


def main(arguments: Sequence[str]) -> StepResult:
    """Start WORKFLOW for pull request PR at commit SHA; exit 1 where there is none to start.

    Raises:
        UsageError: a variable is wrong.
        RefusedError: this job may not start workflows.
        MachineError: GitHub did not answer; whether the test was started is not known.
    """
    parser = argparse.ArgumentParser(prog="start-test", description=__doc__)
    parser.parse_args(arguments)
    context = read_context(os.environ)
    asked = AskedOf(asked_number(os.environ), asked_sha(os.environ))
    written, comment = os.environ.get("WORKFLOW", ""), asked_comment(os.environ)
    github = GitHub(context)
    inputs = {"sha": asked.sha, "pr": str(asked.number)}
    try:
        why = start_workflow(github, context, VARIABLE, written, inputs)
    except InkmillError as failure:
        # The failure that was first is the one to end with; nobody is left waiting for a test that may not come.
        _tell_failed(github, context, asked, comment, NotStarted.of(failure))
        raise
    if why is not None:
        return StepResult(_tell_failed(github, context, asked, comment, why), 1)
    text = full_test_text(context, asked, "running", address=workflow_url(context, written))
    # A test that is quick has reported by now; its words and its label stay.
    status = Status(Stage.RUNNING, context.run_id, asked.sha)
    is_told = StatusComment(github, context, asked.number, CommandKind.FULL_TEST).tell(status, text)
    RunnerFiles.from_environ(os.environ).add_summary(text)
    notes = [show_label(github, context, asked.number, Label.FULL_TEST_RUNNING)] if is_told else []
    notes.append(react(github, context, comment, "rocket", instead_of="eyes") if comment else "")
    line = f"The full test of pull request {asked.number} at {asked.sha} was started."
    return StepResult((line, *(note for note in notes if note)))


def _tell_failed(github: GitHub, context: RunContext, asked: AskedOf, comment: int, why: NotStarted) -> tuple[str, ...]:
    """Returns: lines for the log."""
    text = not_started_text(context, asked, CommandKind.FULL_TEST, why)
    RunnerFiles.from_environ(os.environ).add_summary(text)
    try:
        status = Status(Stage.FAILED, context.run_id, asked.sha)
        is_told = StatusComment(github, context, asked.number, CommandKind.FULL_TEST).tell(status, text)
        # How a test of an earlier commit went is not said of this one.
        notes = [show_no_label(github, context, asked.number, Label.FULL_TEST_RUNNING)] if is_told else []
        notes.append(react(github, context, comment, "confused", instead_of="eyes") if comment else "")
    except InkmillError as failure:
        notes = [f"The comment could not be written: {failure.problem}"]
    said = f"The full test of pull request {asked.number} was not started: {why.why}."
    return (*stopped(said), *(note for note in notes if note))
