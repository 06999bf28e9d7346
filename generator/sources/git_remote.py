"""The address of a remote, without the credentials it may hold."""

import re
from dataclasses import dataclass

# https://user:token@host/owner/name.git, ssh://git@host:22/owner/name.git, git@host:owner/name.git
_ADDRESS = re.compile(
    r"""(?: [a-z+]+:// (?:[^/@]*@)? (?P<host>[^/:]+) (?: :\d+)? /
          | (?:[^/@:]*@)? (?P<scp_host>[^/:]+) : (?!//) /? )
        (?P<owner> [^\s?\#]+ ) / (?P<name> [^/\s?\#]+? ) (?:\.git)? /? \Z""",
    re.VERBOSE | re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Remote:
    """Where the repository lives.

    Args:
        host: ``github.com``.
        owner: a user or an organisation; on other hosts groups joined by ``/``.
    """

    host: str
    owner: str
    name: str


def parse_remote(address: str) -> Remote | None:
    """The repository at address; None for a path on this machine.

    >>> parse_remote("git@github.com:someone/blog.git")
    Remote(host='github.com', owner='someone', name='blog')
    >>> parse_remote("https://x:token@github.com/someone/blog")
    Remote(host='github.com', owner='someone', name='blog')
    """
    match = _ADDRESS.fullmatch(address.strip())
    if match is None:
        return None
    host = (match["host"] or match["scp_host"]).lower()
    # One letter before a colon is a drive of Windows.
    return Remote(host, match["owner"], match["name"]) if len(host) > 1 else None


def remote_of(settings: str) -> Remote | None:
    """The remote ``origin``, or the first one, of ``git config --null --get-regexp`` output."""
    found: dict[str, Remote] = {}
    for entry in settings.split("\0"):
        key, _, address = entry.partition("\n")
        remote = parse_remote(address)
        if remote is not None:
            found.setdefault(key.removeprefix("remote.").removesuffix(".url"), remote)
    return found.get("origin") or next(iter(found.values()), None)
