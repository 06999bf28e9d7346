"""build: a site in order is handed on, and anything else is not."""

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from generator.asking import Words
from generator.github.manifest import BuiltKind, describe, read_manifest
from generator.stages.runner import Runner
from generator.steps.build import build, main
from generator.steps.notebook_secrets import NotebookSecrets
from generator.steps.result import StepResult
from tests.building import code_cell, lay_out, markdown_cell, notebook
from tests.running import FakeExecutor
from tests.steps.checkouts import commit

ROOT = Path(__file__).resolve().parents[2]
CONFIG = {"_config.yml": "permalink: /posts/:title/\ngone: [/left/]\n"}
A = {"_posts/2021-01-01-a.md": "---\nredirect_from: /old/\n---\n# A\n\nHello.\n"}
BROKEN_LINK = {"_posts/2021-01-02-b.md": "# B\n\n[gone](nowhere.md)\n"}
SECRET = "north-gate-4711"


@pytest.fixture
def blog(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A blog under git, as the current folder of a job."""
    folder = tmp_path / "blog"
    commit(folder, {**CONFIG, **A})
    monkeypatch.chdir(folder)
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    monkeypatch.setenv("GITHUB_REPOSITORY", "jane/blog")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1767225600")
    for name in ("GITHUB_SHA", "NOTEBOOK_SECRETS", "GITHUB_ACTIONS"):
        monkeypatch.delenv(name, raising=False)
    return folder


def lines_for_the_runner(result: StepResult) -> list[str]:
    """What a runner obeys: commands that are not between stop and go."""
    heard: list[str] = []
    until = ""
    for line in result.lines:
        if until:
            until = "" if line == until else until
        elif line.startswith("::stop-commands::"):
            until = f"::{line.removeprefix('::stop-commands::')}::"
        elif line.startswith("::"):
            heard.append(line)
    return heard


def test_the_site_is_handed_on_with_a_manifest_that_fits_it(blog: Path, tmp_path: Path) -> None:
    built = tmp_path / "built"

    result = main(["--output", str(built)])

    manifest = read_manifest(built / "manifest.json", BuiltKind.SITE)
    assert result.exit_code == 0
    assert sorted(path.name for path in built.iterdir()) == ["manifest.json", "site"]
    assert manifest.files == describe(built / "site")
    assert (manifest.address, manifest.base_path, manifest.gone) == ("https://jane.github.io", "/blog", ("/left/",))
    assert {"/", "/old/", "/posts/a/"} <= set(manifest.urls)
    assert manifest.now == datetime(2026, 1, 1, tzinfo=UTC)


def test_until_the_setup_is_merged_no_address_is_promised(blog: Path, tmp_path: Path) -> None:
    told = []
    for word in ("pending", "done"):
        lay_out(blog, {"_config.yml": f"permalink: /posts/:title/\nsetup: {word}\n"})
        main(["--output", str(tmp_path / "built")])
        told.append(read_manifest(tmp_path / "built/manifest.json", BuiltKind.SITE).is_provisional)

    assert told == [True, False]


def test_the_manifest_names_the_commit_that_is_checked_out(
    blog: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    head = commit(blog, {"images/x.txt": "x"})
    monkeypatch.setenv("GITHUB_SHA", "b" * 40)

    main(["--output", str(tmp_path / "built")])

    assert read_manifest(tmp_path / "built/manifest.json", BuiltKind.SITE).source == head


def test_the_checkout_and_its_own_site_stay_as_they_are(blog: Path, tmp_path: Path) -> None:
    lay_out(blog, {"_site/index.html": "older"})

    main(["--output", str(tmp_path / "built")])

    assert (blog / "_site/index.html").read_text() == "older"
    assert sorted(path.name for path in blog.iterdir()) == [".git", ".inkmill", "_config.yml", "_posts", "_site"]


def test_a_broken_link_is_annotated_at_its_line_and_does_not_fail(blog: Path, tmp_path: Path) -> None:
    commit(blog, BROKEN_LINK)

    result = main(["--output", str(tmp_path / "built")])

    assert result.exit_code == 0
    (said,) = lines_for_the_runner(result)
    assert said == (
        "::warning file=_posts/2021-01-02-b.md,line=3::`nowhere.md` leads to no page and no file of the blog"
        "%0Amend the path, or take the link out"
    )
    assert (tmp_path / "built/manifest.json").is_file()


def test_strict_makes_it_an_error_and_hands_nothing_on(blog: Path, tmp_path: Path) -> None:
    commit(blog, BROKEN_LINK)

    result = main(["--output", str(tmp_path / "built"), "--strict"])

    assert result.exit_code == 1
    assert [line.split(" ")[0] for line in lines_for_the_runner(result)] == ["::error"]
    assert list((tmp_path / "built").iterdir()) == []


def test_an_error_hands_nothing_on_and_an_older_site_is_gone_too(blog: Path, tmp_path: Path) -> None:
    built = tmp_path / "built"
    main(["--output", str(built)])
    commit(blog, {"_posts/2021-01-03-c.md": "---\ndate: tomorow\n---\n# C\n"})

    result = main(["--output", str(built)])

    assert result.exit_code == 1
    assert list(built.iterdir()) == []
    assert "error" in lines_for_the_runner(result)[0]
    assert any("Nothing was published because of 1 error." in line for line in result.lines)


def test_a_secret_in_a_page_fails_and_neither_page_nor_log_nor_summary_shows_it(
    blog: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit(blog, {"_posts/2021-01-03-c.md": f"# C\n\nThe gate is {SECRET}.\n"})
    monkeypatch.setenv("NOTEBOOK_SECRETS", f"GATE={SECRET}")

    result = main(["--output", str(tmp_path / "built")])

    assert result.exit_code == 1
    assert list((tmp_path / "built").iterdir()) == []
    assert SECRET not in "\n".join(result.lines)
    assert SECRET not in (tmp_path / "summary.md").read_text()
    os.environ.pop("GATE")


def test_a_notebook_may_read_a_secret_that_it_names_and_the_build_looks_for_it_in_what_ran(
    blog: Path, tmp_path: Path
) -> None:
    commit(
        blog, {"_notebooks/2021-01-04-d.ipynb": notebook(markdown_cell("---\nexecute: true\n---"), code_cell("leak"))}
    )
    secrets = NotebookSecrets({"GATE": SECRET}, is_on_runner=True)
    runner = Runner(executor=FakeExecutor(leaks=SECRET))

    result = build(tmp_path / "built", Words(), secrets, runner)

    assert result.exit_code == 1
    assert result.lines[0] == f"::add-mask::{SECRET}"
    assert SECRET not in "\n".join(result.lines[1:])
    assert list((tmp_path / "built").iterdir()) == []


def test_notebooks_run_as_declared_and_never_when_that_is_asked_for(blog: Path, tmp_path: Path) -> None:
    commit(
        blog, {"_notebooks/2021-01-04-d.ipynb": notebook(markdown_cell("---\nexecute: true\n---"), code_cell("say hi"))}
    )
    runner = FakeExecutor()

    codes = [
        build(tmp_path / "built", Words(execute=when), NotebookSecrets({}), Runner(executor=runner)).exit_code
        for when in ("never", "declared")
    ]

    assert runner.ran == ["_notebooks/2021-01-04-d.ipynb"]
    assert codes[1] == 0
    assert "hi" in (tmp_path / "built/site/posts/d/index.html").read_text()


def test_a_file_too_large_for_github_is_refused_before_the_upload(
    blog: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from generator.github.inert_tree import TreeRules

    rules = TreeRules(50_000, 2_000_000, 2**30, for_any_system=False)
    monkeypatch.setattr("generator.stages.built_site.SITE_RULES", rules)
    commit(blog, {"images/large.bin": b"0" * 2_000_001})

    result = main(["--output", str(tmp_path / "built")])

    assert result.exit_code == 1
    assert any(line.startswith("`images/large.bin` is larger than ") for line in result.lines)
    assert list((tmp_path / "built").iterdir()) == []


def test_a_mistake_of_ours_is_4_after_the_masks_and_hands_nothing_on(
    blog: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError(f"not a number: {SECRET}")

    monkeypatch.setattr("generator.steps.built.build_apart", fail)

    result = build(tmp_path / "built", Words(), NotebookSecrets({"GATE": SECRET}, is_on_runner=True))

    assert (result.exit_code, result.lines[0]) == (4, f"::add-mask::{SECRET}")
    assert list((tmp_path / "built").iterdir()) == []


def test_a_folder_of_somebody_elses_is_refused_and_stays(blog: Path, tmp_path: Path) -> None:
    lay_out(tmp_path / "work", {"site/thesis.tex": "ten years"})

    result = main(["--output", str(tmp_path / "work")])

    assert result.exit_code == 2
    assert (tmp_path / "work/site/thesis.tex").read_text() == "ten years"


@pytest.mark.parametrize(
    "words",
    ["::set-output name=x::y", "::error::no", "##[add-mask]x", "::stop-commands::x", "::add-path::/evil"],
    ids=["output", "error", "old", "stop", "path"],
)
def test_a_title_that_is_a_command_reaches_no_runner(blog: Path, tmp_path: Path, words: str) -> None:
    commit(
        blog,
        {
            "_posts/2021-01-02-b.md": f"# B\n\n[{words}]({words.replace(' ', '%20')})\n",
            f"{words.split(' ')[0].replace('/', '')}.md": "---\ndate: tomorow\n---\n# C\n",
        },
    )

    result = main(["--output", str(tmp_path / "built")])

    assert any(words.split(" ")[0] in line for line in result.lines)
    assert {line.split(" ")[0] for line in lines_for_the_runner(result)} <= {"::error", "::warning"}
    assert all(" file=" in line for line in lines_for_the_runner(result))


def test_the_summary_counts_and_lists_and_nothing_in_it_is_alive(blog: Path, tmp_path: Path) -> None:
    commit(blog, {"_posts/2021-01-02-b.md": "# B\n\n[x](@jane/#1.md) <img src=x>\n", "_drafts/c.md": "# C\n"})

    main(["--output", str(tmp_path / "built")])

    said = (tmp_path / "summary.md").read_text()
    assert said.startswith("### The site\n\n2 published, 1 draft")
    assert "| warning |" in said
    assert "@jane" not in said
    assert "<details><summary>Not published, or not listed: 1</summary>" in said


def test_a_folder_that_is_no_commit_hands_nothing_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lay_out(tmp_path / "blog", {**CONFIG, **A})
    monkeypatch.chdir(tmp_path / "blog")
    monkeypatch.delenv("GITHUB_SHA", raising=False)

    result = main(["--output", str(tmp_path / "built")])

    assert result.exit_code == 2
    assert "what is built here is no commit" in result.lines[1]
    assert list((tmp_path / "built").iterdir()) == []


def test_the_step_is_a_process_that_anyone_can_start(blog: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "generator.steps", "build", "--output", str(tmp_path / "built")],
        env={**os.environ, "PYTHONPATH": str(ROOT), "NOTEBOOK_SECRETS": f"GATE={SECRET}", "GITHUB_ACTIONS": "true"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[0] == f"::add-mask::{SECRET}"
    assert (tmp_path / "built/manifest.json").is_file()
