"""The secrets that notebooks may use, out of one secret of the repository: lines of NAME=VALUE."""

import re
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass, replace

from generator.asking import SHORTEST_SECRET
from generator.errors import UsageError
from generator.github.outputs import mask
from generator.steps.result import StepResult

VARIABLE = "NOTEBOOK_SECRETS"

_NAME = re.compile(r"[A-Z][A-Z0-9_]*")
# A name of these would steer this process or the runner, and no notebook.
_OURS = re.compile(
    r"PATH|HOME|SHELL|TMPDIR|SOURCE_DATE_EPOCH|PYTHON[A-Z0-9_]*"
    r"|(?:ACTIONS|DYLD|GH|GIT|GITHUB|INKMILL|INPUT|LD|RUNNER)_[A-Z0-9_]*"
)
_MEND = "write each line of the secret as NAME=VALUE, with a name of capital letters, digits and _"


@dataclass(frozen=True, slots=True)
class NotebookSecrets:
    """Secrets by name.

    Args:
        is_on_runner: there, whoever prints has to tell which values no log may show.
    """

    values: Mapping[str, str]
    is_on_runner: bool = False

    @property
    def searched_for(self) -> Mapping[str, str]:
        """Those that pages are searched for; the others would be found by chance."""
        return {name: value for name, value in self.values.items() if len(value) >= SHORTEST_SECRET}

    def before(self, result: StepResult) -> StepResult:
        """The same result, with what must be said before its lines."""
        values = sorted({value for value in self.values.values() if value})
        masks = map(mask, values) if self.is_on_runner else ()
        short = sorted(self.values.keys() - self.searched_for.keys())
        said = (
            f"The value of {name} has fewer than {SHORTEST_SECRET} characters, so pages are not searched for it."
            for name in short
        )
        return replace(result, lines=(*masks, *said, *result.lines))


def take_secrets(environ: MutableMapping[str, str]) -> NotebookSecrets:
    """Put each secret into environ under its own name, and take the list of them out.

    Blank lines and those that begin with # count for nothing.

    Raises:
        UsageError: a line is no NAME=VALUE; it is named by its number, since it may hold a secret.
    """
    written = environ.pop(VARIABLE, "")
    values: dict[str, str] = {}
    for number, line in enumerate(written.splitlines(), start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        name, mark, value = line.partition("=")
        name = name.strip()
        if not mark or not _NAME.fullmatch(name):
            raise UsageError(f"line {number} of {VARIABLE} is not NAME=VALUE", mend=_MEND)
        if _OURS.fullmatch(name):
            raise UsageError(f"line {number} of {VARIABLE}: the name {name} is taken", mend="give it another name")
        if name in values:
            raise UsageError(f"line {number} of {VARIABLE} names {name} again", mend="take one of the lines out")
        values[name] = value.strip()
    environ.update(values)
    return NotebookSecrets(values, environ.get("GITHUB_ACTIONS") == "true")
