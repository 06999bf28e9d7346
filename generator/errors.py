"""The error tree.

InkmillError                problem, at, mend
├── ContentError            the author must mend a source, exit 1
│   ├── FrontMatterError    front matter that cannot be understood
│   └── NotebookError       a notebook that cannot be read
├── SettingsError           _config.yml, a template or a plugin is wrong, exit 1
├── BusyError               another build holds the lock, exit 1
├── UsageError              wrong words on the command line, exit 2
├── RefusedError            a service refused, exit 3
└── MachineError            a service or the machine did not answer, exit 4
"""

from typing import ClassVar

from generator.location import Location


class InkmillError(Exception):
    """Something a person can mend.

    Args:
        problem: what is wrong, in one clause, without a full stop.
        at: where; None when no place can be named.
        mend: what to do, as an instruction.
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, problem: str, *, at: Location | None = None, mend: str | None = None) -> None:
        super().__init__(problem)
        self.problem = problem
        self.at = at
        self.mend = mend

    def __reduce__(self) -> tuple[object, ...]:
        # Keyword-only arguments are lost by Exception's own pickling, and workers send these home.
        return (_rebuild, (type(self), self.problem, self.at, self.mend))


def _rebuild(kind: type[InkmillError], problem: str, at: Location | None, mend: str | None) -> InkmillError:
    return kind(problem, at=at, mend=mend)


class ContentError(InkmillError):
    """A source that cannot be published as it is."""


class FrontMatterError(ContentError):
    """Front matter that cannot be understood."""


class NotebookError(ContentError):
    """A notebook that cannot be read."""


class SettingsError(InkmillError):
    """_config.yml, a template or a plugin that is wrong."""


class BusyError(InkmillError):
    """Another build holds the lock of this source."""


class UsageError(InkmillError):
    """Words on the command line that mean nothing; nothing was done."""

    exit_code = 2


class RefusedError(InkmillError):
    """A service refused: no access, or not found."""

    exit_code = 3


class MachineError(InkmillError):
    """A service or the machine did not answer: time-out, disk full."""

    exit_code = 4
