"""Keep a schedule alive: GitHub stops those of public repositories in which nothing happens for 60 days."""

from generator.errors import InkmillError
from generator.github.api import GitHub
from generator.github.context import RunContext


def keep_alive(github: GitHub, context: RunContext, workflow: str) -> str:
    """Enable a workflow that is enabled: that starts the 60 days anew, and takes no commit.

    Args:
        workflow: its file's name.

    Returns:
        empty, or what stood in the way: the run that tries is none the worse for it.
    """
    try:
        github.put(f"/repos/{context.repository}/actions/workflows/{workflow}/enable")
    except InkmillError as failure:
        return f"The schedule of {workflow} could not be kept alive: {failure.problem}"
    return ""
