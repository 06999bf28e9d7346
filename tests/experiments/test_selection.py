"""Candidates, baselines and the commit before, in the words of W&B's server."""

from dataclasses import replace

import pytest

from generator.experiments.selection import (
    SelectedRuns,
    Selection,
    baseline_filters,
    candidate_filters,
    select,
)
from generator.experiments.services.wandb_api import Wandb
from generator.model.experiment import Run
from tests.experiments.fake_wandb import FakeWandb
from tests.experiments.fixture_runs import MNIST

TAGS = {"tags": {"$in": ["baseline"]}}


@pytest.mark.parametrize(
    ("selection", "candidates", "baselines"),
    [
        (
            Selection(run_id="r2", baseline_tags=("baseline",)),
            {"name": "r2"},
            {"$and": [TAGS, {"name": {"$ne": "r2"}}]},
        ),
        (
            Selection(sha="aaa", baseline_tags=("baseline",)),
            {"config.github_sha": "aaa"},
            {
                "$and": [
                    TAGS,
                    {"$or": [{"config.github_sha": {"$ne": "aaa"}}, {"config.github_sha": {"$exists": False}}]},
                ]
            },
        ),
        (
            Selection(sha="bbb", secondary_sha="d1", baseline_tags=("baseline",)),
            {"$and": [{"config.github_sha": "bbb"}, {"config.secondary_sha": "d1"}]},
            {
                "$and": [
                    TAGS,
                    {
                        "$or": [
                            {"config.github_sha": {"$ne": "bbb"}},
                            {"config.github_sha": {"$exists": False}},
                            {"config.secondary_sha": {"$ne": "d1"}},
                            {"config.secondary_sha": {"$exists": False}},
                        ]
                    },
                ]
            },
        ),
    ],
    ids=["id", "commit", "two commits"],
)
def test_the_server_is_asked_as_the_old_action_asked_it(
    selection: Selection, candidates: object, baselines: object
) -> None:
    assert candidate_filters(selection) == candidates
    assert baseline_filters(selection) == baselines


def selected(server: FakeWandb, selection: Selection, per_page: int = 50) -> SelectedRuns:
    wandb = Wandb(server.url, "")
    return select(lambda filters: wandb.runs("acme/mnist", filters, per_page=per_page), selection)


def ids(runs: tuple[Run, ...]) -> list[str]:
    return [run.id for run in runs]


# AC7
def test_pages_of_two_give_every_run_once_and_go_on_from_the_last_entry(wandb_server: FakeWandb) -> None:
    found = selected(wandb_server, Selection(sha="aaa", baseline_tags=("baseline",)), per_page=2)

    assert ids(found.candidates) == ["r1", "r2", "r5", "r6", "r8"]
    assert ids(found.baselines) == ["r3", "r4"]
    cursors = [asked.variables["cursor"] for asked in wandb_server.requests]
    assert cursors == [None, "2", "4", None]


def test_a_run_that_a_server_names_as_both_is_a_candidate() -> None:
    # Such as one that does not heed `$ne`.
    run = Run("r1", "", "finished", "a/b")

    assert select(lambda filters: (run,), Selection(run_id="r1", baseline_tags=("t",))) == SelectedRuns((run,))


def test_without_tags_nobody_asks_for_baselines(wandb_server: FakeWandb) -> None:
    selected(wandb_server, Selection(sha="aaa"))

    assert len(wandb_server.requests) == 1


def test_the_newest_earlier_commit_with_finished_runs_is_the_one_before(wandb_server: FakeWandb) -> None:
    wandb_server.store.runs.append(replace(MNIST[4], id="r9", config={"github_sha": "new"}))

    found = selected(wandb_server, Selection(sha="zzz", previous=("new", "bbb", "aaa")))

    # Of `new` the only run is running.
    assert (found.previous_sha, ids(found.previous)) == ("bbb", ["r3", "r7"])
    assert len(wandb_server.requests) == 2


def test_a_candidate_is_not_of_the_commit_before(wandb_server: FakeWandb) -> None:
    found = selected(wandb_server, Selection(run_id="r3", previous=("bbb",)))

    assert ids(found.previous) == ["r7"]


def test_where_no_earlier_commit_has_runs_there_is_none(wandb_server: FakeWandb) -> None:
    found = selected(wandb_server, Selection(sha="aaa", previous=("x", "y")))

    assert (found.previous_sha, found.previous) == ("", ())


def test_known_candidates_are_not_asked_for_again(wandb_server: FakeWandb) -> None:
    wandb = Wandb(wandb_server.url, "")

    select(lambda filters: wandb.runs("acme/mnist", filters), Selection("r1", baseline_tags=("baseline",)), [])

    assert len(wandb_server.requests) == 1
