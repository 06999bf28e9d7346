"""What W&B answers, made into runs: leniently where single runs are broken, strictly where the answer is."""

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.experiments.services.wandb_answers import (
    ArtifactReference,
    Page,
    lenient_json,
    read_artifact,
    read_histories,
    read_page,
    read_run,
)
from generator.model.experiment import Run

APP = "https://wandb.ai"
NODE = {
    "id": "UnVuOnYxOnIx",
    "name": "r1",
    "displayName": "brisk-sun-1",
    "state": "finished",
    "tags": ["baseline", "é"],
    "config": '{"lr": {"value": 0.1, "desc": null}, "_wandb": {"value": {"t": 1}}, "wandb_version": 1}',
    "summaryMetrics": '{"acc": 0.9, "steps": 10, "_wandb": {"runtime": 3}, "_runtime": 3}',
    "createdAt": "2026-11-01T09:00:00Z",
    "description": "first",
}


def run_with(**changed: Any) -> Run:
    return read_run({**NODE, **changed}, "acme/mnist", APP)


def test_a_run_has_the_authors_keys_and_none_of_the_services_own() -> None:
    assert run_with() == Run(
        id="r1",
        name="brisk-sun-1",
        state="finished",
        project="acme/mnist",
        url="https://wandb.ai/acme/mnist/runs/r1",
        tags=("baseline", "é"),
        config={"lr": 0.1},
        summary={"acc": 0.9, "steps": 10, "_runtime": 3},
        created_at="2026-11-01T09:00:00Z",
        description="first",
    )


def test_what_a_run_lacks_is_empty() -> None:
    assert read_run({"name": "r1"}, "acme/mnist", APP) == Run(
        "r1", "r1", "", "acme/mnist", url="https://wandb.ai/acme/mnist/runs/r1"
    )


@pytest.mark.parametrize(
    ("config", "read"),
    [
        ('{"lr": 0.1}', {"lr": 0.1}),
        ('{"lr": {"value": null}}', {"lr": None}),
        ('{"net": {"value": {"value": 1, "depth": 2}}}', {"net": {"value": 1, "depth": 2}}),
        ('{"net": {"depth": 2}}', {"net": {"depth": 2}}),
        ('{"note": {"value": "a\tb\nc\u0001"}}', {"note": "a\tb\nc\u0001"}),
        ('{"x": {"value": NaN}, "y": -Infinity, "z": 1e999}', {"x": "NaN", "y": "-Infinity", "z": "Infinity"}),
        ('{"name": "\\ud800", "\\udfff": 1, "face": "\\ud83d\\ude00"}', {"name": "\ufffd", "\ufffd": 1, "face": "😀"}),
        ('{"big": 123456789012345678901234567890}', {"big": 123456789012345678901234567890}),
        ({"lr": {"value": 0.1}}, {"lr": 0.1}),
        ("null", {}),
        ("", {}),
        (None, {}),
    ],
    ids=[
        "bare", "null", "value in a value", "nested", "control characters", "no numbers", "surrogates", "large",
        "already read", "JSON's null", "nothing", "absent",
    ],
)  # fmt: skip
def test_a_configuration_is_read_in_every_way_it_is_written(config: Any, read: dict[str, Any]) -> None:
    run = run_with(config=config)

    assert run.config == read
    assert run.unread == ()


BROKEN = {
    "no JSON": '{"acc": ',
    "a list": "[1, 2]",
    "text": '"acc"',
    "a number": 7,
    "too deep": '{"acc": ' + "[" * 100_000 + "]" * 100_000 + "}",
    "deep": '{"acc": ' + "[" * 200 + "]" * 200 + "}",
    "endless digits": '{"acc": ' + "9" * 10_000 + "}",
    "rubbish after it": '{"acc": 1} {"acc": 2}',
}


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN)
def test_what_cannot_be_read_of_one_run_is_named_and_hides_nothing_else(text: Any) -> None:
    broken_summary, broken_config = run_with(summaryMetrics=text), run_with(config=text)

    assert (broken_summary.unread, broken_summary.summary, broken_summary.config) == (("summary",), {}, {"lr": 0.1})
    assert (broken_config.unread, broken_config.config, broken_config.summary["acc"]) == (("config",), {}, 0.9)
    assert run_with(config=text, summaryMetrics=text).unread == ("config", "summary")


@given(st.text(max_size=200))
def test_no_text_of_a_configuration_makes_reading_fail(text: str) -> None:
    run = run_with(config=text)

    assert run.unread == ("config",) or json.dumps(dict(run.config)).encode()


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=10,
)


@given(st.dictionaries(st.text(max_size=5).filter(lambda key: key != "_wandb"), json_values, max_size=4))
def test_what_was_read_can_be_written_to_a_file(summary: dict[str, Any]) -> None:
    run = run_with(summaryMetrics=json.dumps(summary))

    assert run.unread == ()
    assert json.dumps(dict(run.summary), ensure_ascii=False, allow_nan=False).encode("utf-8")


