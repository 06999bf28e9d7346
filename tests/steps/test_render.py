"""A stranger's pull request as pages: their content, our rules, and nothing of theirs in what is ours."""

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from generator.cache.store import Store
from generator.errors import RefusedError, UsageError
from generator.execution.handover import ConfinedRun, ConfinedRuns, RunStatus, write_result
from generator.execution.key import key_of
from generator.execution.records import Runs, name_of_pair
from generator.execution.run_files import write_runs
from generator.github.built import read_built
from generator.github.manifest import BuiltKind
from generator.github.preview_report import read_report
from generator.model.execution import RunRecord
from generator.model.request import BuildRequest
from generator.runs import run_asking
from generator.sources.pull_request import merge
from generator.stages.runner import Runner
from generator.steps import render as step
from tests.building import code_cell, notebook, stream
from tests.checkouts import Checkouts, Files, git
from tests.running import FakeExecutor
from tests.sandboxes import needs_sandbox
from tests.steps.strangers import A, B, Stepped, asking, execute, pull_request, render

CANARY = "canary-ab5e-77120"
NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
PAGE_A, PAGE_B = "posts/a/index.html", "posts/b/index.html"
OK, FAILED, LOST = RunStatus.OK, RunStatus.FAILED, RunStatus.LOST


def with_outputs(code: str, said: str) -> dict[str, object]:
    """A notebook that asks to be run, and was saved with outputs."""
    made = asking(code)
    front = made["cells"][0]  # type: ignore[index]
    return notebook(front, code_cell(code, stream(said)))


def ran(made: Checkouts, sha: str, *runs: ConfinedRun, stopped: str = "") -> None:
    """What `execute` would have left, without a kernel: cells say what FakeExecutor understands."""
    folder = made.default.parent
    merge(made.default, made.pull_request, folder / "merged")
    request = BuildRequest(folder / "merged", folder / "nowhere", folder / "store", NOW)
    report = run_asking(request, [run.path for run in runs], Runner(FakeExecutor()))
    assert {result.name for result in report.results} == {run.path for run in runs}
    write_runs(Runs(Store(request.cache)), [(run.path, None) for run in runs], folder / "executed/runs")
    write_result(folder / "executed", ConfinedRuns(sha, runs, stopped))


def not_run(rendered: Stepped) -> dict[str, str]:
    """Why notebooks were not run."""
    return {row["path"]: row["why"] for row in rendered.report()["not_run"]}


def changes(rendered: Stepped) -> dict[str, tuple[str, str | None, str | None]]:
    """What becomes of pages, by source."""
    return {page["path"]: (page["change"], page["live"], page["preview"]) for page in rendered.report()["pages"]}


def test_a_preview_is_what_the_job_that_publishes_takes(tmp_path: Path) -> None:
    theirs = {"_posts/2026-02-01-new.md": "---\ntitle: New\n---\nHello there.\n"}
    made, sha = pull_request(tmp_path, theirs, {"_posts/2026-01-05-old.md": "---\ntitle: Old\n---\nStays.\n"})

    done = render(made, sha, is_process=True)

    assert done.exit_code == 0, done.said
    built = read_built(done.output, BuiltKind.PREVIEW)
    assert (built.manifest.source, built.manifest.base_path) == (sha, "/blog/pr-preview/pr-7")
    assert {"/", "/posts/new/", "/posts/old/"} <= set(built.manifest.urls)
    assert dict(built.files())["posts/new/index.html"].decode() == done.page("posts/new/index.html")
    report = read_report(done.output)
    assert [(page.title, page.words_added, page.preview) for page in report.pages] == [("New", 3, "/posts/new/")]
    assert "noindex" in done.page("posts/new/index.html")
    assert "https://github.com/o/blog/pull/7" in done.page("posts/new/index.html")


