"""A workflow of the blog's own that a command starts: named by a variable of the repository."""

from collections.abc import Mapping
from dataclasses import dataclass

from generator.errors import InkmillError, MachineError
from generator.github.api import GitHub
from generator.github.context import RunContext
from generator.github.dispatches import dispatch, workflow_file
from generator.github.refusals import GitHubRefusedError


@dataclass(frozen=True, slots=True)
class NotStarted:
    """Why a workflow was not started.

    Args:
        why: a clause.
        mend: an instruction; may be empty.
        is_unconfigured: nobody has named one.
        is_in_doubt: GitHub did not answer, so that it may have been started all the same.
    """

    why: str
    mend: str = ""
    is_unconfigured: bool = False
    is_in_doubt: bool = False

    @classmethod
    def of(cls, failure: InkmillError) -> "NotStarted":
        """Of what GitHub, or the way to it, refused."""
        return cls(failure.problem, failure.mend or "", is_in_doubt=isinstance(failure, MachineError))


def workflow_url(context: RunContext, written: str) -> str:
    """The page that lists the runs of a workflow."""
    return f"{context.server_url}/{context.repository}/actions/workflows/{workflow_file(written)}"


def unstartable(variable: str, written: str) -> NotStarted | None:
    """Why nothing can be started, as far as that can be told without GitHub.

    Args:
        variable: that names the workflow, for who has to mend it.
        written: its value.
    """
    if not written.strip():
        return NotStarted(f"the variable {variable} of this repository names no workflow", is_unconfigured=True)
    try:
        workflow_file(written)
    except InkmillError as wrong:
        return NotStarted(f"the variable {variable} is no name of a workflow", wrong.mend or "")
    return None


def start_workflow(
    github: GitHub, context: RunContext, variable: str, written: str, inputs: Mapping[str, str]
) -> NotStarted | None:
    """Start the workflow that a variable names; None where that was done.

    Raises:
        RefusedError: this job may not start workflows.
        MachineError: GitHub did not answer, so that nobody knows whether it was started.
    """
    if (why := unstartable(variable, written)) is not None:
        return why
    file = workflow_file(written)
    try:
        dispatch(github, context, file, inputs)
    except GitHubRefusedError as refused:
        if refused.status not in (404, 422):
            raise
        mend = f"let {file} stand on the default branch with on: workflow_dispatch and the inputs {', '.join(inputs)}"
        return NotStarted(f"GitHub did not start {file}: {refused.message or refused.problem}", mend)
    return None
