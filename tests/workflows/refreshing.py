"""Notebooks that are run by the workflows, moments at which they are, and copies of what a blog has been through."""

import json
from collections.abc import Mapping
from copy import deepcopy
from datetime import datetime

from tests.workflows import bare_repository, events
from tests.workflows.blog import BLOG
from tests.workflows.fake_github import FakeGitHub
from tests.workflows.github_state import Repository
from tests.workflows.runner import Runner, WorkflowRun

CRON = "17 5 * * *"

_KEPT_WITH_A_REPOSITORY = ("issues", "comments", "labels", "caches", "workflow_runs", "workflow_states", "environments")


def notebook(title: str, *sources: str, front: str = "execute: true", outputs: str = "") -> str:
    """A notebook in Python; with outputs, that is what its last cell was saved with."""
    cells: list[dict[str, object]] = [
        {"id": "front", "cell_type": "raw", "metadata": {}, "source": f"---\ntitle: {title}\n{front}\n---"}
    ]
    for number, source in enumerate(sources, start=1):
        is_last = number == len(sources)
        saved = [{"output_type": "stream", "name": "stdout", "text": outputs}] if outputs and is_last else []
        count = 1 if saved else None
        cells.append(
            {
                "id": f"cell-{number}",
                "cell_type": "code",
                "metadata": {},
                "source": source,
                "execution_count": count,
                "outputs": saved,
            }
        )
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": kernel}, "cells": cells})


def daily(title: str, file: str) -> str:
    """A notebook that is run every day, and fails when data/FILE holds no number."""
    return notebook(title, f"print(int(open('../data/{file}').read()), 'cm of water')", front="refresh: daily")


def config(more: str) -> str:
    """The blog's settings, and more of them."""
    return f"{BLOG['_config.yml']}{more}\n"


def at(moment: str) -> Mapping[str, str]:
    """The variables of jobs that run at that moment, UTC."""
    return {"SOURCE_DATE_EPOCH": str(int(datetime.fromisoformat(f"{moment}+00:00").timestamp()))}


def refreshed(github: FakeGitHub, runner: Runner, moment: str, name: str = "ann/blog") -> WorkflowRun:
    """The schedule's hour has come, and refresh.yml runs."""
    return runner.run("refresh.yml", events.schedule(github, name, CRON), at(moment))


def take_over(github: FakeGitHub, past: Repository, name: str = "ann/blog") -> FakeGitHub:
    """The repository has been through what another one has: branches, talk, caches, runs, environments."""
    repository = github.repositories[name]
    bare_repository.git(repository.git, "fetch", "--quiet", str(past.git), "+refs/*:refs/*")
    for kind in _KEPT_WITH_A_REPOSITORY:
        setattr(repository, kind, deepcopy(getattr(past, kind)))
    # What runs later has a higher number.
    while github.number() < max((run["id"] for run in past.workflow_runs), default=0):
        pass
    repository.pages = {"html_url": "https://ann.github.io/blog/", "build_type": "legacy"}
    return github
