"""A preview is published, and the pull request's comment says how that went."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import markdown
import pytest

from generator.github.manifest import BuiltKind, SiteManifest, describe, page_urls, write_manifest
from generator.github.preview_report import to_json
from generator.model.preview import ChangedPage, PageChange, PreviewReport, ReportedProblem
from generator.steps.result import StepResult
from tests.github.fake_api import BOT, FakeApi, serving
from tests.github.previews import COMMENT, OTHER, SHA, event, pull, with_change
from tests.steps.on_github import RUN_URL, Job, bare_repository

NOW = datetime(2026, 11, 26, 12, 30, tzinfo=UTC)
URL = "https://jane.github.io/blog/pr-preview/pr-7/"
PUSHED: Mapping[str, Any] = {"action": "synchronize", "number": 7, "pull_request": {"number": 7}}
REPORT = PreviewReport(
    (
        ChangedPage("New *post*", "_posts/n.md", PageChange.ADDED, None, "/posts/n/", 120, 0, 2),
        ChangedPage("Old post", "_posts/o.md", PageChange.MOVED, "/posts/o/", "/posts/ö/", 3, 14, 0),
        ChangedPage("Gone", "_posts/g.md", PageChange.REMOVED, "/posts/g/", None, 0, 1300, 1),
    ),
    (
        ReportedProblem(False, "_posts/o.md:9", "a link leads nowhere", "write another"),
        ReportedProblem(True, "_notebooks/a.ipynb, cell 3", "KeyError: 'x'"),
    ),
    (("_notebooks/b.ipynb", "it needs the network"),),
)


@pytest.fixture
def job(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Job]:
    api = FakeApi(pulls={7: pull(), 8: {**pull(), "number": 8}})
    with serving(api):
        yield Job(api, tmp_path, monkeypatch, bare_repository(tmp_path / "remote.git"))


def build(
    job: Job, report: PreviewReport | None = REPORT, *, sha: str = SHA, number: int = 7, now: datetime = NOW
) -> Path:
    """The artifact of the job before."""
    folder = job.folder / "built"
    for name in ("index.html", "posts/n/index.html"):
        page = folder / "site" / name
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(f"<!doctype html><title>{now}</title>", encoding="utf-8")
    files = describe(folder / "site")
    place = f"/blog/pr-preview/pr-{number}"
    manifest = SiteManifest(BuiltKind.PREVIEW, sha, now, place, "https://jane.github.io", page_urls(files), (), files)
    write_manifest(folder / "manifest.json", manifest)
    if report is not None:
        (folder / "report.json").write_text(to_json(report), encoding="utf-8")
    return folder


def publish(job: Job, comment: Mapping[str, Any] | None = None, *, run: int = 500, **environ: str) -> StepResult:
    """The step, after a push or after a comment."""
    defaults = {"PR": "7", "SHA": SHA, "BUILD_RESULT": "success"}
    words = ("--from", str(job.folder / "built"))
    return job.run("publish_preview", *words, event=comment or PUSHED, run=run, **{**defaults, **environ})


def test_a_preview_is_published_and_the_comment_shows_what_changed(job: Job) -> None:
    build(job)

    result = publish(job)

    assert result.exit_code == 0
    assert "pr-preview/pr-7/posts/n/index.html" in job.branch()
    (comment,) = job.api.own_comments(7)
    assert f"[Look at the preview]({URL}) of [`{SHA[:7]}`]" in comment
    assert f"built 2026-11-26 12:30 UTC in [this run]({RUN_URL})" in comment
    assert rf"| New \*post\* | added | – | [page]({URL}posts/n/) | +120 −0 | 2 |" in comment
    live = "https://jane.github.io/blog/posts"
    assert f"| Old post | moved | [page]({live}/o/) | [page]({URL}posts/%C3%B6/) | +3 −14 | – |" in comment
    assert f"| Gone | removed | [page]({live}/g/) | – | +0 −1,300 | 1 |" in comment
    assert "- `_notebooks/b.ipynb`: it needs the network" in comment
    errors, warnings = comment.index("- **error** `_notebooks/a.ipynb, cell 3`"), comment.index("- **warning**")
    assert errors < warnings
    assert "comments `/preview`" in comment
    assert URL in job.summary


def test_the_comment_that_asked_gets_a_rocket_for_its_eyes(job: Job) -> None:
    build(job)
    job.api.reactions += [
        {"id": 1, "comment": COMMENT, "content": "eyes", "user": BOT},
        {"id": 2, "comment": COMMENT, "content": "eyes", "user": {"login": "jane", "type": "User"}},
    ]

    publish(job, event())

    assert [(found["content"], found["user"]["type"]) for found in job.api.reactions] == [
        ("eyes", "User"),
        ("rocket", "Bot"),
    ]


def test_a_push_has_no_comment_to_react_to(job: Job) -> None:
    build(job)

    publish(job)

    assert job.api.reactions == []


def test_one_comment_goes_from_building_to_done(job: Job) -> None:
    job.api.permissions["jane"] = {"permission": "admin"}
    job.run("gate", event=event())
    build(job)

    publish(job, event(), EXECUTE_RESULT="success")

    (comment,) = job.api.own_comments(7)
    assert "building" not in comment
    assert URL in comment


def test_nothing_to_publish_is_said_with_what_the_build_found(job: Job) -> None:
    folder = build(job)
    (folder / "manifest.json").unlink()

    result = publish(job, event(), BUILD_RESULT="failure")

    assert (result.exit_code, job.branch()) == (1, [])
    (comment,) = job.api.own_comments(7)
    assert f"could not be shown in [this run]({RUN_URL}): its build failed." in comment
    assert "KeyError" in comment
    assert job.api.own_reactions(COMMENT) == ["confused"]


def test_no_artifact_at_all_is_said(job: Job) -> None:
    result = publish(job, BUILD_RESULT="failure")

    assert result.exit_code == 1
    assert "its build failed" in job.api.own_comments(7)[0]


def test_a_build_that_found_errors_and_made_a_site_is_shown(job: Job) -> None:
    build(job)

    result = publish(job, BUILD_RESULT="failure")

    assert result.exit_code == 0
    assert URL in job.api.own_comments(7)[0]


@pytest.mark.parametrize("result", ["failure", "cancelled", "skipped"])
def test_a_site_that_no_job_rendered_to_its_end_is_not_shown(result: str, job: Job) -> None:
    build(job)

    publish(job, event(), BUILD_RESULT=result)

    assert job.branch() == []
    (comment,) = job.api.own_comments(7)
    assert URL not in comment


def test_a_failure_names_the_preview_that_still_stands(job: Job) -> None:
    folder = build(job)
    publish(job)
    (folder / "manifest.json").unlink()

    publish(job, run=501, BUILD_RESULT="failure")

    assert f"[The one before]({URL}) still stands" in job.api.own_comments(7)[0]
    assert "pr-preview/pr-7/index.html" in job.branch()


def test_a_build_that_was_stopped_is_no_failure(job: Job) -> None:
    result = publish(job, event(), BUILD_RESULT="cancelled")

    assert result.exit_code == 0
    assert "was stopped" in job.api.own_comments(7)[0]


def test_a_hostile_artifact_is_refused_and_the_file_named(job: Job) -> None:
    folder = build(job)
    (folder / "site/a.html").symlink_to("/etc/passwd")

    result = publish(job)

    assert (result.exit_code, job.branch()) == (1, [])
    assert "a.html" in job.api.own_comments(7)[0]


@pytest.mark.parametrize(("sha", "number"), [(OTHER, 7), (SHA, 8)])
def test_what_was_built_for_another_commit_or_place_is_not_published(sha: str, number: int, job: Job) -> None:
    build(job, sha=sha, number=number)

    result = publish(job)

    assert (result.exit_code, job.branch()) == (1, [])
    assert "could not be shown" in job.api.own_comments(7)[0]


def test_a_build_that_is_dated_ahead_is_not_published_since_no_later_one_could_follow_it(job: Job) -> None:
    build(job, now=datetime.now(UTC) + timedelta(days=2))

    result = publish(job)

    assert (result.exit_code, job.branch()) == (1, [])
    assert "of a time to come" in job.api.own_comments(7)[0]


@pytest.mark.parametrize("text", ["{", '{"version": 1}', "[]"])
def test_a_report_that_cannot_be_read_does_not_hide_the_preview(text: str, job: Job) -> None:
    (build(job) / "report.json").write_text(text, encoding="utf-8")

    result = publish(job)

    assert result.exit_code == 0
    assert URL in job.api.own_comments(7)[0]
    assert "What changed cannot be said: report.json" in job.api.own_comments(7)[0]


def test_notebooks_that_could_not_be_run_are_said(job: Job) -> None:
    build(job)

    publish(job, event(), EXECUTE_RESULT="failure")

    assert "Its notebooks could not be run" in job.api.own_comments(7)[0]


def test_a_pull_request_that_was_closed_meanwhile_is_not_shown(job: Job) -> None:
    build(job)
    job.api.pulls[7] = with_change(pull(), "state", "closed")
    job.api.add_comment(7, "<!-- inkmill:preview -->\nbuilding")

    result = publish(job)

    assert (result.exit_code, job.branch()) == (0, [])
    assert "removed, since the pull request is closed" in job.api.own_comments(7)[0]


def test_a_push_that_was_overtaken_by_another_is_not_shown(job: Job) -> None:
    build(job)
    job.api.pulls[7] = pull(OTHER)

    result = publish(job)

    assert (result.exit_code, job.branch(), job.api.own_comments(7)) == (0, [], [])


def test_a_commit_that_was_asked_for_is_shown_although_there_is_a_newer_one(job: Job) -> None:
    build(job)
    job.api.pulls[7] = pull(OTHER)

    publish(job, event())

    assert "has a newer commit by now" in job.api.own_comments(7)[0]


def test_a_slow_run_neither_publishes_nor_speaks_after_a_newer_one(job: Job) -> None:
    build(job)
    publish(job, event(), run=600)
    spoken, branch = job.api.own_comments(7), job.branch()
    build(job, now=NOW.replace(hour=13))

    result = publish(job, event(), run=599)

    assert (result.exit_code, job.api.own_comments(7), job.branch()) == (0, spoken, branch)
    assert "newer run" in result.lines[0]


@pytest.mark.slow
def test_previews_that_made_room_are_said_to_be_gone(job: Job) -> None:
    for number in range(101, 121):
        job.api.pulls[number] = {**pull(), "number": number}
        build(job, number=number, now=NOW.replace(minute=number - 100))
        publish(job, PR=str(number))
    build(job, now=NOW.replace(hour=13))

    publish(job)

    assert "removed, since others needed the room" in job.api.own_comments(101)[0]
    assert URL in job.api.own_comments(7)[0]
    assert "Look at the preview" in job.api.own_comments(102)[0]


def test_nothing_in_a_report_comes_alive_in_the_comment(job: Job) -> None:
    hostile = (
        "@jane #1 <b>x</b> ![x](https://evil.example/x.png) `a` | b\n<!-- inkmill:preview --> https://evil.example"
    )
    page = ChangedPage(hostile, hostile, PageChange.CHANGED, "/a) [x](b/", "/)|<img>/", 1)
    problem = ReportedProblem(True, hostile, hostile, hostile)
    build(job, PreviewReport((page,), (problem,), ((hostile, hostile),)))

    publish(job)

    (comment,) = job.api.own_comments(7)
    html = markdown.markdown(comment.split("\n", 2)[2], extensions=["tables"])
    prose = re.sub(r"<code>.*?</code>", "", html)
    assert set(re.findall(r"<(\w+)", prose)) == set("p a table thead tbody tr th td ul li strong sub".split())
    hosts = {urlsplit(address).netloc for address in re.findall(r'href="([^"]*)"', prose)}
    assert hosts == {"github.com", "jane.github.io"}
    assert "%29%20%5Bx%5D%28b/" in prose
    for alive in ("@jane", "#1", "https://evil"):
        assert alive not in prose, alive


def test_a_long_report_fits_into_a_comment(job: Job) -> None:
    page = replace(REPORT.pages[0], title="t" * 300)
    problems = tuple(replace(REPORT.problems[0], problem=f"{number} {'p' * 900}") for number in range(200))
    build(job, PreviewReport((page,) * 500, problems, (("n" * 300, "w" * 900),) * 200, 7, 9))

    publish(job)

    (comment,) = job.api.own_comments(7)
    assert len(comment) < 65_536
    assert f"{400 + 7} more pages differ" in comment
    assert f"and {180 + 9} more" in comment


@pytest.mark.parametrize(
    ("name", "value"),
    [("PR", "0"), ("PR", "7; id"), ("PR", "７"), ("SHA", "main"), ("SHA", SHA[:7]), ("BUILD_RESULT", "fine")],
)
def test_a_variable_that_is_not_what_it_should_be_is_wrong_usage(name: str, value: str, job: Job) -> None:
    build(job)

    environ = {"PR": "7", "SHA": SHA, "BUILD_RESULT": "success", name: value}
    result = job.run("publish_preview", "--from", str(job.folder / "built"), event=PUSHED, **environ)

    assert (result.exit_code, job.api.requests, job.branch()) == (2, [], [])
    assert result.lines[0].startswith(name)


def test_a_branch_that_cannot_be_pushed_to_is_an_error_that_the_comment_tells(job: Job) -> None:
    build(job)
    assert job.remote is not None
    hook = job.remote / "hooks/pre-receive"
    hook.write_text("#!/bin/sh\necho protected >&2\nexit 1\n", encoding="utf-8")
    hook.chmod(0o755)

    result = publish(job)

    assert result.exit_code == 3
    assert "could not be shown" in job.api.own_comments(7)[0]


@pytest.mark.slow
@pytest.mark.parametrize("is_done", [False, True])
def test_wherever_it_breaks_a_second_run_leaves_one_comment_and_one_reaction(is_done: bool, job: Job) -> None:
    build(job)
    place = 0
    while True:
        place += 1
        job.api.comments.clear()
        job.api.reactions[:] = [{"id": 1, "comment": COMMENT, "content": "eyes", "user": BOT}]
        job.api.requests.clear()
        job.api.fails_from, job.api.does_the_failing = place, is_done
        publish(job, event())
        if job.api.fails_from > len(job.api.requests):
            break
        job.api.fails_from = 0
        again = publish(job, event())
        assert again.exit_code == 0
        assert (len(job.api.own_comments(7)), job.api.own_reactions(COMMENT)) == (1, ["rocket"])
        assert URL in job.api.own_comments(7)[0]
    assert place > 6
