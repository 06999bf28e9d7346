"""Descriptions and word counts."""

from generator.readers.words import count_words, first_paragraph, shortened


def test_the_first_paragraph_with_words_describes_a_document() -> None:
    quote = "<blockquote><p>A quote.</p></blockquote>"
    html = f"{quote}<p><img src='x'></p>\n<p>It <em>begins</em> &amp; goes on.</p><p>More</p>"

    assert first_paragraph(html) == "It begins & goes on."


def test_a_long_description_is_cut_at_a_word() -> None:
    text = shortened("word, " * 60)

    assert (len(text) <= 200, text[-6:]) == (True, " word…")


def test_scripts_without_spaces_have_words_too() -> None:
    assert count_words("これは日本語 and English") == 5
