"""The step `upgrade`, with bare repositories on disk and a GitHub in memory."""

from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from generator.errors import ContentError
from generator.github.context import RunContext
from generator.github.outputs import RunnerFiles
from generator.github.upgrade_offer import BRANCH
from generator.steps.upgrade import main, offer_upgrade
from tests.github.repositories import FakeGitHub, add_commit, branch_head, git, new_bare, paths_of, text_of, touched

SHORT = "templates/repository/Makefile"
WORKFLOW = ".github/workflows/site.yml"
FIRST = {
    WORKFLOW: "name: site\n",
    "LICENSE": "Apache",
    SHORT: "site: 1\n",
    "changelog.d/README.md": "How",
    "changelog.d/2026-01-01-old.md": "Old news.",
    "generator/a.py": "1",
    "requirements.lock": "a==1\n",
    "requirements-github.lock": "b==1\n",
}
SECOND = {
    WORKFLOW: "name: site\non: push\n",
    ".github/workflows/new.yml": "name: ```new\n",
    SHORT: "site: 2\n",
    "changelog.d/2026-01-01-old.md": None,
    "changelog.d/2026-02-01-faster.md": "Twice as fast, says @jane.",
    "generator/a.py": "2",
    "requirements.lock": "a==2\n",
}
FACTS = {"default_branch": "main", "has_issues": True, "template_repository": {"full_name": "inkmill/inkmill"}}


@dataclass
class Blog:
    """A blog with the first commit of the engine, whose second is a release."""

    template: Path
    bare: Path
    github: FakeGitHub
    context: RunContext
    files: RunnerFiles

    def upgrade(self, **context: str) -> str:
        result = offer_upgrade(replace(self.context, **context), self.github, self.files)  # type: ignore[arg-type]
        assert result.exit_code == 0
        return "\n".join(result.lines)

    def release(self, tag: str, commit: str) -> None:
        # Annotated, as a person makes them: the tag is an object of its own.
        git(self.template, "tag", "--annotate", "--message", tag, tag, commit)
        self.github.things["/repos/inkmill/inkmill/releases/latest"] = {"tag_name": tag}

    @property
    def head(self) -> str:
        return branch_head(self.bare, BRANCH)


@pytest.fixture
def blog(tmp_path: Path) -> Blog:
    template = new_bare(tmp_path / "inkmill/inkmill.git")
    first = add_commit(template, FIRST)
    bare = new_bare(tmp_path / "ada/notes.git")
    url = f"file://{tmp_path}/inkmill/inkmill"
    locks = {name: FIRST[name] for name in ("requirements.lock", "requirements-github.lock", WORKFLOW)}
    add_commit(
        bare, {**locks, "Makefile": FIRST[SHORT], "engine.txt": f"inkmill @ git+{url}@{first}\n", "_posts/a.md": "A"}
    )
    context = RunContext("ada/notes", server_url=f"file://{tmp_path}", event_name="schedule", retry_seconds=0.001)
    github = FakeGitHub(context)
    github.things["/repos/ada/notes"] = dict(FACTS)
    made = Blog(template, bare, github, context, RunnerFiles(tmp_path / "output", tmp_path / "summary"))
    made.release("v1.0.0", first)
    return made


def test_the_newest_release_is_offered_with_its_changelog(blog: Blog) -> None:
    second = add_commit(blog.template, SECOND)
    blog.release("v1.1.0", second)

    said = blog.upgrade()

    (pull,) = blog.github.pulls
    assert pull["title"] == "Upgrade inkmill to v1.1.0"
    assert pull["html_url"] in said
    assert touched(blog.bare, BRANCH) == {"Makefile", "engine.txt", "requirements.lock"}
    assert (
        text_of(blog.bare, BRANCH, "engine.txt") == f"inkmill @ git+{blog.context.server_url}/inkmill/inkmill@{second}"
    )
    assert text_of(blog.bare, BRANCH, "Makefile") == "site: 2"
    assert "- Twice as fast, says @\u200bjane." in pull["body"]
    assert "Old news" not in pull["body"]


def test_workflow_files_stand_in_the_words_and_not_in_the_commit(blog: Blog) -> None:
    blog.release("v1.1.0", add_commit(blog.template, SECOND))

    blog.upgrade()

    body = blog.github.pulls[0]["body"]
    url = f"{blog.context.server_url}/ada/notes"
    assert f"({url}/edit/main/{WORKFLOW})" in body
    assert f"({url}/new/main?filename=.github/workflows/new.yml)" in body
    assert "```yaml\nname: site\non: push\n" in body
    # The fence is longer than the one in the file.
    assert "````yaml\nname: ```new\n" in body
    assert [path for path in touched(blog.bare, BRANCH) if path.startswith(".github")] == []
    assert text_of(blog.bare, BRANCH, WORKFLOW) == "name: site"


