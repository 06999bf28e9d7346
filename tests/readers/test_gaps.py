"""What a document is called, dated and described when its author does not say."""

from datetime import UTC, date, datetime

import pytest

from generator.model.document import Document
from generator.model.reading import ReadingRules
from tests.readers.making import OLD, read_text
from tests.readers.notebook.making import RULES, code, read_cells

FIRST_COMMIT = datetime(2021, 2, 3, 4, 5, tzinfo=UTC)


def head(text: str, path: str = "_posts/2024-05-06-my-first_post.md", rules: ReadingRules = RULES) -> Document:
    return read_text(text, path, rules, first_commit=FIRST_COMMIT).document


def test_a_post_is_named_by_its_first_heading_which_is_not_shown_again() -> None:
    reading = read_text("# The *title*\n\nWords.")

    assert (reading.document.front.title, reading.document.title_html) == ("The *title*", "The <em>title</em>")
    assert reading.document.front.title_from_heading
    assert "<h1" not in reading.body.html
    assert reading.document.headings == ()


def test_a_post_without_any_heading_is_named_by_its_file() -> None:
    assert head("Words.").front.title == "My First Post"


@pytest.mark.parametrize(
    ("path", "rules", "title"),
    [
        ("_pages/about.md", RULES, "Us"),
        ("_pages/index.md", RULES, None),
        ("_pages/about.md", OLD, None),
        ("_posts/2024-05-06-about.md", OLD, "Us"),
    ],
)
def test_pages_that_would_crowd_the_navigation_stay_without_a_title(
    path: str, rules: ReadingRules, title: str | None
) -> None:
    assert head("# Us\n\nWords.", path, rules).front.title == title


def test_the_authors_date_wins_over_the_files_and_that_over_gits() -> None:
    written, named, guessed = (
        head("---\ndate: 2020-01-02\n---\n"),
        head("Words."),
        head("Words.", "_posts/undated.md"),
    )

    assert (written.front.date, written.file_date, written.date_is_guessed) == (
        date(2020, 1, 2),
        date(2024, 5, 6),
        False,
    )
    assert (named.front.date, named.date_is_guessed) == (date(2024, 5, 6), False)
    assert (guessed.front.date, guessed.file_date, guessed.date_is_guessed) == (FIRST_COMMIT, None, True)


def test_the_first_paragraph_describes_a_post_and_is_not_shown_twice() -> None:
    document = head("# T\n\n> Note: a callout\n\nIt *begins* & goes on.\n\nMore.")

    assert (document.front.description, document.description_html) == ("It begins & goes on.", "")


def test_what_the_author_says_is_shown_as_markdown() -> None:
    document = head("---\ntitle: 'A: *b*'\ndescription: c `d`\n---\nWords.")

    assert (document.front.title, document.title_html) == ("A: *b*", "A: <em>b</em>")
    assert (document.front.description, document.description_html) == ("c `d`", "c <code>d</code>")


def test_words_count_prose_alone() -> None:
    reading = read_text("# T\n\nOne two three.\n\n```python\nfour = 4\n```\n")

    assert reading.document.words == 3
    assert "four" not in reading.body.text


def test_a_notebook_without_prose_has_no_description() -> None:
    assert read_cells(code("x = 1")).document.front.description is None
