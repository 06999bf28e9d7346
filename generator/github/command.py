"""`/preview` and `/preview SHA`: what a comment asks for."""

import re
from dataclasses import dataclass

_COMMAND = re.compile(r"/preview(?:[ \t]+(\S+))?[ \t\r]*")
_SHA = re.compile(r"[0-9a-f]{7,40}")


@dataclass(frozen=True, slots=True)
class PreviewCommand:
    """One command.

    Args:
        sha: 7 to 40 hex digits in lower case; None when none was written.
        is_misspelt: something stands where the SHA should, and is none.
    """

    sha: str | None = None
    is_misspelt: bool = False


def read_command(comment: str) -> PreviewCommand | None:
    """The command on the first line, which holds nothing else; None for a comment that only talks.

    >>> read_command("/preview 1A2B3C4\\r\\nlooks good")
    PreviewCommand(sha='1a2b3c4', is_misspelt=False)
    >>> read_command("please /preview") is read_command("/preview is broken again") is None
    True
    """
    found = _COMMAND.fullmatch(comment.split("\n", 1)[0])
    if found is None:
        return None
    word = found[1]
    if word is None:
        return PreviewCommand()
    if _SHA.fullmatch(word.lower()) is None:
        return PreviewCommand(is_misspelt=True)
    return PreviewCommand(word.lower())
