"""The step `setup`, with bare repositories on disk and a GitHub in memory."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from generator.github.context import RunContext
from generator.github.outputs import RunnerFiles
from generator.github.setup_offer import BRANCH
from generator.steps.setup import look, main, offer_setup
from tests.github.repositories import (
    JANE,
    FakeGitHub,
    add_commit,
    branch_head,
    git,
    new_bare,
    paths_of,
    text_of,
    touched,
)
from tests.github.test_repository_setup import OURS


@dataclass
class Blog:
    """A blog fresh from the template, and what is around it."""

    template: Path
    bare: Path
    github: FakeGitHub
    context: RunContext
    files: RunnerFiles

    def set_up(self, **context: str) -> str:
        """One run of the step; what it says."""
        result = offer_setup(replace(self.context, **context), self.github, self.files)  # type: ignore[arg-type]
        assert result.exit_code == 0
        return "\n".join(result.lines)

    @property
    def head(self) -> str:
        return branch_head(self.bare, BRANCH)

    @property
    def summary(self) -> str:
        assert self.files.summary
        return self.files.summary.read_text()


@pytest.fixture
def blog(tmp_path: Path) -> Blog:
    template = new_bare(tmp_path / "inkmill/inkmill.git")
    add_commit(template, {**OURS, "README.md": "# older"})
    add_commit(template, {"README.md": OURS["README.md"]})
    bare = new_bare(tmp_path / "Ada/notes.git")
    add_commit(bare, OURS, message="Initial commit")
    context = RunContext("Ada/notes", server_url=f"file://{tmp_path}", event_name="push", retry_seconds=0.001)
    github = FakeGitHub(context)
    github.things["/repos/Ada/notes"] = {
        "default_branch": "main",
        "has_issues": True,
        "template_repository": {"full_name": "inkmill/inkmill"},
    }
    return Blog(template, bare, github, context, RunnerFiles(tmp_path / "output", tmp_path / "summary"))


def test_a_fresh_blog_is_offered_two_commits_and_a_pull_request(blog: Blog) -> None:
    said = blog.set_up()

    (pull,) = blog.github.pulls
    assert pull["title"] == "Set up this blog"
    assert pull["base"] == "main"
    assert f"offered as a pull request: {pull['html_url']}" in said
    first, second = git(blog.bare, "rev-list", "--reverse", f"main..{BRANCH}").split()
    assert text_of(blog.bare, first, "engine.txt") == (
        f"inkmill @ git+{blog.context.server_url}/inkmill/inkmill@{branch_head(blog.template, 'main')}"
    )
    assert "generator/cli.py" in paths_of(blog.bare, first)
    assert paths_of(blog.bare, second) == {
        ".github/LICENSE",
        ".github/workflows/site.yml",
        "Makefile",
        "README.md",
        "_config.yml",
        "_drafts/2026-11-18-welcome.ipynb",
        "_pages/about.md",
        "engine.txt",
        "images/fireflies.jpg",
        "requirements-github.lock",
        "requirements.in",
        "requirements.lock",
    }
    for commit in (first, second):
        assert [path for path in touched(blog.bare, commit) if path.startswith(".github/workflows")] == []


def test_the_pull_request_says_what_only_a_person_can_do(blog: Blog) -> None:
    blog.set_up()

    body = blog.github.pulls[0]["body"]
    for words in (
        "<https://ada.github.io/notes/>",
        "`gh-pages`",
        "Allow GitHub Actions to create and approve pull requests",
        "NOTEBOOK_SECRETS",
        "Require approval for all external contributors",
        "licence",
        f"FETCH_HEAD~1:refs/heads/{BRANCH}",
    ):
        assert words in body


def test_a_second_run_changes_nothing(blog: Blog) -> None:
    blog.set_up()
    before, calls = blog.head, list(blog.github.calls)

    said = blog.set_up()

    assert blog.head == before
    assert blog.github.calls == calls
    assert "as it should be already" in said


def test_the_branch_follows_what_is_pushed_and_is_left_where_that_changes_nothing(blog: Blog) -> None:
    blog.set_up()
    before = blog.head
    add_commit(blog.bare, {"_posts/2026-12-01-mine.md": "Mine"})

    blog.set_up()
    assert blog.head == before

    add_commit(blog.bare, {"_posts/2026-11-19-first.md": "Now mine"})
    said = blog.set_up()

    assert "brought up to date" in said
    assert "_posts/2026-11-19-first.md" in paths_of(blog.bare, BRANCH)
    assert "_posts/2026-12-01-mine.md" in paths_of(blog.bare, BRANCH)
    assert "`_posts/2026-11-19-first.md`" in blog.github.pulls[0]["body"]
    assert len(blog.github.pulls) == 1


def test_a_second_commit_that_somebody_dropped_stays_dropped(blog: Blog) -> None:
    blog.set_up()
    git(blog.bare, "update-ref", f"refs/heads/{BRANCH}", f"{BRANCH}~1")
    add_commit(blog.bare, {"_posts/2026-11-19-first.md": "Now mine"})

    said = blog.set_up()

    assert "brought up to date" in said
    assert "generator/cli.py" in paths_of(blog.bare, BRANCH)
    assert git(blog.bare, "rev-list", "--count", f"main..{BRANCH}") == "1"


def test_commits_of_a_person_on_the_branch_are_not_overwritten(blog: Blog) -> None:
    blog.set_up()
    mine = add_commit(blog.bare, {"LICENSE": "CC BY 4.0"}, branch=BRANCH)
    add_commit(blog.bare, {"_posts/2026-11-19-first.md": "Now mine"})

    said = blog.set_up()

    assert blog.head == mine
    assert "left alone, since somebody works on it" in said


def test_what_a_person_closed_is_not_opened_again_unless_by_hand(blog: Blog) -> None:
    blog.set_up()
    blog.github.pulls[0]["state"] = "closed"
    before = blog.head
    add_commit(blog.bare, {"_posts/2026-11-19-first.md": "Now mine"})

    said = blog.set_up()

    assert (blog.head, len(blog.github.pulls)) == (before, 1)
    assert "was offered and closed" in said
    assert "was offered and closed" in blog.summary

    blog.set_up(event_name="workflow_dispatch")
    assert [pull["state"] for pull in blog.github.pulls] == ["closed", "open"]


def test_where_actions_may_open_no_pull_request_an_issue_links_to_it(blog: Blog) -> None:
    blog.github.may_open_pulls = False

    blog.set_up()
    blog.set_up()

    (issue,) = blog.github.issues
    assert f"{blog.context.server_url}/Ada/notes/compare/main...{BRANCH}?expand=1" in issue["body"]
    assert "NOTEBOOK_SECRETS" in issue["body"]
    assert blog.head


def test_the_issue_is_closed_once_the_pull_request_can_be_opened(blog: Blog) -> None:
    blog.github.may_open_pulls = False
    blog.set_up()
    blog.github.may_open_pulls = True

    blog.set_up()

    assert [issue["state"] for issue in blog.github.issues] == ["closed"]
    assert [pull["state"] for pull in blog.github.pulls] == ["open"]


def test_words_of_a_person_who_opened_the_pull_request_stay(blog: Blog) -> None:
    blog.github.may_open_pulls = False
    blog.set_up()
    head = {"ref": BRANCH, "repo": {"full_name": "Ada/notes"}}
    mine = {"number": 9, "id": 9, "state": "open", "user": JANE, "head": head, "merged_at": None, "html_url": "url"}
    blog.github.pulls.append({**mine, "title": "Mine", "body": "My words"})

    blog.set_up()

    assert blog.github.pulls[0]["body"] == "My words"
    assert len(blog.github.pulls) == 1


@pytest.mark.parametrize("says_so", [True, False], ids=["known", "found out"])
def test_where_issues_are_off_the_summary_and_a_notice_hold_the_link(blog: Blog, says_so: bool) -> None:
    blog.github.may_open_pulls = False
    blog.github.may_open_issues = False
    blog.github.things["/repos/Ada/notes"]["has_issues"] = not says_so

    said = blog.set_up()

    link = f"{blog.context.server_url}/Ada/notes/compare/main...{BRANCH}?expand=1"
    assert link in blog.summary
    assert "::notice::" in said
    assert blog.github.issues == []


def test_a_blog_whose_engine_is_older_is_pinned_to_that_engine(blog: Blog) -> None:
    older = branch_head(blog.template, "main")
    add_commit(blog.template, {"generator/cli.py": "print twice"})

    blog.set_up()

    assert text_of(blog.bare, BRANCH, "engine.txt").endswith(older)
    assert "generator/cli.py" not in paths_of(blog.bare, BRANCH)


@pytest.mark.parametrize("facts", [{"template_repository": None}, {"template_repository": {"full_name": "no/where"}}])
def test_without_a_template_that_can_be_read_the_values_are_offered_alone(blog: Blog, facts: dict[str, Any]) -> None:
    blog.github.things["/repos/Ada/notes"] |= facts

    blog.set_up()

    assert touched(blog.bare, BRANCH) == {"_config.yml"}
    assert "names no template that can be read" in blog.github.pulls[0]["body"]


def test_a_setup_that_is_done_on_the_default_branch_is_offered_nowhere(blog: Blog) -> None:
    add_commit(blog.bare, {"_config.yml": OURS["_config.yml"].replace("pending", "done")})

    assert "is done" in blog.set_up()
    assert (blog.head, blog.github.pulls) == ("", [])


@pytest.mark.parametrize(
    ("config", "pending"), [("setup: pending\n", "true"), ("setup: done\n", "false"), (None, "false")]
)
def test_a_look_says_whether_the_setup_is_pending(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, config: str | None, pending: str
) -> None:
    if config is not None:
        (tmp_path / "_config.yml").write_text(config)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GITHUB_OUTPUT", str(tmp_path / "output"))

    result = main(["--look"])

    assert result.exit_code == 0
    assert (tmp_path / "output").read_text() == f"pending={pending}\n"


def test_a_config_that_is_no_file_is_not_pending(tmp_path: Path) -> None:
    assert look(tmp_path, RunnerFiles()).lines == ("The setup is done.",)
