"""Dates as people write them, and what file names say."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from generator.readers.dates import parse_date
from generator.readers.file_names import NameParts, file_name_parts, title_from_slug


@pytest.mark.parametrize(
    ("written", "iso"),
    [
        ("2020-1-5", "2020-01-05"), ("2020-01-05", "2020-01-05"), ("2020/01/05", "2020-01-05"), ("20200105",
        "2020-01-05"),
        ("2020-01-05 10:00", "2020-01-05T10:00:00"), ("2020-01-05T10:00:30", "2020-01-05T10:00:30"),
        ("2020-01-05T10:00:00Z", "2020-01-05T10:00:00+00:00"), ("2020-01-05 10:00:00 -0600",
        "2020-01-05T10:00:00-06:00"),
        ("2020-01-05 10:00 +02:00", "2020-01-05T10:00:00+02:00"), ("2020-01-05 10:00 UTC", "2020-01-05T10:00:00+00:00"),
        ("2020-01-05 12:00:00 UTC-03:00", "2020-01-05T12:00:00-03:00"), ("2020-01-05 3:04 pm", "2020-01-05T15:04:00"),
        ("2020-01-05 12:04 am", "2020-01-05T00:04:00"), ("2020-01-05T10:00:00.123+02:00",
        "2020-01-05T10:00:00.123000+02:00"),
        ("Jan 5, 2020", "2020-01-05"), ("January 5 2020", "2020-01-05"), ("5 Jan 2020", "2020-01-05"),
        ("Jan. 5th, 2020", "2020-01-05"),
        ("Sunday, January 5, 2020", "2020-01-05"), ("Sun, 05 Jan 2020 10:00:00 +0000", "2020-01-05T10:00:00+00:00"),
        ("13/01/2020", "2020-01-13"), ("1/13/2020", "2020-01-13"), ("5.1.2020", "2020-01-05"), ("'2020-01-05'",
        "2020-01-05"),
        ("2020-02-29", "2020-02-29"),
    ],
)  # fmt: skip
def test_a_date_is_read_however_it_is_written(written: str, iso: str) -> None:
    assert parse_date(written).isoformat() == iso


@pytest.mark.parametrize(
    "written",
    [
        "tomorow", "", "2020", "12", "2020-13-01", "2021-02-29", "2020-01-05 25:00", "2020-01-05 10:61", "05/04/2020",
        "0001-01-01",
        "9999-12-31T23:00:00-10:00", "5th of May", "2020-01-01 10:00 +99:00", "x" * 5000, "2020-01-05 13:00 pm",
        "٢٠٢٠-٠١-٠٥x", "-",
    ],
)  # fmt: skip
def test_what_is_no_date_or_two_is_refused(written: str) -> None:
    with pytest.raises(ValueError):
        parse_date(written)


@given(some.text(max_size=40) | some.text(alphabet="0123456789-/:T +ZJanuary,.", max_size=30))
def test_any_text_is_a_date_or_refused(written: str) -> None:
    try:
        found = parse_date(written)
    except ValueError:
        return
    assert isinstance(found, date)


@pytest.mark.parametrize(
    ("path", "parts"),
    [
        ("_posts/2020-01-05-my-post.md", NameParts(date(2020, 1, 5), "my-post")),
        ("_posts/sub/2022-9-7-x.md", NameParts(date(2022, 9, 7), "x")),
        ("_notebooks/2020-01-05-My post (1), v1.2.ipynb", NameParts(date(2020, 1, 5), "My post (1), v1.2")),
        ("_notebooks/2020-01-05-deep/index.ipynb", NameParts(date(2020, 1, 5), "deep")),
        ("_notebooks/study/index.ipynb", NameParts(None, "study")),
        ("_pages/index.md", NameParts(None, "index")),
        ("index.md", NameParts(None, "index")),
        ("_notebooks/no date.ipynb", NameParts(None, "no date")),
        ("_posts/2020-13-45-x.md", NameParts(None, "2020-13-45-x")),
        ("_posts/2020-01-05.md", NameParts(None, "2020-01-05")),
        ("_posts/2020-01-05-日本語.md", NameParts(date(2020, 1, 5), "日本語")),
    ],
)
def test_a_file_name_tells_date_and_slug(path: str, parts: NameParts) -> None:
    assert file_name_parts(path) == parts


def test_a_slug_becomes_a_title() -> None:
    titles = [title_from_slug(slug) for slug in ("my_first-post", "GPU  notes", "éa", "---", "")]

    assert titles == ["My First Post", "GPU Notes", "Éa", "Untitled", "Untitled"]


def test_an_old_blog_reads_a_time_with_seconds_and_no_zone_as_utc_as_ruby_did() -> Any:
    from datetime import UTC, datetime

    from generator.model.reading import ReadingRules
    from generator.model.source import Shelf, SourceFile, SourceKind
    from generator.readers.front_matter import from_markdown

    def date_of(written: str, *, is_old: bool) -> object:
        source = SourceFile("_posts/2020-02-20-a.md", Shelf.POSTS, "_posts", SourceKind.MARKDOWN, b"", "")
        rules = ReadingRules(is_old_blog=is_old)
        return from_markdown(f"---\ndate: {written}\n---\nx\n", source, rules)[0].date

    assert date_of("2020-02-20 01:02:03", is_old=True) == datetime(2020, 2, 20, 1, 2, 3, tzinfo=UTC)
    assert date_of("2020-02-20 01:02", is_old=True) == datetime(2020, 2, 20, 1, 2)
    assert date_of("2020-02-20 01:02:03", is_old=False) == datetime(2020, 2, 20, 1, 2, 3)
