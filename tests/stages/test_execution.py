"""What runs, what a page then shows, and what its author is told; kernels are played by a fake."""

import re
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from generator.commands.literate_tests import LiterateReport, run_tests
from generator.errors import UsageError
from generator.model.report import BuildReport
from generator.model.request import BuildRequest, ExecuteWhen
from generator.pipeline import build
from generator.runs import refresh, run
from generator.stages.runner import Runner
from generator.stages.selecting import Selection
from generator.wording import counts_line, run_lines
from tests.building import code_cell, lay_out, markdown_cell, notebook, stream
from tests.running import FakeExecutor

A = "_notebooks/2025-01-01-a.ipynb"
B = "_notebooks/2025-01-02-b.ipynb"
CONFIG = "permalink: /posts/:title/\n"
TOLD = "---\ntitle: A\n{}\n---\n"


class Blog:
    """A blog whose notebooks run without a kernel."""

    def __init__(self, source: Path) -> None:
        self.source = source
        lay_out(source, {"_config.yml": CONFIG})

    def write(self, *cells: dict[str, object], path: str = A, front: str = "execute: true") -> None:
        lay_out(self.source, {path: notebook(markdown_cell(TOLD.format(front)), *cells)})

    def request(self, day: str = "2026-01-01", when: str = "declared", **more: object) -> BuildRequest:
        now = datetime.fromisoformat(day if "T" in day else f"{day}T00:00:00+00:00")
        made = {"execute": ExecuteWhen(when), **more}
        return BuildRequest(self.source, self.source / "_site", self.source / ".inkmill", now, **made)  # type: ignore[arg-type]

    def build(self, day: str = "2026-01-01", when: str = "declared", **more: object) -> tuple[BuildReport, list[str]]:
        executor = FakeExecutor()
        report = build(self.request(day, when, **more), Runner(executor))
        return report, executor.ran

    def page(self, name: str = "a") -> str:
        return (self.source / f"_site/posts/{name}/index.html").read_text(encoding="utf-8")


@pytest.fixture
def blog(tmp_path: Path) -> Blog:
    return Blog(tmp_path)


def problems(report: BuildReport) -> list[tuple[str, str, str]]:
    return [(p.severity.value, str(p.at), p.problem) for p in report.problems]


def test_a_notebook_that_asks_for_it_runs_once(blog: Blog) -> None:
    blog.write(code_cell("say fresh"))

    first, ran_first = blog.build()
    second, ran_second = blog.build("2026-01-02")

    assert (ran_first, ran_second) == ([A], [])
    assert (first.tally.executed, second.tally.cached) == (1, 1)
    assert "fresh" in blog.page()
    assert "Data as of" in blog.page()


def test_a_notebook_that_nobody_asks_to_run_shows_what_was_committed(blog: Blog) -> None:
    blog.write(code_cell("say fresh", stream("committed\n")), front="toc: false")

    report, ran = blog.build()

    assert ran == []
    assert report.tally.executed == 0
    assert "committed" in blog.page()
    assert "Data as of" not in blog.page()


def test_the_authors_file_is_never_written_to(blog: Blog) -> None:
    blog.write(code_cell("say fresh", stream("old\n")))
    before = (blog.source / A).read_bytes()

    blog.build()

    assert (blog.source / A).read_bytes() == before


def test_prose_does_not_run_a_notebook_again_and_shows_at_once(blog: Blog) -> None:
    blog.write(code_cell("say fresh"), markdown_cell("Some prose."))
    blog.build()
    blog.write(markdown_cell("Another paragraph in front."), code_cell("say fresh"), markdown_cell("Newer prose."))

    report, ran = blog.build("2026-01-02")

    assert ran == []
    assert report.tally.cached == 1
    assert all(words in blog.page() for words in ("fresh", "Newer prose.", "Another paragraph"))


