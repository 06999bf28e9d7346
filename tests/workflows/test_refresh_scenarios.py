"""The schedule: notebooks run, pages stay fresh, one issue tells what fails; with the real refresh.yml."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.workflows import bare_repository, events
from tests.workflows.end_state import assert_golden, end_state
from tests.workflows.fake_github import FakeGitHub
from tests.workflows.fake_server import serving
from tests.workflows.github_state import Environment, Repository
from tests.workflows.loopback import Loopback
from tests.workflows.refreshing import at, config, daily, notebook, refreshed, take_over
from tests.workflows.runner import Runner
from tests.workflows.test_scenarios import pages_of

pytestmark = [pytest.mark.slow, pytest.mark.kernel]

TIDE = "_notebooks/2026-01-04-tide.ipynb"
WELL = "_notebooks/2026-01-05-well.ipynb"
ALL_WELL = {
    "refresh": "success", "keep": "success", "publish": "success", "serve": "skipped", "report": "success",
}  # fmt: skip
SECRET = "canary-51d7c0ffee-wandb"
OTHER_SECRET = "canary-0ddba11-sensor"


@contextmanager
def beforehand(
    loopback: Loopback, bytecode: Path, folder: Path, past: Repository
) -> Iterator[tuple[FakeGitHub, Runner, Repository]]:
    """A GitHub for what happens before a scenario begins."""
    fake = FakeGitHub(folder)
    with serving(fake, loopback):
        blog = fake.add_repository("ann/blog", past.git)
        take_over(fake, past)
        yield fake, Runner(fake, loopback, bytecode), blog


@pytest.fixture(scope="session")
def fresh(
    loopback: Loopback, published: Repository, bytecode: Path, tmp_path_factory: pytest.TempPathFactory
) -> Repository:
    """The blog with a notebook that is run every day, after the first of these runs, on 1 December at noon."""
    with beforehand(loopback, bytecode, tmp_path_factory.mktemp("fresh"), published) as (github, runner, blog):
        evening = "---\ntitle: An evening\ndate: 2026-12-01 18:00\n---\nNot before six.\n"
        blog.environments["notebooks"] = Environment()
        files: dict[str, str | bytes | None] = {
            TIDE: daily("The tide", "tide.txt"), "data/tide.txt": "41\n", "_posts/2026-12-01-evening.md": evening
        }  # fmt: skip
        github.push("ann/blog", "main", files)
        run = refreshed(github, runner, "2026-12-01T12:00")
        assert run.results == ALL_WELL, run.log
    return blog


@pytest.fixture(scope="session")
def failing(
    loopback: Loopback, fresh: Repository, bytecode: Path, tmp_path_factory: pytest.TempPathFactory
) -> Repository:
    """The same on 2 December: the tide's data was broken, and the issue is open."""
    with beforehand(loopback, bytecode, tmp_path_factory.mktemp("failing"), fresh) as (github, runner, blog):
        github.push("ann/blog", "main", {"data/tide.txt": "high\n"})
        run = refreshed(github, runner, "2026-12-02T12:00")
        assert run.results == ALL_WELL, run.log
    return blog


@pytest.fixture
def daily_blog(github: FakeGitHub, fresh: Repository) -> FakeGitHub:
    return take_over(github, fresh)


@pytest.fixture
def failing_blog(github: FakeGitHub, failing: Repository) -> FakeGitHub:
    return take_over(github, failing)


def page(github: FakeGitHub, name: str) -> str:
    return pages_of(github)[f"posts/{name}/index.html"].decode()


def issues(github: FakeGitHub) -> list[tuple[int, str]]:
    return [(issue.number, issue.state) for issue in github.repositories["ann/blog"].issues.values()]


def talk(github: FakeGitHub) -> list[str]:
    return [comment.body for comment in github.repositories["ann/blog"].comments.values()]


def kept(github: FakeGitHub) -> dict[str, bytes]:
    return bare_repository.tree_files(github.repositories["ann/blog"].git, "refs/heads/inkmill-runs")


def test_a_notebook_that_is_due_is_run_kept_and_shown(
    blog: FakeGitHub, runner: Runner, request: pytest.FixtureRequest
) -> None:
    blog.push("ann/blog", "main", {TIDE: daily("The tide", "tide.txt"), "data/tide.txt": "41\n"})

    run = refreshed(blog, runner, "2026-12-01T12:00")

    assert run.results == ALL_WELL
    assert "41 cm of water" in page(blog, "tide")
    assert [json.loads(content)["path"] for name, content in kept(blog).items() if name.endswith(".json")] == [TIDE]
    assert issues(blog) == []
    assert [entry.status for entry in blog.requests("PUT", "/actions/workflows/refresh.yml/enable")] == [204]
    assert_golden(end_state(blog, run), "refresh_ok", request)


