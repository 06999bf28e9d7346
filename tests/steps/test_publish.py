"""Publishing as a workflow does it: a process, an environment, a server, and what it says."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from generator.github.context import RunContext
from tests.github.git_server import TOKEN, GitServer, serving
from tests.github.publishing import (
    commit_files,
    commit_id,
    files_on,
    make_artifact,
    make_server,
    minutes,
    pages_on,
    refs_of,
    server_of,
)

ROOT = Path(__file__).parents[2]
SITE = {"index.html": b"<p>Hi</p>", "posts/a/index.html": b"A"}


@dataclass
class Workflow:
    """A repository on a server, and steps that run for it."""

    folder: Path
    context: RunContext
    server: GitServer

    def step(self, *words: str, token: str = TOKEN, **more: str) -> "subprocess.CompletedProcess[str]":
        """Run a step as its job does; `summary` then holds what it says on the page of the run."""
        environ = {
            "PATH": os.environ["PATH"],
            "GITHUB_REPOSITORY": self.context.repository,
            "GITHUB_SERVER_URL": self.server.address,
            "GITHUB_API_URL": f"{self.server.address}/api/v3",
            "GITHUB_RUN_ID": "99",
            "GITHUB_RUN_NUMBER": "7",
            "GITHUB_STEP_SUMMARY": str(self.folder / "summary"),
            "GH_TOKEN": token,
            "INKMILL_RETRY_SECONDS": "0.01",
            **more,
        }
        self.summary_file.unlink(missing_ok=True)
        done = subprocess.run(
            (sys.executable, "-m", "generator.steps", *words),
            capture_output=True,
            text=True,
            check=False,
            cwd=ROOT,
            env=environ,
        )
        assert "Traceback" not in done.stderr
        assert TOKEN not in done.stdout + done.stderr
        return done

    @property
    def summary_file(self) -> Path:
        return self.folder / "summary"

    @property
    def summary(self) -> str:
        return self.summary_file.read_text() if self.summary_file.exists() else ""

    def artifact(self, name: str, files: Mapping[str, bytes] = SITE, **more: object) -> str:
        return str(make_artifact(self.folder / name, files, **more))  # type: ignore[arg-type]


def in_a_line(names: str) -> dict[str, str]:
    """History as `publishing.Commits` has it: a line of commits by number."""
    base, head = names.split("...")
    return {"status": "identical" if base == head else "ahead" if base < head else "behind"}


@pytest.fixture
def workflow(tmp_path: Path) -> Iterator[Workflow]:
    context = make_server(tmp_path)
    with serving(context) as (server, reached):
        server.compare = in_a_line
        yield Workflow(tmp_path, reached, server)
        # The server's own files are read, not the address.
        assert server_of(context).is_dir()


def on_disk(workflow: Workflow) -> RunContext:
    return RunContext("ann/blog", server_url=f"file://{workflow.folder / 'server'}")


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
    assert done.stderr.startswith("`key.png` is a symbolic link")
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


def test_runs_are_kept_and_a_run_that_broke_takes_none_away(workflow: Workflow) -> None:
    runs = workflow.folder / "refreshed" / "runs"
    runs.mkdir(parents=True)
    (runs / f"{'0' * 40}.json").write_text("{}")
    done = workflow.step("keep-runs", "--from", str(runs.parent))
    assert (done.returncode, done.stdout) == (0, "inkmill-runs holds 1 file\n")

    broke = workflow.step("keep-runs", "--from", str(workflow.folder / "nowhere"))
    assert (broke.returncode, broke.stdout) == (0, "No run was handed over; inkmill-runs stays as it is\n")
    (runs / f"{'1' * 40}.json").write_text("{}")
    late = workflow.step("keep-runs", "--from", str(runs.parent), GITHUB_RUN_ID="98")
    assert late.stdout == "Superseded: inkmill-runs holds what run 99 kept; nothing was done\n"
    assert set(files_on(on_disk(workflow), "inkmill-runs")) == {f"{'0' * 40}.json"}


def test_a_file_that_no_refresh_writes_is_refused(workflow: Workflow) -> None:
    runs = workflow.folder / "refreshed" / "runs"
    runs.mkdir(parents=True)
    (runs / "steal.py").write_text("import os")
    done = workflow.step("keep-runs", "--from", str(runs.parent))

    assert done.returncode == 1
    assert "`steal.py`" in done.stderr
    assert files_on(on_disk(workflow), "inkmill-runs") == {}


def test_what_stood_there_before_is_listed_in_words(workflow: Workflow) -> None:
    commit_files(on_disk(workflow), "refs/heads/gh-pages", {"index.html": b"fastpages"})
    workflow.step("publish", "--from", workflow.artifact("built"))

    assert workflow.step("rollback", "--list").stdout.splitlines()[1] == "  0: what stood there before inkmill"
