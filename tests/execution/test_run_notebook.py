"""Tests of one notebook's run, with a real kernel."""

import json
import logging
import sys
import tempfile
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from generator.execution.kernels import choose_kernel
from generator.execution.run_notebook import run_notebook
from generator.formats.notebook import parse
from generator.model.execution import FailureKind, KernelChoice, RunFailure, RunState
from generator.model.notebook import Display, Failure, Stream
from tests.execution.running import Seen, a_job, living, outputs, run, said, texts

pytestmark = pytest.mark.kernel


def test_a_notebook_runs_from_top_to_bottom(tmp_path: Path) -> None:
    outcome = run(tmp_path, "print('hi')\nx = 1\nx + 1", "x + 2")

    assert outcome.failure is None
    assert outputs(outcome) == (
        (Stream("stdout", "hi\n"), Display({"text/plain": "2"}, is_result=True)),
        (Display({"text/plain": "3"}, is_result=True),),
    )
    assert outcome.language_version == ".".join(map(str, sys.version_info[:3]))


def test_two_runs_of_one_notebook_are_equal_byte_for_byte(tmp_path: Path) -> None:
    prints = (
        "import sys, time\nfor word in {'one', 'two', 'three'}:\n    print(word, flush=True)\n    time.sleep(0.01)\n"
        "    print(word, file=sys.stderr, flush=True)"
    )
    widget = (
        "from comm import create_comm\nstate = {'_model_name': 'IntModel', '_model_module': 'm', 'value': 3}\n"
        "c = create_comm(target_name='jupyter.widget', data={'state': state})\n"
        "display({'application/vnd.jupyter.widget-view+json': {'model_id': c.comm_id}}, raw=True)"
    )
    cells = (("a = 1", "parameters"), prints, widget)

    one = run(tmp_path, *cells, params={"a": 2})
    other = run(tmp_path, *cells, params={"a": 2})

    assert one.failure is None
    assert one.notebook == other.notebook
    assert b'"IntModel"' in (one.notebook or b"")


def test_nothing_of_papermills_own_is_left_in_the_notebook(tmp_path: Path) -> None:
    outcome = run(tmp_path, ("a = 1", "parameters"), "a", params={"a": "ä"})

    assert outcome.notebook is not None
    notebook = json.loads(outcome.notebook)
    assert [(cell["id"], cell["metadata"]) for cell in notebook["cells"]] == [
        ("cell-1", {"inkmill": {"number": 1}, "tags": ["parameters"]}),
        ("injected-parameters", {"tags": ["injected-parameters"]}),
        ("cell-2", {"inkmill": {"number": 2}}),
    ]
    assert sorted(notebook["metadata"]) == ["kernelspec", "language_info"]
    assert texts(outcome) == ["", "", "'ä'"]


def test_prints_that_follow_one_another_are_one_output(tmp_path: Path) -> None:
    outcome = run(
        tmp_path,
        "import sys\nfor n in range(3):\n    print(n, flush=True)\n    print('e', file=sys.stderr, flush=True)\n"
        "display('between')\nprint('after')",
    )

    assert outputs(outcome)[0] == (
        Stream("stdout", "0\n1\n2\n"),
        Stream("stderr", "e\ne\ne\n"),
        Display({"text/plain": "'between'"}),
        Stream("stdout", "after\n"),
    )


def test_an_exception_is_reported_with_cell_and_line(tmp_path: Path) -> None:
    outcome = run(tmp_path, "def f(x):\n\n\n    return 1 / x", "a = 0\n\nf(a)", "print('never')")

    assert outcome.failure == RunFailure(
        FailureKind.ERROR,
        "ZeroDivisionError: division by zero",
        "mend the cell, or tag it `raises-exception` if the error is the point",
        cell=2,
        execution_count=2,
        line=3,
        last_line="ZeroDivisionError: division by zero",
    )
    shown = outputs(outcome)
    assert isinstance(shown[1][0], Failure)
    assert shown[2] == ()


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("x = 1\ny = = 2", ("error", "SyntaxError: invalid syntax", 1, 2)),
        ("def f():\n    raise KeyError('a')\n\nf()", ("error", "KeyError: 'a'", 1, 2)),
        ("x = 1\ninput()", ("error", "the cell asks for input, and nobody answers", 1, 2)),
        ("import sys\nsys.exit(2)", ("error", "SystemExit: 2", 1, None)),
        ("raise ValueError('first\\nsecond')", ("error", "ValueError: first", 1, 1)),
        ("class E(Exception): pass\nraise E('\\x1b[31m' + 'ö' * 1000)", ("error", "E: " + "ö" * 296 + "…", 1, 2)),
    ],
)
def test_each_kind_of_exception_says_what_and_where(
    tmp_path: Path, code: str, expected: tuple[str, str, int, int | None]
) -> None:
    assert said(run(tmp_path, code)) == expected


