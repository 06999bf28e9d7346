"""Reports of W&B: their tables in the words of the server, and nothing guessed."""

import json
from typing import Any

import pytest

from generator.experiments.services.wandb_reports import Report, RunSet, read_report


def key(section: str, name: str) -> dict[str, str]:
    return {"section": section, "name": name}


def line(section: str, name: str, op: str, value: Any, **more: Any) -> dict[str, Any]:
    return {"key": key(section, name), "op": op, "value": value, **more}


def all_of(*lines: dict[str, Any]) -> dict[str, Any]:
    """As W&B's table writes its filters: one alternative."""
    return {"op": "OR", "filters": [{"op": "AND", "filters": list(lines)}]}


def grid(*run_sets: dict[str, Any]) -> dict[str, Any]:
    return {"type": "panel-grid", "metadata": {"runSets": list(run_sets)}}


def view(*blocks: Any, **changed: Any) -> dict[str, Any]:
    spec = json.dumps({"version": 5, "blocks": list(blocks)})
    home = {"id": "x", "entityName": "acme", "name": "mnist"}
    return {"id": "VmlldzoxMjM=", "displayName": "Digits", "description": "d", "project": home, "spec": spec, **changed}


def only_set(run_set: dict[str, Any]) -> RunSet:
    report = read_report(view(grid({"name": "Set", **run_set})))
    assert report.warnings == ()
    (read,) = report.run_sets
    return read


def remarks(*run_sets: dict[str, Any]) -> tuple[tuple[str, ...], int]:
    report = read_report(view(grid(*run_sets)))
    return report.warnings, len(report.run_sets)


def test_a_report_is_its_title_and_its_tables_in_order() -> None:
    shown = view(
        {"type": "heading", "children": [{"text": "Digits"}]},
        grid({"name": "Best", "enabled": True}, {"name": "Off", "enabled": False}),
        grid({"name": "Other", "project": {"entityName": "bob", "name": "cifar"}}),
        grid({"name": "Best", "enabled": True}),
    )

    assert read_report(shown) == Report(
        report_id="VmlldzoxMjM=",
        title="Digits",
        project="acme/mnist",
        description="d",
        run_sets=(RunSet("Best", "acme/mnist"), RunSet("Other", "bob/cifar")),
    )


def test_a_report_without_tables_is_its_title() -> None:
    assert read_report(view(displayName=None, description=None)) == Report("VmlldzoxMjM=", "Report", "acme/mnist")


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        (line("config", "lr", "=", 0.1), {"config.lr": 0.1}),
        (line("config", "lr.value", "!=", 0.1), {"config.lr.value": {"$ne": 0.1}}),
        (line("summary", "acc", ">", 0.9), {"summary_metrics.acc": {"$gt": 0.9}}),
        (line("summary", "acc", ">=", 0.9), {"summary_metrics.acc": {"$gte": 0.9}}),
        (line("summary", "acc", "<", 0.9), {"summary_metrics.acc": {"$lt": 0.9}}),
        (line("summary", "acc", "<=", 0.9), {"summary_metrics.acc": {"$lte": 0.9}}),
        (line("run", "state", "IN", ["finished", "crashed"]), {"state": {"$in": ["finished", "crashed"]}}),
        (line("run", "name", "NIN", ["r1"]), {"name": {"$nin": ["r1"]}}),
        (line("run", "displayName", "REGEX", "^a"), {"displayName": {"$regex": "^a"}}),
        (line("config", "lr", "=", None), {"config.lr": None}),
        (line("tags", "baseline", "=", True), {"tags": "baseline"}),
        (line("tags", "baseline", "=", False), {"$or": [{"tags": None}, {"tags": {"$ne": "baseline"}}]}),
        (line("tags", "tags", "IN", ["a", "b"]), {"tags": {"$in": ["a", "b"]}}),
    ],
    ids=lambda value: value["op"] + value["key"]["section"] if "op" in value else "",
)
def test_every_filter_is_asked_for_in_the_words_of_the_server(written: dict[str, Any], asked: dict[str, Any]) -> None:
    assert only_set({"filters": all_of(written)}).filters == asked


