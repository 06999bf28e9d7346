"""GitHub does not answer as it should while a preview is made: in the end there is one comment, and it is right."""

from collections.abc import Callable

import pytest

from tests.workflows.end_state import assert_golden, end_state
from tests.workflows.fake_github import FakeGitHub
from tests.workflows.proposals import BLOG, IDEA, SHOWN, answer, post, preview_files, previewed, proposed
from tests.workflows.runner import Runner
from tests.workflows.test_scenarios import pages_of

pytestmark = pytest.mark.slow

API = r"/repos/ann/blog/.*"
COMMENTS = r"/repos/ann/blog/issues/\d+/comments"


def storm(github: FakeGitHub) -> None:
    for method in ("GET", "POST"):
        github.fault(method, API, "500", times=2)
        github.fault(method, API, "503", times=2, after=1)
    github.fault("PATCH", API, "500", times=2)
    github.fault("POST", r"/ann/blog(\.git)?/git-receive-pack", "502")


def limits(github: FakeGitHub) -> None:
    github.fault("GET", API, "429", times=1)
    github.fault("GET", API, "secondary", times=1, after=3)
    github.fault("POST", COMMENTS, "429", times=1)
    github.fault("PATCH", API, "secondary", times=1)


def half_answers(github: FakeGitHub) -> None:
    github.fault("GET", API, "truncated", times=2)
    github.fault("GET", API, "reset", times=1, after=5)
    github.fault("PATCH", API, "truncated", times=1)


def lost_answers(github: FakeGitHub) -> None:
    github.fault("POST", COMMENTS, "lost-502", times=1)
    github.fault("PATCH", API, "lost", times=1)
    github.fault("POST", r"/ann/blog(\.git)?/git-receive-pack", "lost-502")


FAULTS: dict[str, Callable[[FakeGitHub], None]] = {
    "storm": storm,
    "limits": limits,
    "half_answers": half_answers,
    "lost_answers": lost_answers,
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_preview_survives_what_passes(
    name: str, blog: FakeGitHub, runner: Runner, request: pytest.FixtureRequest
) -> None:
    made = proposed(blog, {IDEA: post("An idea", "In short.")}, title=f"An idea in a time of {name}")
    FAULTS[name](blog)

    run = previewed(blog, runner, made)

    assert run.results == SHOWN, run.log
    assert [fault.taken for fault in blog.faults] == [fault.times for fault in blog.faults]
    assert "Look at the preview" in answer(blog, 1)
    assert "posts/idea/index.html" in preview_files(blog, 1)
    assert_golden(end_state(blog, run), f"preview_faults_{name}", request)


def test_a_storm_over_the_gate_starts_nothing(blog: FakeGitHub, runner: Runner, request: pytest.FixtureRequest) -> None:
    made = proposed(blog, {IDEA: post("An idea", "In short.")})
    blog.fault("GET", API, "500", times=10_000)

    run = previewed(blog, runner, made)

    assert run.results == dict.fromkeys(SHOWN, "skipped") | {"gate": "failure"}
    assert "Traceback" not in run.log
    assert_golden(end_state(blog, run), "preview_faults_gate", request)


def test_a_storm_over_the_publisher_leaves_the_site_as_it_was(
    blog: FakeGitHub, runner: Runner, request: pytest.FixtureRequest
) -> None:
    before = pages_of(blog)
    made = proposed(blog, {IDEA: post("An idea", "In short.")})
    blog.before("GET", "/_runtime/artifacts", lambda: blog.fault("GET", API, "503", times=10_000))

    run = previewed(blog, runner, made)

    assert run.results == SHOWN | {"publish": "failure"}
    assert pages_of(blog) == before
    assert "Traceback" not in run.log
    assert len(blog.repositories[BLOG].comments) == 2
    assert_golden(end_state(blog, run), "preview_faults_publisher", request)
