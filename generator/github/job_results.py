"""How the jobs before ended, as a workflow hands it to a step in variables such as ``BUILD_RESULT``."""

from collections.abc import Mapping
from enum import StrEnum

from generator.errors import UsageError


class JobResult(StrEnum):
    """What ``needs.JOB.result`` says; empty on a desk."""

    SUCCESS = "success"
    FAILURE = "failure"
    CANCELLED = "cancelled"
    SKIPPED = "skipped"
    UNKNOWN = ""


def read_result(environ: Mapping[str, str], variable: str) -> JobResult:
    """The result in a variable.

    Raises:
        UsageError: it holds something else.
    """
    try:
        return JobResult(environ.get(variable, ""))
    except ValueError:
        mend = "write success, failure, cancelled or skipped"
        raise UsageError(f"{variable} is not the result of a job", mend=mend) from None
