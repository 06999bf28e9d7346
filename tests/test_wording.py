"""wording: reports and errors as text."""

from dataclasses import replace
from datetime import UTC, datetime

from generator.errors import ContentError
from generator.location import Location
from generator.model.problem import error, note, warning
from generator.model.report import BuildReport
from generator.model.site import Fate, State
from generator.wording import error_lines, error_text, fate_text, problem_text, report_lines

REPORT = BuildReport(
    fates=(
        Fate("_posts/a.md", State.PUBLISHED, url="/a/"),
        Fate("_posts/b.md", State.SCHEDULED, until=datetime(2030, 1, 2, tzinfo=UTC)),
        Fate("_word/c.docx", State.SKIPPED, reason="Word files are not read yet"),
    ),
    problems=(),
    converted=1,
    written=4,
    kept=3,
    removed=0,
    was_unchanged=False,
    was_published=True,
    output="_site",
    seconds=0.5,
)


def test_an_error_says_place_problem_and_mend() -> None:
    failure = ContentError(
        "`date: tomorow` is not a date", at=Location("_posts/h.md", line=4), mend="write it as 2021-01-01"
    )
    assert error_text(failure) == "_posts/h.md:4: `date: tomorow` is not a date\n  mend: write it as 2021-01-01"


def test_a_warning_and_a_note_say_that_they_are_one() -> None:
    assert problem_text(warning("x", "no such file", Location("a.md"))) == "a.md: warning: no such file"
    assert problem_text(note("x", "said once")) == "note: said once"
    assert problem_text(error("x", "wrong")) == "wrong"


def test_whatever_is_not_published_is_always_listed() -> None:
    assert list(report_lines(REPORT, verbose=False, strict=False)) == [
        "_posts/b.md: scheduled until 2030-01-02 00:00 UTC",
        "_word/c.docx: skipped because Word files are not read yet",
        (
            "1 published, 1 scheduled, 1 skipped · 1 read, 1 from cache"
            " · 4 files written, 3 kept, 0 removed · _site · 0.50 s"
        ),
    ]


def test_verbose_lists_every_source() -> None:
    assert fate_text(REPORT.fates[0]) == "_posts/a.md: published at /a/"
    assert "_posts/a.md: published at /a/" in list(report_lines(REPORT, verbose=True, strict=False))


def test_a_problem_is_said_once() -> None:
    twice = replace(REPORT, problems=(warning("x", "odd"), warning("x", "odd")))
    assert sum("odd" in line for line in report_lines(twice, verbose=False, strict=False)) == 1


def test_of_a_quiet_build_only_what_made_it_fail_is_said() -> None:
    failed = replace(
        REPORT, problems=(note("x", "said"), warning("x", "odd"), error("x", "wrong")), was_published=False
    )
    assert list(error_lines(failed, strict=False)) == [
        "wrong",
        "Nothing was published because of 1 error; _site still shows the last good build.",
    ]
    assert "warning: odd" in error_lines(failed, strict=True)
    assert list(error_lines(REPORT, strict=True)) == []


def test_nothing_an_author_wrote_begins_a_line_or_moves_the_cursor() -> None:
    odd = warning("x", "`a\n::error::b\x1b[2J`", Location("c\n.md"), "write `d\ne`")
    assert problem_text(odd).split("\n") == [
        "c\ufffd.md: warning: `a\ufffd::error::b\ufffd[2J`",
        "  mend: write `d\ufffde`",
    ]
    assert "\n" not in fate_text(Fate("a\n::b::.md", State.DRAFT))
