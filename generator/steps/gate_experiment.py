"""The gate of commands on experiments: who asks, for which commit; then the command's comment says that it has begun.

Whatever goes wrong, ``go`` is not ``true``.
"""

import argparse
import json
import os
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from generator.errors import InkmillError
from generator.github.answers import part_of
from generator.github.api import GitHub
from generator.github.asked_experiment import asked_state
from generator.github.asked_preview import asked_number, asked_sha
from generator.github.command import CommandKind
from generator.github.command_words import begun_text, refused_command_text
from generator.github.context import RunContext, read_context
from generator.github.experiment_gate import ExperimentGo, decide, earlier_than
from generator.github.gate import Refusal
from generator.github.gate_answers import GateAnswers
from generator.github.help_comment import help_text
from generator.github.outputs import RunnerFiles, stopped
from generator.github.reactions import react
from generator.github.said import inline
from generator.github.status_comment import Stage, Status, StatusComment
from generator.steps.result import StepResult

_NOTHING: Mapping[str, str] = MappingProxyType(
    {
        "go": "false",
        "command": "",
        "pr": "",
        "sha": "",
        "earlier": "[]",
        "notebook": "",
        "parameters": "{}",
        "run_id": "",
        "state": "",
        "comment": "",
    }
)
# What takes long or is done elsewhere begins later.
_BEGINS_AT_ONCE = (CommandKind.GET_RUNS, CommandKind.RUN)


def main(arguments: Sequence[str]) -> StepResult:
    """Decide on the event that the run is for.

    An ``issue_comment`` may hold a command; a ``workflow_dispatch`` may say that a full test of PR at SHA ended as
    STATE, in the inputs ``pr sha state``. A refusal is an answer, exit 0. GitHub not answering is none: the error's
    exit code.
    """
    parser = argparse.ArgumentParser(prog="gate-experiment", description="Decide whether a command may be done.")
    parser.parse_args(arguments)
    context = read_context(os.environ)
    files = RunnerFiles.from_environ(os.environ)
    gate = _Gate(context, GitHub(context))
    try:
        outputs, said = gate.reported() if context.event_name == "workflow_dispatch" else gate.asked()
    except InkmillError:
        _set_outputs(files, {})
        raise
    _set_outputs(files, outputs)
    files.add_summary(inline(said[0], 600))
    # A refusal names what the comment holds.
    return StepResult((*stopped(said[0]), *said[1:]))


class _Gate:
    """One event; both answers are the outputs that differ from nothing, and lines for the log."""

    def __init__(self, context: RunContext, github: GitHub) -> None:
        self._context = context
        self._github = github
        self._answers = GateAnswers(github, context)

    def asked(self) -> tuple[Mapping[str, str], tuple[str, ...]]:
        """What a comment may have done."""
        decision = decide(self._context.event, self._context.repository, self._answers)
        if isinstance(decision, Refusal):
            return {}, (f"Nothing is done: {decision.why}.", *self._refuse(decision))
        command, number = decision.request.command, decision.request.number
        if command.kind is CommandKind.HELP:
            return {}, (f"Pull request {number} is told which commands there are.", *self._help(decision))
        notes = self._begin(decision)
        outputs = {
            "go": "true",
            "command": command.kind.value,
            "pr": str(number),
            "sha": decision.sha,
            "earlier": json.dumps(decision.earlier),
            "notebook": command.notebook,
            "parameters": json.dumps(dict(command.parameters)),
            "run_id": command.run_id,
            "comment": str(decision.request.comment_id),
        }
        return outputs, (f"{command.kind.value} for pull request {number} at {decision.sha}.", *notes)

    def reported(self) -> tuple[Mapping[str, str], tuple[str, ...]]:
        """What an outside system says of a full test: only for the commit that the test was asked for."""
        inputs = part_of(self._context.event, "inputs")
        environ = {name.upper(): value for name, value in inputs.items() if isinstance(value, str)}
        number, sha, state = asked_number(environ), asked_sha(environ), asked_state(environ)
        status = self._comment(number, CommandKind.FULL_TEST).status()
        if status is None or status.sha != sha:
            return {}, (f"Nothing is reported: no full test of pull request {number} was asked for at {sha}.",)
        earlier = earlier_than(sha, self._answers.commits(number))
        outputs = {
            "go": "true",
            "command": "report",
            "pr": str(number),
            "sha": sha,
            "earlier": json.dumps(earlier),
            "state": state,
        }
        return outputs, (f"The full test of pull request {number} at {sha} ended: {state}.",)

    def _comment(self, number: int, kind: CommandKind) -> StatusComment:
        return StatusComment(self._github, self._context, number, kind)

    def _begin(self, go: ExperimentGo) -> tuple[str, ...]:
        """Returns: what could not be done of it, as lines for the log."""
        request, command = go.request, go.request.command
        note = react(self._github, self._context, request.comment_id, "eyes")
        stage = Stage.RUNNING if command.kind in _BEGINS_AT_ONCE else Stage.ASKED
        status = Status(stage, self._context.run_id, go.sha, about=command.notebook or command.run_id)
        self._comment(request.number, command.kind).tell(status, begun_text(self._context, go))
        return (note,) if note else ()

    def _help(self, go: ExperimentGo) -> tuple[str, ...]:
        note = react(self._github, self._context, go.request.comment_id, "rocket")
        status = Status(Stage.DONE, self._context.run_id)
        self._comment(go.request.number, CommandKind.HELP).tell(status, help_text())
        return (note,) if note else ()

    def _refuse(self, refusal: Refusal) -> tuple[str, ...]:
        request = refusal.request
        if request is None:
            return ()
        if refusal.is_stranger:
            note = react(self._github, self._context, request.comment_id, "-1")
        else:
            note = react(self._github, self._context, request.comment_id, "confused")
            comment = self._comment(request.number, request.command.kind)
            comment.add_note(refused_command_text(self._context, refusal))
        return (note,) if note else ()


def _set_outputs(files: RunnerFiles, outputs: Mapping[str, str]) -> None:
    """Every output is always set, so that no later job sees one of an earlier try."""
    for name, value in {**_NOTHING, **outputs}.items():
        files.set_output(name, value)
