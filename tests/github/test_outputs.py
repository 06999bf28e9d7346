"""What a step tells the runner, and that text from outside tells it nothing."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.errors import ContentError, MachineError, UsageError
from generator.github.outputs import RunnerFiles, annotation, mask, stopped
from tests.github.runner_commands import obeyed


def files(folder: Path) -> RunnerFiles:
    return RunnerFiles.from_environ(
        {"GITHUB_OUTPUT": str(folder / "output"), "GITHUB_STEP_SUMMARY": str(folder / "summary")}
    )


def test_outputs_are_lines_in_the_order_they_were_set(tmp_path: Path) -> None:
    files(tmp_path).set_output("go", "true")
    files(tmp_path).set_output("notebooks", '["é = <<EOF.ipynb"]')

    assert (tmp_path / "output").read_bytes() == 'go=true\nnotebooks=["é = <<EOF.ipynb"]\n'.encode()


@pytest.mark.parametrize("value", ["a\nb", "a\r", "\0", "\x1b[0m", "\x85", "\u2028", "\u2029", "\udcff"], ids=ascii)
def test_a_value_that_could_be_two_is_refused_and_nothing_is_written(value: str, tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="the output `sha` would hold a control character"):
        files(tmp_path).set_output("sha", value)

    assert not (tmp_path / "output").exists()


@pytest.mark.parametrize("name", ["", "a=b", "a<<b", "a\nb", "1a", "é"], ids=ascii)
def test_a_name_that_is_none_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is not a name"):
        files(tmp_path).set_output(name, "x")


def test_a_desk_has_no_files_and_still_hears_of_wrong_values() -> None:
    desk = RunnerFiles.from_environ({"GITHUB_OUTPUT": ""})
    desk.set_output("go", "true")
    desk.add_summary("# Title")

    assert desk == RunnerFiles(None, None)
    with pytest.raises(ContentError):
        desk.set_output("go", "\n")


def test_parts_of_a_summary_stand_apart(tmp_path: Path) -> None:
    files(tmp_path).add_summary("# One")
    files(tmp_path).add_summary("Two\udcff")

    assert (tmp_path / "summary").read_text() == "# One\n\nTwo?\n\n"


def test_a_summary_never_grows_so_large_that_github_drops_it(tmp_path: Path) -> None:
    for _ in range(5):
        files(tmp_path).add_summary("é" * 200_000)

    text = (tmp_path / "summary").read_text()
    assert len(text.encode()) < 2**20
    assert text.count("é") == 400_000
    assert text.count("does not fit here") == 3


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    nowhere = RunnerFiles(tmp_path / "gone" / "output", tmp_path)

    with pytest.raises(MachineError, match="output cannot be written"):
        nowhere.set_output("go", "true")
    with pytest.raises(MachineError, match="cannot be written"):
        nowhere.add_summary("x")


def test_an_annotation_names_file_and_line() -> None:
    assert annotation("error", "_posts/a.md", 4, "`date: x` is not a date") == (
        "::error file=_posts/a.md,line=4::`date: x` is not a date"
    )
    assert annotation("warning", "_posts/a.md", None, "odd") == "::warning file=_posts/a.md::odd"
    assert annotation("notice", "", 3, "all is well") == "::notice::all is well"


def test_what_would_end_a_property_or_a_message_is_escaped() -> None:
    assert annotation("error", "a:b,c%\n.md", 1, "50%\r\n::error::x\x1b[0m") == (
        "::error file=a%3Ab%2Cc%25%0A.md,line=1::50%25%0D%0A::error::x\ufffd[0m"
    )


COMMAND = re.compile(r"::([a-z-]+)(?: ([^:]*))?::(.*)")


@given(file=st.text(min_size=1), message=st.text())
def test_an_annotation_is_one_line_and_one_command(file: str, message: str) -> None:
    said = annotation("error", file, 7, message)

    found = COMMAND.fullmatch(said)
    assert found
    assert len(said.splitlines()) == 1
    assert (found[1], (found[2] or "").count(","), (found[2] or "").endswith(",line=7")) == ("error", 1, True)


HOSTILE = "::set-output name=go::true\n ::add-mask::x\n##[error]x\r\n::stop-commands::mine\n::mine::\n::error::y"


def test_lines_from_outside_are_shown_and_not_obeyed() -> None:
    lines = stopped(HOSTILE)

    assert obeyed(lines) == []
    assert obeyed([*lines, "::error::ours"]) == ["::error::ours"]
    assert lines[1:-1] == HOSTILE.splitlines()


@given(st.text())
def test_no_text_from_outside_is_obeyed(text: str) -> None:
    lines = stopped(text)

    assert obeyed([*lines, "::notice::ours"]) == ["::notice::ours"]
    assert all(len(line.splitlines()) <= 1 for line in lines)


def test_the_word_that_ends_it_is_another_each_time() -> None:
    assert stopped("x")[0] != stopped("x")[0]


def test_a_mask_is_the_value_itself_once_the_runner_has_read_it() -> None:
    assert mask("50%\r\n\x1b") == "::add-mask::50%25%0D%0A\x1b"
