"""What the comment says of findings."""

from datetime import UTC, datetime

from generator.github.context import read_context
from generator.github.preview_comment import Shown, problems_block, shown_text
from generator.model.preview import Preview, PreviewReport, ReportedProblem


def test_the_same_finding_in_several_files_is_said_once_with_all_of_them() -> None:
    problems = (
        ReportedProblem(False, "a.yml", "it is left out", "do nothing"),
        ReportedProblem(True, "b.md:2", "it is broken"),
        ReportedProblem(False, "c.py", "it is left out", "do nothing"),
    )

    (block,) = problems_block(PreviewReport(problems=problems))

    assert block.split("\n")[2:] == [
        "- **error** `b.md:2`: it is broken.",
        "- **warning** `a.yml`, `c.py`: it is left out. Mend: do nothing.",
    ]


def test_of_many_files_ten_are_named_and_the_rest_is_counted() -> None:
    problems = tuple(ReportedProblem(False, f"{number}.py", "it is left out") for number in range(14))

    (block,) = problems_block(PreviewReport(problems=problems))

    assert "`9.py`, 4 more: it is left out." in block
    assert "`10.py`" not in block
    assert "and 4 more" not in block


def test_findings_that_are_not_shown_are_counted() -> None:
    problems = tuple(ReportedProblem(True, f"{number}.md", f"wrong in way {number}") for number in range(25))

    (block,) = problems_block(PreviewReport(problems=problems, more_problems=3))

    assert block.endswith("- and 8 more")
    assert block.count("**error**") == 20


def test_a_finding_without_a_place_has_none() -> None:
    (block,) = problems_block(PreviewReport(problems=(ReportedProblem(True, "", "nothing was built"),)))

    assert block.endswith("- **error** nothing was built.")


def test_without_a_changed_page_an_error_is_not_taken_for_no_difference() -> None:
    context = read_context({"GITHUB_REPOSITORY": "ann/blog"})

    def said(*problems: ReportedProblem) -> str:
        preview, url = Preview(1, "a" * 40), "https://ann.github.io/blog/pr-preview/pr-1/"
        return shown_text(context, Shown(preview, url, datetime(2026, 11, 26, tzinfo=UTC), PreviewReport((), problems)))

    assert "No page that could be made differs from the blog." in said(ReportedProblem(True, "a.ipynb", "it is cut"))
    assert "No page differs from the blog." in said(ReportedProblem(False, "a.md", "it is odd"))
