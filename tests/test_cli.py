"""cli: words in, exit codes out; what is heavy stays unimported."""

import re
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from generator.__main__ import run as run_command
from generator.cli import main
from generator.errors import BusyError, ContentError, MachineError, RefusedError, SettingsError, UsageError
from tests.building import lay_out, run

POST = {"_posts/2021-01-01-a.md": "# A\n\nHello.\n"}


@pytest.mark.parametrize(
    ("failure", "code"),
    [(ContentError, 1), (SettingsError, 1), (BusyError, 1), (UsageError, 2), (RefusedError, 3), (MachineError, 4)],
)
def test_every_kind_of_error_has_its_exit_code(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, failure: Any, code: Any
) -> None:
    def fail(request: object, runner: object) -> None:
        raise failure("it went wrong", mend="put it right")

    monkeypatch.setattr("generator.pipeline.build", fail)
    assert main(["build", "--source", str(tmp_path)]) == code
    assert capsys.readouterr().err == "it went wrong\n  mend: put it right\n"


def test_an_error_of_our_own_is_a_sentence_and_a_file_with_the_rest(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def fail(request: object, runner: object) -> None:
        raise KeyError("who knows")

    monkeypatch.setattr("generator.pipeline.build", fail)
    assert main(["build", "--source", str(tmp_path)]) == 4
    said = capsys.readouterr().err
    assert said.startswith("inkmill failed: KeyError: 'who knows'; the details are in ")
    trace = Path(said.strip().rpartition(" ")[2])
    assert "Traceback" in trace.read_text()
    trace.unlink()


def test_ctrl_c_is_130(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def stop(request: object, runner: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("generator.pipeline.build", stop)
    assert main(["build", "--source", str(tmp_path)]) == 130


@pytest.mark.parametrize(
    "words",
    [
        ["build", "--no-such-flag"],
        ["no-such-command"],
        ["build", "--jobs", "0"],
        ["build", "--source", "/no/such/folder"],
        ["build", "--now", "yesterday"],
        ["build", "--execute", "perhaps"],
        ["build", "--base-path", "https://example.org/blog"],
        ["build", "--base-path", "my blog"],
        ["build", "--base-path", "/a/../b"],
        ["build", "--base-path", "/a//b"],
        ["build", "--url", "example.org"],
        ["build", "--url", "ftp://example.org"],
        ["build", "--url", "https://example.org/blog"],
    ],
)
def test_wrong_usage_is_2_and_does_nothing(words: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(words) == 2
    assert list(tmp_path.iterdir()) == []


def test_the_source_is_here_unless_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    lay_out(tmp_path, POST)
    monkeypatch.chdir(tmp_path)
    assert main(["build", "--quiet"]) == 0
    assert (tmp_path / "_site/posts/a/index.html").is_file()


def test_output_and_cache_may_stand_elsewhere_and_nothing_else_is_written(tmp_path: Path) -> None:
    source = tmp_path / "blog"
    source.mkdir()
    lay_out(source, POST)
    ran = run(source, "--output", str(tmp_path / "out"), "--cache", str(tmp_path / "store"))
    assert ran.exit_code == 0
    assert (tmp_path / "out/posts/a/index.html").is_file()
    assert sorted(path.name for path in source.rglob("*")) == ["2021-01-01-a.md", "_posts"]


def test_the_store_keeps_itself_out_of_git(tmp_path: Path) -> None:
    lay_out(tmp_path, POST)
    run(tmp_path)
    assert (tmp_path / ".inkmill/.gitignore").read_text() == "*\n"


def test_the_base_path_reaches_every_link(tmp_path: Path) -> None:
    lay_out(tmp_path, POST)
    run(tmp_path, "--base-path", "preview/7/")
    assert 'href="/preview/7/posts/a/"' in (tmp_path / "_site/index.html").read_text()


def test_help_and_version_import_nothing_heavy() -> None:
    heavy = (
        "nbconvert nbformat papermill markdown pygments jinja2 yaml pydantic msgspec rich PIL requests asyncio".split()
    )
    program = (
        "import sys; from generator.cli import main\n"
        "main(['--help']); main(['--version'])\n"
        f"print([name for name in {heavy!r} if name in sys.modules])"
    )
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert said.splitlines()[-1] == "[]"


def test_an_unchanged_build_imports_no_library_that_reads_or_renders(tmp_path: Path) -> None:
    lay_out(tmp_path, POST)
    program = (
        "import sys; from generator.cli import main\n"
        f"main(['build', '--source', {str(tmp_path)!r}])\n"
        "heavy = 'nbconvert nbformat markdown pygments jinja2 yaml pydantic PIL'.split()\n"
        "print([name for name in heavy if name in sys.modules])"
    )
    command = [sys.executable, "-c", program]
    subprocess.run(command, capture_output=True, check=True)
    _age(tmp_path)
    subprocess.run(command, capture_output=True, check=True)
    again = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "nothing changed" in again
    assert again.splitlines()[-1] == "[]"


def _age(folder: Path) -> None:
    """Move files out of the moment in which a second write would leave the time stamp as it was."""
    import os
    import time

    past = time.time() - 60
    for path in folder.rglob("*"):
        if "_site" not in path.parts and ".inkmill" not in path.parts:
            os.utime(path, (past, past))


def test_a_busy_port_is_said_and_nothing_is_said_to_be_served(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lay_out(tmp_path, POST)
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        assert main(["serve", "--source", str(tmp_path), "--port", str(port)]) == 4
    said = capsys.readouterr()
    assert "Serving" not in said.out
    assert said.err.startswith(f"cannot listen on 127.0.0.1:{port}: ")


def test_serve_says_the_port_it_found(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(server: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("http.server.ThreadingHTTPServer.serve_forever", stop)
    lay_out(tmp_path, POST)
    assert main(["serve", "--source", str(tmp_path), "--port", "0", "--base-path", "/blog"]) == 130
    last = capsys.readouterr().out.splitlines()[-1]
    assert re.fullmatch(r"Serving \S*_site at http://127\.0\.0\.1:[1-9]\d*/blog/ \(Ctrl-C stops\)", last)


def test_ctrl_c_is_130_while_the_command_is_still_being_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    class Stopped:
        def __getattr__(self, name: str) -> object:
            raise KeyboardInterrupt

    monkeypatch.setitem(sys.modules, "generator.cli", Stopped())
    assert run_command() == 130


@pytest.mark.parametrize("epoch", ["²", "99999999999999", "soon", "-99999999999999999999"])
def test_an_epoch_of_no_calendar_is_wrong_usage(epoch: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
    assert main(["build", "--source", str(tmp_path)]) == 2


def test_the_output_is_shown_as_one_would_type_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lay_out(tmp_path / "blog", POST)
    monkeypatch.chdir(tmp_path)
    main(["build", "--source", "blog"])
    assert " · blog/_site · " in capsys.readouterr().out
    monkeypatch.chdir(tmp_path / "blog")
    main(["build"])
    assert " · _site · " in capsys.readouterr().out


def test_a_step_of_a_workflow_gets_its_words_as_they_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from generator.steps.result import StepResult

    heard: list[list[str]] = []

    def step(words: Any) -> StepResult:
        heard.append(list(words))
        return StepResult(("done",), 3)

    monkeypatch.setattr("generator.steps.build.main", step)

    code = main(["github", "build", "--output", "x", "--help", "--", "-v"])

    assert (code, heard) == (3, [["--output", "x", "--help", "--", "-v"]])


@pytest.mark.parametrize("words", [[], ["no-such-step"], ["build"], ["build", "--output", "x", "--no-such-flag"]])
def test_wrong_words_for_a_step_are_2(words: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    assert main(["github", *words]) == 2
    assert list(tmp_path.iterdir()) == []


def test_without_a_name_the_steps_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    from generator.steps.__main__ import NAMES

    main(["github"])

    usage, *listed = capsys.readouterr().err.splitlines()
    assert usage.startswith("usage: inkmill github NAME")
    assert [line.strip() for line in listed] == [*NAMES]


def test_a_step_says_what_its_words_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["github", "build", "--help"]) == 0
    assert "--strict" in capsys.readouterr().out


def test_runs_are_asked_for_in_the_words_of_their_step(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["wandb", "runs", "--help"]) == 0
    assert capsys.readouterr().out.startswith("usage: inkmill wandb runs")
    assert main(["wandb", "runs", "--project", "acme/mnist"]) == 2
    assert capsys.readouterr().err.splitlines() == [
        "--sha or --run-id (or INPUT_FILTER_GITHUB_SHA, INPUT_RUN_ID) is missing: say which runs"
    ]
