"""The notebook and the parameters that a job is handed."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.errors import UsageError
from generator.github.asked_notebook import AskedNotebook, asked_notebook, typed

PATH = "_notebooks/a.ipynb"


def test_words_of_a_command_become_values_as_papermill_would_type_them() -> None:
    written = {"lr": "0.1", "epochs": "3", "deep": "True", "name": "adam", "none": "None", "day": "007", "of": "1e-3"}

    found = asked_notebook({"NOTEBOOK": PATH, "PARAMETERS": json.dumps(written)})

    values = {"lr": 0.1, "epochs": 3, "deep": True, "name": "adam", "none": None, "day": "007", "of": 0.001}
    assert found == AskedNotebook(PATH, values)


@pytest.mark.parametrize(
    "text",
    ["nan", "inf", "1e9999", "9" * 5000, "[" * 20_000, "[NaN]", "--1", "1_000", "１２", "__import__('os')"],
    ids=["nan", "inf", "too-large", "too-long", "too-deep", "nan-in-list", "two-signs", "underscore", "wide", "code"],
)
def test_what_is_no_plain_value_stays_text(text: str) -> None:
    assert typed(text) == text


@pytest.mark.parametrize(
    "path",
    ["", "a.py", "../a.ipynb", "/a.ipynb", "a/./b.ipynb", "-x.ipynb", "a\nb.ipynb", "a\\b.ipynb", "a//b.ipynb"],
    ids=["empty", "script", "above", "absolute", "dot", "option", "line", "backslash", "slashes"],
)
def test_a_path_that_is_no_notebook_within_the_repository_is_refused(path: str) -> None:
    with pytest.raises(UsageError, match="NOTEBOOK"):
        asked_notebook({"NOTEBOOK": path, "PARAMETERS": "{}"})


@pytest.mark.parametrize(
    "written",
    [
        "[]",
        "{",
        '{"a b": "1"}',
        '{"a": 1}',
        '{"a": "x\\ny"}',
        "[" * 90_000,
        json.dumps({f"a{n}": "" for n in range(51)}),
    ],
    ids=["list", "broken", "no-name", "number", "two-lines", "deep", "many"],
)
def test_parameters_that_no_gate_handed_on_are_refused(written: str) -> None:
    with pytest.raises(UsageError, match="PARAMETERS"):
        asked_notebook({"NOTEBOOK": PATH, "PARAMETERS": written})


@given(st.text())
def test_any_text_has_one_value_and_it_can_be_written_as_json(text: str) -> None:
    value: Any = typed(text)

    assert json.loads(json.dumps(value, allow_nan=False)) == value
