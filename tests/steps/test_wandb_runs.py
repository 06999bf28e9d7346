"""`inkmill wandb runs` against a W&B and a GitHub on loopback: the table, the outputs, the comment, the refusals."""

import csv
import json
import os
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from generator.steps.__main__ import main
from tests.experiments.fake_wandb import FORBIDDEN, NO_JSON, SILENT, UNAUTHORIZED, FakeWandb
from tests.experiments.fixture_runs import MNIST, StoredRun
from tests.github.fake_api import REPOSITORY, FakeApi, serving

HEADER = "run.url,run.name,run.tags,run.id,run.entity,run.project,github_sha,acc,loss,_lr,__eval.category"
PLAIN = ("--metric", "acc", "--metric", "loss", "--config", "lr")
WAYS = ("--metric", "acc:max", "--metric", "loss:min", "--config", "lr")
STRANGER = {"login": "mallory", "type": "User"}
SHA = "a" * 40


@dataclass(frozen=True, slots=True)
class Told:
    """What one call said."""

    exit_code: int
    out: str
    err: str


@dataclass(frozen=True, slots=True)
class Desk:
    """A desk, or a runner once `as_job` was said, with a W&B that answers."""

    server: FakeWandb
    folder: Path
    monkeypatch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]

    def runs(self, *words: str, project: str = "acme/mnist") -> Told:
        """Say the command; without a project where that is empty."""
        code = main(["wandb-runs", *(("--project", project) if project else ()), *words], "inkmill wandb")
        said = self.capsys.readouterr()
        return Told(code, said.out, said.err)

    def as_job(self, api: FakeApi | None = None, **environ: str) -> None:
        """From now on, what a runner sets."""
        files = {"GITHUB_OUTPUT": "output", "GITHUB_STEP_SUMMARY": "summary"}
        values = {name: str(self.folder / file) for name, file in files.items()}
        values |= {"GITHUB_ACTIONS": "true", "GITHUB_WORKSPACE": str(self.folder), "GITHUB_REPOSITORY": REPOSITORY}
        values |= {"GITHUB_RUN_ID": "500", "GH_TOKEN": "canary-token", "INKMILL_RETRY_SECONDS": "0.001"}
        values |= {"GITHUB_API_URL": api.address} if api else {}
        for name, value in (values | environ).items():
            self.monkeypatch.setenv(name, value)

    def read(self, name: str) -> str:
        return (self.folder / name).read_text("utf-8")

    def report(self) -> list[str]:
        """Lines of the CSV that a job leaves."""
        return self.read("wandb_report.csv").splitlines()

    def outputs(self) -> str:
        """As one line."""
        return " ".join(self.read("output").splitlines())


@pytest.fixture(scope="module")
def one_server() -> Iterator[FakeWandb]:
    """Started once: there are many ways to say something wrong."""
    with FakeWandb() as server:
        yield server


