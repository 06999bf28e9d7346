"""What a step tells the runner: outputs, the summary, annotations; and text from outside that must tell it nothing."""

import re
import secrets
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from generator.errors import ContentError, MachineError, UsageError

Level = Literal["error", "warning", "notice"]

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
# A runner throws the whole summary away above 1 MiB.
_MOST_SUMMARY_BYTES = 1_000_000
_CUT = "… one part more does not fit here; the log has it.\n\n"
_LONGEST_MESSAGE = 4_000


@dataclass(frozen=True, slots=True)
class RunnerFiles:
    """The files through which a step speaks with the runner; None on a desk, where nothing is written."""

    output: Path | None = None
    summary: Path | None = None

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> "RunnerFiles":
        """As GITHUB_OUTPUT and GITHUB_STEP_SUMMARY name them."""
        output, summary = environ.get("GITHUB_OUTPUT"), environ.get("GITHUB_STEP_SUMMARY")
        return cls(Path(output) if output else None, Path(summary) if summary else None)

    def set_output(self, name: str, value: str) -> None:
        """Give later steps and jobs a value of one line.

        Raises:
            UsageError: the name is none.
            ContentError: the value holds a character that could end its line; nothing was written.
        """
        if not _NAME.fullmatch(name):
            raise UsageError(f"{name!r} is not a name for an output", mend="use letters, digits, - and _")
        if any(_ends_lines(character) for character in value):
            raise ContentError(f"the output `{name}` would hold a control character", mend="rename what it comes from")
        if self.output is not None:
            _append(self.output, f"{name}={value}\n")

    def add_summary(self, markdown: str) -> None:
        """Add a block to the page of the run; a block that no longer fits is left out, and the page says so."""
        if self.summary is None:
            return
        block = f"{markdown}\n\n".encode("utf-8", "replace").decode()
        try:
            size = self.summary.stat().st_size if self.summary.exists() else 0
        except OSError as error:
            raise _unwritable(self.summary, error) from error
        if size + len(block.encode()) <= _MOST_SUMMARY_BYTES:
            _append(self.summary, block)
        else:
            _append(self.summary, _CUT)


def annotation(level: Level, file: str, line: int | None, message: str) -> str:
    """The workflow command that shows a message at a line of a file.

    Args:
        file: relative to the repository; empty where the message belongs to none.
        line: from 1.
    """
    properties = [f"file={_property(file)}"] if file else []
    properties += [f"line={line}"] if file and line is not None else []
    places = f" {','.join(properties)}" if properties else ""
    return f"::{level}{places}::{_data(message[:_LONGEST_MESSAGE])}"


def mask(value: str) -> str:
    """The workflow command after which no log of the job shows a value."""
    return f"::add-mask::{_escaped(value)}"


def stopped(text: str) -> list[str]:
    """Lines of text from outside, between commands that keep the runner from obeying any of them."""
    # Chosen after the text was written, so nothing in it can name it.
    word = secrets.token_hex(16)
    return [f"::stop-commands::{word}", *map(_plain, text.splitlines()), f"::{word}::"]


def _data(text: str) -> str:
    return _plain(_escaped(text))


def _escaped(text: str) -> str:
    """Source: `escapeData` of actions/toolkit, packages/core/src/command.ts."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """Source: as above, `escapeProperty`."""
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _plain(text: str) -> str:
    return "".join("\ufffd" if _ends_lines(character) and character != "\t" else character for character in text)


def _ends_lines(character: str) -> bool:
    """Control characters, the two separators of Unicode, and halves of characters that cannot be written."""
    return unicodedata.category(character) in ("Cc", "Zl", "Zp", "Cs")


def _append(path: Path, text: str) -> None:
    try:
        with path.open("a", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except OSError as error:
        raise _unwritable(path, error) from error


def _unwritable(path: Path, error: OSError) -> MachineError:
    return MachineError(
        f"{path} cannot be written ({error.strerror or error})", mend="make room, or run the workflow again"
    )
