"""The page "What runs where, with which rights", made from the workflow files."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from tests.workflows.workflow_file import WORKFLOWS, Job, WorkflowFile, workflow_files

PAGE = WORKFLOWS.parents[1] / "_pages/docs/what-runs-where.md"

_HEAD = """---
title: What runs where, with which rights
description: Every job of every workflow, when it runs, what it may do, and whose code it is.
permalink: /docs/what-runs-where/
toc: true
---

GitHub runs these jobs for your blog, each on a machine of its own that is thrown away afterwards. No workflow has
any right of its own; each job has what stands here and nothing else. This page is made from the workflow files
themselves.

There are four kinds of job, and no job is of two:

| Kind | Whose code | What is in reach |
|---|---|---|
"""

_KINDS: Mapping[str, tuple[str, str, str]] = MappingProxyType(
    {
        "W": (
            "your code",
            "a branch of your own repository, started by somebody who may write to it",
            "your notebooks' secrets; nothing may be written",
        ),
        "U": (
            "anybody's code",
            "a pull request, a stranger's perhaps",
            "no secret, and no right but to read what is there to be read",
        ),
        "R": (
            "your code, anybody's files",
            "your default branch, at work on a stranger's posts",
            "no secret, and no right but to read",
        ),
        "P": (
            "inkmill's code",
            "a small part of inkmill, which looks at names, sizes and lists, and never into a page",
            "the rights named below; none of your secrets",
        ),
    }
)
# As a blogger meets them; the last two do nothing in a blog.
_ORDER = tuple(f"{name}.yml" for name in "site refresh pr preview experiments serve setup upgrade ci release".split())
_EVENTS = MappingProxyType(
    {
        "push": "at a push",
        "workflow_dispatch": "by hand",
        "schedule": "on a schedule",
        "pull_request": "when a pull request is opened or changed",
        "pull_request_target": "when a pull request is closed",
        "issue_comment": "when a comment is written",
        "workflow_call": "when another workflow calls it",
    }
)


def page() -> str:
    """The whole page."""
    kinds = "".join(f"| **{kind}**, {_KINDS[kind][0]} | {_KINDS[kind][1]} | {_KINDS[kind][2]} |\n" for kind in "WURP")
    files = sorted(workflow_files(), key=lambda file: (_ORDER.index(file.name), file.name))
    sections = ("\n".join(_section(file)) for file in files)
    return _HEAD + kinds + "".join(f"\n{section}\n" for section in sections)


def _section(file: WorkflowFile) -> Iterator[str]:
    yield f"## {file.name}"
    yield ""
    yield file.text.partition("\n")[0].removeprefix("# ")
    yield ""
    yield f"It starts {_starts(file)}."
    yield ""
    yield "| Job | Kind | Rights | Secrets | At most |"
    yield "|---|---|---|---|---|"
    for job in file.jobs:
        cells = (job.value["name"], job.kind, _rights(file, job), _secrets(job), _time(job))
        yield f"| {' | '.join(cells)} |"


def _starts(file: WorkflowFile) -> str:
    said = []
    for event, filters in file.triggers.items():
        words = _EVENTS[event]
        if event == "push" and "tags" in filters:
            words += f" of a tag {', '.join(f'`{tag}`' for tag in filters['tags'])}"
        if event == "schedule":
            times = (f"`{entry['cron']}`, {entry['timezone']}" for entry in filters)
            words += f" ({', '.join(times)})"
        said.append(words)
    return said[0] if len(said) == 1 else f"{', '.join(said[:-1])} or {said[-1]}"


def _rights(file: WorkflowFile, job: Job) -> str:
    if "uses" in job.value:
        return f"those of {str(job.value['uses']).rpartition('/')[2]}, if `PAGES_MODE` asks for it"
    found = []
    for scope, right in job.scopes.items():
        reason = file.comment((*job.place, "permissions", scope))
        found.append(f"`{scope}: {right}` ({reason})")
    return "<br>".join(found) or "none"


def _secrets(job: Job) -> str:
    names: set[str] = set()
    for _, step in job.steps:
        env: Mapping[str, Any] = step.get("env") or {}
        names |= {name for name, value in env.items() if "secrets." in str(value)}
    environment = job.value.get("environment")
    of = environment["name"] if isinstance(environment, Mapping) else environment
    listed = ", ".join(f"`{name}`" for name in sorted(names)) or "none"
    return f"{listed} (environment `{of}`)" if of else listed


def _time(job: Job) -> str:
    return f"{job.value['timeout-minutes']} min" if "timeout-minutes" in job.value else ""


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