@pytest.fixture
def desk(
    one_server: FakeWandb, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Desk:
    for name in list(os.environ):
        if name.startswith(("GITHUB_", "INPUT_", "WANDB_", "GH_")):
            monkeypatch.delenv(name)
    one_server.store.runs[:] = MNIST
    one_server.requests.clear()
    one_server.always = None
    monkeypatch.setenv("WANDB_BASE_URL", one_server.url)
    monkeypatch.setenv("WANDB_APP_URL", "https://wandb.ai")
    return Desk(one_server, tmp_path, monkeypatch, capsys)


@pytest.fixture
def api() -> Iterator[FakeApi]:
    with serving(FakeApi()) as found:
        yield found


def ids(report: list[str]) -> list[tuple[str, str]]:
    """(id, category) of every row."""
    return [(row["run.id"], row["__eval.category"]) for row in csv.DictReader(report)]


# AC1
def test_runs_of_a_commit_stand_before_the_baselines_and_every_state_is_counted(desk: Desk) -> None:
    desk.as_job()

    told = desk.runs("--sha", "aaa", "--baseline-tag", "baseline", *PLAIN)

    assert told.exit_code == 0
    assert desk.outputs() == (
        "BOOL_COMPLETE=False BOOL_SINGLE_RUN=False NUM_FINISHED=2 NUM_RUNNING=1 NUM_CRASHED=0 NUM_ABORTED=1 "
        "NUM_BASELINES=2 NUM_FAILED=1 NUM_OTHER=0 NUM_TOTAL=5"
    )
    assert desk.read("wandb_report.csv") == (
        f"{HEADER}\n"
        "https://wandb.ai/acme/mnist/runs/r1,run-r1,[],r1,acme,mnist,aaa,0.9,0.31,0.1,candidate\n"
        "https://wandb.ai/acme/mnist/runs/r2,run-r2,['baseline'],r2,acme,mnist,aaa,0.8,0.52,0.2,candidate\n"
        "https://wandb.ai/acme/mnist/runs/r3,run-r3,['baseline'],r3,acme,mnist,bbb,0.95,0.2,0.1,baseline\n"
        "https://wandb.ai/acme/mnist/runs/r4,run-r4,\"['baseline', 'reference']\",r4,acme,mnist,,0.5,,,baseline\n"
    )
    assert "2 finished, 1 running, 1 failed, 1 stopped: not complete" in desk.read("summary")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--sha", "a" * 40), f"no runs logged for `{'a' * 40}`: is `config.github_sha` set?"),
        (("--run-id", "r99"), "there is no run `r99` in `acme/mnist`"),
        (("--sha", "aaa", "--baseline-tag", "basline"), "no other run has the tag basline"),
    ],
    ids=["commit", "run", "tag"],
)
def test_of_what_there_is_no_run_is_said_beside_the_table(desk: Desk, words: tuple[str, ...], said: str) -> None:
    told = desk.runs(*words, *PLAIN)

    assert (told.exit_code, told.out.splitlines()[0]) == (0, HEADER)
    assert said in told.err.splitlines()


# AC2
def test_by_its_id_only_that_run_is_no_baseline(desk: Desk) -> None:
    desk.as_job()

    desk.runs("--run-id", "r2", "--baseline-tag", "baseline", "--baseline-tag", "reference", *PLAIN)

    assert desk.outputs().startswith("BOOL_COMPLETE=True BOOL_SINGLE_RUN=True NUM_FINISHED=1 ")
    assert "NUM_BASELINES=4" in desk.outputs()
    assert ids(desk.report()) == [
        ("r2", "candidate"),
        *[(baseline, "baseline") for baseline in ("r3", "r4", "r7", "r8")],
    ]
    losses = {row["run.id"]: row["loss"] for row in csv.DictReader(desk.report())}
    assert (losses["r7"], losses["r8"]) == ("NaN", "")


# AC3
def test_while_the_one_run_is_running_there_is_a_header_and_no_row(desk: Desk) -> None:
    desk.as_job()

    desk.runs("--run-id", "r5", "--baseline-tag", "baseline", *PLAIN)

    assert desk.outputs().startswith("BOOL_COMPLETE=False BOOL_SINGLE_RUN=True NUM_FINISHED=0 NUM_RUNNING=1 ")
    assert "NUM_BASELINES=4" in desk.outputs()
    assert desk.report() == [HEADER]


# AC4
def test_of_two_commits_a_run_that_lacks_one_may_be_a_baseline(desk: Desk) -> None:
    desk.as_job()

    words = ("--sha", "bbb", "--secondary-sha", "d1", "--baseline-tag", "baseline", "--baseline-tag", "reference")
    desk.runs(*words, *PLAIN)

    assert ids(desk.report()) == [
        ("r7", "candidate"),
        *[(baseline, "baseline") for baseline in ("r2", "r3", "r4", "r8")],
    ]
    assert "BOOL_SINGLE_RUN=True" in desk.outputs()


# AC5
def test_a_commit_without_runs_is_an_answer(desk: Desk) -> None:
    desk.as_job()

    told = desk.runs("--sha", "zzz", "--baseline-tag", "baseline", *PLAIN)

    assert told.exit_code == 0
    assert desk.outputs() == (
        "BOOL_COMPLETE=False BOOL_SINGLE_RUN=False NUM_FINISHED=0 NUM_RUNNING=0 NUM_CRASHED=0 NUM_ABORTED=0 "
        "NUM_BASELINES=4 NUM_FAILED=0 NUM_OTHER=0 NUM_TOTAL=0"
    )
    assert desk.report() == [HEADER]
    assert "no runs logged for `zzz`: is `config.github_sha` set?" in desk.read("summary")


