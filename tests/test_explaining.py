"""`inkmill explain`: is it a post and why, what its directives mean, would it run and why."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from generator.errors import UsageError
from generator.explaining import explain
from generator.model.explanation import Explanation
from generator.model.request import BuildRequest
from generator.pipeline import build
from generator.stages.runner import Runner
from generator.wording import explanation_lines
from tests.building import code_cell, lay_out, markdown_cell, notebook, stream
from tests.running import FakeExecutor

A = "_notebooks/2025-01-01-a.ipynb"


def asked(source: Path, day: int = 1) -> BuildRequest:
    return BuildRequest(source, source / "_site", source / ".inkmill", datetime(2026, 1, day, tzinfo=UTC))


def told(source: Path, path: str = A, day: int = 9) -> list[str]:
    found = explain(asked(source, day), path)
    assert isinstance(found, Explanation)
    return list(explanation_lines(found, verbose=False))


def with_front(front: str, *cells: dict[str, object]) -> dict[str, object]:
    return notebook(markdown_cell(f"---\ntitle: A\n{front}\n---\n"), *cells)


@pytest.fixture
def blog(tmp_path: Path) -> Path:
    lay_out(tmp_path, {"_config.yml": "permalink: /posts/:title/\n"})
    return tmp_path


def test_a_notebook_that_has_run_tells_when_and_what_it_depends_on(blog: Path) -> None:
    lay_out(blog, {"d.csv": "1", A: with_front("execute: true\ndata: d.csv", code_cell("say x"))})
    build(asked(blog), Runner(FakeExecutor()))

    assert told(blog) == [
        f"{A}: published at /posts/a/",
        "  title: A",
        "  date: 2025-01-01 00:00 UTC",
        "  would not run: nothing has changed that its outputs depend on",
        "    its page shows the run of 2026-01-01 00:00 UTC",
        "    last good run: 2026-01-01 00:00 UTC, 1.0 s with python 3.11.7",
        "    kernel: python3",
        "    depends on its code, its parameters, the environment, d.csv",
    ]


def test_a_changed_file_is_the_reason_to_run(blog: Path) -> None:
    lay_out(blog, {"d.csv": "1", A: with_front("execute: true\ndata: d.csv", code_cell("say x"))})
    build(asked(blog), Runner(FakeExecutor()))
    lay_out(blog, {"d.csv": "2"})

    assert "  would run: d.csv changed" in told(blog)


def test_a_failure_is_told_with_how_often(blog: Path) -> None:
    lay_out(blog, {A: with_front("execute: true\non_error: keep", code_cell("raise bad"))})
    build(asked(blog, 1), Runner(FakeExecutor()))
    build(asked(blog, 2), Runner(FakeExecutor()))

    lines = told(blog)

    assert "  would run: it has never had a good run here" in lines
    assert "    last failure: 2026-01-02 00:00 UTC, 2 times in a row: Oops: bad" in lines


def test_a_schedule_tells_when_it_comes_next(blog: Path) -> None:
    lay_out(blog, {A: with_front("refresh: daily", code_cell("say x"))})
    build(asked(blog, 9), Runner(FakeExecutor()))

    assert "    schedule: daily, next at 2026-01-10 00:00 UTC" in told(blog, day=9)
    assert "    schedule: daily, due now" in told(blog, day=11)


def test_a_notebook_nobody_asks_to_run_says_how_to_ask(blog: Path) -> None:
    lay_out(blog, {A: with_front("toc: true", code_cell("#hide_input\nsay x", stream("x")))})

    lines = told(blog)

    assert "  would not run: nobody asks for it: write `execute: true` into its front matter" in lines
    assert "    its page shows the outputs it was saved with" in lines
    assert any(line.startswith("    cell 2: `#hide_input`") for line in lines)


def test_a_long_caption_is_cut(blog: Path) -> None:
    lay_out(blog, {A: with_front("toc: true", code_cell(f"#| fig-cap: {'word ' * 50}\nsay x", stream("x")))})

    (line,) = (line for line in told(blog) if line.startswith("    cell 2: "))
    assert line.count("…") == 2
    assert len(line) < 150


@pytest.mark.parametrize(
    ("front", "because"),
    [
        ("execute: false", "its front matter says `execute: false`"),
        (
            "execute: true\ndata: gone.csv",
            "its data file `gone.csv` is missing: put the file there, or mend `data:` in the front matter",
        ),
    ],
)
def test_why_it_would_not_run(blog: Path, front: str, because: str) -> None:
    lay_out(blog, {A: with_front(front, code_cell("say x", stream("x")))})

    assert f"  would not run: {because}" in told(blog)


def test_a_notebook_that_is_left_alone_says_how_to_try_again(blog: Path) -> None:
    lay_out(blog, {A: with_front("execute: true\non_error: keep\ndisable_after: 2", code_cell("raise bad"))})
    for day in (1, 2, 3):
        build(asked(blog, day), Runner(FakeExecutor()))

    because = f"its last 2 runs failed (`disable_after`); `inkmill run {A}` tries again"
    assert f"  would not run: {because}" in told(blog)


def test_what_an_error_left_on_the_page_is_told(blog: Path) -> None:
    lay_out(blog, {A: with_front("execute: true\non_error: show", code_cell("raise bad"))})
    build(asked(blog, 2), Runner(FakeExecutor()))

    assert "    its page shows how far the run of 2026-01-02 00:00 UTC came" in told(blog)


def test_a_lock_that_does_not_say_what_is_installed_is_pointed_out(blog: Path) -> None:
    lay_out(blog, {"requirements.lock": "click==0.1\n", A: with_front("execute: true", code_cell("say x"))})

    assert "    requirements.lock does not say what is installed here, so what is installed counts" in told(blog)


def test_a_post_that_is_not_published_says_why(blog: Path) -> None:
    lay_out(
        blog, {"_posts/2030-01-01-later.md": "# Later\n", "_posts/2020-01-01-draft.md": "---\ndraft: true\n---\n# D"}
    )

    assert told(blog, "_posts/2030-01-01-later.md")[0].endswith("scheduled until 2030-01-01 00:00 UTC")
    assert told(blog, "_posts/2020-01-01-draft.md")[0].endswith(": draft")


def test_what_is_wrong_with_it_is_told_and_nothing_of_others(blog: Path) -> None:
    lay_out(blog, {"_posts/2020-01-01-a.md": "[x](gone.md)\n", "_posts/2020-01-02-b.md": "[x](other.md)\n"})

    said = "\n".join(told(blog, "_posts/2020-01-01-a.md"))

    assert "gone.md" in said
    assert "other.md" not in said


def test_variants_are_told_one_by_one(blog: Path) -> None:
    cells = (code_cell("n = 0", tags=["parameters"]), code_cell("param n"))
    lay_out(blog, {A: with_front("variants: {n: [1, 2]}", *cells)})

    lines = told(blog)

    assert "  would run (#1): it has never had a good run here" in lines
    assert "  would run (#2): it has never had a good run here" in lines
    assert "  title: A" in lines
    assert any(line.startswith("  variant 1: /posts/") for line in lines)
    assert not any("never been run" in line for line in lines)


def test_a_file_that_is_no_source_is_wrong_usage_with_the_nearest(blog: Path) -> None:
    lay_out(blog, {A: with_front("toc: true", code_cell("say x"))})

    with pytest.raises(UsageError) as said:
        explain(asked(blog), "_notebooks/2025-01-01-b.ipynb")

    assert said.value.mend == f"name `{A}`"


def test_nothing_is_published_or_run_by_explaining(blog: Path) -> None:
    lay_out(blog, {A: with_front("execute: true", code_cell("say x"))})

    told(blog)

    assert not (blog / "_site").exists()
