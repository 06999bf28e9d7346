"""Pull requests that people open on the fake GitHub, notebooks that are in them, and what stands there afterwards."""

import io
import json
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tests.workflows import events
from tests.workflows.fake_github import FakeGitHub
from tests.workflows.github_state import ACTIONS
from tests.workflows.runner import Runner, WorkflowRun
from tests.workflows.test_scenarios import pages_of

BLOG = "ann/blog"
FIGURE = "_notebooks/2026-01-03-figure.ipynb"
IDEA = "_posts/2026-02-01-idea.md"
NUMBERS = "_notebooks/2026-02-03-numbers.ipynb"
SHOWN = {"gate": "success", "execute": "skipped", "render": "success", "publish": "success",
         "look": "skipped", "clean": "skipped", "serve": "skipped"}  # fmt: skip
"""How the jobs of preview.yml end where no notebook is to be run."""

Files = Mapping[str, str | bytes | None]


@dataclass(frozen=True, slots=True)
class Proposal:
    """A pull request, and the commit at its head when it was opened.

    Args:
        source: the repository that the branch is in.
    """

    number: int
    sha: str
    source: str
    branch: str


def post(title: str, text: str) -> str:
    """A post's source."""
    return f"---\ntitle: {json.dumps(title, ensure_ascii=False)}\n---\n{text}\n"


def notebook(code: str, *, title: str = "Numbers", committed: str = "") -> str:
    """A notebook that asks to be run, saved with what its one cell printed, or without."""
    outputs = [{"output_type": "stream", "name": "stdout", "text": committed}] if committed else []
    cell: dict[str, object] = {
        "cell_type": "code",
        "metadata": {},
        "source": code,
        "execution_count": 1 if committed else None,
    }
    front = {"cell_type": "raw", "metadata": {}, "source": f"---\ntitle: {title}\nexecute: true\n---"}
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    cells = [{"id": "front", **front}, {"id": "code", **cell, "outputs": outputs}]
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": kernel}, "cells": cells})


def proposed(
    github: FakeGitHub,
    files: Files,
    *,
    by: str = "eve",
    branch: str = "idea",
    title: str = "An idea",
    modes: Mapping[str, str] | None = None,
) -> Proposal:
    """A pull request: of bob's from a branch of the blog itself, of anybody else's from a fork."""
    source = BLOG if by == "bob" or by.endswith("[bot]") else f"{by}/blog"
    if source not in github.repositories:
        github.fork(BLOG, by)
    sha = github.push(source, branch, files, title, author=by, modes=modes)
    return Proposal(github.open_pull_request(BLOG, branch, by, title, head_repository=source), sha, source, branch)


def pushed_again(github: FakeGitHub, proposal: Proposal, files: Files) -> str:
    """A further commit of its author's; the SHA."""
    sha = github.push(proposal.source, proposal.branch, files, "More", author=proposal.source.split("/")[0])
    github.write_pull_refs(BLOG, proposal.number)
    return sha


def previewed(
    github: FakeGitHub, runner: Runner, proposal: Proposal, body: str = "", *, by: str = "bob"
) -> WorkflowRun:
    """Somebody comments, `/preview` and the head's commit unless a body is given, and preview.yml runs."""
    written = github.comment(BLOG, proposal.number, by, body or f"/preview {proposal.sha}")
    return runner.run("preview.yml", events.comment(github, BLOG, written))


def answer(github: FakeGitHub, number: int) -> str:
    """The one comment of ours under a pull request; AssertionError for none or several."""
    comments = github.repositories[BLOG].comments.values()
    found = [comment.body for comment in comments if (comment.issue, comment.author) == (number, ACTIONS)]
    assert len(found) == 1
    return found[0]


def preview_files(github: FakeGitHub, number: int) -> dict[str, bytes]:
    """What is published of a preview, by path below its folder."""
    folder = f"pr-preview/pr-{number}/"
    return {path.removeprefix(folder): content for path, content in pages_of(github).items() if path.startswith(folder)}


def site_files(github: FakeGitHub) -> dict[str, bytes]:
    """What is published beside previews."""
    return {path: content for path, content in pages_of(github).items() if not path.startswith("pr-preview/")}


def before_publishing(github: FakeGitHub, do: Callable[[], object], *, after: int = 0) -> None:
    """Do something when an artifact is about to be fetched: what was built is there, and nobody has looked at it.

    Args:
        after: how many downloads come before, such as the one of runs.
    """
    github.before("GET", "/_runtime/artifacts", do, after=after)


def repacked(
    github: FakeGitHub, change: Callable[[dict[str, bytes]], Callable[[zipfile.ZipFile], None] | None]
) -> None:
    """The artifact that holds the preview, with its files changed by hand.

    Args:
        change: edits path → content, and may return what adds stranger things to the zip.
    """
    artifact = next(item for item in github.repositories[BLOG].artifacts if item.name == "preview")
    with zipfile.ZipFile(io.BytesIO(artifact.content)) as opened:
        files = {name: opened.read(name) for name in opened.namelist()}
    add = change(files)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as written:
        for name, content in files.items():
            written.writestr(name, content)
        if add:
            add(written)
    artifact.content = packed.getvalue()
