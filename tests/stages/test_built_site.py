"""built_site: what a job hands on, and what it never does."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from generator.errors import ContentError, UsageError
from generator.github.manifest import BuiltKind, read_manifest
from generator.github.preview_report import read_report
from generator.location import Location
from generator.model.preview import ChangedPage, PageChange, PreviewReport, ReportedProblem
from generator.model.problem import error, note, warning
from generator.model.report import SiteFacts
from generator.model.request import BuildRequest
from generator.stages.built_site import (
    clear_built,
    drop_site,
    preview_report,
    site_folder,
    write_built,
    write_report,
)
from tests.building import lay_out

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
COMMIT = "a" * 40
FACTS = SiteFacts("/blog", "https://o.github.io", COMMIT, ("/old/",), ())
PAGE = '<!doctype html><meta name="generator" content="inkmill 1">'
FILES: dict[str, str | bytes | dict[str, object]] = {
    "site/index.html": PAGE,
    "site/posts/a/index.html": "a",
    "site/a.html": "b",
    "site/x.css": "c",
}


def request_for(tmp_path: Path) -> BuildRequest:
    source = tmp_path / "blog"
    source.mkdir(exist_ok=True)
    return BuildRequest(source, source / "_site", source / ".inkmill", NOW)


def test_the_manifest_says_what_stands_in_the_site(tmp_path: Path) -> None:
    lay_out(tmp_path, FILES)

    written = write_built(tmp_path, FACTS, kind=BuiltKind.SITE, commit=COMMIT, now=NOW)

    assert written == read_manifest(tmp_path / "manifest.json", BuiltKind.SITE)
    assert (written.source, written.now, written.base_path, written.address) == (
        COMMIT,
        NOW,
        "/blog",
        "https://o.github.io",
    )
    assert (written.urls, written.gone) == (("/", "/a.html", "/posts/a/"), ("/old/",))
    assert {path: facts.size for path, facts in written.files.items()} == {
        "a.html": 1,
        "index.html": len(PAGE),
        "posts/a/index.html": 1,
        "x.css": 1,
    }


def test_a_link_in_the_site_is_refused_and_no_manifest_is_written(tmp_path: Path) -> None:
    lay_out(tmp_path, FILES)
    tmp_path.joinpath("site/posts/link.txt").symlink_to("/etc/hostname")

    with pytest.raises(ContentError, match=r"`posts/link\.txt` is a symbolic link"):
        write_built(tmp_path, FACTS, kind=BuiltKind.SITE, commit=COMMIT, now=NOW)

    assert not (tmp_path / "manifest.json").exists()


def test_a_preview_holds_only_kinds_of_files_that_a_preview_may(tmp_path: Path) -> None:
    lay_out(tmp_path, {**FILES, "site/tool.exe": b"MZ"})

    with pytest.raises(ContentError, match=r"`tool\.exe` is of a kind that no preview holds"):
        write_built(tmp_path, FACTS, kind=BuiltKind.PREVIEW, commit=COMMIT, now=NOW)


def test_what_an_earlier_build_left_is_taken_away_and_nothing_else(tmp_path: Path) -> None:
    folder = tmp_path / "built"
    lay_out(folder, {**FILES, "manifest.json": "{}", "report.json": "{}", "notes.txt": "mine"})

    clear_built(folder, request_for(tmp_path))

    assert [path.name for path in folder.iterdir()] == ["notes.txt"]


def test_a_folder_of_somebody_elses_is_not_taken_for_an_earlier_site(tmp_path: Path) -> None:
    folder = tmp_path / "work"
    lay_out(folder, {"site/thesis.tex": "ten years"})

    with pytest.raises(UsageError, match="holds files that inkmill did not make"):
        clear_built(folder, request_for(tmp_path))

    assert (folder / "site/thesis.tex").read_text() == "ten years"


def test_a_dropped_site_leaves_nothing_to_publish(tmp_path: Path) -> None:
    lay_out(tmp_path, {**FILES, "manifest.json": "{}"})

    drop_site(tmp_path)

    assert list(tmp_path.iterdir()) == []
    assert site_folder(tmp_path) == tmp_path / "site"


def test_the_report_has_errors_first_each_once_and_no_notes(tmp_path: Path) -> None:
    at = Location("_notebooks/a.ipynb", cell=3, line=2)
    problems = (
        warning("w", "small"),
        note("n", "by the way"),
        error("e", "big", at, "mend it"),
        error("e", "big", at, "mend it"),
    )
    page = ChangedPage("A", "_notebooks/a.ipynb", PageChange.ADDED, None, "/a/", 3)

    write_report(tmp_path / "new", preview_report((page,), problems, (("_notebooks/b.ipynb", "no network"),)))

    assert read_report(tmp_path / "new") == PreviewReport(
        (page,),
        (
            ReportedProblem(True, "_notebooks/a.ipynb, cell 3, line 2", "big", "mend it"),
            ReportedProblem(False, "", "small"),
        ),
        (("_notebooks/b.ipynb", "no network"),),
    )


@pytest.mark.parametrize(
    ("address", "base_path", "mend"),
    [("https://b\u00fccher.example", "/blog", "xn--"), ("https://o.github.io", "/a+b", "`baseurl:`")],
    ids=["address", "base path"],
)
def test_a_place_that_not_every_link_can_hold_is_said_of_the_settings(
    address: str, base_path: str, mend: str, tmp_path: Path
) -> None:
    lay_out(tmp_path, FILES)
    facts = SiteFacts(base_path, address, COMMIT, (), ())

    with pytest.raises(ContentError) as wrong:
        write_built(tmp_path, facts, kind=BuiltKind.SITE, commit=COMMIT, now=NOW)

    assert (str(wrong.value.at), mend in (wrong.value.mend or "")) == ("_config.yml", True)
