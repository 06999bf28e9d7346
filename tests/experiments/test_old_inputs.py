"""Lists as the old action's workflows write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.errors import UsageError
from generator.experiments.old_inputs import old_input, old_list


def read(text: str) -> tuple[str, ...]:
    return old_list({"INPUT_TAGS": text}, "TAGS")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[]", ()),
        ("", ()),
        ("  \n", ()),
        ("['baseline', 'reference']", ("baseline", "reference")),
        ('["baseline", "reference"]', ("baseline", "reference")),
        ("('baseline',)", ("baseline",)),
        ("baseline", ("baseline",)),
        ("baseline, my reference,", ("baseline", "my reference")),
        ("2024", ("2024",)),
        ("acc:max, val/loss:min", ("acc:max", "val/loss:min")),
        ('["it\'s, here"]', ("it's, here",)),
    ],
    ids=repr,
)
def test_a_list_is_one_of_json_or_of_python_or_words_between_commas(text: str, words: tuple[str, ...]) -> None:
    assert read(text) == words


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os').system('x')",
        "['a', 3]",
        "[1]",
        "[null]",
        "'baseline'",
        '"baseline"',
        "{'a': 'b'}",
        "['a'",
        "['a'] + ['b']",
        "[x for x in 'ab']",
        "a; b",
        "[" * 5000,
        "a" * 10_001,
    ],
    ids=lambda text: text[:30],
)
def test_what_is_no_list_of_words_is_named_and_never_evaluated(text: str) -> None:
    with pytest.raises(UsageError, match=r"^INPUT_TAGS is no list of words"):
        read(text)


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=8), max_size=5))
def test_what_python_writes_is_read_back(words: list[str]) -> None:
    assert read(repr(words)) == tuple(words)


@given(st.text(max_size=60))
def test_any_text_is_words_or_a_wrong_input(text: str) -> None:
    try:
        words = read(text)
    except UsageError:
        return
    assert all(isinstance(word, str) for word in words)


def test_an_input_that_is_not_set_is_empty() -> None:
    assert (old_input({}, "RUN_ID"), old_input({"INPUT_RUN_ID": " r1 "}, "RUN_ID")) == ("", "r1")
