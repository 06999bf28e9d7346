"""Whole scenarios: an event happens, the real workflow files run, and this is what stands on GitHub afterwards."""

from pathlib import Path

import pytest

from tests.workflows import bare_repository, events
from tests.workflows.end_state import GOLDEN, assert_golden, end_state
from tests.workflows.fake_github import FakeGitHub
from tests.workflows.runner import Runner, WorkflowRun

pytestmark = pytest.mark.slow

IDEA: dict[str, str | bytes | None] = {
    "_posts/2026-02-01-idea.md": "---\ntitle: An idea\n---\nA stranger's idea, in seven words here.\n",
    "_posts/2026-01-01-first.md": "---\ntitle: The first\n---\nA first post of a tiny blog, now with more.\n",
}


def open_fork(github: FakeGitHub) -> tuple[int, str]:
    """eve's pull request from her fork: its number, and the commit at its head."""
    github.fork("ann/blog", "eve")
    sha = github.push("eve/blog", "idea", IDEA, "An idea", author="eve")
    return github.open_pull_request("ann/blog", "idea", "eve", "An idea", head_repository="eve/blog"), sha


def pages_of(github: FakeGitHub) -> dict[str, bytes]:
    """What readers see: every file of the branch gh-pages."""
    return bare_repository.tree_files(github.repositories["ann/blog"].git, "refs/heads/gh-pages")


def commented(github: FakeGitHub, runner: Runner, number: int, author: str, body: str) -> WorkflowRun:
    """Someone comments, and preview.yml runs if it wants to."""
    written = github.comment("ann/blog", number, author, body)
    return runner.run("preview.yml", events.comment(github, "ann/blog", written))


def test_push_ok(github: FakeGitHub, runner: Runner, request: pytest.FixtureRequest) -> None:
    run = runner.run("site.yml", events.push(github, "ann/blog"))

    assert run.results == {"build": "success", "publish": "success", "serve": "skipped"}
    assert_golden(end_state(github, run), "push_ok", request)


def test_push_nothing_changed(blog: FakeGitHub, runner: Runner, request: pytest.FixtureRequest) -> None:
    before = pages_of(blog)
    blog.push("ann/blog", "main", {"README.md": "# Told differently\n"})

    run = runner.run("site.yml", events.push(blog, "ann/blog"))

    after = pages_of(blog)
    changed = {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}
    assert changed <= {".inkmill.json"}
    assert_golden(end_state(blog, run), "push_nothing_changed", request)


def test_push_with_a_broken_post_leaves_the_last_site(
    blog: FakeGitHub, runner: Runner, request: pytest.FixtureRequest
) -> None:
    before = pages_of(blog)
    blog.push("ann/blog", "main", {"_posts/2026-01-04-broken.md": "---\ndate: tomorow\n---\nText.\n"})

    run = runner.run("site.yml", events.push(blog, "ann/blog"))

    assert run.results == {"build": "failure", "publish": "skipped", "serve": "skipped"}
    assert pages_of(blog) == before
    assert [(note.file, note.line) for note in run.annotations] == [("_posts/2026-01-04-broken.md", 2)]
    assert_golden(end_state(blog, run), "push_broken_post", request)


def test_an_older_build_that_comes_late_leaves_the_newer_site(
    blog: FakeGitHub, runner: Runner, request: pytest.FixtureRequest
) -> None:
    older = events.push(blog, "ann/blog")
    blog.push("ann/blog", "main", {"_posts/2026-01-05-third.md": "---\ntitle: The third\n---\nA third post.\n"})
    newer = events.push(blog, "ann/blog")

    first, second = (runner.run("site.yml", event) for event in (newer, older))

    assert "posts/third/index.html" in pages_of(blog)
    assert (first.results["publish"], second.results["publish"]) == ("success", "success")
    assert_golden(end_state(blog, first, second), "push_older_build_late", request)


def test_preview_by_maintainer_fork(blog: FakeGitHub, runner: Runner, request: pytest.FixtureRequest) -> None:
    number, sha = open_fork(blog)
    before = pages_of(blog)

    run = commented(blog, runner, number, "bob", f"/preview {sha}")

    assert run.results["publish"] == "success"
    assert {path: content for path, content in pages_of(blog).items() if not path.startswith("pr-preview/")} == before
    assert_golden(end_state(blog, run), "preview_by_maintainer_fork", request)


def test_preview_stranger(blog: FakeGitHub, runner: Runner, request: pytest.FixtureRequest) -> None:
    number, sha = open_fork(blog)

    run = commented(blog, runner, number, "eve", f"/preview {sha}")

    assert {run.results[name] for name in ("execute", "render", "publish")} == {"skipped"}
    assert_golden(end_state(blog, run), "preview_stranger", request)


def test_every_scenario_ends_differently() -> None:
    first_with: dict[str, str] = {}
    twins = []
    for path in sorted(GOLDEN.glob("*.txt")):
        other = first_with.setdefault(path.read_text(encoding="utf-8"), path.name)
        twins += [(other, path.name)] if other != path.name else []

    assert twins == []


def test_every_golden_end_is_some_scenarios() -> None:
    tests = "".join(path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_*.py"))
    names = [path.stem for path in sorted(GOLDEN.glob("*.txt"))]

    assert [name for name in names if not _is_named(name, tests)] == []
    assert names


def _is_named(name: str, tests: str) -> bool:
    """Whether tests hold the name, whole or as a beginning that is filled with the rest."""
    parts = ((name[:cut], name[cut:]) for cut in range(1, len(name)))
    return f'"{name}"' in tests or any(f'"{head}{{' in tests and f'"{tail}"' in tests for head, tail in parts)