def test_changed_code_runs_again(blog: Blog) -> None:
    blog.write(code_cell("say one"))
    blog.build()
    blog.write(code_cell("say two"))

    _, ran = blog.build()

    assert ran == [A]
    assert "two" in blog.page()


@pytest.mark.parametrize(
    ("path", "front"),
    [
        ("data/sales.csv", "data: data/*.csv"),
        ("data/deep/er/sales.csv", "data: data"),
        ("data/deep/er/sales.csv", "data: ['data/**/*.csv']"),
        ("_notebooks/sales.csv", "data: [sales.csv]"),
        ("_notebooks/helpers.py", ""),
    ],
)
def test_what_a_run_depends_on_runs_it_again(blog: Blog, path: str, front: str) -> None:
    lay_out(blog.source, {path: "one==1\n"})
    blog.write(code_cell("import helpers"), code_cell("say x"), front=f"execute: true\n{front}")
    blog.build()
    lay_out(blog.source, {path: "two==2\n"})

    _, ran = blog.build()

    assert ran == [A]


def test_another_lock_file_runs_it_again(blog: Blog) -> None:
    pin = f"click=={version('click')}\n"
    lay_out(blog.source, {"requirements.lock": pin})
    blog.write(code_cell("say x"))
    blog.build()
    lay_out(blog.source, {"requirements.lock": f"{pin}# newer\n"})

    assert blog.build()[1] == [A]


def test_a_file_nothing_depends_on_runs_nothing(blog: Blog) -> None:
    lay_out(blog.source, {"data/sales.csv": "1", "data/other.txt": "1", "_notebooks/unused.py": "1"})
    blog.write(code_cell("say x"), front="execute: true\ndata: data/*.csv")
    blog.build()
    lay_out(blog.source, {"data/other.txt": "2", "_notebooks/unused.py": "2"})

    assert blog.build()[1] == []


def test_missing_data_is_one_line_and_no_kernel_starts(blog: Blog) -> None:
    lay_out(blog.source, {"data/sales.csv": "1"})
    blog.write(code_cell("say x"), front="execute: true\ndata: data/sale.csv")

    report, ran = blog.build()

    assert ran == []
    assert [p.problem for p in report.errors] == [
        "its data file `data/sale.csv` is missing; there are no outputs to show"
    ]
    assert report.errors[0].mend == "write `data/sales.csv`"


def test_a_failed_run_stops_the_build_and_the_last_good_site_stays(blog: Blog) -> None:
    blog.write(code_cell("say good"))
    blog.build()
    blog.write(code_cell("say good"), code_cell("raise bad"))

    report, _ = blog.build("2026-01-05")

    assert not report.was_published
    assert problems(report) == [
        ("error", f"{A}, cell 3 (In [2]), line 1", "Oops: bad; its page shows the run of 2026-01-01 00:00 UTC")
    ]
    assert "good" in blog.page()


def test_a_failed_run_is_tried_again_though_nothing_changed(blog: Blog) -> None:
    blog.write(code_cell("raise bad", stream("committed\n")), front="execute: true\non_error: keep")

    assert [blog.build()[1], blog.build()[1]] == [[A], [A]]


def test_keep_shows_the_last_good_run_and_says_from_when(blog: Blog) -> None:
    keep = "execute: true\non_error: keep\ndata: d.csv"
    lay_out(blog.source, {"_notebooks/d.csv": "1"})
    blog.write(code_cell("say good"), front=keep)
    blog.build("2026-01-01")
    lay_out(blog.source, {"_notebooks/d.csv": "2"})
    blog.write(code_cell("raise bad"), front=keep)

    report, _ = blog.build("2026-01-05")

    assert report.was_published
    assert report.errors == ()
    assert report.tally.kept == ((A, datetime(2026, 1, 1, tzinfo=UTC)),)
    assert "1 kept from 2026-01-01" in counts_line(report)
    assert "good" in blog.page()
    assert "Jan 1, 2026, 00:00 UTC</time>, kept because a newer run failed" in blog.page()


