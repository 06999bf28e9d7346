"""`python -m generator.steps NAME`: one step of a workflow, or the same at a desk.

Only what the step needs is imported: jobs with a write token have the standard library and requests, nothing else.
"""

import importlib
import sys
from collections.abc import Sequence
from typing import Protocol, cast

from generator.errors import InkmillError
from generator.steps.result import StepResult
from generator.wording import error_text, internal_error_text

NAMES = (
    "build",
    "build-folder",
    "build-pull-request",
    "clean-previews",
    "execute",
    "gate",
    "keep-runs",
    "publish",
    "publish-preview",
    "refresh",
    "release",
    "render",
    "report-refresh",
    "rollback",
    "setup",
    "take-runs",
    "upgrade",
)


class _Step(Protocol):
    def main(self, arguments: Sequence[str]) -> StepResult: ...


def main(words: Sequence[str]) -> int:
    """Run one step, say what it has to say, and return its exit code."""
    if not words or words[0] not in NAMES:
        print("usage: python -m generator.steps NAME …, where NAME is one of:", *NAMES, sep="\n  ", file=sys.stderr)
        return 2
    step = cast(_Step, importlib.import_module(f"generator.steps.{words[0].replace('-', '_')}"))
    try:
        result = step.main(words[1:])
    except InkmillError as failure:
        print(error_text(failure), file=sys.stderr)
        return failure.exit_code
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return 130
    except Exception as failure:
        # A traceback would show values of a job that holds a token; the kind and place of the failure are enough.
        print(internal_error_text(failure, None), file=sys.stderr)
        return 4
    for line in result.lines:
        print(line)
    return result.exit_code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
