"""Runs notebooks on this machine, several at once."""

import contextlib
import queue
import sys
import threading
import time
from collections.abc import Generator, Sequence
from pathlib import Path
from typing import Any, Self

from generator.errors import InkmillError
from generator.execution.guard import Guard
from generator.execution.memory import MemoryBound, default_bound
from generator.execution.run_notebook import run_beside_others
from generator.execution.surroundings import kernel_environment
from generator.model.execution import Job, Outcome, Progress, RunState, Watch

# Ctrl-C reaches a thread that waits without an end on Windows only between two waits.
_WAIT_SECONDS = 0.5
_ROOM_SECONDS = 0.2
_END_SECONDS = 10.0


class LocalExecutor:
    """An ``Executor``: a thread a notebook, since a kernel is a process of its own.

    Args:
        root: absolute source directory.
        jobs: notebooks at once.
        memory_bytes: for all kernels together; None for three quarters of the machine.
        is_warm: kernels of the Python inkmill runs in may be forked from a warm one.
    """

    def __init__(self, root: Path, *, jobs: int, memory_bytes: int | None = None, is_warm: bool = True) -> None:
        self._root = root
        self._jobs = jobs
        self._memory_bytes = memory_bytes
        self._is_warm = is_warm

    def __call__(self, jobs: Sequence[Job], watch: Watch) -> Generator[tuple[Job, Outcome], None, None]:
        """As ``model.execution.Executor`` says."""
        if not jobs:
            return
        memory = MemoryBound(self._memory_bytes if self._memory_bytes is not None else default_bound())
        for job in jobs:
            watch(Progress(job.name, RunState.WAITING))
        with Guard() as guard, _WarmKernels(is_wanted=self._is_warm) as warm:
            crew = _Crew(self._root, jobs, watch, guard=guard, memory=memory, warm=warm)
            crew.start(min(self._jobs, len(jobs)))
            try:
                for _ in jobs:
                    yield crew.next_outcome()
            finally:
                crew.end()


class _Crew:
    """The threads of one call, and what they share."""

    def __init__(
        self, root: Path, jobs: Sequence[Job], watch: Watch, *, guard: Guard, memory: MemoryBound, warm: "_WarmKernels"
    ) -> None:
        self._root = root
        self._watch = watch
        self._guard = guard
        self._memory = memory
        self._warm = warm
        self._stop = threading.Event()
        self._turn = threading.Lock()
        self._jobs = iter(jobs)
        self._outcomes: queue.SimpleQueue[tuple[Job, Outcome] | BaseException] = queue.SimpleQueue()
        self._threads: list[threading.Thread] = []

    def start(self, count: int) -> None:
        """Begin."""
        for number in range(max(count, 1)):
            # A daemon: what does not end in time must not keep inkmill from ending.
            thread = threading.Thread(target=self._work, name=f"notebook-{number + 1}", daemon=True)
            self._threads.append(thread)
            thread.start()

    def next_outcome(self) -> tuple[Job, Outcome]:
        """Of whichever ends next."""
        while True:
            with contextlib.suppress(queue.Empty):
                found = self._outcomes.get(timeout=_WAIT_SECONDS)
                if isinstance(found, BaseException):
                    raise found
                return found

    def end(self) -> None:
        """Every kernel ends, whatever it was doing."""
        self._stop.set()
        deadline = time.monotonic() + _END_SECONDS
        for thread in self._threads:
            thread.join(max(deadline - time.monotonic(), 0))

    def _work(self) -> None:
        while not self._stop.is_set():
            with self._turn:
                job = next(self._jobs, None)
                if job is None or not self._wait_for_room(job):
                    return
            try:
                self._outcomes.put((job, self._run(job)))
            except BaseException as error:
                # A thread has nobody else to tell.
                self._outcomes.put(error)
            finally:
                self._memory.leave(job.resources.memory_bytes)

    def _wait_for_room(self, job: Job) -> bool:
        """Whether the job may start; in turn, so that a large one is not passed by small ones for ever."""
        while not self._memory.admit(job.resources.memory_bytes):
            if self._stop.wait(_ROOM_SECONDS):
                return False
        return True

    def _run(self, job: Job) -> Outcome:
        return run_beside_others(
            job,
            self._root,
            self._watch,
            guard=self._guard,
            memory=self._memory,
            warm=self._warm.stanza(job),
            stop=self._stop,
        )


class _WarmKernels:
    """The servers of warm kernels, each started when the first notebook can use it."""

    def __init__(self, *, is_wanted: bool) -> None:
        self._is_wanted = is_wanted
        self._lock = threading.Lock()
        self._servers = contextlib.ExitStack()
        self._stanzas: dict[tuple[str, ...], Any] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._servers.close()

    def stanza(self, job: Job) -> Any:
        """The provisioner for a job; None for a kernel of its own."""
        from generator.execution.warm.server import WarmServer, can_be_warm

        if not (self._is_wanted and job.is_warm and job.kernel.is_own_python and can_be_warm()):
            return None
        kernel = job.kernel
        python = kernel.python or sys.executable
        # So that it imports while we do.
        environment = {**kernel_environment(job.variables), **kernel.env}
        with self._lock:
            key = (python, *job.preloaded)
            if key not in self._stanzas:
                server = WarmServer(python, job.preloaded, environment if "-m" in kernel.argv[1:2] else None)
                self._stanzas[key] = None
                # Where none can be had, kernels are plain ones.
                with contextlib.suppress(OSError, InkmillError):
                    self._stanzas[key] = self._servers.enter_context(server).provisioner
            return self._stanzas[key]
