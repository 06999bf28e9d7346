"""Scenarios of what is offered to a blog and what a tag becomes: setup, upgrade and release, with the real files."""

import hashlib
import json
import re
import sysconfig

import pytest

from generator import __version__
from tests.workflows import bare_repository, events
from tests.workflows.blog import CHECKOUT
from tests.workflows.end_state import assert_golden, end_state
from tests.workflows.fake_github import FakeGitHub
from tests.workflows.github_state import Release, Repository
from tests.workflows.runner import Runner, WorkflowRun

pytestmark = pytest.mark.slow

TEMPLATE = "inkmill/inkmill"
BLOG = "ann/notes"
PENDING = (
    "title: inkmill\ndescription: A blog from a folder of notebooks and Markdown.\nurl:\nbaseurl:\ngithub_username:\n"
    "github_repo:\npermalink: /posts/:title/\nheader_pages:\n  - _pages/about.md\n  - _pages/docs/index.md\n"
    "setup: pending\n"
)
# What an environment of a blog without the engine has, and one of this checkout has not.
INSTALLED = {"PYTHONPATH": str(CHECKOUT)}
OURS: dict[str, str | bytes | None] = {
    "README.md": "# inkmill\n",
    "_config.yml": PENDING,
    "_notebooks/2026-01-03-figure.ipynb": None,
    "_notebooks/2026-01-04-welcome.ipynb": json.dumps(
        {"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": []}
    ),
    "_pages/about.md": "---\ntitle: About\n---\nWhat inkmill is.\n",
    "_pages/docs/index.md": "---\ntitle: Docs\n---\nHow it is used.\n",
    "action.yml": "name: inkmill\n",
    "docs/architecture.md": "# The house\n",
}


@pytest.fixture
def template(github: FakeGitHub) -> Repository:
    repository = github.add_repository(TEMPLATE, github.repositories["ann/blog"].git)
    repository.is_template = True
    github.push(TEMPLATE, "main", OURS, "The template")
    return repository


@pytest.fixture
def fresh(github: FakeGitHub, template: Repository) -> Repository:
    """A repository that ann made from the template a moment ago."""
    repository = github.add_repository(BLOG, template.git)
    repository.made_from = TEMPLATE
    tree = bare_repository.git(repository.git, "rev-parse", "main^{tree}")
    bare_repository.commit_tree(repository.git, "refs/heads/main", tree, (), "Initial commit")
    return repository


def set_up(github: FakeGitHub, runner: Runner, name: str = BLOG) -> WorkflowRun:
    return runner.run("setup.yml", events.push(github, name))


def touched_workflows(repository: Repository, branch: str) -> list[str]:
    words = ("log", "--format=", "--name-only", f"main..{branch}", "--", ".github/workflows")
    return bare_repository.git(repository.git, *words).split()


def test_setup_fresh(github: FakeGitHub, fresh: Repository, runner: Runner, request: pytest.FixtureRequest) -> None:
    run = set_up(github, runner)

    assert run.results == {"look": "success", "setup": "success"}
    assert touched_workflows(fresh, "inkmill/setup") == []
    assert_golden(end_state(github, run, name=BLOG), "setup_fresh", request)


def test_setup_repeated(github: FakeGitHub, fresh: Repository, runner: Runner, request: pytest.FixtureRequest) -> None:
    set_up(github, runner)
    github.push(BLOG, "main", {"_posts/2026-02-01-mine.md": "# Mine\n", "_pages/about.md": "---\ntitle: Me\n---\nI.\n"})

    runs = [set_up(github, runner), set_up(github, runner)]

    assert len(fresh.pulls) == 1
    assert "as it should be already" in runs[1].log
    assert_golden(end_state(github, *runs, name=BLOG), "setup_repeated", request)


def test_setup_where_pull_requests_are_forbidden(
    github: FakeGitHub, fresh: Repository, runner: Runner, request: pytest.FixtureRequest
) -> None:
    fresh.may_open_pull_requests = False

    runs = [set_up(github, runner), set_up(github, runner)]

    assert [len(fresh.pulls), len(fresh.issues)] == [0, 1]
    assert_golden(end_state(github, *runs, name=BLOG), "setup_pull_requests_forbidden", request)


def test_setup_where_issues_are_off_too(
    github: FakeGitHub, fresh: Repository, runner: Runner, request: pytest.FixtureRequest
) -> None:
    fresh.may_open_pull_requests = False
    fresh.has_issues = False

    run = set_up(github, runner)

    assert run.results["setup"] == "success"
    assert "/ann/notes/compare/main...inkmill/setup?expand=1" in run.summary
    assert [note.level for note in run.annotations] == ["notice"]
    assert_golden(end_state(github, run, name=BLOG), "setup_issues_off", request)


def test_setup_of_a_user_site(
    github: FakeGitHub, template: Repository, runner: Runner, request: pytest.FixtureRequest
) -> None:
    site = github.add_repository("ann/ann.github.io", template.git)
    site.made_from = TEMPLATE

    run = set_up(github, runner, site.name)

    config = bare_repository.tree_files(site.git, "refs/heads/inkmill/setup")["_config.yml"].decode()
    assert 'url: https://ann.github.io\nbaseurl: ""\n' in config
    assert_golden(end_state(github, run, name=site.name), "setup_user_site", request)


