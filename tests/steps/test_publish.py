"""Publishing as a workflow does it: a process, an environment, a server, and what it says."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.github.publishing import files_on, minutes, pages_on
from tests.steps.publishing_job import SITE, Workflow, on_disk, publishing


@pytest.fixture
def workflow(tmp_path: Path) -> Iterator[Workflow]:
    with publishing(tmp_path) as workflow:
        yield workflow


def test_a_site_is_published_and_its_address_is_said(workflow: Workflow) -> None:
    done = workflow.step("publish", "--from", workflow.artifact("built"))

    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "Published 000000000000 to gh-pages as number 1: 2 files, 2 pages",
        "https://ann.github.io/blog/",
    ]
    assert "### Published" in workflow.summary
    assert "https://ann.github.io/blog/" in workflow.summary
    assert pages_on(on_disk(workflow)) == SITE
    assert json.loads(files_on(on_disk(workflow))[".inkmill.json"])["run_number"] == 7


def test_an_older_site_is_superseded_and_that_is_no_failure(workflow: Workflow) -> None:
    workflow.step("publish", "--from", workflow.artifact("new", {**SITE, "new.png": b""}, number=2))
    done = workflow.step("publish", "--from", workflow.artifact("old", number=1, now=minutes(9)))

    assert done.returncode == 0
    assert done.stdout.startswith("Superseded: 000000000000 of 2026-11-26 12:00 UTC is published")
    assert "### Superseded" in workflow.summary
    assert "new.png" in pages_on(on_disk(workflow))


def test_a_page_that_would_be_gone_fails_and_the_line_that_keeps_it_is_said(workflow: Workflow) -> None:
    files = {**SITE, "b%0A##[error] `@ann`/index.html": b""}
    workflow.step("publish", "--from", workflow.artifact("first", files))
    done = workflow.step("publish", "--from", workflow.artifact("second", {"index.html": b""}, number=2))

    assert done.returncode == 1
    lines = done.stdout.splitlines()
    assert "::error::/posts/a/ was published" in lines[1]
    assert "`redirect_from: /posts/a/`" in lines[1]
    assert lines[-1].startswith("Not published: 2 pages")
    assert all(line.startswith(("::error::/", "Not published")) for line in lines)
    assert "- `redirect_from: /posts/a/`" in workflow.summary
    assert pages_on(on_disk(workflow)) == files


def test_a_hostile_artifact_is_refused_and_named(workflow: Workflow) -> None:
    folder = Path(workflow.artifact("built"))
    (folder / "site" / "key.png").symlink_to("/proc/self/environ")
    done = workflow.step("publish", "--from", str(folder))

    assert done.returncode == 1
    assert "`key.png` is a symbolic link" in done.stderr
    assert "mend: " in done.stderr
    assert files_on(on_disk(workflow)) == {}


def test_a_branch_that_may_not_be_written_is_a_refusal(workflow: Workflow) -> None:
    done = workflow.step("publish", "--from", workflow.artifact("built"), token="ghs_that_reads")

    assert done.returncode == 3
    assert "contents: write" in done.stderr
    assert "ghs_that_reads" not in done.stderr + done.stdout


def test_a_server_in_trouble_is_asked_again_and_then_given_up(workflow: Workflow) -> None:
    workflow.server.failures = [500, 503]
    assert workflow.step("publish", "--from", workflow.artifact("built")).returncode == 0
    workflow.server.failures = [500] * 99
    assert workflow.step("publish", "--from", workflow.artifact("again", number=2)).returncode == 4
    assert pages_on(on_disk(workflow)) == SITE


@pytest.mark.parametrize("words", [(), ("--from",), ("--from", "x", "--force")], ids=["nothing", "half", "too much"])
def test_wrong_words_are_wrong_usage(words: tuple[str, ...], workflow: Workflow) -> None:
    for name in ("publish", "keep-runs"):
        done = workflow.step(name, *words)

        assert done.returncode == 2
        assert "usage:" in done.stderr


def test_no_artifact_at_all_is_said_in_a_line(workflow: Workflow) -> None:
    done = workflow.step("publish", "--from", str(workflow.folder / "nowhere"))

    assert done.returncode == 1
    assert "the build left no site" in done.stderr