def test_tags_that_are_no_text_are_left_out() -> None:
    assert run_with(tags=["a", None, 3, "b"]).tags == ("a", "b")
    assert run_with(tags="baseline").tags == ()


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ("2026-11-01T09:00:00", "2026-11-01T09:00:00Z"),
        ("2026-11-01T09:00:00.123456", "2026-11-01T09:00:00.123456Z"),
        ("2026-11-01T09:00:00+01:00", "2026-11-01T09:00:00+01:00"),
        ("", ""),
        (None, ""),
    ],
)
def test_a_moment_has_a_zone(sent: str | None, read: str) -> None:
    assert run_with(createdAt=sent).created_at == read


@pytest.mark.parametrize("name", [None, "", 7])
def test_a_run_without_an_id_makes_the_answer_unusable(name: Any) -> None:
    with pytest.raises(ValueError, match="without an id"):
        run_with(name=name)


def test_a_page_tells_the_cursor_of_its_last_entry() -> None:
    connection = {
        "edges": [{"node": {"name": "r1"}, "cursor": "a"}, {"node": {"name": "r2"}, "cursor": "b"}],
        "pageInfo": {"hasNextPage": True, "endCursor": "elsewhere"},
    }

    assert read_page(connection, 7) == Page(({"name": "r1"}, {"name": "r2"}), "b", has_more=True, count=7)


@pytest.mark.parametrize("count", [None, "7", True, 7.5])
def test_a_count_that_is_none_is_not_taken_for_one(count: Any) -> None:
    assert read_page({"edges": [], "pageInfo": {"hasNextPage": False}}, count) == Page((), "", has_more=False)


@pytest.mark.parametrize(
    "connection",
    [
        None,
        [],
        {},
        {"edges": None, "pageInfo": {}},
        {"edges": []},
        {"edges": [None], "pageInfo": {}},
        {"edges": [{"node": None}], "pageInfo": {}},
        {"edges": [[]], "pageInfo": {}},
    ],
    ids=str,
)
def test_a_page_of_another_shape_is_unusable(connection: Any) -> None:
    with pytest.raises(ValueError, match=r"^no "):
        read_page(connection)


def test_a_course_has_only_numbers_and_goes_forward() -> None:
    rows = [
        {"_step": 2, "loss": 0.5},
        {"_step": 0, "loss": 1},
        {"_step": 1, "loss": "NaN"},
        {"_step": 3, "loss": None},
        {"_step": 4, "loss": True},
        {"_step": 5},
        {"loss": 0.1},
        {"_step": "6", "loss": 0.1},
        {"_step": 7, "loss": math.inf},
        {"_step": 8, "loss": 10**400},
        "row",
    ]

    assert read_histories([rows, []], ["loss", "acc"], 200) == {"loss": ((0.0, 1.0), (2.0, 0.5)), "acc": ()}


@pytest.mark.parametrize(("most", "steps"), [(5, (0, 25, 50, 74, 99)), (2, (0, 99)), (1, (0,)), (100, range(100))])
def test_a_course_with_too_many_points_keeps_both_ends(most: int, steps: Any) -> None:
    rows = [{"_step": step, "loss": 1} for step in range(100)]

    assert [step for step, _ in read_histories([rows], ["loss"], most)["loss"]] == list(steps)


@pytest.mark.parametrize("lists", [None, {}, [], [[], []], [None], ["rows"]], ids=str)
def test_courses_that_are_not_those_asked_for_are_unusable(lists: Any) -> None:
    with pytest.raises(ValueError, match=r"^n"):
        read_histories(lists, ["loss"], 200)


def artifact_node(**changed: Any) -> dict[str, Any]:
    return {
        "versionIndex": 3,
        "artifactType": {"name": "model"},
        "artifactSequence": {"name": "digits", "project": {"name": "mnist", "entityName": "acme"}},
        **changed,
    }


def test_an_artifact_is_named_in_full() -> None:
    assert read_artifact(artifact_node()) == ArtifactReference("acme/mnist/digits:v3", "model")


@pytest.mark.parametrize(
    "changed",
    [{"versionIndex": None}, {"versionIndex": True}, {"artifactSequence": None}, {"artifactSequence": {"name": "x"}}],
    ids=str,
)
def test_an_artifact_that_cannot_be_named_is_unusable(changed: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"^(no object|an artifact without a name)$"):
        read_artifact(artifact_node(**changed))


def test_a_whole_answer_may_hold_control_characters_and_no_numbers() -> None:
    assert lenient_json(b'{"a": "x\ty", "b": NaN}') == {"a": "x\ty", "b": "NaN"}


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"\xff\xfe\x00", b"[" * 100_000], ids=["empty", "page", "bytes", "deep"]
)
def test_an_answer_that_is_no_json_is_unusable(body: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        lenient_json(body)
