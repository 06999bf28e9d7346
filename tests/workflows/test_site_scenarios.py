"""A push becomes the published blog, or the last one stays: what is pushed, and what GitHub is like that day."""

import json
import os
import subprocess
import tarfile
import threading
import time
from collections.abc import Mapping
from io import BytesIO
from zipfile import ZipFile

import pytest

from tests.workflows import bare_repository, events
from tests.workflows.blog import CHECKOUT
from tests.workflows.end_state import assert_golden, end_state
from tests.workflows.fake_github import FakeGitHub
from tests.workflows.loopback import Loopback
from tests.workflows.refreshing import config, notebook
from tests.workflows.runner import Runner, WorkflowRun
from tests.workflows.test_scenarios import pages_of

pytestmark = pytest.mark.slow

PUBLISHED = {"build": "success", "publish": "success", "serve": "skipped"}
REFUSED = {"build": "failure", "publish": "skipped", "serve": "skipped"}
NOT_PUBLISHED = {"build": "success", "publish": "failure", "serve": "skipped"}
NOTEBOOK = "_notebooks/2026-01-04-tide.ipynb"
FIRST = "_posts/2026-01-01-first.md"
SECOND = "_posts/2026-01-02-second.md"
POST = "---\ntitle: {0}\n---\nA post that is called {0}.\n"


def pushed(github: FakeGitHub, runner: Runner, files: Mapping[str, str | bytes | None]) -> WorkflowRun:
    """ann pushes files, and site.yml runs."""
    github.push("ann/blog", "main", files)
    return runner.run("site.yml", events.push(github, "ann/blog"))


def kept_sites(github: FakeGitHub) -> list[str]:
    listed = bare_repository.branches(github.repositories["ann/blog"].git)
    return [ref for ref in listed if ref.startswith("refs/inkmill/published/")]


# What is pushed


@pytest.mark.kernel
def test_a_notebook_that_fails_leaves_the_last_site(
    blog: FakeGitHub, runner: Runner, request: pytest.FixtureRequest
) -> None:
    before = pages_of(blog)

    run = pushed(blog, runner, {NOTEBOOK: notebook("The tide", "1 + 1", "levels = []\nlevels[3]")})

    assert run.results == REFUSED
    assert pages_of(blog) == before
    assert "IndexError" in run.jobs["build"].log
    assert [note.file for note in run.annotations if note.level == "error"] == [NOTEBOOK]
    assert_golden(end_state(blog, run, tells_errors=True), "site_notebook_fails", request)


@pytest.mark.kernel
def test_a_notebook_that_fails_and_may_keep_what_it_was_saved_with_is_published(
    blog: FakeGitHub, runner: Runner, request: pytest.FixtureRequest
) -> None:
    front = "execute: true\non_error: keep"

    run = pushed(blog, runner, {NOTEBOOK: notebook("The tide", "print([][3])", front=front, outputs="41 cm\n")})

    assert run.results == PUBLISHED
    assert "41 cm" in pages_of(blog)["posts/tide/index.html"].decode()
    assert "IndexError" in run.jobs["build"].log
    assert_golden(end_state(blog, run), "site_notebook_kept", request)


@pytest.mark.kernel
def test_a_key_that_nobody_has_set_stops_no_build(
    blog: FakeGitHub, runner: Runner, request: pytest.FixtureRequest
) -> None:
    blog.repositories["ann/blog"].environments.clear()
    asks = "import os\nprint('a key' if os.environ.get('WANDB_API_KEY') else 'no key, so the figures of last week')"

    run = pushed(
        blog,
        runner,
        {NOTEBOOK: notebook("The tide", asks), "_config.yml": config("execution:\n  env: [WANDB_API_KEY]")},
    )

    assert run.results == PUBLISHED, run.log
    assert "no key, so the figures of last week" in pages_of(blog)["posts/tide/index.html"].decode()
    assert_golden(end_state(blog, run), "site_key_missing", request)


@pytest.mark.kernel
def test_a_notebook_that_prints_a_secret_is_not_published(
    blog: FakeGitHub, runner: Runner, request: pytest.FixtureRequest
) -> None:
    before = pages_of(blog)
    prints = notebook("The tide", "import os\nprint(os.environ['WANDB_API_KEY'])")

    run = pushed(blog, runner, {NOTEBOOK: prints, "_config.yml": config("execution:\n  env: [WANDB_API_KEY]")})

    assert run.results == REFUSED
    assert pages_of(blog) == before
    assert "a secret (`environment-value`) is in what the cell printed" in run.jobs["build"].log
    assert_golden(end_state(blog, run, tells_errors=True), "site_secret_printed", request)


def test_a_page_that_would_be_lost_is_named_and_the_last_site_stays(
    blog: FakeGitHub, runner: Runner, request: pytest.FixtureRequest
) -> None:
    before = pages_of(blog)

    run = pushed(blog, runner, {FIRST: None, SECOND: POST.format("The second")})

    assert run.results == NOT_PUBLISHED
    assert pages_of(blog) == before
    assert [note.message.split(" ")[0] for note in run.annotations] == ["/posts/first/"]
    assert "redirect_from: /posts/first/" in run.summary
    assert_golden(end_state(blog, run, tells_errors=True), "site_page_lost", request)


