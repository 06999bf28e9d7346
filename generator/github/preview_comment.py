"""The words of the status comment. Text from outside goes through `said`; links are put together from checked parts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from generator.github.context import RunContext
from generator.github.gate import Refusal
from generator.github.preview_gate import PreviewGo
from generator.github.preview_report import is_site_path
from generator.github.said import code_span, in_run, inline, link, table_cell
from generator.model.preview import ChangedPage, Preview, PreviewReport

_MOST_PAGES = 100
_MOST_PROBLEMS = 20
_MOST_PLACES = 10
_MOST_NOT_RUN = 20


@dataclass(frozen=True, slots=True)
class Shown:
    """A preview that was published.

    Args:
        url: of its front page, with a slash at the end; without a host where nobody knows the site's address.
        built_at: as the build says.
        report: None where it could not be read; why is `unread`, a clause.
        has_no_runs: running its notebooks failed as a whole.
        is_behind: the pull request has a newer commit by now.
    """

    preview: Preview
    url: str
    built_at: datetime
    report: PreviewReport | None
    unread: str = ""
    has_no_runs: bool = False
    is_behind: bool = False


def building_text(context: RunContext, go: PreviewGo, earlier: str) -> str:
    """While it is made.

    Args:
        earlier: the address of a preview that stands meanwhile; may be empty.
    """
    commit = commit_link(context, go.request.number, go.sha)
    count = len(go.notebooks.paths)
    runs = f" {count} changed notebook{'' if count == 1 else 's'} may be run for it." if count else ""
    note = f" {go.notebooks.note}" if go.notebooks.note else ""
    return f"**Preview:** building {commit}{in_run(context.run_url)}.{runs}{note}{_earlier(earlier)}"


def refused_text(context: RunContext, refusal: Refusal) -> str:
    """Why a command of somebody who may write did nothing, and what to write instead."""
    said = f"`/preview` did nothing: {inline(refusal.why)}."
    if not refusal.ready_sha or refusal.request is None:
        return said
    commit = commit_link(context, refusal.request.number, refusal.ready_sha)
    return f"{said} Look at {commit}; to see it as a page, comment\n\n```\n/preview {refusal.ready_sha}\n```"


def shown_text(context: RunContext, shown: Shown) -> str:
    """Once it is published: link, commit, time, changed pages, notebooks not run, problems, how to ask again."""
    commit = commit_link(context, shown.preview.number, shown.preview.sha)
    where = link("Look at the preview", shown.url) if "://" in shown.url else "Published: the preview"
    behind = " The pull request has a newer commit by now." if shown.is_behind else ""
    when = f"{shown.built_at:%Y-%m-%d %H:%M %Z}".strip()
    blocks = [f"**Preview:** {where} of {commit}, built {when}{in_run(context.run_url)}.{behind}"]
    if shown.has_no_runs:
        blocks.append("Its notebooks could not be run: they show the outputs that were committed with them.")
    if shown.report is None:
        blocks.append(f"What changed cannot be said: {inline(shown.unread)}.")
    else:
        blocks += _pages_block(shown, shown.report)
        blocks += _not_run_block(shown.report)
        blocks += problems_block(shown.report)
    return "\n\n".join([*blocks, _footer()])


def failed_text(context: RunContext, preview: Preview, why: str, report: PreviewReport | None, earlier: str) -> str:
    """There is nothing to publish, or it was refused.

    Args:
        why: a clause.
        report: what the build found, if that can be read.
        earlier: as in `building_text`.
    """
    commit = commit_link(context, preview.number, preview.sha)
    blocks = [f"**Preview:** {commit} could not be shown{in_run(context.run_url)}: {inline(why)}.{_earlier(earlier)}"]
    return "\n\n".join([*blocks, *(problems_block(report) if report else ())])


def stopped_text(context: RunContext, preview: Preview, earlier: str) -> str:
    """The build was cancelled, by a person or because its time was up."""
    commit = commit_link(context, preview.number, preview.sha)
    return f"**Preview:** the build of {commit} was stopped{in_run(context.run_url)}.{_earlier(earlier)}"


def removed_text(why: str) -> str:
    """The preview is gone.

    Args:
        why: a clause of ours.
    """
    return f"**Preview:** removed, since {why}."


def commit_link(context: RunContext, number: int, sha: str) -> str:
    """A commit as it is shown in its pull request, where those of forks are, too."""
    return f"[`{sha[:7]}`]({context.server_url}/{context.repository}/pull/{number}/commits/{sha})"


def _earlier(address: str) -> str:
    return f" {link('The one before', address)} still stands." if address else ""


def _pages_block(shown: Shown, report: PreviewReport) -> Iterator[str]:
    rows = [_page_row(shown, page) for page in report.pages[:_MOST_PAGES]]
    more = report.more_pages + len(report.pages) - len(rows)
    if not rows:
        is_whole = not any(problem.is_error for problem in report.problems)
        yield f"No page{'' if is_whole else ' that could be made'} differs from the blog."
        return
    head = "| Post | Change | Now | Preview | Words | Figures |\n| --- | --- | --- | --- | --- | --- |"
    yield "\n".join([head, *rows])
    if more:
        yield f"{more} more pages differ."


def _page_row(shown: Shown, page: ChangedPage) -> str:
    base = shown.url.rstrip("/")
    cells = (
        table_cell(page.title, most=100),
        page.change.value,
        _page_link(base.removesuffix(f"/{shown.preview.path}"), page.live),
        _page_link(base, page.preview),
        f"+{page.words_added:,} −{page.words_removed:,}" if page.words_added or page.words_removed else "–",
        f"{page.figures_changed:,}" if page.figures_changed else "–",
    )
    return f"| {' | '.join(cells)} |"


def _page_link(base: str, path: str | None) -> str:
    if path is None or "://" not in base or not is_site_path(path):
        return "–"
    return f"[page]({base}{quote(path, safe='/-._~')})"


def _not_run_block(report: PreviewReport) -> Iterator[str]:
    if report.not_run:
        rows = [f"- {code_span(path, 200)}: {inline(why)}" for path, why in report.not_run[:_MOST_NOT_RUN]]
        more = len(report.not_run) - len(rows)
        rows += [f"- and {more} more"] if more else []
        yield "\n".join(["These notebooks show the outputs that were committed with them:", "", *rows])


def problems_block(report: PreviewReport) -> Iterator[str]:
    """The build's findings, errors first; the same of several places is said once."""
    grouped: dict[tuple[bool, str, str], list[str]] = {}
    for problem in sorted(report.problems, key=lambda problem: not problem.is_error):
        grouped.setdefault((problem.is_error, problem.problem, problem.mend), []).append(problem.place)
    shown = list(grouped.items())[:_MOST_PROBLEMS]
    rows = [_problem_row(*said, places) for said, places in shown]
    more = report.more_problems + len(report.problems) - sum(len(places) for _, places in shown)
    if rows:
        rows += [f"- and {more} more"] if more else []
        yield "\n".join(["Problems:", "", *rows])


def _problem_row(is_error: bool, problem: str, mend: str, places: Sequence[str]) -> str:
    named = [code_span(place, 200) for place in places[:_MOST_PLACES] if place]
    named += [f"{len(places) - _MOST_PLACES} more"] if len(places) > _MOST_PLACES else []
    place = f"{', '.join(named)}: " if named else ""
    mending = f" Mend: {inline(mend, 300)}." if mend else ""
    return f"- **{'error' if is_error else 'warning'}** {place}{inline(problem, 300)}.{mending}"


def _footer() -> str:
    return (
        "<sub>Not the published blog: it goes when the pull request is closed. To see a later commit, somebody with "
        "write permission comments `/preview` and that commit's full SHA.</sub>"
    )
