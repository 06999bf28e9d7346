"""Labels that show how a pull request's test and deployment stand: people filter by them, and nothing obeys them."""

from collections.abc import Iterable
from contextlib import suppress
from enum import Enum

from generator.errors import InkmillError
from generator.github.api import GitHub
from generator.github.context import RunContext
from generator.github.refusals import GitHubRefusedError

_YELLOW, _GREEN, _RED = "d4a72c", "2da44e", "cf222e"


class Label(Enum):
    """Name and colour. Of those that begin alike a pull request has one."""

    FULL_TEST_RUNNING = ("full test: running", _YELLOW)
    FULL_TEST_PASSED = ("full test: passed", _GREEN)
    FULL_TEST_FAILED = ("full test: failed", _RED)
    DEPLOY_STARTED = ("deploy: started", _YELLOW)
    DEPLOY_DONE = ("deploy: done", _GREEN)
    DEPLOY_FAILED = ("deploy: failed", _RED)

    @property
    def title(self) -> str:
        return self.value[0]

    @property
    def color(self) -> str:
        return self.value[1]


def show_label(github: GitHub, context: RunContext, number: int, label: Label) -> str:
    """Show one label on a pull request, and take off the others of its family.

    Returns:
        empty, or why that was not possible, as a line for the log: labels are a courtesy and stop nothing.
    """
    path = f"/repos/{context.repository}/issues/{number}/labels"
    try:
        _make(github, context, label)
        # The same label a second time changes nothing.
        github.post(path, {"labels": [label.title]}, find=lambda: None)
        _take_off(github, path, [other for other in _family(label) if other is not label])
    except InkmillError as failure:
        return f"No label on pull request {number}: {failure.problem}"
    return ""


def show_no_label(github: GitHub, context: RunContext, number: int, family: Label) -> str:
    """Take off every label that begins as one does: none of them is true of what was asked for last.

    Returns:
        as of `show_label`.
    """
    try:
        _take_off(github, f"/repos/{context.repository}/issues/{number}/labels", _family(family))
    except InkmillError as failure:
        return f"The labels on pull request {number} stay: {failure.problem}"
    return ""


def _make(github: GitHub, context: RunContext, label: Label) -> None:
    """Without this GitHub would make it in grey; it may be there, or not be ours to make."""
    body = {"name": label.title, "color": label.color}
    with suppress(GitHubRefusedError):
        github.post(f"/repos/{context.repository}/labels", body, find=lambda: None)


def _family(label: Label) -> tuple[Label, ...]:
    return tuple(other for other in Label if other.title.partition(":")[0] == label.title.partition(":")[0])


def _take_off(github: GitHub, path: str, labels: Iterable[Label]) -> None:
    shown = {found.get("name") for found in github.pages(path) if isinstance(found, dict)}
    for label in labels:
        if label.title not in shown:
            continue
        try:
            github.delete(f"{path}/{label.title}")
        except GitHubRefusedError as refused:
            # Somebody was faster.
            if refused.status != 404:
                raise
