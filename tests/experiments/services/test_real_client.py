"""The fake W&B is a fair stand-in: the real client of PyPI is satisfied by it, and reads what inkmill reads."""

import json
import subprocess
import sys
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from generator.errors import RefusedError
from generator.experiments.services.wandb_api import Wandb
from generator.model.experiment import Run
from tests.execution.running import run as run_cells
from tests.experiments.fake_wandb import BROKEN, BUSY, FakeWandb
from tests.experiments.real_client import ENVIRONMENT, KEY, ROOT, RealClient, real_client

pytestmark = [pytest.mark.usefixtures("wandb_environment"), pytest.mark.slow, pytest.mark.xdist_group("wandb")]

SHA = "0123456789" * 4
_OF_AAA = {"config.github_sha": "aaa"}
_NOT_OF_AAA = {
    "$and": [
        {"tags": {"$in": ["baseline"]}},
        {"$or": [{"config.github_sha": {"$ne": "aaa"}}, {"config.github_sha": {"$exists": False}}]},
    ]
}
_ROW = "[r.id, r.name, r.state, list(r.tags), dict(r.config), dict(r.summary), r.created_at, r.description, r.url]"
_READS = f"""
import json, wandb
def refusal(ask):
    try:
        ask()
    except Exception as error:
        return f"{{type(error).__name__}}: {{error}}"
api = wandb.Api()
one = api.run("acme/mnist/r1")
print(json.dumps({{
    "listed": [r.id for r in api.runs("acme/mnist", per_page=3)],
    "deferred": [{_ROW} for r in api.runs("acme/mnist", {_OF_AAA!r})],
    "of_commit": [{_ROW} for r in api.runs("acme/mnist", {_OF_AAA!r}, lazy=False, per_page=2)],
    "baselines": [{_ROW} for r in api.runs("acme/mnist", {_NOT_OF_AAA!r}, lazy=False)],
    "best_first": [r.id for r in api.runs("acme/mnist", order="-summary_metrics.acc")],
    "history": one.history(keys=["loss"], samples=200, pandas=False),
    "gaps": api.run("acme/mnist/r2").history(keys=["loss"], pandas=False),
    "everything": len(one.history(samples=20, pandas=False)),
    "reports": [[r.id, r.display_name, r.description, r.spec, r.url] for r in api.reports("acme/mnist")],
    "artifacts": [[a.qualified_name, a.type] for a in one.logged_artifacts()],
    "no_project": refusal(lambda: list(api.runs("acme/missing"))),
    "no_run": refusal(lambda: api.run("acme/mnist/nobody")),
}}))
"""


@dataclass(frozen=True, slots=True)
class Reading:
    """What the client read of the project of the acceptance examples.

    Args:
        operations: what it asked the server for, in order.
        errors: what the server did not understand.
    """

    said: Mapping[str, Any]
    operations: tuple[str, ...]
    cursors: tuple[str | None, ...]
    url: str
    errors: tuple[str, ...]


@pytest.fixture(scope="module")
def reading(wandb_environment: None, tmp_path_factory: pytest.TempPathFactory) -> Reading:
    with real_client(tmp_path_factory.mktemp("client")) as client:
        said = client.read(_READS)
        requests = client.server.requests
        cursors = tuple(one.variables["cursor"] for one in requests if one.operation == "Runs")
        return Reading(said, tuple(client.server.operations()), cursors, client.server.url, tuple(client.server.errors))


@pytest.fixture
def ours(wandb_server: FakeWandb) -> Wandb:
    return Wandb(wandb_server.url, "")


def rows(runs: tuple[Run, ...], server: str) -> list[list[Any]]:
    """As the client shows them, with the host of its server."""
    return [
        [
            run.id,
            run.name,
            run.state,
            list(run.tags),
            dict(run.config),
            dict(run.summary),
            run.created_at,
            run.description,
            f"{server}/{run.url.split('/', 3)[3]}",
        ]
        for run in runs
    ]


