"""Keys that no run has."""

from generator.experiments.comparison import compare
from generator.experiments.unknown_keys import UnknownKey, unknown_key_text, unknown_keys
from generator.model.experiment import Metric, Run

RUN = Run("r", "r", "finished", "p", summary={"acc": 1, "val_loss": None}, config={"lr": 0.1})


def test_a_key_that_no_run_has_is_named_with_its_neighbour() -> None:
    found = unknown_keys(compare([RUN], [], [Metric("acc"), Metric("val_los")], ["lr", "seed"]))

    assert found == (
        UnknownKey("metric", "val_los", "val_loss", ("acc", "val_loss")),
        UnknownKey("configuration", "seed", "", ("lr",)),
    )


def test_a_key_of_any_shown_run_is_known_whatever_its_value() -> None:
    baseline = Run("b", "b", "crashed", "p", summary={"f1": "NaN"})

    assert unknown_keys(compare([RUN], [baseline], [Metric("f1"), Metric("val_loss")])) == ()


def test_without_runs_nothing_is_unknown() -> None:
    assert unknown_keys(compare([], [], [Metric("acc")], ["lr"])) == ()


def test_long_lists_and_long_names_are_cut() -> None:
    known = tuple(f"{number:03}{'x' * 100}" for number in range(50))

    text = unknown_key_text(UnknownKey("configuration", "y" * 500, "", known))

    assert text.endswith("and 30 more")
    assert len(text) < 1500
    assert unknown_key_text(UnknownKey("metric", "acc", "", ())) == "no run has the metric acc; known are: none"