# AC6
def test_without_tags_one_question_is_asked_and_whole_numbers_stay_whole(desk: Desk) -> None:
    desk.server.store.runs[0] = replace(MNIST[0], summary={"acc": 10, "loss": 0.31})

    told = desk.runs("--sha", "aaa", *PLAIN)

    assert desk.server.operations() == ["Runs"]
    rows = list(csv.DictReader(told.out.splitlines()))
    assert [(row["run.id"], row["acc"]) for row in rows] == [("r1", "10"), ("r2", "0.8")]
    assert "NUM_BASELINES=0" in told.err


def test_at_a_desk_the_table_is_all_that_a_program_reads(desk: Desk) -> None:
    told = desk.runs("--sha", "aaa", *PLAIN, "--metric", "nothing")

    assert told.out.splitlines()[0] == HEADER.replace(",_lr", ",nothing,_lr")
    assert len(told.out.splitlines()) == 3
    assert "no run has the metric nothing; known are: acc, loss" in told.err
    assert list(desk.folder.iterdir()) == []


# AC10
@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("--sha", "aaa", "--metric", "_runtime", "--config", "runtime"), "--config runtime"),
        (("--sha", "aaa", "--metric", "acc", "--metric", "acc:max"), "--metric acc"),
        (("--sha", "aaa", "--metric", "run.id"), "--metric run.id"),
        ((), "--sha"),
        (("--secondary-sha", "d1"), "--secondary-sha"),
        (("--sha", "aaa", "--baseline-tag", ""), "--baseline-tag"),
        (("--sha", "aaa", "--metric", "a\nb"), "--metric"),
        (("--sha", "a\x1b[2J"), "--sha"),
        (("--sha", "a" * 501), "--sha"),
        (("--sha", "aaa", *("--metric", "a") * 101), "--metric"),
        (("--sha", "aaa", "--wait", "soon"), "--wait"),
        (("--sha", "aaa", "--wait", "nan"), "--wait"),
        (("--sha", "aaa", "--wait", "100000"), "--wait"),
        (("--sha", "aaa", "--comment", "0"), "--comment"),
        (("--sha", "aaa", "--comment", "٣"), "--comment"),
        (("--sha", "aaa", "--comment", "7"), "GITHUB_REPOSITORY"),
        (("--sha", "aaa", "--out", "no/such/folder/x.csv"), "--out"),
        (("--sha", "aaa", "--out", "."), "--out"),
        (("--sha", "aaa", "--out", "x\0y"), "--out"),
        (("--sha", "aaa", "--format", "xml"), "--format"),
        (("--sha", "aaa", "--column", "run.notes"), "--column"),
        (("--sha", "aaa", "--sha-1"), "--sha-1"),
        (("--sha",), "--sha"),
    ],
    ids=lambda value: " ".join(value)[:40].encode("unicode_escape").decode() if isinstance(value, tuple) else None,
)
def test_wrong_words_are_named_in_one_line_before_anything_is_asked(
    desk: Desk, words: tuple[str, ...], named: str
) -> None:
    told = desk.runs(*words)

    assert (told.exit_code, told.out, desk.server.requests) == (2, "", [])
    first, *further = told.err.splitlines()
    assert named in first
    # The variables of the runner say how to mend them, as in every step.
    assert not further or named == "GITHUB_REPOSITORY"


@pytest.mark.parametrize("project", ["", "mnist", "a/b/c", "https://wandb.ai/a/b", "a/ b"])
def test_a_project_that_is_none_is_named_in_one_line(desk: Desk, project: str) -> None:
    told = desk.runs("--sha", "aaa", project=project)

    assert (told.exit_code, desk.server.requests) == (2, [])
    assert told.err.startswith("--project")
    assert told.err.count("\n") == 1


@pytest.mark.parametrize("address", ["ftp://x", "nonsense", "http://[::1", "https://jane:word@wandb.example"])
def test_an_address_of_no_api_is_named_in_one_line(desk: Desk, address: str) -> None:
    desk.monkeypatch.setenv("WANDB_BASE_URL", address)

    told = desk.runs("--sha", "aaa")

    assert told.exit_code == 2
    assert told.err.startswith("WANDB_BASE_URL: ")
    assert told.err.count("\n") == 1
    assert "word" not in told.err


