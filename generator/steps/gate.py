"""The gate of previews: who asks, for which commit; then the comment says that it is being built.

Whatever goes wrong, ``go`` is not ``true``.
"""

import argparse
import os
from collections.abc import Iterable, Sequence

from generator.errors import InkmillError
from generator.github.api import GitHub
from generator.github.context import RunContext, read_context
from generator.github.gate import Go, Refusal, decide
from generator.github.outputs import RunnerFiles
from generator.github.preview_comment import building_text, refused_text
from generator.github.reactions import react
from generator.github.refusals import GitHubRefusedError
from generator.github.status_comment import Stage, Status, add_note, status_of, tell
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
        decision = decide(context.event, context.repository, _Answers(github, context))
        notes = _announce(github, context, decision)
    except InkmillError:
        _set_outputs(files, None)
        raise
    _set_outputs(files, decision if isinstance(decision, Go) else None)
    said = _said(decision)
    files.add_summary(said)
    return StepResult((said, *notes))


class _Answers:
    """The gate's questions, asked of GitHub."""

    def __init__(self, github: GitHub, context: RunContext) -> None:
        self._github = github
        self._repository = f"/repos/{context.repository}"

    def permission(self, login: str) -> object:
        return self._github.get_or_none(f"{self._repository}/collaborators/{login}/permission")

    def pull(self, number: int) -> object:
        return self._github.get_or_none(f"{self._repository}/pulls/{number}")

    def commit(self, sha: str) -> object:
        try:
            return self._github.get(f"{self._repository}/commits/{sha}")
        except GitHubRefusedError as refused:
            # "No commit found for SHA": of none that it knows, and of several, too.
            if refused.status in (404, 409, 422):
                return None
            raise

    def files(self, number: int) -> Iterable[object]:
        return self._github.pages(f"{self._repository}/pulls/{number}/files")


def _announce(github: GitHub, context: RunContext, decision: Go | Refusal) -> tuple[str, ...]:
    """Answer the comment's writer.

    Returns:
        what could not be done of it, as lines for the log.
    """
    request = decision.request
    if request is None:
        return ()
    if isinstance(decision, Go):
        note = react(github, context, request.comment_id, "eyes")
        now = status_of(github, context, request.number)
        earlier = now.shown if now else ""
        status = Status(Stage.BUILDING, context.run_id, decision.sha, earlier)
        tell(github, context, request.number, status, building_text(context, decision, earlier))
    elif decision.is_stranger:
        note = react(github, context, request.comment_id, "-1")
    else:
        note = react(github, context, request.comment_id, "confused")
        add_note(github, context, request.number, refused_text(context, decision))
    return (note,) if note else ()


def _said(decision: Go | Refusal) -> str:
    if isinstance(decision, Refusal):
        return f"No preview: {decision.why}."
    note = f" {decision.notebooks.note}" if decision.notebooks.note else ""
    return f"Preview of pull request {decision.request.number} at {decision.sha}.{note}"


def _set_outputs(files: RunnerFiles, go: Go | None) -> None:
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
