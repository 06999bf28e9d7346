"""Compared runs in words."""

import re
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from generator.experiments.comparison import compare
from generator.github.runs_comment import AboutRuns, comparison_text, no_runs_text
from generator.model.experiment import Direction, Metric, Run

ACC, LOSS = Metric("acc", Direction.MAX), Metric("loss", Direction.MIN)
ABOUT = AboutRuns("acme/mnist", sha="a" * 40, project_url="https://wandb.ai/acme/mnist")


def run(name: str, state: str = "finished", **summary: Any) -> Run:
    url = f"https://wandb.ai/acme/mnist/runs/{name}"
    return Run(name, f"run-{name}", state, "acme/mnist", url=url, summary=summary, config={"lr": 0.1})


R1, R2, R3 = run("r1", acc=0.90, loss=0.31), run("r2", acc=0.80, loss=0.52), run("r3", acc=0.95, loss=0.2)


def short(text: str) -> str:
    return re.sub(r"\]\([^)]*\)", "](..)", text)


def test_a_reader_sees_who_is_better_then_the_table_then_the_rest() -> None:
    found = compare([R1, R2, run("r5", "running")], [R3], [ACC], ["lr"], previous=[run("p1", acc=0.85)])

    text = comparison_text(found, replace(ABOUT, previous_sha="b" * 40, notes=("the summary of run r9 is not JSON",)))

    assert short(text) == (
        "**Runs of `aaaaaaa`** in [acme/mnist](..)\n"
        "\n"
        "- Current best: [r3](..) run-r3, acc 0.95\n"
        "- Best of these: [r1](..) run-r1, acc 0.9: **-0.05 (-5.26%) worse**\n"
        "\n"
        "| | Run | acc (max) | vs ref | lr |\n"
        "| --- | --- | --: | --: | --: |\n"
        "| reference | [r3](..) | 0.95 | | 0.1 |\n"
        "| candidate | [r1](..) | 0.9 | -0.05 (-5.26%) worse | 0.1 |\n"
        "| candidate | [r2](..) | 0.8 | -0.15 (-15.79%) worse | 0.1 |\n"
        "| previous | [p1](..) | 0.85 | -0.1 (-10.53%) worse | 0.1 |\n"
        "\n"
        "2 finished, 1 running: not complete\n"
        "\n"
        "Against the commit before (`bbbbbbb`, [p1](..)):\n"
        "\n"
        "- [r1](..): acc 0.85 → 0.9, +0.05 (+5.88%) better\n"
        "- [r2](..): acc 0.85 → 0.8, -0.05 (-5.88%) worse\n"
        "\n"
        "```text\n"
        "acc (max)\n"
        "r3  ████████████████████  0.95  reference\n"
        "r1  ███████████████████   0.9   candidate\n"
        "r2  ████████████████▉     0.8   candidate\n"
        "p1  █████████████████▉    0.85  previous\n"
        "```\n"
        "\n"
        "- the summary of run r9 is not JSON"
    )


def test_the_current_best_is_named_with_its_link() -> None:
    assert "[r3](https://wandb.ai/acme/mnist/runs/r3)" in comparison_text(compare([], [R3], [ACC]), ABOUT)


def test_without_a_direction_nothing_is_best() -> None:
    text = comparison_text(compare([R1], [R3], [Metric("acc"), Metric("loss")]), ABOUT)

    assert not re.search("best|better|worse", text, re.IGNORECASE)
    assert "| candidate | [r1](..) | 0.9 | -0.05 (-5.26%) | 0.31 | +0.11 (+55.00%) |" in short(text)


def test_without_a_reference_no_column_speaks_of_one() -> None:
    text = short(comparison_text(compare([R1], [], [ACC]), ABOUT))

    assert "| | Run | acc (max) |" in text
    assert "- This run: [r1](..) run-r1, acc 0.9\n" in text
    assert "```" not in text


def test_where_the_reference_is_of_the_commit_before_nothing_is_said_twice() -> None:
    text = short(comparison_text(compare([R1], [R3], [ACC], previous=[R3]), replace(ABOUT, previous_sha="b" * 40)))

    assert "The reference is a run of the commit before (`bbbbbbb`, [r3](..))." in text
    assert text.count("worse") == 2


def test_no_runs_are_a_sentence_that_says_what_may_be_missing() -> None:
    assert no_runs_text(AboutRuns("a/b", sha="zzz")) == "no runs logged for `zzz`: is `config.github_sha` set?"
    assert no_runs_text(AboutRuns("a/b", sha="4a1f0c2")).endswith("set? A run holds all 40 digits of its commit.")
    assert "40" not in no_runs_text(AboutRuns("a/b", sha="4a1f0c2" + "0" * 33))
    assert no_runs_text(AboutRuns("a/b", run_id="r9")) == "there is no run `r9` in `a/b`"
    assert comparison_text(compare([], [], [ACC]), AboutRuns("a/b", sha="zzz")) == (
        "In a/b, no runs logged for `zzz`: is `config.github_sha` set?"
    )


def test_too_many_runs_leave_the_best_and_the_number_of_the_others() -> None:
    runs = [run(f"run{number:04}", acc=number / 1000, loss=0.5) for number in range(1000)]

    text = comparison_text(compare(runs, [R3], [ACC, LOSS], ["lr"]), ABOUT)

    rows = [line for line in text.splitlines() if re.match(r"\| (reference|candidate)", line)]
    assert len(text) <= 58_000
    assert f"\n{1001 - len(rows)} more in the CSV\n" in text
    assert "run0999" in rows[-1]
    assert "run0000" not in text
    assert len(rows) > 200
    # One more row would not have fitted.
    assert len(text) + 2 * len(rows[-1]) > 58_000


HOSTILE = st.text(max_size=20) | st.sampled_from(
    ["@octocat", "| x |\n| y |", "<img src=x>", "https://evil.example", "](javascript:x)", "```", "#1", "a1b2c3d4e5"]
)
# What stands in it is inert.
CODE = re.compile(r"^(`{3,})text$.*^\1$|(?<![\\`])(`+)(?!`)[^\n]+?(?<!`)\2(?!`)", re.MULTILINE | re.DOTALL)
ALIVE = re.compile(r"@\w|(?<!`)<[a-z]|(?<!&)#\d|://evil|(?<!\\)\]\(javascript")


@given(st.tuples(*[HOSTILE] * 5), st.floats() | HOSTILE)
def test_nothing_from_outside_comes_alive_or_breaks_the_table(words: tuple[str, ...], value: Any) -> None:
    name, state, metric, key, sha = words
    runs = [
        Run(f"{name}{number}", name, kind, "p", summary={metric: value}, config={key: name})
        for number, kind in enumerate(("finished", state, "finished"))
    ]
    found = compare(runs[:1], runs[1:], [Metric(metric, Direction.MAX)], [key], previous=runs[:1])

    text = comparison_text(found, AboutRuns(name, sha=sha or "x", previous_sha=sha, notes=(name,)))

    outside = CODE.sub("", text)
    assert not ALIVE.search(outside), outside
    table = [line for line in outside.split("\n") if line.startswith("| ")]
    cells = [len(re.findall(r"(?<!\\)(?:\\\\)*\|", line)) for line in table]
    assert cells == [cells[0]] * len(found.rows) + [cells[0]] * 2