def test_the_server_understands_all_that_the_client_asks(reading: Reading) -> None:
    assert reading.errors == ()
    assert {"Viewer", "Runs", "Run", "RunSampledHistory", "ProjectViews", "RunOutputArtifacts"} < set(
        reading.operations
    )


def test_the_client_pages_through_a_project_by_the_last_cursor(reading: Reading) -> None:
    assert reading.said["listed"] == ["r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8"]
    assert reading.operations[:2] == ("Viewer", "GetDefaultEntity")
    assert reading.cursors[:3] == (None, "3", "6")


def test_the_client_and_inkmill_read_the_same_runs_of_a_commit(reading: Reading, ours: Wandb) -> None:
    expected = rows(ours.runs("acme/mnist", _OF_AAA, per_page=2), reading.url)

    assert [row[0] for row in expected] == ["r1", "r2", "r5", "r6", "r8"]
    assert reading.said["of_commit"] == expected
    assert reading.said["deferred"] == expected


def test_the_client_and_inkmill_read_the_same_baselines(reading: Reading, ours: Wandb) -> None:
    expected = rows(ours.runs("acme/mnist", _NOT_OF_AAA), reading.url)

    assert [row[0] for row in expected] == ["r3", "r4"]
    assert reading.said["baselines"] == expected


def test_the_client_and_inkmill_order_runs_by_a_metric_in_the_same_way(reading: Reading, ours: Wandb) -> None:
    found = ours.find_runs("acme/mnist", {}, order="-summary_metrics.acc")

    # Those without it come last.
    assert reading.said["best_first"] == ["r3", "r1", "r7", "r2", "r4", "r8", "r5", "r6"]
    assert [run.id for run in found.runs] == reading.said["best_first"]


def test_a_run_that_was_listed_without_its_values_is_asked_for_once_more(reading: Reading) -> None:
    listed = reading.operations.index("Runs", reading.operations.index("Runs") + 3)

    assert reading.operations[listed : listed + 6] == ("Runs", "Run", "Run", "Run", "Run", "Run")


def test_the_client_and_inkmill_sample_the_same_history(reading: Reading, ours: Wandb) -> None:
    course = ours.history("acme/mnist", "r1", ("loss",), 200)["loss"]

    assert len(course) == 200
    assert [(row["_step"], row["loss"]) for row in reading.said["history"]] == list(course)
    assert reading.said["everything"] == 20


def test_the_client_is_given_the_text_nan_where_inkmill_leaves_the_point_out(reading: Reading, ours: Wandb) -> None:
    assert reading.said["gaps"] == [{"_step": 0, "loss": 1.5}, {"_step": 2, "loss": "NaN"}]
    assert ours.history("acme/mnist", "r2", ("loss",))["loss"] == ((0, 1.5),)


def test_the_client_and_inkmill_read_the_same_report(reading: Reading, ours: Wandb) -> None:
    ((report_id, title, description, spec, url),) = reading.said["reports"]
    report = ours.report(report_id)

    assert (report.title, report.description) == (title, description)
    assert spec["blocks"][1]["metadata"]["runSets"][0]["name"] == "Baselines"
    assert url == f"{reading.url}/acme/mnist/reports/My-Report-v1-0-a-b--VmlldzoxMjM0NTY"


def test_the_client_and_inkmill_read_the_same_artifacts(reading: Reading, ours: Wandb) -> None:
    expected = [[one.name, one.type] for one in ours.artifacts("acme/mnist", "r1")]

    assert expected == [["acme/mnist/digits:v3", "model"], ["acme/mnist/confusion:v0", "table"]]
    assert reading.said["artifacts"] == expected


def test_the_client_understands_what_is_not_there(reading: Reading) -> None:
    assert reading.said["no_project"] == "ValueError: Could not find project missing"
    assert reading.said["no_run"].startswith("CommError: Could not find run")


_LOGS = """
import sys, wandb
run = wandb.init(entity="acme", project="logged", id=sys.argv[1], name="by a script", tags=["baseline"], notes="words",
                 config={"lr": 0.1, "github_sha": sys.argv[2]})
for step in range(5):
    run.log({"loss": 1 / (step + 1), "gap": float("nan")})
run.summary["acc"] = 0.75
run.finish(exit_code=int(sys.argv[3]))
"""