def test_keep_prefers_what_its_author_committed_since(blog: Blog) -> None:
    keep = "execute: true\non_error: keep"
    blog.write(code_cell("say good"), front=keep)
    blog.build("2026-01-01")
    blog.write(code_cell("raise bad", stream("by hand\n")), front=keep)

    blog.build("2026-01-05")

    assert "by hand" in blog.page()
    assert "Older results, kept because a newer run failed" in blog.page()


def test_older_cells_stand_under_the_front_matter_of_today(blog: Blog) -> None:
    keep = "execute: true\non_error: keep"
    blog.write(markdown_cell("Old words."), code_cell("say good"), front=keep)
    blog.build("2026-01-01")
    blog.write(code_cell("#hide_input\nraise bad"), code_cell("say more"), front=f"{keep}\ndraft: true")

    report, _ = blog.build("2026-01-05", drafts=True)

    assert [fate.state.value for fate in report.fates] == ["draft"]
    assert "Old words." in blog.page()
    assert "good" in blog.page()


def test_show_publishes_the_error_and_never_keeps_it_as_good(blog: Blog) -> None:
    blog.write(code_cell("raise bad"), code_cell("say after"), front="execute: true\non_error: show")

    first, _ = blog.build()
    second, ran = blog.build()

    assert first.was_published
    assert first.errors == ()
    assert "after" in blog.page()
    assert "Oops" in blog.page()
    assert ran == [A]
    assert second.tally.cached == 0


def test_an_expected_error_is_a_good_run(blog: Blog) -> None:
    blog.write(code_cell("raise bad", tags=["raises-exception"]))

    report, _ = blog.build()

    assert (report.errors, report.tally.executed) == ((), 1)


def test_cells_that_must_not_run_keep_their_outputs(blog: Blog) -> None:
    blog.write(code_cell("#| eval: false\nsay no", stream("saved\n")), code_cell("say yes"))

    blog.build()

    assert "saved" in blog.page()
    assert "yes" in blog.page()


def test_never_runs_nothing_and_shows_recorded_outputs(blog: Blog) -> None:
    blog.write(code_cell("say recorded"))
    blog.build()
    blog.write(code_cell("say recorded"), markdown_cell("More prose."))

    report, ran = blog.build("2026-01-02", "never")

    assert ran == []
    assert "recorded" in blog.page()
    assert report.errors == ()


def test_the_strict_profile_runs_nothing(blog: Blog) -> None:
    blog.write(code_cell("say x", stream("committed\n")))

    _, ran = blog.build("2026-01-01", "always", untrusted=True)

    assert ran == []
    assert "committed" in blog.page()


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ("never", []),
        ("declared", ["asks"]),
        ("missing", ["asks", "empty"]),
        ("stale", ["asks"]),
        ("always", ["asks", "empty", "saved"]),
    ],
)
def test_the_flag_says_which_notebooks_run(blog: Blog, when: str, expected: list[str]) -> None:
    blog.write(code_cell("say x", stream("x\n")), path="_notebooks/asks.ipynb")
    blog.write(code_cell("say x"), path="_notebooks/empty.ipynb", front="toc: true")
    blog.write(code_cell("say x", stream("x\n")), path="_notebooks/saved.ipynb", front="toc: true")
    blog.write(code_cell("say x"), path="_notebooks/refuses.ipynb", front="execute: false")
    blog.write(path="_notebooks/prose.ipynb")

    _, ran = blog.build("2026-01-01", when)

    assert sorted(ran) == [f"_notebooks/{name}.ipynb" for name in expected]


def test_stale_runs_what_was_once_run_under_another_key(blog: Blog) -> None:
    blog.write(code_cell("say one", stream("x\n")), front="toc: true")
    blog.build("2026-01-01", "always")
    blog.write(code_cell("say two", stream("x\n")), front="toc: true")

    assert blog.build("2026-01-02", "stale")[1] == [A]
    assert blog.build("2026-01-03", "stale")[1] == []


