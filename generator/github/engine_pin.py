"""engine.txt: one line that says which repository and commit the engine is installed from."""

import re
from dataclasses import dataclass

from generator.errors import ContentError
from generator.location import Location

FILE = "engine.txt"
_LINE = re.compile(r"inkmill @ git\+(?P<url>[a-z+]+://[^\s@\\]+)@(?P<commit>[0-9a-f]{40})")
_MEND = "write it as `inkmill @ git+https://github.com/OWNER/NAME@COMMIT`, with all 40 digits of the commit"


@dataclass(frozen=True, slots=True)
class EnginePin:
    """Where the engine comes from.

    Args:
        url: of the repository, without `.git`, a user or a slash at the end.
        commit: 40 hex digits.
    """

    url: str
    commit: str

    @property
    def text(self) -> str:
        """The whole file."""
        return f"inkmill @ git+{self.url}@{self.commit}\n"

    def repository_on(self, server_url: str) -> str:
        """``owner/name``, or nothing where it is on no such server."""
        owner_and_name = self.url.removeprefix(f"{server_url}/").removesuffix(".git")
        return owner_and_name if re.fullmatch(r"[\w.-]+/[\w.-]+", owner_and_name, re.ASCII) else ""


def read_pin(text: str) -> EnginePin:
    """What engine.txt says.

    Raises:
        ContentError: it is not one line of that form.
    """
    match = _LINE.fullmatch(text.strip())
    if match is None:
        raise ContentError("this names no engine", at=Location(FILE, line=1), mend=_MEND)
    return EnginePin(match["url"].removesuffix("/"), match["commit"])