def test_filters_hold_together_as_their_tree_says() -> None:
    lr, acc, state = line("config", "lr", "=", 1), line("summary", "acc", ">", 0), line("run", "state", "=", "finished")
    tree = {"op": "OR", "filters": [{"op": "AND", "filters": [lr, acc]}, {"op": "AND", "filters": [state]}]}

    assert only_set({"filters": tree}).filters == {
        "$or": [{"$and": [{"config.lr": 1}, {"summary_metrics.acc": {"$gt": 0}}]}, {"state": "finished"}]
    }


@pytest.mark.parametrize(
    "left_out",
    [
        line("config", "lr", "=", 1, disabled=True),
        line("config", "unknown", "WITHIN", 1, disabled=True),
        line("config", "", "=", 1),
        line("config", "lr", ">", None),
        {"op": "AND", "filters": []},
    ],
    ids=["disabled", "disabled and unknown", "no key", "no value", "empty"],
)
def test_a_line_that_asks_for_nothing_is_skipped(left_out: dict[str, Any]) -> None:
    state = line("run", "state", "=", "finished")

    assert only_set({"filters": all_of(left_out, state)}).filters == {"state": "finished"}
    assert only_set({"filters": all_of(left_out)}).filters == {}


@pytest.mark.parametrize("filters", [None, all_of(), {"op": "OR", "filters": []}], ids=["none", "empty", "no parts"])
def test_no_filter_lets_every_run_through(filters: Any) -> None:
    assert only_set({"filters": filters}).filters == {}


SHAPE = "its filters are written in a way that is not known here"
UNKNOWN: dict[str, tuple[Any, str]] = {
    "second version": ({"filterFormat": "filterV2", "filters": []}, SHAPE),
    "second version in a tree": ({**all_of(), "filterFormat": "filterV2"}, SHAPE),
    "a list": ([], SHAPE),
    "text": ("state = finished", SHAPE),
    "no word": ({"filters": []}, SHAPE),
    "another word": ({"op": "XOR", "filters": []}, SHAPE),
    "a word that is none": ({"op": ["AND"], "filters": []}, SHAPE),
    "a part that is none": ({"op": "AND", "filters": [None]}, SHAPE),
    "operator": (all_of(line("config", "lr", "WITHINSECONDS", 60)), "its filter `WITHINSECONDS` is not known here"),
    "section": (all_of(line("keys_info", "lr", "=", 1)), "its filter by `lr` is not known here"),
    "a section that is none": (all_of({"key": {"section": [], "name": "lr"}, "op": "=", "value": 1}),
                               "its filter by `lr` is not known here"),
    "key of a run": (all_of(line("run", "sweep", "=", "x")), "its filter by `sweep` is not known here"),
    "value": (all_of(line("config", "lr", "=", {"$gt": 1})), "what its filter compares `lr` with is not known here"),
    "lists": (all_of(line("config", "lr", "IN", [[1]])), "what its filter compares `lr` with is not known here"),
    "no list": (all_of(line("config", "lr", "IN", "1")), "what its filter compares `lr` with is not known here"),
    "tags": (all_of(line("tags", "a", ">", 1)), "its filter of tags is written in a way that is not known here"),
    "line": (all_of({"key": None, "op": "=", "value": 1}),
             "one of its filters is written in a way that is not known here"),
    "an alternative without a line": (
        {"op": "OR", "filters": [{"op": "AND", "filters": []}, line("config", "lr", "=", 1)]},
        "one of its alternatives is empty",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("filters", "said"), UNKNOWN.values(), ids=UNKNOWN)
def test_what_is_not_known_is_told_and_not_guessed(filters: Any, said: str) -> None:
    warnings, shown = remarks({"name": "Odd", "filters": filters}, {"name": "Plain"})

    assert warnings == (f"run set “Odd” is left out: {said}",)
    assert shown == 1


def test_a_tree_that_is_too_deep_is_not_climbed() -> None:
    tree: dict[str, Any] = line("config", "lr", "=", 1)
    for _ in range(25):
        tree = {"op": "AND", "filters": [tree]}

    assert remarks({"name": "Odd", "filters": tree}) == ((f"run set “Odd” is left out: {SHAPE}",), 0)


@pytest.mark.parametrize(
    ("keys", "order"),
    [
        ([{"key": key("summary", "acc"), "ascending": False}], "-summary_metrics.acc"),
        ([{"key": key("config", "lr"), "ascending": True}], "+config.lr.value"),
        ([{"key": key("config", "lr.value")}], "-config.lr.value"),
        ([{"key": key("run", "createdAt"), "ascending": True}], "+created_at"),
        ([{"key": key("run", "heartbeatAt"), "ascending": True}, {"key": key("summary", "acc")}], "+heartbeat_at"),
        ([{"key": key("run", "username"), "ascending": True}], "-created_at"),
        ([{"key": key("run", ""), "ascending": True}], "-created_at"),
        ([None], "-created_at"),
        ([], "-created_at"),
        ("acc", "-created_at"),
    ],
    ids=str,
)
def test_runs_come_in_the_order_of_the_table_or_newest_first(keys: Any, order: str) -> None:
    assert only_set({"sort": {"keys": keys}}).order == order


def test_columns_that_are_shown_come_in_the_order_of_the_table() -> None:
    visible = {
        "run:name": True, "summary:acc": True, "config:lr.value": True, "summary:no": False, "summary:val:loss": True,
        "config:net.value.depth": True, "config:batch": True, "summary:": True, "summary": True, "summary:odd": "yes",
    }  # fmt: skip
    feed = {"columnVisible": visible, "columnOrder": ["config:batch", None, "summary:val:loss", "config:lr.value"]}

    run_set = only_set({"runFeed": feed})

    assert run_set.metrics == ("val:loss", "acc")
    assert run_set.config == ("batch", "lr")


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ({"selections": {"root": 0, "tree": ["r1"]}},
         "runs chosen by hand are not known here, so all that its filters find are shown"),
        ({"grouping": [key("config", "lr")]}, "its runs are shown one by one, not in groups"),
    ],
    ids=["chosen by hand", "groups"],
)  # fmt: skip
def test_what_is_shown_otherwise_than_in_the_report_is_told(written: dict[str, Any], said: str) -> None:
    assert remarks({"name": "Set", **written}) == ((f"run set “Set”: {said}",), 1)


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ("{", "what it shows cannot be read"),
        ("[" * 100_000, "what it shows cannot be read"),
        ("[]", "what it shows is written in a way that is not known here"),
        (None, "what it shows is written in a way that is not known here"),
        ('{"blocks": {}}', "what it shows is written in a way that is not known here"),
        (
            '{"blocks": [{"type": "panel-grid", "metadata": null}]}',
            "its run sets are written in a way that is not known here",
        ),
    ],
    ids=["no JSON", "too deep", "a list", "nothing", "no blocks", "no run sets"],
)
def test_a_report_that_cannot_be_read_is_a_title_and_a_warning(spec: Any, said: str) -> None:
    assert read_report(view(spec=spec)) == Report("VmlldzoxMjM=", "Digits", "acme/mnist", "d", warnings=(said,))


