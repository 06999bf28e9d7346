"""What a job that ran a stranger's code hands over is not believed: nothing is published, and the comment says so."""

import json
import stat
import zipfile
from collections.abc import Callable

import pytest

from tests.workflows.end_state import assert_golden, end_state
from tests.workflows.fake_github import FakeGitHub
from tests.workflows.proposals import (
    BLOG,
    IDEA,
    SHOWN,
    answer,
    before_publishing,
    post,
    preview_files,
    previewed,
    proposed,
    repacked,
)
from tests.workflows.runner import Runner
from tests.workflows.test_scenarios import pages_of

pytestmark = pytest.mark.slow

Adds = Callable[[zipfile.ZipFile], None]
MANY = 6_000
OUTSIDE = "site/../../../../evil.html"


def special(name: str, mode: int, content: str) -> Adds:
    """Adds an entry that says of itself that it is no plain file."""
    entry = zipfile.ZipInfo(name)
    entry.external_attr = mode << 16
    return lambda archive: archive.writestr(entry, content)


def leads_out(files: dict[str, bytes]) -> Adds | None:
    built = dict(files)
    files.clear()
    files |= {OUTSIDE: b"evil", **built}
    return None


def holds_a_link(files: dict[str, bytes]) -> Adds | None:
    return special("site/passwd.txt", stat.S_IFLNK | 0o777, "/etc/passwd")


def holds_a_linked_folder(files: dict[str, bytes]) -> Adds | None:
    moved = {name: files.pop(name) for name in list(files) if name.startswith("site/")}
    files |= {f"elsewhere/{name}": content for name, content in moved.items()}
    return special("site", stat.S_IFLNK | 0o777, "elsewhere/site")


def holds_a_device(files: dict[str, bytes]) -> Adds | None:
    return special("site/disk.txt", stat.S_IFBLK | 0o666, "")


def holds_many(files: dict[str, bytes]) -> Adds | None:
    def add(archive: zipfile.ZipFile) -> None:
        for number in range(MANY):
            archive.writestr(f"site/{number}.txt", b"")

    return add


def says_otherwise(files: dict[str, bytes]) -> Adds | None:
    page = files["site/posts/idea/index.html"]
    files["site/posts/idea/index.html"] = page.replace(b"In short.", b"In shirt.")
    return None


def aims_at_the_site(files: dict[str, bytes]) -> Adds | None:
    manifest = json.loads(files["manifest.json"]) | {"base_path": "/blog"}
    files["manifest.json"] = json.dumps(manifest).encode()
    return None


def is_of_another_commit(files: dict[str, bytes]) -> Adds | None:
    manifest = json.loads(files["manifest.json"]) | {"source": "0" * 40}
    files["manifest.json"] = json.dumps(manifest).encode()
    return None


def holds_a_script(files: dict[str, bytes]) -> Adds | None:
    files["site/run.sh"] = b"#!/bin/sh\n"
    return None


HOSTILE = {
    "leads_out": leads_out,
    "link": holds_a_link,
    "linked_folder": holds_a_linked_folder,
    "device": holds_a_device,
    "many_files": holds_many,
    "digest": says_otherwise,
    "base_path": aims_at_the_site,
    "commit": is_of_another_commit,
    "kind": holds_a_script,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_artifact_is_refused_and_the_comment_says_so(
    name: str, blog: FakeGitHub, runner: Runner, request: pytest.FixtureRequest
) -> None:
    before = pages_of(blog)
    made = proposed(blog, {IDEA: post("An idea", "In short.")})
    before_publishing(blog, lambda: repacked(blog, HOSTILE[name]))

    run = previewed(blog, runner, made)

    assert run.results == SHOWN | {"publish": "failure"}
    assert pages_of(blog) == before
    assert "could not be shown" in answer(blog, 1)
    assert list(blog.folder.rglob("evil.html")) == []
    assert_golden(end_state(blog, run), f"preview_artifact_{name}", request)


def test_an_artifact_that_never_came_fails_the_preview(
    blog: FakeGitHub, runner: Runner, request: pytest.FixtureRequest
) -> None:
    before = pages_of(blog)
    made = proposed(blog, {IDEA: post("An idea", "In short.")}, title="Lost on the way")
    before_publishing(blog, blog.repositories[BLOG].artifacts.clear)

    run = previewed(blog, runner, made)

    assert run.results == SHOWN | {"publish": "failure"}
    assert pages_of(blog) == before
    assert "could not be shown" in answer(blog, 1)
    assert_golden(end_state(blog, run), "preview_artifact_lost", request)


def test_of_an_artifact_whose_last_file_leads_out_what_was_built_is_shown(
    blog: FakeGitHub, runner: Runner, request: pytest.FixtureRequest
) -> None:
    made = proposed(blog, {IDEA: post("An idea", "In short.")}, title="One file too many")
    before_publishing(blog, lambda: repacked(blog, lambda files: files.update({OUTSIDE: b"evil"})))

    run = previewed(blog, runner, made)

    assert "Malformed extraction path" in run.jobs["publish"].log
    assert run.results == SHOWN
    assert list(blog.folder.rglob("evil.html")) == []
    assert b"evil" not in b"".join(preview_files(blog, 1).values())
    assert_golden(end_state(blog, run), "preview_artifact_leads_out_late", request)
