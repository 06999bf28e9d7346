"""Reactions to the comment that gave a command: what its writer sees first."""

from typing import Literal

from generator.errors import InkmillError
from generator.github.answers import number_of
from generator.github.api import GitHub
from generator.github.context import RunContext
from generator.github.marked import is_by_us

Reaction = Literal["eyes", "rocket", "confused", "-1"]


def react(
    github: GitHub, context: RunContext, comment: int, now: Reaction, *, instead_of: Reaction | None = None
) -> str:
    """Show one reaction, and take back another.

    Returns:
        empty, or why that was not possible, as a line for the log: reactions are a courtesy and stop nothing.
    """
    path = f"/repos/{context.repository}/issues/comments/{comment}/reactions"
    try:
        if instead_of is not None:
            for reaction in _ours(github, path, instead_of):
                github.delete(f"{path}/{reaction}")
        # The same reaction a second time changes nothing: GitHub answers with the first.
        github.post(path, {"content": now}, find=lambda: None)
    except InkmillError as failure:
        return f"No reaction to the comment: {failure.problem}"
    return ""


def _ours(github: GitHub, path: str, content: Reaction) -> list[int]:
    listed = github.pages(path, content=content)
    ours = (reaction for reaction in listed if is_by_us(reaction) and reaction.get("content") == content)
    return [number for number in (number_of(reaction, "id") for reaction in ours) if number]
