"""The words of a command's status comment before there is a result: begun, or refused. Text from outside goes through
`said`."""

from collections.abc import Mapping
from types import MappingProxyType

from generator.github.command import USAGE, WORDS, Command, CommandKind, command_text
from generator.github.context import RunContext
from generator.github.experiment_gate import ExperimentGo
from generator.github.gate import OWN_ALONE, READING, Refusal
from generator.github.preview_comment import commit_link
from generator.github.said import code_span, fenced, in_run, inline

HEADINGS: Mapping[CommandKind, str] = MappingProxyType(
    {
        CommandKind.PREVIEW: "Preview",
        CommandKind.GET_RUNS: "Runs",
        CommandKind.RUN: "Notebook run",
        CommandKind.FULL_TEST: "Full test",
        CommandKind.DEPLOY: "Deployment",
        CommandKind.HELP: "Commands",
    }
)
"""How each comment begins."""


def begun_text(context: RunContext, go: ExperimentGo) -> str:
    """While it is being done."""
    command = go.request.command
    commit = commit_link(context, go.request.number, go.sha)
    return f"**{HEADINGS[command.kind]}:** {_doing(command, commit)}{in_run(context.run_url)}."


def _doing(command: Command, commit: str) -> str:
    match command.kind:
        case CommandKind.RUN:
            return f"running {code_span(command.notebook, 400)} of {commit}{_parameters(command)}"
        case CommandKind.FULL_TEST:
            return f"asking for one of {commit}"
        case CommandKind.DEPLOY:
            return f"looking whether {code_span(command.run_id)} is a finished run of {commit}"
        case _:
            return f"looking for those of {commit}"


def _parameters(command: Command) -> str:
    count = len(command.parameters)
    return f" with {count} parameter{'' if count == 1 else 's'}" if count else ""


def refused_command_text(context: RunContext, refusal: Refusal) -> str:
    """Why a command of somebody who may write did nothing, and what to write instead."""
    if refusal.request is None:
        return f"Nothing was done: {inline(refusal.why)}."
    command = refusal.request.command
    said = f"`{WORDS[command.kind]}` did nothing: {inline(refusal.why, 600)}."
    if command.wrong:
        return f"{said} It is written as\n\n```\n{USAGE[command.kind]}\n```"
    if not refusal.ready_sha:
        return said
    commit = commit_link(context, refusal.request.number, refusal.ready_sha)
    return f"{said} Look at {commit}; to have it done for that, comment\n\n" + fenced(
        command_text(command, refusal.ready_sha)
    )


def works_on_forks(kind: CommandKind) -> str:
    """Whether a command does anything for a pull request of another repository, in a word or two."""
    if kind in READING:
        return "yes"
    return "no" if kind in OWN_ALONE else "yes, with SHA"
