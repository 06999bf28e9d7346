"""Labels that say how tests and deployments stand."""

from collections.abc import Iterator

import pytest

from generator.github.api import GitHub
from generator.github.context import RunContext
from generator.github.labels import Label, show_label, show_no_label
from tests.github.fake_api import REPOSITORY, FakeApi, serving


@pytest.fixture
def api() -> Iterator[FakeApi]:
    with serving(FakeApi()) as served:
        yield served


def shown(api: FakeApi, *labels: Label) -> list[str]:
    """What showing them one after the other said."""
    context = RunContext(REPOSITORY, api_url=api.address, token="canary-token", retry_seconds=0.001)
    return [show_label(GitHub(context), context, 7, label) for label in labels]


def test_of_a_family_the_last_one_stays_and_all_others_are_left_alone(api: FakeApi) -> None:
    api.issue_labels[7] = ["bug", "full test: old", "deploy: failed"]

    said = shown(api, Label.FULL_TEST_RUNNING, Label.DEPLOY_STARTED, Label.FULL_TEST_PASSED, Label.DEPLOY_DONE)

    assert said == [""] * 4
    assert api.issue_labels[7] == ["bug", "full test: old", "full test: passed", "deploy: done"]
    assert api.labels == ["full test: running", "deploy: started", "full test: passed", "deploy: done"]


def test_of_a_family_none_stays_and_all_others_are_left_alone(api: FakeApi) -> None:
    api.issue_labels[7] = ["bug", "full test: old", "full test: passed", "full test: running", "deploy: failed"]
    context = RunContext(REPOSITORY, api_url=api.address, token="canary-token", retry_seconds=0.001)

    assert show_no_label(GitHub(context), context, 7, Label.FULL_TEST_FAILED) == ""
    assert api.issue_labels[7] == ["bug", "full test: old", "deploy: failed"]

    api.refused[("GET", ".*/issues/7/labels")] = (403, "Resource not accessible by integration")
    said = show_no_label(GitHub(context), context, 7, Label.DEPLOY_DONE)

    assert said.startswith("The labels on pull request 7 stay: ")
    assert api.issue_labels[7] == ["bug", "full test: old", "deploy: failed"]


def test_a_label_that_is_there_already_is_shown_all_the_same(api: FakeApi) -> None:
    api.labels.append("deploy: done")

    assert shown(api, Label.DEPLOY_DONE, Label.DEPLOY_DONE) == ["", ""]
    assert api.issue_labels[7] == ["deploy: done"]


def test_a_label_that_may_not_be_made_is_shown_in_grey(api: FakeApi) -> None:
    api.refused[("POST", "/repos/jane/blog/labels")] = (403, "Resource not accessible by integration")

    assert shown(api, Label.FULL_TEST_FAILED) == [""]
    assert api.issue_labels[7] == ["full test: failed"]


def test_a_label_that_somebody_took_off_meanwhile_is_off(api: FakeApi) -> None:
    shown(api, Label.FULL_TEST_RUNNING)
    api.after["GET /repos/jane/blog/issues/7/labels"] = lambda: api.issue_labels[7].remove("full test: running")

    assert shown(api, Label.FULL_TEST_PASSED) == [""]
    assert api.issue_labels[7] == ["full test: passed"]


def test_labels_that_cannot_be_shown_stop_nothing_and_say_why(api: FakeApi) -> None:
    api.refused[("POST", ".*/issues/7/labels")] = (403, "Resource not accessible by integration")

    (said,) = shown(api, Label.FULL_TEST_RUNNING)

    assert said.startswith("No label on pull request 7: GitHub refused to")


def test_a_github_that_does_not_answer_stops_nothing(api: FakeApi) -> None:
    api.fails_from = 1

    (said,) = shown(api, Label.FULL_TEST_RUNNING)

    assert said.startswith("No label on pull request 7: ")