def read_back(server: FakeWandb) -> tuple[tuple[Run, ...], Mapping[str, tuple[tuple[float, float], ...]]]:
    """The runs of the project `acme/logged` by SHA, and the course of the first, as inkmill reads them."""
    # The one that took them in is in a network of its own.
    with FakeWandb(server.store.runs, histories=server.store.histories) as other:
        ours = Wandb(other.url, "")
        runs = ours.runs("acme/logged", {"config.github_sha": SHA})
        return runs, ours.history("acme/logged", runs[0].id, ("loss", "gap"))


def test_a_run_logged_offline_is_found_by_its_commit_after_it_was_synced(tmp_path: Path) -> None:
    with real_client(tmp_path, runs=()) as client:
        client.run("python", "-c", _LOGS, "e1", SHA, "0", WANDB_MODE="offline")
        assert client.server.requests == []

        (folder,) = (tmp_path / "wandb").glob("offline-run-*-e1")
        client.run("wandb", "sync", str(folder))
        runs, course = read_back(client.server)
        assert client.server.errors == []

    (run,) = runs
    assert (run.id, run.name, run.state, run.tags, run.description) == (
        "e1",
        "by a script",
        "finished",
        ("baseline",),
        "words",
    )
    assert dict(run.config) == {"lr": 0.1, "github_sha": SHA}
    assert {key: run.summary[key] for key in ("loss", "gap", "acc")} == {"loss": 0.2, "gap": "NaN", "acc": 0.75}
    assert course == {"loss": ((0, 1), (1, 0.5), (2, 1 / 3), (3, 0.25), (4, 0.2)), "gap": ()}


