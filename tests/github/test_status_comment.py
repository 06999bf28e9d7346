"""One comment for each kind of command, found by marker and author."""

from collections.abc import Iterator

import pytest

from generator.github.api import GitHub
from generator.github.command import CommandKind
from generator.github.context import RunContext
from generator.github.status_comment import Stage, Status, StatusComment
from tests.github.fake_api import REPOSITORY, FakeApi, serving
from tests.github.previews import SHA


@pytest.fixture
def api() -> Iterator[FakeApi]:
    with serving(FakeApi()) as served:
        yield served


def comment(api: FakeApi, kind: CommandKind = CommandKind.DEPLOY, run: int = 5) -> StatusComment:
    context = RunContext(REPOSITORY, api_url=api.address, token="canary-token", run_id=run, retry_seconds=0.001)
    return StatusComment(GitHub(context), context, 7, kind)


@pytest.mark.parametrize("kind", list(CommandKind))
def test_each_kind_finds_what_it_said_and_what_no_other_did(kind: CommandKind, api: FakeApi) -> None:
    for other in CommandKind:
        comment(api, other).tell(Status(Stage.DONE, 5, SHA, f"https://example.org/{other}"), f"about {other}")

    assert comment(api, kind).status() == Status(Stage.DONE, 5, SHA, f"https://example.org/{kind}")
    assert len(api.comments) == len(CommandKind)


@pytest.mark.parametrize("stage", list(Stage))
def test_all_of_a_status_is_read_back(stage: Stage, api: FakeApi) -> None:
    status = Status(stage, 9, SHA, "https://example.org/a_b/~c", "_notebooks/größe --> x.ipynb")

    comment(api).tell(status, "words")

    assert comment(api).status() == status


def test_a_newer_run_has_the_last_word_and_the_same_run_may_go_on(api: FakeApi) -> None:
    said = [comment(api).tell(Status(Stage.RUNNING, run, SHA), f"run {run}") for run in (5, 7, 6, 7)]

    assert said == [True, True, False, True]
    assert [text.endswith("\nrun 7") for text in api.own_comments(7)] == [True]


def test_the_state_of_a_preview_has_no_field_that_only_others_need(api: FakeApi) -> None:
    comment(api, CommandKind.PREVIEW).tell(Status(Stage.BUILDING, 5, SHA), "words")

    assert api.own_comments(7) == [
        f'<!-- inkmill:preview -->\n<!-- {{"run": 5, "sha": "{SHA}", "shown": "", "stage": "building"}} -->\nwords'
    ]


@pytest.mark.parametrize(
    "state",
    ["", "{}", '{"stage": "flying", "run": 1, "sha": "", "shown": ""}', '{"stage": "done", "run": -1}', "[" * 9000],
    ids=["none", "empty", "stage", "run", "deep"],
)
def test_a_state_that_was_changed_by_hand_counts_as_nothing_said(state: str, api: FakeApi) -> None:
    api.add_comment(7, f"<!-- inkmill:deploy -->\n<!-- {state} -->\nwords")

    assert comment(api).status() == Status(Stage.ASKED, 0)


def test_a_body_that_is_too_long_is_cut_and_keeps_its_state(api: FakeApi) -> None:
    comment(api).tell(Status(Stage.DONE, 5, SHA), "| a row |\n" * 9_000)

    (body,) = api.own_comments(7)
    assert len(body) <= 60_000
    assert "more characters are left out" in body
    assert comment(api).status() == Status(Stage.DONE, 5, SHA)


def test_a_note_stands_above_what_was_said_and_the_next_word_ends_it(api: FakeApi) -> None:
    deployment = comment(api)
    deployment.tell(Status(Stage.DONE, 5, SHA, about="r1"), "done")

    deployment.add_note("first")
    deployment.add_note("second")
    (noted,) = api.own_comments(7)
    status = deployment.status()
    deployment.tell(Status(Stage.DONE, 6, SHA), "again")

    assert noted.endswith("<!-- inkmill:note -->\nsecond\n<!-- /inkmill:note -->\n\ndone")
    assert status == Status(Stage.DONE, 5, SHA, about="r1")
    assert api.own_comments(7)[0].endswith("-->\nagain")


def test_a_note_on_what_is_being_done_outlives_its_end_and_no_newer_word(api: FakeApi) -> None:
    comment(api, run=5).tell(Status(Stage.RUNNING, 5, SHA), "running")
    comment(api, run=6).add_note("refused")
    bodies = []

    for stage, run in ((Stage.RUNNING, 5), (Stage.DONE, 5), (Stage.DONE, 7)):
        comment(api, run=run).tell(Status(stage, run, SHA), f"{stage} {run}")
        bodies += api.own_comments(7)

    note = "<!-- inkmill:note -->\nrefused\n<!-- /inkmill:note -->\n\n"
    assert [body.partition(" -->\n<!-- ")[2].partition(" -->\n")[2] for body in bodies] == [
        f"{note}running 5",
        f"{note}done 5",
        "done 7",
    ]
    assert comment(api).status() == Status(Stage.DONE, 7, SHA)


@pytest.mark.parametrize("note", ['"6"', "-1", "null", "[]"])
def test_a_note_of_nobody_knows_which_run_ends_with_the_next_word(note: str, api: FakeApi) -> None:
    state = f'{{"note": {note}, "run": 5, "sha": "", "shown": "", "stage": "running"}}'
    noted = "<!-- inkmill:note -->\nrefused\n<!-- /inkmill:note -->"
    api.add_comment(7, f"<!-- inkmill:deploy -->\n<!-- {state} -->\n{noted}")

    comment(api).tell(Status(Stage.DONE, 5, SHA), "done")

    assert [body.endswith("-->\ndone") for body in api.own_comments(7)] == [True]
    assert "refused" not in api.own_comments(7)[0]
