"""What a build found, as annotations at the files of a push or a pull request."""

from collections.abc import Iterable

from generator.github.outputs import annotation
from generator.location import Location
from generator.model.problem import Problem, Severity

# GitHub shows ten of each kind for a step, and fifty for a job.
_MOST = 50
_NOWHERE = Location("")


def annotations_of(problems: Iterable[Problem], *, strict: bool = False) -> tuple[str, ...]:
    """Commands for the runner, errors first, each finding once; notes, and warnings without a file, stay in the log.

    Args:
        strict: warnings are shown as the errors they count as.
    """
    told = [one for one in dict.fromkeys(problems) if one.severity is Severity.ERROR or _is_placed_warning(one)]
    told.sort(key=lambda problem: problem.severity is not Severity.ERROR)
    return tuple(_annotation(problem, problem.at or _NOWHERE, strict=strict) for problem in told[:_MOST])


def _is_placed_warning(problem: Problem) -> bool:
    return problem.severity is Severity.WARNING and problem.at is not None


def _annotation(problem: Problem, at: Location, *, strict: bool) -> str:
    is_error = strict or problem.severity is Severity.ERROR
    # A line of a cell is no line of the file that GitHub shows.
    line = at.line if at.cell is None else None
    place = "" if at.cell is None else f"{str(at).removeprefix(at.file).lstrip(', ')}: "
    mend = f"\n{problem.mend}" if problem.mend else ""
    return annotation("error" if is_error else "warning", at.file, line, f"{place}{problem.problem}{mend}")
