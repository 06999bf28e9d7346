"""A blog without the engine: `make` installs the commit that engine.txt names, and the site is the same."""

import os
import re
import subprocess
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path

import pytest

from generator.github.context import RunContext
from generator.github.outputs import RunnerFiles
from generator.github.setup_offer import BRANCH
from generator.steps.setup import offer_setup
from tests.building import NOW, code_cell, lay_out, markdown_cell, notebook, stream
from tests.github.repositories import FakeGitHub, git, new_bare

ROOT = Path(__file__).resolve().parents[1]
POSTS: dict[str, str | bytes | dict[str, object]] = {
    "_posts/2025-01-02-tides.md": "# Tides\n\nThey come and go, $x^2$.\n",
    "_notebooks/2025-01-03-moon.ipynb": notebook(markdown_cell("# Moon"), code_cell("print(1)", stream("1\n"))),
}

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("content-only")]


def checkout_as_it_is(bare: Path) -> Path:
    """A bare repository whose one commit holds this checkout, with what is not committed yet."""
    new_bare(bare)
    words = ("-c", "core.bare=false", f"--git-dir={bare}", f"--work-tree={ROOT}")
    git(ROOT, *words, "add", "--all", ".", index=bare / "own-index")
    tree = git(bare, "write-tree", index=bare / "own-index")
    git(bare, "update-ref", "refs/heads/main", git(bare, "commit-tree", tree, "-m", "The template"))
    return bare


@dataclass(frozen=True, slots=True)
class Layouts:
    """The two commits of one setup, checked out, each with the same posts.

    Args:
        whole: the engine is in it.
        content_only: it is not.
    """

    whole: Path
    content_only: Path


@pytest.fixture(scope="module")
def layouts(tmp_path_factory: pytest.TempPathFactory) -> Layouts:
    folder = tmp_path_factory.mktemp("layouts")
    template = checkout_as_it_is(folder / "inkmill/inkmill.git")
    blog = new_bare(folder / "ada/notes.git")
    git(blog, "fetch", "--quiet", str(template), "main:main")
    context = RunContext("ada/notes", server_url=f"file://{folder}", retry_seconds=0.001)
    github = FakeGitHub(context)
    facts = {"default_branch": "main", "template_repository": {"full_name": "inkmill/inkmill"}}
    github.things["/repos/ada/notes"] = facts
    assert offer_setup(context, github, RunnerFiles()).exit_code == 0
    made = Layouts(folder / "whole", folder / "content only")
    for commit, path in ((f"{BRANCH}~1", made.whole), (BRANCH, made.content_only)):
        git(folder, "clone", "--quiet", str(blog), str(path))
        git(path, "checkout", "--quiet", "--detach", git(blog, "rev-parse", commit))
        pin = (path / "engine.txt").read_text().replace(f"file://{folder}", "https://github.com")
        lay_out(path, {**POSTS, "engine.txt": pin})
        git(path, "add", "--all")
        git(path, "commit", "--quiet", "--message", "Posts")
    return made


def prepared(folder: Path) -> None:
    """An environment that finds the third-party packages of this one, so that none has to be fetched."""
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    (packages,) = folder.glob("lib/python*/site-packages")
    # A .pth file found through another one is not obeyed, so an editable engine of this environment stays out.
    (packages / "third-party.pth").write_text(f"{sysconfig.get_path('purelib')}\n")


