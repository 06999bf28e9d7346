"""What running did, in numbers; imports nothing, since a build that changes nothing tells them again."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class RunTally:
    """What a build or a run did; every edition counts once.

    Args:
        executed: runs that were good.
        cached: editions whose good run was found in the store.
        kept: (name, when its outputs were made) of those that show older ones; None for committed outputs.
        failed: runs that were not good, and left nothing to show or stop the build.
    """

    executed: int = 0
    cached: int = 0
    kept: tuple[tuple[str, datetime | None], ...] = ()
    failed: int = 0
