"""What a preview's build says survives its file, and nothing else is taken for it."""

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.errors import ContentError
from generator.github.preview_report import from_json, is_site_path, read_report, to_json
from generator.model.preview import ChangedPage, PageChange, PreviewReport, ReportedProblem

PAGE = ChangedPage("Héllo", "_posts/2026-01-01-a.md", PageChange.CHANGED, "/posts/a/", "/posts/a/", 12, 3, 1)
PROBLEM = ReportedProblem(True, "_posts/a.md:4", "the date is none", "write one")
REPORT = PreviewReport((PAGE,), (PROBLEM,), (("_notebooks/a.ipynb", "it needs the network"),), 2, 3)


def changed(**fields: object) -> str:
    """REPORT with fields of the outermost object changed."""
    return json.dumps({**json.loads(to_json(REPORT)), **fields})


def of_page(**fields: object) -> str:
    return changed(pages=[{**json.loads(to_json(REPORT))["pages"][0], **fields}])


def test_a_report_comes_back_as_it_was() -> None:
    assert from_json(to_json(REPORT)) == REPORT
    assert from_json(to_json(PreviewReport())) == PreviewReport()


texts = st.text(st.characters(), max_size=1300)
site_paths = st.one_of(st.none(), texts, st.just("/posts/ä b/"))
counts = st.integers(0, 2**40)


@given(
    st.builds(
        PreviewReport,
        st.lists(
            st.builds(ChangedPage, texts, texts, st.sampled_from(PageChange), site_paths, site_paths, counts),
            max_size=4,
        ).map(tuple),
        st.lists(st.builds(ReportedProblem, st.booleans(), texts, texts, texts), max_size=4).map(tuple),
        st.lists(st.tuples(texts, texts), max_size=3).map(tuple),
        counts,
        counts,
    )
)
def test_whatever_is_written_can_be_read_and_is_the_same_written_again(report: PreviewReport) -> None:
    read = from_json(to_json(report))

    assert from_json(to_json(read)) == read
    assert len(read.pages) == len(report.pages)


def test_rows_past_the_limits_are_counted() -> None:
    read = from_json(to_json(replace(REPORT, pages=(PAGE,) * 503, problems=(PROBLEM,) * 201)))

    assert (len(read.pages), read.more_pages) == (500, 2 + 3)
    assert (len(read.problems), read.more_problems) == (200, 3 + 1)


WRONG: dict[str, tuple[str, str]] = {
    "no JSON": ("{", "not JSON"),
    "a list": ("[]", "not a JSON object"),
    "deep": ("[" * 100_000, "not JSON"),
    "a number too long": ('{"version": ' + "9" * 10_000 + "}", "not JSON"),
    "another version": (changed(version=2), "`version`"),
    "a version that is true": (changed(version=True), "`version`"),
    "no pages": (changed(pages=None), "`pages`"),
    "pages that are no list": (changed(pages={}), "`pages`"),
    "pages that are no objects": (changed(pages=["x"]), "`pages`"),
    "too many pages": (changed(pages=[{}] * 501), "`pages`"),
    "a title that is none": (of_page(title=1), "`title`"),
    "a title too long": (of_page(title="x" * 301), "`title`"),
    "another change": (of_page(change="hacked"), "`change`"),
    "fewer words than none": (of_page(words_added=-1), "`words_added`"),
    "half a word": (of_page(words_removed=0.5), "`words_removed`"),
    "more figures than there are": (of_page(figures_changed=2**60), "`figures_changed`"),
    "a link elsewhere": (of_page(live="//evil.example/"), "`live`"),
    "a link with a scheme": (of_page(preview="javascript:alert(1)"), "`preview`"),
    "a link upwards": (of_page(preview="/a/../../b"), "`preview`"),
    "a problem that is half an error": (changed(problems=[{"is_error": "yes"}]), "`is_error`"),
    "a reason that is missing": (changed(not_run=[{"path": "a.ipynb"}]), "`why`"),
    "more than can be counted": (changed(more_pages="many"), "`more_pages`"),
}


@pytest.mark.parametrize("case", sorted(WRONG))
def test_a_report_that_is_not_as_written_is_refused_with_its_field(case: str) -> None:
    text, named = WRONG[case]

    with pytest.raises(ContentError) as refused:
        from_json(text)

    assert named in refused.value.problem
    assert str(refused.value.at).startswith("report.json")


def test_the_row_that_is_wrong_is_named() -> None:
    rows: list[Any] = json.loads(to_json(replace(REPORT, pages=(PAGE, PAGE))))["pages"]

    with pytest.raises(ContentError) as refused:
        from_json(changed(pages=[rows[0], {**rows[1], "title": None}]))

    assert str(refused.value.at) == "report.json, pages[2]"


BAD_PATHS = (
    "",
    "posts/",
    "//x",
    "/a//b",
    "/..",
    "/a/./b",
    "/%2e%2E/b",
    "/.%2e/",
    "/a\\b",
    "/a?b",
    "/a#b",
    "/a\nb",
    "/a\u202eb",
    "/a\u2028b",
    "/a\ud800",
    "https://x/",
    "/" + "a" * 1000,
)


@pytest.mark.parametrize("number", range(len(BAD_PATHS)))
def test_a_path_that_leaves_the_site_is_no_site_path(number: int) -> None:
    assert not is_site_path(BAD_PATHS[number])


@pytest.mark.parametrize("path", ["/", "/posts/a/", "/posts/grüße/", "/a b/c.html", "/a..b/", "/.well-known/x"])
def test_a_page_of_the_site_is_a_site_path(path: str) -> None:
    assert is_site_path(path)


def test_a_report_is_read_from_its_folder(tmp_path: Path) -> None:
    (tmp_path / "report.json").write_text(to_json(REPORT), encoding="utf-8")

    assert read_report(tmp_path) == REPORT


@pytest.mark.parametrize("kind", ["absent", "link", "fifo", "folder", "large", "latin"])
def test_what_is_no_small_text_file_is_not_read(kind: str, tmp_path: Path) -> None:
    target = tmp_path / "report.json"
    match kind:
        case "link":
            (tmp_path / "other.json").write_text(to_json(REPORT), encoding="utf-8")
            target.symlink_to("other.json")
        case "fifo":
            os.mkfifo(target)
        case "folder":
            target.mkdir()
        case "large":
            target.write_bytes(b" " * 2_000_001)
        case "latin":
            target.write_bytes(b'{"version": "\xe9"}')

    with pytest.raises(ContentError):
        read_report(tmp_path)
