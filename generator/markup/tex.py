"""Reading LaTeX by its braces and rows, for what regular expressions cannot count."""

import re
from collections.abc import Callable

_END = re.compile(r"\\end\s*\{")
_HIDDEN = ("\\nonumber", "\\notag")


def group(latex: str, start: int) -> tuple[str, int]:
    """The inside of the braces that open at start, and where they end; to the end of text if they never close."""
    depth, position = 0, start
    while position < len(latex):
        character = latex[position]
        if character == "\\":
            position += 1
        elif character == "{":
            depth += 1
        elif character == "}":
            depth -= 1
            if depth == 0:
                return latex[start + 1 : position], position + 1
        position += 1
    return latex[start + 1 :], len(latex)


def each_group(latex: str, command: re.Pattern[str], write: Callable[[str], str]) -> str:
    """Latex with every ``command{inside}`` replaced by ``write(inside)``."""
    parts: list[str] = []
    position = 0
    while match := command.search(latex, position):
        inside, end = group(latex, match.end())
        parts += (latex[position : match.start()], write(inside))
        position = end
    return "".join(parts) + latex[position:]


def without_empty_rows(latex: str) -> str:
    r"""Latex without the empty rows that a ``\\`` before the end of an environment would begin.

    >>> without_empty_rows(r"\begin{align}a \\ \end{align}")
    '\\begin{align}a\\end{align}'
    """
    parts: list[str] = []
    done = 0
    for match in _END.finditer(latex):
        parts.append(_without_last_break(latex[done : match.start()]))
        done = match.start()
    return "".join(parts) + latex[done:]


def _without_last_break(rows: str) -> str:
    bare = rows
    while (shorter := _shorter(bare)) is not None:
        bare = shorter
    return bare


def _shorter(rows: str) -> str | None:
    r"""Rows without the ``\\`` they end in, or None where they end in something else."""
    bare = rows.rstrip()
    for command in _HIDDEN:
        bare = bare.removesuffix(command).rstrip()
    if bare.endswith("]") and (space := bare.rfind("\\\\[")) >= 0 and "]" not in bare[space:-1]:
        bare = bare[: space + 2]
    bare = bare.removesuffix("*") if bare.endswith("\\\\*") else bare
    breaks = len(bare) - len(bare.rstrip("\\"))
    return bare[:-2].rstrip() if breaks and breaks % 2 == 0 else None