def test_the_site_may_ask_for_every_notebook(blog: Blog) -> None:
    lay_out(blog.source, {"_config.yml": f"{CONFIG}execution:\n  execute: true\n"})
    blog.write(code_cell("say x"), front="toc: true")
    blog.write(code_cell("say x"), path=B, front="execute: false")

    assert blog.build()[1] == [A]


def test_asking_for_every_notebook_later_runs_those_already_read(blog: Blog) -> None:
    blog.write(code_cell("say x", stream("committed\n")), front="toc: true")
    blog.build()
    lay_out(blog.source, {"_config.yml": f"{CONFIG}execution:\n  execute: true\n"})

    assert blog.build()[1] == [A]


def test_parameters_and_limits_reach_the_kernel(blog: Blog) -> None:
    lay_out(blog.source, {"_config.yml": f"{CONFIG}execution:\n  timeout: 7\n  notebook_timeout: 0\n"})
    front = "execute: true\nparams: {country: FR}"
    blog.write(code_cell("country = 'US'", tags=["parameters"]), code_cell("param country"), front=front)
    executor = FakeExecutor()

    build(blog.request(), Runner(executor))

    (job,) = executor.jobs
    assert (job.params, job.timeout_seconds, job.notebook_timeout_seconds) == ({"country": "FR"}, 7, None)
    assert job.folder == "_notebooks"
    assert "FR" in blog.page()


def test_a_secret_in_an_output_stops_the_build_and_is_never_repeated(blog: Blog) -> None:
    secret = "hunter2-hunter2-hunter2"
    blog.write(code_cell("leak"), front="execute: true\non_error: keep")

    executor = FakeExecutor(leaks=secret)
    report = build(blog.request(leak_values={"API_TOKEN": secret}), Runner(executor))

    assert not report.was_published
    assert [p.at.cell for p in report.errors if p.kind == "run-failed" and p.at] == [2]
    assert secret not in "".join(p.problem + str(p.mend) for p in report.problems if p.kind == "run-failed")
    kept = b"".join(path.read_bytes() for path in (blog.source / ".inkmill").rglob("*") if path.is_file())
    assert secret.encode() not in kept


def test_run_executes_what_is_named_into_the_store(blog: Blog) -> None:
    blog.write(code_cell("say x"), front="toc: true")
    executor = FakeExecutor()

    report = run(blog.request(), Selection((A,)), Runner(executor))
    again = run(blog.request(), Selection(("_notebooks",)), Runner(executor))
    forced = run(blog.request(when="always"), Selection((A,)), Runner(executor))

    assert [result.status for result in (*report.results, *again.results, *forced.results)] == ["ok", "cached", "ok"]
    assert executor.ran == [A, A]
    assert not (blog.source / "_site").exists()


def test_run_without_a_path_runs_those_that_ask(blog: Blog) -> None:
    blog.write(code_cell("say x"))
    blog.write(code_cell("say x"), path=B, front="toc: true")
    executor = FakeExecutor()

    run(blog.request(), Selection(), Runner(executor))

    assert executor.ran == [A]


def test_parameters_of_a_command_leave_the_page_as_it_is(blog: Blog) -> None:
    blog.write(code_cell("country = 1", tags=["parameters"]), code_cell("param country"))
    blog.build()
    executor = FakeExecutor()

    report = run(blog.request("2026-01-03"), Selection((A,), {"country": "DE"}), Runner(executor))
    built, ran = blog.build("2026-01-04")

    (name,) = executor.ran
    assert name.startswith(f"{A}#with-country-")
    assert "DE" not in name
    assert [result.status for result in report.results] == ["ok"]
    assert (ran, built.tally.cached) == ([], 1)


