from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from generator.errors import ContentError, InkmillError, RefusedError, UsageError
from generator.experiments.services.fetching import Services, fetch, services_of
from generator.experiments.services.service_keys import MlflowKeys
from generator.formats.run_snapshot import from_bytes, to_bytes
from generator.model.experiment import AskedRuns, Best, Direction, Metric, Run, RunQuery, Service, Snapshot
from generator.web import Patience, UnansweredError
from tests.experiments.fake_mlflow import fake_mlflow
from tests.experiments.fake_wandb import BROKEN, FakeWandb
from tests.experiments.fixture_runs import MNIST_REPORTS, StoredRun

_NOW = datetime(2026, 11, 26, 17, 30, tzinfo=UTC)
_QUICK = Patience(wait_seconds=0.001, timeout_seconds=5, most_tries=2)
_ACC = Metric("acc", Direction.MAX)
_KEY = "0123456789abcdef0123456789abcdef01234567"


def _services(server: str, **more: Any) -> Services:
    return Services(trusted=frozenset((server,)), patience=_QUICK, **more)


def _asked(server: str, *, query: Mapping[str, Any] | None = None, **more: Any) -> AskedRuns:
    return AskedRuns(RunQuery(Service.WANDB, server, "acme/mnist", **(query or {})), **more)


def _snapshot(asked: AskedRuns, *others: AskedRuns, earlier: tuple[Snapshot, ...] = ()) -> Snapshot:
    services = _services(asked.query.server)
    return fetch((asked, *others), services, now=_NOW, earlier=earlier).snapshot


def _ids(snapshot: Snapshot) -> list[str]:
    return [run.id for run in snapshot.runs]


def test_of_each_run_only_what_was_asked_for_is_kept(wandb_server: FakeWandb) -> None:
    asked = _asked(wandb_server.url, query={"sha": "aaa"}, metrics=("acc", "f1"), config=("lr",))

    snapshot = _snapshot(asked)

    assert snapshot.fetched_at == "2026-11-26T17:30:00Z"
    assert _ids(snapshot) == ["r1", "r2", "r5", "r6", "r8"]
    assert (snapshot.runs[0].config, snapshot.runs[0].summary) == ({"lr": 0.1}, {"acc": 0.9})
    assert (snapshot.metrics, snapshot.config) == (("acc", "f1"), ("lr",))
    assert snapshot.known_metrics == ("acc", "loss")
    assert snapshot.known_config == ("github_sha", "lr", "secondary_sha")
    assert from_bytes(to_bytes(snapshot)) == snapshot


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        pytest.param({"sha": "bbb", "secondary_sha": "d1"}, ["r7"], id="both-shas"),
        pytest.param({"run_ids": ("r3",)}, ["r3"], id="run-id"),
        pytest.param({"run_ids": ("r7", "nope", "r1", "r7")}, ["r7", "r1"], id="run-ids-in-their-order"),
        pytest.param({"tags": ("reference",)}, ["r4", "r7"], id="tag"),
        pytest.param({"tags": ("reference", "baseline")}, ["r2", "r3", "r4", "r7", "r8"], id="one-of-the-tags"),
        pytest.param({"filters": (("state", "!=", "finished"),)}, ["r4", "r5", "r6", "r8"], id="state"),
        pytest.param({"filters": (("summary.acc", ">", 0.85), ("config.lr", "=", 0.1))}, ["r1", "r3", "r7"], id="two"),
        pytest.param({"filters": (("summary.acc", "<=", 0.5), ("config.lr", ">=", 0.5))}, ["r8"], id="bounds"),
        pytest.param({"sha": "zzz"}, [], id="none"),
    ],
)
def test_the_service_is_asked_for_those_runs(wandb_server: FakeWandb, query: dict[str, Any], ids: list[str]) -> None:
    assert _ids(_snapshot(_asked(wandb_server.url, query=query))) == ids


def test_places_that_ask_of_the_same_runs_get_one_snapshot_with_all_columns(wandb_server: FakeWandb) -> None:
    first = _asked(wandb_server.url, query={"sha": "aaa"}, metrics=("acc",))
    second = _asked(wandb_server.url, query={"sha": "aaa"}, metrics=("loss", "acc"), config=("lr",), leading=_ACC)

    snapshot = _snapshot(first, second)

    assert (snapshot.metrics, snapshot.config) == (("acc", "loss"), ("lr",))


def test_a_place_that_names_no_columns_gets_the_numbers_and_what_runs_were_started_with() -> None:
    run = StoredRun(
        "r1", config={"lr": 0.1, "net": {"a": 1}, "_x": 1}, summary={"acc": 0.9, "_step": 3, "img": {"a": 1}}
    )
    with FakeWandb([run]) as server:
        snapshot = _snapshot(_asked(server.url, query={"run_ids": ("r1",)}))

    assert (snapshot.metrics, snapshot.config) == (("acc",), ("lr",))
    assert snapshot.runs[0].summary == {"acc": 0.9}


