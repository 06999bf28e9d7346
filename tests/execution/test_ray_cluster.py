"""Notebooks on a real Ray cluster of two machines, both this one."""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import psutil
import pytest

from generator.errors import MachineError, UsageError
from generator.execution.ray_cluster import RayExecutor
from generator.model.execution import FailureKind, Job, KernelChoice, Outcome, Progress, RunFailure, RunState, Watch
from generator.model.resources import Resources
from tests.execution import ray_runs
from tests.execution.ray_runs import logged
from tests.execution.running import Seen, a_job, gone, texts

# One cluster, and two processors for it.
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("ray")]

ROOT = Path(__file__).resolve().parents[2]
RUNS = "tests.execution.ray_runs:"
_PYTHON = KernelChoice("python3", "python", (sys.executable,), is_own_python=True)


class TwoMachines:
    """The cluster; its first machine stays, its second comes and goes."""

    def __init__(self, process: subprocess.Popen[str], folder: Path) -> None:
        assert process.stdout is not None
        self._process = process
        self.folder = folder
        self.address = process.stdout.readline().removeprefix("address ").strip()
        assert self.address.startswith("127.0.0.1:"), (folder / "log").read_text()
        self._has_second = False

    def add(self) -> None:
        if not self._has_second:
            self._say("add")
            self._has_second = True

    def kill(self) -> None:
        self._say("kill")
        self._has_second = False

    def _say(self, word: str) -> None:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(f"{word}\n")
        self._process.stdin.flush()
        assert self._process.stdout.readline() == "done\n", (self.folder / "log").read_text()

    def executor(self, root: Path, run: Callable[..., Outcome] | str) -> RayExecutor:
        return RayExecutor(root, address=self.address, run=run if isinstance(run, str) else RUNS + run.__name__)


