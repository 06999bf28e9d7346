"""One job on a worker of a cluster: what travelled is laid out, the notebook runs, news go home."""

import importlib
import os
import pickle
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from generator.errors import ContentError
from generator.execution.ray_words import Parcel
from generator.execution.travel import Luggage, lay_out
from generator.model.execution import FailureKind, Job, KernelChoice, Outcome, Progress, RunFailure

_NEWS_SECONDS = 0.2
# Longer than a kernel may take to end, shorter than the driver's patience.
_END_SECONDS = 6.0
_HELD = ".inkmill-held"
# What Ray decided for this worker, for libraries that look no further.
_SHARES = ("OMP_NUM_THREADS", "CUDA_VISIBLE_DEVICES", "HIP_VISIBLE_DEVICES", "ROCR_VISIBLE_DEVICES")


def run_parcel(parcel: bytes, variables: bytes, contents: Sequence[Any], mailbox: Any) -> Outcome:
    """Run a job here; it never raises but when it is called off.

    Args:
        parcel: a pickled Parcel.
        variables: pickled environment variables of the job.
        contents: references to the notebook and to each content of the parcel's luggage.
        mailbox: an actor with ``tell``.
    """
    import ray

    began = time.monotonic()
    opened: Parcel = pickle.loads(parcel)  # noqa: S301 - from our own driver
    job = replace(opened.job, variables=_with_shares(pickle.loads(variables)))  # noqa: S301
    try:
        notebook, *files = ray.get(list(contents))
        job = replace(job, notebook=notebook)
        kernel, note = kernel_here(job.kernel)
        run = _found(opened.run)
        with scratch() as root, _news(mailbox, opened.attempt) as watch:
            luggage = tuple(Luggage(*one) for one in opened.luggage)
            known = {one.digest: content for one, content in zip(luggage, files, strict=True)}
            lay_out(root, job.folder, luggage, known.__getitem__)
            outcome = _run_until_called_off(run, replace(job, kernel=kernel), root, watch)
    except ContentError as error:
        return _not_run(FailureKind.KERNEL, error.problem, error.mend or "mend it", began)
    except (OSError, ImportError, LookupError) as error:
        problem = f"the machine that should run it could not: {type(error).__name__}: {error}"
        return _not_run(FailureKind.KERNEL, problem, "check the disks and packages of the cluster's machines", began)
    notes = outcome.notes if note is None else (*outcome.notes, note)
    return replace(outcome, notes=notes, failure=_told_from_afar(outcome.failure))


def _with_shares(named: Mapping[str, str]) -> Mapping[str, str]:
    return {**{name: os.environ[name] for name in _SHARES if name in os.environ}, **named}


def _found(run: str) -> Callable[..., Outcome]:
    module, _, name = run.partition(":")
    found: Callable[..., Outcome] = getattr(importlib.import_module(module), name)
    return found


def kernel_here(kernel: KernelChoice) -> tuple[KernelChoice, str | None]:
    """The same kernel, or the one of this machine that stands for it, with a note.

    Raises:
        ContentError: there is none.
    """
    if shutil.which(kernel.argv[0]) is not None:
        return kernel, None
    if kernel.python is not None and not kernel.is_own_python and kernel.name == "python3":
        # It has packages of its own: any other Python would run the notebook with others, and nobody would know.
        raise ContentError(
            f"its interpreter `{kernel.python}` is not on the machine that should run it",
            mend="make that environment there at the same path, or run the notebook without `--executor ray`",
        )
    from generator.execution.kernels import choose_kernel

    chosen, note = choose_kernel(kernel.name, kernel.language)
    if note is not None:
        note = f"`{kernel.name}` is not on the machine that ran it; `{chosen.name}` did"
    return chosen, note