def test_a_post_whose_hour_has_come_appears_though_nothing_is_due(
    daily_blog: FakeGitHub, runner: Runner, request: pytest.FixtureRequest
) -> None:
    before = kept(daily_blog)
    assert "posts/evening/index.html" not in pages_of(daily_blog)

    run = refreshed(daily_blog, runner, "2026-12-01T20:00")

    assert "posts/evening/index.html" in pages_of(daily_blog)
    assert "not-due" in run.jobs["report"].summary
    assert kept(daily_blog) == before
    assert_golden(end_state(daily_blog, run), "refresh_nothing_due", request)


def test_a_notebook_that_fails_shows_its_last_good_run_and_one_issue_says_so(
    daily_blog: FakeGitHub, runner: Runner, request: pytest.FixtureRequest
) -> None:
    daily_blog.push("ann/blog", "main", {"data/tide.txt": "high\n"})

    run = refreshed(daily_blog, runner, "2026-12-02T12:00")

    assert run.results == ALL_WELL
    assert "41 cm of water" in page(daily_blog, "tide")
    assert issues(daily_blog) == [(1, "open")]
    assert talk(daily_blog) == []
    body = daily_blog.repositories["ann/blog"].issues[1].body
    assert "ValueError" in body
    assert "its page shows the run of 2026-12-01" in body
    assert_golden(end_state(daily_blog, run), "refresh_fails", request)


def test_a_notebook_that_fails_again_is_no_news(
    failing_blog: FakeGitHub, runner: Runner, request: pytest.FixtureRequest
) -> None:
    failing_blog.push("ann/blog", "main", {"data/tide.txt": "higher\n"})

    run = refreshed(failing_blog, runner, "2026-12-03T12:00")

    assert issues(failing_blog) == [(1, "open")]
    assert talk(failing_blog) == []
    body = failing_blog.repositories["ann/blog"].issues[1].body
    assert "| 2026-12-02 |" in body
    assert "'higher" in body
    assert_golden(end_state(failing_blog, run), "refresh_fails_again", request)


def test_another_notebook_that_fails_is_told_in_one_comment(
    failing_blog: FakeGitHub, runner: Runner, request: pytest.FixtureRequest
) -> None:
    well = notebook("The well", "raise SystemError('dry')", front="refresh: daily", outputs="12 m\n")
    failing_blog.push("ann/blog", "main", {WELL: well})

    run = refreshed(failing_blog, runner, "2026-12-03T12:00")

    assert issues(failing_blog) == [(1, "open")]
    assert len(talk(failing_blog)) == 1
    assert "2026-01-05-well.ipynb" in talk(failing_blog)[0]
    assert "2026-01-04-tide.ipynb" not in talk(failing_blog)[0]
    assert "12 m" in page(failing_blog, "well")
    assert_golden(end_state(failing_blog, run), "refresh_another_fails", request)


def test_the_issue_is_closed_when_all_is_well_again(
    failing_blog: FakeGitHub, runner: Runner, request: pytest.FixtureRequest
) -> None:
    failing_blog.push("ann/blog", "main", {"data/tide.txt": "55\n"})

    run = refreshed(failing_blog, runner, "2026-12-03T12:00")

    assert "55 cm of water" in page(failing_blog, "tide")
    assert issues(failing_blog) == [(1, "closed")]
    assert len(talk(failing_blog)) == 1
    assert_golden(end_state(failing_blog, run), "refresh_recovers", request)


def test_prose_that_is_pushed_later_shows_what_was_refreshed(
    daily_blog: FakeGitHub, runner: Runner, request: pytest.FixtureRequest
) -> None:
    repository = daily_blog.repositories["ann/blog"]
    repository.caches.clear()
    daily_blog.push("ann/blog", "main", {"_posts/2026-01-01-first.md": "---\ntitle: The first\n---\nMended.\n"})

    run = runner.run("site.yml", events.push(daily_blog, "ann/blog"), at("2026-12-01T13:00"))

    assert run.results["publish"] == "success"
    assert "41 cm of water" in page(daily_blog, "tide")
    assert "Mended." in page(daily_blog, "first")
    assert_golden(end_state(daily_blog, run), "refresh_then_prose", request)


def test_a_refresh_that_fails_with_an_empty_cache_shows_the_last_good_outputs(
    daily_blog: FakeGitHub, runner: Runner, request: pytest.FixtureRequest
) -> None:
    daily_blog.repositories["ann/blog"].caches.clear()
    later = "---\ntitle: Later\n---\nPushed with the broken data.\n"
    daily_blog.push("ann/blog", "main", {"data/tide.txt": "high\n", "_posts/2026-01-06-later.md": later})

    run = refreshed(daily_blog, runner, "2026-12-02T12:00")

    assert run.results == ALL_WELL
    assert "41 cm of water" in page(daily_blog, "tide")
    assert "posts/later/index.html" in pages_of(daily_blog)
    assert_golden(end_state(daily_blog, run), "refresh_empty_cache", request)


