"""Builds the pull request that is checked out here as a preview, and says which pages it changes."""

import argparse
import os
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from generator.apart import survey
from generator.asking import Words, absolute, request_of
from generator.cache.store import LostBytesError, Store
from generator.errors import InkmillError, UsageError
from generator.github.annotations import annotations_of
from generator.github.answers import number_of, part_of
from generator.github.context import RunContext, read_context
from generator.github.outputs import RunnerFiles, stopped
from generator.model.preview import ChangedPage, Preview
from generator.model.problem import error
from generator.model.report import SiteFacts
from generator.model.request import BuildRequest, ExecuteWhen
from generator.sources.git_base import base_commit, checked_out
from generator.stages.built_site import clear_built, preview_report, write_report
from generator.stages.comparison import bodies_in, broken_in, changed_pages
from generator.stages.runner import UNWATCHED, Runner
from generator.steps.build_summary import build_summary, failure_summary, page_table
from generator.steps.built import build_into
from generator.steps.result import StepResult
from generator.wording import error_text, report_lines

TITLE = "The pull request as a site"
_COMMIT = re.compile(r"[0-9a-f]{40}")


@dataclass(frozen=True, slots=True)
class PullRequest:
    """What the event says of the pull request.

    Args:
        base: the commit of the default branch that GitHub compares it with.
        is_from_fork: its pages are shown only when somebody with the right to write asks for them.
    """

    preview: Preview
    base: str
    is_from_fork: bool


def main(arguments: Sequence[str]) -> StepResult:
    """Build it; ``--output`` holds what could be built, and the report, whatever was found.

    Raises:
        UsageError: this is no event of a pull request.
    """
    parser = argparse.ArgumentParser(prog="build-pull-request", description=__doc__)
    parser.add_argument("--output", type=Path, required=True, help="a folder of its own")
    parser.add_argument("--strict", action="store_true", help="treat warnings as errors")
    given = parser.parse_args(arguments)
    asked = pull_request_of(read_context(os.environ))
    words = Words(strict=given.strict, keep_going=True, preview=asked.preview)
    return build_pull_request(absolute(given.output), words, asked)


def pull_request_of(context: RunContext) -> PullRequest:
    """The pull request of the event.

    Raises:
        UsageError: it is none, or not of the shape that GitHub sends.
    """
    pull = part_of(context.event, "pull_request")
    number, head, base = number_of(pull, "number"), part_of(pull, "head"), part_of(pull, "base")
    shas = (head.get("sha"), base.get("sha"))
    if not number or not all(isinstance(s, str) and _COMMIT.fullmatch(s) for s in shas):
        wrong = "this run was not started by a pull request"
        raise UsageError(wrong, mend="set GITHUB_EVENT_PATH to a file with an event `pull_request`")
    link = f"{context.server_url}/{context.repository}/pull/{number}"
    is_ours = part_of(head, "repo").get("full_name") == context.repository
    return PullRequest(Preview(number, str(shas[0]), link), str(shas[1]), not is_ours)


def build_pull_request(folder: Path, words: Words, asked: PullRequest, runner: Runner = UNWATCHED) -> StepResult:
    """Build what is checked out where the words say into folder, as a preview of the pull request."""
    page = RunnerFiles.from_environ(os.environ)
    try:
        request = request_of(words)
        clear_built(folder, request)
        # First, since running the new notebooks would change what is known of the old ones.
        live, unknown = _live(request, asked)
        built = build_into(folder, request, runner)
    except InkmillError as failure:
        with suppress(InkmillError):
            write_report(folder, preview_report((), (error("broken", failure.problem, failure.at, failure.mend),)))
        page.add_summary(failure_summary(TITLE, failure))
        return StepResult(tuple(stopped(error_text(failure))), failure.exit_code)
    report = built.report
    pages = _compared(request, live, built.site, broken_in(report.problems))
    write_report(folder, preview_report(pages or (), report.problems))
    page.add_summary("\n\n".join((build_summary(TITLE, report), *_changes(pages, unknown), *_invitation(asked))))
    lines = (
        *annotations_of(report.problems, strict=request.strict),
        *stopped("\n".join(report_lines(report, verbose=False, strict=request.strict))),
        *((unknown,) if unknown else ()),
    )
    return StepResult(lines, report.exit_code(strict=request.strict))


def _live(request: BuildRequest, asked: PullRequest) -> tuple[SiteFacts | None, str]:
    """The site without the pull request, or why nobody knows it, as a sentence."""
    commit = base_commit(request.source, asked.preview.sha, asked.base)
    if commit is None:
        return None, "What this is compared with is not in the checkout, so nobody knows which pages change."
    try:
        with checked_out(request.source, commit) as source:
            if source is None:
                return None, "There is no blog yet that this could be compared with."
            base = replace(request, source=source, output=source / "_site", execute=ExecuteWhen.NEVER)
            facts = survey(base).site
    except InkmillError:
        facts = None
    return facts, "" if facts else "What this is compared with cannot be built, so nobody knows which pages change."


def _compared(
    request: BuildRequest, live: SiteFacts | None, site: SiteFacts | None, broken: frozenset[str]
) -> tuple[ChangedPage, ...] | None:
    if live is None or site is None:
        return None
    try:
        return changed_pages(live.pages, site.pages, bodies_in(Store(request.cache)), broken=broken)
    except LostBytesError:
        return None


def _changes(pages: tuple[ChangedPage, ...] | None, unknown: str) -> list[str]:
    if pages is None:
        return [unknown] if unknown else []
    return ["#### What changes for readers", *page_table(pages)]


def _invitation(asked: PullRequest) -> list[str]:
    if not asked.is_from_fork:
        return []
    said = "It comes from a fork, so nothing of it is shown as a page yet. Whoever may write here can change that, with"
    return [f"{said} this comment on the pull request:", f"```\n/preview {asked.preview.sha}\n```"]