def test_refresh_runs_what_is_due_and_nothing_else(blog: Blog) -> None:
    blog.write(code_cell("say x"), front="refresh: daily")
    blog.write(code_cell("say y"), path=B, front="execute: true")

    assert _refreshed(blog, "2026-01-01T12:00:00+00:00") == [A]
    assert _refreshed(blog, "2026-01-01T23:59:00+00:00") == []
    assert _refreshed(blog, "2026-01-02T00:01:00+00:00") == [A]
    assert blog.build("2026-01-09")[1] == [B]


def _refreshed(blog: Blog, now: str) -> list[str]:
    executor = FakeExecutor()
    refresh(blog.request(now), Runner(executor))
    return executor.ran


def test_a_failed_refresh_keeps_the_last_good_output_and_counts(blog: Blog) -> None:
    lay_out(blog.source, {"_notebooks/d.csv": "1"})
    blog.write(code_cell("say good"), front="refresh: daily\ndata: d.csv\ndisable_after: 2")
    refresh(blog.request("2026-01-01"), Runner(FakeExecutor()))
    blog.write(code_cell("raise gone"), front="refresh: daily\ndata: d.csv\ndisable_after: 2")

    second = refresh(blog.request("2026-01-02"), Runner(FakeExecutor()))
    third = refresh(blog.request("2026-01-03"), Runner(FakeExecutor()))
    fourth = refresh(blog.request("2026-01-04"), Runner(FakeExecutor()))
    report, _ = blog.build("2026-01-04")

    assert [one.results[0].status for one in (second, third, fourth)] == ["kept", "kept", "disabled"]
    assert "1 kept from 2026-01-01" in counts_line(report)
    assert second.is_refreshed
    assert second.results[0].failure is not None
    assert second.results[0].failure.last_line == "Oops: gone"
    assert report.was_published
    assert "good" in blog.page()
    assert "kept because" in blog.page()
    assert any("left alone" in line for line in run_lines(fourth, quiet=False))


def test_who_names_a_notebook_that_was_left_alone_revives_it(blog: Blog) -> None:
    lay_out(blog.source, {"d.txt": "1"})
    front = "refresh: daily\ndata: d.txt\ndisable_after: 1"
    blog.write(code_cell("say good"), front=front)
    refresh(blog.request("2026-01-01"), Runner(FakeExecutor()))

    # The same notebook, with a source that does not answer today.
    refresh(blog.request("2026-01-02"), Runner(FakeExecutor(fails=True)))
    alone = refresh(blog.request("2026-01-03"), Runner(FakeExecutor()))
    named = run(blog.request("2026-01-03"), Selection((A,)), Runner(FakeExecutor()))
    again = refresh(blog.request("2026-01-04"), Runner(FakeExecutor()))

    assert [one.results[0].status for one in (alone, named, again)] == ["disabled", "ok", "ok"]


def test_a_failure_is_forgotten_with_its_cause(blog: Blog) -> None:
    keep = "execute: true\non_error: keep\ndisable_after: 2"
    for code in ("say good", "raise bad", "say good", "raise bad", "say good"):
        blog.write(code_cell(code), front=keep)
        report, _ = blog.build()

    blog.write(code_cell("raise bad"), front=keep)
    report, ran = blog.build()

    assert ran == [A]
    assert report.tally.kept != ()


def test_every_error_of_a_page_that_shows_them_is_named(blog: Blog) -> None:
    blog.write(code_cell("raise one"), code_cell("raise two"), front="execute: true\non_error: show")

    report, _ = blog.build()

    assert [(severity, at) for severity, at, _ in problems(report)] == [
        ("warning", f"{A}, cell 2 (In [1])"),
        ("warning", f"{A}, cell 3 (In [2])"),
    ]


def test_parameters_of_a_command_run_each_set_once(blog: Blog) -> None:
    front = "variants:\n  country: [FR, DE]\n  year: [1, 2]"
    parameters = code_cell("country = 'US'\nyear = 0", tags=["parameters"])
    blog.write(parameters, code_cell("param country"), front=front)
    executor = FakeExecutor()

    run(blog.request(), Selection((A,), {"country": "IT"}), Runner(executor))

    assert [job.params for job in executor.jobs] == [{"country": "IT", "year": 1}, {"country": "IT", "year": 2}]


