"""What one build was asked for, after words have become meaning."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from pathlib import Path

from generator.model.preview import Preview


class ExecuteWhen(Enum):
    """Which notebooks a build runs; contracts.md, "Flags"."""

    NEVER = "never"
    DECLARED = "declared"
    MISSING = "missing"
    STALE = "stale"
    ALWAYS = "always"


@dataclass(frozen=True, slots=True)
class BuildRequest:
    """One build.

    Args:
        source, output, cache: absolute.
        shown_source: the source as it was typed; messages show the output below it.
        base_path: ``/blog`` or ``""``; None takes settings.
        url: address without path; None takes settings.
        now: aware.
        jobs: worker processes; 1 stays in this process.
        preview: the pull request that is shown, below the site's own base path; None builds the site itself.
        repository: ``owner/name`` that the environment names (GITHUB_REPOSITORY); may be empty.
        executor: ``local`` or ``ray``.
        ray_address: of a running cluster; None starts one on this machine.
        warm: Python kernels may be forked from a warm one.
        leak_values: values of secret variables in the environment, never written anywhere.
    """

    source: Path
    output: Path
    cache: Path
    now: datetime
    shown_source: str = "."
    base_path: str | None = None
    url: str | None = None
    drafts: bool = False
    future: bool = False
    strict: bool = False
    keep_going: bool = False
    jobs: int = 1
    execute: ExecuteWhen = ExecuteWhen.DECLARED
    executor: str = "local"
    ray_address: str | None = None
    warm: bool = True
    untrusted: bool = False
    preview: Preview | None = None
    repository: str = ""
    leak_values: Mapping[str, str] = field(default_factory=dict)

    @property
    def shown_output(self) -> str:
        """The output folder as a message shows it: below the source as typed when it lies there."""
        if not self.output.is_relative_to(self.source):
            return str(self.output)
        return (Path(self.shown_source) / self.output.relative_to(self.source)).as_posix()
