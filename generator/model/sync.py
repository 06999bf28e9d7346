"""What `inkmill wandb sync` was asked for, and what became of each snapshot."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from generator.errors import InkmillError
from generator.model.problem import Problem


class Outcome(StrEnum):
    """What became of one snapshot."""

    WRITTEN = "written"
    UNCHANGED = "unchanged"
    KEPT = "kept"
    MISSING = "missing"
    FROZEN = "frozen"


@dataclass(frozen=True, slots=True)
class SyncWishes:
    """How snapshots are fetched.

    Args:
        is_offline: nothing is asked; what is there is told.
        max_age_days: a snapshot that was fetched longer ago is told of; None for none.
        environ: where keys and servers are.
    """

    is_offline: bool = False
    max_age_days: float | None = None
    environ: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class SyncedSnapshot:
    """One snapshot.

    Args:
        path: relative to the source directory.
        what: its project, for people.
        runs: how many it holds.
        age_days: of the numbers in it; None where there is none.
        sources: that show it.
        failure: why it was not fetched.
        warnings: of a report, what had to be left out.
    """

    path: str
    what: str
    outcome: Outcome
    runs: int = 0
    age_days: float | None = None
    sources: tuple[str, ...] = ()
    failure: InkmillError | None = None
    warnings: tuple[str, ...] = ()
    is_too_old: bool = False


@dataclass(frozen=True, slots=True)
class SyncReport:
    """All snapshots that the blog's sources ask for.

    Args:
        unread: errors of sources that could not be read; what they ask for nobody knows.
        unused: snapshots that no source asks for, where every source could be read.
    """

    snapshots: tuple[SyncedSnapshot, ...]
    unread: tuple[Problem, ...] = ()
    unused: tuple[str, ...] = ()
    is_offline: bool = False

    @property
    def exit_code(self) -> int:
        """Of the worst failure: 4 no answer, 3 refused, 2 a query that cannot be asked, 1 something to mend."""
        failures = [snapshot.failure.exit_code for snapshot in self.snapshots if snapshot.failure is not None]
        return max((*failures, *((1,) if self.unread else ())), default=0)
