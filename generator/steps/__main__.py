"""`python -m generator.steps NAME`: one step of a workflow, or the same at a desk.

Only what the step needs is imported: jobs with a write token have the standard library and requests, nothing else.
"""

import importlib
import os
import re
import sys
from collections.abc import Iterable, Sequence
from typing import Protocol, TextIO, cast

from generator.errors import InkmillError
from generator.github.outputs import annotation, stopped
from generator.steps.result import StepResult
from generator.wording import error_text, internal_error_text

NAMES = (
    "build",
    "build-folder",
    "build-pull-request",
    "clean-previews",
    "deploy",
    "execute",
    "fetch-runs",
    "gate",
    "gate-experiment",
    "keep-runs",
    "publish",
    "publish-preview",
    "refresh",
    "release",
    "render",
    "report",
    "report-experiment",
    "report-refresh",
    "rollback",
    "run-notebook",
    "setup",
    "start-test",
    "take-runs",
    "upgrade",
    "wandb-runs",
)

_COMMAND = re.compile(r"::(?P<name>[a-z0-9-]+)(?P<properties> [^:]*)?::(?P<words>.*)")
_LEVELS = ("error", "warning", "notice")


class _Step(Protocol):
    def main(self, arguments: Sequence[str]) -> StepResult: ...


def main(words: Sequence[str], program: str = "python -m generator.steps") -> int:
    """Run one step, say what it has to say, and return its exit code.

    Args:
        program: what was typed before the words.
    """
    if not words or words[0] not in NAMES:
        print(f"usage: {program} NAME …, where NAME is one of:", *NAMES, sep="\n  ", file=sys.stderr)
        return 2
    step = cast(_Step, importlib.import_module(f"generator.steps.{words[0].replace('-', '_')}"))
    try:
        result = step.main(words[1:])
    except InkmillError as failure:
        _say(stopped(error_text(failure)), to=sys.stderr)
        if _is_on_runner():
            # Who opens the page of the run reads why without searching the log.
            _say([annotation("error", "", None, error_text(failure))], to=sys.stderr)
        return failure.exit_code
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return 130
    except Exception as failure:
        # A traceback would show values of a job that holds a token; the kind and place of the failure are enough.
        _say(stopped(internal_error_text(failure, None)), to=sys.stderr)
        return 4
    _say(result.lines, to=sys.stdout)
    _say(result.asides, to=sys.stderr)
    return result.exit_code


def _say(lines: Iterable[str], *, to: TextIO) -> None:
    """Lines for a log; at a desk nobody obeys the runner's commands, and only what they say is shown."""
    is_on_runner = _is_on_runner()
    for line in lines:
        said = line if is_on_runner else _at_a_desk(line)
        if said is not None:
            print(said, file=to)


def _is_on_runner() -> bool:
    return os.environ.get("GITHUB_ACTIONS") == "true"


def _at_a_desk(line: str) -> str | None:
    """A command's words; None for one that has none, or whose finding the report names, too."""
    command = _COMMAND.fullmatch(line)
    if command is None:
        return line
    is_told_again = command["name"] not in _LEVELS or command["properties"]
    return None if is_told_again else command["words"]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
