"""How whoever calls wants notebooks to be run; imports nothing, since most builds run none."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from generator.model.execution import Executor, Watch


def nothing_watches(_: object) -> None:
    """For those who show no progress."""


@dataclass(frozen=True, slots=True)
class Runner:
    """How whoever calls wants notebooks to be run.

    Args:
        executor: in place of the one that the request names.
        watch: told of every cell that runs.
    """

    executor: "Executor | None" = None
    watch: "Watch" = nothing_watches


UNWATCHED = Runner()
"""As the request says, in silence."""
