"""What the executor and the process that drives Ray say to one another."""

from dataclasses import dataclass
from pathlib import Path

from generator.errors import MachineError
from generator.model.execution import Job, Outcome, Progress


@dataclass(frozen=True, slots=True)
class Assignment:
    """Said first, by the executor.

    Args:
        root: absolute source directory.
        address: of a cluster, ``HOST:PORT`` or ``auto``; None to start Ray on this machine.
        run: ``module:function`` that runs one job, as ``run_notebook`` does.
        scratch: a folder with a short path, removed at the end; a Ray that is started here works below it.
    """

    root: Path
    address: str | None
    jobs: tuple[Job, ...]
    run: str
    scratch: Path


@dataclass(frozen=True, slots=True)
class Connected:
    """The cluster is there."""


@dataclass(frozen=True, slots=True)
class Finished:
    """A job has its outcome.

    Args:
        number: of the job in the assignment, from 0.
    """

    number: int
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Broken:
    """Nothing more will come."""

    error: MachineError


@dataclass(frozen=True, slots=True)
class Stop:
    """Said by the executor: end every kernel."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """What a worker gets of one job, beside contents.

    Args:
        job: without notebook and variables, which travel apart.
        luggage: ``travel.Luggage`` of each content, in the order of the contents.
        run: as in Assignment.
        attempt: (number of the job, of the attempt), to know late news by.
    """

    job: Job
    luggage: tuple[tuple[str, int, str], ...]
    run: str
    attempt: tuple[int, int]


Message = Connected | Progress | Finished | Broken
"""From the driving process."""
