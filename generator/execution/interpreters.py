"""The installed Python that an environment is made with."""

import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from generator.errors import ContentError
from generator.location import Location


@dataclass(frozen=True, slots=True)
class Interpreter:
    """An installed Python.

    Args:
        path: absolute.
        version: such as ``3.11.7``.
    """

    path: str
    version: str


# Those that tools of today can make environments with, and a few that are to come.
_MINORS = range(20, 7, -1)
_ASKING_SECONDS = 30
_QUESTION = "import platform; print(platform.python_version())"


def interpreter_for(requires_python: str, *, name: str) -> Interpreter:
    """The Python inkmill runs in if it satisfies, else the newest of PATH, else one that pyenv or uv keeps.

    Args:
        requires_python: such as ``>=3.11,<3.13``; empty for any.
        name: of the file that asks, for the message.

    Raises:
        ContentError: no installed Python satisfies.
    """
    seen: list[Interpreter] = []
    for path in _candidates(requires_python):
        version = _version_of(path)
        if version is None:
            continue
        if satisfies(version, requires_python):
            return Interpreter(path, version)
        seen.append(Interpreter(path, version))
    versions = list(dict.fromkeys(one.version for one in seen))
    raise ContentError(
        f"no Python installed here is `{requires_python}`, only {', '.join(versions) or 'none that answers'}",
        at=Location(name),
        mend="install one and have it on PATH as `python3.N`, or widen `requires-python`",
    )


def satisfies(version: str, requires_python: str) -> bool:
    """Whether a version is in a range, as PEP 440 has it; clauses are joined by commas, and none allows any.

    >>> satisfies("3.11.7", ">=3.9, !=3.10.*, <4"), satisfies("3.11.7", "~=3.12")
    (True, False)
    """
    mine = _numbers(version)
    return all(_meets(mine, clause.strip()) for clause in requires_python.split(",") if clause.strip())


def _meets(mine: tuple[int, ...], clause: str) -> bool:
    found = re.fullmatch(r"(===?|~=|!=|<=?|>=?)\s*(\d[\d.]*?)(\.\*)?(?:(?:a|b|rc)\d+)?", clause)
    if found is None:
        return False
    operator, theirs = found[1], _numbers(found[2])
    if found[3] or operator == "~=":
        is_within = mine[: len(theirs) - (operator == "~=")] == theirs[: len(theirs) - (operator == "~=")]
        return is_within and mine >= theirs if operator == "~=" else is_within is (operator != "!=")
    padded = theirs + (0,) * (len(mine) - len(theirs))
    outcomes = (
        (("==", "==="), mine == padded),
        (("!=",), mine != padded),
        (("<=",), mine <= padded),
        (("<",), mine < padded),
        ((">=",), mine >= padded),
        ((">",), mine > padded),
    )
    return any(holds for operators, holds in outcomes if operator in operators)


def _numbers(version: str) -> tuple[int, ...]:
    found = re.match(r"\d+(?:\.\d+)*", version)
    return () if found is None else tuple(int(part) for part in found[0].split("."))


def _candidates(requires_python: str) -> Iterator[str]:
    """Absolute paths, the best first; each is looked for only when those before it do not satisfy."""
    yield sys.executable
    for name in (*(f"python3.{minor}" for minor in _MINORS), "python3"):
        path = shutil.which(name)
        if path is not None:
            yield path
    # Its stand-ins on PATH do not answer for a Python that is not chosen.
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    yield from sorted(map(str, pyenv.glob("3.*/bin/python3")), key=_numbers_in, reverse=True)
    uv = shutil.which("uv")
    if uv is not None:
        found = _said([uv, "python", "find", "--no-python-downloads", "--no-project", requires_python or "3"])
        if found:
            yield found


def _numbers_in(path: str) -> tuple[int, ...]:
    return tuple(map(int, re.findall(r"\d+", path)))


def _version_of(path: str) -> str | None:
    """None when it does not answer, as the stand-ins of pyenv for a Python that is not chosen do not."""
    if path == sys.executable:
        return platform.python_version()
    said = _said([path, "-I", "-c", _QUESTION])
    return said if said and re.match(r"\d+\.\d+", said) else None


def _said(command: list[str]) -> str | None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_ASKING_SECONDS, check=True)
    except (OSError, subprocess.SubprocessError, ValueError):
        return None
    return done.stdout.strip()
