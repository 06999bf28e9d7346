"""apart: sites beside the blog's own, which share its store and leave its output folder alone."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from generator.apart import build_apart, rehearse, survey
from generator.errors import UsageError
from generator.model.preview import Preview
from generator.model.request import BuildRequest
from tests.building import lay_out, run
from tests.conftest import SiteBuilder

NOW = datetime(2026, 1, 1, tzinfo=UTC)
CONFIG = {"_config.yml": "permalink: /posts/:title/\n"}
A = {"_posts/2021-01-01-a.md": "# A *b*\n\n![a dot](../images/a.svg)\n", "images/a.svg": "<svg/>"}


def request_for(source: Path, preview: Preview | None = None) -> BuildRequest:
    return BuildRequest(source, source / "_site", source / ".inkmill", NOW, preview=preview, repository="jane/blog")


def files_in(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_what_is_built_apart_is_what_a_build_publishes(
    tmp_site: SiteBuilder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_REPOSITORY", "jane/blog")
    built = tmp_site({**CONFIG, **A})

    apart = build_apart(request_for(built.source), tmp_path / "apart")

    assert files_in(tmp_path / "apart") == files_in(built.site)
    assert (apart.report.converted, apart.report.was_published) == (0, True)


def test_a_build_apart_leaves_the_next_build_nothing_to_forget(tmp_site: SiteBuilder, tmp_path: Path) -> None:
    built = tmp_site({**CONFIG, **A})
    before = files_in(built.site)

    build_apart(request_for(built.source, Preview(7, "a" * 40)), tmp_path / "apart")
    again = run(built.source)

    assert files_in(built.site) == before
    assert "0 files written" in again.output or "nothing changed" in again.output


def test_the_facts_name_every_page_with_its_source_and_what_tells_its_pictures_apart(
    tmp_site: SiteBuilder, tmp_path: Path
) -> None:
    source = tmp_site({**CONFIG, **A}).source

    first = survey(request_for(source)).site
    lay_out(source, {"images/a.svg": "<svg></svg>"})
    second = survey(request_for(source)).site

    assert first is not None
    assert second is not None
    (page,), (later,) = first.pages, second.pages
    assert (page.url, page.file, page.title) == ("/posts/a/", "posts/a/index.html", "A b")
    assert page.path == "_posts/2021-01-01-a.md"
    assert len(page.pictures) == 1
    assert page.pictures != later.pictures
    assert (first.address, first.base_path) == ("https://jane.github.io", "/blog")


def test_a_survey_writes_no_site(tmp_path: Path) -> None:
    lay_out(tmp_path, {**CONFIG, **A})

    survey(request_for(tmp_path))

    assert sorted(path.name for path in tmp_path.iterdir()) == [".inkmill", "_config.yml", "_posts", "images"]


def test_a_folder_of_somebody_elses_is_refused(tmp_path: Path) -> None:
    source = tmp_path / "blog"
    lay_out(source, {**CONFIG, **A})
    lay_out(tmp_path / "other", {"notes.txt": "mine"})

    with pytest.raises(UsageError, match="holds files that inkmill did not make"):
        build_apart(request_for(source), tmp_path / "other")


def test_a_folder_within_the_blog_is_no_part_of_the_blog(tmp_path: Path) -> None:
    lay_out(tmp_path, {"_config.yml": "title: An old blog\n", "_posts/2021-01-01-a.md": "# A\n"})

    first = build_apart(request_for(tmp_path), tmp_path / "built/site")
    second = build_apart(request_for(tmp_path), tmp_path / "built/site")

    assert first.report.written == second.report.kept
    assert not list((tmp_path / "built/site").rglob("site/*"))


@pytest.mark.parametrize("kind", ["documents", "derived"])
def test_a_store_that_lost_what_it_had_is_filled_again(tmp_site: SiteBuilder, tmp_path: Path, kind: str) -> None:
    built = tmp_site({**CONFIG, **A, "_posts/2021-01-02-m.md": "# M\n\n$$x^2$$\n"})
    expected = build_apart(request_for(built.source), tmp_path / "first")
    for path in (built.source / ".inkmill" / kind).rglob("*"):
        if path.is_file():
            path.write_bytes(b"garbage")

    again = build_apart(request_for(built.source), tmp_path / "second")
    rehearsed = rehearse(request_for(built.source))

    assert files_in(tmp_path / "second") == files_in(tmp_path / "first")
    assert again.site == expected.site
    assert rehearsed.report.problems == expected.report.problems


def test_a_rehearsal_makes_what_the_next_build_publishes(tmp_site: SiteBuilder) -> None:
    built = tmp_site({**CONFIG, **A})
    lay_out(built.source, {"_posts/2021-01-02-b.md": "# B\n"})

    rehearsal = rehearse(request_for(built.source))
    assert rehearsal.folder is not None
    made = set(files_in(rehearsal.folder))
    run(built.source)

    assert made == set(files_in(built.site))
    assert rehearsal.folder != built.site
