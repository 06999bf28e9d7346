"""The words of the issue about notebooks that fail, and of the summary of a refresh."""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime

from generator.github.context import RunContext
from generator.github.failing import Failing, Refreshed, digest_of
from generator.github.refresh_report import RefreshedNotebook, RefreshReport
from generator.github.said import in_run, inline, table_cell, table_code

TITLE = "Notebooks could not be refreshed"

_MOST_ROWS = 100
_MOST_NAMED = 20
_MOST_SUMMARY_ROWS = 500


def issue_text(context: RunContext, run: Refreshed, failing: Collection[Failing]) -> str:
    """The body of the issue; once nothing fails it says that."""
    when = _minute(run.now)
    if not failing:
        return f"All notebooks that were due could be run on {when}{in_run(context.run_url)}."
    named = [part for part in failing if part.name is not None]
    rows = [_row(part) for part in named[:_MOST_ROWS]]
    blocks = [f"This is how it stands after the refresh of {when}{in_run(context.run_url)}."]
    if rows:
        blocks.append("\n".join(["| what | fails since | how | last line |", "| --- | --- | --- | --- |", *rows]))
    if len(named) > len(rows):
        blocks.append(f"{len(named) - len(rows)} more fail.")
    if unseen := len(failing) - len(named):
        blocks.append(f"Of {unseen} that failed before, this run says nothing.")
    blocks.append(
        "<sub>Each refresh rewrites this text, comments when others fail than before, and closes the issue when all "
        "can be run again. To look into it: `inkmill run PATH`.</sub>"
    )
    return "\n\n".join(blocks)


def _row(part: Failing) -> str:
    last_line = table_code(part.last_line, 160) if part.last_line else "–"
    return f"| {table_code(part.name or '')} | {part.since} | {table_cell(part.how)} | {last_line} |"


def change_text(context: RunContext, run: Refreshed, before: Mapping[str, str], failing: Collection[Failing]) -> str:
    """What is new, for those who are told by mail."""
    digests = {part.digest for part in failing}
    worse = [part.name for part in failing if part.digest not in before and part.name is not None]
    known = [notebook.name for notebook in run.report.notebooks] if run.report else []
    better = [name for name in known if digest_of(name) in before and digest_of(name) not in digests]
    blocks = [*_named("Now fails, too:" if before else "Fails:", worse), *_named("Can be run again:", better)]
    gone = len(before.keys() - digests) - len(better)
    blocks += [f"{gone} that failed before {'is' if gone == 1 else 'are'} no longer looked at."] if gone > 0 else []
    blocks += ["All can be run again."] if not failing else []
    blocks.append(f"This is what the refresh of {_minute(run.now)} found{in_run(context.run_url)}.")
    return "\n\n".join(blocks)


def _named(what: str, names: list[str]) -> Iterator[str]:
    if names:
        more = [f"- and {len(names) - _MOST_NAMED} more"] if len(names) > _MOST_NAMED else []
        yield "\n".join([what, "", *(f"- {table_code(name)}" for name in names[:_MOST_NAMED]), *more])


def summary_text(run: Refreshed) -> str:
    """The page of the run: a line per notebook, and how the jobs ended."""
    jobs = (("run and build", run.refresh), ("keep the runs", run.keep), ("publish", run.publish))
    ends = " · ".join(f"{job}: {end.value}" for job, end in jobs if end.value)
    if run.report is None:
        return "\n\n".join(["### Refresh", f"There is no report of it: {inline(run.unread)}.", ends])
    return "\n\n".join(["### Refresh", _notebooks_table(run.report), *_errors(run.report), ends])


def _notebooks_table(report: RefreshReport) -> str:
    rows = [_notebook_row(notebook) for notebook in report.notebooks[:_MOST_SUMMARY_ROWS]]
    more = len(report.notebooks) - len(rows)
    if not rows:
        return "No notebook has a `refresh:`."
    head = ["| notebook | result | seconds | its page shows the run of |", "| --- | --- | --- | --- |"]
    return "\n".join([*head, *rows]) + (f"\n\nand {more} more" if more else "")


def _notebook_row(notebook: RefreshedNotebook) -> str:
    failure = f": {notebook.failure.problem}" if notebook.failure else ""
    seconds = f"{notebook.seconds:.1f}" if notebook.seconds else "–"
    ran_at = _minute(notebook.ran_at)
    return f"| {table_code(notebook.name)} | {table_cell(notebook.status + failure)} | {seconds} | {ran_at} |"


def _minute(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC" if moment else "–"


def _errors(report: RefreshReport) -> Iterator[str]:
    if report.errors:
        rows = [
            f"- {inline(f'{error.place}: ' if error.place else '')}{inline(error.problem)}" for error in report.errors
        ]
        more = [f"- and {len(rows) - _MOST_NAMED} more"] if len(rows) > _MOST_NAMED else []
        yield "\n".join(["Errors:", "", *rows[:_MOST_NAMED], *more])
