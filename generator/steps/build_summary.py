"""A build on the page of the run: counts, what is to be mended, what is not published."""

from collections.abc import Iterable, Sequence

from generator.errors import InkmillError
from generator.github.said import inline, table_cell, table_code
from generator.model.plan import RunReport
from generator.model.preview import ChangedPage, PageChange
from generator.model.problem import Problem, Severity
from generator.model.report import BuildReport
from generator.model.site import Fate, State
from generator.steps.site_words import counted
from generator.wording import counts_line, fate_text

_MOST_PROBLEMS = 50
_MOST_SOURCES = 50
_MOST_PAGES = 50


def build_summary(title: str, report: BuildReport) -> str:
    """Markdown for the step summary; nothing in it that comes from the blog is alive.

    Args:
        title: plain words of ours.
    """
    parts = [f"### {title}", inline(counts_line(report), 500)]
    parts += problem_table(report.problems)
    parts += _unpublished(report.fates)
    return "\n\n".join(parts)


def failure_summary(title: str, failure: InkmillError) -> str:
    """Markdown for the step summary of a build that broke off."""
    place = f"{table_code(str(failure.at))}: " if failure.at else ""
    mend = f"\n\n{inline(failure.mend, 500)}" if failure.mend else ""
    return f"### {title}\n\n{place}{inline(failure.problem, 500)}{mend}"


def run_summary(title: str, report: RunReport) -> str:
    """Markdown for the step summary of a refresh: a row for each notebook with a schedule."""
    head = [_row("notebook", "", "seconds", "last run", "why"), _row("---", "---", "---", "---", "---")]
    rows = [
        _row(
            table_code(result.name),
            result.status,
            f"{result.seconds:.1f}" if result.seconds else "",
            f"{result.ran_at:%Y-%m-%d %H:%M}" if result.ran_at else "",
            table_cell(result.failure.problem if result.failure else result.because, 300),
        )
        for result in report.results[:_MOST_SOURCES]
    ]
    table = "\n".join([*head, *rows]) if rows else "No notebook has a schedule."
    more = _and_more(len(report.results), _MOST_SOURCES, "notebook")
    others = [problem for problem in report.problems if problem.kind != "run-failed"]
    return "\n\n".join([f"### {title}", table, *more, *problem_table(others)])


def problem_table(problems: Iterable[Problem]) -> list[str]:
    """What is to be mended, errors first; nothing where nothing is."""
    told = [problem for problem in dict.fromkeys(problems) if problem.severity is not Severity.NOTE]
    told.sort(key=lambda problem: problem.severity is not Severity.ERROR)
    if not told:
        return []
    rows = [
        _row(
            problem.severity.value,
            table_code(str(problem.at)) if problem.at else table_cell(""),
            table_cell(problem.problem, 500),
            table_cell(problem.mend or "", 300),
        )
        for problem in told[:_MOST_PROBLEMS]
    ]
    table = "\n".join([_row("", "where", "what", "mend"), _row("---", "---", "---", "---"), *rows])
    return [table, *_and_more(len(told), _MOST_PROBLEMS, "finding")]


def page_table(pages: Sequence[ChangedPage]) -> list[str]:
    """Pages that are not as they were; a sentence where there are none."""
    if not pages:
        return ["No page is changed."]
    rows = [
        _row(
            table_cell(page.title),
            page.change.value,
            table_code(page.preview or page.live or ""),
            f"+{page.words_added} −{page.words_removed}" if page.change is not PageChange.MOVED else "",
            str(page.figures_changed or ""),
        )
        for page in pages[:_MOST_PAGES]
    ]
    head = [_row("page", "", "address", "words", "figures"), _row("---", "---", "---", "---", "---")]
    return ["\n".join([*head, *rows]), *_and_more(len(pages), _MOST_PAGES, "page")]


def _unpublished(fates: Iterable[Fate]) -> list[str]:
    told = [fate for fate in fates if fate.state is not State.PUBLISHED]
    if not told:
        return []
    lines = [f"- {inline(fate_text(fate), 500)}" for fate in told[:_MOST_SOURCES]]
    return [
        f"<details><summary>Not published, or not listed: {len(told)}</summary>",
        "\n".join(lines),
        *_and_more(len(told), _MOST_SOURCES, "source"),
        "</details>",
    ]


def _and_more(count: int, most: int, noun: str) -> list[str]:
    left = count - most
    return [f"… and {counted(left, f'more {noun}')}; the log names them."] if left > 0 else []


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"
