"""What git says of a blog."""

import os
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from generator.model.source import Shelf, SourceKind
from generator.sources.disk import Shelved
from generator.sources.git import GitFacts, dated, mark_of, read_git, read_ignored
from generator.sources.git_log import Commits, LogReader
from generator.sources.git_remote import Remote, parse_remote
from tests.sources.looking import lay


class Repository:
    """A repository whose nth commit was made on the nth of January 2020."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(exist_ok=True)
        self._day = 0
        self.git("init", "--quiet", "--initial-branch=trunk")

    def git(self, *words: str) -> str:
        moment = f"2020-01-{max(self._day, 1):02}T12:00:00+01:00"
        environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")} | {
            "GIT_AUTHOR_DATE": moment,
            "GIT_COMMITTER_DATE": "2024-01-01T00:00:00Z",
            "GIT_CONFIG_GLOBAL": "/dev/null",
        }
        who = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
        done = subprocess.run(
            ["git", *who, *words], cwd=self.folder, env=environment, check=True, capture_output=True, text=True
        )
        return done.stdout

    def commit(self, **files: str | None) -> None:
        """Write or delete files, and commit; `__` in a name is a slash, and `.md` is added."""
        self._day += 1
        for name, text in files.items():
            path = self.folder / (name.replace("__", "/") + ".md")
            if text is None:
                path.unlink()
            else:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", "x")


def _day(number: int) -> datetime:
    return datetime(2020, 1, number, 11, tzinfo=UTC)


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path / "blog")


_LONG = "".join(f"line {number}\n" for number in range(30))


def test_each_file_has_its_first_and_last_commit(repository: Repository) -> None:
    repository.commit(a="1", b="1")
    repository.commit(a="2")
    repository.commit(c="1")

    assert read_git(repository.folder).commits == {
        "a.md": Commits(_day(1), _day(2)),
        "b.md": Commits(_day(1), _day(1)),
        "c.md": Commits(_day(3), _day(3)),
    }


def test_a_renamed_file_keeps_its_first_commit(repository: Repository) -> None:
    repository.commit(a=_LONG)
    repository.commit(a=None, posts__b=_LONG + "more\n")
    repository.commit(posts__b=None, posts__c=_LONG + "more\n")
    repository.commit(a="another file")

    commits = read_git(repository.folder).commits
    assert commits["posts/c.md"] == Commits(_day(1), _day(3))
    assert commits["a.md"] == Commits(_day(4), _day(4))


def test_a_file_that_came_again_begins_anew(repository: Repository) -> None:
    repository.commit(a="1")
    repository.commit(a=None)
    repository.commit(a="2")

    assert read_git(repository.folder).commits["a.md"] == Commits(_day(3), _day(3))


def test_names_of_every_kind_are_read(repository: Repository) -> None:
    names = ["a b.md", "日本語.md", 'quote".md', "new\nline.md", "R100.md", "tab\t.md"]
    lay(repository.folder, names)
    repository.commit()

    assert sorted(read_git(repository.folder).commits) == sorted(names)


def test_a_blog_in_a_subfolder_has_paths_of_its_own(repository: Repository) -> None:
    repository.commit(docs__a="1", outside="1")

    facts = read_git(repository.folder / "docs")
    assert (facts.subfolder, list(facts.commits)) == ("docs", ["a.md"])


def test_of_a_cut_history_only_what_is_known_is_said(repository: Repository, tmp_path: Path) -> None:
    repository.commit(a="1", b="1")
    repository.commit(a="2")
    repository.commit(a="3")
    url = f"file://{repository.folder}"
    repository.git("clone", "--quiet", "--depth", "2", url, str(tmp_path / "cut"))

    facts = read_git(tmp_path / "cut")
    assert facts.is_shallow
    assert facts.commits == {"a.md": Commits(_day(3), _day(3))}


def test_head_branches_and_remote_are_told(repository: Repository, tmp_path: Path) -> None:
    repository.commit(a="1")
    repository.git("remote", "add", "fork", "https://example.org/x/y")
    repository.git("remote", "add", "origin", "https://user:secret@github.com/Owner/blog.git")
    repository.git("checkout", "--quiet", "-b", "feature")

    facts = read_git(repository.folder)
    assert facts.head == repository.git("rev-parse", "HEAD").strip()
    assert (facts.branch, facts.default_branch) == ("feature", "feature")
    assert facts.remote == Remote("github.com", "Owner", "blog")
    assert "secret" not in repr(facts)

    repository.git("branch", "main")
    assert read_git(repository.folder).default_branch == "main"
    repository.git("clone", "--quiet", str(repository.folder), str(tmp_path / "clone"))
    subprocess.run(["git", "checkout", "--quiet", "-b", "other"], cwd=tmp_path / "clone", check=True)
    clone = read_git(tmp_path / "clone")
    assert (clone.branch, clone.default_branch) == ("other", "feature")


def test_a_detached_head_has_no_branch(repository: Repository) -> None:
    repository.commit(a="1")
    repository.git("checkout", "--quiet", "--detach")

    facts = read_git(repository.folder)
    assert (facts.branch, facts.head) == ("", repository.git("rev-parse", "HEAD").strip())


def test_a_repository_without_commits_is_one(repository: Repository) -> None:
    lay(repository.folder, ["a.md"])

    facts = read_git(repository.folder)
    assert (facts.is_repository, facts.head, facts.commits) == (True, "", {})


def test_what_git_ignores_is_told_by_file_and_folder(repository: Repository) -> None:
    lay(repository.folder, {".gitignore": "*.tmp\nbuild/\n", "a.tmp": "", "build/x": "", "sub/b.tmp": "", "c.md": ""})

    ignored = read_git(repository.folder).ignored
    assert ignored == read_ignored(repository.folder)
    told = [path in ignored for path in ("a.tmp", "build/x", "build/y/z", "sub/b.tmp", "c.md", "builder", ".gitignore")]
    assert told == [True, True, True, True, False, False, False]


def test_outside_a_repository_git_says_nothing(tmp_path: Path) -> None:
    assert read_git(tmp_path) == GitFacts()
    assert mark_of(tmp_path) == ""


def test_a_folder_that_its_repository_ignores_is_outside_of_it(repository: Repository) -> None:
    lay(repository.folder, {".gitignore": "drafts/\n", "drafts/a.md": "x"})
    repository.commit()

    assert read_git(repository.folder / "drafts") == GitFacts()


def test_without_git_there_are_no_facts(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    repository.commit(a="1")
    monkeypatch.setenv("PATH", "/nowhere")

    assert read_git(repository.folder) == GitFacts()


def test_the_settings_of_a_hostile_repository_start_no_program(repository: Repository, tmp_path: Path) -> None:
    repository.commit(a=_LONG)
    repository.commit(a=None, b=_LONG + "x")
    trap = tmp_path / "trap"
    trap.write_text(f"#!/bin/sh\ntouch {tmp_path}/sprung\ncat\n")
    trap.chmod(0o755)
    for key in ("core.fsmonitor", "core.pager", "diff.external", "gpg.program", "diff.x.textconv", "core.sshCommand"):
        repository.git("config", key, str(trap))
    for key, value in {
        "log.showSignature": "true",
        "log.showRoot": "false",
        "core.hooksPath": str(tmp_path),
        "diff.orderFile": "missing",
        "core.quotePath": "true",
        "log.follow": "true",
        "format.pretty": "oneline",
        "color.ui": "always",
        "diff.renames": "false",
    }.items():
        repository.git("config", key, value)
    (repository.folder / ".git/info/attributes").write_text("*.md diff=x filter=x\n")

    assert read_git(repository.folder).commits["b.md"] == Commits(_day(1), _day(2))
    assert not (tmp_path / "sprung").exists()


def test_variables_of_a_hook_do_not_lead_to_another_repository(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.commit(a="1")
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "other/.git"))

    assert list(read_git(repository.folder).commits) == ["a.md"]


def test_the_mark_changes_with_commits_branches_and_remotes_and_not_without(repository: Repository) -> None:
    marks = [mark_of(repository.folder)]
    steps: list[tuple[str, ...]] = [
        ("commit",),
        ("checkout", "--quiet", "-b", "feature"),
        ("remote", "add", "origin", "https://example.org/x/y"),
        ("commit",),
        ("pack-refs", "--all"),
        ("checkout", "--quiet", "--detach"),
    ]
    for step in steps:
        if step == ("commit",):
            repository.commit(a=str(len(marks)))
        else:
            repository.git(*step)
        marks.append(mark_of(repository.folder))
        lay(repository.folder, {"b.md": str(len(marks))})
        assert mark_of(repository.folder) == marks[-1]

    assert len(set(marks)) == len(marks)


def test_a_worktree_has_a_mark_of_its_own(repository: Repository, tmp_path: Path) -> None:
    repository.commit(a="1")
    repository.git("worktree", "add", "--quiet", "-b", "side", str(tmp_path / "side"))
    before = mark_of(tmp_path / "side")
    (tmp_path / "side/a.md").write_text("2")
    repository.git("-C", str(tmp_path / "side"), "commit", "--quiet", "--all", "--message", "x")

    assert "" != before != mark_of(tmp_path / "side")
    assert read_git(tmp_path / "side").branch == "side"


def test_sources_are_dated_by_their_commits() -> None:
    known, unknown = (Shelved(f"_posts/{name}.md", Shelf.POSTS, "_posts", SourceKind.MARKDOWN) for name in "ab")
    facts = GitFacts(commits={"_posts/a.md": Commits(_day(1), _day(2))})

    first, second = dated([known, unknown], facts)
    assert (first.first_commit, first.last_commit) == (_day(1), _day(2))
    assert second == unknown


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://github.com/o/n", Remote("github.com", "o", "n")),
        ("https://github.com/o/n.git/", Remote("github.com", "o", "n")),
        ("https://x-access-token:ghs_1@github.com/o/n.git", Remote("github.com", "o", "n")),
        ("git@github.com:o/n.git", Remote("github.com", "o", "n")),
        ("github.com:o/n", Remote("github.com", "o", "n")),
        ("ssh://git@GitHub.com:22/o/n.github.io.git", Remote("github.com", "o", "n.github.io")),
        ("git://host/o/n", Remote("host", "o", "n")),
        ("https://gitlab.com/group/sub/n.git", Remote("gitlab.com", "group/sub", "n")),
        ("/srv/git/n.git", None),
        ("../n", None),
        ("C:/git/o/n", None),
        ("file:///srv/o/n.git", None),
        ("", None),
    ],
)
def test_the_address_of_a_remote_names_owner_and_repository(address: str, expected: Remote | None) -> None:
    assert parse_remote(address) == expected


@pytest.mark.parametrize("log", [b"", b"\x01", b"\x01abc 2020\0A", b"\x01a b\0\nR100\0x", b"\xff\0\xff", b"M\0a.md"])
def test_a_log_that_breaks_off_gives_what_it_gave(log: bytes) -> None:
    assert set(LogReader().read(log).values()) <= {Commits(None, None)}


@pytest.mark.slow
def test_a_long_history_is_read_in_a_moment(repository: Repository) -> None:
    lines = [
        f"commit refs/heads/trunk\nauthor A <a@b> {1577880000 + number * 3600} +0000\n"
        f"committer A <a@b> {1577880000 + number * 3600} +0000\ndata 1\nx\n"
        f"M 644 inline _posts/{number % 700}.md\ndata 6\n{number:06}\n"
        for number in range(2000)
    ]
    subprocess.run(["git", "fast-import", "--quiet"], cwd=repository.folder, input="".join(lines).encode(), check=True)

    commits = read_git(repository.folder).commits
    assert len(commits) == 700
    assert commits["_posts/5.md"] == Commits(
        datetime(2020, 1, 1, 17, tzinfo=UTC), datetime.fromtimestamp(1577880000 + 1405 * 3600, UTC)
    )


def test_two_blogs_of_one_repository_have_marks_of_their_own(repository: Repository) -> None:
    lay(repository.folder, ["one/a.md", "two/a.md"])
    assert mark_of(repository.folder / "one") != mark_of(repository.folder / "two")


def test_ignore_rules_outside_the_source_directory_change_the_mark(tmp_path: Path) -> None:
    source = tmp_path / "docs" / "blog"
    source.mkdir(parents=True)
    (tmp_path / ".git" / "info").mkdir(parents=True)
    (tmp_path / ".git" / "HEAD").write_text("ref: refs/heads/main\n")
    marks = {mark_of(source)}
    for rule in (tmp_path / ".gitignore", tmp_path / "docs/.gitignore", tmp_path / ".git/info/exclude"):
        rule.write_text("*.ipynb\n")
        marks.add(mark_of(source))

    assert len(marks) == 4
