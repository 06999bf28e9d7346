"""What it takes to run a notebook, how far a run has come, and what became of it."""

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any, Protocol

from generator.location import Location
from generator.model.resources import Resources


@dataclass(frozen=True, slots=True)
class KernelChoice:
    """An installed kernel, as it will be started.

    Args:
        name: of the kernel spec.
        language: lower-case.
        argv: the command, ``{connection_file}`` in it not yet filled in.
        env: what the spec adds to the environment.
        interrupts_by_message: the spec's ``interrupt_mode``.
        python: the interpreter, absolute, when it is a Python kernel.
        is_own_python: that interpreter is the one inkmill runs in.
        spec_digest: SHA-256 of the spec, hexadecimal; stands for the packages of other languages.
    """

    name: str
    language: str
    argv: tuple[str, ...]
    env: Mapping[str, str] = field(default_factory=dict)
    interrupts_by_message: bool = False
    python: str | None = None
    is_own_python: bool = False
    spec_digest: str = ""


@dataclass(frozen=True, slots=True)
class Job:
    """One run of one notebook, as an executor gets it; it can travel to another machine.

    Args:
        path: of the notebook, relative to the source directory.
        notebook: nbformat 4.5 JSON; its cells are tagged ``skip-execution``, ``raises-exception`` and ``parameters``
            whatever the author's spelling was, and hold their number as ``metadata.inkmill.number`` (from 1).
        params: for papermill.
        folder: where the kernel works, relative to the source directory; ``""`` for the directory itself.
        timeout_seconds: for one cell; None for no limit.
        notebook_timeout_seconds: for all of them.
        goes_on_after_errors: an exception does not end the run (``on_error: show``).
        variables: environment variables that the author named, with values, on top of the allow-list.
        files: declared data and modules of the repository, relative to the source directory: what must travel along.
        is_warm: the kernel may be forked from a warm one.
        preloaded: modules to import before the fork.
    """

    path: str
    variant: str | None
    notebook: bytes
    kernel: KernelChoice
    folder: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)
    timeout_seconds: float | None = None
    notebook_timeout_seconds: float | None = None
    goes_on_after_errors: bool = False
    variables: Mapping[str, str] = field(default_factory=dict)
    files: tuple[str, ...] = ()
    resources: Resources = field(default_factory=Resources)
    is_warm: bool = True
    preloaded: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """How messages and the progress display call it: the path, with the variant after ``#``."""
        return self.path if self.variant is None else f"{self.path}#{self.variant}"


class FailureKind(Enum):
    """Why a run is not good."""

    ERROR = "error"
    TIMEOUT = "timeout"
    DIED = "died"
    OUTPUT = "output"
    MEMORY = "memory"
    KERNEL = "kernel"
    ENVIRONMENT = "environment"
    PARAMETERS = "parameters"
    DATA = "data"
    LEAK = "leak"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class RunFailure:
    """What ended a run that is not good.

    Args:
        problem: one clause: ``ZeroDivisionError: division by zero``, ``the kernel died (SIGKILL)``.
        mend: an instruction.
        cell: the author's own number, from 1; None where no cell can be named.
        line: in that cell, from 1.
        last_line: of the traceback, without colours; empty without one.
    """

    kind: FailureKind
    problem: str
    mend: str
    cell: int | None = None
    execution_count: int | None = None
    line: int | None = None
    last_line: str = ""

    def at(self, path: str) -> Location:
        """The place in the notebook."""
        return Location(path, cell=self.cell, line=self.line, execution_count=self.execution_count)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a job.

    Args:
        notebook: nbformat 4.5 JSON with the outputs so far, injected parameters included; None when no kernel started.
        failure: None after a good run.
        seconds: from the start of its kernel.
        language_version: as the kernel said it, such as ``3.11.7``.
        notes: sentences worth telling of a run that is good all the same.
    """

    notebook: bytes | None
    failure: RunFailure | None
    seconds: float
    language_version: str = ""
    notes: tuple[str, ...] = ()


class RunState(Enum):
    """How far a job has come."""

    WAITING = "waiting"
    STARTING = "starting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Progress:
    """One step of one job, for whoever watches.

    Args:
        name: as ``Job.name``.
        cell: the author's own number of the cell that runs, from 1; 0 before the first.
        cells: how many cells there are.
        line: the first line of that cell that says something.
        seconds: since the job started.
    """

    name: str
    state: RunState
    cell: int = 0
    cells: int = 0
    line: str = ""
    seconds: float = 0.0


Watch = Callable[[Progress], None]
"""Called from any thread."""


class Executor(Protocol):
    """Runs jobs, here or elsewhere."""

    def __call__(self, jobs: Sequence[Job], watch: Watch) -> Generator[tuple[Job, Outcome], None, None]:
        """Every job with its outcome, as they finish; a job never raises.

        Closing the iterator, or an exception in the caller (KeyboardInterrupt), ends every kernel.

        Raises:
            MachineError: the executor itself cannot work.
        """


@dataclass(frozen=True, slots=True)
class RunKey:
    """What the outputs of a run depend on, part by part, so that a difference has a name.

    Args:
        parts: name to digest or version: ``code``, ``kernel``, ``engine``, ``folder``, ``parameter country``,
            ``file data/sales.csv``, ``environment requirements.lock``, ``environment pandas``.
    """

    parts: Mapping[str, str]
    digest: str


@dataclass(frozen=True, slots=True)
class RunRecord:
    """A good run, as the store keeps it.

    Args:
        ran_at: aware; the build's now.
        source_digest: of the code cells and the committed outputs of the file that ran (``SourcePlan.saved``).
        notebook: key of the executed notebook in the store.
        versions: of the language and of the libraries the notebook imports.
    """

    path: str
    variant: str | None
    key: RunKey
    ran_at: datetime
    seconds: float
    source_digest: str
    notebook: str
    versions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RunHistory:
    """What is known of one notebook's (or variant's) runs.

    Args:
        last_good: None before the first good run.
        failures_in_row: since the last good run.
        last_failure: of the last run; None when it was good.
        failed_at: aware.
        failed_key: digest of the key it failed with; empty where it had none.
    """

    path: str
    variant: str | None
    last_good: RunRecord | None = None
    failures_in_row: int = 0
    last_failure: RunFailure | None = None
    failed_at: datetime | None = None
    failed_key: str = ""
