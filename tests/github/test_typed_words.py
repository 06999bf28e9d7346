"""Words of a command as values."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.github.typed_words import typed


def test_words_become_values_as_papermill_would_type_them() -> None:
    words = ("0.1", "3", "-2", "True", "false", "adam", "None", "007", "1e-3", '["a", 1]', '{"a": null}', "")

    assert list(map(typed, words)) == [0.1, 3, -2, True, False, "adam", None, "007", 0.001, ["a", 1], {"a": None}, ""]


@pytest.mark.parametrize(
    "text",
    ["nan", "inf", "1e9999", "9" * 5000, "[" * 20_000, "[NaN]", "[1e999]", "--1", "1_000", "１２", "__import__('os')"],
    ids=[
        "nan",
        "inf",
        "too-large",
        "too-long",
        "too-deep",
        "nan-in-list",
        "large-in-list",
        "two-signs",
        "underscore",
        "wide",
        "code",
    ],
)
def test_what_is_no_plain_value_stays_text(text: str) -> None:
    assert typed(text) == text


@given(st.text() | st.from_regex(r"[-+0-9.eE\[\]{}\", ]{1,30}", fullmatch=True))
def test_any_text_has_one_value_and_it_can_be_written_as_json(text: str) -> None:
    value: Any = typed(text)

    assert json.loads(json.dumps(value, allow_nan=False)) == value