def test_the_schedule_of_a_fork_does_nothing(
    github: FakeGitHub, runner: Runner, request: pytest.FixtureRequest
) -> None:
    github.fork("ann/blog", "eve")

    run = refreshed(github, runner, "2026-12-02T12:00", "eve/blog")

    assert set(run.results.values()) == {"skipped"}
    assert github.log == []
    assert_golden(end_state(github, run, name="eve/blog"), "refresh_fork", request)


def test_where_issues_are_off_the_summary_says_what_failed(
    daily_blog: FakeGitHub, runner: Runner, request: pytest.FixtureRequest
) -> None:
    daily_blog.repositories["ann/blog"].has_issues = False
    daily_blog.push("ann/blog", "main", {"data/tide.txt": "high\n"})

    run = refreshed(daily_blog, runner, "2026-12-02T12:00")

    assert run.results == ALL_WELL
    assert "Issues are turned off here" in run.jobs["report"].log
    assert "2026-01-04-tide.ipynb" in run.jobs["report"].summary
    assert_golden(end_state(daily_blog, run), "refresh_issues_off", request)


def test_a_secret_reaches_the_notebooks_that_declare_it_and_no_other_variable_does(
    blog: FakeGitHub, runner: Runner, request: pytest.FixtureRequest
) -> None:
    secrets = blog.repositories["ann/blog"].environments["notebooks"].secrets
    secrets["NOTEBOOK_SECRETS"] = f"SENSOR_API_KEY={OTHER_SECRET}\nWAREHOUSE_API_KEY=canary-ba5eba11-warehouse"
    blog.planted_secrets |= {"sensor": OTHER_SECRET, "warehouse": "canary-ba5eba11-warehouse"}
    looks = (
        "import os\nfound = sorted(n for n in os.environ if 'KEY' in n or 'TOKEN' in n or 'SECRET' in n)\n"
        "print('; '.join(f'{n} of {len(os.environ[n])}' for n in found) or 'nothing')"
    )
    blog.push(
        "ann/blog",
        "main",
        {
            TIDE: notebook("Keys", looks, front="refresh: daily"),
            "_config.yml": config("execution:\n  env: [SENSOR_API_KEY]"),
        },
    )

    run = refreshed(blog, runner, "2026-12-01T12:00")

    assert run.results == ALL_WELL, run.log
    assert f"<pre>SENSOR_API_KEY of {len(OTHER_SECRET)}</pre>" in page(blog, "tide")
    assert_golden(end_state(blog, run), "refresh_secret_declared", request)


def test_a_run_that_shows_a_secret_is_thrown_away_and_the_issue_names_its_cell(
    daily_blog: FakeGitHub, runner: Runner, request: pytest.FixtureRequest
) -> None:
    daily_blog.repositories["ann/blog"].environments["notebooks"].secrets["WANDB_API_KEY"] = SECRET
    prints = notebook("The tide", "import os\nprint(os.environ['WANDB_API_KEY'])", front="refresh: daily")
    daily_blog.push("ann/blog", "main", {TIDE: prints, "_config.yml": config("execution:\n  env: [WANDB_API_KEY]")})
    runs = {name: content for name, content in kept(daily_blog).items() if name.endswith(".ipynb")}

    run = refreshed(daily_blog, runner, "2026-12-02T12:00")

    assert run.results["report"] == "success"
    assert "41 cm of water" in page(daily_blog, "tide")
    assert {name: content for name, content in kept(daily_blog).items() if name.endswith(".ipynb")} == runs
    assert issues(daily_blog) == [(1, "open")]
    assert "a secret (`environment-value`) is in what the cell printed" in run.jobs["refresh"].log
    assert_golden(end_state(daily_blog, run), "refresh_secret_printed", request)


def test_runs_that_somebody_spoilt_are_made_anew(
    daily_blog: FakeGitHub, runner: Runner, request: pytest.FixtureRequest
) -> None:
    repository = daily_blog.repositories["ann/blog"]
    repository.caches.clear()
    spoilt = {name: b"{" if name.endswith(".json") else b"\0" for name in kept(daily_blog)}
    daily_blog.push("ann/blog", "inkmill-runs", spoilt)
    daily_blog.push("ann/blog", "main", {"data/tide.txt": "43\n"})

    run = refreshed(daily_blog, runner, "2026-12-01T20:00")

    assert run.results == ALL_WELL
    assert "this is not a run that inkmill kept" in run.jobs["refresh"].log
    assert "43 cm of water" in page(daily_blog, "tide")
    assert b"\0" not in kept(daily_blog).values()
    assert_golden(end_state(daily_blog, run), "refresh_spoilt_runs", request)
