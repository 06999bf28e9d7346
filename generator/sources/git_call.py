"""One question to git about a checkout that nobody trusts: nothing that it says starts a program."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from generator.errors import MachineError

# As in sources.git; and nothing is fetched that is not here.
_SAFE = (
    "-c core.fsmonitor=false -c core.hooksPath=/dev/null -c core.untrackedCache=false -c core.quotePath=false "
    "-c filter.lfs.smudge= -c filter.lfs.process= -c filter.lfs.required=false -c gc.auto=0 -c safe.directory=* "
    "-c protocol.allow=never"
).split()
_QUIET = MappingProxyType({"GIT_TERMINAL_PROMPT": "0", "GIT_NO_LAZY_FETCH": "1", "LC_ALL": "C"})


def ask_git(
    folder: Path,
    words: Sequence[str],
    *,
    seconds: float,
    settings: Sequence[str] = (),
    environ: Mapping[str, str] | None = None,
) -> "subprocess.CompletedProcess[bytes]":
    """How git ends in folder, which exists.

    Args:
        seconds: how long it may take.
        settings: further ``-c NAME=VALUE``, word by word; the last one counts.
        environ: further variables; of our own, none of git's gets through.

    Raises:
        MachineError: there is no git, or it does not answer.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    try:
        return subprocess.run(
            ["git", *_SAFE, *settings, *words],
            cwd=folder,
            env={**kept, **_QUIET, **(environ or {})},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=seconds,
            check=False,
        )
    except FileNotFoundError:
        raise MachineError("there is no program `git`", mend="install git") from None
    except (OSError, subprocess.TimeoutExpired) as failure:
        raise MachineError(f"git did not answer in `{folder}`", mend="try again") from failure
