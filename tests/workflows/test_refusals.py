"""Bad edits of the workflow files that a refusal of GitHub's brings to light: one for each kind of refusal."""

import pytest

from tests.workflows import bare_repository, events
from tests.workflows.blog import BLOG
from tests.workflows.canary import sightings
from tests.workflows.fake_github import FakeGitHub
from tests.workflows.runner import Runner
from tests.workflows.test_scenarios import pages_of

pytestmark = pytest.mark.slow


def edited(github: FakeGitHub, file: str, *changes: tuple[str, str]) -> None:
    """The default branch's workflow file with each text replaced wherever it stands."""
    path = f".github/workflows/{file}"
    text = bare_repository.blob(github.repositories["ann/blog"].git, f"refs/heads/main:{path}").decode()
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    github.push("ann/blog", "main", {path: text, "_posts/2026-01-06-new.md": "---\ntitle: New\n---\nNew.\n"})


def test_a_publish_job_without_the_scope_to_write_publishes_nothing(blog: FakeGitHub, runner: Runner) -> None:
    before = pages_of(blog)
    edited(blog, "site.yml", ("contents: write  # the branch gh-pages", "contents: read"))

    run = runner.run("site.yml", events.push(blog, "ann/blog"))

    assert (run.results["build"], run.results["publish"]) == ("success", "failure")
    assert 403 in {entry.status for entry in blog.requests(job="/publish")}
    assert pages_of(blog) == before


def test_a_publish_job_outside_the_queue_of_writers_publishes_nothing(blog: FakeGitHub, runner: Runner) -> None:
    before = pages_of(blog)
    edited(blog, "site.yml", ("group: gh-pages-writer", "group: my-own-queue"))

    run = runner.run("site.yml", events.push(blog, "ann/blog"))

    assert (run.results["build"], run.results["publish"]) == ("success", "failure")
    assert "without holding the concurrency group gh-pages-writer" in run.jobs["publish"].log
    assert pages_of(blog) == before


def test_a_pull_request_that_names_the_environment_of_secrets_does_not_run(blog: FakeGitHub, runner: Runner) -> None:
    blog.push("ann/blog", "idea", {"_posts/2026-02-01-idea.md": "---\ntitle: An idea\n---\nIdea.\n"}, author="bob")
    named = "    timeout-minutes: 60\n    environment: notebooks\n"
    edited(blog, "pr.yml", ("    timeout-minutes: 60\n", named))
    number = blog.open_pull_request("ann/blog", "idea", "bob")

    run = runner.run("pr.yml", events.pull_request(blog, "ann/blog", number))

    assert run.results["build"] == "failure"
    assert (
        run.jobs["build"].log == "refs/pull/1/merge is not allowed to deploy to notebooks: environment protection rules"
    )
    assert blog.requests("POST", "artifacts") == []


KEY_NOTEBOOK = (
    '{"nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3",'
    ' "language": "python"}}, "cells": [{"id": "a", "cell_type": "raw", "metadata": {}, "source":'
    ' "---\\ntitle: A key\\nexecute: true\\n---"}, {"id": "b", "cell_type": "code", "metadata": {}, "source":'
    ' "import os\\nprint(len(os.environ[\'WANDB_API_KEY\']), \'letters\')", "execution_count": null, "outputs": []}]}'
)


@pytest.mark.kernel
def test_a_build_that_does_not_name_the_environment_has_no_key(blog: FakeGitHub, runner: Runner) -> None:
    config = f"{BLOG['_config.yml']}execution:\n  env: [WANDB_API_KEY]\n"
    blog.push("ann/blog", "main", {"_config.yml": config, "_notebooks/2026-01-07-key.ipynb": KEY_NOTEBOOK})
    named = runner.run("site.yml", events.push(blog, "ann/blog"))
    assert named.results["build"] == "success", named.log
    page = pages_of(blog)["posts/key/index.html"].decode()
    environment = "    environment:  # its secrets are for notebooks; limit it to the default branch\n"
    text = f"{environment}      name: notebooks\n      deployment: false\n"
    blog.push("ann/blog", "main", {"_notebooks/2026-01-07-key.ipynb": KEY_NOTEBOOK.replace("letters", "signs")})
    edited(blog, "site.yml", (text, ""))

    unnamed = runner.run("site.yml", events.push(blog, "ann/blog"))

    assert "23 letters" in page
    assert unnamed.results["publish"] == "success"
    assert "0 signs" in pages_of(blog)["posts/key/index.html"].decode()


def test_a_token_left_in_the_checkout_and_handed_on_is_seen(blog: FakeGitHub, runner: Runner) -> None:
    edited(
        blog,
        "setup.yml",
        ("persist-credentials: false", "persist-credentials: true"),
        (
            "        run: .venv-steps/bin/python -m generator.steps setup --look\n",
            (
                "        run: 'true'\n"
                "      - uses: actions/upload-artifact@043fb46d1a93c77aae656e7c1c64a875d1fc6a0a\n"
                "        with: {name: all, path: .git, include-hidden-files: true}\n"
            ),
        ),
    )

    run = runner.run("setup.yml", events.push(blog, "ann/blog"))

    assert run.results["look"] == "success"
    assert sightings(blog) == [f"token of {run.number}/look: ann/blog, artifact all:config"]
    blog.repositories["ann/blog"].artifacts.clear()