def test_outputs_of_the_run_are_shown_and_nothing_is_kept_of_them(tmp_path: Path) -> None:
    made, sha = pull_request(tmp_path, {A: asking("say fresh outputs")})
    ran(made, sha, ConfinedRun(A, OK))
    kept = made.default / ".inkmill"
    Runs(Store(kept)).put(record("_notebooks/other.ipynb", {"code": "x"}), b"{}")
    before = snapshot(kept)

    done = render(made, sha)

    assert "fresh outputs" in done.page(PAGE_A)
    assert not_run(done) == {}
    assert snapshot(kept) == before


def test_runs_that_were_kept_are_shown_on_both_sides(tmp_path: Path) -> None:
    # What a refresh found is on the live page, and must not look like something the pull request changes.
    made, sha = pull_request(tmp_path, {"_posts/2026-02-01-p.md": "p"}, {A: asking("say refreshed")})
    request = BuildRequest(made.default, tmp_path / "nowhere", made.default / ".inkmill", NOW)
    run_asking(request, [A], Runner(FakeExecutor()))

    done = render(made, sha)

    assert "refreshed" in done.page(PAGE_A)
    assert list(changes(done)) == ["_posts/2026-02-01-p.md"]


def test_a_notebook_without_network_shows_what_it_was_saved_with(tmp_path: Path) -> None:
    made, sha = pull_request(tmp_path, {A: with_outputs("raise no network", "saved before")})
    ran(made, sha, ConfinedRun(A, FAILED, "URLError", wants_network=True))

    done = render(made, sha)

    assert "saved before" in done.page(PAGE_A)
    assert "it could not be run in this preview, where notebooks have no network" in done.page(PAGE_A)
    assert not_run(done) == {A: "it asks for the network, and there is none while a pull request's notebooks run"}
    assert done.exit_code == 0


def test_a_failed_run_does_not_make_the_last_good_one_forgotten(tmp_path: Path) -> None:
    made, sha = pull_request(tmp_path, {A: asking("say good\nraise now")}, {A: asking("say good")})
    request = BuildRequest(made.default, tmp_path / "nowhere", made.default / ".inkmill", NOW)
    run_asking(request, [A], Runner(FakeExecutor()))
    ran(made, sha, ConfinedRun(A, FAILED, "Oops: now"))

    done = render(made, sha)

    assert not_run(done) == {A: "it failed: Oops: now"}
    assert "good" in done.page(PAGE_A)


def test_each_notebook_that_was_not_run_has_a_reason(tmp_path: Path) -> None:
    lost, slow, says_so, not_asked = (f"_notebooks/2026-02-0{day}-n.ipynb" for day in range(1, 5))
    made, sha = pull_request(tmp_path, {path: asking("say x") for path in (lost, slow, says_so, not_asked)})
    runs = (
        ConfinedRun(lost, LOST),
        ConfinedRun(slow, LOST, "it did not end in time"),
        # There is nothing that bears it out.
        ConfinedRun(says_so, OK),
        ConfinedRun(B, OK),
    )
    write_result(tmp_path / "executed", ConfinedRuns(sha, runs, "it took longer than 25 minutes"))

    assert not_run(render(made, sha)) == {
        lost: "it took longer than 25 minutes",
        slow: "it did not end in time",
        says_so: "it took longer than 25 minutes",
        not_asked: "it was not among those that were run",
    }


def test_without_a_job_that_runs_notebooks_each_shows_what_it_was_saved_with(tmp_path: Path) -> None:
    theirs = {A: with_outputs("say x", "saved"), B: notebook(code_cell("print(1)"))}
    made, sha = pull_request(tmp_path, theirs)
    event = tmp_path / "event.json"
    event.write_text(json.dumps({"repository": {"private": True}}))

    public, private = render(made, sha), render(made, sha, output="private", GITHUB_EVENT_PATH=str(event))

    assert "saved" in public.page(PAGE_A)
    assert not_run(public) == {A: "the job that runs notebooks left nothing"}
    assert not_run(private) == {A: "notebooks of a private repository are not run in a preview"}