def old_inputs(desk: Desk, **inputs: str) -> None:
    for name, value in inputs.items():
        desk.monkeypatch.setenv(f"INPUT_{name}", value)


def test_inputs_of_the_old_action_say_the_same(desk: Desk) -> None:
    desk.as_job()
    old_inputs(
        desk,
        PROJECT_NAME="acme/mnist",
        FILTER_GITHUB_SHA="bbb",
        FILTER_SECONDARY_SHA="d1",
        BASELINE_TAGS="['baseline', 'reference']",
        DISPLAY_METRICS='["acc", "loss"]',
        DISPLAY_CONFIG_VARS="lr",
        RUN_ID="",
        DEBUG="",
    )

    told = desk.runs(project="")

    assert told.exit_code == 0
    assert ids(desk.report())[0] == ("r7", "candidate")
    assert desk.report()[0] == HEADER


# AC10
@pytest.mark.parametrize("name", ["BASELINE_TAGS", "DISPLAY_METRICS", "DISPLAY_CONFIG_VARS"])
def test_an_old_input_is_never_run_as_a_program(desk: Desk, name: str) -> None:
    mark = desk.folder / "ran"
    old_inputs(desk, **{name: f"__import__('os').system('touch {mark}')"})

    told = desk.runs("--sha", "aaa")

    assert (told.exit_code, desk.server.requests, mark.exists()) == (2, [], False)
    assert told.err.startswith(f"INPUT_{name} ")
    assert told.err.count("\n") == 1


def test_words_win_over_old_inputs(desk: Desk) -> None:
    old_inputs(desk, PROJECT_NAME="acme/other", RUN_ID="r1", BASELINE_TAGS="not a list]", DISPLAY_METRICS="loss")

    told = desk.runs("--sha", "bbb", "--baseline-tag", "baseline", "--metric", "acc")

    assert told.exit_code == 0
    assert ids(told.out.splitlines())[0] == ("r3", "candidate")


def test_with_the_id_of_a_run_commits_do_not_count_and_that_is_said(desk: Desk) -> None:
    told = desk.runs("--run-id", "r1", "--sha", "zzz", "--secondary-sha", "d9")

    assert told.exit_code == 0
    assert ids(told.out.splitlines()) == [("r1", "candidate")]
    assert told.err.splitlines()[:2] == [
        "--sha is ignored, as --run-id says which run",
        "--secondary-sha is ignored, as --run-id says which run",
    ]


def test_debugging_tells_what_was_asked_and_what_is_missing(desk: Desk) -> None:
    desk.as_job()
    old_inputs(desk, DEBUG="false")

    told = desk.runs("--sha", "aaa", "--baseline-tag", "baseline", *PLAIN)

    assert 'candidates are asked for by {"config.github_sha": "aaa"}' in told.err
    # Of five candidates and two baselines: r5, r6, r8 and r4 have no loss.
    assert "column loss: 4 of 7 are missing" in told.err


def test_without_a_key_a_service_that_wants_one_is_a_refusal_that_says_so(desk: Desk) -> None:
    desk.server.always = UNAUTHORIZED

    told = desk.runs("--sha", "aaa")

    assert told.exit_code == 3
    assert "set WANDB_API_KEY" in told.err
    assert "authorization" not in desk.server.requests[0].headers


@pytest.mark.parametrize("name", ["WANDB_API_KEY", "INPUT_WANDB_API_KEY"])
def test_the_key_goes_to_the_service_and_nowhere_else(desk: Desk, name: str) -> None:
    desk.monkeypatch.setenv(name, "local-0123456789abcdef")
    desk.server.always = FORBIDDEN

    told = desk.runs("--sha", "aaa")

    assert told.exit_code == 3
    assert "not found or no access with this key (403)" in told.err
    assert desk.server.requests[0].headers["authorization"].startswith("Basic ")
    assert "0123456789abcdef" not in told.out + told.err


