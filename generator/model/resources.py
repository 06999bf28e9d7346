"""What one notebook needs of the machine it runs on."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Resources:
    """What one notebook needs while it runs; None leaves it to the executor.

    Args:
        cpus, gpus: of the machine it runs on.
        memory_bytes: a bound, too: a kernel that outgrows it is killed.
    """

    cpus: float | None = None
    gpus: float | None = None
    memory_bytes: int | None = None
