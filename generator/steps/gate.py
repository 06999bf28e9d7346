"""The gate of previews: who asks, for which commit; then the comment says that it is being built.

Whatever goes wrong, ``go`` is not ``true``.
"""

import argparse
import os
from collections.abc import Sequence

from generator.errors import InkmillError
from generator.github.api import GitHub
from generator.github.command import CommandKind
from generator.github.context import RunContext, read_context
from generator.github.gate import Refusal
from generator.github.gate_answers import GateAnswers
from generator.github.outputs import RunnerFiles
from generator.github.preview_comment import building_text, refused_text
from generator.github.preview_gate import PreviewGo, decide
from generator.github.reactions import react
from generator.github.status_comment import Stage, Status, StatusComment
from generator.steps.result import StepResult


def main(arguments: Sequence[str]) -> StepResult:
    """Decide on the ``issue_comment`` that the run is for; outputs ``go pr sha head_repository notebooks``.

    A refusal is an answer, exit 0. GitHub not answering is none: the error's exit code.
    """
    parser = argparse.ArgumentParser(prog="gate", description="Decide whether a comment may have a preview made.")
    parser.parse_args(arguments)
    context = read_context(os.environ)
    files = RunnerFiles.from_environ(os.environ)
    github = GitHub(context)
    try:
        decision = decide(context.event, context.repository, GateAnswers(github, context))
        notes = _announce(github, context, decision)
    except InkmillError:
        _set_outputs(files, None)
        raise
    _set_outputs(files, decision if isinstance(decision, PreviewGo) else None)
    said = _said(decision)
    files.add_summary(said)
    return StepResult((said, *notes))


def _announce(github: GitHub, context: RunContext, decision: PreviewGo | Refusal) -> tuple[str, ...]:
    """Answer the comment's writer.

    Returns:
        what could not be done of it, as lines for the log.
    """
    request = decision.request
    if request is None:
        return ()
    comment = StatusComment(github, context, request.number, CommandKind.PREVIEW)
    if isinstance(decision, PreviewGo):
        note = react(github, context, request.comment_id, "eyes")
        now = comment.status()
        earlier = now.shown if now else ""
        status = Status(Stage.BUILDING, context.run_id, decision.sha, earlier)
        comment.tell(status, building_text(context, decision, earlier))
    elif decision.is_stranger:
        note = react(github, context, request.comment_id, "-1")
    else:
        note = react(github, context, request.comment_id, "confused")
        comment.add_note(refused_text(context, decision))
    return (note,) if note else ()


def _said(decision: PreviewGo | Refusal) -> str:
    if isinstance(decision, Refusal):
        return f"No preview: {decision.why}."
    note = f" {decision.notebooks.note}" if decision.notebooks.note else ""
    return f"Preview of pull request {decision.request.number} at {decision.sha}.{note}"


def _set_outputs(files: RunnerFiles, go: PreviewGo | None) -> None:
    """Every output is always set, so that no later job sees one of an earlier try."""
    values = {
        "go": "true" if go else "false",
        "pr": str(go.request.number) if go else "",
        "sha": go.sha if go else "",
        "head_repository": go.head_repository if go else "",
        "notebooks": go.notebooks.as_json if go else "[]",
    }
    for name, value in values.items():
        files.set_output(name, value)