def test_a_result_that_is_none_is_said_and_nothing_more(tmp_path: Path) -> None:
    made, sha = pull_request(tmp_path, {A: asking("say fresh")})
    ran(made, sha, ConfinedRun(A, OK))
    (tmp_path / "executed/result.json").write_text("{")

    done = render(made, sha)

    assert done.exit_code == 0
    assert not_run(done) == {A: "the job that runs notebooks left nothing"}
    assert "this is not a result of runs" in done.report()["problems"][0]["problem"]


def test_runs_of_another_commit_are_not_believed(tmp_path: Path) -> None:
    made, sha = pull_request(tmp_path, {A: asking("say fresh")})
    write_result(tmp_path / "executed", ConfinedRuns("2" * 40, (ConfinedRun(A, OK),)))

    done = render(made, sha)

    assert not_run(done) == {A: "the job that runs notebooks left nothing"}
    assert done.report()["problems"][0]["problem"] == "the runs are of another commit, 2222222"


def record(path: str, parts: dict[str, str]) -> RunRecord:
    """A good run as somebody may claim it."""
    return RunRecord(path, None, key_of(parts), NOW, 1.0, "digest", "")


def snapshot(folder: Path) -> dict[str, str]:
    """Every file's digest."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_a_run_of_one_notebook_is_not_taken_for_another_s(tmp_path: Path) -> None:
    # A says that its run is B's: with B's path, with B's key, and under B's name.
    made, sha = pull_request(tmp_path, {A: asking("say mine")}, {B: with_outputs("say ours", "ours")})
    forged = Runs(Store(tmp_path / "forged"))
    evil = json.dumps(notebook(code_cell("x", stream("FORGED")))).encode()
    request = BuildRequest(made.default, tmp_path / "nowhere", tmp_path / "theirs", NOW)
    run_asking(request, [B], Runner(FakeExecutor()))
    of_b = Runs(Store(request.cache)).history(B, None)
    assert of_b is not None and of_b.last_good is not None
    for path in (A, B):
        forged.note_good(forged.put(record(path, dict(of_b.last_good.key.parts)), evil))
    write_runs(forged, [(A, None), (B, None)], tmp_path / "executed/runs")
    write_result(tmp_path / "executed", ConfinedRuns(sha, (ConfinedRun(A, OK), ConfinedRun(B, OK))))

    done = render(made, sha)

    assert b"FORGED" not in done.everything()
    assert "ours" in done.page(PAGE_B)
    assert not_run(done) == {A: "nothing came back of its run"}


def test_links_among_the_runs_are_not_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret.ipynb"
    secret.write_text(json.dumps(notebook(code_cell("x", stream(CANARY)))))
    made, sha = pull_request(tmp_path, {A: asking("say x")})
    ran(made, sha, ConfinedRun(A, OK))
    file = tmp_path / "executed/runs" / f"{name_of_pair(A, None)}.ipynb"
    file.unlink()
    file.symlink_to(secret)

    done = render(made, sha)

    assert (done.exit_code, CANARY.encode() in done.everything()) == (0, False)
    assert not_run(done) == {A: "nothing came back of its run"}


def test_code_and_rules_of_the_pull_request_are_not_used(tmp_path: Path) -> None:
    marker = tmp_path / "ran"
    evil = f"open({str(marker)!r}, 'w').write('x')\n"
    theirs: Files = {
        "_templates/base.html": "EVIL-TEMPLATE",
        "_custom/head.html": "<script>EVIL-HEAD</script>",
        "_inkmill/evil.py": evil,
        "_config.yml": "title: EVIL-TITLE\nplugins: {evil: {}}\n",
        "_data/authors.yml": "EVIL: {}",
        **dict.fromkeys(
            ("conftest.py", "sitecustomize.py", "usercustomize.py", "json.py", "generator/__init__.py"), evil
        ),
        "evil.pth": f"import os; {evil}",
        "pyproject.toml": "[build-system]\nrequires = ['evil']\n",
        "CNAME": "evil.example",
        "_posts/2026-02-01-new.md": "---\ntitle: New\n---\nHello.\n",
    }
    made, sha = pull_request(tmp_path, theirs, {"CNAME": "ours.example\n"})

    done = render(made, sha)

    assert done.exit_code == 0, done.said
    assert not marker.exists()
    pages = b"".join(path.read_bytes() for path in (done.output / "site").rglob("*") if path.is_file())
    assert (b"EVIL" in pages, b"evil" in pages) == (False, False)
    assert not (done.output / "site/CNAME").exists()
    left = {problem["place"] for problem in done.report()["problems"]}
    assert left == set(theirs) - {"_posts/2026-02-01-new.md"}


def test_only_what_the_pull_request_changes_is_told(tmp_path: Path) -> None:
    ours = {
        "_posts/2026-01-05-old.md": "---\ntitle: Old\n---\n[broken](nowhere.md)\n",
        "_posts/2026-01-06-gone.md": "---\ntitle: Gone\n---\nGone.\n",
    }
    made, _ = pull_request(tmp_path, {"_posts/2026-02-01-new.md": "---\ntitle: New\n---\n[broken](lost.md)\n"}, ours)
    (made.pull_request / "_posts/2026-01-06-gone.md").unlink()
    (made.default / "CNAME").write_text("later.example\n")
    git(made.default, "add", "--all")
    git(made.default, "commit", "--quiet", "--message", "later")

    done = render(made, made.commit())

    assert [problem["place"].partition(":")[0] for problem in done.report()["problems"]] == ["_posts/2026-02-01-new.md"]
    assert changes(done) == {
        "_posts/2026-01-06-gone.md": ("removed", "/posts/gone/", None),
        "_posts/2026-02-01-new.md": ("added", None, "/posts/new/"),
    }


def test_a_pull_request_that_lags_behind_shows_newer_posts_and_only_its_own_changes(tmp_path: Path) -> None:
    old = "_posts/2026-01-05-old.md"
    made, sha = pull_request(
        tmp_path,
        {"_posts/2026-02-01-new.md": "---\ntitle: New\n---\nTheirs.\n"},
        {old: "---\ntitle: Old\n---\nFirst words.\n"},
    )
    (made.default / old).write_text("---\ntitle: Old\n---\nNewer words.\n")
    (made.default / "_posts/2026-01-07-later.md").write_text("---\ntitle: Later\n---\nLater.\n")
    (made.default / A).write_text(json.dumps(with_outputs("print('newer')", "newer")))
    git(made.default, "add", "--all")
    git(made.default, "commit", "--quiet", "--message", "later")

    done, ended = render(made, sha), execute(made, sha, A)

    assert changes(done) == {"_posts/2026-02-01-new.md": ("added", None, "/posts/new/")}
    assert "Newer words." in done.page("posts/old/index.html")
    assert "Later." in done.page("posts/later/index.html")
    assert (done.report()["problems"], not_run(done)) == ([], {})
    assert (ended.exit_code, ended.statuses()) == (0, {})


def test_a_pull_request_of_another_history_is_compared_as_a_whole_and_that_is_told(tmp_path: Path) -> None:
    made, _ = pull_request(
        tmp_path,
        {"_posts/2026-02-01-new.md": "---\ntitle: New\n---\nTheirs.\n"},
        {"_posts/2026-01-06-gone.md": "---\ntitle: Gone\n---\nGone.\n"},
    )
    (made.pull_request / "_posts/2026-01-06-gone.md").unlink()
    git(made.pull_request, "checkout", "--quiet", "--orphan", "unrelated")

    done = render(made, made.commit())

    assert [problem["problem"].partition(":")[0] for problem in done.report()["problems"]] == [
        "it cannot be told where this pull request began"
    ]
    assert {path: change for path, (change, _, _) in changes(done).items()} == {
        "_posts/2026-01-06-gone.md": "removed",
        "_posts/2026-02-01-new.md": "added",
    }


def test_what_cannot_be_read_is_told_and_the_rest_is_shown(tmp_path: Path) -> None:
    theirs = {A: "{ this is no notebook", "_posts/2026-02-01-new.md": "---\ntitle: New\n---\nHello.\n"}
    made, sha = pull_request(tmp_path, theirs)

    done = render(made, sha)

    assert done.exit_code == 0, done.said
    assert [problem["is_error"] for problem in done.report()["problems"]] == [True]
    assert "Hello." in done.page("posts/new/index.html")


def test_workflow_commands_in_a_name_are_not_heeded(tmp_path: Path) -> None:
    theirs = {"_posts/2026-02-01-new.md": "---\ntitle: New\n---\n[a](::error::b.md)\n\n{% unknown ::set-output:: %}\n"}
    made, sha = pull_request(tmp_path, theirs)

    lines = render(made, sha, GITHUB_ACTIONS="true").said.splitlines()

    commands = [line for line in lines if line.startswith("::")]
    assert len(commands) == 2
    assert commands[0] == f"::stop-commands::{commands[1].strip(':')}"


def test_a_pull_request_that_is_too_large_leaves_a_report_and_no_site(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from generator.sources import pull_request as merging

    made, sha = pull_request(tmp_path, {f"_posts/2026-02-0{day}-new.md": "x" for day in range(1, 4)})
    monkeypatch.setattr(merging, "MOST_FILES", 2)
    monkeypatch.chdir(made.default)
    for name, value in {"SHA": sha, "PR": "7", "GITHUB_REPOSITORY": "o/blog"}.items():
        monkeypatch.setenv(name, value)

    words = ["--pull-request", str(made.pull_request), "--executed", "none", "--output", str(tmp_path / "built")]
    done = step.main(words)

    assert done.exit_code == 1
    assert [path.name for path in (tmp_path / "built").iterdir()] == ["report.json"]
    assert [problem.problem for problem in read_report(tmp_path / "built").problems] == [
        "the pull request changes more than 2 files"
    ]


@pytest.mark.parametrize("number", ["", "0", "-1", "7; rm", "٧", "1.0", "9999999999"])
def test_what_is_no_number_is_refused(number: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"SHA": "1" * 40, "PR": number, "GITHUB_REPOSITORY": "o/blog"}.items():
        monkeypatch.setenv(name, value)

    with pytest.raises(UsageError, match="PR is not the number"):
        step.main(["--pull-request", str(tmp_path), "--executed", "none", "--output", "out"])


def test_another_commit_than_was_asked_for_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made, _ = pull_request(tmp_path, {})
    for name, value in {"SHA": "1" * 40, "PR": "7", "GITHUB_REPOSITORY": "o/blog"}.items():
        monkeypatch.setenv(name, value)

    with pytest.raises(RefusedError, match="1111111 was asked for"):
        step.main(["--pull-request", str(made.pull_request), "--executed", "none", "--output", "out"])


@pytest.mark.kernel
@pytest.mark.slow
@needs_sandbox
def test_what_a_sandbox_made_is_what_the_preview_shows(tmp_path: Path) -> None:
    code = "import pathlib\nprint(6 * 7, pathlib.Path('b.csv').read_text())"
    fetch = "import urllib.request\nurllib.request.urlopen('https://example.org')"
    theirs: Files = {
        A: asking(code, data=["b.csv"]),
        "_notebooks/b.csv": "of theirs",
        B: with_outputs(fetch, "saved before"),
    }
    made, sha = pull_request(tmp_path, theirs)

    executed = execute(made, sha, A, B)
    done = render(made, sha, is_process=True)

    assert executed.statuses() == {A: "ok", B: "failed"}
    assert "42 of theirs" in done.page(PAGE_A)
    assert "saved before" in done.page(PAGE_B)
    assert list(not_run(done)) == [B]
