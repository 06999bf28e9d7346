"""What the gate of experiments hands on, in the variables that later jobs get it in.

COMMAND EARLIER NOTEBOOK PARAMETERS RUN_ID STATE COMMENT; PR and SHA are read as for previews.
"""

import json
import re
from collections.abc import Mapping
from typing import Literal

from generator.errors import UsageError
from generator.github.command import RUN_ID, is_notebook
from generator.github.gate import is_sha

AskedCommand = Literal["get-runs", "run", "full-test", "deploy", "report"]
ReportedState = Literal["success", "failure"]

_COMMANDS: tuple[AskedCommand, ...] = ("get-runs", "run", "full-test", "deploy", "report")
_STATES: tuple[ReportedState, ...] = ("success", "failure")
_NUMBER = re.compile(r"[1-9][0-9]{0,18}")


def asked_command(environ: Mapping[str, str]) -> AskedCommand:
    """The command in COMMAND.

    Raises:
        UsageError: it is none.
    """
    written = environ.get("COMMAND", "")
    for command in _COMMANDS:
        if written == command:
            return command
    raise UsageError("COMMAND is not a command of the gate", mend=f"set COMMAND to one of {', '.join(_COMMANDS)}")


def asked_earlier(environ: Mapping[str, str]) -> tuple[str, ...]:
    """The commits in EARLIER, the newest first; none where it is not set.

    Raises:
        UsageError: it is not a list of them.
    """
    found = _json(environ.get("EARLIER") or "[]")
    if not isinstance(found, list) or not all(map(is_sha, found)):
        raise UsageError("EARLIER is not a JSON list of commits", mend="leave it out, or hand on the gate's `earlier`")
    return tuple(found)


def asked_notebook(environ: Mapping[str, str]) -> str:
    """The notebook in NOTEBOOK, relative to the repository.

    Raises:
        UsageError: it is no path of one.
    """
    written = environ.get("NOTEBOOK", "")
    if not is_notebook(written):
        raise UsageError("NOTEBOOK is not a path of a notebook", mend="set NOTEBOOK, such as _notebooks/train.ipynb")
    return written


def asked_parameters(environ: Mapping[str, str]) -> Mapping[str, str]:
    """The parameters in PARAMETERS, as they were written; none where it is not set.

    Raises:
        UsageError: it is not an object of texts by name.
    """
    found = _json(environ.get("PARAMETERS") or "{}")
    if not isinstance(found, dict) or not all(
        name.isidentifier() and isinstance(value, str) for name, value in found.items()
    ):
        raise UsageError(
            "PARAMETERS is not a JSON object of texts by name", mend='write it as {"lr": "0.1"}, or leave it out'
        )
    return found


def asked_run_id(environ: Mapping[str, str]) -> str:
    """The run in RUN_ID; empty where the command names none.

    Raises:
        UsageError: it can be the id of none.
    """
    written = environ.get("RUN_ID", "")
    if written and not RUN_ID.fullmatch(written):
        raise UsageError("RUN_ID is not the id of a run", mend="use letters, digits, - and _ alone")
    return written


def asked_state(environ: Mapping[str, str]) -> ReportedState:
    """How a test ended, in STATE.

    Raises:
        UsageError: it says neither.
    """
    written = environ.get("STATE", "")
    for state in _STATES:
        if written == state:
            return state
    raise UsageError("STATE does not say how the test ended", mend="set STATE to success or failure")


def asked_comment(environ: Mapping[str, str]) -> int:
    """The comment that gave the command, in COMMENT; 0 where there was none.

    Raises:
        UsageError: it is the number of none.
    """
    written = environ.get("COMMENT", "")
    if written and not _NUMBER.fullmatch(written):
        raise UsageError("COMMENT is not the number of a comment", mend="leave it out, or hand on the gate's `comment`")
    return int(written or 0)


def _json(text: str) -> object:
    try:
        return json.loads(text)
    # Numbers of ten thousand digits are a ValueError, brackets ten thousand deep a RecursionError.
    except (ValueError, RecursionError):
        return None
