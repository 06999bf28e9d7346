"""The site and previews share a branch, and neither touches what is the other's."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generator.errors import ContentError, RefusedError
from generator.github.branch import Content, Rewrite, make_commit, rewrite_branch
from generator.github.built import Built
from generator.github.context import RunContext
from generator.github.git import bare_repository, remote_of
from generator.github.pages import (
    MOST_BYTES_WITH_PREVIEWS,
    MOST_PREVIEWS,
    Overtaken,
    Published,
    WouldBreakLinks,
    previews,
    publish_preview,
    publish_site,
    remove_previews,
)
from generator.github.published_branch import KEPT_PUBLICATIONS
from tests.github.publishing import (
    NOON,
    Commits,
    build,
    commit_files,
    commit_id,
    commits_on,
    files_on,
    git,
    make_server,
    minutes,
    pages_on,
    refs_of,
    server_of,
)

SITE = {"index.html": b"<p>Hi</p>", "posts/a/index.html": b"A", "images/a.png": b"\x89PNG"}
PREVIEW = {"index.html": b"<p>Preview</p>"}


class Desk:
    """Builds sites one after the other, and publishes them to one server."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.context = make_server(folder)
        self.github = Commits()
        self.count = 0

    def built(
        self,
        files: Mapping[str, bytes],
        *,
        number: int = 1,
        now: datetime = NOON,
        preview: int | None = None,
        gone: tuple[str, ...] = (),
    ) -> Built:
        self.count += 1
        return build(self.folder / f"built-{self.count}", files, number=number, now=now, preview=preview, gone=gone)

    def publish(
        self, files: Mapping[str, bytes] = SITE, *, number: int = 1, now: datetime = NOON, gone: tuple[str, ...] = ()
    ) -> Published | Overtaken | WouldBreakLinks:
        return publish_site(self.context, self.github, self.built(files, number=number, now=now, gone=gone))

    def preview(self, pull: int, files: Mapping[str, bytes] = PREVIEW, *, number: int = 1, now: datetime = NOON) -> str:
        built = self.built(files, number=number, now=now, preview=pull)
        return publish_preview(self.context, pull, commit_id(number), built).url


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_a_first_site_is_published_whole(desk: Desk) -> None:
    outcome = desk.publish()

    assert isinstance(outcome, Published)
    assert outcome.is_news
    assert outcome.record.place == "https://ann.github.io/blog"
    assert pages_on(desk.context) == SITE
    assert files_on(desk.context)[".nojekyll"] == b""
    record = json.loads(files_on(desk.context)[".inkmill.json"])
    assert (record["source"], record["run_number"], record["publication"]) == (commit_id(1), 7, 1)
    assert record["urls"] == ["/", "/posts/a/"]
    assert set(record["files"]) == set(SITE)
    assert commits_on(desk.context) == 1


def test_a_file_that_the_new_site_lacks_is_gone_and_previews_are_not(desk: Desk) -> None:
    desk.publish()
    desk.preview(7)
    desk.publish({key: SITE[key] for key in ("index.html", "posts/a/index.html")}, number=2)

    assert set(pages_on(desk.context)) == {"index.html", "posts/a/index.html", "pr-preview/pr-7/index.html"}


def test_an_older_build_is_superseded(desk: Desk) -> None:
    desk.publish({**SITE, "new.png": b"new"}, number=2)
    outcome = desk.publish(number=1, now=minutes(60))

    assert isinstance(outcome, Overtaken)
    assert outcome.newer.source == commit_id(2)
    assert "new.png" in pages_on(desk.context)


@pytest.mark.parametrize(("aside", "unknown"), [((1, 2), ()), ((), (2,))], ids=["diverged", "forced away"])
def test_of_commits_in_no_line_the_later_build_wins(aside: tuple[int], unknown: tuple[int], desk: Desk) -> None:
    desk.github = Commits(aside, unknown)
    desk.publish(number=2)

    assert isinstance(desk.publish({**SITE, "early.png": b""}, number=1, now=minutes(-1)), Overtaken)
    assert isinstance(desk.publish({**SITE, "late.png": b""}, number=1, now=minutes(1)), Published)
    assert set(pages_on(desk.context)) == {*SITE, "late.png"}


def test_of_builds_of_one_commit_the_later_wins_and_github_is_not_asked(desk: Desk) -> None:
    desk.publish({**SITE, "scheduled.png": b""}, now=minutes(5))

    assert isinstance(desk.publish(now=minutes(4)), Overtaken)
    assert isinstance(desk.publish(now=minutes(6)), Published)
    assert desk.github.asked == []
    assert set(pages_on(desk.context)) == set(SITE)