def test_a_page_that_is_let_go_is_gone(blog: FakeGitHub, runner: Runner, request: pytest.FixtureRequest) -> None:
    files = {FIRST: None, SECOND: POST.format("The second"), "_config.yml": config("gone: [/posts/first/]")}

    run = pushed(blog, runner, files)

    assert run.results == PUBLISHED
    assert "posts/first/index.html" not in pages_of(blog)
    assert_golden(end_state(blog, run), "site_page_gone", request)


def test_a_page_that_moved_is_kept_by_a_redirect(
    blog: FakeGitHub, runner: Runner, request: pytest.FixtureRequest
) -> None:
    moved = "---\ntitle: The second\nredirect_from: /posts/first/\n---\nWhat the first said, too.\n"

    run = pushed(blog, runner, {FIRST: None, SECOND: moved})

    assert run.results == PUBLISHED
    assert "/blog/posts/second/" in pages_of(blog)["posts/first/index.html"].decode()
    assert_golden(end_state(blog, run), "site_page_moved", request)


def test_a_link_out_of_the_repository_is_not_published(
    blog: FakeGitHub, runner: Runner, request: pytest.FixtureRequest
) -> None:
    blog.push("ann/blog", "main", {"images/etc.png": "/etc/passwd"}, modes={"images/etc.png": "120000"})

    run = pushed(blog, runner, {FIRST: "---\ntitle: The first\n---\n![Everyone](/images/etc.png)\n"})

    files = pages_of(blog)
    assert "images/etc.png" not in files
    assert not any(b"root:" in content for content in files.values())
    assert "images/etc.png" in run.jobs["build"].log
    assert_golden(end_state(blog, run), "site_symlink", request)


def test_a_file_that_github_would_not_take_is_refused_before_anything_is_handed_over(
    blog: FakeGitHub, runner: Runner, request: pytest.FixtureRequest
) -> None:
    before = pages_of(blog)

    run = pushed(blog, runner, {"images/film.gif": b"GIF89a" + bytes(96 * 1024 * 1024)})

    assert run.results == REFUSED
    assert "images/film.gif" in run.jobs["build"].log
    assert blog.requests("POST", "artifacts") == []
    assert pages_of(blog) == before
    assert_golden(end_state(blog, run, tells_errors=True), "site_oversized", request)


# What GitHub is like that day


def test_two_publishes_at_once_take_turns_and_the_newest_stays(
    blog: FakeGitHub, runner: Runner, request: pytest.FixtureRequest
) -> None:
    """The second push is built while the first one is being published, and waits for it."""
    runs: list[WorkflowRun] = []
    other = threading.Thread(target=lambda: runs.append(pushed(blog, runner, {SECOND: POST.format("The newest")})))

    def second_one() -> None:
        other.start()
        deadline = time.monotonic() + 100
        while sum(seat.job.endswith("/publish") for seat in blog.seats) < 2 and time.monotonic() < deadline:
            time.sleep(0.05)

    blog.before("POST", r"/ann/blog(\.git)?/git-receive-pack", second_one)
    first = pushed(blog, runner, {FIRST: POST.format("The newer")})
    other.join(100)

    assert [run.results for run in (first, *runs)] == [PUBLISHED, PUBLISHED]
    pages = pages_of(blog)
    assert "The newest" in pages["posts/second/index.html"].decode()
    assert "The newer" in pages["posts/first/index.html"].decode()
    assert len(kept_sites(blog)) == 3
    assert_golden(end_state(blog, first, *runs), "site_two_at_once", request)


def test_a_storm_that_ends_is_waited_for(blog: FakeGitHub, runner: Runner, request: pytest.FixtureRequest) -> None:
    blog.fault("GET", ".*/compare/.*", "500", times=3)

    run = pushed(blog, runner, {SECOND: POST.format("After the storm")})

    assert run.results == PUBLISHED
    assert [entry.status for entry in blog.requests("GET", "/compare/")] == [500, 500, 500, 200]
    assert_golden(end_state(blog, run), "site_storm_ends", request)


def test_a_storm_that_does_not_end_leaves_the_last_site(
    blog: FakeGitHub, runner: Runner, request: pytest.FixtureRequest
) -> None:
    before = pages_of(blog)
    blog.fault("GET", ".*/compare/.*", "500", times=1000)

    run = pushed(blog, runner, {SECOND: POST.format("In the storm")})

    assert run.results == NOT_PUBLISHED
    assert pages_of(blog) == before
    assert "500" in run.jobs["publish"].log
    assert_golden(end_state(blog, run, tells_errors=True), "site_storm_stays", request)


def test_a_protected_branch_is_named(blog: FakeGitHub, runner: Runner, request: pytest.FixtureRequest) -> None:
    before = pages_of(blog)
    blog.repositories["ann/blog"].protected.add("gh-pages")

    run = pushed(blog, runner, {SECOND: POST.format("Not to be seen")})

    assert run.results == NOT_PUBLISHED
    assert pages_of(blog) == before
    assert "let workflows write to `gh-pages`" in run.jobs["publish"].log
    assert_golden(end_state(blog, run, tells_errors=True), "site_protected", request)


