"""Stand-ins for run_notebook, for workers of a cluster: ``job.params["log"]`` is a file that tests read."""

import json
import os
import signal
import threading
import time
from pathlib import Path
from typing import Any

from generator.model.execution import Job, Outcome, Progress, RunState, Watch


def as_told(job: Job, root: Path, watch: Watch, **more: Any) -> Outcome:
    """Does what ``params["do"]`` says."""
    deeds = {one.__name__: one for one in (tiny, sleeps, kills, breaks, looks_around)}
    return deeds[job.params["do"]](job, root, watch, **more)


def tiny(job: Job, root: Path, watch: Watch, **more: Any) -> Outcome:
    """Comes back at once with what it was given."""
    return Outcome(job.notebook, None, 0.0)


def sleeps(job: Job, root: Path, watch: Watch, **more: Any) -> Outcome:
    """Takes ``params["seconds"]``; says when it began and ended, and where."""
    began = time.time()
    _log(job, "began", _machine())
    watch(Progress(job.name, RunState.STARTING))
    watch(Progress(job.name, RunState.RUNNING, 1, 1, "time.sleep()"))
    time.sleep(job.params["seconds"])
    watch(Progress(job.name, RunState.DONE, 1, 1))
    gpus = job.variables.get("CUDA_VISIBLE_DEVICES", "")
    _log(job, "ended", [began, time.time(), _machine(), gpus, more["memory_bytes"]])
    return Outcome(job.notebook, None, 0.0)


def kills(job: Job, root: Path, watch: Watch, **more: Any) -> Outcome:
    """Ends its worker, as a machine without memory would."""
    _log(job, "began", os.getpid())
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


def waits(job: Job, root: Path, watch: Watch, *, stop: threading.Event, **more: Any) -> Outcome:
    """Runs until it is called off."""
    _log(job, "began", os.getpid())
    watch(Progress(job.name, RunState.RUNNING, 1, 1, "while True: pass"))
    stop.wait(60)
    _log(job, "stopped", os.getpid())
    return Outcome(None, None, 0.0)


def breaks(job: Job, root: Path, watch: Watch, **more: Any) -> Outcome:
    """A mistake of inkmill's own."""
    raise RuntimeError(f"the secret is {job.variables['TOKEN']}")


def looks_around(job: Job, root: Path, watch: Watch, **more: Any) -> Outcome:
    """Notes every file and folder of its root: (path, mode, content)."""
    notes = []
    for path in sorted(root.rglob("*")):
        content = path.read_text() if path.is_file() else None
        notes.append(json.dumps([path.relative_to(root).as_posix(), path.stat().st_mode & 0o777, content]))
        assert not path.is_symlink()
    _log(job, "root", str(root))
    return Outcome(None, None, 0.0, notes=tuple(notes))


def logged(log: Path, word: str) -> list[tuple[str, Any]]:
    """(name of the job, value) for each line that a run wrote with that word."""
    lines = [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []
    return [(name, value) for name, said, value in lines if said == word]


def _log(job: Job, word: str, value: Any) -> None:
    with Path(job.params["log"]).open("a") as log:
        log.write(json.dumps([job.name, word, value]) + "\n")


def _machine() -> str:
    import ray

    return str(ray.get_runtime_context().get_node_id())