def make(folder: Path, *words: str, **more: str) -> "subprocess.CompletedProcess[str]":
    """`make` without a network: what is not there cannot be fetched."""
    env = {name: value for name, value in os.environ.items() if not name.startswith(("GITHUB_", "PYTHONPATH"))}
    fixed = {"PIP_NO_INDEX": "1", "INKMILL_NO_UV": "1", "PYTHON": sys.executable, "SOURCE_DATE_EPOCH": "1767225600"}
    # GitHub is the folder beside the blog.
    fixed |= {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_FIND_LINKS": "", "GIT_CONFIG_COUNT": "1"}
    fixed |= {"GIT_CONFIG_KEY_0": f"url.file://{folder.parent}/.insteadOf", "GIT_CONFIG_VALUE_0": "https://github.com/"}
    return subprocess.run(
        ["make", *words], cwd=folder, env={**env, **fixed, **more}, capture_output=True, text=True, check=False
    )


def files_below(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def built(layouts: Layouts) -> "subprocess.CompletedProcess[str]":
    prepared(layouts.content_only / ".venv")
    done = make(layouts.content_only, "site")
    assert done.returncode == 0, done.stdout + done.stderr
    return done


def test_the_site_is_the_same_with_and_without_the_engine_in_the_repository(
    layouts: Layouts, built: "subprocess.CompletedProcess[str]"
) -> None:
    command = [sys.executable, "-m", "generator", "build", "--now", NOW, "--strict"]

    whole = subprocess.run(command, cwd=layouts.whole, capture_output=True, text=True, check=False)

    assert (whole.returncode, whole.stderr) == (0, "")
    site = files_below(layouts.content_only / "_site")
    assert site == files_below(layouts.whole / "_site")
    assert {"index.html", "posts/tides/index.html", "posts/moon/index.html", "about/index.html"} <= site.keys()


def test_the_engine_is_the_commit_that_engine_txt_names(
    layouts: Layouts, built: "subprocess.CompletedProcess[str]"
) -> None:
    (recorded,) = (layouts.content_only / ".venv").glob("lib/python*/site-packages/inkmill-*.dist-info/direct_url.json")
    commit = (layouts.content_only / "engine.txt").read_text().strip().rpartition("@")[2]

    assert commit in recorded.read_text()
    assert not (layouts.content_only / "generator").exists()


def test_set_up_is_done_once_and_again_when_the_engine_moves(
    layouts: Layouts, built: "subprocess.CompletedProcess[str]"
) -> None:
    again = make(layouts.content_only, "site")
    os.utime(layouts.content_only / "engine.txt")
    moved = make(layouts.content_only, "--dry-run", "site")

    assert "Setting up .venv" in built.stdout
    assert "Setting up" not in again.stdout
    assert "Setting up" in moved.stdout


def test_a_job_with_a_write_token_has_the_steps(layouts: Layouts, built: "subprocess.CompletedProcess[str]") -> None:
    prepared(layouts.content_only / ".venv-steps")

    done = make(layouts.content_only, "steps")
    looked = subprocess.run(
        [".venv-steps/bin/python", "-m", "generator.steps", "setup", "--look"],
        cwd=layouts.content_only,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert (looked.returncode, looked.stdout) == (0, "The setup is done.\n")


def test_every_word_of_its_makefile_is_explained_at_its_top() -> None:
    text = (ROOT / "templates/repository/Makefile").read_text()
    phony = re.search(r"^\.PHONY: (.*)$", text, re.MULTILINE)

    assert phony
    assert {word for word in phony[1].split() if f"make {word}" not in text} == set()


def test_a_python_that_is_too_old_is_named_with_the_way_out(tmp_path: Path) -> None:
    for name in ("python3", "python3.11", "python3.12", "python3.13", "python3.14"):
        lay_out(tmp_path / "bin", {name: "#!/bin/sh\nexit 1\n"})
        (tmp_path / "bin" / name).chmod(0o755)
    blog = tmp_path / "blog"
    lay_out(blog, dict.fromkeys(("requirements.lock", "engine.txt"), ""))
    (blog / "Makefile").write_bytes((ROOT / "templates/repository/Makefile").read_bytes())

    done = make(blog, "site", PATH=f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}", PYTHON="")

    assert done.returncode == 2
    assert "No Python 3.11 or newer was found" in done.stderr
    assert not (blog / ".venv").exists()


def test_uv_installs_the_same_where_it_is_there(tmp_path: Path) -> None:
    lay_out(tmp_path / "bin", {"uv": f'#!/bin/sh\necho "$@" >> "{tmp_path}/said"\n'})
    (tmp_path / "bin/uv").chmod(0o755)
    blog = tmp_path / "blog"
    lay_out(blog, dict.fromkeys(("requirements.lock", "engine.txt"), ""))
    (blog / "Makefile").write_bytes((ROOT / "templates/repository/Makefile").read_bytes())
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", blog / ".venv"], check=True)

    done = make(blog, "environment", PATH=f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}", INKMILL_NO_UV="")

    assert done.returncode == 0, done.stderr
    common = "pip install --quiet --compile-bytecode --python .venv/bin/python"
    assert (tmp_path / "said").read_text().splitlines() == [
        "--version",
        f"{common} --require-hashes --requirement requirements.lock",
        f"{common} --no-deps --no-build-isolation --reinstall --requirement engine.txt",
    ]