def test_a_project_that_is_not_there_or_not_shown_is_a_refusal(desk: Desk) -> None:
    told = desk.runs("--sha", "aaa", project="acme/missing")

    assert told.exit_code == 3
    assert "not found or no access" in told.err


@pytest.mark.slow
def test_an_answer_that_is_none_is_4(desk: Desk) -> None:
    desk.server.always = NO_JSON

    assert desk.runs("--sha", "aaa").exit_code == 4


# AC11
@pytest.mark.slow
def test_a_service_that_is_silent_costs_25_seconds_at_most(desk: Desk) -> None:
    desk.server.always = SILENT
    started = time.monotonic()

    told = desk.runs("--sha", "aaa", "--baseline-tag", "baseline")

    assert told.exit_code == 4
    assert time.monotonic() - started <= 25
    assert len(desk.server.requests) <= 3


# AC11
@pytest.mark.slow
def test_a_service_that_is_down_is_4(desk: Desk) -> None:
    desk.monkeypatch.setenv("WANDB_BASE_URL", "http://127.0.0.1:9")
    started = time.monotonic()

    told = desk.runs("--sha", "aaa")

    assert told.exit_code == 4
    assert "no connection to 127.0.0.1" in told.err
    assert time.monotonic() - started <= 25


def test_an_unknown_metric_is_a_blank_column_and_its_neighbour_is_named(desk: Desk) -> None:
    desk.as_job()

    told = desk.runs("--sha", "aaa", "--metric", "accc", "--config", "rl")

    assert told.exit_code == 0
    assert [row["accc"] for row in csv.DictReader(desk.report())] == ["", ""]
    assert "::warning::no run has the metric accc; did you mean acc? Known are: acc, loss" in told.err
    assert "no run has in its configuration rl; known are: github" in desk.read("summary").replace("\\", "")


def test_what_is_not_json_is_blank_and_said(desk: Desk) -> None:
    desk.server.store.runs[0] = replace(MNIST[0], summary="{nothing")

    told = desk.runs("--sha", "aaa", *PLAIN)

    assert told.exit_code == 0
    assert next(csv.DictReader(told.out.splitlines()))["acc"] == ""
    assert "the summary of run r1 is not JSON, so its cells are blank" in told.err


def comparison_of(body: str) -> list[str]:
    """Its lines without the addresses, without what only draws the table."""
    lines = re.sub(r"\]\([^)]*\)", "](..)", body).splitlines()
    return [line for line in lines if line and not line.startswith("| ---")]


# AC8
def test_the_comment_compares_with_the_best_baseline_and_is_rewritten_in_place(desk: Desk, api: FakeApi) -> None:
    desk.as_job(api)
    words = ("--sha", "aaa", "--baseline-tag", "baseline", *WAYS, "--comment", "7")
    pasted = api.add_comment(7, "<!-- inkmill:get-runs -->\nmine", STRANGER)

    told = desk.runs(*words)
    first = api.own_comments(7)
    desk.server.store.runs[4] = replace(MNIST[4], state="finished", summary={"acc": 0.97, "loss": 0.1})
    desk.runs(*words)

    assert told.exit_code == 0
    [body] = first
    lines = comparison_of(body)
    start = lines.index("| | Run | acc (max) | vs ref | loss (min) | vs ref | lr |")
    assert lines[start + 1 : start + 6] == [
        "| reference | [r3](..) | 0.95 | | 0.2 | | 0.1 |",
        "| candidate | [r1](..) | 0.9 | -0.05 (-5.26%) worse | 0.31 | +0.11 (+55.00%) worse | 0.1 |",
        "| candidate | [r2](..) | 0.8 | -0.15 (-15.79%) worse | 0.52 | +0.32 (+160.00%) worse | 0.2 |",
        "| baseline | [r4](..) crashed | 0.5 | | | | |",
        "2 finished, 1 running, 1 failed, 1 stopped: not complete",
    ]
    [body] = api.own_comments(7)
    assert "- Best of these: [r5](..) run-r5, acc 0.97: **+0.02 (+2.11%) better**" in comparison_of(body)
    assert pasted["body"] == "<!-- inkmill:get-runs -->\nmine"


