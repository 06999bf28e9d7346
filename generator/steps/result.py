"""What a step says and how it ended."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StepResult:
    """One step.

    Args:
        lines: for the log, in order; text from outside is already harmless in them.
        exit_code: as in contracts.md.
        asides: as lines, for who watches while a program reads those.
    """

    lines: tuple[str, ...] = ()
    exit_code: int = 0
    asides: tuple[str, ...] = ()
