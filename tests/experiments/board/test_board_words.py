"""The words of a leaderboard, and what is said where they cannot be understood."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from generator.experiments.board.board_words import Board, read_board
from generator.location import Location
from generator.model.embed import Embed
from generator.model.experiment import AskedRuns, Direction, ExperimentRules, Metric, RunQuery, Service
from generator.model.problem import Severity
from generator.model.reading import ReadingRules

KNOWN = "source server project file filter metric metrics config tags limit title frozen links".split()
AT = Location("_posts/2026-11-26-board.md", line=10)
PUBLIC = "https://api.wandb.ai"
ACC, LOSS = Metric("acc", Direction.MAX), Metric("loss", Direction.MIN)
OF_THE_BLOG = ExperimentRules(project="acme/mnist", metrics=(Metric("lr"), ACC, LOSS), config=("lr",))


def embed(text: str, rules: ExperimentRules | None = None, **options: str) -> Embed:
    return Embed("leaderboard", "", options, AT, text, ReadingRules(experiments=rules or ExperimentRules()))


def read(text: str, rules: ExperimentRules | None = None) -> Board:
    board, problems = read_board(embed(text, rules))
    assert problems == ()
    assert board is not None
    return board


def told(text: str, rules: ExperimentRules | None = None, **options: str) -> list[tuple[str, int | None, str, str]]:
    _, problems = read_board(embed(text, rules, **options))
    return [(p.severity.value, p.at.line if p.at else None, p.problem, p.mend or "") for p in problems]


def test_a_project_and_a_metric_are_enough() -> None:
    board = read("project: acme/mnist\nmetric: acc:max")

    assert board == Board(
        AT, RunQuery(Service.WANDB, PUBLIC, "acme/mnist"), "https://wandb.ai/acme/mnist", metrics=(ACC,)
    )
    assert board.asked == (AskedRuns(board.query, ("acc",), (), leading=ACC),)


def test_everything_that_may_be_said_is_understood() -> None:
    board = read(
        'project: acme/mnist\nmetrics: [loss:min, "acc:max", lr]\nmetric: acc\nconfig: lr, depth\ntags: [big, "1"]\n'
        'filter: {state: finished, config.lr: "<0.1"}\nlimit: 7\ntitle: Best of all'
    )

    assert board == Board(
        at=AT,
        query=RunQuery(
            Service.WANDB,
            PUBLIC,
            "acme/mnist",
            filters=(("state", "=", "finished"), ("config.lr", "<", 0.1)),
        ),
        link="https://wandb.ai/acme/mnist",
        metrics=(ACC, LOSS, Metric("lr")),
        config=("lr", "depth"),
        tags=("big", "1"),
        limit=7,
        title="Best of all",
    )


def test_what_the_blog_says_of_its_runs_holds_where_a_board_says_nothing() -> None:
    board = read("", OF_THE_BLOG)

    assert (board.query.project, board.metrics, board.config) == ("acme/mnist", (ACC, Metric("lr"), LOSS), ("lr",))


def test_the_blogs_direction_of_a_metric_holds_for_a_board_that_names_it_bare() -> None:
    assert read("metric: loss", OF_THE_BLOG).leading == LOSS


def test_what_is_said_of_the_blogs_runs_is_not_said_of_a_file() -> None:
    board = read("file: data/runs.csv\nmetric: f1:max", OF_THE_BLOG)

    assert (board.query, board.metrics, board.config) == (
        RunQuery(Service.FILE, "", "data/runs.csv"),
        (Metric("f1", Direction.MAX),),
        (),
    )
    assert board.asked == ()


def test_mlflow_is_asked_at_the_server_of_the_blog() -> None:
    board = read(
        "source: mlflow\nproject: digits\nmetric: acc:max", ExperimentRules(mlflow_server="https://ml.example.org")
    )

    assert board.query == RunQuery(Service.MLFLOW, "https://ml.example.org", "digits")
    assert board.link == "https://ml.example.org"


WRONG = {
    "no project": (
        "metric: acc:max",
        10,
        "nothing says which project the runs are of",
        "write `project: acme/mnist` here, or below `experiments:` in `_config.yml`",
    ),
    "no metric": (
        "project: a/b\nlimit: 3",
        10,
        "nothing says by which metric the runs are ranked",
        "write `metric: acc:max`, or `metric: loss:min` where less is better",
    ),
    "no direction": (
        "project: a/b\nmetric: acc",
        12,
        "`metric: acc` does not say which way is better",
        "write `metric: acc:max`, or `metric: acc:min`",
    ),
    "metrics without a direction": (
        "project: a/b\nmetrics: [acc]",
        10,
        "nothing says by which metric the runs are ranked",
        "write `metric: acc:max`, or `metric: loss:min` where less is better",
    ),
    "a metric that is a list": (
        "project: a/b\nmetric: [acc:max]",
        12,
        "`metric` is no text",
        "write one word or line behind `metric:`",
    ),
    "no project of W&B": (
        "project: mnist\nmetric: acc:max",
        11,
        "`mnist` names no project of W&B",
        "write it as `entity/project`, such as `acme/mnist`",
    ),
    "no source": (
        "source: wand\nproject: a/b\nmetric: acc:max",
        11,
        "`wand` is no source of runs",
        "write `source: wandb`; known are wandb, mlflow, file",
    ),
    "another server": (
        "server: https://evil.example\nproject: a/b\nmetric: acc:max",
        11,
        "`https://evil.example` is not the server of this blog",
        "write it as `experiments: base_url:` in `_config.yml`",
    ),
    "no MLflow": (
        "source: mlflow\nproject: a\nmetric: acc:max",
        11,
        "nothing says where MLflow is",
        "write `experiments: tracking_url:` in `_config.yml`",
    ),
    "no file": (
        "source: file\nmetric: acc:max",
        10,
        "no file is named",
        "write its path from the top of the repository, such as `file: data/runs.csv`",
    ),
    "a file outside": (
        "metric: acc:max\nfile: ../runs.csv",
        12,
        "`../runs.csv` is no file of the blog",
        "write its path from the top of the repository, such as `file: data/runs.csv`",
    ),
    "too many rows": (
        "project: a/b\nmetric: acc:max\nlimit: 201",
        13,
        "`limit` is no number from 1 to 200",
        "write `limit: 50`, or leave it out",
    ),
    "a filter of nothing": (
        "project: a/b\nmetric: acc:max\nfilter:\n  lr: 1",
        13,
        "`lr` is nothing that runs are filtered by",
        "write `config.lr`, `summary.lr` or `state`",
    ),
    "no map": (
        "- a\n- b",
        10,
        "this board holds no keys and values",
        "write `key: value` on each line, such as `metric: acc:max`",
    ),
}


@pytest.mark.parametrize(("text", "line", "problem", "mend"), WRONG.values(), ids=WRONG)
def test_what_cannot_be_understood_is_an_error_at_its_line(text: str, line: int, problem: str, mend: str) -> None:
    board, problems = read_board(embed(text))

    assert board is None
    assert [(p.severity, p.at.line if p.at else None, p.problem, p.mend) for p in problems] == [
        (Severity.ERROR, line, problem, mend)
    ]


def test_words_that_are_no_yaml_are_an_error_at_their_line() -> None:
    ((severity, line, problem, _),) = told("project: a/b\nmetric: acc: max\nlimit: 3")

    assert (severity, line) == ("error", 12)
    assert problem.startswith("this is not YAML: ")


def test_a_key_that_nobody_reads_is_told_with_the_nearest() -> None:
    assert told("project: a/b\nmetirc: x\nmetric: acc:max\nbanana: 1") == [
        ("warning", 12, "`metirc` is no key of this block", "write `metric:`"),
        (
            "warning",
            14,
            "`banana` is no key of this block",
            f"leave it out; known are {', '.join(KNOWN)}",
        ),
    ]


def test_in_front_matter_the_words_begin_at_its_key() -> None:
    ((_, line, _, _),) = told("{project: a/b,\nmetric: acc}", first_line="1")

    assert line == 11


KEYS = some.sampled_from(
    ["source", "server", "project", "file", "filter", "metric", "metrics", "config", "tags", "limit"]
)
ANY = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats() | some.text(max_size=8),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.text(max_size=8), inner, max_size=3),
    max_leaves=5,
)


@given(some.dictionaries(KEYS, ANY, max_size=6))
def test_whatever_is_written_ends_in_a_board_or_in_an_error_with_a_place(keys: dict[str, Any]) -> None:
    board, problems = read_board(embed(json.dumps(keys)))

    assert (board is None) is any(problem.severity is Severity.ERROR for problem in problems)
    assert all(problem.at is not None and problem.mend for problem in problems)


def test_a_board_whose_contest_is_over_says_so_to_the_sync() -> None:
    (asked,) = read("project: acme/mnist\nmetric: acc:max\nfrozen: true").asked

    assert asked.is_frozen


def test_what_is_neither_frozen_nor_not_is_an_error() -> None:
    assert told("project: acme/mnist\nmetric: acc:max\nfrozen: maybe") == [
        ("error", 13, "`frozen` is neither true nor false", "write `frozen: true`, or leave it out")
    ]
