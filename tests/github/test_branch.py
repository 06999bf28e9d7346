"""A branch of one commit is changed whole or not at all, whoever else writes to it."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from generator.errors import InkmillError, MachineError, RefusedError
from generator.github.branch import (
    Content,
    Graft,
    OvertakenError,
    Rewrite,
    Tip,
    TreeStep,
    Without,
    list_refs,
    make_commit,
    read_tip,
    rewrite_branch,
    store_tree,
    tree_of,
)
from generator.github.context import RunContext
from generator.github.git import TRIES, BareRepository, bare_repository, remote_of
from tests.github.git_server import serving
from tests.github.publishing import (
    NOON,
    commit_files,
    commits_on,
    files_on,
    git,
    make_server,
    minutes,
    refs_of,
    server_of,
)


@contextmanager
def at_work(context: RunContext) -> Iterator[BareRepository]:
    with bare_repository(remote_of(context)) as repository:
        yield repository


def add(path: str, content: bytes = b"mine") -> Callable[[Tip], Rewrite[int]]:
    """A plan that keeps what is there and adds a file; its outcome is how often it was asked."""
    asked = 0

    def plan(tip: Tip) -> Rewrite[int]:
        nonlocal asked
        asked += 1
        there: list[TreeStep] = [Graft("", tip.tree)] if tip.tree else []
        commit = make_commit(tip.repository, [*there, Content(path, content)], "Add", NOON)
        return Rewrite(asked, commit)

    return plan


def refuse_pushes(context: RunContext, words: str = "GH006: Protected branch update failed") -> None:
    hook = server_of(context) / "hooks" / "pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\necho 'error: {words}' >&2\nexit 1\n")
    hook.chmod(0o755)


def test_a_branch_that_does_not_exist_is_made(tmp_path: Path) -> None:
    context = make_server(tmp_path)
    with at_work(context) as repository:
        assert rewrite_branch(repository, "gh-pages", add("a.html")) == 1

    assert files_on(context) == {"a.html": b"mine"}


def test_what_was_there_stays_and_the_branch_has_no_past(tmp_path: Path) -> None:
    context = make_server(tmp_path)
    first = commit_files(context, "refs/heads/gh-pages", {"old.html": b"old"})
    commit_files(context, "refs/heads/gh-pages", {"old.html": b"old", "b/c.html": b"c"}, first)
    with at_work(context) as repository:
        rewrite_branch(repository, "gh-pages", add("b/a.html"))

    assert files_on(context) == {"old.html": b"old", "b/c.html": b"c", "b/a.html": b"mine"}
    assert commits_on(context) == 1
    assert git(server_of(context), "show", "-s", "--format=%cn <%ce> %ct", "gh-pages").decode().strip() == (
        f"github-actions[bot] <41898282+github-actions[bot]@users.noreply.github.com> {int(NOON.timestamp())}"
    )


def test_contents_of_what_is_there_are_not_fetched(tmp_path: Path) -> None:
    context = make_server(tmp_path)
    commit_files(context, "refs/heads/gh-pages", {"big.bin": os.urandom(3_000_000)})
    with serving(context) as (_, reached), at_work(reached) as repository:
        rewrite_branch(repository, "gh-pages", add("a.html"))
        held = sum(path.stat().st_size for path in repository.folder.rglob("*") if path.is_file())

    assert held < 200_000
    assert set(files_on(context)) == {"big.bin", "a.html"}


def test_a_server_that_knows_no_partial_fetch_does_as_well(tmp_path: Path) -> None:
    context = make_server(tmp_path, uploadpack_allowFilter="false")
    commit_files(context, "refs/heads/gh-pages", {"old.html": b"old"})
    with at_work(context) as repository:
        rewrite_branch(repository, "gh-pages", add("a.html"))

    assert set(files_on(context)) == {"old.html", "a.html"}


def test_whoever_was_quicker_keeps_what_he_wrote(tmp_path: Path) -> None:
    context = make_server(tmp_path)
    commit_files(context, "refs/heads/gh-pages", {"old.html": b"old"})
    mine = add("a.html")
    overtakers = iter(range(3))

    def plan(tip: Tip) -> Rewrite[int]:
        planned = mine(tip)
        if (number := next(overtakers, None)) is not None:
            commit_files(context, "refs/heads/gh-pages", {**files_on(context), f"theirs-{number}.html": b"theirs"})
        return planned

    with at_work(context) as repository:
        assert rewrite_branch(repository, "gh-pages", plan) == 4
    assert set(files_on(context)) == {"old.html", "a.html", "theirs-0.html", "theirs-1.html", "theirs-2.html"}


def test_two_who_make_the_branch_at_once_both_have_their_files(tmp_path: Path) -> None:
    context = make_server(tmp_path)
    mine = add("a.html")

    def plan(tip: Tip) -> Rewrite[int]:
        if not tip.commit:
            commit_files(context, "refs/heads/gh-pages", {"theirs.html": b"theirs"})
        return mine(tip)

    with at_work(context) as repository:
        rewrite_branch(repository, "gh-pages", plan)
    assert set(files_on(context)) == {"a.html", "theirs.html"}


def test_a_branch_that_is_deleted_meanwhile_is_made_again(tmp_path: Path) -> None:
    context = make_server(tmp_path)
    commit_files(context, "refs/heads/gh-pages", {"old.html": b"old"})
    mine = add("a.html")

    def plan(tip: Tip) -> Rewrite[int]:
        if tip.commit:
            git(server_of(context), "update-ref", "-d", "refs/heads/gh-pages")
        return mine(tip)

    with at_work(context) as repository:
        rewrite_branch(repository, "gh-pages", plan)
    assert set(files_on(context)) == {"a.html"}


def test_after_so_many_tries_it_is_given_up_and_the_others_work_stands(tmp_path: Path) -> None:
    context = make_server(tmp_path)
    asked = 0

    def plan(tip: Tip) -> Rewrite[None]:
        nonlocal asked
        asked += 1
        commit_files(context, "refs/heads/gh-pages", {"theirs.html": str(asked).encode()})
        return Rewrite(None, make_commit(tip.repository, [Content("a.html", b"")], "Add", NOON))

    with at_work(context) as repository, pytest.raises(OvertakenError, match="stale info"):
        rewrite_branch(repository, "gh-pages", plan)
    assert asked == TRIES
    assert files_on(context) == {"theirs.html": str(TRIES).encode()}


def test_a_protected_branch_is_refused_at_once_and_nothing_is_lost(tmp_path: Path) -> None:
    context = make_server(tmp_path)
    commit_files(context, "refs/heads/gh-pages", {"old.html": b"old"})
    refuse_pushes(context)
    asked: list[str] = []

    def plan(tip: Tip) -> Rewrite[None]:
        asked.append(tip.commit)
        return Rewrite(None, make_commit(tip.repository, [Content("a.html", b"")], "Add", NOON))

    with at_work(context) as repository, pytest.raises(RefusedError) as refused:
        rewrite_branch(repository, "gh-pages", plan)
    assert "Protected branch update failed" in refused.value.problem
    assert "branch protection" in (refused.value.mend or "")
    assert len(asked) == 1
    assert files_on(context) == {"old.html": b"old"}


def test_a_push_whose_answer_is_lost_is_not_done_twice(tmp_path: Path) -> None:
    context = make_server(tmp_path)
    with serving(context) as (server, reached):
        # The second is the one that curl sends by itself.
        server.lose_answers = 2
        with at_work(reached) as repository:
            assert rewrite_branch(repository, "gh-pages", add("a.html")) == 1
    assert commits_on(context) == 1
    assert files_on(context) == {"a.html": b"mine"}


def test_a_push_that_git_sends_twice_is_no_defeat(tmp_path: Path) -> None:
    context = make_server(tmp_path)
    with serving(context) as (server, reached):
        server.lose_answers = 1
        with at_work(reached) as repository:
            assert rewrite_branch(repository, "gh-pages", add("a.html")) == 1
    assert files_on(context) == {"a.html": b"mine"}


def test_nothing_is_pushed_where_nothing_changes(tmp_path: Path) -> None:
    context = make_server(tmp_path)
    with serving(context) as (server, reached):
        for _ in range(2):
            with at_work(reached) as repository:
                rewrite_branch(repository, "gh-pages", add("a.html"))
        assert server.pushes() == 1


def test_a_commit_is_the_same_for_the_same_files_and_moment(tmp_path: Path) -> None:
    context = make_server(tmp_path)
    commits = set()
    for _ in range(2):
        with at_work(context) as repository:
            tree = store_tree(repository, [("b/c.html", b"c"), ("a.html", b"a")], minutes(1))
            commits.add(make_commit(repository, [Graft("", tree), Content("x", b"x"), Without("a.html")], "M", NOON))

    assert len(commits) == 1


NAMES = ["a b.html", '"quoted".html', "é/ü.html", " leading.html", "a\\b.html", "-option", "a#b?c.html", "日本/語.html"]


def test_any_name_is_stored_as_it_is(tmp_path: Path) -> None:
    context = make_server(tmp_path)
    with at_work(context) as repository:
        files = [(name, f"{number}\n\n".encode()) for number, name in enumerate(NAMES)]
        commit = make_commit(repository, [Graft("", store_tree(repository, files, NOON))], "M", NOON)
        rewrite_branch(repository, "gh-pages", lambda tip: Rewrite(None, commit))

        tip = read_tip(repository, "gh-pages")
        assert tip.names("é") == ("ü.html",)
        assert tip.read("é/ü.html", 10) == b"2\n\n"
        assert tip.read("é", 10) is None
        assert tip.read("missing", 10) is None
        assert tip.folder("日本")
        assert not tip.folder("a b.html")
    assert files_on(context) == dict(files)


def test_a_change_of_somebody_elses_path_is_found_before_it_is_pushed(tmp_path: Path) -> None:
    context = make_server(tmp_path)
    commit_files(context, "refs/heads/gh-pages", {"index.html": b"old", "pr-preview/pr-1/a.html": b""})

    def plan(tip: Tip) -> Rewrite[None]:
        commit = make_commit(tip.repository, [Content("pr-preview/pr-1/a.html", b"new")], "Add", NOON)
        return Rewrite(None, commit, lambda path: path.startswith("pr-preview/"))

    with at_work(context) as repository, pytest.raises(InkmillError, match=r"index\.html"):
        rewrite_branch(repository, "gh-pages", plan)
    assert files_on(context)["index.html"] == b"old"


def test_other_refs_change_together_with_the_branch_or_not_at_all(tmp_path: Path) -> None:
    context = make_server(tmp_path)
    commit_files(context, "refs/inkmill/published/1", {"one": b"1"})
    overtakers = iter([True])

    def plan(tip: Tip) -> Rewrite[tuple[str, ...]]:
        commit = make_commit(tip.repository, [Content("a.html", b"")], "Add", NOON)
        if next(overtakers, False):
            commit_files(context, "refs/inkmill/published/2", {"theirs": b"2"})
            assert files_on(context) == {}
        refs = {"refs/inkmill/published/1": "", "refs/inkmill/published/2": commit}
        return Rewrite(tuple(sorted(tip.others)), commit, refs=refs)

    with at_work(context) as repository:
        known = rewrite_branch(repository, "gh-pages", plan, "refs/inkmill/published/*")
    assert known == ("refs/inkmill/published/1", "refs/inkmill/published/2")
    assert set(refs_of(context)) == {"2"}
    assert files_on(context, "refs/inkmill/published/2") == {"a.html": b""}


def test_the_tip_says_what_its_commit_does(tmp_path: Path) -> None:
    context = make_server(tmp_path)
    with at_work(context) as repository:
        commit = make_commit(repository, [Content("a", b"")], "Say\n\nrun: 7", minutes(5))
        rewrite_branch(repository, "b", lambda tip: Rewrite(None, commit))
        tip = read_tip(repository, "b")

        assert tip.message().strip() == "Say\n\nrun: 7"
        assert tip.moment() == minutes(5)
        assert tip.tree == tree_of(repository, commit)
        assert list_refs(repository) == {"refs/heads/b": commit}


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    context = make_server(tmp_path)
    commit_files(context, "refs/heads/gh-pages", {".inkmill.json": b"x" * 1001})

    with at_work(context) as repository, pytest.raises(MachineError, match="larger than 1,000 bytes"):
        read_tip(repository, "gh-pages").read(".inkmill.json", 1000)