# AC9
def test_a_value_that_is_no_number_is_not_compared(desk: Desk) -> None:
    told = desk.runs("--run-id", "r7", "--baseline-tag", "baseline", *WAYS, "--format", "md")

    assert "| candidate | [r7](..) | 0.88 | -0.07 (-7.37%) worse | NaN | n/a | 0.1 |" in comparison_of(told.out)


def test_the_commit_before_is_the_newest_that_has_finished_runs(desk: Desk) -> None:
    words = ("--sha", "aaa", *WAYS, "--format", "md", "--previous", "ccc", "bbb")

    told = desk.runs(*words, "--baseline-tag", "reference")

    assert desk.server.operations() == ["Runs"] * 3
    # r7 is the newest baseline and the reference; of commit bbb r3 is the best.
    assert "Against the commit before (`bbb`, [r3](..)):" in comparison_of(told.out)
    assert "- [r1](..): acc 0.95 → 0.9, -0.05 (-5.26%) worse; loss 0.2 → 0.31, +0.11 (+55.00%) worse" in comparison_of(
        told.out
    )


def test_a_token_that_may_only_read_costs_the_comment_alone(desk: Desk, api: FakeApi) -> None:
    api.refused[("POST", ".*/comments")] = (403, "Resource not accessible by integration")
    desk.as_job(api)

    told = desk.runs("--sha", "aaa", *PLAIN, "--comment", "7")

    assert told.exit_code == 0
    assert re.search(r"^::warning::no comment under #7: ", told.err, re.MULTILINE)
    assert len(desk.report()) == 3
    assert "**Runs of `aaa`**" in desk.read("summary")


def test_a_pull_request_that_is_not_there_is_a_refusal_after_all_else_is_written(desk: Desk, api: FakeApi) -> None:
    api.refused[("GET", ".*/comments")] = (404, "Not Found")
    desk.as_job(api)

    assert desk.runs("--sha", "aaa", *PLAIN, "--comment", "7").exit_code == 3
    assert len(desk.report()) == 3


def test_a_newer_run_of_the_workflow_keeps_the_word(desk: Desk, api: FakeApi) -> None:
    desk.as_job(api)
    desk.runs("--sha", "bbb", *PLAIN, "--comment", "7")
    desk.as_job(api, GITHUB_RUN_ID="499")

    told = desk.runs("--sha", "aaa", *PLAIN, "--comment", "7")

    assert told.exit_code == 0
    assert "says what a newer run found" in told.err
    [body] = api.own_comments(7)
    assert "**Runs of `bbb`**" in body


def test_a_comment_without_a_token_is_wrong_before_anything_is_asked(desk: Desk) -> None:
    desk.as_job(GH_TOKEN="")

    told = desk.runs("--sha", "aaa", "--comment", "7")

    assert (told.exit_code, desk.server.requests) == (2, [])
    assert "GH_TOKEN" in told.err


def test_a_comment_names_the_commit_in_its_hidden_state(desk: Desk, api: FakeApi) -> None:
    desk.server.store.runs[0] = replace(MNIST[0], config={"github_sha": SHA})
    desk.as_job(api)

    desk.runs("--sha", SHA, "--comment", "7")

    [body] = api.own_comments(7)
    state = json.loads(body.splitlines()[1].removeprefix("<!-- ").removesuffix(" -->"))
    assert (state["sha"], state["stage"], state["run"]) == (SHA, "done", 500)
    assert "**Runs of `aaaaaaa`**" in body
    assert f"Looked up in [this run](https://github.com/{REPOSITORY}/actions/runs/500)." in body


def test_a_file_is_written_in_the_form_asked_for_and_a_job_has_the_csv_as_well(desk: Desk) -> None:
    desk.as_job()

    told = desk.runs("--sha", "aaa", *WAYS, "--format", "json", "--out", str(desk.folder / "runs.json"))

    assert told.out == ""
    found = json.loads(desk.read("runs.json"))
    assert [(run["role"], run["id"], run["state"]) for run in found["runs"]] == [
        ("candidate", "r1", "finished"),
        ("candidate", "r2", "finished"),
        ("candidate", "r5", "running"),
        ("candidate", "r6", "failed"),
        ("candidate", "r8", "killed"),
    ]
    assert found["counts"]["aborted"] == 1
    assert len(desk.report()) == 3


