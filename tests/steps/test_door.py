"""What the door of the steps shows to the runner, and at a desk."""

from pathlib import Path

import pytest

from generator.steps.__main__ import NAMES, _at_a_desk, main

# What a step is told with each of its words.
_WORDS = {
    **dict.fromkeys(("build", "build-pull-request"), ("--output", "o")),
    **dict.fromkeys(("keep-runs", "publish", "publish-preview", "release", "report-refresh"), ("--from", "f")),
    **dict.fromkeys(("deploy", "report-experiment"), ("--from", "f")),
    "report": ("--pr", "7", "--sha", "a1" * 20, "--state", "success"),
    **dict.fromkeys(("fetch-runs", "run-notebook"), ("--output", "o")),
    "execute": ("--pull-request", "p", "--output", "o"),
    "render": ("--pull-request", "p", "--executed", "e", "--output", "o"),
}
# These need to know nothing of GitHub.
_AT_A_DESK = ("build-folder", "refresh", "wandb-runs")


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("plain: words", "plain: words"),
        ("::stop-commands::0123456789abcdef0123456789abcdef", None),
        ("::0123456789abcdef0123456789abcdef::", None),
        ("::add-mask::12345678", None),
        ("::error file=a.md,line=2::the report names it, too", None),
        ("::error::/posts/a/ would be gone", "/posts/a/ would be gone"),
        ("std::vector is a word", "std::vector is a word"),
    ],
)
def test_at_a_desk_a_command_is_its_words_and_nothing_is_said_twice(line: str, shown: str | None) -> None:
    assert _at_a_desk(line) == shown


def test_an_error_is_shown_without_commands_at_a_desk_and_in_the_log_and_on_the_page_of_a_run(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("GITHUB_REPOSITORY", "GITHUB_ACTIONS"):
        monkeypatch.delenv(name, raising=False)

    assert main(["rollback", "--list"]) == 2
    at_a_desk = capsys.readouterr().err.splitlines()
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    assert main(["rollback", "--list"]) == 2
    on_the_runner = capsys.readouterr().err.splitlines()

    assert "GITHUB_REPOSITORY" in at_a_desk[0]
    assert on_the_runner[1:-2] == at_a_desk
    assert on_the_runner[0].startswith("::stop-commands::")
    assert on_the_runner[-1] == "::error::" + "%0A".join(at_a_desk)


@pytest.mark.parametrize("name", [name for name in NAMES if name not in _AT_A_DESK])
def test_a_step_that_is_told_nothing_of_its_job_says_what_is_missing_and_does_nothing(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for variable in ("GITHUB_ACTIONS", "GITHUB_REPOSITORY", "GITHUB_SHA", "PR", "SHA", "NOTEBOOKS"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.chdir(tmp_path)

    code = main([name, *_WORDS.get(name, ())])

    said = capsys.readouterr()
    problem, mend = (said.out + said.err).splitlines()
    assert code == 2
    assert problem.startswith(("GITHUB_REPOSITORY is not set", "SHA does not hold", "what is built here is no commit"))
    assert mend.startswith("  mend: ")
    assert not (tmp_path / "o/site").exists()
