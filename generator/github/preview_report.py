"""What a preview has to say, as ``report.json`` of its artifact: the build writes it, the status comment shows it."""

import json
import re
from pathlib import Path
from typing import Any

from generator.github.strict_json import Fields, fields_of, read_fields
from generator.model.preview import ChangedPage, PageChange, PreviewReport, ReportedProblem

NAME = "report.json"

_VERSION = 1
_MOST_PAGES = 500
_MOST_PROBLEMS = 200
_MOST_NOT_RUN = 200
_MOST_TITLE = 300
_MOST_PATH = 1000
_MOST_SENTENCE = 1000
# A path that a link can be made of: nothing in it leaves the site or begins another.
_SITE_PATH = re.compile(r"/(?!/)[^\x00-\x1f\x7f-\x9f\\?#\u2028\u2029\u202a-\u202e\u2066-\u2069]*")


def to_json(report: PreviewReport) -> str:
    """One object that ``from_json`` takes: long texts are cut, rows past the limits are counted."""
    found = {
        "version": _VERSION,
        "pages": [_page_row(page) for page in report.pages[:_MOST_PAGES]],
        "problems": [_problem_row(problem) for problem in report.problems[:_MOST_PROBLEMS]],
        "not_run": [
            {"path": _cut(path, _MOST_PATH), "why": _cut(why, _MOST_SENTENCE)}
            for path, why in report.not_run[:_MOST_NOT_RUN]
        ],
        "more_pages": report.more_pages + max(0, len(report.pages) - _MOST_PAGES),
        "more_problems": report.more_problems + max(0, len(report.problems) - _MOST_PROBLEMS),
    }
    # Escaped: a name on disk may hold halves of surrogate pairs, which no UTF-8 file can.
    return json.dumps(found, indent=1) + "\n"


def _page_row(page: ChangedPage) -> dict[str, Any]:
    return {
        "title": _cut(page.title, _MOST_TITLE),
        "path": _cut(page.path, _MOST_PATH),
        "change": page.change.value,
        # A path that cannot be linked is shown without a link.
        "live": page.live if page.live is not None and is_site_path(page.live) else None,
        "preview": page.preview if page.preview is not None and is_site_path(page.preview) else None,
        "words_added": page.words_added,
        "words_removed": page.words_removed,
        "figures_changed": page.figures_changed,
    }


def _problem_row(problem: ReportedProblem) -> dict[str, Any]:
    return {
        "is_error": problem.is_error,
        "place": _cut(problem.place, _MOST_PATH),
        "problem": _cut(problem.problem, _MOST_SENTENCE),
        "mend": _cut(problem.mend, _MOST_SENTENCE),
    }


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def read_report(folder: Path) -> PreviewReport:
    """The report that an artifact holds.

    Raises:
        ContentError: there is none, or it is not as ``to_json`` writes it; the field is named.
    """
    return _report(read_fields(folder, NAME))


def from_json(text: str) -> PreviewReport:
    """Read what ``to_json`` wrote, or what somebody wants to be taken for it.

    Raises:
        ContentError: naming the field that is missing, of another type or out of bounds.
    """
    return _report(fields_of(text, NAME))


def _report(found: Fields) -> PreviewReport:
    if found.count("version") != _VERSION:
        raise found.wrong("version", str(_VERSION))
    return PreviewReport(
        pages=tuple(map(_page, found.rows("pages", most=_MOST_PAGES))),
        problems=tuple(map(_problem, found.rows("problems", most=_MOST_PROBLEMS))),
        not_run=tuple(
            (row.text("path", most=_MOST_PATH), row.text("why", most=_MOST_SENTENCE))
            for row in found.rows("not_run", most=_MOST_NOT_RUN)
        ),
        more_pages=found.count("more_pages"),
        more_problems=found.count("more_problems"),
    )


def _page(row: Fields) -> ChangedPage:
    change = row.text("change", most=20)
    if change not in {known.value for known in PageChange}:
        raise row.wrong("change", " or ".join(known.value for known in PageChange))
    return ChangedPage(
        title=row.text("title", most=_MOST_TITLE),
        path=row.text("path", most=_MOST_PATH),
        change=PageChange(change),
        live=_site_path(row, "live"),
        preview=_site_path(row, "preview"),
        words_added=row.count("words_added"),
        words_removed=row.count("words_removed"),
        figures_changed=row.count("figures_changed"),
    )


def _site_path(row: Fields, name: str) -> str | None:
    path = row.text_or_none(name, most=_MOST_PATH)
    if path is not None and not is_site_path(path):
        raise row.wrong(name, "a path of the site")
    return path


def is_site_path(path: str) -> bool:
    """Whether path begins at the site's root and stays below it, as a browser reads it.

    >>> is_site_path("/posts/a/"), is_site_path("//evil.example/"), is_site_path("/a/../../b")
    (True, False, False)
    """
    return (
        len(path) <= _MOST_PATH
        and _SITE_PATH.fullmatch(path) is not None
        and "//" not in path
        # Browsers undo %2e in a path before they look for dots.
        and not {".", ".."} & set(path.lower().replace("%2e", ".").split("/"))
        and path.isprintable()
    )


def _problem(row: Fields) -> ReportedProblem:
    return ReportedProblem(
        is_error=row.flag("is_error"),
        place=row.text("place", most=_MOST_PATH),
        problem=row.text("problem", most=_MOST_SENTENCE),
        mend=row.text("mend", most=_MOST_SENTENCE),
    )
