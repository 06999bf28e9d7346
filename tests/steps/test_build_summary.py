"""build_summary: a page of the run in which nothing from the blog is alive."""

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.errors import ContentError
from generator.location import Location
from generator.model.execution import FailureKind, RunFailure
from generator.model.plan import RunReport, RunResult
from generator.model.preview import ChangedPage, PageChange
from generator.model.problem import error, warning
from generator.model.report import BuildReport
from generator.model.site import Fate, State
from generator.model.tally import RunTally
from generator.steps.build_summary import build_summary, failure_summary, page_table, run_summary

NOW = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)


def report(*problems: object, fates: tuple[Fate, ...] = ()) -> BuildReport:
    return BuildReport(fates, problems, 1, 2, 3, 4, was_unchanged=False, was_published=True, output="built")  # type: ignore[arg-type]


def test_a_build_in_order_is_two_lines() -> None:
    fate = Fate("_posts/a.md", State.PUBLISHED, "/a/")

    assert build_summary("The site", report(fates=(fate,))).splitlines()[::2] == [
        "### The site",
        "1 published · 1 read, 0 from cache · 2 files written, 3 kept, 4 removed · built · 0.00 s",
    ]


def test_what_is_to_be_mended_is_a_table_with_errors_first() -> None:
    found = report(warning("w", "small", Location("a.md", line=1)), error("e", "big", mend="mend it"))

    table = build_summary("The site", found).split("\n\n")[2].splitlines()

    assert [row.split(" | ")[0] for row in table] == ["| ", "| ---", "| error", "| warning"]
    assert table[2].endswith("| big | mend it |")


def test_what_is_not_published_is_folded_away() -> None:
    fates = tuple(Fate(f"{number}.md", State.DRAFT) for number in range(60))

    said = build_summary("The site", report(fates=fates))

    assert "<details><summary>Not published, or not listed: 60</summary>" in said
    assert said.count("\n- ") == 50
    assert "… and 10 more sources; the log names them." in said


def test_every_notebook_of_a_refresh_has_a_row_with_what_happened() -> None:
    failure = RunFailure(FailureKind.ERROR, "KeyError: 'x'", "mend the cell", 3, 2, 1, "KeyError: 'x'")
    results = (
        RunResult("a.ipynb", "ok", seconds=1.25, ran_at=NOW, because="it is due"),
        RunResult("b.ipynb", "kept", failure, 2.0, NOW, "it is due"),
    )

    rows = run_summary("Notebooks", RunReport(results, (), RunTally())).splitlines()[-2:]

    assert "| ok | 1.2 | 2026-01-02 03:04 | it is due |" in rows[0]
    assert "| kept | 2.0 | 2026-01-02 03:04 | KeyError" in rows[1]


def test_a_refresh_without_schedules_says_so() -> None:
    assert "No notebook has a schedule." in run_summary("Notebooks", RunReport((), (), RunTally()))


def test_changed_pages_are_rows_and_their_absence_is_a_sentence() -> None:
    page = ChangedPage("A", "a.md", PageChange.CHANGED, "/a/", "/a/", 3, 1, 2)

    assert page_table(()) == ["No page is changed."]
    assert "+3 −1 | 2 |" in page_table((page,))[0].splitlines()[-1]


@pytest.mark.parametrize("at", [None, Location("a|b.md", line=3)])
def test_a_build_that_broke_off_says_why(at: Location | None) -> None:
    said = failure_summary("The site", ContentError("it is `wrong`", at=at, mend="mend it"))

    assert said.startswith("### The site\n\n")
    assert said.endswith("mend it")


HOSTILE = st.lists(
    st.sampled_from(
        ["@jane", "#12", "GH-3", "<b>", "![", "](http://x)", "|", "`", "\n", "https://x.y", "a" * 40, "::", " "]
    ),
    min_size=1,
    max_size=8,
).map("".join)


@given(HOSTILE)
def test_no_text_of_a_blog_comes_alive(text: str) -> None:
    found = report(error("e", text, Location(text), text), fates=(Fate(text, State.SKIPPED, reason=text),))
    pages = page_table((ChangedPage(text, text, PageChange.ADDED, None, text, 1),))
    result = RunResult(text, "ok", because=text)

    for said in (build_summary("T", found), pages[0], run_summary("T", RunReport((result,), (), RunTally()))):
        bare = (
            said.replace("<details>", "").replace("</details>", "").replace("<summary>", "").replace("</summary>", "")
        )
        bare = bare.replace("<code>", "").replace("</code>", "")
        assert "@jane" not in bare
        assert "#12" not in bare
        assert not re.search(r"<[a-z!/]", bare)
        assert not re.search(r"(?<!\\)\]\(", bare)
        assert "https://x" not in bare
        assert "a" * 40 not in bare
