"""The run of a workflow that a step belongs to, as GitHub's runner describes it in the environment."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from generator.errors import UsageError
from generator.github.answers import part_of

_REPOSITORY = re.compile(r"[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+")
_SHA = re.compile(r"[0-9a-f]{40}([0-9a-f]{24})?")
_TOKEN = re.compile(r"[!-~]*")
# GitHub sends no payload above 25 MB.
_MOST_EVENT_BYTES = 26_000_000


@dataclass(frozen=True, slots=True)
class RunContext:
    """Where a step runs and for what.

    Args:
        repository: ``owner/name``.
        server_url, api_url: without a slash at the end.
        token: empty where a job has none; never shown.
        event: the payload, not to be trusted; empty on a desk.
        sha: 40 or 64 hex digits, or empty.
        run_id, run_number, run_attempt: 0 on a desk.
        default_branch: empty where the payload does not name it.
        retry_seconds: the first wait before a request is repeated; the patience is 60 times that.
    """

    repository: str
    server_url: str = "https://github.com"
    api_url: str = "https://api.github.com"
    token: str = field(default="", repr=False)
    event_name: str = ""
    event: Mapping[str, Any] = field(default_factory=dict, repr=False)
    sha: str = ""
    ref_name: str = ""
    run_id: int = 0
    run_number: int = 0
    run_attempt: int = 0
    default_branch: str = ""
    retry_seconds: float = 1.0

    @property
    def run_url(self) -> str:
        """The page of this run; empty on a desk."""
        return f"{self.server_url}/{self.repository}/actions/runs/{self.run_id}" if self.run_id else ""


def read_context(environ: Mapping[str, str]) -> RunContext:
    """The context that environ describes.

    Raises:
        UsageError: a variable is missing or cannot be what it should be; the message names it.
    """
    event = _event(environ.get("GITHUB_EVENT_PATH", ""))
    default_branch = part_of(event, "repository").get("default_branch")
    return RunContext(
        repository=_repository(environ.get("GITHUB_REPOSITORY", "")),
        server_url=_address(environ, "GITHUB_SERVER_URL", "https://github.com"),
        api_url=_address(environ, "GITHUB_API_URL", "https://api.github.com"),
        token=_token(environ.get("GH_TOKEN", "")),
        event_name=environ.get("GITHUB_EVENT_NAME", ""),
        event=event,
        sha=_sha(environ.get("GITHUB_SHA", "")),
        ref_name=environ.get("GITHUB_REF_NAME", ""),
        run_id=_count(environ, "GITHUB_RUN_ID"),
        run_number=_count(environ, "GITHUB_RUN_NUMBER"),
        run_attempt=_count(environ, "GITHUB_RUN_ATTEMPT"),
        default_branch=default_branch if isinstance(default_branch, str) else "",
        retry_seconds=_retry_seconds(environ.get("INKMILL_RETRY_SECONDS", "")),
    )


def _event(path: str) -> Mapping[str, Any]:
    if not path:
        return {}
    try:
        with Path(path).open("rb") as file:
            text = file.read(_MOST_EVENT_BYTES + 1)
    except (OSError, ValueError) as error:
        raise _wrong("GITHUB_EVENT_PATH", f"names a file that cannot be read ({error})") from error
    if len(text) > _MOST_EVENT_BYTES:
        raise _wrong("GITHUB_EVENT_PATH", "names a file above 26 MB, which no payload of GitHub's is")
    try:
        event = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _wrong("GITHUB_EVENT_PATH", "names a file that is not JSON") from error
    if not isinstance(event, dict):
        raise _wrong("GITHUB_EVENT_PATH", "names a file that is not a JSON object")
    return event


def _repository(name: str) -> str:
    parts = name.split("/")
    if not _REPOSITORY.fullmatch(name) or "." in parts or ".." in parts:
        raise UsageError(
            f"GITHUB_REPOSITORY is {name!r}, not owner/name" if name else "GITHUB_REPOSITORY is not set",
            mend="set GITHUB_REPOSITORY to the repository, such as `jane/blog`",
        )
    return name


def _address(environ: Mapping[str, str], variable: str, usual: str) -> str:
    address = (environ.get(variable) or usual).rstrip("/")
    try:
        parts = urlsplit(address)
        is_plain = parts.port is None or parts.port > 0
    except ValueError:
        raise _wrong(variable, f"is {address!r}, not an address") from None
    is_plain = is_plain and "@" not in parts.netloc and not parts.query and not parts.fragment
    if parts.scheme not in ("https", "http") or not parts.hostname or not is_plain or not _TOKEN.fullmatch(address):
        raise _wrong(variable, f"is {address!r}, not an address", mend=f"set {variable} to something like {usual}")
    if parts.scheme == "http" and parts.hostname not in ("127.0.0.1", "localhost", "::1"):
        # A token would cross the network in the clear.
        raise _wrong(variable, f"is {address!r}, which is not encrypted", mend="write it with https://")
    return address


def _token(token: str) -> str:
    token = token.strip()
    if not _TOKEN.fullmatch(token):
        raise _wrong("GH_TOKEN", "holds a character that no token has", mend="set GH_TOKEN to the token alone")
    return token


def _sha(sha: str) -> str:
    if sha and not _SHA.fullmatch(sha):
        raise _wrong("GITHUB_SHA", f"is {sha!r}, not a full commit", mend="leave it out, or write all 40 digits")
    return sha


def _count(environ: Mapping[str, str], variable: str) -> int:
    text = environ.get(variable, "")
    if not text:
        return 0
    # No more digits than a 64-bit number has; int() would take other scripts' digits and underscores, too.
    if not re.fullmatch(r"[0-9]{1,19}", text):
        raise _wrong(variable, f"is {text!r}, not a number")
    return int(text)


def _retry_seconds(text: str) -> float:
    if not text:
        return 1.0
    if not re.fullmatch(r"[0-9]{1,4}(\.[0-9]{1,6})?", text):
        raise _wrong("INKMILL_RETRY_SECONDS", f"is {text!r}, not a number of seconds", mend="write it as 1 or 0.5")
    return float(text)


def _wrong(variable: str, problem: str, *, mend: str | None = None) -> UsageError:
    return UsageError(f"{variable} {problem}", mend=mend or f"correct {variable}, or leave it out")
