"""What runs within the sandbox: each notebook in a process of its own, handed over before the next one starts.

Started by ``execute``, which takes nothing for true that comes out of here.
"""

import argparse
import os
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from generator.execution.handover import (
    ConfinedRun,
    RunStatus,
    hand_over,
    is_for_want_of_network,
    may_hand_over,
    word_of,
    written_word,
)
from generator.execution.sandbox import MERGED, WORK

if TYPE_CHECKING:
    from generator.model.execution import Job, Outcome, Watch
    from generator.model.plan import RunReport

# What is left when a notebook's own time is over: to end its kernel, and to hand over.
_GRACE_SECONDS = 30.0
_SHORTEST_SECONDS = 5.0
_MOST_ENTRIES = 10_000
_MOST_FILES = 400
_TEMPORARY = (Path("/tmp"), Path("/dev/shm"))  # noqa: S108 - of the sandbox, where nobody else is
_ROUNDS = 20
_WORD = "word.json"


def command(
    *, package_parent: Path, now: datetime, seconds: float, memory_bytes: int, paths: Sequence[str]
) -> list[str]:
    """The command line for the sandbox; it hands over on standard output.

    Args:
        package_parent: the folder that holds ``generator/``.
        now: of the runs.
        seconds: for all of them together.
        memory_bytes: for all kernels of one notebook.
        paths: of notebooks, as in the merged tree.
    """
    options = ["--now", now.isoformat(), "--seconds", str(seconds), "--memory", str(memory_bytes)]
    return [*_python(package_parent), "all", *options, "--", *paths]


def main(words: Sequence[str]) -> int:
    """Run all notebooks, or, in a process that the former starts, one."""
    parser = argparse.ArgumentParser(prog="inside-sandbox")
    parser.add_argument("what", choices=("all", "one"))
    parser.add_argument("--now", type=datetime.fromisoformat, required=True)
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--memory", type=int, required=True)
    parser.add_argument("--work", type=Path, default=Path(WORK))
    parser.add_argument("paths", nargs="+")
    given = parser.parse_args(words)
    bounds = _Bounds(given.now, given.seconds, given.memory)
    if given.what == "one":
        _run_one(given.paths[0], given.work, bounds)
    else:
        _run_all(given.paths, given.work, bounds)
    return 0


@dataclass(frozen=True, slots=True)
class _Bounds:
    """What runs may take, and the time they are of."""

    now: datetime
    seconds: float
    memory_bytes: int


def _run_all(paths: Sequence[str], work: Path, bounds: _Bounds) -> None:
    with suppress(OSError):
        # Should the machine run out of memory all the same, this goes first.
        Path("/proc/self/oom_score_adj").write_text("1000")
    deadline = time.monotonic() + bounds.seconds
    for number, path in enumerate(paths):
        # Who is quick leaves the others more.
        share = (deadline - time.monotonic()) / (len(paths) - number) - _GRACE_SECONDS
        if share < _SHORTEST_SECONDS:
            hand_over(sys.stdout.buffer, ConfinedRun(path, RunStatus.LOST, "there was no time left to run it"), {})
            continue
        folder = work / str(number)
        run = _started(path, folder, replace(bounds, seconds=share))
        _end_everything()
        found = _read(folder / "out", _WORD)
        run = run or (word_of(found) if found is not None else None) or ConfinedRun(path, RunStatus.LOST)
        hand_over(sys.stdout.buffer, run, dict(_files(folder / "out")))
        for place in (work, *_TEMPORARY):
            _clear(place)


