"""What /preview makes of pull requests that somebody with write permission asks to see."""

from pathlib import Path

import pytest

from tests.sandboxes import needs_sandbox
from tests.workflows import bare_repository
from tests.workflows.end_state import assert_golden, end_state
from tests.workflows.fake_github import FakeGitHub
from tests.workflows.proposals import (
    BLOG,
    FIGURE,
    IDEA,
    NUMBERS,
    SHOWN,
    answer,
    notebook,
    post,
    preview_files,
    previewed,
    proposed,
    pushed_again,
    site_files,
)
from tests.workflows.runner import Runner

pytestmark = pytest.mark.slow

RAN = SHOWN | {"execute": "success"}
PAGE = "posts/numbers/index.html"
SECRET = "canary-51d7c0ffee-wandb"


def test_a_pull_request_of_the_same_repository_needs_no_commit(
    blog: FakeGitHub, runner: Runner, request: pytest.FixtureRequest
) -> None:
    made = proposed(blog, {IDEA: post("An idea", "Bob's idea.")}, by="bob")

    run = previewed(blog, runner, made, "/preview", by="ann")

    assert run.results == SHOWN, run.log
    assert "(https://ann.github.io/blog/pr-preview/pr-1/posts/idea/)" in answer(blog, 1)
    assert_golden(end_state(blog, run), "preview_by_maintainer_same_repository", request)


@needs_sandbox
@pytest.mark.kernel
class TestNotebooks:
    """Of forks, run by kernels with nothing in reach."""

    def test_a_notebook_of_a_fork_shows_fresh_outputs(
        self, blog: FakeGitHub, runner: Runner, request: pytest.FixtureRequest
    ) -> None:
        made = proposed(blog, {NUMBERS: notebook("print('seven times six is', 7 * 6)", committed="stale-words\n")})

        run = previewed(blog, runner, made)

        assert run.results == RAN, run.log
        page = preview_files(blog, 1)[PAGE]
        assert b"seven times six is 42" in page
        assert b"stale-words" not in page
        assert "committed" not in answer(blog, 1)
        assert_golden(end_state(blog, run), "preview_fork_runs", request)

    def test_a_notebook_that_asks_for_the_network_shows_what_was_committed(
        self, blog: FakeGitHub, runner: Runner, request: pytest.FixtureRequest
    ) -> None:
        code = "import urllib.request\nprint(urllib.request.urlopen('https://example.org').status)"
        made = proposed(blog, {NUMBERS: notebook(code, committed="as-it-was-saved\n")})

        run = previewed(blog, runner, made)

        assert run.results == RAN, run.log
        assert b"as-it-was-saved" in preview_files(blog, 1)[PAGE]
        assert f"- `{NUMBERS}`: it asks for the network" in answer(blog, 1)
        assert_golden(end_state(blog, run), "preview_fork_without_network", request)

    def test_output_without_end_is_cut(self, blog: FakeGitHub, runner: Runner, request: pytest.FixtureRequest) -> None:
        made = proposed(blog, {NUMBERS: notebook("for row in range(4_000):\n    print('x' * 1000)")})

        run = previewed(blog, runner, made)

        assert run.results == RAN, run.log
        assert sum(map(len, preview_files(blog, 1).values())) < 2_000_000
        assert_golden(end_state(blog, run), "preview_huge_output", request)

    def test_a_kernel_that_dies_leaves_the_other_notebooks_alone(
        self, blog: FakeGitHub, runner: Runner, request: pytest.FixtureRequest
    ) -> None:
        dying = "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)"
        other = "_notebooks/2026-02-04-other.ipynb"
        made = proposed(blog, {NUMBERS: notebook(dying), other: notebook("print('still', 'here')", title="Other")})

        run = previewed(blog, runner, made)

        assert run.results == RAN, run.log
        assert b"still here" in preview_files(blog, 1)["posts/other/index.html"]
        assert f"- `{NUMBERS}`: it failed" in answer(blog, 1)
        assert f"- `{other}`" not in answer(blog, 1)
        assert_golden(end_state(blog, run), "preview_kernel_death", request)

    def test_a_hostile_notebook_finds_nothing_and_commands_nobody(
        self, blog: FakeGitHub, runner: Runner, request: pytest.FixtureRequest
    ) -> None:
        blog.repositories[BLOG].secrets["WANDB_API_KEY"] = SECRET
        made = proposed(blog, {NUMBERS: notebook(HOSTILE % blog.address)})

        run = previewed(blog, runner, made)

        assert run.results == RAN, run.log
        said = preview_files(blog, 1)[PAGE].decode().partition('class="cell-output"')[2]
        assert "the network was shut" in said
        assert "the network was open" not in said
        assert "wrote /" not in said
        assert "found b" not in said
        assert [note for note in run.annotations if "hacked" in note.message] == []
        assert run.jobs["gate"].outputs["sha"] == made.sha
        assert site_files(blog)["index.html"] == bare_repository.blob(
            blog.repositories[BLOG].git, "refs/inkmill/published/1:index.html"
        )
        assert_golden(end_state(blog, run), "preview_hostile_notebook", request)


