"""Keep a schedule alive: GitHub stops those of public repositories in which nothing happens for 60 days."""

from generator.errors import InkmillError
from generator.github.api import GitHub
from generator.github.context import RunContext
from generator.github.refusals import GitHubRefusedError


def keep_alive(github: GitHub, context: RunContext, workflow: str) -> str:
    """Enable a workflow that is enabled: that starts the 60 days anew, and takes no commit.

    Args:
        workflow: its file's name.

    Returns:
        empty, or what stood in the way: the run that tries is none the worse for it.
    """
    try:
        github.put(f"/repos/{context.repository}/actions/workflows/{workflow}/enable")
    except GitHubRefusedError as failure:
        # A workflow that somebody has taken out needs no schedule.
        return "" if failure.status == 404 else _trouble(workflow, failure)
    except InkmillError as failure:
        return _trouble(workflow, failure)
    return ""


def _trouble(workflow: str, failure: InkmillError) -> str:
    return f"The schedule of {workflow} could not be kept alive: {failure.problem}"
