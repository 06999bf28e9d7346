"""Git speaks with GitHub through a repository of its own; the token stands in no command, file or message."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from generator.errors import ContentError, InkmillError, MachineError, RefusedError
from generator.github.branch import fetch_commit, list_refs, store_tree
from generator.github.git import TRIES, Remote, UnansweredByGitError, bare_repository, remote_of
from generator.github.pages import publish_site
from tests.github.git_server import TOKEN, serving
from tests.github.publishing import NOON, Commits, build, commit_files, files_on, make_server

SITE = {"index.html": b"<p>Hi</p>"}


def log_git(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let every call of git note its words and its repository's files before it does its work."""
    log = folder / "log"
    log.touch()
    wrapper = folder / "bin" / "git"
    wrapper.parent.mkdir()
    wrapper.write_text(
        f'#!/bin/sh\necho "$@" >> {log}\n[ -f "$2/config" ] && cat "$2/config" >> {log}\n'
        f'exec {shutil.which("git")} "$@"\n'
    )
    wrapper.chmod(0o755)
    monkeypatch.setenv("PATH", f"{wrapper.parent}:{os.environ['PATH']}")
    return log


def test_the_token_reaches_github_and_stands_in_no_command_and_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = make_server(tmp_path)
    log = log_git(tmp_path, monkeypatch)
    with serving(context) as (server, reached):
        publish_site(reached, Commits(), build(tmp_path / "built", SITE))

        assert server.pushes() == 1
        assert all("authorization" in headers for _, _, headers in server.heard)
    said = log.read_text()
    assert "push --porcelain" in said
    assert TOKEN not in said
    assert "AUTHORIZATION" not in said.upper()
    assert files_on(context)["index.html"] == b"<p>Hi</p>"


def test_a_token_goes_to_no_server_but_its_own(tmp_path: Path) -> None:
    context = make_server(tmp_path)
    with serving(context) as (server, reached):
        elsewhere = replace(remote_of(reached), server_url="https://github.com")
        with bare_repository(elsewhere) as repository:
            list_refs(repository)

        assert server.heard
        assert not any("authorization" in headers for _, _, headers in server.heard)


def test_a_redirect_is_not_followed_with_the_token(tmp_path: Path) -> None:
    with serving(make_server(tmp_path)) as (server, reached):
        server.failures = [302] * TRIES
        with bare_repository(remote_of(reached)) as repository, pytest.raises(InkmillError) as failed:
            list_refs(repository)

        assert "localhost" not in str(failed.value)
        assert all("127.0.0.1" in headers["host"] for _, _, headers in server.heard)


def test_a_public_repository_is_read_without_a_token(tmp_path: Path) -> None:
    context = make_server(tmp_path)
    commit = commit_files(context, "refs/heads/gh-pages", {"a": b"1"})
    with serving(context, token="") as (server, reached), bare_repository(remote_of(reached)) as repository:
        assert list_refs(repository) == {"refs/heads/gh-pages": commit}
        assert not any("authorization" in headers for _, _, headers in server.heard)


@pytest.mark.parametrize("status", [401, 403, 404])
def test_a_refusal_is_one_and_is_not_asked_again(status: int, tmp_path: Path) -> None:
    with serving(make_server(tmp_path)) as (server, reached):
        server.failures = [status] * 9
        with bare_repository(remote_of(reached)) as repository, pytest.raises(RefusedError) as refused:
            list_refs(repository)

        assert refused.value.mend
        assert TOKEN not in refused.value.problem
        # With 401 git asks once more, with the credentials that it has not got.
        assert len(server.heard) <= 2


def test_a_server_in_trouble_is_asked_again(tmp_path: Path) -> None:
    context = make_server(tmp_path)
    with serving(context) as (server, reached):
        server.failures = [500, 502, 0, 503]
        publish_site(reached, Commits(), build(tmp_path / "built", SITE))

        assert files_on(context)["index.html"] == b"<p>Hi</p>"


def test_a_server_that_stays_in_trouble_is_given_up(tmp_path: Path) -> None:
    with serving(make_server(tmp_path)) as (server, reached):
        server.failures = [500] * 99
        with bare_repository(remote_of(reached)) as repository, pytest.raises(MachineError, match="500"):
            list_refs(repository)

        assert len(server.heard) == TRIES


def test_a_push_without_right_to_write_is_refused(tmp_path: Path) -> None:
    context = make_server(tmp_path)
    with serving(context, token="ghs_of_another_job") as (_, reached):
        with pytest.raises(RefusedError) as refused:
            publish_site(reached, Commits(), build(tmp_path / "built", SITE))

        assert "contents: write" in (refused.value.mend or "")
        assert "ghs_of_another_job" not in refused.value.problem
    assert files_on(context) == {}