def inkmill_runs(client: RealClient, *words: str) -> tuple[str, str]:
    """What `inkmill wandb runs` shows and what it says, in the network of the server that the client logged into."""
    ran = subprocess.run(
        [*client.network.words(), sys.executable, "-m", "generator", "wandb", "runs", *words],
        cwd=ROOT,
        env=client.environment(),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return ran.stdout, ran.stderr


def test_what_was_logged_offline_and_synced_is_what_inkmill_wandb_runs_compares(tmp_path: Path) -> None:
    with real_client(tmp_path, runs=()) as client:
        client.run("python", "-c", _LOGS, "ours", SHA, "0", WANDB_MODE="offline")
        client.run("python", "-c", _LOGS, "theirs", "f" * 40, "0", WANDB_MODE="offline")
        client.run("wandb", "sync", *map(str, sorted((tmp_path / "wandb").glob("offline-run-*"))))
        words = ("--project", "acme/logged", "--sha", SHA, "--baseline-tag", "baseline")
        shown, said = inkmill_runs(client, *words, "--metric", "loss:min", "--metric", "gap", "--config", "lr")
        url = client.server.url

    assert shown.splitlines() == [
        "run.url,run.name,run.tags,run.id,run.entity,run.project,github_sha,loss,gap,_lr,__eval.category",
        f"{url}/acme/logged/runs/ours,by a script,['baseline'],ours,acme,logged,{SHA},0.2,NaN,0.1,candidate",
        f"{url}/acme/logged/runs/theirs,by a script,['baseline'],theirs,acme,logged,{'f' * 40},0.2,NaN,0.1,baseline",
    ]
    assert "BOOL_COMPLETE=True BOOL_SINGLE_RUN=True NUM_FINISHED=1 NUM_RUNNING=0" in said


@pytest.mark.kernel
def test_a_notebook_with_parameters_logs_runs_of_the_commit_that_it_is_run_for(tmp_path: Path) -> None:
    file = tmp_path / "commit.json"
    file.write_text(json.dumps({"wandb_version": 1, "github_sha": {"value": SHA}}))
    (site_packages,) = ENVIRONMENT.glob("lib/python3*/site-packages")
    logs = """
        import wandb
        run = wandb.init(entity="acme", project="logged", id="n1", config={"lr": lr})
        run.log({"loss": 2 * lr})
        run.finish()
    """
    outcome = run_cells(
        tmp_path,
        # As if the author's environment had the client: this one's own packages come first.
        f"import sys; sys.path.append({str(site_packages)!r})",
        ("lr = 0.1", "parameters"),
        textwrap.dedent(logs),
        params={"lr": 0.25},
        variables={"WANDB_MODE": "offline", "WANDB_SILENT": "true", "WANDB_SWEEP_PARAM_PATH": str(file)},
    )
    assert outcome.failure is None

    with real_client(tmp_path, runs=()) as client:
        client.run("wandb", "sync", *map(str, (tmp_path / "wandb").glob("offline-run-*-n1")))
        (run,), _ = read_back(client.server)

    assert (run.id, run.state, dict(run.config)) == ("n1", "finished", {"lr": 0.25, "github_sha": SHA})
    assert run.summary["loss"] == 0.5


def test_a_run_logged_live_that_fails_is_failed(tmp_path: Path) -> None:
    with real_client(tmp_path, runs=()) as client:
        client.run("python", "-c", _LOGS, "e2", SHA, "3")
        runs, _ = read_back(client.server)
        assert client.server.errors == []

    assert [(run.id, run.state) for run in runs] == [("e2", "failed")]


def test_a_file_that_a_variable_names_ties_a_run_to_a_commit_whatever_its_author_says(tmp_path: Path) -> None:
    file = tmp_path / "commit.json"
    file.write_text(json.dumps({"wandb_version": 1, "github_sha": {"value": SHA}}))
    with real_client(tmp_path, runs=()) as client:
        client.run("python", "-c", _LOGS, "e3", "f" * 40, "0", WANDB_SWEEP_PARAM_PATH=str(file))
        runs, _ = read_back(client.server)
        assert client.server.errors == []

    assert [(run.id, run.config["github_sha"]) for run in runs] == [("e3", SHA)]


def test_the_documented_variable_for_that_is_of_no_use(tmp_path: Path) -> None:
    # When this fails, the client has learnt to read WANDB_CONFIG_PATHS, and the sweep's variable is no longer needed.
    file = tmp_path / "commit.json"
    file.write_text(json.dumps({"wandb_version": 1, "github_sha": {"value": SHA}}))
    with real_client(tmp_path, runs=()) as client, pytest.raises(AssertionError, match="config_paths"):
        client.run("python", "-c", _LOGS, "e4", SHA, "0", WANDB_MODE="offline", WANDB_CONFIG_PATHS=str(file))


def test_a_key_that_the_server_does_not_know_is_refused_by_the_client_as_by_inkmill(tmp_path: Path) -> None:
    with real_client(tmp_path) as client:
        client.server.key = "another"
        refusal = client.read(
            """
import json, wandb
try:
    said = [run.id for run in wandb.Api().runs("acme/mnist")]
except Exception as error:
    said = f"{type(error).__name__}: {error}"
print(json.dumps(said))
"""
        )
        with pytest.raises(RefusedError) as refused, FakeWandb(key="another") as other:
            Wandb(other.url, KEY).runs("acme/mnist", {})

    assert refusal.startswith("AuthenticationError: ")
    assert refusal.endswith("user is not logged in")
    assert refused.value.problem == "127.0.0.1: not found or no access with this key (401): user is not logged in"


def test_the_client_tries_again_where_inkmill_does(tmp_path: Path) -> None:
    with real_client(tmp_path) as client:
        client.server.faults += [BROKEN, BUSY]
        ids = client.read(
            "import json, wandb\n"
            "print(json.dumps([run.id for run in wandb.Api().runs('acme/mnist', {'config.github_sha': 'bbb'})]))"
        )
        operations = client.server.operations()
    with FakeWandb() as other:
        other.faults += [BROKEN, BUSY]
        ours = Wandb(other.url, "").runs("acme/mnist", {"config.github_sha": "bbb"})

    assert operations == ["Viewer", "Viewer", "Viewer", "GetDefaultEntity", "Runs"]
    assert ids == [run.id for run in ours] == ["r3", "r7"]