def _started(path: str, folder: Path, bounds: _Bounds) -> ConfinedRun | None:
    """One notebook in a process of its own; what became of it where it cannot say so itself."""
    try:
        Path(os.environ["HOME"]).mkdir()
        folder.mkdir(mode=0o700)
        shutil.copytree(MERGED, folder / "tree", symlinks=True)
    except OSError as failure:
        return ConfinedRun(path, RunStatus.LOST, f"the sandbox has no room for the blog ({failure.strerror})")
    package_parent = Path(__file__).resolve().parents[2]
    options = ["--now", bounds.now.isoformat(), "--seconds", str(bounds.seconds), "--memory", str(bounds.memory_bytes)]
    words = [*_python(package_parent), "one", *options, "--work", str(folder), "--", path]
    try:
        # Its standard output is none of the pipe through which runs are handed over.
        process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=sys.stderr.fileno(), cwd="/")
        process.wait(bounds.seconds + _GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        return ConfinedRun(path, RunStatus.LOST, "it did not end in time")
    except OSError as failure:
        return ConfinedRun(path, RunStatus.LOST, f"it could not be started ({failure.strerror})")
    return None


def _python(package_parent: Path) -> list[str]:
    """Python, isolated: neither the environment nor a folder it stands in adds a module."""
    start = (
        "import sys; sys.path.insert(0, sys.argv.pop(1)); "
        "from generator.steps.inside_sandbox import main; sys.exit(main(sys.argv[1:]))"
    )
    return [sys.executable, "-I", "-c", start, str(package_parent)]


def _end_everything() -> None:
    """Kill whatever else runs here: what a notebook left behind is nobody's, and the next one gets a clean place."""
    for _ in range(_ROUNDS):
        try:
            os.kill(-1, signal.SIGKILL)
        except ProcessLookupError:
            return
        time.sleep(0.05)


def _clear(place: Path) -> None:
    """Remove what a notebook left: files fill memory, and the next one gets an empty place."""
    with suppress(OSError), os.scandir(place) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                shutil.rmtree(entry.path, ignore_errors=True)
            else:
                with suppress(OSError):
                    os.unlink(entry.path)  # noqa: PTH108 - there may be a million


def _files(folder: Path) -> Iterator[tuple[str, bytes]]:
    """The runs that were written, plain files of our names alone."""
    names: list[str] = []
    with suppress(OSError), os.scandir(folder) as entries:
        names = [entry.name for entry in islice(entries, _MOST_ENTRIES) if may_hand_over(entry.name)]
    for name in sorted(names)[:_MOST_FILES]:
        content = _read(folder, name)
        if content is not None and may_hand_over(name, len(content)):
            yield name, content


def _read(folder: Path, name: str) -> bytes | None:
    try:
        handle = os.open(folder / name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with os.fdopen(handle, "rb") as file:
            return file.read() if stat.S_ISREG(os.fstat(handle).st_mode) else None
    except OSError:
        return None


def _run_one(path: str, work: Path, bounds: _Bounds) -> None:
    """Run one notebook, if it asks for it; its runs and a word on it are then in ``work/out``."""
    from generator.cache.store import Store
    from generator.errors import InkmillError
    from generator.execution.local import LocalExecutor
    from generator.execution.records import Runs
    from generator.execution.run_files import write_runs
    from generator.model.request import BuildRequest
    from generator.runs import run_asking
    from generator.stages.runner import Runner

    root, out, cache = work / "tree", work / "out", work / "cache"
    request = BuildRequest(root, output=work / "site", cache=cache, now=bounds.now, warm=False)
    local = LocalExecutor(root, jobs=1, memory_bytes=bounds.memory_bytes, is_warm=False)

    def within_time(jobs: "Sequence[Job]", watch: "Watch") -> "Generator[tuple[Job, Outcome], None, None]":
        share = bounds.seconds / max(len(jobs), 1)
        yield from local([_bounded(job, share) for job in jobs], watch)

    out.mkdir()
    try:
        report = run_asking(request, (path,), Runner(executor=within_time))
    except InkmillError as wrong:
        run = ConfinedRun(path, RunStatus.FAILED, wrong.problem)
    else:
        run = _word(path, report)
        variants = [None if result.name == path else result.name[len(path) + 1 :] for result in report.results]
        write_runs(Runs(Store(cache)), [(path, variant) for variant in variants], out)
    out.joinpath(_WORD).write_bytes(written_word(run))


def _bounded(job: "Job", seconds: float) -> "Job":
    own = job.notebook_timeout_seconds
    return replace(job, notebook_timeout_seconds=seconds if own is None else min(own, seconds))


def _word(path: str, report: "RunReport") -> ConfinedRun:
    failures = [result.failure for result in report.results if result.failure is not None]
    if failures:
        first = failures[0]
        wants_network = is_for_want_of_network(first.problem, first.last_line)
        return ConfinedRun(path, RunStatus.FAILED, first.problem, wants_network)
    return ConfinedRun(path, RunStatus.OK if report.results else RunStatus.UNASKED)