def _many(count: int, **more: Any) -> list[StoredRun]:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    return [
        StoredRun(
            f"r{number:04}",
            summary={"acc": ((number * 7919) % count) / count, **more},
            created_at=(start + timedelta(minutes=number)).strftime("%Y-%m-%dT%H:%M:%SZ"),
        )
        for number in range(count)
    ]


def test_of_many_runs_the_newest_are_kept_and_the_rest_counted() -> None:
    with FakeWandb(_many(230)) as server:
        snapshot = _snapshot(_asked(server.url, metrics=("acc",)))

    assert (len(snapshot.runs), snapshot.runs[0].id, snapshot.runs[-1].id) == (200, "r0030", "r0229")
    assert snapshot.more_runs == 30


@pytest.mark.slow
def test_of_many_runs_the_best_are_kept_where_a_metric_leads() -> None:
    with FakeWandb(_many(1300)) as server:
        snapshot = _snapshot(_asked(server.url, metrics=("acc",), leading=_ACC))

    kept = sorted((run.summary["acc"] for run in snapshot.runs), reverse=True)
    assert kept == [(1299 - place) / 1300 for place in range(200)]
    assert [run.created_at for run in snapshot.runs] == sorted(run.created_at for run in snapshot.runs)
    assert snapshot.more_runs == 1100


def test_courses_of_drawn_metrics_are_kept_with_at_most_two_hundred_points(wandb_server: FakeWandb) -> None:
    snapshot = _snapshot(_asked(wandb_server.url, query={"sha": "aaa"}, metrics=("loss",), history=("loss",)))

    assert sorted(snapshot.history) == ["r1", "r2"]
    assert len(snapshot.history["r1"]["loss"]) == 200
    assert snapshot.history["r2"] == {"loss": ((0.0, 1.5),)}


def test_courses_are_asked_for_no_more_than_twelve_runs() -> None:
    with FakeWandb(_many(30)) as server:
        _snapshot(_asked(server.url, history=("acc",)))

    assert server.operations().count("RunSampledHistory") == 12


@pytest.mark.parametrize(
    ("sorts", "drawn"),
    [
        pytest.param([""], {*range(18, 30)}, id="the newest"),
        pytest.param(["-acc"], {*range(1, 13)}, id="the first of an order"),
        pytest.param(["-acc", "acc"], {0, *range(1, 13), *range(19, 30)}, id="those of each place"),
    ],
)
def test_courses_are_those_of_the_runs_that_are_shown_first(sorts: list[str], drawn: set[int]) -> None:
    runs = _many(30)
    courses = {run.id: ({"_step": 0, "acc": 0.5},) for run in runs}
    with FakeWandb(runs, histories=courses) as server:
        places = [_asked(server.url, metrics=("acc",), history=("acc",), sort=sort) for sort in sorts]
        snapshot = _snapshot(*places)

    assert set(snapshot.history) == {runs[number].id for number in drawn}


def test_the_course_of_the_best_is_drawn_however_old_it_is() -> None:
    runs = _many(30)
    with FakeWandb(runs, histories={run.id: ({"_step": 0, "acc": 0.5},) for run in runs}) as server:
        snapshot = _snapshot(_asked(server.url, metrics=("acc",), history=("acc",), leading=_ACC))

    best = max(runs, key=lambda run: run.summary["acc"] if isinstance(run.summary, dict) else 0)
    assert best.id in snapshot.history
    assert best not in runs[-12:]
    assert len(snapshot.history) == 13


def test_a_run_that_is_gone_when_its_course_is_asked_for_has_none(wandb_server: FakeWandb) -> None:
    class Vanishing(FakeWandb):
        def respond(self, asked: Any) -> Any:
            if asked.operation == "RunSampledHistory" and asked.variables["name"] == "r1":
                self.store.runs[:] = [run for run in self.store.runs if run.id != "r1"]
            return super().respond(asked)

    with Vanishing() as server:
        snapshot = _snapshot(_asked(server.url, query={"sha": "aaa"}, history=("loss",)))

    assert (_ids(snapshot)[0], sorted(snapshot.history)) == ("r1", ["r2"])


def test_a_report_gives_its_runs_its_columns_and_its_title(wandb_server: FakeWandb) -> None:
    query = {"report": MNIST_REPORTS[0].id}

    fetched = fetch((_asked(wandb_server.url, query=query),), _services(wandb_server.url), now=_NOW)

    snapshot = fetched.snapshot
    assert snapshot.title == MNIST_REPORTS[0].title
    assert _ids(snapshot)
    assert snapshot.metrics
    assert all(set(run.summary) <= set(snapshot.metrics) for run in snapshot.runs)


