"""Builds the blog that is checked out here for the job that publishes: `site/` and `manifest.json` in one folder."""

import argparse
import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from generator.asking import Words, absolute, request_of
from generator.errors import InkmillError
from generator.github.annotations import annotations_of
from generator.github.outputs import RunnerFiles, stopped
from generator.model.request import ExecuteWhen
from generator.stages.runner import UNWATCHED, Runner
from generator.steps.build_summary import build_summary, failure_summary
from generator.steps.built import build_into
from generator.steps.notebook_secrets import NotebookSecrets, take_secrets
from generator.steps.result import StepResult
from generator.wording import error_text, internal_error_text, report_lines

TITLE = "The site"


def main(arguments: Sequence[str]) -> StepResult:
    """Build; a site that is not in order in every respect is not left in ``--output``.

    Raises:
        UsageError: a line of NOTEBOOK_SECRETS is wrong.
    """
    parser = argparse.ArgumentParser(prog="build", description=__doc__)
    parser.add_argument("--output", type=Path, required=True, help="a folder of its own")
    parser.add_argument(
        "--execute",
        default=ExecuteWhen.DECLARED.value,
        choices=[when.value for when in ExecuteWhen],
        help="which notebooks to run",
    )
    parser.add_argument("--strict", action="store_true", help="treat warnings as errors")
    given = parser.parse_args(arguments)
    secrets = take_secrets(os.environ)
    return build(absolute(given.output), Words(strict=given.strict, execute=given.execute), secrets)


def build(folder: Path, words: Words, secrets: NotebookSecrets, runner: Runner = UNWATCHED) -> StepResult:
    """Build into folder; whatever comes of it is said after the secrets are out of the log."""
    page = RunnerFiles.from_environ(os.environ)
    try:
        request = request_of(replace(words, secrets=secrets.searched_for))
        report = build_into(folder, request, runner).report
    except InkmillError as failure:
        page.add_summary(failure_summary(TITLE, failure))
        return secrets.before(StepResult(tuple(stopped(error_text(failure))), failure.exit_code))
    except Exception as failure:  # What went wrong may repeat a value, which must be masked before it is said.
        return secrets.before(StepResult(tuple(stopped(internal_error_text(failure, None))), 4))
    page.add_summary(build_summary(TITLE, report))
    lines = (
        *annotations_of(report.problems, strict=request.strict),
        *stopped("\n".join(report_lines(report, verbose=False, strict=request.strict))),
    )
    return secrets.before(StepResult(lines, report.exit_code(strict=request.strict)))