def test_a_private_repository_publishes_as_a_public_one(
    blog: FakeGitHub, runner: Runner, request: pytest.FixtureRequest
) -> None:
    blog.repositories["ann/blog"].private = True

    run = pushed(blog, runner, {SECOND: POST.format("For few")})

    assert run.results == PUBLISHED
    assert {entry.status for entry in blog.requests(job="/publish")} <= {200, 201}
    assert_golden(end_state(blog, run), "site_private", request)


def test_pages_gets_the_branch_where_the_blog_wants_it(
    blog: FakeGitHub, runner: Runner, request: pytest.FixtureRequest
) -> None:
    repository = blog.repositories["ann/blog"]
    repository.variables["PAGES_MODE"] = "workflow"

    run = pushed(blog, runner, {SECOND: POST.format("Handed over")})

    assert run.results == {"build": "success", "publish": "success", "serve/deploy": "success"}
    (deployment,) = repository.deployments
    with ZipFile(BytesIO(deployment.content)) as artifact:
        content = BytesIO(artifact.read("artifact.tar"))
    with tarfile.open(fileobj=content) as packed:
        served = {member.name.removeprefix("./") for member in packed if member.isfile()}
    assert {"index.html", "posts/second/index.html"} <= served
    assert not any(name.startswith(".git/") for name in served)
    assert_golden(end_state(blog, run), "site_pages_mode", request)


def test_the_first_push_of_a_copy_of_the_template_is_a_right_site(
    github: FakeGitHub, runner: Runner, request: pytest.FixtureRequest
) -> None:
    source = github.repositories["ann/blog"].git
    copy = github.add_repository("ann/notes", source)
    pending = (
        "title: inkmill\ndescription: A blog.\nurl:\nbaseurl:\ngithub_username:\ngithub_repo:\n"
        "permalink: /posts/:title/\nsetup: pending\n"
    )
    github.push("ann/notes", "main", {"_config.yml": pending})
    tree = bare_repository.git(copy.git, "rev-parse", "main^{tree}")
    bare_repository.commit_tree(copy.git, "refs/heads/main", tree, (), "Initial commit")

    run = runner.run("site.yml", events.push(github, "ann/notes"))

    assert run.results == PUBLISHED, run.log
    record = json.loads(bare_repository.blob(copy.git, "refs/heads/gh-pages:.inkmill.json"))
    page = bare_repository.blob(copy.git, "refs/heads/gh-pages:posts/second/index.html").decode()
    assert record["place"] == "https://ann.github.io/notes"
    assert 'href="/notes/posts/first/"' in page
    assert_golden(end_state(github, run, name="ann/notes"), "site_first_push", request)


def test_a_domain_of_ones_own_is_published_at_its_root(
    github: FakeGitHub, runner: Runner, request: pytest.FixtureRequest
) -> None:
    settings = "title: A tiny blog\npermalink: /posts/:title/\n"

    run = pushed(github, runner, {"CNAME": "tides.example.org\n", "_config.yml": settings})

    pages = pages_of(github)
    assert run.results == PUBLISHED, run.log
    assert pages["CNAME"] == b"tides.example.org\n"
    assert 'href="/posts/first/"' in pages["posts/second/index.html"].decode()
    assert "https://tides.example.org/posts/second/" in pages["posts/second/index.html"].decode()
    assert_golden(end_state(github, run), "site_own_domain", request)


def test_a_site_is_taken_back_at_a_desk_and_the_next_push_publishes_again(
    blog: FakeGitHub, runner: Runner, loopback: Loopback, request: pytest.FixtureRequest
) -> None:
    blog.push("ann/blog", "main", {SECOND: POST.format("Wrong")})
    wrong = runner.run("site.yml", events.push(blog, "ann/blog"))
    seat = blog.person("ann/blog", "ann", {"contents": "write"})

    said = at_a_desk(blog, loopback, seat.token, "rollback")
    back = pages_of(blog)["posts/second/index.html"].decode()
    right = pushed(blog, runner, {SECOND: POST.format("Right")})

    assert "The site shown is now 1:" in said
    assert "after the first" in back
    assert "Right" in pages_of(blog)["posts/second/index.html"].decode()
    assert_golden(end_state(blog, wrong, right), "site_rollback", request)


def at_a_desk(github: FakeGitHub, loopback: Loopback, token: str, *words: str) -> str:
    """What a step prints that a person runs, with a token of their own."""
    environ = {
        "PATH": os.environ["PATH"],
        "GITHUB_REPOSITORY": "ann/blog",
        "GITHUB_API_URL": github.api,
        "GITHUB_SERVER_URL": github.address,
        "GH_TOKEN": token,
    }
    python = str(CHECKOUT / ".venv/bin/python")
    ran = subprocess.run(
        [*loopback.words(), python, "-m", "generator.steps", *words],
        cwd=CHECKOUT,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout
