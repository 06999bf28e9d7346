"""Which preview a job is to make, as the gate or an event hands it on: the variables PR and SHA."""

import re
from collections.abc import Mapping

from generator.errors import UsageError

_NUMBER = re.compile(r"[1-9][0-9]{0,8}")
_SHA = re.compile(r"[0-9a-f]{40}")


def asked_number(environ: Mapping[str, str]) -> int:
    """The pull request in PR.

    Raises:
        UsageError: it is the number of none.
    """
    written = environ.get("PR", "")
    if not _NUMBER.fullmatch(written):
        raise UsageError("PR is not the number of a pull request", mend="set PR, such as 7")
    return int(written)


def asked_sha(environ: Mapping[str, str]) -> str:
    """The commit in SHA.

    Raises:
        UsageError: it is not all of one.
    """
    written = environ.get("SHA", "")
    if not _SHA.fullmatch(written):
        raise UsageError("SHA does not hold the 40 digits of a commit", mend="set SHA to the commit that is asked for")
    return written
