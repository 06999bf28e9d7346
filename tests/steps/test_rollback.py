"""Taking a site back as a person does it, at a desk or in a workflow."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.github.publishing import commit_files, commit_id, files_on, minutes, pages_on, refs_of
from tests.steps.publishing_job import SITE, Workflow, on_disk, publishing

# Together they take longer than `make quick` has.
pytestmark = pytest.mark.slow


@pytest.fixture
def workflow(tmp_path: Path) -> Iterator[Workflow]:
    with publishing(tmp_path) as workflow:
        yield workflow


def test_a_site_is_taken_back_and_which_ones_are_kept_is_said(workflow: Workflow) -> None:
    for number in (1, 2):
        files = {**SITE, "n.txt": str(number).encode()}
        workflow.step("publish", "--from", workflow.artifact(f"b{number}", files, number=number, now=minutes(number)))
    done = workflow.step("rollback")
    listed = workflow.step("rollback", "--list")

    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("The site shown is now 1: 000000000000, built 2026-11-26 12:01 UTC, 3 files, 2 pages")
    assert [line[:5] for line in listed.stdout.splitlines()] == ["  2: ", "* 1: "]
    assert pages_on(on_disk(workflow))["n.txt"] == b"1"
    assert workflow.step("rollback", "--to", "2").returncode == 0
    assert pages_on(on_disk(workflow))["n.txt"] == b"2"
    assert set(refs_of(on_disk(workflow))) == {"1", "2"}


def test_taking_back_what_is_not_kept_is_refused_in_words(workflow: Workflow) -> None:
    assert workflow.step("rollback", "--list").stdout == "Nothing is kept: nothing was published yet\n"
    assert workflow.step("rollback").returncode == 1
    workflow.step("publish", "--from", workflow.artifact("built"))
    assert workflow.step("rollback", "--to", "9").returncode == 2
    assert workflow.step("rollback", "--to", "x").returncode == 2
    assert workflow.step("rollback", "--to", "1", "--list").returncode == 2
    assert json.loads(files_on(on_disk(workflow))[".inkmill.json"])["source"] == commit_id(1)


def test_what_stood_there_before_is_listed_in_words(workflow: Workflow) -> None:
    commit_files(on_disk(workflow), "refs/heads/gh-pages", {"index.html": b"fastpages"})
    workflow.step("publish", "--from", workflow.artifact("built"))

    assert workflow.step("rollback", "--list").stdout.splitlines()[1] == "  0: what stood there before inkmill"
