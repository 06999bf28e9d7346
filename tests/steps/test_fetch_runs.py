"""fetch-runs: what a service knows of a commit is handed on, and so is why nothing is known."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from generator.errors import InkmillError
from generator.github.runs_file import ExperimentRuns, read_runs
from generator.model.experiment import SHA_KEY, Direction, ExperimentRules, Metric, Service
from generator.steps.fetch_runs import Place, fetch_runs, main
from generator.steps.result import StepResult
from generator.steps.runs_of_commit import AskedCommit
from tests.experiments import fake_mlflow as mlflow
from tests.experiments.fake_wandb import BROKEN, FORBIDDEN, FakeWandb
from tests.experiments.fixture_runs import MNIST, StoredArtifact, StoredRun
from tests.loopback import says, serving

SHA = "a1" * 20
KEY = "wb-4f9a1c77e2d0b35688aa"
METRICS = (Metric("acc", Direction.MAX), Metric("loss", Direction.MIN))
RULES = ExperimentRules(project="acme/mnist", baseline_tags=("baseline",), metrics=METRICS, config=("lr",))


def done(
    tmp_path: Path, server: str, asked: AskedCommit, rules: ExperimentRules = RULES, **environ: str
) -> tuple[StepResult, ExperimentRuns]:
    environ = {"WANDB_BASE_URL": server, **environ}
    place = Place(environ, tuple(value for name, value in environ.items() if name == "WANDB_API_KEY"))
    result = fetch_runs(tmp_path / "runs", asked, rules, place)
    return result, read_runs(tmp_path / "runs")


def test_candidates_baselines_and_what_was_before_are_handed_on_with_few_columns(tmp_path: Path) -> None:
    with FakeWandb(key=KEY) as fake:
        result, found = done(tmp_path, fake.url, AskedCommit("aaa", earlier=("ccc", "bbb")), WANDB_API_KEY=KEY)

    assert result.exit_code == 0
    assert [run.id for run in found.candidates] == ["r1", "r2", "r5", "r6", "r8"]
    assert [run.id for run in found.baselines] == ["r3", "r4"]
    assert (found.previous_sha, [run.id for run in found.previous]) == ("bbb", ["r3", "r7"])
    assert (found.metrics, found.config) == (METRICS, ("lr",))
    assert found.candidates[0].config == {"lr": 0.1, SHA_KEY: "aaa"}
    assert found.candidates[0].summary == {"acc": 0.9, "loss": 0.31}
    assert found.unasked is None


def test_runs_of_mlflow_are_handed_on_in_the_same_way(tmp_path: Path) -> None:
    def run(name: str, sha: str, start: int, **tags: str) -> mlflow.StoredRun:
        courses = {"acc": ((0, 0.1), (1, 0.9))}
        return mlflow.StoredRun(name, name, params={SHA_KEY: sha}, tags=tags, start_time=start, courses=courses)

    stored = (run("m1", "aaa", 3), run("m2", "bbb", 2), run("m3", "ccc", 1, baseline="yes"))
    rules = replace(RULES, service=Service.MLFLOW, project="mnist")
    with serving(mlflow.FakeMlflow(stored)) as server:
        asked = AskedCommit("aaa", earlier=("ddd", "bbb"))
        _, found = done(tmp_path, "", asked, rules, MLFLOW_TRACKING_URI=server.url)
        _, one = done(tmp_path, "", AskedCommit("aaa", run_id="m1"), rules, MLFLOW_TRACKING_URI=server.url)

    assert [run.id for run in found.candidates] == ["m1"]
    assert [run.id for run in found.baselines] == ["m3"]
    assert (found.previous_sha, [run.id for run in found.previous]) == ("bbb", ["m2"])
    assert found.candidates[0].summary == {"acc": 0.9}
    assert ([run.id for run in one.candidates], one.artifacts) == (["m1"], ("runs:/m1",))


def test_without_metrics_in_the_settings_the_numbers_that_runs_came_to_are_shown(tmp_path: Path) -> None:
    stored = StoredRun(
        "s1", config={SHA_KEY: "aaa"}, summary={"_runtime": 3, "z": 1, "b": 0.5, "note": "so", "c": True}
    )
    with FakeWandb([stored]) as fake:
        _, found = done(tmp_path, fake.url, AskedCommit("aaa"), replace(RULES, metrics=()))

    assert found.metrics == (Metric("b"), Metric("z"))
    assert found.candidates[0].summary == {"b": 0.5, "z": 1}


def test_of_a_deployment_the_one_run_and_what_it_made_are_handed_on(tmp_path: Path) -> None:
    made = (StoredArtifact("r3", "model", version=7), StoredArtifact("r1", "other"))
    with FakeWandb(artifacts=made) as fake:
        _, found = done(tmp_path, fake.url, AskedCommit("bbb", run_id="r3"))

    assert [(run.id, run.state, run.config[SHA_KEY]) for run in found.candidates] == [("r3", "finished", "bbb")]
    assert found.artifacts == ("acme/mnist/model:v7",)
    assert found.baselines == ()


def test_a_metric_that_no_run_has_is_told_of_with_the_one_that_was_meant(tmp_path: Path) -> None:
    with FakeWandb() as fake:
        _, found = done(tmp_path, fake.url, AskedCommit("aaa"), replace(RULES, metrics=(Metric("lossx"),)))

    assert found.notes == ("no run has the metric lossx; did you mean loss? Known are: acc, loss",)


def test_what_cannot_be_read_of_a_run_is_told(tmp_path: Path) -> None:
    broken = [StoredRun("s1", config={SHA_KEY: "aaa"}, summary="{"), *MNIST]
    with FakeWandb(broken) as fake:
        _, found = done(tmp_path, fake.url, AskedCommit("aaa"))

    assert found.notes == ("the summary of the run s1 could not be read, and its cells are empty",)


def test_a_run_that_nobody_knows_is_none(tmp_path: Path) -> None:
    with FakeWandb() as fake:
        result, found = done(tmp_path, fake.url, AskedCommit("aaa", run_id="nobody"))

    assert (result.exit_code, found.candidates, found.unasked) == (0, (), None)


def test_a_blog_that_says_nothing_of_runs_asks_nobody(tmp_path: Path) -> None:
    with FakeWandb() as fake:
        result, found = done(tmp_path, fake.url, AskedCommit("aaa"), replace(RULES, project=""))

        assert fake.requests == []
    assert found.unasked is not None
    assert (result.exit_code, found.unasked.reason) == (0, "unconfigured")
    assert "_config.yml" in found.unasked.mend


@pytest.mark.parametrize(("fault", "reason"), [(FORBIDDEN, "refused")], ids=["forbidden"])
def test_a_service_that_refuses_is_told_without_its_key(tmp_path: Path, fault: Any, reason: str) -> None:
    with FakeWandb(always=fault) as fake:
        result, found = done(tmp_path, fake.url, AskedCommit("aaa"), WANDB_API_KEY=KEY)

    assert found.unasked is not None
    assert (result.exit_code, found.unasked.reason) == (0, reason)
    assert KEY not in str(result.lines) + (tmp_path / "runs/runs.json").read_text()


@pytest.mark.slow
def test_a_service_in_trouble_is_told_as_such(tmp_path: Path) -> None:
    with FakeWandb(always=BROKEN) as fake:
        result, found = done(tmp_path, fake.url, AskedCommit("aaa"))

    assert found.unasked is not None
    assert (result.exit_code, found.unasked.reason) == (0, "unanswered")


def test_an_earlier_answer_is_not_taken_for_the_present_one(tmp_path: Path) -> None:
    with FakeWandb() as fake:
        done(tmp_path, fake.url, AskedCommit("aaa"))
    with FakeWandb(always=FORBIDDEN) as fake:
        _, found = done(tmp_path, fake.url, AskedCommit("aaa"))

    assert (found.candidates, found.baselines) == ((), ())


@pytest.mark.parametrize(
    "where",
    [{"name": KEY}, {"tags": (f"x {KEY}",)}, {"config": {SHA_KEY: "aaa", "lr": KEY}}],
    ids=["name", "tag", "configuration"],
)
def test_a_secret_in_a_run_is_told_of_and_not_told(tmp_path: Path, where: Mapping[str, Any]) -> None:
    stored = StoredRun("s1", **{"config": {SHA_KEY: "aaa"}, **where})
    with FakeWandb([stored]) as fake:
        _, found = done(tmp_path, fake.url, AskedCommit("aaa"), WANDB_API_KEY=KEY)

    assert found.unasked is not None
    assert found.unasked.reason == "secret"
    assert all(KEY not in path.read_text() for path in (tmp_path / "runs").iterdir())


def test_a_secret_that_a_service_repeats_in_its_refusal_is_not_told(tmp_path: Path) -> None:
    refusal = says(400, {"message": f"no, Bearer {KEY}"})
    rules = replace(RULES, service=Service.MLFLOW, project="mnist")
    with serving(lambda _: refusal) as server:
        place = Place({"MLFLOW_TRACKING_URI": server.url}, (KEY,))
        fetch_runs(tmp_path / "runs", AskedCommit("aaa"), rules, place)

    found = read_runs(tmp_path / "runs")
    assert found.unasked is not None
    assert (found.unasked.reason, found.query.server) == ("secret", server.url)
    assert all(KEY not in path.read_text() for path in (tmp_path / "runs").iterdir())


@pytest.mark.parametrize("is_there", [True, False], ids=["runs", "no-experiment"])
def test_a_password_in_the_address_of_a_server_is_handed_to_nobody(tmp_path: Path, is_there: bool) -> None:
    stored = mlflow.StoredRun("m1", "m1", params={SHA_KEY: "aaa"})
    rules = replace(RULES, service=Service.MLFLOW, project="mnist" if is_there else "nothing")
    with serving(mlflow.FakeMlflow((stored,))) as server:
        address = server.url.replace("//", "//ada:s3cret-pw@")
        _, found = done(tmp_path, "", AskedCommit("aaa"), rules, MLFLOW_TRACKING_URI=f"{address}/")

    assert found.unasked is not None
    assert found.unasked.problem == "the address of the service looks like a secret (url-password)"
    assert (found.candidates, found.query.server) == ((), "")
    assert all("s3cret-pw" not in path.read_text() for path in (tmp_path / "runs").iterdir())


def test_hostile_runs_are_told_short_and_whole(tmp_path: Path) -> None:
    deep = {"a": {"b": ["c"] * 5000}}
    stored = StoredRun(
        "s1",
        name="n" * 9000,
        state="",
        tags=("t" * 9000,) * 100,
        config={SHA_KEY: "aaa", "lr": deep},
        summary={"acc": 10**400, "loss": "x" * 50_000},
        description="d" * 50_000,
    )
    with FakeWandb([stored]) as fake:
        _, found = done(tmp_path, fake.url, AskedCommit("aaa"))

    (run,) = found.candidates
    assert (len(run.name), run.state, len(run.tags), run.description) == (500, "unknown", 30, "")
    assert len(run.config["lr"]) == len(run.summary["loss"]) == 300
    assert run.summary["acc"] == "NaN"


def test_of_hundreds_of_runs_the_newest_are_told_of_and_the_best_and_how_many_there_are(tmp_path: Path) -> None:
    stored = [
        StoredRun(
            f"s{number}",
            config={SHA_KEY: "aaa"},
            summary={"acc": 1.0 if number == 3 else 0.5},
            created_at=f"2026-11-01T{number // 60:02}:{number % 60:02}:00Z",
        )
        for number in range(310)
    ]
    with FakeWandb(stored) as fake:
        _, found = done(tmp_path, fake.url, AskedCommit("aaa"))

    assert (len(found.candidates), found.more_runs) == (300, 10)
    assert [found.candidates[0].id, found.candidates[1].id, found.candidates[-1].id] == ["s3", "s11", "s309"]


def test_the_step_reads_project_and_metrics_from_the_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "_config.yml").write_text(
        "experiments:\n  project: acme/mnist\n  baseline_tags: [baseline]\n  metrics: [acc:max, loss:min]\n"
    )
    monkeypatch.chdir(tmp_path)
    runs = [replace(run, config={**run.config, SHA_KEY: SHA}) for run in MNIST if isinstance(run.config, dict)][:1]
    with FakeWandb(runs) as fake:
        for name, value in {"COMMAND": "get-runs", "SHA": SHA, "WANDB_BASE_URL": fake.url, "EARLIER": "[]"}.items():
            monkeypatch.setenv(name, value)
        result = main(["--output", "out"])

    found = read_runs(tmp_path / "out")
    assert result.exit_code == 0
    assert ([run.id for run in found.candidates], found.metrics) == (["r1"], METRICS)


def test_settings_that_are_wrong_are_an_error_with_its_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "_config.yml").write_text("experiments:\n  project: [1, 2]\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SHA", SHA)
    monkeypatch.setenv("COMMAND", "get-runs")

    with pytest.raises(InkmillError) as wrong:
        main(["--output", "out"])

    assert (wrong.value.exit_code, str(wrong.value.at)) == (1, "_config.yml:2:3")


def test_files_are_bytes_that_depend_on_the_answer_alone(tmp_path: Path) -> None:
    with FakeWandb() as fake:
        done(tmp_path, fake.url, AskedCommit("aaa"))
        first = json.loads((tmp_path / "runs/runs.json").read_text())
        done(tmp_path, fake.url, AskedCommit("aaa"))

    assert json.loads((tmp_path / "runs/runs.json").read_text()) == first