def test_an_announced_exception_is_no_failure(tmp_path: Path) -> None:
    outcome = run(tmp_path, ("1 / 0", "raises-exception"), "'on'")

    assert outcome.failure is None
    assert texts(outcome) == ["ZeroDivisionError", "'on'"]


def test_a_notebook_may_go_on_after_errors(tmp_path: Path) -> None:
    outcome = run(tmp_path, "1 / 0", "'on'", goes_on_after_errors=True)

    assert outcome.failure is None
    assert texts(outcome) == ["ZeroDivisionError", "'on'"]


def test_a_skipped_cell_keeps_the_outputs_it_was_saved_with(tmp_path: Path) -> None:
    saved = {"output_type": "stream", "name": "stdout", "text": "saved\n"}
    skipped = {
        "cell_type": "code",
        "source": "1 / 0",
        "execution_count": 7,
        "outputs": [saved],
        "metadata": {"tags": ["skip-execution"]},
    }

    outcome = run(tmp_path, skipped, "2")

    assert outcome.failure is None
    assert texts(outcome) == ["saved\n", "2"]


def test_a_notebook_may_end_itself_before_its_last_cell(tmp_path: Path) -> None:
    outcome = run(tmp_path, "import sys\nsys.exit()", "'never'")

    assert (outcome.failure, outcome.notes) == (
        None,
        ("cell 1 ended the notebook (SystemExit); the cells after it did not run",),
    )


def test_a_display_is_updated_where_it_stands(tmp_path: Path) -> None:
    outcome = run(
        tmp_path, "print('a')\nhandle = display('old', display_id=True)\nprint('b')", "handle.update('new')", "1"
    )

    assert texts(outcome) == ["a\n'new'b\n", "", "1"]


def test_cleared_output_is_gone(tmp_path: Path) -> None:
    outcome = run(
        tmp_path,
        "from IPython.display import clear_output\nprint('old')\nclear_output()\nprint('new')\n"
        "clear_output(wait=True)\nprint('newest')",
    )

    assert texts(outcome) == ["newest\n"]


def test_every_script_comes_through(tmp_path: Path) -> None:
    outcome = run(tmp_path, "print('漢字 😀 עברית')\n'é'")

    assert texts(outcome) == ["漢字 😀 עברית\n'é'"]


def test_parameters_replace_the_notebooks_own(tmp_path: Path) -> None:
    outcome = run(tmp_path, ("rate = 1\nnames = []", "parameters"), "rate, names", params={"names": ["a", "b"]})

    assert texts(outcome) == ["", "", "(1, ['a', 'b'])"]


def test_a_notebook_without_a_parameters_cell_takes_parameters_at_its_top(tmp_path: Path) -> None:
    assert texts(run(tmp_path, "rate", params={"rate": 5})) == ["", "5"]


def test_an_unknown_parameter_is_named_with_the_nearest_known_one(tmp_path: Path) -> None:
    outcome = run(tmp_path, ("learning_rate = 1", "parameters"), params={"learnig_rate": 2})

    assert outcome.failure == RunFailure(
        FailureKind.PARAMETERS, "the notebook has no parameter `learnig_rate`", "write `learning_rate`"
    )
    assert outcome.notebook is None


def test_the_kernel_works_in_the_folder_of_the_job(tmp_path: Path) -> None:
    (tmp_path / "_notebooks").mkdir()
    (tmp_path / "_notebooks" / "beside.txt").write_text("beside")
    before = Path.cwd()

    outcome = run(tmp_path, "print(open('beside.txt').read())", folder="_notebooks")

    assert texts(outcome) == ["beside\n"]
    assert Path.cwd() == before


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    assert said(run(tmp_path, "1", folder="gone")) == (
        "kernel",
        "the folder it shall run in, `gone`, does not exist",
        None,
        None,
    )