def test_a_run_made_elsewhere_is_seen_by_a_build_to_which_nothing_changed(blog: Blog) -> None:
    blog.write(code_cell("say x"), front="refresh: daily")
    blog.build("2026-01-01")
    refresh(blog.request("2026-01-05"), Runner(FakeExecutor()))

    report, ran = blog.build("2026-01-05")

    assert (report.was_unchanged, ran) == (False, [])
    assert "Jan 5, 2026" in blog.page()


def test_a_run_that_is_gone_from_the_store_is_run_again(blog: Blog) -> None:
    blog.write(code_cell("say x"))
    blog.build()
    for entry in (blog.source / ".inkmill/executed").rglob("*.ipynb"):
        entry.write_bytes(b"torn")
    blog.write(code_cell("say x"), markdown_cell("Prose."))

    report, ran = blog.build()

    assert (ran, report.errors) == ([A], ())
    assert report.was_published


def test_variants_are_posts_and_each_has_its_own_run(blog: Blog) -> None:
    front = "variants:\n  country: [FR, DE]"
    blog.write(code_cell("country = 'US'", tags=["parameters"]), code_cell("param country"), front=front)

    report, ran = blog.build()

    assert sorted(ran) == [f"{A}#de", f"{A}#fr"]
    assert report.errors == ()
    pages = {path.parent.name for path in (blog.source / "_site").rglob("index.html")}
    assert {"a", "a-fr", "a-de"} <= pages or len([page for page in pages if page.startswith("a")]) >= 1
    assert len(report.fates) == 1


def test_wrong_front_matter_is_said_by_run_too(blog: Blog) -> None:
    blog.write(code_cell("say x"), front="refresh: 0 0 30 2 *")

    report = run(blog.request(), Selection(), Runner(FakeExecutor()))

    assert [str(problem.at) for problem in report.errors] == [f"{A}, cell 1, line 3"]


def test_a_stopped_build_keeps_what_was_run_before_it_stopped(blog: Blog) -> None:
    blog.write(code_cell("say x"))
    blog.write(code_cell("say y"), path=B)

    class Stopping(FakeExecutor):
        def __call__(self, jobs, watch):  # type: ignore[no-untyped-def]
            for number, pair in enumerate(super().__call__(jobs, watch)):
                if number:
                    raise KeyboardInterrupt
                yield pair

    with pytest.raises(KeyboardInterrupt):
        build(blog.request(), Runner(Stopping()))

    assert blog.build()[1] == [B]


def blank(kind: str = "code") -> dict[str, object]:
    return code_cell("") if kind == "code" else {"cell_type": kind, "metadata": {}, "source": "words"}


@pytest.mark.parametrize("kind", ["code", "raw", "markdown"])
def test_cells_without_code_move_no_output(blog: Blog, kind: str) -> None:
    blog.write(code_cell("say one"), blank(kind), code_cell("say two"), code_cell("say three"))
    blog.build()

    for cells in (
        (code_cell("say one"), code_cell("say two"), code_cell("say three")),
        (blank(kind), code_cell("say one"), code_cell("say two"), blank(kind), code_cell("say three"), blank(kind)),
    ):
        blog.write(*cells)
        report, ran = blog.build()
        assert (ran, report.errors) == ([], ())
        assert outputs_of(blog.page()) == [("say one", "one"), ("say two", "two"), ("say three", "three")]


def outputs_of(page: str) -> list[tuple[str, str]]:
    """Code and what it printed, cell by cell."""
    plain = re.sub(r"<(?!/?pre)[^>]+>", "", page)
    texts = [text.strip() for text in re.findall(r"<pre[^>]*>(.*?)</pre>", plain, re.DOTALL)]
    return list(zip(texts[::2], texts[1::2], strict=True))