def test_what_is_shown_in_the_log_of_a_job_commands_nothing(desk: Desk) -> None:
    desk.server.store.runs[0] = replace(MNIST[0], name="::warning::boo\n::set-env name=A::b")
    desk.as_job()

    told = desk.runs("--sha", "aaa", *WAYS, "--format", "md")

    lines = told.out.splitlines()
    assert lines[0].startswith("::stop-commands::")
    assert lines[-1] == f"::{lines[0].removeprefix('::stop-commands::')}::"
    assert not [line for line in told.err.splitlines() if line.startswith(("::warning::boo", "::set-env"))]


def test_descriptions_and_spreadsheets_are_served_when_asked_for(desk: Desk) -> None:
    desk.server.store.runs[0] = replace(MNIST[0], name="=1+1", description="two\nlines, and a comma")

    told = desk.runs("--sha", "aaa", "--column", "run.description", "--excel-safe", *PLAIN)

    row = next(csv.DictReader(told.out.splitlines(keepends=True)))
    assert row["run.name"] == "'=1+1"
    assert row["run.description"] == "two\nlines, and a comma"
    assert list(row)[7] == "run.description"


def test_waiting_ends_when_no_run_is_on_its_way(desk: Desk) -> None:
    told = desk.runs("--run-id", "r1", "--wait", "30")

    assert told.exit_code == 0
    assert desk.server.operations() == ["Runs"]
    assert "No run is on its way any more." in told.err


def test_waiting_ends_with_the_time_and_says_so(desk: Desk) -> None:
    told = desk.runs("--run-id", "r5", "--wait", "0.002")

    assert told.exit_code == 0
    assert len(desk.server.requests) == 2
    assert "The 0.002 min of --wait are over." in told.err
    assert "BOOL_COMPLETE=False" in told.err


def test_a_file_that_cannot_be_written_is_4(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: Path, content: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)

    told = desk.runs("--sha", "aaa", "--out", str(desk.folder / "x.csv"))

    assert told.exit_code == 4
    assert "No space left on device" in told.err


HOSTILE = StoredRun(
    "r1",
    name='@octocat ]( | <img src=x> \u202e https://evil.example `x` "\ud800',
    tags=("a, 'b'", "=cmd()"),
    config={"github_sha": "aaa", "lr": "[x](javascript:alert(1)) | @team\n# top", "deep": [[[[]]]]},
    summary={"acc": 1e308, "loss": -1e308, "huge": 10**300, "list": [1, {"a": None}]},
    description="@everyone",
)


def test_hostile_runs_are_ordinary_runs(desk: Desk, api: FakeApi) -> None:
    desk.server.store.runs[0] = HOSTILE
    desk.server.store.runs[2] = replace(MNIST[2], summary={"acc": -1e308, "loss": 1e308, "huge": 1})
    desk.as_job(api)
    asked = ("--metric", "huge:max", "--metric", "list", "--config", "deep", "--column", "run.description")

    told = desk.runs("--sha", "aaa", "--baseline-tag", "baseline", *WAYS, *asked, "--comment", "7")

    assert told.exit_code == 0, told.err
    [body] = api.own_comments(7)
    for text in (body, desk.read("summary")):
        assert not re.search(r"@\w|<img|https://evil|(?<!\\)\]\(javascript|^# top", text, re.MULTILINE)
    row = next(csv.DictReader(desk.read("wandb_report.csv").splitlines(keepends=True)))
    assert row["run.tags"] == str(list(HOSTILE.tags))
    assert (row["huge"], row["list"], row["_deep"]) == (str(10**300), '[1, {"a": null}]', "[[[[]]]]")


def test_a_link_in_the_place_of_the_report_leads_nowhere(desk: Desk) -> None:
    # A checkout of somebody's branch may hold one.
    desk.as_job()
    (desk.folder / "elsewhere").write_text("mine")
    (desk.folder / "wandb_report.csv").symlink_to(desk.folder / "elsewhere")

    told = desk.runs("--sha", "aaa", *PLAIN)

    assert told.exit_code == 0
    assert [name for name, _ in ids(desk.report())] == ["r1", "r2"]
    assert desk.read("elsewhere") == "mine"