HOSTILE = """
import glob, os, socket
from urllib.parse import urlsplit

print(sorted(name for name in os.environ if name.startswith(("GITHUB", "ACTIONS", "RUNNER", "WANDB", "GH_"))))
for line in ("::error::hacked", "::set-output name=sha::" + "0" * 40, "::add-path::/tmp", "::stop-commands::x"):
    print(line)
    os.write(2, (line + "\\n").encode())
for name in ("set_output_", "add_path_", "set_env_", "step_summary_", "save_state_"):
    for path in glob.glob("/tmp/**/" + name + "*", recursive=True):
        try:
            open(path, "a").write("go=true")
            print("wrote " + path)
        except OSError:
            pass
for root in ("/proc/1/environ", "/proc/%%d/environ" %% os.getppid(), "/root/.ssh", "/var/run/docker.sock"):
    try:
        for part in open(root, "rb").read().split(bytes(1)):
            if b"TOKEN" in part or b"KEY" in part:
                print("found", part)
    except OSError:
        pass
address = urlsplit("%s")
try:
    socket.create_connection((address.hostname, address.port), 2)
    print("the network was open")
except OSError:
    print("the network was shut")
"""


def test_notebooks_of_a_private_repository_are_not_run(
    blog: FakeGitHub, runner: Runner, request: pytest.FixtureRequest
) -> None:
    blog.repositories[BLOG].private = True
    made = proposed(blog, {NUMBERS: notebook("print('fresh')", committed="as-it-was-saved\n")}, by="bob")

    run = previewed(blog, runner, made)

    assert run.results == SHOWN, run.log
    assert b"as-it-was-saved" in preview_files(blog, 1)[PAGE]
    assert f"- `{NUMBERS}`: notebooks of a private repository are not run in a preview" in answer(blog, 1)
    assert_golden(end_state(blog, run), "preview_private", request)


def test_a_second_command_rewrites_the_same_comment(
    blog: FakeGitHub, runner: Runner, request: pytest.FixtureRequest
) -> None:
    made = proposed(blog, {IDEA: post("An idea", "In short.")})
    first = previewed(blog, runner, made)
    sha = pushed_again(blog, made, {IDEA: post("A better idea", "In more words than before.")})

    second = previewed(blog, runner, made, f"/preview {sha}", by="ann")

    assert (first.results, second.results) == (SHOWN, SHOWN)
    assert "A better idea" in answer(blog, 1)
    assert b"In more words than before." in preview_files(blog, 1)["posts/idea/index.html"]
    assert_golden(end_state(blog, first, second), "preview_second_command", request)


def test_a_pull_request_that_only_deletes_a_post_says_so(
    blog: FakeGitHub, runner: Runner, request: pytest.FixtureRequest
) -> None:
    gone = {"_posts/2026-01-02-second.md": None}
    made = proposed(blog, gone)

    run = previewed(blog, runner, made)

    assert run.results == SHOWN, run.log
    assert "| The second | removed |" in answer(blog, 1)
    assert "posts/second/index.html" not in preview_files(blog, 1)
    assert "posts/second/index.html" in site_files(blog)
    assert_golden(end_state(blog, run), "preview_only_deletes", request)


