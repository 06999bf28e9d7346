"""Tests of several notebooks at once."""

import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from generator.execution.local import LocalExecutor
from generator.model.execution import Job, Outcome, Progress, RunState
from tests.execution.running import Seen, a_job, living, said, texts

pytestmark = pytest.mark.kernel


def run_all(root: Path, *jobs: Job, at_once: int = 2, memory_bytes: int | None = None) -> dict[str, Outcome]:
    executor = LocalExecutor(root, jobs=at_once, memory_bytes=memory_bytes)
    return {job.name: outcome for job, outcome in executor(jobs, Seen())}


def test_notebooks_run_side_by_side_in_folders_of_their_own(tmp_path: Path) -> None:
    jobs = []
    for name in ("a", "b", "c", "d"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "mine.txt").write_text(name)
        jobs.append(
            a_job("import time\ntime.sleep(0.3)\nprint(open('mine.txt').read())", path=f"{name}.ipynb", folder=name)
        )

    done = run_all(tmp_path, *jobs)

    assert {name: texts(outcome) for name, outcome in done.items()} == {
        f"{name}.ipynb": [f"{name}\n"] for name in ("a", "b", "c", "d")
    }
    assert living() == []


def test_one_failure_does_not_touch_the_others(tmp_path: Path) -> None:
    done = run_all(
        tmp_path,
        a_job("1 / 0", path="bad.ipynb"),
        a_job("import os\nos._exit(1)", path="dead.ipynb"),
        a_job("2", path="good.ipynb"),
    )

    assert {name: said(outcome) for name, outcome in done.items()} == {
        "bad.ipynb": ("error", "ZeroDivisionError: division by zero", 1, 1),
        "dead.ipynb": ("died", "the kernel died (exit code 1)", 1, None),
        "good.ipynb": None,
    }


def test_no_more_run_at_once_than_asked_for(tmp_path: Path) -> None:
    running, most, lock = set[str](), [0], threading.Lock()

    def watch(step: Progress) -> None:
        with lock:
            if step.state is RunState.STARTING:
                running.add(step.name)
            elif step.state in (RunState.DONE, RunState.FAILED):
                running.discard(step.name)
            most[0] = max(most[0], len(running))

    jobs = [a_job("1", path=f"{number}.ipynb") for number in range(5)]
    list(LocalExecutor(tmp_path, jobs=2)(jobs, watch))

    assert most == [2]


def test_whoever_stops_listening_ends_every_kernel(tmp_path: Path) -> None:
    jobs = [
        a_job("2", path="short.ipynb"),
        *(a_job("import time\ntime.sleep(100)", path=f"{n}.ipynb") for n in range(3)),
    ]
    outcomes = LocalExecutor(tmp_path, jobs=2)(jobs, Seen())

    job, _ = next(outcomes)
    began = time.monotonic()
    outcomes.close()

    assert job.path == "short.ipynb"
    assert time.monotonic() - began < 30
    assert living() == []


def test_a_warm_kernel_gives_what_a_plain_one_does(tmp_path: Path) -> None:
    plain = a_job("x = {'a', 'b', 'c'}\nprint(x)", "1 / 0", path="a.ipynb")

    done = run_all(tmp_path, plain, replace(plain, path="b.ipynb", is_warm=True))

    assert done["a.ipynb"].notebook == done["b.ipynb"].notebook
    assert said(done["a.ipynb"]) == said(done["b.ipynb"])


@pytest.mark.parametrize(
    ("code", "problem"),
    [
        ("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", "the kernel died (SIGKILL)"),
        ("import os\nos._exit(3)", "the kernel died (exit code 3)"),
    ],
)
def test_a_warm_kernel_that_dies_is_named_like_any_other(tmp_path: Path, code: str, problem: str) -> None:
    done = run_all(tmp_path, replace(a_job("1", code, path="a.ipynb"), is_warm=True))

    assert said(done["a.ipynb"]) == ("died", problem, 2, None)


def test_a_notebook_waits_until_there_is_memory_for_it(tmp_path: Path) -> None:
    seen = Seen()
    jobs = [a_job("import time\ntime.sleep(0.5)", path="a.ipynb"), a_job("1", path="b.ipynb")]

    done = list(LocalExecutor(tmp_path, jobs=2, memory_bytes=500_000_000)(jobs, seen))

    assert [said(outcome) for _, outcome in done] == [None, None]
    steps = [(step.name, step.state) for step in seen.steps]
    assert steps.index(("a.ipynb", RunState.DONE)) < steps.index(("b.ipynb", RunState.STARTING))


def test_nothing_to_run_starts_nothing(tmp_path: Path) -> None:
    assert run_all(tmp_path) == {}
