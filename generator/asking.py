"""Words become a request: what was typed, or what a workflow step asks for, with what the environment adds."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from generator.errors import UsageError
from generator.model.preview import Preview
from generator.model.request import BuildRequest, ExecuteWhen

# What a URL can hold as it stands; a scheme in front or a `..` is a slip.
_BASE_PATH = re.compile(r"(?:(?!\.{1,2}(?:/|\Z))[\w.~!$&'()*+,;=@%-]+(?:/(?=.)|\Z))*")
_URL = re.compile(r"https?://[^\s/?#<>\"]+/?")
_SECRET_WORDS = (
    "TOKEN",
    "SECRET",
    "PASSWORD",
    "PASSWD",
    "API_KEY",
    "APIKEY",
    "ACCESS_KEY",
    "PRIVATE_KEY",
    "CREDENTIAL",
)
SHORTEST_SECRET = 8
"""Characters; shorter values stand in pages by chance."""


@dataclass(frozen=True, slots=True)
class Words:
    """The flags as they were typed; those that are left out as on the command line.

    Args:
        source, output, cache: relative to where one stands.
        now: ISO 8601; SOURCE_DATE_EPOCH, else the clock, where nobody says.
        jobs: None takes one per core.
        execute: the word of an ``ExecuteWhen``.
        preview: the pull request to show; no flag says it.
        secrets: values that must never be published, beside those of the environment's secret variables.
    """

    source: Path = Path()
    output: Path | None = None
    cache: Path | None = None
    base_path: str | None = None
    url: str | None = None
    now: str | None = None
    drafts: bool = False
    future: bool = False
    strict: bool = False
    keep_going: bool = False
    jobs: int | None = None
    execute: str = "declared"
    executor: str = "local"
    ray_address: str | None = None
    no_warm_kernels: bool = False
    untrusted: bool = False
    preview: Preview | None = None
    secrets: Mapping[str, str] = field(default_factory=dict)


def request_of(words: Words) -> BuildRequest:
    """What the words mean.

    Raises:
        UsageError: one means nothing, or there is no such folder.
    """
    source = absolute(words.source)
    if not source.is_dir():
        raise UsageError(f"there is no folder `{words.source}`", mend="name the blog's folder with `--source`")
    environment = os.environ
    kept = words.cache or Path(environment.get("INKMILL_CACHE") or source / ".inkmill")
    return BuildRequest(
        source=source,
        shown_source=words.source.as_posix(),
        output=absolute(words.output or source / "_site"),
        cache=absolute(kept),
        now=_now(words.now, environment.get("SOURCE_DATE_EPOCH", "")),
        base_path=_base_path(words.base_path),
        url=_url(words.url),
        drafts=words.drafts,
        future=words.future,
        strict=words.strict,
        keep_going=words.keep_going,
        jobs=words.jobs or _cores(),
        execute=ExecuteWhen(words.execute),
        executor=words.executor,
        ray_address=words.ray_address,
        warm=not words.no_warm_kernels,
        untrusted=words.untrusted,
        preview=words.preview,
        repository=environment.get("GITHUB_REPOSITORY", ""),
        leak_values={**_secret_variables(environment), **words.secrets},
    )


def absolute(path: Path) -> Path:
    """Where path leads from here; a folder reached through a link keeps the name its author knows."""
    # Not resolve(), for that reason.
    return Path(os.path.abspath(path))  # noqa: PTH100


def _cores() -> int:
    # What this process may use, not what the machine has: containers and CI restrict it.
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _base_path(written: str | None) -> str | None:
    if written is None:
        return None
    stripped = written.strip("/")
    if not _BASE_PATH.fullmatch(stripped):
        raise UsageError(f"`--base-path {written}` is not a path", mend="write it as /blog, or / for none")
    return f"/{stripped}" if stripped else ""


def _url(written: str | None) -> str | None:
    if not written:
        return None
    if not _URL.fullmatch(written):
        mend = "write it as https://example.org, and what follows the name as `--base-path`"
        raise UsageError(f"`--url {written}` is not the address of a site", mend=mend)
    return written.rstrip("/")


def _now(written: str | None, epoch: str) -> datetime:
    """--now, else SOURCE_DATE_EPOCH, else the clock: read here and nowhere else."""
    if written:
        try:
            moment = datetime.fromisoformat(written)
        except ValueError:
            raise UsageError(f"`--now {written}` is not a time", mend="write it as 2026-11-20T12:00:00Z") from None
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    if epoch:
        try:
            return datetime.fromtimestamp(int(epoch), UTC)
        except (ValueError, OverflowError, OSError):
            wrong = f"SOURCE_DATE_EPOCH is `{epoch}`, not a number of seconds of our calendar"
            raise UsageError(wrong, mend="unset it, or mend it") from None
    return datetime.now(UTC)


def _secret_variables(environment: Mapping[str, str]) -> dict[str, str]:
    """Variables whose names say that their values must never be published."""
    return {
        name: value
        for name, value in sorted(environment.items())
        if len(value) >= SHORTEST_SECRET and any(word in name.upper() for word in _SECRET_WORDS)
    }
