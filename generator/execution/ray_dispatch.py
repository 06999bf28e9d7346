"""Which job goes to the cluster when, and what is done when a worker is lost: our own bookkeeping, not Ray's."""

import math
import pickle
import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import generator
from generator.execution import ray_nodes, ray_tasks
from generator.execution.ray_words import Assignment, Finished, Parcel
from generator.execution.travel import Luggage, Packer
from generator.model.execution import FailureKind, Outcome, Progress, RunFailure, RunState
from generator.model.resources import Resources

# A job may lose its worker through no fault of its own; one that kills them must not kill them all.
_RETRIES = 2
# Waiting tasks cost memory, and tell an autoscaler how much there is to do.
_LEAST_WINDOW = 16
_TURN_SECONDS = 0.5
_LOOK_SECONDS = 1.0
# A machine that was lost may be replaced; a machine that never was will not come.
_REPLACEMENT_SECONDS = 30.0
_FETCH_SECONDS = 120.0
_NEWS_SECONDS = 5.0
_MAIL_SECONDS = 0.02
# A worker gives its kernel six.
_END_SECONDS = 8.0
_HOW_LOST = MappingProxyType(
    {
        "WorkerCrashedError": "its process died",
        "OutOfMemoryError": "the machine ran out of memory",
        "NodeDiedError": "the machine died",
        "TaskCancelledError": "somebody called it off",
    }
)