def test_the_kernel_sees_named_variables_and_no_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", "secret")

    outcome = run(
        tmp_path, "import os\nprint(os.environ.get('GITHUB_TOKEN'), os.environ['MINE'])", variables={"MINE": "yes"}
    )

    assert texts(outcome) == ["None yes\n"]


def test_whoever_watches_hears_of_every_cell(tmp_path: Path) -> None:
    seen = Seen()
    prose = {"cell_type": "markdown", "source": "# prose"}

    run_notebook(a_job("# first\n\nx = 1", prose, "x"), tmp_path, seen)

    assert [(step.name, step.state, step.cell, step.cells, step.line) for step in seen.steps] == [
        ("_notebooks/post.ipynb", RunState.STARTING, 0, 0, ""),
        ("_notebooks/post.ipynb", RunState.RUNNING, 1, 3, "x = 1"),
        ("_notebooks/post.ipynb", RunState.RUNNING, 3, 3, "x"),
        ("_notebooks/post.ipynb", RunState.DONE, 3, 3, ""),
    ]


def test_a_run_prints_and_logs_nothing(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        outcome = run(tmp_path, "import os\nos.write(2, b'low')\n1 / 0", params={"a": 1})

    assert outcome.failure is not None
    assert capfd.readouterr() == ("", "")
    assert caplog.messages == []


def test_a_kernel_that_does_not_exist_is_named(tmp_path: Path) -> None:
    kernel = KernelChoice("broken", "python", ("/nowhere/python", "-f", "{connection_file}"))

    outcome = run(tmp_path, "1", kernel=kernel)

    assert said(outcome) == (
        "kernel",
        "the kernel `broken` does not run: it cannot be started: No such file or directory: /nowhere/python",
        None,
        None,
    )
    assert outcome.notebook is None


def test_a_kernel_that_ends_while_it_starts_has_the_last_word(tmp_path: Path) -> None:
    argv = (sys.executable, "-c", "import sys; print('no ipykernel here', file=sys.stderr); sys.exit(4)")

    outcome = run(tmp_path, "1", kernel=KernelChoice("broken", "python", argv))

    assert said(outcome) == (
        "kernel",
        "the kernel `broken` does not run: it ended while it started (exit code 4): no ipykernel here",
        None,
        None,
    )


def test_a_kernel_of_another_language_runs_and_gets_no_parameters_nobody_can_write(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary = tmp_path / "t"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    kernel = replace(choose_kernel("", "python")[0], name="prologue", language="prologue", is_own_python=False)

    plain = run(tmp_path, "1 + 1", kernel=kernel)
    with_parameters = run(tmp_path, "a", kernel=kernel, params={"a": 1})

    assert texts(plain) == ["2"]
    assert with_parameters.failure is not None
    assert with_parameters.failure.kind is FailureKind.PARAMETERS
    assert list(temporary.iterdir()) == []


def test_a_kernel_that_is_interrupted_by_message_is(tmp_path: Path) -> None:
    kernel = replace(choose_kernel("", "python")[0], interrupts_by_message=True)

    outcome = run(tmp_path, "import time\ntime.sleep(60)", kernel=kernel, timeout_seconds=0.5)

    assert said(outcome) == ("timeout", "the cell ran longer than its timeout of 0.5 s", 1, None)


def test_a_run_nobody_wants_any_more_ends(tmp_path: Path) -> None:
    stop = threading.Event()
    threading.Timer(1.0, stop.set).start()
    began = time.monotonic()

    outcome = run_notebook(a_job("import time\ntime.sleep(100)"), tmp_path, Seen(), stop=stop)

    assert said(outcome) == ("lost", "the run was stopped", 1, None)
    assert time.monotonic() - began < 30
    assert living() == []


def test_all_outputs_of_a_burst_arrive(tmp_path: Path) -> None:
    outcome = run(tmp_path, "for n in range(3000):\n    display(n)", "'end'")

    assert outcome.failure is None
    assert outcome.notebook is not None
    cells = parse(outcome.notebook, "post.ipynb")[0].cells
    assert [output.bundle["text/plain"] for output in cells[0].outputs if isinstance(output, Display)] == [
        str(number) for number in range(3000)
    ]