def test_a_large_site_is_pushed_in_chunks(tmp_path: Path) -> None:
    context = make_server(tmp_path)
    noise = os.urandom(3 * 1024 * 1024)
    with serving(context) as (_, reached):
        publish_site(reached, Commits(), build(tmp_path / "built", {**SITE, "images/noise.png": noise}))

    assert files_on(context)["images/noise.png"] == noise


def test_hooks_and_settings_of_the_machine_have_no_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hooks = tmp_path / "hooks"
    hooks.mkdir()
    for name in ("pre-push", "reference-transaction", "post-checkout"):
        (hooks / name).write_text(f"#!/bin/sh\ntouch {tmp_path}/ran-{name}\nexit 1\n")
        (hooks / name).chmod(0o755)
    home = tmp_path / "home"
    home.mkdir()
    settings = (
        f"[core]\nhooksPath = {hooks}",
        f"[init]\ntemplateDir = {hooks}",
        '[url "file:///x/"]\ninsteadOf = file://',
    )
    (home / ".gitconfig").write_text("\n".join(settings))
    context = make_server(tmp_path)
    with monkeypatch.context() as machine:
        machine.setenv("HOME", str(home))
        machine.setenv("GIT_DIR", str(tmp_path / "nowhere"))
        machine.setenv("GIT_CONFIG_PARAMETERS", f"'core.hooksPath={hooks}'")
        publish_site(context, Commits(), build(tmp_path / "built", SITE))

    assert files_on(context)["index.html"] == b"<p>Hi</p>"
    assert not list(tmp_path.glob("ran-*"))


def test_no_repository_at_all_is_a_refusal(tmp_path: Path) -> None:
    remote = Remote(f"file://{tmp_path}/nowhere.git", f"file://{tmp_path}", wait_seconds=0.001)
    with bare_repository(remote) as repository, pytest.raises(RefusedError, match="not found"):
        list_refs(repository)


@pytest.mark.parametrize("command", ["ls-remote", "fast-import"])
@pytest.mark.timeout(30)
def test_a_git_that_hangs_is_ended(command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wrapper = tmp_path / "bin" / "git"
    wrapper.parent.mkdir()
    wrapper.write_text(f'#!/bin/sh\n[ "$3" = {command} ] && exec sleep 60\nexec {shutil.which("git")} "$@"\n')
    wrapper.chmod(0o755)
    monkeypatch.setenv("PATH", f"{wrapper.parent}:{os.environ['PATH']}")
    monkeypatch.setattr("generator.github.git._TIMEOUT_SECONDS", 0.2)
    monkeypatch.setattr("generator.github.git.TRIES", 2)
    remote = Remote("file:///x", "file:///x", wait_seconds=0.001)
    with bare_repository(remote) as repository, pytest.raises(UnansweredByGitError, match="longer than"):
        list_refs(repository) if command == "ls-remote" else store_tree(repository, [], NOON)


def test_what_stops_the_feeding_is_what_is_said(tmp_path: Path) -> None:
    def files() -> Iterator[tuple[str, bytes]]:
        yield "a.html", b"x" * 1000
        raise ContentError("the next file is a link")

    for _ in range(5):
        with (
            bare_repository(Remote("file:///nowhere", "file:///nowhere")) as repository,
            pytest.raises(ContentError, match="the next file is a link"),
        ):
            store_tree(repository, files(), NOON)


def test_a_git_that_dies_while_it_is_fed_is_explained(tmp_path: Path) -> None:
    with bare_repository(Remote("file:///nowhere", "file:///nowhere")) as repository:
        shutil.rmtree(repository.folder / "objects")
        files = ((f"{number}.html", b"x" * 100_000) for number in range(100))
        with pytest.raises(UnansweredByGitError, match="git"):
            store_tree(repository, files, NOON)


def test_a_branch_that_an_empty_repository_lacks_is_named(tmp_path: Path) -> None:
    context = make_server(tmp_path)
    with bare_repository(remote_of(context)) as repository, pytest.raises(RefusedError) as refused:
        fetch_commit(repository, "refs/heads/main")

    assert refused.value.problem.endswith("` has no `refs/heads/main`")


def test_a_push_that_fails_is_called_a_push(tmp_path: Path) -> None:
    context = make_server(tmp_path)
    with bare_repository(remote_of(context)) as repository, pytest.raises(UnansweredByGitError) as failed:
        repository.push("--atomic", "origin", "refs/heads/nothing:refs/heads/main")

    assert failed.value.problem.startswith("git push failed: ")
