"""Titles taken from headings."""

import pytest

from generator.readers.title import take_heading


@pytest.mark.parametrize(
    ("text", "title", "rest"),
    [
        ("# A title\n\nText", "A title", "\n\nText"),
        ("\n## Deeper ##\nText", "Deeper", "\n\nText"),
        ("Underlined\n==========\n\nText", "Underlined", "\n\n\nText"),
        ("# With an id {#here}\nText", "With an id", "\nText"),
        ("Words first.\n\n# Then a title\nText", "Then a title", "Words first.\n\n\nText"),
        ("<!-- a remark -->\n## Deeper\n", "Deeper", "<!-- a remark -->\n\n"),
    ],
)
def test_the_first_heading_names_a_document_and_leaves_it(text: str, title: str, rest: str) -> None:
    assert take_heading(text) == (title, rest)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Words alone.",
        "Words.\n\n## Only a deeper one",
        "```\n# a comment\n```",
        "#hashtag",
        "- item\n---",
        "a | b\n--- | ---",
    ],
)
def test_text_without_a_heading_names_nothing(text: str) -> None:
    assert take_heading(text) is None
