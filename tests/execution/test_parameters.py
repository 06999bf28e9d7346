"""Tests of the parameters a notebook knows."""

from typing import Any

import pytest

from generator.execution.parameters import papermill_language, unknown_parameter
from generator.formats.notebook import parse, to_node
from generator.model.execution import Job, KernelChoice
from tests.execution.running import notebook_bytes

PYTHON = KernelChoice("python3", "python", ("python",))
R = KernelChoice("ir", "r", ("R",))


def mend(source: str, params: dict[str, Any], kernel: KernelChoice = PYTHON) -> str | None:
    content = notebook_bytes([(source, "parameters"), "1"])
    node = to_node(parse(content, "n.ipynb")[0])
    node["metadata"]["kernelspec"] = {"name": kernel.name, "language": kernel.language, "display_name": kernel.name}
    failure = unknown_parameter(Job("n.ipynb", None, content, kernel, params=params), node)
    return None if failure is None else failure.mend


def test_whatever_the_cell_sets_is_a_parameter() -> None:
    source = "%matplotlib inline\nimport os\na = 1\nb, *c = 2, 3\nd: int = 4\nif a:\n    e = 5\nfor f in (): pass"

    assert [mend(source, {name: 1}) for name in "abcdef"] == [None] * 6


def test_names_of_a_functions_own_are_none() -> None:
    assert mend("a = 1\ndef f():\n    inner = 2", {"inner": 3}) == "the `parameters` cell knows `a`"


def test_the_nearest_known_one_is_named() -> None:
    assert mend("learning_rate = 1\nother = 2", {"learning-rat": 3}) == "write `learning_rate`"


@pytest.mark.parametrize("source", ["a = = 1", "# nothing yet"])
def test_a_cell_that_says_nothing_takes_any_parameter(source: str) -> None:
    assert mend(source, {"b": 1}) is None


def test_a_language_papermill_cannot_look_into_takes_any_parameter() -> None:
    assert mend("a <- 1", {"b": 1}, R) is None


def test_papermill_writes_r_with_a_capital_letter() -> None:
    assert [papermill_language(name) for name in ("r", "python", "julia")] == ["R", "python", "julia"]
