"""Deployments: one for each request, and what is said of it once."""

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest

from generator.errors import InkmillError, UsageError
from generator.github.api import GitHub
from generator.github.context import RunContext
from generator.github.deployments import (
    AskedDeployment,
    DeploymentState,
    environment_name,
    open_deployment,
    tell_deployment,
)
from tests.github.fake_api import REPOSITORY, FakeApi, serving
from tests.github.previews import OTHER, SHA

ASKED = AskedDeployment(SHA, "production", {"pull_request": 7, "run_id": "r1", "artifact": "a/p/m:v3", "comment": 77})


@pytest.fixture
def api() -> Iterator[FakeApi]:
    with serving(FakeApi()) as served:
        yield served


def opened(api: FakeApi, asked: AskedDeployment = ASKED) -> int:
    return open_deployment(*_with(api), asked)


def told(api: FakeApi, number: int, state: DeploymentState, link: str, description: str = "") -> None:
    tell_deployment(*_with(api), number, state, link=link, description=description)


def _with(api: FakeApi) -> tuple[GitHub, RunContext]:
    context = RunContext(REPOSITORY, api_url=api.address, token="canary-token", retry_seconds=0.001)
    return GitHub(context), context


def test_a_deployment_is_of_the_commit_and_merges_and_awaits_nothing(api: FakeApi) -> None:
    number = opened(api)

    (made,) = api.deployments
    assert (number, made["ref"], made["environment"], made["payload"]) == (900, SHA, "production", dict(ASKED.payload))
    assert (made["auto_merge"], made["required_contexts"]) == (False, [])


def test_the_same_request_again_finds_its_deployment_and_another_request_makes_one(api: FakeApi) -> None:
    others = (
        replace(ASKED, payload={**ASKED.payload, "comment": 78}),
        replace(ASKED, environment="staging"),
        replace(ASKED, sha=OTHER),
    )

    numbers = [opened(api, asked) for asked in (ASKED, *others, ASKED, *others)]

    assert numbers == [900, 901, 902, 903] * 2


def test_a_deployment_of_somebody_else_is_not_taken_for_ours(api: FakeApi) -> None:
    opened(api)
    api.deployments[0]["creator"] = {"login": "eve", "type": "User"}

    assert opened(api) == 901


def test_a_payload_that_comes_back_as_text_is_known(api: FakeApi) -> None:
    opened(api)
    api.deployments[0]["payload"] = json.dumps(dict(ASKED.payload))

    assert opened(api) == 900


@pytest.mark.parametrize("payload", ["{", "[" * 100_000, None, 5], ids=["cut", "deep", "null", "number"])
def test_a_payload_that_says_nothing_is_that_of_another(payload: object, api: FakeApi) -> None:
    opened(api)
    api.deployments[0]["payload"] = payload

    assert opened(api) == 901


def test_an_answer_that_is_lost_makes_no_second_deployment(api: FakeApi) -> None:
    api.fails_from, api.does_the_failing = 2, True
    with pytest.raises(InkmillError):
        opened(api)
    api.fails_from = 0

    assert (opened(api), len(api.deployments)) == (900, 1)


def test_an_environment_that_is_none_is_refused_before_anything_is_asked(api: FakeApi) -> None:
    for name in ("", "  ", "a\nb", "x" * 256):
        with pytest.raises(UsageError):
            opened(api, replace(ASKED, environment=name))
    with pytest.raises(UsageError):
        opened(api, replace(ASKED, payload={"artifact": "x" * 30_000}))

    assert api.requests == []
    assert environment_name(" production ") == "production"


def test_each_state_is_told_once(api: FakeApi) -> None:
    number = opened(api)

    states: tuple[DeploymentState, ...] = ("in_progress", "in_progress", "success", "in_progress")
    for state in states:
        told(api, number, state, link="https://github.com/jane/blog/actions/runs/1", description="x" * 200)

    statuses = api.deployments[0]["statuses"]
    assert [status["state"] for status in statuses] == ["in_progress", "success", "in_progress"]
    assert {(status["log_url"], len(status["description"])) for status in statuses} == {
        ("https://github.com/jane/blog/actions/runs/1", 140)
    }


def test_what_is_no_address_for_the_web_is_no_link(api: FakeApi) -> None:
    told(api, opened(api), "failure", link="javascript:alert(1)")

    assert api.deployments[0]["statuses"] == [
        {"creator": {"login": "github-actions[bot]", "type": "Bot"}, "state": "failure", "description": ""}
    ]
