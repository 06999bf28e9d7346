"""A site that was published before can be shown again, and previews do not notice."""

import json
from pathlib import Path

import pytest

from generator.errors import ContentError, UsageError
from generator.github.context import RunContext
from generator.github.pages import publish_preview, publish_site, remove_previews
from generator.github.rollback import kept_sites, roll_back
from tests.github.publishing import (
    Commits,
    build,
    commit_files,
    commit_id,
    commits_on,
    files_on,
    make_server,
    minutes,
    pages_on,
    refs_of,
)


def site(number: int) -> dict[str, bytes]:
    return {"index.html": f"<p>{number}</p>".encode(), f"only-in-{number}.txt": b""}


def publish(folder: Path, context: RunContext, number: int) -> None:
    made = build(folder / f"built-{number}", site(number), number=number, now=minutes(number))
    publish_site(context, Commits(), made)


@pytest.fixture
def published(tmp_path: Path) -> RunContext:
    """A server where three sites were published, and a preview."""
    context = make_server(tmp_path)
    for number in (1, 2, 3):
        publish(tmp_path, context, number)
    preview = build(tmp_path / "preview", {"index.html": b"<p>Preview</p>"}, preview=5)
    publish_preview(context, 5, commit_id(1), preview)
    return context


PREVIEW = {"pr-preview/pr-5/index.html": b"<p>Preview</p>"}


def test_the_site_before_is_shown_again_and_the_record_says_so(published: RunContext) -> None:
    shown = roll_back(published)

    assert (shown.number, shown.record.source) == (2, commit_id(2))
    assert pages_on(published) == {**site(2), **PREVIEW}
    record = json.loads(files_on(published)[".inkmill.json"])
    assert (record["source"], record["publication"], record["rolled_back_from"]) == (commit_id(2), 2, 3)
    assert commits_on(published) == 1


def test_any_site_that_is_kept_can_be_chosen_and_the_way_back_too(published: RunContext) -> None:
    roll_back(published, 1)
    assert pages_on(published) == {**site(1), **PREVIEW}
    roll_back(published, 3)
    assert pages_on(published) == {**site(3), **PREVIEW}
    assert set(refs_of(published)) == {"1", "2", "3"}


def test_choosing_what_is_shown_changes_nothing(published: RunContext) -> None:
    before = files_on(published)

    assert roll_back(published, 3).number == 3
    assert files_on(published) == before


def test_sites_that_are_kept_are_listed_newest_first(published: RunContext) -> None:
    roll_back(published)

    kept = kept_sites(published)
    assert [(one.number, one.record.source, one.is_shown) for one in kept] == [
        (3, commit_id(3), False),
        (2, commit_id(2), True),
        (1, commit_id(1), False),
    ]


def test_there_is_nothing_before_the_first(published: RunContext) -> None:
    roll_back(published, 1)

    with pytest.raises(ContentError, match="older"):
        roll_back(published)
    with pytest.raises(UsageError, match="no publication 9 is kept") as wrong:
        roll_back(published, 9)
    assert "1, 2, 3" in (wrong.value.mend or "")
    assert pages_on(published) == {**site(1), **PREVIEW}


def test_nothing_is_rolled_back_where_nothing_was_published(tmp_path: Path) -> None:
    context = make_server(tmp_path)

    assert kept_sites(context) == ()
    with pytest.raises(ContentError):
        roll_back(context)
    assert files_on(context) == {}


def test_what_is_built_afterwards_is_published_under_a_new_number(published: RunContext, tmp_path: Path) -> None:
    roll_back(published)
    publish(tmp_path, published, 4)

    assert pages_on(published) == {**site(4), **PREVIEW}
    assert [(one.number, one.is_shown) for one in kept_sites(published)] == [
        (4, True),
        (3, False),
        (2, False),
        (1, False),
    ]


def test_what_stood_there_before_inkmill_can_be_shown_again_and_left_again(tmp_path: Path) -> None:
    context = make_server(tmp_path)
    before = {"index.html": b"fastpages", ".nojekyll": b"", "CNAME": b"ann.example"}
    commit_files(context, "refs/heads/gh-pages", before)
    publish(tmp_path, context, 1)

    shown = roll_back(context)
    assert (shown.number, shown.record.source) == (0, "")
    after = files_on(context)
    assert json.loads(after.pop(".inkmill.json"))["rolled_back_from"] == 1
    assert after == before
    publish(tmp_path, context, 2)
    assert pages_on(context) == {**site(2), "CNAME": b"ann.example"}
    assert set(refs_of(context)) == {"0", "1", "2"}


def test_previews_of_somebody_else_do_not_come_back_with_what_stood_there_before(tmp_path: Path) -> None:
    context = make_server(tmp_path)
    commit_files(context, "refs/heads/gh-pages", {"index.html": b"fastpages", "pr-preview/pr-5/index.html": b"theirs"})
    publish(tmp_path, context, 1)
    remove_previews(context, [5])

    roll_back(context, 0)
    assert pages_on(context) == {"index.html": b"fastpages"}
