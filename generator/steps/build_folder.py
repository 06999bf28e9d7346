"""Builds and checks a folder of notebooks in somebody's own workflow: what `action.yml` calls."""

import argparse
import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from generator.asking import Words, request_of
from generator.errors import ContentError, InkmillError
from generator.github.annotations import annotations_of
from generator.github.inert_tree import SITE_RULES, check_tree
from generator.github.outputs import RunnerFiles, stopped
from generator.model.problem import Problem, Severity, error
from generator.model.report import BuildReport
from generator.model.request import BuildRequest
from generator.pipeline import build
from generator.stages.runner import UNWATCHED, Runner
from generator.steps.build_summary import build_summary, failure_summary
from generator.steps.result import StepResult
from generator.wording import error_text, report_lines

TITLE = "The blog"
# Warnings at a desk; whoever asks for a check wants to hear of them.
_ERRORS_HERE = frozenset({"broken-link", "broken-anchor"})
# Unchanged files are links to those of the store.
_RULES = replace(SITE_RULES, may_be_linked=True)


def main(arguments: Sequence[str]) -> StepResult:
    """Build and check; the output ``folder`` names the site. An empty word is as good as none."""
    parser = argparse.ArgumentParser(prog="build-folder", description=__doc__)
    parser.add_argument("--source", default="", help="the blog's folder")
    parser.add_argument("--output", default="", help="where the site is to be (default: SOURCE/_site)")
    parser.add_argument("--base-path", default="", help="such as /blog (default: from the settings or the repository)")
    parser.add_argument("--strict", default="false", choices=["true", "false", ""], help="treat warnings as errors")
    given = parser.parse_args(arguments)
    words = Words(
        source=Path(given.source or "."),
        output=Path(given.output) if given.output else None,
        base_path=given.base_path or None,
        strict=given.strict == "true",
    )
    return build_folder(words, RunnerFiles.from_environ(os.environ))


def build_folder(words: Words, files: RunnerFiles, runner: Runner = UNWATCHED) -> StepResult:
    """Build what the words name, and say what is wrong with it in the log, the summary and at its lines."""
    try:
        request = request_of(words)
        report = _checked(request, build(request, runner))
    except InkmillError as failure:
        files.add_summary(failure_summary(TITLE, failure))
        return StepResult(tuple(stopped(error_text(failure))), failure.exit_code)
    files.add_summary(build_summary(TITLE, report))
    if report.was_published:
        files.set_output("folder", str(request.output))
    lines = (
        *annotations_of(_from_here(report.problems, words.source), strict=request.strict),
        *stopped("\n".join(report_lines(report, verbose=False, strict=request.strict))),
    )
    return StepResult(lines, report.exit_code(strict=request.strict))


def _checked(request: BuildRequest, report: BuildReport) -> BuildReport:
    """With what only a reader or GitHub would find."""
    problems = tuple(
        replace(problem, severity=Severity.ERROR) if problem.kind in _ERRORS_HERE else problem
        for problem in report.problems
    )
    if report.was_published:
        try:
            check_tree(request.output, _RULES)
        except ContentError as refusal:
            problems = (*problems, error("site-tree", refusal.problem, refusal.at, refusal.mend))
    return replace(report, problems=problems)


def _from_here(problems: Sequence[Problem], source: Path) -> list[Problem]:
    """Places relative to the repository, where GitHub shows them, if the blog is a folder of it."""
    below = "" if source.is_absolute() or ".." in source.parts else source.as_posix()
    if below in ("", "."):
        return list(problems)
    return [
        replace(problem, at=replace(problem.at, file=f"{below}/{problem.at.file}")) if problem.at else problem
        for problem in problems
    ]