def test_a_build_that_is_published_again_changes_nothing(desk: Desk) -> None:
    desk.publish()
    before = git(server_of(desk.context), "for-each-ref")
    outcome = desk.publish()

    assert isinstance(outcome, Published)
    assert not outcome.is_news
    assert git(server_of(desk.context), "for-each-ref") == before


def test_a_build_without_news_moves_the_record_on(desk: Desk) -> None:
    """Otherwise a build between the two would count as newer than what is published."""
    desk.publish(number=1)
    outcome = desk.publish(number=3, now=minutes(3))

    assert isinstance(outcome, Published)
    assert (outcome.is_news, outcome.record.publication) == (False, 1)
    assert set(refs_of(desk.context)) == {"1"}
    assert isinstance(desk.publish({**SITE, "between.png": b""}, number=2, now=minutes(9)), Overtaken)


def test_a_page_that_would_be_gone_stops_the_publish_and_is_named(desk: Desk) -> None:
    desk.publish()
    outcome = desk.publish({"index.html": b"", "moved/index.html": b""}, number=2)

    assert outcome == WouldBreakLinks(("/posts/a/",))
    assert pages_on(desk.context) == SITE


@pytest.mark.parametrize("written", ["/posts/a/", "/posts/a", "/posts/%61/", "/posts/a/index.html"])
def test_a_page_that_may_go_does_not(written: str, desk: Desk) -> None:
    desk.publish()

    assert isinstance(desk.publish({"index.html": b""}, number=2, gone=(written,)), Published)
    assert set(pages_on(desk.context)) == {"index.html"}


def test_a_domain_chosen_in_the_settings_of_pages_stays_and_one_of_the_blogs_own_goes_with_its_file(desk: Desk) -> None:
    domain = {"CNAME": b"notes.example.org"}
    commit_files(desk.context, "refs/heads/gh-pages", domain)
    desk.publish()
    chosen = pages_on(desk.context)
    desk.publish({**SITE, "CNAME": b"other.example.org"}, number=2, now=minutes(1))
    own = pages_on(desk.context)
    desk.publish(number=3, now=minutes(2))

    assert (chosen, own["CNAME"]) == ({**SITE, **domain}, b"other.example.org")
    assert pages_on(desk.context) == SITE


def test_what_the_template_brought_goes_with_the_setup_and_no_later(desk: Desk) -> None:
    pending = desk.built({**SITE, "docs/start/index.html": b""})
    provisional = replace(pending, manifest=replace(pending.manifest, is_provisional=True))

    assert isinstance(publish_site(desk.context, desk.github, provisional), Published)
    assert isinstance(desk.publish(number=2, now=minutes(1)), Published)
    assert desk.publish({"index.html": b""}, number=3, now=minutes(2)) == WouldBreakLinks(("/posts/a/",))


def test_a_page_that_may_go_takes_no_other_with_it(desk: Desk) -> None:
    desk.publish({**SITE, "posts/a/b/index.html": b""})

    assert desk.publish({"index.html": b""}, number=2, gone=("/posts/a/",)) == WouldBreakLinks(("/posts/a/b/",))


def test_the_last_sites_are_kept_without_previews(desk: Desk) -> None:
    desk.preview(3)
    for number in range(1, KEPT_PUBLICATIONS + 3):
        desk.publish({**SITE, "n.txt": str(number).encode()}, number=number)

    kept = refs_of(desk.context)
    assert sorted(map(int, kept)) == [3, 4, 5, 6, 7]
    for name in kept:
        assert pages_on(desk.context, f"refs/inkmill/published/{name}") == {**SITE, "n.txt": name.encode()}


def test_what_stood_there_before_inkmill_is_kept_with_its_history(desk: Desk) -> None:
    first = commit_files(desk.context, "refs/heads/gh-pages", {"index.html": b"fastpages 1"})
    before = commit_files(desk.context, "refs/heads/gh-pages", {"index.html": b"fastpages 2"}, first)
    for number in range(1, KEPT_PUBLICATIONS + 3):
        desk.publish({**SITE, "n.txt": str(number).encode()}, number=number)

    assert refs_of(desk.context)["0"] == before
    assert git(server_of(desk.context), "rev-list", before).decode().split() == [before, first]
    assert commits_on(desk.context) == 1
    assert pages_on(desk.context)["index.html"] == SITE["index.html"]