def test_runs_of_mlflow_are_kept_the_same_way() -> None:
    with fake_mlflow() as server:
        query = RunQuery(Service.MLFLOW, server.url, "mnist", sha="aaa")
        asked = AskedRuns(query, ("acc",), ("lr",), ("loss",), _ACC)
        snapshot = fetch((asked,), _services(server.url), now=_NOW).snapshot

    assert (_ids(snapshot), snapshot.runs[0].config, snapshot.runs[0].summary) == (
        ["r1", "r3"],
        {"lr": 0.1},
        {"loss": 1 / 300, "acc": 0.9},
    )
    assert (len(snapshot.history["r1"]["loss"]), sorted(snapshot.history)) == (200, ["r1"])
    assert [best.run_id for best in snapshot.best] == ["r1"]


def test_a_file_is_not_fetched() -> None:
    with pytest.raises(UsageError):
        fetch((AskedRuns(RunQuery(Service.FILE, "", "data/runs.csv")),), Services(), now=_NOW)


def _old(as_of: str, *runs: tuple[str, float], best: tuple[Best, ...] = ()) -> Snapshot:
    query = RunQuery(Service.WANDB, "", "acme/mnist")
    kept = tuple(Run(one, f"run-{one}", "finished", "acme/mnist", summary={"acc": value}) for one, value in runs)
    return Snapshot(query, as_of, kept, metrics=("acc",), best=best)


def test_every_change_of_the_best_is_remembered_from_the_oldest(wandb_server: FakeWandb) -> None:
    first = Best("2026-11-01T00:00:00Z", "acc", Direction.MAX, 0.5, "r0", "run-r0")
    other = Best("2026-11-01T00:00:00Z", "f1", Direction.MAX, 0.1, "r0", "run-r0")
    earlier = (
        _old("2026-11-20T00:00:00Z", ("r1", 0.9), ("r0", 0.5)),
        _old("2026-11-10T00:00:00Z", ("r2", 0.8), best=(first, other)),
        _old("2026-11-15T00:00:00Z", ("r2", 0.8), ("r9", 0.8)),
    )
    asked = _asked(wandb_server.url, metrics=("acc",), leading=_ACC)

    bests = _snapshot(asked, earlier=earlier).best

    assert [(best.as_of[:10], best.run_id, best.value) for best in bests] == [
        ("2026-11-01", "r0", 0.5),
        ("2026-11-10", "r2", 0.8),
        ("2026-11-20", "r1", 0.9),
        ("2026-11-26", "r3", 0.95),
    ]


def test_a_best_that_stays_is_not_remembered_twice(wandb_server: FakeWandb) -> None:
    asked = _asked(wandb_server.url, metrics=("acc",), leading=_ACC)
    first = _snapshot(asked)

    again = _snapshot(asked, earlier=(first, first))

    assert (again.best, len(again.best)) == (first.best, 1)


def test_two_boards_that_rank_either_way_have_a_best_each(wandb_server: FakeWandb) -> None:
    ways = tuple(
        _asked(wandb_server.url, metrics=("acc",), leading=Metric("acc", direction)) for direction in Direction
    )

    first = _snapshot(*ways)
    again = _snapshot(*ways, earlier=(first,))

    assert [(best.direction, best.run_id) for best in first.best] == [(Direction.MAX, "r3"), (Direction.MIN, "r2")]
    assert again.best == first.best


def test_a_metric_without_direction_has_no_best(wandb_server: FakeWandb) -> None:
    assert _snapshot(_asked(wandb_server.url, leading=Metric("acc"))).best == ()


_LEAK = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"


@pytest.mark.parametrize(
    ("run", "said"),
    [
        pytest.param(
            StoredRun("r1", config={"token": _LEAK}),
            "`token` in the configuration of the run `r1`: there is what looks like a secret (github-token)",
            id="config",
        ),
        pytest.param(
            StoredRun("r1", config={"token": {"deep": ["x", _LEAK]}}),
            "`token` in the configuration of the run `r1`: there is what looks like a secret (github-token)",
            id="nested",
        ),
        pytest.param(
            StoredRun("r1", name=f"run {_LEAK}"),
            "the name of the run `r1`: there is what looks like a secret (github-token)",
            id="name",
        ),
        pytest.param(
            StoredRun("r1", tags=("a", _LEAK)),
            "the tags of the run `r1`: there is what looks like a secret (github-token)",
            id="tags",
        ),
        pytest.param(
            StoredRun("r1", config={"token": f"before {_KEY} after"}),
            "`token` in the configuration of the run `r1`: there is what looks like a secret (environment-value)",
            id="the-key-itself",
        ),
        pytest.param(
            StoredRun("r1", config={_LEAK: 1, "token": 1}),
            "a key of the runs: there is what looks like a secret (github-token)",
            id="key",
        ),
    ],
)
def test_a_secret_is_never_kept_and_never_shown(run: StoredRun, said: str) -> None:
    with FakeWandb([run]) as server, pytest.raises(ContentError) as refused:
        fetch((_asked(server.url, config=("token",)),), _services(server.url, secrets=(_KEY,)), now=_NOW)

    assert refused.value.problem == said
    assert refused.value.mend
    assert _LEAK not in refused.value.problem + refused.value.mend