def _run_until_called_off(
    run: Callable[..., Outcome], job: Job, root: Path, watch: Callable[[Progress], None]
) -> Outcome:
    """Ray calls a task off with KeyboardInterrupt in the main thread, so the notebook runs in another."""
    stop = threading.Event()
    results: list[Outcome] = []

    def go() -> None:
        try:
            results.append(run(job, root, watch, memory_bytes=job.resources.memory_bytes, stop=stop))
        except Exception as error:
            # Its text may hold anything that the notebook holds, and what Ray is told it writes into its logs.
            problem = f"the run broke off with {type(error).__name__}"
            results.append(_not_run(FailureKind.KERNEL, problem, "run it without `--executor ray` to see more", began))

    began = time.monotonic()
    thread = threading.Thread(target=go, daemon=True)
    thread.start()
    try:
        while thread.is_alive():
            thread.join(0.1)
    except BaseException:
        stop.set()
        thread.join(_END_SECONDS)
        raise
    return results[0] if results else _not_run(FailureKind.KERNEL, "the run ended without a result", "", began)


def _not_run(kind: FailureKind, problem: str, mend: str, began: float) -> Outcome:
    return Outcome(None, RunFailure(kind, problem, mend), time.monotonic() - began)


def _told_from_afar(failure: RunFailure | None) -> RunFailure | None:
    """What is missing here need not be missing at home."""
    if failure is None or failure.kind is not FailureKind.ERROR:
        return failure
    if failure.last_line.startswith("FileNotFoundError"):
        return replace(failure, mend="name the file under `data:`; what is not named there stays at home")
    if failure.last_line.startswith("ModuleNotFoundError"):
        return replace(failure, mend="install the module on the machines of the cluster")
    return failure


@contextmanager
def _news(mailbox: Any, attempt: tuple[int, int]) -> Iterator[Callable[[Progress], None]]:
    """A watch whose steps go to the mailbox, some at a time."""
    import ray

    steps: list[Progress] = []
    lock = threading.Lock()
    ended = threading.Event()

    def watch(step: Progress) -> None:
        with lock:
            steps.append(step)

    def send() -> Any:
        with lock:
            some, steps[:] = tuple(steps), ()
        return mailbox.tell.remote(pickle.dumps((attempt, some))) if some else None

    def keep_sending() -> None:
        while not ended.wait(_NEWS_SECONDS):
            # News that do not arrive are no reason to end a run.
            with suppress(Exception):
                send()

    thread = threading.Thread(target=keep_sending, daemon=True)
    thread.start()
    try:
        yield watch
    finally:
        ended.set()
        thread.join(_END_SECONDS)
        with suppress(Exception):
            last = send()
            if last is not None:
                # The outcome must not overtake them.
                ray.get(last, timeout=_END_SECONDS)


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder for one run; what workers left that were killed is removed on the way.

    No process could watch over it: Ray kills the children of a worker that it ends.
    """
    _sweep(Path(tempfile.gettempdir()))
    folder = Path(tempfile.mkdtemp(prefix="inkmill-run-"))
    lock = hold(folder)
    root = folder / "source"
    root.mkdir()
    try:
        yield root
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


def hold(folder: Path) -> int:
    """Keep a folder from being swept until the descriptor is closed, or this process ends."""
    lock, name = tempfile.mkstemp(dir=folder)
    _try_lock(lock)
    # Only once it is locked: whoever sees it under its name may take an unlocked one for left behind.
    Path(name).rename(folder / _HELD)
    return lock


def _sweep(folder: Path) -> None:
    for left in folder.glob("inkmill-*-*"):
        with suppress(OSError):
            if left.lstat().st_uid != os.getuid():
                continue
            lock = os.open(left / _HELD, os.O_RDWR | os.O_NOFOLLOW)
            try:
                if _try_lock(lock):
                    shutil.rmtree(left, ignore_errors=True)
            finally:
                os.close(lock)


def _try_lock(lock: int) -> bool:
    """Whether nobody else holds it; the system frees it when its process ends."""
    import fcntl

    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