def test_rules_of_the_default_branch_hold_whatever_a_pull_request_brings(
    blog: FakeGitHub, runner: Runner, request: pytest.FixtureRequest
) -> None:
    workflow = bare_repository.blob(blog.repositories[BLOG].git, "refs/heads/main:.github/workflows/preview.yml")
    made = proposed(
        blog,
        {
            IDEA: post("An idea", "A page {{ 1 }}."),
            "_config.yml": "title: Evil\ndescription: Taken over.\nurl: https://evil.example\nbaseurl: ''\n",
            "_templates/page.html": "<script>alert('evil')</script>",
            "_custom/head.html": "<script>alert('evil')</script>",
            "_plugins/evil.py": "open('/tmp/pwned', 'w').write('pwned')\n",
            "sitecustomize.py": "raise SystemExit('evil')\n",
            "generator/__init__.py": "raise SystemExit('evil')\n",
            "requirements.lock": "evil==1.0\n",
            "requirements-github.lock": "evil==1.0\n",
            ".github/workflows/preview.yml": workflow.replace(b"permissions: {}", b"permissions: write-all", 1),
        },
    )

    run = previewed(blog, runner, made)

    assert run.results == SHOWN, run.log
    assert b"Evil" not in b"".join(preview_files(blog, 1).values())
    assert b"alert(" not in preview_files(blog, 1)["posts/idea/index.html"]
    for path in ("_config.yml", "_templates/page.html", "requirements.lock", ".github/workflows/preview.yml"):
        assert f"`{path}`" in answer(blog, 1)
    assert not Path("/tmp/pwned").exists()
    assert_golden(end_state(blog, run), "preview_rules_stay", request)


HOSTILE_BRANCH = 'x";touch${IFS}pwned;#$(id)`id`%0A-set-output-é-🦆'
HOSTILE_TITLE = (
    '"; touch pwned; # $(id) `id` %0A::set-output name=go::true @ann #1 <img src=x onerror=alert(1)> \u202eevil 🦆'
)
HOSTILE_FILES = {
    "_posts/2026-02-01-$(touch pwned).md": post(HOSTILE_TITLE, "In a shell."),
    '_posts/2026-02-02-"; touch pwned; #.md': post("Quoted", "In quotes."),
    "_posts/2026-02-03-a\n::error::hacked.md": post("Two lines", "A name of two lines."),
    "_posts/2026-02-04-`id`%0A::set-output name=sha::x.md": post("A command", "A command."),
    "_posts/2026-02-05-🦆-עברית-\u202egpj.md": post("Turned", "Turned round."),
    "_notebooks/2026-02-06-a\nb.ipynb": notebook("print(1)", title="A notebook of two lines"),
    "_posts/-rf": "x",
}


def test_hostile_names_are_inert(blog: FakeGitHub, runner: Runner, request: pytest.FixtureRequest) -> None:
    made = proposed(blog, HOSTILE_FILES, branch=HOSTILE_BRANCH, title=HOSTILE_TITLE)

    run = previewed(blog, runner, made)

    assert run.results == SHOWN, run.log
    assert list(blog.folder.rglob("pwned")) == []
    assert [note for note in run.annotations if "hacked" in note.message] == []
    said = answer(blog, 1)
    assert "<img" not in said
    assert "@ann" not in said
    assert "\u202e" not in said
    assert all("\u202e" not in path and "\n" not in path for path in preview_files(blog, 1))
    assert_golden(end_state(blog, run), "preview_hostile_names", request)


def test_a_notebook_that_nobody_can_read_fails_the_preview(
    blog: FakeGitHub, runner: Runner, request: pytest.FixtureRequest
) -> None:
    made = proposed(blog, {FIGURE: '{"cells": [{"cell_type": "markdown", <<<<<<< HEAD'})

    run = previewed(blog, runner, made)

    assert f"`{FIGURE}" in answer(blog, 1)
    assert "**error**" in answer(blog, 1)
    assert_golden(end_state(blog, run), "preview_unreadable_notebook", request)


def test_figures_of_a_pull_request_are_counted(
    blog: FakeGitHub, runner: Runner, request: pytest.FixtureRequest
) -> None:
    drawing = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>alert(1)</script></svg>'
    made = proposed(
        blog, {"images/drawn.svg": drawing, IDEA: post("An idea", "Look: ![A drawing](/images/drawn.svg) <b>ok</b>")}
    )

    run = previewed(blog, runner, made)

    assert run.results == SHOWN, run.log
    assert "| An idea | added |" in answer(blog, 1)
    assert b"<script>alert" not in b"".join(preview_files(blog, 1).values())
    assert_golden(end_state(blog, run), "preview_with_a_drawing", request)
