"""Which columns of runs are told of, and how short."""

from generator.experiments.told_runs import columns_to_tell, fewer, narrowed
from generator.model.experiment import Direction, ExperimentRules, Metric, Run

ACC = Metric("acc", Direction.MAX)


def run(name: str, acc: object = None, **more: object) -> Run:
    return Run(name, name, "finished", "acme/mnist", summary={"acc": acc, **more}, config={"lr": 0.1, "key": "x"})


def test_the_settings_say_which_columns_there_are() -> None:
    rules = ExperimentRules(metrics=(ACC,), config=("lr",))

    assert columns_to_tell(rules, [run("a", 0.5, loss=1)]) == ((ACC,), ("lr",))


def test_without_a_word_numbers_are_shown_and_nothing_that_a_service_logs_of_itself() -> None:
    runs = [run("a", 0.5, _step=3, note="x"), run("b", None, loss=0.25, off=True)]

    assert columns_to_tell(ExperimentRules(), runs)[0] == (Metric("acc"), Metric("loss"))


def test_a_run_keeps_the_shown_keys_and_its_commit_alone() -> None:
    whole = Run("a", "a", "", "p", config={"github_sha": "aaa", "lr": 1, "password": "x"}, summary={"acc": 1, "z": 2})

    kept = narrowed(whole, [ACC], ["lr"])

    assert (kept.config, kept.summary, kept.state) == ({"lr": 1, "github_sha": "aaa"}, {"acc": 1}, "unknown")


def test_of_many_runs_the_best_is_never_left_out() -> None:
    runs = [run("best", 0.9), *(run(f"r{number}", 0.1) for number in range(5))]

    assert [one.id for one in fewer(runs, [ACC], 3)] == ["best", "r3", "r4"]
    assert [one.id for one in fewer(runs[1:], [ACC], 3)] == ["r2", "r3", "r4"]
    assert [one.id for one in fewer(runs, [ACC], 6)] == [one.id for one in runs]