def test_a_record_that_nobody_can_read_stops_the_publish_and_the_way_out_is_said(desk: Desk) -> None:
    commit_files(desk.context, "refs/heads/gh-pages", {"index.html": b"mine", ".inkmill.json": b"[]"})

    with pytest.raises(ContentError, match=r"\.inkmill\.json") as refused:
        desk.publish()
    assert "remove" in (refused.value.mend or "")
    assert files_on(desk.context)["index.html"] == b"mine"


def test_files_that_change_under_way_are_not_published(desk: Desk) -> None:
    built = desk.built(SITE)
    (built.tree.folder / "index.html").write_bytes(b"<p>Ho</p>")

    with pytest.raises(ContentError, match=r"index\.html"):
        publish_site(desk.context, desk.github, built)
    assert files_on(desk.context) == {}


def test_a_server_that_takes_no_push_keeps_what_it_has(desk: Desk) -> None:
    desk.publish()
    hook = server_of(desk.context) / "hooks" / "pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)

    with pytest.raises(RefusedError, match="gh-pages"):
        desk.publish({**SITE, "new.png": b""}, number=2)
    assert pages_on(desk.context) == SITE
    assert set(refs_of(desk.context)) == {"1"}


def test_a_preview_stands_in_its_folder_and_its_address_is_told(desk: Desk) -> None:
    desk.publish()

    assert desk.preview(12) == "https://ann.github.io/blog/pr-preview/pr-12/"
    assert pages_on(desk.context) == {**SITE, "pr-preview/pr-12/index.html": PREVIEW["index.html"]}
    assert commits_on(desk.context) == 1


def test_a_preview_takes_nothing_over_from_the_one_before(desk: Desk) -> None:
    desk.preview(1, {**PREVIEW, "old.png": b""})
    desk.preview(1, {**PREVIEW, "new.png": b""}, number=2, now=minutes(1))

    assert set(pages_on(desk.context)) == {"pr-preview/pr-1/index.html", "pr-preview/pr-1/new.png"}


def test_an_older_preview_does_not_replace_a_newer_one(desk: Desk) -> None:
    desk.preview(1, {"index.html": b"new"}, number=2, now=minutes(5))
    outcome = publish_preview(desk.context, 1, commit_id(1), desk.built(PREVIEW, preview=1))

    assert outcome.is_overtaken
    assert pages_on(desk.context) == {"pr-preview/pr-1/index.html": b"new"}


def test_a_preview_is_told_where_the_site_stands_whatever_its_build_says(desk: Desk) -> None:
    desk.publish()
    built = desk.built(PREVIEW, preview=5)
    elsewhere = replace(
        built, manifest=replace(built.manifest, address="https://evil.example", base_path="/x/pr-preview/pr-5")
    )

    outcome = publish_preview(desk.context, 5, commit_id(1), elsewhere)
    assert outcome.url == "https://ann.github.io/blog/pr-preview/pr-5/"


def test_a_preview_of_another_commit_or_pull_request_is_refused(desk: Desk) -> None:
    for pull, number in ((5, 2), (6, 1)):
        with pytest.raises(ContentError):
            publish_preview(desk.context, pull, commit_id(number), desk.built(PREVIEW, preview=5))
    with pytest.raises(ContentError):
        publish_preview(desk.context, 5, commit_id(1), desk.built(SITE))
    assert files_on(desk.context) == {}


