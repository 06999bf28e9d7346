"""Which of the files that a pull request changes are notebooks to run."""

import json

import pytest

from generator.github.changed_notebooks import changed_notebooks
from generator.steps.execute import notebooks_of
from tests.github.previews import file

TAKEN = (
    "a.ipynb",
    "_notebooks/a.ipynb",
    "_notebooks/sub/a.ipynb",
    "_posts/2026-01-01-a.ipynb",
    "_pages/a.ipynb",
    "_drafts/a.ipynb",
    "_word/a.ipynb",
    "_notebooks/größe ⁂.ipynb",
    "_notebooks/$(touch x);`id`.ipynb",
    "_notebooks/a..b.ipynb",
)
LEFT = (
    "_notebooks/a.md",
    "_notebooks/a.ipynb.txt",
    "_notebooks/A.IPYNB",
    "examples/a.ipynb",
    ".github/a.ipynb",
    "_inkmill/a.ipynb",
    "_notebooks/.ipynb",
    "_notebooks/../a.ipynb",
    "../a.ipynb",
    "/a.ipynb",
    "_notebooks//a.ipynb",
    "_notebooks/./a.ipynb",
    "_notebooks\\a.ipynb",
    "_notebooks/a\n.ipynb",
    "_notebooks/a\r::error::.ipynb",
    "_notebooks/a\x1b[2J.ipynb",
    "_notebooks/a\u202e.ipynb",
    "_notebooks/a\u2028.ipynb",
    "_notebooks/a\ud800.ipynb",
    f"_notebooks/{'a' * 400}.ipynb",
    "",
)


@pytest.mark.parametrize("number", range(len(TAKEN)))
def test_a_notebook_that_the_blog_could_show_is_taken(number: int) -> None:
    assert changed_notebooks([file(TAKEN[number])]).paths == (TAKEN[number],)


@pytest.mark.parametrize("number", range(len(LEFT)))
def test_another_file_or_a_name_that_is_not_plain_is_left_out(number: int) -> None:
    assert changed_notebooks([file(LEFT[number])]).paths == ()


@pytest.mark.parametrize(
    ("status", "count"), [("added", 1), ("modified", 1), ("renamed", 1), ("removed", 0), (None, 0)]
)
def test_what_is_gone_is_not_run(status: str, count: int) -> None:
    assert len(changed_notebooks([file("_notebooks/a.ipynb", status)]).paths) == count


def test_what_is_no_file_is_left_out() -> None:
    assert changed_notebooks([None, "a.ipynb", {"filename": 1, "status": "added"}, {}]).paths == ()


def test_the_list_is_one_line_of_ascii() -> None:
    found = changed_notebooks([file("_notebooks/größe.ipynb"), file("b.ipynb")]).as_json

    assert found.isascii()
    assert len(found.splitlines()) == 1
    assert json.loads(found) == ["_notebooks/größe.ipynb", "b.ipynb"]
    assert changed_notebooks([]).as_json == "[]"


def test_fifty_notebooks_are_run_and_of_more_none() -> None:
    files = [file(f"_notebooks/{number}.ipynb") for number in range(51)]

    assert (len(changed_notebooks(files[:50]).paths), changed_notebooks(files[:50]).note) == (50, "")
    assert changed_notebooks(files).as_json == "[]"
    assert "more than 50 notebooks" in changed_notebooks(files).note


def test_three_thousand_files_are_looked_at_and_of_more_none() -> None:
    files = [file("_notebooks/a.ipynb"), *(file(f"{number}.csv") for number in range(2999))]

    assert changed_notebooks(files).paths == ("_notebooks/a.ipynb",)
    assert changed_notebooks([*files, file("x")]).as_json == "[]"
    assert "more than 3,000 files" in changed_notebooks([*files, file("x")]).note


def test_a_list_that_no_job_could_be_given_is_none_and_says_so() -> None:
    folders = f"{'😀' * 50}/" * 7
    names = [f"_notebooks/{folders}{number:02d}.ipynb" for number in range(50)]
    found = changed_notebooks(map(file, names))

    assert (found.as_json, "too long together" in found.note) == ("[]", True)
    given = changed_notebooks(map(file, names[:19])).as_json
    assert notebooks_of({"NOTEBOOKS": given}) == tuple(names[:19])
