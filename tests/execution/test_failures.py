"""Tests of what is said of a failed run."""

import pytest

from generator.execution.failures import died, error_failure, line_in_cell, one_line
from generator.model.execution import FailureKind, RunFailure

PLACE = {"metadata": {"inkmill": {"number": 7}}, "execution_count": 5}
INJECTED = {"metadata": {"tags": ["injected-parameters"]}, "execution_count": 1}


@pytest.mark.parametrize(
    ("traceback", "line"),
    [
        ("Cell In[5], line 3\n----> 3 f()\n\nCell In[2], line 9, in f()\n", 3),
        ("Cell In[5], line 8\n\nCell In[5], line 2, in f()\n\nFile ~/lib.py:346, in g()\n", 2),
        ("  Cell In [5], line 4\n    x = = 1\n", 4),
        ("Input In [5], in <cell line: 6>()\n----> 6 f()\n", 6),
        (
            "<ipython-input-5-abc123> in <module>\n      1 a\n----> 2 f()\n\n<ipython-input-2-abc> in f()\n----> 9 x\n",
            2,
        ),
        ("<ipython-input-2-abc> in f()\n----> 9 x\n", None),
        ("Error in f(): object 'x' not found\n", None),
        ("", None),
    ],
)
def test_the_line_is_that_of_the_deepest_frame_in_the_cell_itself(traceback: str, line: int | None) -> None:
    assert line_in_cell(traceback, 5) == line


def test_an_exception_is_told_without_colours_and_on_one_line() -> None:
    traceback = [
        "\x1b[31mCell\x1b[39m \x1b[32mIn[5]\x1b[39m\x1b[32m, line 2\x1b[39m",
        "\x1b[31mValueError\x1b[0m: a\nb",
    ]

    failure = error_failure("ValueError", "\x1b[31ma\nb", traceback, PLACE)

    assert failure == RunFailure(
        FailureKind.ERROR,
        "ValueError: a",
        "mend the cell, or tag it `raises-exception` if the error is the point",
        cell=7,
        execution_count=5,
        line=2,
        last_line="b",
    )


def test_an_exception_in_papermills_cell_is_one_of_the_parameters() -> None:
    failure = error_failure("NameError", "name 'x' is not defined", [], INJECTED)

    assert (failure.kind, failure.problem, failure.cell, failure.line) == (
        FailureKind.PARAMETERS,
        "the parameters cannot be set: NameError: name 'x' is not defined",
        None,
        None,
    )


def test_a_syntax_error_does_not_name_a_file_nobody_has() -> None:
    failure = error_failure("SyntaxError", "invalid syntax (3218543084.py, line 1)", [], PLACE)

    assert failure.problem == "SyntaxError: invalid syntax"


def test_an_exception_of_a_hundred_megabytes_is_told_in_a_line() -> None:
    failure = error_failure("E", "x" * 10**8, ["y" * 10**8], PLACE)

    assert (len(failure.problem), len(failure.last_line)) == (300, 300)


def test_control_characters_do_not_reach_a_terminal() -> None:
    assert one_line("a\x07\x1b]0;title\x07b\r\nc\t d") == "a b c d"


@pytest.mark.parametrize(
    ("exit_code", "problem"),
    [
        (-9, "the kernel died (SIGKILL)"),
        (-11, "the kernel died (SIGSEGV)"),
        (3, "the kernel died (exit code 3)"),
        (0, "the kernel died (exit code 0)"),
        (-200, "the kernel died (signal 200)"),
    ],
)
def test_a_death_has_a_cause(exit_code: int, problem: str) -> None:
    failure = died(exit_code, PLACE)

    assert (failure.kind, failure.problem, failure.cell, failure.execution_count) == (FailureKind.DIED, problem, 7, 5)


def test_a_death_before_any_cell_has_no_place() -> None:
    assert died(1, None).cell is None
