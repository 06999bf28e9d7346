from generator.near_words import nearest


def test_the_nearest_known_word_is_meant() -> None:
    assert nearest("metrcis", ("metric", "metrics", "config")) == "metrics"


def test_what_nobody_types_is_held_against_nothing() -> None:
    word = "a" * 50_000

    # Held against it, this one would take an hour.
    assert nearest(word, (f"{word[1:]}b",)) is None