def test_the_oldest_preview_makes_room_for_a_new_one(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    assert MOST_PREVIEWS == 20
    monkeypatch.setattr("generator.github.pages.MOST_PREVIEWS", 4)
    for pull, age in ((1, 1), (2, 3), (3, 2), (4, 4)):
        desk.preview(pull, now=minutes(-age))
    outcome = publish_preview(desk.context, 99, commit_id(1), desk.built(PREVIEW, preview=99))

    assert outcome.removed == (4,)
    assert set(previews(desk.context)) == {1, 2, 3, 99}
    again = publish_preview(desk.context, 99, commit_id(2), desk.built(PREVIEW, number=2, preview=99))
    assert again.removed == ()
    monkeypatch.setattr("generator.github.pages.MOST_PREVIEWS", 2)
    fewer = publish_preview(desk.context, 98, commit_id(1), desk.built(PREVIEW, preview=98))
    assert fewer.removed == (2, 3, 1)


def test_previews_go_before_the_branch_is_more_than_pages_serves(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.publish()
    for pull, age in ((1, 1), (2, 3), (3, 2)):
        desk.preview(pull, now=minutes(-age))
    built = desk.built(PREVIEW, preview=99)
    site, each = (sum(facts.size for facts in one.manifest.files.values()) for one in (desk.built(SITE), built))
    assert MOST_BYTES_WITH_PREVIEWS < 1_000_000_000
    monkeypatch.setattr("generator.github.pages.MOST_BYTES_WITH_PREVIEWS", site + 3 * each)

    assert publish_preview(desk.context, 99, commit_id(1), built).removed == (2,)
    assert set(previews(desk.context)) == {1, 3, 99}
    monkeypatch.setattr("generator.github.pages.MOST_BYTES_WITH_PREVIEWS", site + 2 * each - 1)
    alone = publish_preview(desk.context, 98, commit_id(1), desk.built(PREVIEW, preview=98))
    assert set(alone.removed) == {1, 3, 99}
    assert set(previews(desk.context)) == {98}


def test_previews_are_listed_with_what_they_were_built_from(desk: Desk) -> None:
    desk.publish()
    desk.preview(2, number=5, now=minutes(5))
    by_hand = {"pr-preview/pr-3/index.html": b"", "pr-preview/x/y": b"", "pr-preview/pr-04/index.html": b""}
    commit_files(desk.context, "refs/heads/gh-pages", {**files_on(desk.context), **by_hand})

    listed = previews(desk.context)
    assert list(listed) == [2, 3]
    assert listed[2] is not None
    assert (listed[2].source, listed[2].now, listed[2].run_number) == (commit_id(5), minutes(5), 7)
    assert listed[3] is None


def test_there_are_no_previews_on_a_branch_that_does_not_exist(desk: Desk) -> None:
    assert previews(desk.context) == {}
    assert remove_previews(desk.context, [1]) == ()
    assert files_on(desk.context) == {}


def test_previews_are_removed_and_nothing_else(desk: Desk) -> None:
    desk.publish()
    for pull in (1, 2, 11):
        desk.preview(pull)

    assert remove_previews(desk.context, [1, 2, 44]) == (1, 2)
    assert set(pages_on(desk.context)) == {*SITE, "pr-preview/pr-11/index.html"}
    assert remove_previews(desk.context, [11]) == (11,)
    assert pages_on(desk.context) == SITE


FOLDER = st.sampled_from(["a", "b", "pr-1", "pr-2", "pr-11", "pr-preview", "é", "x y"])
PATH = st.lists(FOLDER, max_size=3).map(lambda folders: "/".join([*folders, "f.html"]))
PATHS = st.lists(PATH, max_size=8).map(lambda paths: {path: path.encode() for path in paths})


@given(there=PATHS, added=PATHS, pull=st.sampled_from([1, 2, 11]))
@settings(max_examples=8, suppress_health_check=[HealthCheck.too_slow])
def test_a_preview_changes_no_path_but_its_own(
    there: dict[str, bytes], added: dict[str, bytes], pull: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    context = make_server(tmp_path_factory.mktemp("server"))
    write(context, there)
    added["index.html"] = b"<p>Preview</p>"
    publish_preview(context, pull, commit_id(1), build(tmp_path_factory.mktemp("built"), added, preview=pull))

    own = f"pr-preview/pr-{pull}/"
    after = files_on(context)
    assert {path: after[path] for path in after if not path.startswith(own)} == {
        path: content for path, content in there.items() if not path.startswith(own)
    } | ({} if there else {".nojekyll": b""})
    assert {path.removeprefix(own) for path in after if path.startswith(own)} == {*added, ".inkmill.json"}


@given(there=PATHS, added=PATHS)
@settings(max_examples=8, suppress_health_check=[HealthCheck.too_slow])
def test_a_site_changes_no_path_below_previews(
    there: dict[str, bytes], added: dict[str, bytes], tmp_path_factory: pytest.TempPathFactory
) -> None:
    context = make_server(tmp_path_factory.mktemp("server"))
    write(context, there)
    site = {path: content for path, content in added.items() if not path.startswith("pr-preview/")}
    site["index.html"] = b"<p>Site</p>"
    publish_site(context, Commits(), build(tmp_path_factory.mktemp("built"), site))

    after = files_on(context)
    assert {path: after[path] for path in after if path.startswith("pr-preview/")} == {
        path: content for path, content in there.items() if path.startswith("pr-preview/")
    }
    assert {path for path in after if not path.startswith("pr-preview/")} == {*site, ".inkmill.json", ".nojekyll"}


def write(context: RunContext, files: Mapping[str, bytes]) -> None:
    """Let the branch hold these files; none at all is no branch."""
    if files:
        with bare_repository(remote_of(context)) as repository:
            commit = make_commit(repository, [Content(*file) for file in files.items()], "There", NOON)
            rewrite_branch(repository, "gh-pages", lambda tip: Rewrite(None, commit))
