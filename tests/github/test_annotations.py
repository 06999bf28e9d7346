"""annotations: findings at their files, and nothing that a file's name could add."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from generator.github.annotations import annotations_of
from generator.location import Location
from generator.model.problem import error, note, warning

AT = Location("_posts/a.md", line=4)


def test_a_finding_stands_at_its_line_with_its_mend() -> None:
    assert annotations_of((error("date", "`tomorow` is not a date", AT, "write it as 2021-01-01"),)) == (
        "::error file=_posts/a.md,line=4::`tomorow` is not a date%0Awrite it as 2021-01-01",
    )


def test_a_line_of_a_cell_is_told_in_words_since_it_is_no_line_of_the_file() -> None:
    at = Location("_notebooks/a.ipynb", cell=7, line=2, execution_count=5)

    assert annotations_of((warning("x", "it failed", at),)) == (
        "::warning file=_notebooks/a.ipynb::cell 7 (In [5]), line 2: it failed",
    )


def test_errors_come_first_each_finding_once_and_notes_and_placeless_warnings_not_at_all() -> None:
    found = (
        warning("w", "small", AT),
        note("n", "by the way", AT),
        error("e", "big", AT),
        error("e", "big", AT),
        error("e", "nowhere"),
        warning("w", "nowhere"),
    )

    assert annotations_of(found) == (
        "::error file=_posts/a.md,line=4::big",
        "::error::nowhere",
        "::warning file=_posts/a.md,line=4::small",
    )


def test_strict_shows_warnings_as_the_errors_they_count_as() -> None:
    assert annotations_of((warning("w", "small", AT),), strict=True) == ("::error file=_posts/a.md,line=4::small",)


def test_there_are_no_more_than_github_shows() -> None:
    assert len(annotations_of([error("e", f"{number}", AT) for number in range(80)])) == 50


@given(st.text(), st.text(), st.text())
def test_whatever_a_file_is_called_it_is_one_command_with_one_file(name: str, problem: str, mend: str) -> None:
    (said,) = annotations_of((error("e", problem, replace(AT, file=name or "x"), mend),))

    head, _, message = said.removeprefix("::").partition("::")
    assert len(said.splitlines()) <= 1
    assert head.startswith("error file=")
    assert head.count(",") == 1
    assert head.endswith(",line=4")
    assert "\n" not in message
