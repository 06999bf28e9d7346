"""The requirements that a notebook's first code cell states, as PEP 723 has it."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from generator.errors import ContentError
from generator.location import Location


@dataclass(frozen=True, slots=True)
class InlineMetadata:
    """What a notebook needs of its environment.

    Args:
        dependencies: as PEP 508 writes them, in the author's order.
        requires_python: such as ``>=3.11``; empty for any.
    """

    dependencies: tuple[str, ...] = ()
    requires_python: str = ""

    @property
    def requirements(self) -> bytes:
        """The dependencies as a requirements file."""
        return "".join(f"{one}\n" for one in self.dependencies).encode()


_OPENING = re.compile(r"# /// script[ \t]*")
_CLOSING = re.compile(r"# ///[ \t]*")
_FORM = 'write a TOML table as comments between `# /// script` and `# ///`: `# dependencies = ["pandas"]`'


def inline_metadata(source: str, at: Location) -> InlineMetadata | None:
    """The block ``# /// script`` of a cell; None without one.

    Args:
        source: of the notebook's first code cell.
        at: the cell.

    Raises:
        ContentError: the block is not what PEP 723 allows.
    """
    # Not splitlines(): a form feed or U+2028 within a string ends no line of Python.
    lines = source.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    openings = [number for number, line in enumerate(lines) if _OPENING.fullmatch(line)]
    if not openings:
        return None
    first = openings[0]
    last = _last_line(lines, first)
    if last is None:
        raise ContentError("the `# /// script` block does not end", at=at.at_line(first + 1), mend=_FORM)
    again = next((number for number in openings if number > last), None)
    if again is not None:
        raise ContentError("there is a second `# /// script` block", at=at.at_line(again + 1), mend="leave one of them")
    return _read([line[2:] for line in lines[first + 1 : last]], at.at_line(first + 2))


def _last_line(lines: list[str], first: int) -> int | None:
    """The line that ends a block: the last `# ///` before its comment lines end."""
    last = None
    for number in range(first + 1, len(lines)):
        if lines[number] != "#" and not lines[number].startswith("# "):
            break
        if _CLOSING.fullmatch(lines[number]):
            last = number
    return last


_PLACE = re.compile(r"\s*\(at (?:line (\d+), column \d+|end of document)\)")


def _read(lines: list[str], at: Location) -> InlineMetadata:
    """The metadata in lines, which begin at ``at``."""
    try:
        table = tomllib.loads("\n".join(lines))
    except (tomllib.TOMLDecodeError, RecursionError) as wrong:
        found = _PLACE.search(str(wrong))
        line = int(found[1]) if found is not None and found[1] else max(1, len(lines))
        reason = _PLACE.sub("", str(wrong))
        raise ContentError(
            f"the `# /// script` block is not TOML: {reason[:1].lower()}{reason[1:]}", at=at.at_line(line), mend=_FORM
        ) from None
    return InlineMetadata(_dependencies(table, lines, at), _requires_python(table, lines, at))


def _dependencies(table: Mapping[str, Any], lines: list[str], at: Location) -> tuple[str, ...]:
    value = table.get("dependencies", [])
    is_list = isinstance(value, list) and all(isinstance(one, str) and _is_requirement(one) for one in value)
    if not is_list:
        raise ContentError(
            "`dependencies` of the `# /// script` block is not a list of requirements",
            at=at.at_line(_line_of("dependencies", lines)),
            mend='write it as `dependencies = ["pandas>=2", "seaborn"]`',
        )
    return tuple(one.strip() for one in value)


def _is_requirement(text: str) -> bool:
    """Whether a string can stand on a line of its own in a requirements file, and is no option there."""
    return bool(re.match(r"\s*[A-Za-z0-9]", text)) and text.isprintable()


def _requires_python(table: Mapping[str, Any], lines: list[str], at: Location) -> str:
    value = table.get("requires-python", "")
    clauses = value.split(",") if isinstance(value, str) else ["?"]
    if any(not re.fullmatch(r"\s*(?:===?|~=|!=|<=?|>=?)\s*\d[\w.*+!-]*\s*", one) for one in clauses if one != ""):
        raise ContentError(
            f"`requires-python = {value!r}` of the `# /// script` block is no range of versions",
            at=at.at_line(_line_of("requires-python", lines)),
            mend='write it as `requires-python = ">=3.11"`',
        )
    return ",".join(one.strip() for one in clauses if one.strip())


def _line_of(key: str, lines: list[str]) -> int:
    """From 1."""
    return next((number for number, line in enumerate(lines, start=1) if line.lstrip(" \"'").startswith(key)), 1)