@pytest.fixture(scope="module")
def machines() -> Iterator[TwoMachines]:
    # Sockets stand below it, so its path must be short.
    folder = Path(tempfile.mkdtemp(prefix="ir", dir="/tmp"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAY_AUTH_MODE", "token")
        patch.setenv("RAY_AUTH_TOKEN", os.urandom(32).hex())
        ours = {
            "RAY_USAGE_STATS_ENABLED": "0",
            "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0",
            "TMPDIR": str(folder),
            "PYTHONPATH": str(ROOT),
        }
        with (folder / "log").open("w") as log:
            process = subprocess.Popen(
                [sys.executable, "-P", str(ROOT / "tests/execution/ray_two_nodes.py"), str(folder / "ray")],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                env={**os.environ, **ours},
            )
        with process:
            yield TwoMachines(process, folder)
            assert process.stdin is not None
            process.stdin.close()
            assert process.wait(30) == 0, (folder / "log").read_text()
    left = [one.pid for one in processes_below(folder) if not gone(one.pid, 10)]
    assert left == [], "Ray's processes outlive the cluster"
    shutil.rmtree(folder)


@pytest.fixture
def both(machines: TwoMachines) -> TwoMachines:
    machines.add()
    return machines


def processes_below(folder: Path) -> list[psutil.Process]:
    return [
        process
        for process in psutil.process_iter(["cmdline"])
        if any(str(folder) in word for word in process.info["cmdline"] or ())
    ]


def a_post(name: object, log: Path, **more: Any) -> Job:
    params = {"log": str(log), **more.pop("params", {})}
    return Job(f"_notebooks/{name}.ipynb", None, b"{}", _PYTHON, folder="_notebooks", params=params, **more)


def run_all(executor: RayExecutor, jobs: list[Job], watch: Watch | None = None) -> dict[str, Outcome]:
    """Name to outcome; fails if one comes twice."""
    outcomes: dict[str, Outcome] = {}
    for job, outcome in executor(jobs, watch or Seen()):
        assert job.name not in outcomes
        outcomes[job.name] = outcome
    return outcomes


def until(happened: Callable[[], object], seconds: float = 30.0) -> None:
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.05)


def test_every_notebook_has_one_good_outcome_though_a_machine_is_lost(both: TwoMachines, tmp_path: Path) -> None:
    log = tmp_path / "log"
    jobs = [a_post(number, log, params={"seconds": 1.5}) for number in range(8)]

    def kill_a_machine() -> None:
        until(lambda: len({machine for _, machine in logged(log, "began")}) == 2)
        both.kill()

    killer = threading.Thread(target=kill_a_machine)
    killer.start()
    outcomes = run_all(both.executor(tmp_path, ray_runs.sleeps), jobs)
    killer.join()

    assert outcomes == {job.name: Outcome(b"{}", None, 0.0) for job in jobs}
    assert len(logged(log, "began")) > len(jobs)


@dataclass(frozen=True)
class Ran:
    """What came of a run of many different notebooks at once."""

    outcomes: dict[str, Outcome]
    steps: tuple[Progress, ...]
    log: Path
    folder: Path

    def of(self, name: str) -> Outcome:
        return self.outcomes[f"_notebooks/{name}.ipynb"]

    def failure(self, name: str) -> tuple[FailureKind, str] | None:
        failure = self.of(name).failure
        return None if failure is None else (failure.kind, failure.problem)

    def logged(self, name: str, word: str) -> list[Any]:
        return [value for post, value in logged(self.log, word) if post == f"_notebooks/{name}.ipynb"]


CANARY = "canary-" + os.urandom(8).hex()


@pytest.fixture(scope="module")
def mixed(machines: TwoMachines, tmp_path_factory: pytest.TempPathFactory) -> Ran:
    machines.add()
    folder = tmp_path_factory.mktemp("mixed")
    source, log, seen = folder / "source", folder / "log", Seen()
    lay_out_source(source)

    def post(name: str, do: Callable[..., Outcome], seconds: float = 0.0, **more: Any) -> Job:
        return a_post(name, log, params={"do": do.__name__, "seconds": seconds}, **more)

    jobs = [
        post("fine", ray_runs.tiny),
        post("deadly", ray_runs.kills),
        post("files", ray_runs.looks_around, files=("data", "own.py", "latest.csv", "run.sh")),
        post("outside", ray_runs.tiny, files=("../outside.csv",)),
        post("link", ray_runs.tiny, files=("own.py", "link.csv")),
        post("none", ray_runs.tiny, files=("none.csv",)),
        *(post(f"whole{n}", ray_runs.sleeps, 0.4, resources=Resources(cpus=2)) for n in range(4)),
        post("gpu", ray_runs.sleeps, resources=Resources(cpus=0.5, gpus=1, memory_bytes=2**20)),
        post("gpus", ray_runs.tiny, resources=Resources(gpus=4)),
        post("cpus", ray_runs.tiny, resources=Resources(cpus=64)),
        post("memory", ray_runs.tiny, resources=Resources(memory_bytes=10**15)),
        post("slow", ray_runs.sleeps, 1.0),
        post("broken", ray_runs.breaks, variables={"TOKEN": CANARY}),
    ]
    outcomes = run_all(machines.executor(source, ray_runs.as_told), jobs, seen)
    return Ran(outcomes, tuple(seen.steps), log, machines.folder)


def lay_out_source(source: Path) -> None:
    texts = {"data/a.csv": "1", "data/b/c.csv": "1", "own.py": "x = 1", "secret.txt": "stays at home", "run.sh": "true"}
    for name, text in texts.items():
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_text(text)
        (source / name).chmod(0o750 if name == "run.sh" else 0o640)
    (source / "latest.csv").symlink_to("data/a.csv")
    (source.parent / "outside.csv").write_text("1")
    (source / "link.csv").symlink_to("../outside.csv")


def test_a_notebook_that_kills_its_workers_is_given_up_by_name(mixed: Ran) -> None:
    assert mixed.of("deadly").failure == RunFailure(
        FailureKind.LOST,
        "the worker that ran it was lost 3 times (its process died the last time)",
        "if it takes much memory, say so under `resources: {memory: …}`; else look at the cluster",
    )
    assert len(mixed.logged("deadly", "began")) == 3


def test_what_fails_takes_no_other_notebook_along(mixed: Ran) -> None:
    good = {name for name, outcome in mixed.outcomes.items() if outcome.failure is None}

    assert good == {f"_notebooks/{name}.ipynb" for name in "fine files whole0 whole1 whole2 whole3 gpu slow".split()}


def test_declared_files_travel_with_their_modes_and_nothing_else_does(mixed: Ran) -> None:
    found = {path: (mode, content) for path, mode, content in map(json.loads, mixed.of("files").notes)}

    assert {path: seen for path, seen in found.items() if seen[1] is not None} == {
        "data/a.csv": (0o640, "1"),
        "data/b/c.csv": (0o640, "1"),
        "latest.csv": (0o640, "1"),
        "own.py": (0o640, "x = 1"),
        "run.sh": (0o750, "true"),
    }
    assert {path for path, seen in found.items() if seen[1] is None} == {"_notebooks", "data", "data/b"}


def test_what_travelled_is_removed_after_the_run(mixed: Ran) -> None:
    (root,) = mixed.logged("files", "root")

    assert Path(root).parents[1] == mixed.folder
    assert not Path(root).parent.exists()


def test_a_file_that_cannot_travel_fails_its_own_notebook(mixed: Ran) -> None:
    assert [mixed.failure(name) for name in ("outside", "link", "none")] == [
        (FailureKind.DATA, "`../outside.csv` is outside the repository and cannot travel"),
        (FailureKind.DATA, "`link.csv` is outside the repository and cannot travel"),
        (FailureKind.DATA, "`none.csv` cannot be read (No such file or directory)"),
    ]


def test_a_machine_never_runs_more_than_it_has_processors_for(mixed: Ran) -> None:
    ended = [value for number in range(4) for value in mixed.logged(f"whole{number}", "ended")]

    spans = sorted((machine, began, end) for began, end, machine, _, _ in ended)
    assert len(spans) == 4
    assert all(one[0] != two[0] or one[2] <= two[1] for one, two in pairwise(spans))


def test_a_notebook_that_asks_for_a_gpu_gets_one_and_its_memory_is_bounded(mixed: Ran) -> None:
    ((_, _, _, gpus, memory_bytes),) = mixed.logged("gpu", "ended")

    assert (gpus, memory_bytes) == ("0", 2**20)


def test_what_no_machine_has_fails_at_once_and_says_what_there_is(mixed: Ran) -> None:
    assert [mixed.failure(name) for name in ("gpus", "cpus")] == [
        (FailureKind.KERNEL, "it asks for 4 GPUs (the most there is: 1), which no machine of the cluster has"),
        (FailureKind.KERNEL, "it asks for 64 CPUs (the most there is: 2), which no machine of the cluster has"),
    ]
    too_much = mixed.of("memory").failure
    assert too_much is not None
    assert re.sub(r"is: [\d.]+", "is: N", too_much.problem) == (
        "it asks for 1000000.0 GB of memory (the most there is: N GB), which no machine of the cluster has"
    )


def test_progress_comes_home_step_by_step(mixed: Ran) -> None:
    steps = [(step.state, step.cell, step.line) for step in mixed.steps if step.name == "_notebooks/slow.ipynb"]

    assert [step[:2] for step in steps] == [
        (RunState.WAITING, 0),
        (RunState.STARTING, 0),
        (RunState.RUNNING, 1),
        (RunState.DONE, 1),
    ]
    assert steps[2][2] == "time.sleep()"


def test_a_mistake_of_our_own_fails_the_notebook_without_its_secrets(mixed: Ran) -> None:
    files = [path for path in (mixed.folder / "ray").rglob("*") if path.is_file()]

    assert mixed.failure("broken") == (FailureKind.KERNEL, "the run broke off with RuntimeError")
    assert files
    assert [path.name for path in files if CANARY.encode() in path.read_bytes()] == []


def test_a_sweep_of_hundreds_comes_back_whole_with_its_progress(both: TwoMachines, tmp_path: Path) -> None:
    sweep = [
        Job("_notebooks/sweep.ipynb", str(number), f"{number}".encode(), _PYTHON, params={"rate": number})
        for number in range(300)
    ]
    seen = Seen()

    outcomes = run_all(both.executor(tmp_path, ray_runs.tiny), sweep, seen)

    assert outcomes == {job.name: Outcome(job.notebook, None, 0.0) for job in sweep}
    for state in (RunState.WAITING, RunState.DONE):
        assert sorted(step.name for step in seen.steps if step.state is state) == sorted(job.name for job in sweep)


def test_closing_the_iterator_ends_every_run_on_the_workers(both: TwoMachines, tmp_path: Path) -> None:
    log = tmp_path / "log"
    jobs = [a_post(number, log) for number in range(6)]

    class EnoughError(Exception):
        pass

    def watch(step: Progress) -> None:
        if len(logged(log, "began")) == 4:
            raise EnoughError

    with pytest.raises(EnoughError):
        run_all(both.executor(tmp_path, ray_runs.waits), jobs, watch)

    assert sorted(logged(log, "stopped")) == sorted(logged(log, "began"))


def test_a_driving_process_that_is_killed_takes_its_runs_along(both: TwoMachines, tmp_path: Path) -> None:
    log = tmp_path / "log"

    def watch(step: Progress) -> None:
        if step.state is RunState.RUNNING:
            (driver,) = (one for one in psutil.Process().children() if "ray_driver" in " ".join(one.cmdline()))
            driver.kill()

    with pytest.raises(MachineError, match="the process that drives Ray ended") as raised:
        run_all(both.executor(tmp_path, ray_runs.waits), [a_post(0, log)], watch)

    assert raised.value.exit_code == 4
    ((_, worker),) = logged(log, "began")
    assert gone(worker, 20)


def test_workers_with_other_files_of_the_same_version_get_ours(both: TwoMachines, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "generator", tmp_path / "home/generator", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "home/generator/only_here.py").write_text(
        '"""A module that no worker has."""\nfrom tests.execution.ray_runs import tiny as tiny\n'
    )
    program = (
        "import sys; sys.path[:0] = [sys.argv[1], sys.argv[2]]\n"
        "from pathlib import Path\n"
        "from generator.execution.ray_cluster import RayExecutor\n"
        "from generator.model.execution import Job, KernelChoice\n"
        "job = Job('a.ipynb', None, b'{}', KernelChoice('python3', 'python', (sys.executable,)))\n"
        "executor = RayExecutor(Path('.'), address=sys.argv[3], run='generator.only_here:tiny')\n"
        "print(*(outcome for _, outcome in executor([job, job], print)), sep='\\n')\n"
    )

    done = subprocess.run(
        [sys.executable, "-P", "-c", program, str(tmp_path / "home"), str(ROOT), both.address],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        timeout=120,
        check=False,
    )

    assert done.stdout.splitlines()[-2:] == [str(Outcome(b"{}", None, 0.0))] * 2, done.stderr


@pytest.mark.kernel
def test_a_notebook_reads_its_data_and_imports_its_module_on_another_machine(both: TwoMachines, tmp_path: Path) -> None:
    (tmp_path / "_notebooks").mkdir()
    (tmp_path / "_notebooks/sales.csv").write_text("3\n4\n")
    (tmp_path / "_notebooks/own.py").write_text("def total(lines):\n    return sum(map(int, lines))\n")
    cells = ("import own", "print(own.total(open('sales.csv')))", "import os; print(os.environ['TOKEN'][:3])", "1 / 0")
    files = ("_notebooks/sales.csv", "_notebooks/own.py")
    job = a_job(*cells, folder="_notebooks", files=files, variables={"TOKEN": "abcdef"})
    lonely = a_job("open('sales.csv')", path="_notebooks/lonely.ipynb", folder="_notebooks")
    seen = Seen()

    outcomes = run_all(RayExecutor(tmp_path, address=both.address), [job, lonely], seen)

    good, bad = outcomes[job.name], outcomes[lonely.name].failure
    assert texts(good) == ["", "7\n", "abc\n", "ZeroDivisionError"]
    assert good.failure is not None
    assert (good.failure.problem, good.failure.cell) == ("ZeroDivisionError: division by zero", 4)
    assert bad is not None
    assert bad.mend == "name the file under `data:`; what is not named there stays at home"
    assert (RunState.RUNNING, 2) in {(step.state, step.cell) for step in seen.steps if step.name == job.name}


@pytest.mark.kernel
def test_closing_the_iterator_ends_a_kernel_on_a_worker(both: TwoMachines, tmp_path: Path) -> None:
    pid_file = tmp_path / "pid"
    cell = f"import os, pathlib, time; pathlib.Path({str(pid_file)!r}).write_text(str(os.getpid())); time.sleep(60)"

    def watch(step: Progress) -> None:
        if step.state is RunState.RUNNING:
            until(lambda: pid_file.exists() and pid_file.read_text())
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_all(RayExecutor(tmp_path, address=both.address), [a_job(cell, "1")], watch)

    assert gone(int(pid_file.read_text()))


@pytest.mark.slow
@pytest.mark.kernel
def test_without_an_address_ray_starts_here_and_ends_with_the_jobs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    before = {process.pid for process in processes_below(Path("/tmp/im"))}

    outcomes = run_all(RayExecutor(tmp_path), [a_job("print(6 * 7)")])

    assert [texts(outcome) for outcome in outcomes.values()] == [["42\n"]]
    assert [one.pid for one in processes_below(Path("/tmp/im")) if one.pid not in before and not gone(one.pid)] == []
    assert not (tmp_path / "home/.ray").exists()


def test_an_address_where_nobody_answers_ends_with_the_machine_s_exit_code(tmp_path: Path) -> None:
    with pytest.raises(MachineError) as raised:
        run_all(RayExecutor(tmp_path, address="127.0.0.1:9", run=RUNS + "tiny"), [a_post(0, tmp_path / "log")])

    assert (raised.value.problem, raised.value.exit_code) == (
        "no Ray cluster answers at 127.0.0.1:9 (connection refused)",
        4,
    )


def test_an_address_where_something_else_answers_is_given_up_in_time(tmp_path: Path) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"127.0.0.1:{server.getsockname()[1]}"
        executor = RayExecutor(tmp_path, address=address, run=RUNS + "tiny", connect_seconds=2)

        with pytest.raises(MachineError, match="did not answer within 2 s"):
            run_all(executor, [a_post(0, tmp_path / "log")])


def test_an_address_of_ray_client_is_refused_with_the_way_to_join(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is no address of a Ray cluster"):
        RayExecutor(tmp_path, address="ray://head:10001")


def test_without_ray_the_mend_installs_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)

    with pytest.raises(MachineError) as raised:
        RayExecutor(tmp_path)

    assert (raised.value.problem, raised.value.mend) == ("Ray is not installed", 'run `pip install "inkmill[ray]"`')
