"""Starts a workflow of this repository that its author wrote, on the default branch, with inputs."""

import re
from collections.abc import Mapping

from generator.errors import UsageError
from generator.github.api import GitHub
from generator.github.context import RunContext

_FILE = re.compile(r"[\w.-]{1,100}\.ya?ml", re.ASCII)
_INPUT = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,99}")
# GitHub's older limit; newer servers take more.
_MOST_INPUTS = 10
_LONGEST_INPUT = 2_000


def workflow_file(written: str) -> str:
    """The name of a file below ``.github/workflows/``, as a person set it.

    Raises:
        UsageError: no workflow can have it.

    >>> workflow_file(" deploy.yml ")
    'deploy.yml'
    """
    name = written.strip()
    if not _FILE.fullmatch(name) or name.startswith("."):
        raise UsageError(
            "the workflow that is named is none", mend="name its file in .github/workflows/, such as deploy.yml"
        )
    return name


def dispatch(github: GitHub, context: RunContext, workflow: str, inputs: Mapping[str, str]) -> None:
    """Start a workflow.

    Never twice: where GitHub's answer is lost, nobody can tell whether it was started, and that is an error.

    Args:
        workflow: as for `workflow_file`.
        inputs: those that the workflow declares; one that it does not is refused by GitHub.

    Raises:
        UsageError: a name or a value that no dispatch can carry, or the default branch is not known.
    """
    file = workflow_file(workflow)
    if not context.default_branch:
        raise UsageError(
            "the event does not name the default branch", mend="run this where GITHUB_EVENT_PATH names an event"
        )
    if len(inputs) > _MOST_INPUTS:
        raise UsageError(f"a workflow takes at most {_MOST_INPUTS} inputs", mend="hand on fewer")
    for name, value in inputs.items():
        if not _INPUT.fullmatch(name) or len(value) > _LONGEST_INPUT:
            raise UsageError(f"the input {name[:40]!r} is none, or too long", mend="use a shorter one")
    body = {"ref": context.default_branch, "inputs": dict(inputs)}
    github.post(f"/repos/{context.repository}/actions/workflows/{file}/dispatches", body)