@pytest.mark.parametrize("front", ["execute: true", "execute: true\nparams: {n: 7}"])
def test_a_notebook_that_papermill_has_written_runs(blog: Blog, front: str) -> None:
    blog.write(
        code_cell("n = 1", tags=["parameters"]),
        code_cell("n = 5", tags=["injected-parameters"]),
        code_cell("say c"),
        front=front,
    )

    report, _ = blog.build()

    assert report.errors == ()
    assert "<pre>c</pre>" in blog.page()


def test_the_tag_of_parameters_is_part_of_the_code(blog: Blog) -> None:
    front = "execute: true\nparams: {x: 9}"
    blog.write(code_cell("y = 0", tags=["parameters"]), code_cell("x = 1"), code_cell("say a"), front="execute: true")
    blog.build()
    blog.write(code_cell("y = 0"), code_cell("x = 1", tags=["parameters"]), code_cell("say a"), front=front)

    assert blog.build()[1] == [A]


def test_a_renamed_notebook_keeps_its_last_good_run(blog: Blog) -> None:
    lay_out(blog.source, {"d.csv": "1"})
    keep = "execute: true\non_error: keep\ndata: d.csv"
    blog.write(code_cell("say good"), front=keep)
    blog.build()
    (blog.source / A).rename(blog.source / B)
    blog.build()
    (blog.source / "d.csv").unlink()

    blog.build()

    assert "<pre>good</pre>" in blog.page("b")


def test_code_that_is_changed_back_keeps_its_own_run(blog: Blog) -> None:
    lay_out(blog.source, {"d.csv": "1"})
    keep = "execute: true\non_error: keep\ndata: d.csv"
    for code in ("say one", "say two", "say one"):
        blog.write(code_cell(code), front=keep)
        blog.build()
    (blog.source / "d.csv").unlink()

    blog.build()

    assert outputs_of(blog.page()) == [("say one", "one")]


def test_data_that_changes_while_a_notebook_runs_is_not_taken_for_what_it_was(blog: Blog) -> None:
    lay_out(blog.source, {"d.csv": "1"})
    blog.write(code_cell("say x"), front="execute: true\ndata: d.csv")

    class Writing(FakeExecutor):
        def __call__(self, jobs, watch):  # type: ignore[no-untyped-def]
            lay_out(blog.source, {"d.csv": "2 and more"})
            yield from super().__call__(jobs, watch)

    report = build(blog.request(), Runner(Writing()))
    lay_out(blog.source, {"d.csv": "1"})

    assert [p.problem for p in report.warnings] == ["d.csv changed while it ran, so this run is shown and not kept"]
    assert "<pre>x</pre>" in blog.page()
    assert blog.build()[1] == [A]


@pytest.mark.parametrize("command", [run, lambda request, _, runner: refresh(request, runner)])
def test_the_strict_profile_runs_nothing_by_any_command(blog: Blog, command: Any) -> None:
    blog.write(code_cell("say x"), front="refresh: daily")
    executor = FakeExecutor()

    with pytest.raises(UsageError):
        command(blog.request(untrusted=True), Selection((A,)), Runner(executor))

    assert executor.ran == []


def test_several_variants_may_be_named(blog: Blog) -> None:
    parameters = code_cell("n = 0", tags=["parameters"])
    blog.write(parameters, code_cell("param n"), front="variants: {n: [1, 2, 3]}")
    executor = FakeExecutor()

    run(blog.request(), Selection((f"{A}#1", f"{A}#3")), Runner(executor))

    assert sorted(executor.ran) == [f"{A}#1", f"{A}#3"]


@pytest.mark.parametrize("params", [{}, {"n": 2}])
def test_what_front_matter_forbids_is_not_run_by_name_either(blog: Blog, params: dict[str, int]) -> None:
    blog.write(code_cell("n = 1", tags=["parameters"]), front="execute: false")
    executor = FakeExecutor()

    report = run(blog.request(), Selection((A,), params), Runner(executor))

    assert executor.ran == []
    assert [p.problem for p in report.warnings] == ["its front matter says `execute: false`, so it is not run"]


