"""One notebook runs, here."""

import threading
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

from generator.errors import NotebookError
from generator.execution.failures import at_cell, one_line
from generator.execution.guard import Guard
from generator.execution.memory import MemoryBound
from generator.execution.parameters import papermill_language, unknown_parameter
from generator.formats.notebook import parse, to_node
from generator.model.execution import FailureKind, Job, Outcome, Progress, RunFailure, RunState, Watch

if TYPE_CHECKING:
    from generator.execution.notebook_run import NotebookRun


def run_notebook(
    job: Job,
    root: Path,
    watch: Watch,
    *,
    warm: Mapping[str, Any] | None = None,
    memory_bytes: int | None = None,
    stop: threading.Event | None = None,
) -> Outcome:
    """Run a job on this machine; whatever its notebook does, what comes back is an outcome.

    Args:
        root: absolute source directory; the kernel works in ``root / job.folder``.
        warm: the stanza of a kernel provisioner; None for a process of its own.
        memory_bytes: what the kernel and its children may take; None for what the job itself says.
        stop: set it, and the kernel ends within a moment.
    """
    ends = stop or threading.Event()
    # A thread of its own: in the caller's an event loop may be running (Jupyter, a test's browser), and there is
    # room for one.
    with Guard() as guard, ThreadPoolExecutor(1) as thread:
        running = thread.submit(
            run_beside_others,
            job,
            root,
            watch,
            guard=guard,
            memory=MemoryBound(),
            warm=warm,
            memory_bytes=memory_bytes,
            stop=ends,
        )
        try:
            return running.result()
        except BaseException:
            ends.set()
            raise


def run_beside_others(
    job: Job,
    root: Path,
    watch: Watch,
    *,
    guard: Guard,
    memory: MemoryBound,
    warm: Mapping[str, Any] | None = None,
    memory_bytes: int | None = None,
    stop: threading.Event | None = None,
) -> Outcome:
    """As run_notebook, with the guard and the memory that all runs of an executor share."""
    began = time.monotonic()
    watch(Progress(job.name, RunState.STARTING))
    try:
        node = to_node(parse(job.notebook, job.path)[0])
    except NotebookError as error:
        return _not_run(job, watch, began, RunFailure(FailureKind.KERNEL, error.problem, error.mend or "mend the file"))
    node["metadata"]["kernelspec"] = _kernelspec(job)
    if not (root / job.folder).is_dir():
        problem = f"the folder it shall run in, `{job.folder}`, does not exist"
        return _not_run(job, watch, began, RunFailure(FailureKind.KERNEL, problem, "make it, or name another"))
    unknown = unknown_parameter(job, node)
    if unknown is not None:
        return _not_run(job, watch, began, unknown)
    # Imports papermill and all that comes with it.
    from generator.execution.notebook_run import NotebookRun

    own_bytes = memory_bytes if memory_bytes is not None else job.resources.memory_bytes
    run = NotebookRun(job, root, watch, node, guard=guard, memory=memory, own_bytes=own_bytes, warm=warm, stop=stop)
    _through_papermill(run, node)
    run.tell(RunState.DONE if run.failure is None else RunState.FAILED)
    return Outcome(run.notebook, run.failure, run.seconds, run.language_version, tuple(run.notes))


def _kernelspec(job: Job) -> dict[str, str]:
    kernel = job.kernel
    return {"name": kernel.name, "display_name": kernel.name, "language": kernel.language}


def _not_run(job: Job, watch: Watch, began: float, failure: RunFailure) -> Outcome:
    seconds = time.monotonic() - began
    watch(Progress(job.name, RunState.FAILED, seconds=seconds))
    return Outcome(None, failure, seconds)


def _through_papermill(run: "NotebookRun", node: Any) -> None:
    from papermill.exceptions import PapermillException, PapermillExecutionError
    from papermill.execute import execute_notebook

    from generator.execution.engine import register_engine
    from generator.execution.kernel_process import KernelStartError

    job = run.job
    try:
        execute_notebook(
            node,
            None,
            parameters=dict(job.params),
            engine_name=register_engine(),
            kernel_name=job.kernel.name,
            language=papermill_language(job.kernel.language),
            progress_bar=False,
            run=run,
        )
    except PapermillExecutionError:
        # Its reading of the outputs, announced exceptions included; the run has its own.
        return
    except KernelStartError as error:
        run.failure = run.could_not_start(error)
    except PapermillException as error:
        problem = f"papermill cannot give parameters to `{job.kernel.name}`: {one_line(str(error))}"
        run.failure = at_cell(
            FailureKind.PARAMETERS, problem, "take `params:` away, or run it with another kernel", None
        )
    except Exception as error:
        problem = one_line(f"the run broke off: {type(error).__name__}: {error}")
        run.failure = run.failure or at_cell(
            FailureKind.KERNEL, problem, "run it again, and report it if it stays", None
        )
