"""build-pull-request: a preview, what it changes, and what is to be mended, whatever was found."""

import json
from pathlib import Path
from typing import Any

import pytest

from generator.asking import Words
from generator.errors import UsageError
from generator.github.manifest import BuiltKind, describe, read_manifest
from generator.github.preview_report import read_report
from generator.model.preview import ChangedPage, PageChange, Preview
from generator.stages.runner import Runner
from generator.steps.build_pull_request import PullRequest, build_pull_request, main
from generator.steps.result import StepResult
from tests.building import code_cell, markdown_cell, notebook
from tests.running import FakeExecutor
from tests.steps.checkouts import commit, git

CONFIG = {"_config.yml": "permalink: /posts/:title/\n"}
A, B, C = "_posts/2021-01-01-a.md", "_posts/2021-01-02-b.md", "_posts/2021-01-03-c.md"
ADDED = {A: "# A\n\nHello dear reader.\n", C: "# C\n\nNew.\n"}


@pytest.fixture
def blog(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The default branch of a blog with two posts, as the current folder."""
    folder = tmp_path / "blog"
    commit(folder, {**CONFIG, A: "# A\n\nHello reader.\n", B: "# B\n\nStays.\n"})
    monkeypatch.chdir(folder)
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    monkeypatch.setenv("GITHUB_REPOSITORY", "jane/blog")
    monkeypatch.setenv("GITHUB_EVENT_NAME", "pull_request")
    for name in ("GITHUB_SHA", "GH_TOKEN", "GITHUB_SERVER_URL", "GITHUB_API_URL"):
        monkeypatch.delenv(name, raising=False)
    return folder


def opened(
    blog: Path, files: dict[str, Any], *, without: tuple[str, ...] = (), fork: str | None = None
) -> dict[str, Any]:
    """A pull request with one commit, checked out as GitHub does: merged into the default branch. Its event."""
    base = git(blog, "rev-parse", "HEAD")
    git(blog, "checkout", "--quiet", "-b", "change")
    head = commit(blog, files, without=without)
    git(blog, "checkout", "--quiet", "--detach", base)
    git(blog, "merge", "--quiet", "--no-ff", "--message=merge", head)
    repository = {"full_name": fork or "jane/blog"}
    return {"number": 7, "head": {"sha": head, "repo": repository}, "base": {"sha": base}}


def run(blog: Path, pull_request: object, monkeypatch: pytest.MonkeyPatch, *words: str) -> StepResult:
    event = blog.parent / "event.json"
    event.write_text(json.dumps({"pull_request": pull_request}))
    monkeypatch.setenv("GITHUB_EVENT_PATH", str(event))
    return main(["--output", str(blog.parent / "built"), *words])


def test_the_preview_is_handed_on_with_the_pages_that_change(
    blog: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pull_request = opened(blog, ADDED)

    result = run(blog, pull_request, monkeypatch, "--strict")

    built = tmp_path / "built"
    manifest = read_manifest(built / "manifest.json", BuiltKind.PREVIEW)
    assert result.exit_code == 0
    assert sorted(path.name for path in built.iterdir()) == ["manifest.json", "report.json", "site"]
    assert (manifest.source, manifest.files) == (pull_request["head"]["sha"], describe(built / "site"))
    assert read_report(built).pages == (
        ChangedPage("A", A, PageChange.CHANGED, "/posts/a/", "/posts/a/", 1, 0),
        ChangedPage("C", C, PageChange.ADDED, None, "/posts/c/", 2, 0),
    )


def test_a_preview_stands_below_its_own_path_and_says_what_it_is(
    blog: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(blog, opened(blog, ADDED), monkeypatch)

    manifest = read_manifest(tmp_path / "built/manifest.json", BuiltKind.PREVIEW)
    page = (tmp_path / "built/site/posts/a/index.html").read_text()
    assert manifest.base_path == "/blog/pr-preview/pr-7"
    assert 'href="/blog/pr-preview/pr-7/' in page
    assert "https://github.com/jane/blog/pull/7" in page


def test_pages_that_move_and_go_are_told_as_such(blog: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pull_request = opened(blog, {A: "---\npermalink: /first/\n---\n# A\n\nHello reader.\n"}, without=(B,))

    run(blog, pull_request, monkeypatch)

    assert read_report(tmp_path / "built").pages == (
        ChangedPage("A", A, PageChange.MOVED, "/posts/a/", "/first/"),
        ChangedPage("B", B, PageChange.REMOVED, "/posts/b/", None, 0, 2),
    )


def test_neighbours_lists_and_dates_are_no_changes(blog: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pull_request = opened(blog, {C: "# C\n\nNew.\n"})

    run(blog, pull_request, monkeypatch)

    assert [page.title for page in read_report(tmp_path / "built").pages] == ["C"]


def test_a_picture_with_other_content_under_the_same_name_is_a_changed_figure(
    blog: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    svg = '<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><circle r="{}"/></svg>'
    commit(blog, {A: "# A\n\n![a dot](../images/dot.svg)\n", "images/dot.svg": svg.format(2)})
    pull_request = opened(blog, {"images/dot.svg": svg.format(3)})

    run(blog, pull_request, monkeypatch)

    assert read_report(tmp_path / "built").pages == (
        ChangedPage("A", A, PageChange.CHANGED, "/posts/a/", "/posts/a/", 0, 0, 1),
    )


def test_a_warning_fails_only_when_strict_and_the_preview_is_there_all_the_same(
    blog: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pull_request = opened(blog, {C: "# C\n\n[gone](nowhere.md)\n"})

    codes = [run(blog, pull_request, monkeypatch, *words).exit_code for words in ((), ("--strict",))]

    assert codes == [0, 1]
    assert (tmp_path / "built/manifest.json").is_file()
    (problem,) = read_report(tmp_path / "built").problems
    assert (problem.is_error, problem.place) == (False, f"{C}:3")


def test_an_error_in_one_post_fails_and_the_others_can_be_looked_at(
    blog: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pull_request = opened(blog, {**ADDED, B: "---\ndate: tomorow\n---\n# B\n"})

    result = run(blog, pull_request, monkeypatch)

    report = read_report(tmp_path / "built")
    assert result.exit_code == 1
    assert any(line.startswith(f"::error file={B},line=2::") for line in result.lines)
    assert (tmp_path / "built/site/posts/c/index.html").is_file()
    assert [problem.is_error for problem in report.problems] == [True]
    assert [(page.title, page.change) for page in report.pages] == [("A", PageChange.CHANGED), ("C", PageChange.ADDED)]


def test_a_wrong_setting_leaves_no_site_and_a_report_that_says_why(
    blog: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pull_request = opened(blog, {"_config.yml": "paginate: many\n"})

    result = run(blog, pull_request, monkeypatch)

    assert result.exit_code == 1
    assert [path.name for path in (tmp_path / "built").iterdir()] == ["report.json"]
    assert read_report(tmp_path / "built").problems[0].place.startswith("_config.yml:1")


def test_a_file_that_no_preview_may_hold_leaves_no_site_and_a_report(
    blog: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pull_request = opened(blog, {"images/tool.exe": b"MZ"})

    result = run(blog, pull_request, monkeypatch)

    assert result.exit_code == 1
    assert [path.name for path in (tmp_path / "built").iterdir()] == ["report.json"]
    assert "`images/tool.exe` is of a kind that no preview holds" in read_report(tmp_path / "built").problems[0].problem


def test_notebooks_run_as_declared_after_the_default_branch_was_looked_at(
    blog: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = "_notebooks/2021-01-04-d.ipynb"
    cells = (markdown_cell("---\nexecute: true\n---\n# D"), code_cell("say tide"))
    pull_request = opened(blog, {path: notebook(*cells)})
    executor = FakeExecutor()
    preview = Preview(7, pull_request["head"]["sha"])

    result = build_pull_request(
        tmp_path / "built",
        Words(keep_going=True, preview=preview, jobs=1),
        PullRequest(preview, pull_request["base"]["sha"], is_from_fork=False),
        Runner(executor=executor),
    )

    assert (result.exit_code, executor.ran) == (0, [path])
    assert "tide" in (tmp_path / "built/site/posts/d/index.html").read_text()


def test_the_summary_of_a_fork_has_the_line_that_asks_for_its_preview(
    blog: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pull_request = opened(blog, ADDED, fork="mallory/blog")

    run(blog, pull_request, monkeypatch)

    said = (tmp_path / "summary.md").read_text()
    assert f"```\n/preview {pull_request['head']['sha']}\n```" in said
    assert "| C | added |" in said


def test_the_summary_of_a_pull_request_of_ours_asks_for_nothing(
    blog: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(blog, opened(blog, ADDED), monkeypatch)

    assert "/preview" not in (tmp_path / "summary.md").read_text().replace("/pr-preview/", "")


def test_a_fork_that_was_deleted_is_one(blog: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pull_request = opened(blog, ADDED)
    pull_request["head"]["repo"] = None

    run(blog, pull_request, monkeypatch)

    assert "It comes from a fork" in (tmp_path / "summary.md").read_text()


def test_a_checkout_of_the_head_alone_is_compared_with_the_base(
    blog: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pull_request = opened(blog, ADDED)
    git(blog, "checkout", "--quiet", "--detach", pull_request["head"]["sha"])

    run(blog, pull_request, monkeypatch)

    assert [page.title for page in read_report(tmp_path / "built").pages] == ["A", "C"]


def test_a_merge_is_compared_with_what_it_was_merged_into(
    blog: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The event's base is older than the default branch where somebody pushed in between."""
    older = git(blog, "rev-parse", "HEAD")
    commit(blog, {B: "# B\n\nChanged on the default branch.\n"})
    pull_request = opened(blog, ADDED)
    pull_request["base"]["sha"] = older

    run(blog, pull_request, monkeypatch)

    assert [page.title for page in read_report(tmp_path / "built").pages] == ["A", "C"]


def test_without_the_base_in_the_checkout_nobody_knows_what_changes_and_the_preview_is_there(
    blog: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pull_request = opened(blog, ADDED)
    git(blog, "checkout", "--quiet", "--detach", pull_request["head"]["sha"])
    pull_request["base"]["sha"] = "b" * 40

    result = run(blog, pull_request, monkeypatch)

    assert result.exit_code == 0
    assert read_report(tmp_path / "built").pages == ()
    assert "so nobody knows which pages change" in result.lines[-1]
    assert "so nobody knows which pages change" in (tmp_path / "summary.md").read_text()
    assert (tmp_path / "built/manifest.json").is_file()


def test_a_default_branch_that_cannot_be_built_stops_no_preview(
    blog: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit(blog, {"_config.yml": "paginate: many\n"})
    pull_request = opened(blog, {**CONFIG, **ADDED})

    result = run(blog, pull_request, monkeypatch)

    assert result.exit_code == 0
    assert "What this is compared with cannot be built" in result.lines[-1]


@pytest.mark.parametrize(
    "pull_request",
    [
        None,
        {},
        {"number": 7, "head": {"sha": "a" * 40}},
        {"number": True, "head": {"sha": "a" * 40}, "base": {"sha": "b" * 40}},
        {"number": 0, "head": {"sha": "a" * 40}, "base": {"sha": "b" * 40}},
        {"number": "7", "head": {"sha": "a" * 40}, "base": {"sha": "b" * 40}},
        {"number": 7, "head": {"sha": "--upload-pack=x"}, "base": {"sha": "b" * 40}},
        {"number": 7, "head": {"sha": "a" * 40}, "base": {"sha": "HEAD~1"}},
    ],
    ids=["push", "empty", "no-base", "bool", "zero", "text", "option", "name"],
)
def test_an_event_that_is_no_pull_request_is_wrong_usage(
    blog: Path, monkeypatch: pytest.MonkeyPatch, pull_request: object
) -> None:
    with pytest.raises(UsageError, match="not started by a pull request"):
        run(blog, pull_request, monkeypatch)


def test_hooks_and_filters_of_the_checkout_do_not_run(
    blog: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit(blog, {".gitattributes": "*.md filter=evil\n"})
    pull_request = opened(blog, ADDED)
    mark = tmp_path / "ran"
    git(blog, "config", "filter.evil.smudge", f"touch {mark}; cat")
    for hook in ("post-checkout", "reference-transaction"):
        path = blog / ".git/hooks" / hook
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"#!/bin/sh\ntouch {mark}\n")
        path.chmod(0o755)

    result = run(blog, pull_request, monkeypatch)

    assert result.exit_code == 0
    assert not mark.exists()


def test_the_checkout_and_its_own_site_stay_as_they_are(blog: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pull_request = opened(blog, ADDED)

    run(blog, pull_request, monkeypatch)

    assert git(blog, "status", "--porcelain") == ""
    assert sorted(path.name for path in blog.iterdir()) == [".git", ".inkmill", "_config.yml", "_posts"]