def test_a_secret_that_nobody_asked_for_is_left_at_the_service() -> None:
    with FakeWandb([StoredRun("r1", config={"token": _LEAK, "lr": 1})]) as server:
        snapshot = _snapshot(_asked(server.url, config=("lr",)))

    assert _LEAK not in to_bytes(snapshot).decode()


def test_values_are_kept_as_short_as_a_page_shows_them() -> None:
    deep: Any = 1
    for _ in range(12):
        deep = [deep]
    values = {"text": "x" * 5000, "deep": deep, "list": [1, {"a": "b"}], "large": 10**400, "null": None, "inf": 2**70}
    with FakeWandb([StoredRun("r1", config=values, name="n" * 900)]) as server:
        (run,) = _snapshot(_asked(server.url, config=tuple(values))).runs

    assert run.config == {
        "text": "x" * 499 + "…",
        "deep": "[" * 12 + "1" + "]" * 12,
        "list": [1, {"a": "b"}],
        "large": "NaN",
        "null": None,
        "inf": float(2**70),
    }
    assert len(run.name) == 300


def test_what_no_snapshot_can_hold_is_refused_with_what_the_author_can_do() -> None:
    runs = [StoredRun(f"r{number}", config={f"k{key}": "x" * 499 for key in range(150)}) for number in range(130)]
    with FakeWandb(runs) as server, pytest.raises(ContentError) as refused:
        _snapshot(_asked(server.url, config=tuple(f"k{key}" for key in range(150))))

    assert refused.value.problem == "what the service says cannot be kept: it is larger than 8 MB"
    assert "ask for fewer runs" in (refused.value.mend or "")


def test_keys_are_sent_to_the_servers_of_the_blog_and_to_no_other() -> None:
    with FakeWandb() as server:
        environ = {"WANDB_API_KEY": _KEY, "MLFLOW_TRACKING_TOKEN": "t"}
        stranger = replace(services_of(environ, ("https://api.wandb.ai",)), patience=_QUICK)
        fetch((_asked(server.url),), stranger, now=_NOW)
        own = replace(services_of({**environ, "WANDB_BASE_URL": f"{server.url}/"}, ()), patience=_QUICK)
        fetch((_asked(server.url),), own, now=_NOW)

    first, second = server.requests
    assert "authorization" not in first.headers
    assert second.headers["authorization"].startswith("Basic ")


def test_mlflow_gets_its_keys_from_the_environment_where_its_server_is_the_blogs() -> None:
    with fake_mlflow() as server:
        environ = {
            "MLFLOW_TRACKING_USERNAME": "ada",
            "MLFLOW_TRACKING_PASSWORD": "pw",
            "MLFLOW_TRACKING_URI": server.url,
        }
        asked = (AskedRuns(RunQuery(Service.MLFLOW, server.url, "mnist")),)
        fetch(asked, services_of(environ, ()), now=_NOW)
        without = {**environ, "MLFLOW_TRACKING_URI": "https://mlflow.example.org"}
        fetch(asked, services_of(without, ()), now=_NOW)

    sent = [request.headers.get("authorization", "") for request in server.asked]
    assert [one.partition(" ")[0] for one in sent] == ["Basic", "Basic", "", ""]


def test_keys_are_secrets_that_no_snapshot_holds_and_nothing_prints() -> None:
    services = services_of({"WANDB_API_KEY": _KEY, "MLFLOW_TRACKING_PASSWORD": "hunter2hunter2"}, (), ("more",))

    assert services.secrets == ("more", _KEY, "hunter2hunter2")
    assert services.mlflow == MlflowKeys("", "", "hunter2hunter2")
    assert _KEY not in repr(services)
    assert "hunter2" not in repr(services)


@pytest.mark.parametrize(
    ("behaviour", "query", "failure"),
    [
        pytest.param({"always": BROKEN}, {}, UnansweredError, id="trouble"),
        pytest.param({"key": "other"}, {}, RefusedError, id="no-access"),
        pytest.param({}, {"report": "Vmlldzo5OTk="}, RefusedError, id="no-report"),
    ],
)
def test_what_goes_wrong_is_told_by_its_kind(
    behaviour: dict[str, Any], query: dict[str, Any], failure: type[InkmillError]
) -> None:
    with FakeWandb(**behaviour) as server, pytest.raises(failure):
        _snapshot(_asked(server.url, query=query))
