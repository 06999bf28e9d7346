"""Which pull request and commit a job is about, as the gate or an event hands it on: the variables PR and SHA."""

import re
from collections.abc import Mapping

from generator.errors import UsageError

_NUMBER = re.compile(r"[1-9][0-9]{0,8}")
_SHA = re.compile(r"[0-9a-f]{40}")


def asked_number(environ: Mapping[str, str], name: str = "PR") -> int:
    """The pull request in PR.

    Args:
        name: what holds it instead, such as a flag.

    Raises:
        UsageError: it is the number of none.
    """
    written = environ.get(name, "")
    if not _NUMBER.fullmatch(written):
        raise UsageError(f"{name} is not the number of a pull request", mend=f"set {name}, such as 7")
    return int(written)


def asked_sha(environ: Mapping[str, str], name: str = "SHA") -> str:
    """The commit in SHA.

    Args:
        name: what holds it instead, such as a flag.

    Raises:
        UsageError: it is not all of one.
    """
    written = environ.get(name, "")
    if not _SHA.fullmatch(written):
        mend = f"set {name} to the commit that is asked for"
        raise UsageError(f"{name} does not hold the 40 digits of a commit", mend=mend)
    return written
