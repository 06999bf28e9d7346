"""Workflows of the author's that a command starts."""

from collections.abc import Iterator

import pytest

from generator.errors import InkmillError, UsageError
from generator.github.api import GitHub
from generator.github.context import RunContext
from generator.github.dispatches import dispatch, workflow_file
from tests.github.fake_api import REPOSITORY, FakeApi, serving
from tests.github.previews import SHA


@pytest.fixture
def api() -> Iterator[FakeApi]:
    with serving(FakeApi()) as served:
        yield served


def dispatched(api: FakeApi, workflow: str = "test.yml", branch: str = "main", **inputs: str) -> None:
    context = RunContext(
        REPOSITORY, api_url=api.address, token="canary-token", retry_seconds=0.001, default_branch=branch
    )
    dispatch(GitHub(context), context, workflow, inputs)


def test_a_workflow_is_started_on_the_default_branch_with_its_inputs(api: FakeApi) -> None:
    dispatched(api, " full-test.yaml ", sha=SHA, pr="7")

    assert api.dispatches == [{"workflow": "full-test.yaml", "ref": "main", "inputs": {"sha": SHA, "pr": "7"}}]


@pytest.mark.parametrize(
    "name",
    ["", "test", "test.yml/..", "../test.yml", "a/b.yml", "a b.yml", ".yml", "x\n.yml", "tést.yml", "a.yml?x", "12"],
)
def test_what_names_no_workflow_file_starts_nothing(name: str, api: FakeApi) -> None:
    with pytest.raises(UsageError):
        dispatched(api, name)

    assert api.requests == []


@pytest.mark.parametrize("name", ["test.yml", "full_test-2.yaml", "a.b.yml"])
def test_a_workflow_file_is_named_as_it_stands_in_its_folder(name: str) -> None:
    assert workflow_file(name) == name


def test_inputs_are_few_short_and_named(api: FakeApi) -> None:
    for inputs in ({f"i{number}": "" for number in range(11)}, {"a": "x" * 2001}, {"a b": "c"}, {"": "c"}):
        with pytest.raises(UsageError):
            dispatched(api, **inputs)
    with pytest.raises(UsageError):
        dispatched(api, branch="")

    assert api.requests == []


def test_a_dispatch_whose_answer_is_lost_is_not_repeated(api: FakeApi) -> None:
    api.fails_from, api.does_the_failing = 1, True

    with pytest.raises(InkmillError):
        dispatched(api)

    assert (len(api.dispatches), len(api.requests)) == (1, 1)


def test_a_refusal_of_githubs_is_told(api: FakeApi) -> None:
    api.refused[("POST", ".*/dispatches")] = (422, "Workflow does not have 'workflow_dispatch' trigger")

    with pytest.raises(InkmillError, match="does not have 'workflow_dispatch' trigger"):
        dispatched(api)