class Dispatch:
    """The jobs of one assignment, on a cluster that is connected.

    Args:
        code: inkmill's package, for machines that lack it.
    """

    def __init__(self, ray: Any, assignment: Assignment, code: bytes | None) -> None:
        self._ray = ray
        self._assignment = assignment
        self._jobs = assignment.jobs
        self._packer: Packer[Any] = Packer(Path(assignment.root), self._jobs, ray.put)
        self._waiting: dict[Resources, deque[int]] = {}
        self._running: dict[Any, int] = {}
        self._losses = [0] * len(self._jobs)
        self._open = set(range(len(self._jobs)))
        self._steps: dict[int, Progress] = {}
        self._machines: Sequence[Mapping[str, float]] = ()
        self._looked_at = -math.inf
        self._last_fit: dict[Resources, float] = {}
        self._code = None if code is None else ray.put(code)
        self._task = ray.remote(ray_tasks.task())
        # On our own machine: were it lost, so were we.
        here = ray_nodes.only_on(ray.get_runtime_context().get_node_id())
        mailbox = ray.remote(ray_tasks.mailbox())
        self._mailbox = mailbox.options(num_cpus=0, max_concurrency=1000, scheduling_strategy=here).remote()
        self._mail = self._mailbox.take.remote(_NEWS_SECONDS)
        for number, job in enumerate(self._jobs):
            self._waiting.setdefault(job.resources, deque()).append(number)

    @property
    def is_done(self) -> bool:
        """Every job has its outcome."""
        return not self._open

    def turn(self) -> Iterator[Progress | Finished]:
        """Send what fits, wait half a second at most, and say what has happened."""
        yield from self._submit()
        if self.is_done:
            return
        ready, _ = self._ray.wait([*self._running, self._mail], num_returns=1, timeout=_TURN_SECONDS)
        if ready:
            everything = [*self._running, self._mail]
            ready, _ = self._ray.wait(everything, num_returns=len(everything), timeout=0)
        settled = [reference for reference in ready if reference in self._running]
        # News first: an outcome ends what they tell of.
        if ready:
            yield from self._read_mail(is_all=bool(settled))
        for reference in settled:
            yield from self._settle(reference)

    def call_off(self) -> None:
        """End every kernel, and wait for it."""
        references = list(self._running)
        for reference in references:
            with suppress(Exception):
                self._ray.cancel(reference, force=False)
        with suppress(Exception):
            _, left = self._ray.wait(references, num_returns=len(references), timeout=_END_SECONDS)
            for reference in left:
                self._ray.cancel(reference, force=True)

    def _submit(self) -> Iterator[Progress | Finished]:
        now = time.monotonic()
        if now - self._looked_at > _LOOK_SECONDS:
            self._machines, self._looked_at = ray_nodes.machines_of(self._ray), now
        running: dict[Resources, int] = {}
        for number in self._running.values():
            asked = self._jobs[number].resources
            running[asked] = running.get(asked, 0) + 1
        for resources, queue in self._waiting.items():
            places = ray_nodes.places(resources, self._machines)
            if places:
                self._last_fit[resources] = now
            elif now - self._last_fit.get(resources, -_REPLACEMENT_SECONDS) >= _REPLACEMENT_SECONDS:
                yield from self._give_up(resources)
                continue
            window = max(_LEAST_WINDOW, 2 * places) - running.get(resources, 0)
            while queue and window > 0:
                window -= 1
                yield from self._send(queue.popleft())

    def _give_up(self, resources: Resources) -> Iterator[Progress | Finished]:
        """No machine can run these, nor will one."""
        failure = ray_nodes.too_much(resources, self._machines)
        stuck = [number for number in self._running.values() if self._jobs[number].resources == resources]
        for reference in [one for one, number in self._running.items() if number in stuck]:
            # It waits in Ray's own queue, where it would wait for ever.
            del self._running[reference]
            with suppress(Exception):
                self._ray.cancel(reference, force=True)
        for number in (*stuck, *self._waiting[resources]):
            yield from self._finish(number, Outcome(None, failure, 0.0))
        self._waiting[resources].clear()

    def _send(self, number: int) -> Iterator[Progress | Finished]:
        job = self._jobs[number]
        packed = self._packer.pack(job)
        if isinstance(packed, RunFailure):
            yield from self._finish(number, Outcome(None, packed, 0.0))
            return
        bare = replace(job, notebook=b"", variables={})
        luggage = tuple(_plain(one) for one, _ in packed)
        parcel = Parcel(bare, luggage, self._assignment.run, (number, self._losses[number]))
        contents = [self._ray.put(job.notebook), *(reference for _, reference in packed)]
        asked = ray_nodes.wanted(job.resources)
        task = self._task.options(
            name=job.name,
            num_cpus=asked.get("CPU", 0),
            num_gpus=asked.get("GPU", 0),
            memory=int(asked.get("memory", 0)) or None,
            max_retries=0,
            scheduling_strategy="SPREAD",
        )
        variables = pickle.dumps(dict(job.variables))
        # References inside tuples and lists are not fetched before the task begins.
        order = generator.__version__, self._code, pickle.dumps(parcel)
        reference = task.remote(order, variables, contents, self._mailbox)
        self._running[reference] = number

    def _read_mail(self, *, is_all: bool) -> Iterator[Progress]:
        """What has come; all of it when somebody has just finished, whose last steps lie there already."""
        rest = self._ray.get(self._mailbox.take.remote(0)) if is_all else []
        letters = []
        if self._ray.wait([self._mail], timeout=_MAIL_SECONDS)[0]:
            letters = self._ray.get(self._mail)
            self._mail = self._mailbox.take.remote(_NEWS_SECONDS)
        for letter in (*letters, *rest):
            (number, attempt), steps = pickle.loads(letter)  # noqa: S301 - from our own workers
            if number in self._open and attempt == self._losses[number]:
                self._steps[number] = steps[-1]
                yield from steps

    def _settle(self, reference: Any) -> Iterator[Progress | Finished]:
        """What came of one attempt."""
        number = self._running.pop(reference)
        errors = self._ray.exceptions
        try:
            outcome = self._ray.get(reference, timeout=_FETCH_SECONDS)
        except errors.RayTaskError as error:
            cause = error.cause if isinstance(error.cause, Exception) else error
            if isinstance(cause, errors.RayError) and cause is not error:
                yield from self._lose(number, cause)
            else:
                yield from self._finish(number, _unable(cause))
        except errors.RayError as error:
            yield from self._lose(number, error)
        else:
            yield from self._finish(number, outcome)

    def _lose(self, number: int, error: Exception) -> Iterator[Progress | Finished]:
        self._losses[number] += 1
        job = self._jobs[number]
        if self._losses[number] <= _RETRIES:
            self._waiting[job.resources].appendleft(number)
            yield Progress(job.name, RunState.WAITING)
            return
        how = _HOW_LOST.get(type(error).__name__, "it was lost")
        failure = RunFailure(
            FailureKind.LOST,
            f"the worker that ran it was lost {self._losses[number]} times ({how} the last time)",
            "if it takes much memory, say so under `resources: {memory: …}`; else look at the cluster",
        )
        yield from self._finish(number, Outcome(None, failure, 0.0))

    def _finish(self, number: int, outcome: Outcome) -> Iterator[Progress | Finished]:
        self._open.discard(number)
        job = self._jobs[number]
        last = self._steps.pop(number, Progress(job.name, RunState.WAITING))
        state = RunState.DONE if outcome.failure is None else RunState.FAILED
        if last.state is not state:
            yield replace(last, state=state, seconds=outcome.seconds)
        self._packer.release(job)
        yield Finished(number, outcome)


def _plain(luggage: Luggage) -> tuple[str, int, str]:
    return luggage.path, luggage.mode, luggage.digest


def _unable(error: Exception) -> Outcome:
    """A worker that cannot even begin: it joined late, and has other packages."""
    problem = " ".join(f"{type(error).__name__}: {error}".split())[:300]
    failure = RunFailure(
        FailureKind.KERNEL,
        f"a worker of the cluster cannot run it: {problem}",
        f"run `pip install inkmill=={generator.__version__}` on that machine",
    )
    return Outcome(None, failure, 0.0)
