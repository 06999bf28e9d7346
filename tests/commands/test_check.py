"""check: what a build finds, and more, with nothing published."""

import os
import time
from pathlib import Path

import pytest

from generator.cli import main
from tests.building import NOW, lay_out, run
from tests.conftest import SiteBuilder

CONFIG = {"_config.yml": "permalink: /posts/:title/\n"}
A = {"_posts/2021-01-01-a.md": "# A\n\n## One\n\nHello.\n"}
LOST = {"_posts/2021-01-02-b.md": "# B\n\n[gone](nowhere.md) and [no part](2021-01-01-a.md#two).\n"}


def check(source: Path, *words: str) -> int:
    return main(["check", "--source", str(source), "--now", NOW, "--jobs", "1", *words])


def snapshot(folder: Path) -> dict[str, tuple[bytes, int, int]]:
    """Every file with its bytes, its time and its number."""
    return {
        path.relative_to(folder).as_posix(): (path.read_bytes(), path.stat().st_mtime_ns, path.stat().st_ino)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def age(folder: Path) -> None:
    """Move sources out of the moment in which a second write would leave the time stamp as it was."""
    past = time.time() - 60
    for path in folder.rglob("*.md"):
        os.utime(path, (past, past))


def test_a_blog_in_order_is_said_to_be_and_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lay_out(tmp_path, {**CONFIG, **A})

    code = check(tmp_path)

    assert code == 0
    assert capsys.readouterr().out.startswith("1 source would be published · 0 errors, 0 warnings · ")
    assert sorted(path.name for path in tmp_path.iterdir()) == [".inkmill", "_config.yml", "_posts"]


def test_a_broken_link_and_a_broken_anchor_are_errors_that_a_build_only_warns_of(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lay_out(tmp_path, {**CONFIG, **A, **LOST})

    built = run(tmp_path).exit_code
    code = check(tmp_path, "--quiet")

    said = capsys.readouterr().out
    assert (built, code) == (0, 1)
    assert "_posts/2021-01-02-b.md:3: `nowhere.md` leads to no page and no file of the blog\n" in said
    assert "_posts/2021-01-02-b.md:3: `#two` is no heading of _posts/2021-01-01-a.md\n" in said
    assert "warning" not in said


def test_a_missing_picture_stays_a_warning_unless_strict(tmp_path: Path) -> None:
    lay_out(tmp_path, {**CONFIG, "_posts/2021-01-01-a.md": "# A\n\n![a chart](chart.png)\n"})

    assert (check(tmp_path), check(tmp_path, "--strict")) == (0, 1)


def test_the_published_site_stays_as_it_is_to_the_last_time_stamp(tmp_site: SiteBuilder) -> None:
    built = tmp_site({**CONFIG, **A})
    before = snapshot(built.site)
    lay_out(built.source, LOST)

    code = check(built.source)

    assert code == 1
    assert snapshot(built.site) == before


def test_a_build_after_a_check_of_an_edit_publishes_the_edit_and_nothing_else_anew(tmp_site: SiteBuilder) -> None:
    built = tmp_site({**CONFIG, **A, "_posts/2021-01-03-c.md": "# C\n\nThere.\n"})
    before = snapshot(built.site)
    lay_out(built.source, {"_posts/2021-01-01-a.md": "# A\n\nGood bye.\n"})
    checked = check(built.source)

    again = run(built.source)

    after = snapshot(built.site)
    assert checked == 0
    assert "Good bye." in again.page("/posts/a/")
    # The sitemap knows no dates of these posts, so the page of c is the file it was.
    assert after["posts/c/index.html"][1:] == before["posts/c/index.html"][1:]
    assert "0 read, 2 from cache" in again.output


def test_a_check_after_a_build_converts_nothing_again(tmp_site: SiteBuilder, monkeypatch: pytest.MonkeyPatch) -> None:
    built = tmp_site({**CONFIG, **A})

    def convert(*_: object) -> None:
        raise AssertionError("a page was made again")

    monkeypatch.setattr("generator.render.documents.document_view", convert)

    assert check(built.source) == 0


def test_a_check_between_two_builds_leaves_the_second_nothing_to_do(tmp_site: SiteBuilder) -> None:
    built = tmp_site({**CONFIG, **A})
    age(built.source)
    run(built.source)
    check(built.source)

    again = run(built.source)

    assert "nothing changed" in again.output


def test_every_error_is_found_at_once_since_a_wrong_file_stops_no_check(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = {"_posts/2021-01-03-c.md": "---\ndate: tomorow\n---\n# C\n"}
    lay_out(tmp_path, {**CONFIG, **A, **LOST, **wrong})

    code = check(tmp_path)

    said = capsys.readouterr().out
    assert code == 1
    assert "tomorow" in said
    assert "nowhere.md" in said
    assert "3 errors" in said


def test_a_wrong_setting_is_told_and_is_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lay_out(tmp_path, {"_config.yml": "paginate: many\n", **A})

    code = check(tmp_path)

    assert code == 1
    assert "_config.yml:1" in capsys.readouterr().out


def test_a_file_that_github_would_refuse_is_found_before_it_is_pushed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from generator.commands import check as command
    from generator.github.inert_tree import TreeRules

    rules = TreeRules(50_000, 2_000_000, 2**30, for_any_system=False, may_be_linked=True)
    monkeypatch.setattr(command, "_RULES", rules)
    lay_out(tmp_path, {**CONFIG, **A, "images/large.bin": b"0" * 2_000_001})

    code = check(tmp_path, "--quiet")

    assert code == 1
    assert capsys.readouterr().out.startswith("`images/large.bin` is larger than ")