@pytest.mark.parametrize("kind", ["fork", "template", "done"])
def test_setup_where_there_is_none_to_do(
    github: FakeGitHub, fresh: Repository, runner: Runner, kind: str, request: pytest.FixtureRequest
) -> None:
    if kind == "fork":
        name = github.fork(BLOG, "eve").name
        github.push(name, "idea", {"_posts/2026-02-01-idea.md": "# An idea\n"}, author="eve")
    elif kind == "template":
        name = TEMPLATE
        new_release(github, "v0.2.0")
    else:
        name = BLOG
        github.push(BLOG, "main", {"_config.yml": PENDING.replace("pending", "done")})

    run = set_up(github, runner, name)

    assert run.results["setup"] == "skipped"
    assert [*github.repositories[name].pulls, *github.repositories[name].issues] == []
    assert_golden(end_state(github, run, name=name), f"setup_none_{kind}", request)


def test_setup_of_a_branch_is_no_setup(github: FakeGitHub, fresh: Repository, runner: Runner) -> None:
    github.push(BLOG, "idea", {"_posts/2026-02-01-mine.md": "# Mine\n"})

    run = runner.run("setup.yml", events.push(github, BLOG, branch="idea"))

    assert run.results == {"look": "skipped", "setup": "skipped"}


@pytest.fixture
def merged(github: FakeGitHub, fresh: Repository, runner: Runner) -> Repository:
    """The blog after its setup was merged with both commits, while the template has a release that is newer."""
    set_up(github, runner)
    head = bare_repository.resolved(fresh.git, "refs/heads/inkmill/setup")
    bare_repository.git(fresh.git, "update-ref", "refs/heads/main", head)
    github.close_pull_request(BLOG, 1, merged=True)
    bare_repository.git(fresh.git, "update-ref", "-d", "refs/heads/inkmill/setup")
    return fresh


def new_release(github: FakeGitHub, tag: str) -> None:
    github.push(
        TEMPLATE,
        "main",
        {
            ".github/workflows/serve.yml": "name: serve\non:\n  workflow_call:\n",
            "changelog.d/2026-02-01-faster.md": "Builds take half the time.\n",
            "generator/new.py": '"""New."""\n',
            "requirements-github.lock": "requests==3 --hash=sha256:0\n",
        },
        "A release",
    )
    template = github.repositories[TEMPLATE]
    bare_repository.git(template.git, "tag", tag, "main")
    author, number = github.account("inkmill"), github.number()
    template.releases.append(Release(number, tag, tag, "", False, False, author, github.now()))


def test_upgrade_to_a_newer_release(
    github: FakeGitHub, merged: Repository, runner: Runner, request: pytest.FixtureRequest
) -> None:
    new_release(github, "v0.2.0")

    run = runner.run("upgrade.yml", events.dispatch(github, BLOG, "upgrade.yml"), INSTALLED)

    assert run.results == {"upgrade": "success"}, run.log
    assert touched_workflows(merged, "inkmill/upgrade") == []
    # Commits of the template, which hold the engine as it stands today.
    told = re.sub(r"\b[0-9a-f]{12}([0-9a-f]{28})?\b", "TEMPLATE-COMMIT", end_state(github, run, name=BLOG))
    assert_golden(told, "upgrade_newer", request)


def test_upgrade_where_nothing_is_newer(
    github: FakeGitHub, merged: Repository, runner: Runner, request: pytest.FixtureRequest
) -> None:
    run = runner.run("upgrade.yml", events.dispatch(github, BLOG, "upgrade.yml"), INSTALLED)

    assert run.results == {"upgrade": "success"}, run.log
    assert_golden(end_state(github, run, name=BLOG), "upgrade_nothing_newer", request)


def test_release_of_a_tag(
    github: FakeGitHub, template: Repository, runner: Runner, request: pytest.FixtureRequest
) -> None:
    github.push(TEMPLATE, "main", {"changelog.d/2026-02-01-faster.md": "Builds take half the time.\n"}, "A change")
    bare_repository.git(template.git, "tag", f"v{__version__}", "main")
    # A fresh environment finds the third-party packages of this one: nothing can be fetched.
    environ = {"PYTHONPATH": sysconfig.get_path("purelib"), "INKMILL_NO_UV": "1"}

    run = runner.run("release.yml", events.tag(github, TEMPLATE, f"v{__version__}"), environ)

    assert run.results == {"build": "success", "test": "success", "release": "success"}, run.log
    (made,) = template.releases
    ((name, content),) = made.assets.items()
    digest = hashlib.sha256(content).hexdigest()
    assert f"| `{name}` | `{digest}` |" in made.body
    assert [attested.subjects for attested in template.attestations] == [{name: digest}]
    assert_golden(end_state(github, run, name=TEMPLATE), "release_tag", request)


def test_release_of_a_tag_in_a_blog_is_none(
    github: FakeGitHub, fresh: Repository, runner: Runner, request: pytest.FixtureRequest
) -> None:
    bare_repository.git(fresh.git, "tag", "v1.0.0", "main")

    run = runner.run("release.yml", events.tag(github, BLOG, "v1.0.0"))

    assert set(run.results.values()) == {"skipped"}
    assert_golden(end_state(github, run, name=BLOG), "release_none", request)
