"""Report what a refresh did, in the run's summary and in the one issue of its own; keep the schedule alive."""

import argparse
import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from generator.errors import InkmillError
from generator.github.api import GitHub
from generator.github.context import read_context
from generator.github.failing import Refreshed
from generator.github.job_results import read_result
from generator.github.keep_alive import keep_alive
from generator.github.outputs import RunnerFiles, annotation
from generator.github.refresh_issue import report
from generator.github.refresh_report import read_refresh
from generator.github.refresh_words import summary_text
from generator.steps.result import StepResult

# Every schedule there is: the others run too seldom, or do too little, to keep themselves.
_WITH_SCHEDULES = ("refresh.yml", "preview.yml", "upgrade.yml")


def main(arguments: Sequence[str]) -> StepResult:
    """Report on ``--from``; exit 0 when that was done, however the notebooks ended."""
    parser = argparse.ArgumentParser(prog="report-refresh", description="Report what a refresh did.")
    parser.add_argument("--from", dest="folder", required=True, type=Path, help="the artifact `refreshed`")
    folder: Path = parser.parse_args(arguments).folder
    context = read_context(os.environ)
    run = _refreshed(folder)
    RunnerFiles.from_environ(os.environ).add_summary(summary_text(run))
    github = GitHub(context)
    # Before the report, which may fail: a schedule that stops would end all reports.
    troubles = [keep_alive(github, context, workflow) for workflow in _WITH_SCHEDULES]
    warnings = (annotation("warning", "", None, trouble) for trouble in troubles if trouble)
    return StepResult((*warnings, report(github, context, run)))


def _refreshed(folder: Path) -> Refreshed:
    ends = [read_result(os.environ, name) for name in ("REFRESH_RESULT", "KEEP_RESULT", "PUBLISH_RESULT")]
    try:
        found = read_refresh(folder)
    except InkmillError as failure:
        unread = f"{failure.at}: {failure.problem}" if failure.at else failure.problem
        return Refreshed(datetime.now(UTC), None, unread, *ends)
    return Refreshed(found.now, found, "", *ends)