def test_a_first_failure_that_is_shown_keeps_nothing(blog: Blog) -> None:
    blog.write(code_cell("raise bad"), front="refresh: daily\non_error: show")

    report = refresh(blog.request(), Runner(FakeExecutor()))

    assert [result.status for result in report.results] == ["failed"]


def test_a_notebook_of_another_language_never_runs_on_python(blog: Blog) -> None:
    r = notebook(
        markdown_cell(TOLD.format("execute: true\nkernel: my-env")),
        code_cell("say x"),
        kernelspec={"name": "ir", "language": "R", "display_name": "R"},
    )
    config = f"{CONFIG}execution:\n  environment: requirements.txt\n"
    lay_out(blog.source, {"_config.yml": config, "requirements.txt": "six\n", A: r})

    report, ran = blog.build()

    assert ran == []
    assert "no kernel for r is installed" in report.errors[0].problem


def test_data_in_a_folder_that_is_not_looked_into_is_not_called_missing(blog: Blog) -> None:
    lay_out(blog.source, {".cache/d.csv": "1"})
    blog.write(code_cell("say x"), front="execute: true\ndata: .cache/d.csv")

    report, _ = blog.build()

    assert "is in a folder that is not looked into" in report.errors[0].problem


def test_a_file_may_have_a_mark_of_variants_in_its_name(blog: Blog) -> None:
    blog.write(code_cell("say x"), path="_notebooks/c#1.ipynb")
    executor = FakeExecutor()

    run(blog.request(), Selection(("_notebooks/c#1.ipynb",)), Runner(executor))

    assert executor.ran == ["_notebooks/c#1.ipynb"]


def test_a_notebook_that_cannot_be_read_fails_its_test(blog: Blog) -> None:
    lay_out(blog.source, {A: '{"not": "a notebook"}', B: with_wrong_front_matter()})

    report = run_tests(blog.request(), Selection(), Runner(FakeExecutor()), tolerance=None)

    assert isinstance(report, LiterateReport)
    assert not report.is_good
    assert report.wrong == {A, B}


def with_wrong_front_matter() -> dict[str, object]:
    return notebook(markdown_cell(TOLD.format("refresh: 0 0 30 2 *")), code_cell("say x"))


def test_keep_going_publishes_a_failed_notebook_with_what_was_good(blog: Blog) -> None:
    blog.write(code_cell("say good"))
    blog.build("2026-01-01")
    blog.write(code_cell("say good"), code_cell("raise bad"))

    report, _ = blog.build("2026-01-05", keep_going=True)

    assert report.was_published
    assert len(report.errors) == 1
    assert "kept because a newer run failed" in blog.page()
    assert "<pre>good</pre>" in blog.page()


def test_strict_takes_a_kept_page_for_a_failure(blog: Blog) -> None:
    blog.write(code_cell("raise bad", stream("saved\n")), front="execute: true\non_error: keep")

    report, _ = blog.build(strict=True)

    assert not report.was_published


def test_a_notebook_that_stops_asking_shows_what_was_committed_again(blog: Blog) -> None:
    blog.write(code_cell("say fresh", stream("committed\n")))
    blog.build()
    blog.write(code_cell("say fresh", stream("committed\n")), front="toc: true")

    _, ran = blog.build()

    assert ran == []
    assert outputs_of(blog.page()) == [("say fresh", "committed")]


def test_a_notebook_with_wrong_parameters_is_not_run_and_told_once(blog: Blog) -> None:
    cells = (code_cell("country = 'US'", tags=["parameters"]), code_cell("param country"))
    blog.write(*cells, front="execute: true\nparams: {contry: FR}")

    report, ran = blog.build()

    assert ran == []
    assert [(p.severity.value, p.kind) for p in report.problems] == [("error", "unknown-parameter")]