def test_a_changed_file_is_left_and_named(blog: Blog) -> None:
    add_commit(blog.bare, {"requirements.lock": "a==1\nmine==1\n", "Makefile": "mine:\n"})
    blog.release("v1.1.0", add_commit(blog.template, SECOND))

    blog.upgrade()

    body = blog.github.pulls[0]["body"]
    assert touched(blog.bare, BRANCH) == {"engine.txt"}
    assert "- `Makefile`\n- `requirements.lock`" in body
    assert "make lock" in body
    assert f"{blog.context.server_url}/inkmill/inkmill/compare/" in body


def test_a_blog_with_the_engine_in_it_follows_file_by_file(blog: Blog) -> None:
    add_commit(blog.bare, {**FIRST})
    add_commit(blog.bare, {"requirements-github.lock": "mine"})
    blog.release("v1.1.0", add_commit(blog.template, {**SECOND, "requirements-github.lock": "b==2\n"}))

    blog.upgrade()

    assert text_of(blog.bare, BRANCH, "generator/a.py") == "2"
    assert text_of(blog.bare, BRANCH, "requirements-github.lock") == "mine"
    assert "changelog.d/2026-01-01-old.md" not in paths_of(blog.bare, BRANCH)


@pytest.mark.parametrize("ahead", [False, True], ids=["at it", "ahead of it"])
def test_nothing_newer_is_nothing_to_offer(blog: Blog, ahead: bool) -> None:
    if ahead:
        second = add_commit(blog.template, SECOND)
        url = f"{blog.context.server_url}/inkmill/inkmill"
        add_commit(blog.bare, {"engine.txt": f"inkmill @ git+{url}@{second}\n"})

    assert "has v1.0.0 already" in blog.upgrade()
    assert (blog.head, blog.github.pulls) == ("", [])


def test_a_second_run_changes_nothing_and_a_newer_release_takes_its_place(blog: Blog) -> None:
    blog.release("v1.1.0", add_commit(blog.template, SECOND))
    blog.upgrade()
    before, calls = blog.head, list(blog.github.calls)

    assert "as it should be already" in blog.upgrade()
    assert (blog.head, blog.github.calls) == (before, calls)

    blog.release("v1.2.0", add_commit(blog.template, {"requirements.lock": "a==3\n"}))
    blog.upgrade()
    assert [pull["title"] for pull in blog.github.pulls] == ["Upgrade inkmill to v1.2.0"]
    assert text_of(blog.bare, BRANCH, "requirements.lock") == "a==3"
    assert git(blog.bare, "rev-list", "--count", f"main..{BRANCH}") == "1"


def test_a_release_that_was_closed_is_not_offered_again_and_the_next_one_is(blog: Blog) -> None:
    blog.release("v1.1.0", add_commit(blog.template, SECOND))
    blog.upgrade()
    blog.github.pulls[0]["state"] = "closed"

    assert "was offered and closed" in blog.upgrade()
    assert len(blog.github.pulls) == 1

    blog.release("v1.2.0", add_commit(blog.template, {"requirements.lock": "a==3\n"}))
    blog.upgrade()
    assert [pull["state"] for pull in blog.github.pulls] == ["closed", "open"]


def test_words_stay_where_somebody_works_on_the_branch(blog: Blog) -> None:
    blog.release("v1.1.0", add_commit(blog.template, SECOND))
    blog.upgrade()
    mine = add_commit(blog.bare, {"requirements.lock": "mine"}, branch=BRANCH)
    blog.release("v1.2.0", add_commit(blog.template, {"requirements.lock": "a==3\n"}))

    said = blog.upgrade()

    assert blog.head == mine
    assert blog.github.pulls[0]["title"] == "Upgrade inkmill to v1.1.0"
    assert "somebody works on it" in said


def test_where_actions_may_open_no_pull_request_an_issue_says_so(blog: Blog) -> None:
    blog.github.may_open_pulls = False
    blog.release("v1.1.0", add_commit(blog.template, SECOND))

    blog.upgrade()

    (issue,) = blog.github.issues
    assert issue["title"] == "Upgrade inkmill to v1.1.0"
    assert f"compare/main...{BRANCH}?expand=1" in issue["body"]


def test_without_a_pin_it_is_said_what_is_needed(blog: Blog) -> None:
    add_commit(blog.bare, {"engine.txt": None})

    said = blog.upgrade()

    assert "`inkmill @ git+" in said
    assert "::warning::" in said


def test_without_a_release_there_is_nothing_to_offer(blog: Blog) -> None:
    del blog.github.things["/repos/inkmill/inkmill/releases/latest"]

    assert "has no release" in blog.upgrade()


def test_a_pin_that_the_engine_never_had_is_named(blog: Blog) -> None:
    add_commit(blog.bare, {"engine.txt": f"inkmill @ git+{blog.context.server_url}/inkmill/inkmill@{'b' * 40}\n"})

    with pytest.raises(ContentError, match="has no commit bbbbbbbbbbbb"):
        blog.upgrade()


def test_words_are_none() -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--force"])

    assert ended.value.code == 2
