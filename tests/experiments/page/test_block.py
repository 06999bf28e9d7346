"""What an author writes about runs, and what is said where it is wrong."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from generator.experiments.page.block import Block, read_block
from generator.experiments.page.block_values import Chart, ChartKind
from generator.model.embed import Embed
from generator.model.experiment import AskedRuns, Direction, ExperimentRules, Metric, RunQuery, Service
from generator.model.reading import ReadingRules
from tests.experiments.runs_of_a_page import API, AT, REPORT, query

RULES = ExperimentRules(
    project="acme/mnist",
    baseline_tags=("baseline",),
    metrics=(Metric("acc", Direction.MAX),),
    config=("lr",),
    mlflow_server="https://mlflow.example",
)
SELECT = "write one of `sha:`, `run_id:`, `tags:` or `filter:` (`filter: {state: finished}` for all that finished)"
FILE = "_posts/2026-11-26-runs.md"


def read(text: str, target: str = "", rules: ExperimentRules = RULES, **options: str) -> tuple[Block | None, list[str]]:
    embed = Embed("wandb", target, options, AT, text, ReadingRules(experiments=rules))
    block, problems = read_block(embed)
    return block, [f"{one.severity.value} {one.at}: {one.problem}; {one.mend}" for one in problems]


def good(text: str, target: str = "", rules: ExperimentRules = RULES, **options: str) -> Block:
    block, problems = read(text, target, rules, **options)
    assert problems == []
    assert block is not None
    return block


def test_a_block_says_which_runs_and_what_of_them() -> None:
    block = good(
        "project: other/one\nsha: aaa\nsecondary_sha: d1\nmetrics: [acc:max, loss:min]\nconfig: [lr, size]\n"
        "baseline_tags: [best]\nsort: -acc\nlimit: 5\nchart: [bars loss, lines acc]\ntitle: A title\n"
    )

    asked_of = RunQuery(Service.WANDB, API, "other/one", sha="aaa", secondary_sha="d1")
    assert block == Block(
        at=AT,
        query=asked_of,
        baseline_query=RunQuery(Service.WANDB, API, "other/one", tags=("best",)),
        baseline_tags=("best",),
        metrics=(Metric("acc", Direction.MAX), Metric("loss", Direction.MIN)),
        config=("lr", "size"),
        charts=(Chart(ChartKind.BARS, "loss"), Chart(ChartKind.LINES, "acc")),
        sort="-acc",
        limit=5,
        title="A title",
        link="https://wandb.ai/other/one",
    )
    baselines = RunQuery(Service.WANDB, API, "other/one", tags=("best",))
    asked = AskedRuns(asked_of, ("acc", "loss"), ("lr", "size"), ("acc",), sort="-acc")
    assert block.asked == (asked, replace(asked, query=baselines, leading=Metric("acc", Direction.MAX)))


def test_what_a_block_leaves_out_is_said_in_the_settings() -> None:
    block = good("sha: aaa\nchart: bars")

    assert (block.query.project, block.metrics, block.config, block.baseline_tags) == (
        "acme/mnist",
        (Metric("acc", Direction.MAX),),
        ("lr",),
        ("baseline",),
    )
    assert block.charts == (Chart(ChartKind.BARS, "acc"),)


def test_an_empty_list_is_an_answer() -> None:
    block = good("sha: aaa\nmetrics: []\nconfig: []\nbaseline_tags: []")

    assert (block.metrics, block.config, block.baseline_query) == ((), (), None)


def test_a_change_of_what_is_shown_asks_the_same_query() -> None:
    one = good("sha: aaa\nmetrics: acc:max")
    other = good("sha: aaa\nmetrics: [f1]\nconfig: [a]\nsort: f1\nlimit: 3\ntitle: T\nchart: bars")

    assert one.query == other.query


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("run_id: r1", {"run_ids": ("r1",)}),
        ("run_id: [r2, r1, r2]", {"run_ids": ("r2", "r1")}),
        ("run_id: 123", {"run_ids": ("123",)}),
        ("tags: baseline, best", {"tags": ("baseline", "best")}),
        ("sha: 1234567", {"sha": "1234567"}),
        ("filter:\n  config.lr: 0.1\n  state: ok", {"filters": (("config.lr", "=", 0.1), ("state", "=", "ok"))}),
        ('filter: {summary.acc: ">0.9"}', {"filters": (("summary.acc", ">", 0.9),)}),
        ('filter: {config.depth: "<= 3"}', {"filters": (("config.depth", "<=", 3),)}),
        ('filter: {config.opt: "!=adam"}', {"filters": (("config.opt", "!=", "adam"),)}),
        ("filter: {config.cased: true}", {"filters": (("config.cased", "=", True),)}),
        ('filter: {config.id: "=007"}', {"filters": (("config.id", "=", "007"),)}),
    ],
    ids=range(11),
)
def test_runs_are_selected_by_id_tag_sha_and_filter(written: str, read_as: dict[str, Any]) -> None:
    assert good(written).query == query(**read_as)


_LIST = "`metrics` is no list of at most 50 names"
_AS_LIST = "write it as `metrics: [acc:max, loss:min]`"
_NO_RUNS = "nothing says which runs are shown"
_SAID = {
    "project: acme/mnist": (11, _NO_RUNS, SELECT),
    "title: T": (10, _NO_RUNS, SELECT),
    "run_id: []\nsha:": (10, _NO_RUNS, SELECT),
    "tags: b\nsecondary_sha: d1": (12, "`secondary_sha` stands without `sha`", "write `sha:`, too"),
    "sha: a\n\nmetrics: {acc: max}": (13, _LIST, _AS_LIST),
    "sha: a\nmetrics: [acc: max]": (12, _LIST, _AS_LIST),
    "tags: [a, [b]]": (11, "`tags` is no list of at most 50 names", "write it as `tags: [first, second]`"),
    "sha: {a: b}": (11, "`sha` is no text", "write one word or line behind `sha:`"),
    "sha: a\nchart: bar acc": (12, "`bar acc` is no chart of runs", "write `chart: bars`"),
    "sha: a\nchart: pie": (12, "`pie` is no chart of runs", "write `chart: bars acc` or `chart: lines loss`"),
    "sha: a\nlimit: 0": (12, "`limit` is no number from 1 to 200", "write `limit: 20`, or leave it out"),
    "sha: a\niframe: maybe": (12, "`iframe` is neither true nor false", "write `iframe: true`, or leave it out"),
    "filter: {lr: 1}": (
        11,
        "`lr` is nothing that runs are filtered by",
        "write `config.lr`, `summary.lr` or `state`",
    ),
    'filter: {config.lr: ">a"}': (
        11,
        "`config.lr` is held against `a`, which is no number",
        'write it as `config.lr: ">0.1"`',
    ),
    "filter: {config.lr: [1]}": (
        11,
        "`config.lr` is held against nothing that can be compared",
        'write it as `config.lr: 0.1` or `config.lr: ">0.1"`',
    ),
    "sha: a\nsource: wandbb": (
        12,
        "`wandbb` is no source of runs",
        "write `source: wandb`; known are wandb, mlflow, file",
    ),
    "sha: a\nproject: mnist": (
        12,
        "`mnist` names no project of W&B",
        "write it as `entity/project`, such as `acme/mnist`",
    ),
    "sha: a\nserver: https://evil.example": (
        12,
        "`https://evil.example` is not the server of this blog",
        "write it as `experiments: base_url:` in `_config.yml`",
    ),
    "file: ../secrets.csv": (
        11,
        "`../secrets.csv` is no file of the blog",
        "write its path from the top of the repository, such as `file: data/runs.csv`",
    ),
    "file: a.csv\nchart: lines acc": (12, "a file of runs holds no course to draw as lines", "write `chart: bars`"),
    "just words": (
        10,
        "this block holds no keys and values",
        "write `key: value` on each line, such as `project: acme/mnist`",
    ),
}


@pytest.mark.parametrize("written", _SAID, ids=range(len(_SAID)))
def test_what_cannot_be_understood_is_an_error_at_its_line_with_a_mend(written: str) -> None:
    line, problem, mend = _SAID[written]

    assert read(written) == (None, [f"error {FILE}:{line}: {problem}; {mend}"])


def test_text_that_is_no_yaml_is_an_error_where_the_parser_stumbled() -> None:
    block, problems = read("sha: aaa\ntitle: a: b")

    assert block is None
    assert [one.partition(": ")[0] for one in problems] == [f"error {FILE}:12"]


def test_a_key_nobody_knows_is_told_with_the_nearest_one() -> None:
    block, problems = read("sha: aaa\nmetrcs: [acc]")

    assert block is not None
    assert problems == [f"warning {FILE}:12: `metrcs` is no key of this block; write `metrics:`"]


def test_a_run_id_wins_over_shas_and_says_so() -> None:
    block, problems = read("run_id: r1\nsecondary_sha: d1")

    assert block is not None
    assert block.query == query(run_ids=("r1",))
    (said,) = problems
    assert said.startswith(f"warning {FILE}:12: `secondary_sha` is passed over beside `run_id`; leave out either ")


def test_an_address_may_lack_its_scheme_and_a_word_is_none() -> None:
    _, problems = read("", "nonsense")

    assert good("", "wandb.ai/acme/mnist/runs/r1").query == query(run_ids=("r1",))
    assert problems[0].startswith(f"error {FILE}:10: `nonsense` is no page of a run, a report or a project of W&B; ")


def test_an_address_of_a_run_is_a_card_of_it() -> None:
    block = good("", "https://app.wandb.ai/acme/mnist/runs/r1/overview?x=1")

    assert (block.query, block.is_card, block.link) == (
        query(run_ids=("r1",)),
        True,
        "https://wandb.ai/acme/mnist/runs/r1",
    )
    assert block.asked == (AskedRuns(block.query),)


@pytest.mark.parametrize(
    ("address", "framed"),
    [
        (REPORT, f"{REPORT}?jupyter=true"),
        (f"{REPORT}?accessToken=t", f"{REPORT}?accessToken=t&jupyter=true"),
    ],
    ids=["public", "token"],
)
def test_a_report_is_framed_only_when_asked_for(address: str, framed: str) -> None:  # AC12
    asked, _ = read("", address, iframe="true")
    plain, _ = read("", address)

    assert asked is not None
    assert plain is not None
    assert asked.frame is not None
    assert (asked.frame.url, asked.frame.height_px, plain.frame) == (framed, 640, None)
    assert asked.query == plain.query == query(report="VmlldzoxMjM=")


@pytest.mark.parametrize(
    "line",
    ["server: URL", "source: URL", "file: URL", "chart: URL", "filter: {'URL': 1}", "'URL': 1"],
    ids=["server", "source", "file", "chart", "filter", "key"],
)
def test_an_access_token_at_a_wrong_place_stands_in_no_message(line: str) -> None:
    _, problems = read(f"sha: aaa\n{line}".replace("URL", f"{REPORT}?accessToken=s3cr3t"))

    assert "accessToken=***" in problems[0]
    assert "s3cr3t" not in " ".join(problems)


def test_an_access_token_is_warned_of_and_stands_in_no_message_or_repr() -> None:  # AC12
    block, problems = read("", f"{REPORT}?accessToken=s3cr3t", iframe="true")

    (said,) = problems
    assert said.startswith(f"warning {FILE}:10: the address of this report holds an access token, and whoever reads ")
    assert block is not None
    assert "s3cr3t" not in said + repr(block) + repr(block.asked) + block.link


def test_a_run_is_never_framed() -> None:  # AC12
    block, problems = read("", "https://wandb.ai/acme/mnist/runs/r1", iframe="true")

    assert block is not None
    assert (block.frame, block.is_card) == (None, True)
    assert problems == [f"warning {FILE}:10: W&B lets no other page frame a run or a project; leave out `iframe`"]


def test_what_is_no_report_is_not_framed_either() -> None:
    block, problems = read("sha: aaa\niframe: true")

    assert block is not None
    assert problems == [
        f"warning {FILE}:12: only a report is framed; write its address as `url:`, or leave out `iframe`"
    ]


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "https://evil.example/a/p/runs/r", "data:text/html,x", "//wandb.ai.evil.example/a/p/runs/r",
     "https://wandb.ai@evil.example/a/p/runs/r", "http://wandb.ai/a/p/runs/r", "https://api.wandb.ai/links/a/x1"],
    ids=range(7),
)  # fmt: skip
def test_any_other_address_is_an_error(address: str) -> None:  # AC12
    block, problems = read("", address)

    assert block is None
    assert [one.partition(": ")[0] for one in problems] == [f"error {FILE}:10"]


def test_mlflow_and_files_are_named_in_the_same_block() -> None:
    mlflow = good("source: mlflow\nproject: digits\ntags: [v1]")
    file = good("file: /data/runs.csv\nmetrics: f1")

    assert mlflow.query == RunQuery(Service.MLFLOW, "https://mlflow.example", "digits", tags=("v1",))
    assert mlflow.metrics == ()
    assert (file.query, file.asked, file.baseline_tags) == (RunQuery(Service.FILE, "", "data/runs.csv"), (), ())


def test_baselines_have_a_query_of_their_own_only_beside_runs_that_are_named() -> None:
    assert good("sha: aaa").baseline_query == query(tags=("baseline",))
    assert good("run_id: r1").baseline_query == query(tags=("baseline",))
    assert good("filter: {state: finished}").baseline_query is None


def test_a_block_with_a_drawing_but_no_columns_leaves_these_to_the_runs() -> None:
    block = good("chart: lines loss", "https://wandb.ai/acme/mnist/runs/r1")

    assert block.asked == (AskedRuns(block.query), AskedRuns(block.query, ("loss",), (), ("loss",)))


def test_a_key_to_sort_by_is_asked_for_though_it_is_no_column() -> None:
    block = good("sha: aaa\nbaseline_tags: []\nmetrics: [acc]\nconfig: [lr]\nsort: -loss")

    assert block.asked[0] == AskedRuns(block.query, ("acc", "loss"), ("lr", "loss"))
    assert good("sha: aaa\nmetrics: [acc]\nsort: created").asked[0].metrics == ("acc",)


_KEYS = some.sampled_from(
    "url source server project file sha secondary_sha run_id tags filter baseline_tags metrics config sort limit chart "
    "title iframe height other".split()
)
_SCALARS = some.one_of(
    some.text(max_size=12),
    some.sampled_from(
        ["[a, b]", "{a: 1}", "&a [*a]", "1e999", "-0", "9" * 5000, ".nan", "true", "~", "- x", '"\\ud800"']
    ),
)


@given(some.lists(some.tuples(_KEYS, _SCALARS), max_size=6))
def test_no_block_whatever_it_holds_breaks_the_build(pairs: list[tuple[str, str]]) -> None:
    block, problems = read("\n".join(f"{key}: {value}" for key, value in pairs))

    assert (block is None) == any(problem.startswith("error") for problem in problems)


def test_a_frozen_block_says_so_of_its_baselines_too() -> None:
    block = good("sha: aaa\nfrozen: true\nmetrics: acc:max")

    assert [(asked.query.sha, asked.is_frozen) for asked in block.asked] == [("aaa", True), ("", True)]


def test_nothing_freezes_of_a_file() -> None:
    _, told = read("file: data/runs.csv\nfrozen: true")

    assert told == [f"warning {FILE}:12: nothing is fetched for a file, so nothing of it freezes; leave out `frozen`"]