@pytest.mark.parametrize(
    ("home", "said"),
    [
        (None, "it names no project"),
        ({"name": "mnist"}, "it names no project"),
        ({"entityName": "acme", "name": "a/b"}, "`acme/a/b` names no project of W&B"),
    ],
    ids=["nothing", "half", "three parts"],
)
def test_a_run_set_of_no_project_is_left_out(home: Any, said: str) -> None:
    report = read_report(view(grid({"name": "Set"}), project=home))

    assert (report.run_sets, report.warnings) == ((), (f"run set “Set” is left out: {said}",))


def test_odd_blocks_and_run_sets_hide_nothing_else() -> None:
    report = read_report(view(None, "text", {"type": []}, {"type": "weave-panel"}, grid({"name": 7, "enabled": True})))

    assert report.run_sets == (RunSet("Run set 1", "acme/mnist"),)


def test_a_report_with_very_many_tables_shows_the_first_twenty() -> None:
    warnings, shown = remarks(*({"name": f"Set {number}"} for number in range(25)))

    assert (warnings, shown) == (("only the first 20 of its 25 run sets are shown",), 20)


def test_the_name_of_a_run_set_is_tame_in_a_warning() -> None:
    warnings, _ = remarks({"name": "\x1b[31m\u202e" + "x" * 500, "filters": []})

    assert warnings[0].isprintable()
    assert len(warnings[0]) < 150


@pytest.mark.parametrize("answer", [None, [], "view"], ids=str)
def test_an_answer_that_is_no_report_is_unusable(answer: Any) -> None:
    with pytest.raises(ValueError, match="no view"):
        read_report(answer)
