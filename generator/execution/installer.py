"""Makes virtual environments: with uv where it is installed, else with venv and pip."""

import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from generator.execution.process_group import end_group
from generator.execution.requirements import Requirements
from generator.execution.surroundings import kernel_environment


class InstallError(Exception):
    """An environment that does not install.

    Args:
        reason: one clause, in the installer's own words.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def install(folder: Path, *, python: str, requirements: Requirements, limit_seconds: float) -> str:
    """Make a virtual environment in folder, which is not there yet, and return its interpreter.

    Args:
        python: absolute; what the environment is made with.

    Raises:
        InstallError: it does not install, or not in time.
        OSError: the folder cannot be written.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    tool = _Tool(_environment(requirements), time.monotonic() + limit_seconds, limit_seconds, folder, requirements)
    uv = _uv(tool)
    make = (
        [python, "-m", "venv"] if uv is None else [uv, "venv", "--quiet", "--no-python-downloads", "--python", python]
    )
    tool.run([*make, str(folder)])
    made = str(interpreter_in(folder))
    words = ["--requirement", _written(folder / "requirements.txt", requirements.text)]
    if requirements.constraints:
        words += ["--constraint", _written(folder / "constraints.txt", requirements.constraints)]
    if requirements.is_hashed:
        words.append("--require-hashes")
    if "ipykernel" not in requirements.names:
        words.append("ipykernel")
    if uv is None:
        pip = [made, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
        tool.run([*pip, *words])
    else:
        tool.run([uv, "pip", "install", "--quiet", "--compile-bytecode", "--python", made, *words])
    return made


def interpreter_in(folder: Path) -> Path:
    """The interpreter of the virtual environment in folder."""
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def _written(path: Path, text: str) -> str:
    path.write_text(text, encoding="utf-8", newline="\n")
    return str(path)


def _uv(tool: "_Tool") -> str | None:
    """uv, when it works here and knows as much as pip of where packages come from."""
    if os.environ.get("INKMILL_NO_UV") or _is_told_to_pip_alone(os.environ):
        return None
    uv = shutil.which("uv")
    if uv is None:
        return None
    try:
        tool.run([uv, "--version"])
    except InstallError:
        # The stand-in of a version manager, for a uv of a Python that is not chosen.
        return None
    return uv


def _is_told_to_pip_alone(variables: Mapping[str, str]) -> bool:
    """uv does not read the variables of pip, and would go to where this machine is told not to."""
    is_pip_told = any(variables.get(name) for name in ("PIP_INDEX_URL", "PIP_NO_INDEX"))
    uv_names = "UV_DEFAULT_INDEX UV_INDEX UV_INDEX_URL UV_NO_INDEX UV_CONFIG_FILE".split()
    return is_pip_told and not any(variables.get(name) for name in uv_names)


# How an installer reaches packages and builds them, beside what any program needs.
_FOR_INSTALLERS = re.compile(
    r"(?:PIP|UV)_\w+|NETRC|SSH_AUTH_SOCK|GIT_SSH|GIT_SSH_COMMAND|GIT_SSL_\w+|CC|CXX|CFLAGS|CXXFLAGS|CPPFLAGS|LDFLAGS|"
    r"PKG_CONFIG_PATH|MACOSX_DEPLOYMENT_TARGET"
)
_NOT_FOR_INSTALLERS = frozenset(("PYTHONHASHSEED", "PYTHONPATH", "VIRTUAL_ENV", "CONDA_PREFIX"))


def _environment(requirements: Requirements) -> dict[str, str]:
    """What an installer finds in its environment: it may run code of packages, so not everything the build holds."""
    base = {name: value for name, value in kernel_environment({}).items() if name not in _NOT_FOR_INSTALLERS}
    named = {
        name: value
        for name, value in os.environ.items()
        if _FOR_INSTALLERS.fullmatch(name) or name in requirements.variables
    }
    return {**base, **named, "GIT_TERMINAL_PROMPT": "0"}


@dataclass(frozen=True, slots=True)
class _Tool:
    """Runs programs that have so much time together.

    Args:
        deadline: of the monotonic clock.
    """

    variables: Mapping[str, str]
    deadline: float
    limit_seconds: float
    folder: Path
    requirements: Requirements

    def run(self, command: list[str]) -> None:
        """Run a program to its end.

        Raises:
            InstallError: it fails, or takes too long.
        """
        process = self._started(command)
        try:
            output, _ = process.communicate(timeout=max(0.0, self.deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            _end(process)
            raise InstallError(f"it takes longer than {self.limit_seconds:g} s") from None
        except BaseException:
            _end(process)
            raise
        if process.returncode != 0:
            reason = last_words(output) or f"{Path(command[0]).name} ended with {process.returncode} and said nothing"
            # Where the requirements were written is nothing an author knows.
            for place in (f"{self.folder}{os.sep}", f"{self.folder.name}{os.sep}"):
                reason = reason.replace(place, "")
            raise InstallError(without_credentials(reason, self._secrets()))

    def _started(self, command: list[str]) -> "subprocess.Popen[str]":
        try:
            return subprocess.Popen(
                command,
                cwd=self.folder.parent,
                env=self.variables,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                encoding="utf-8",
                errors="replace",
                # A group of its own, so that what it starts can be ended with it.
                start_new_session=True,
            )
        except OSError as failure:
            raise InstallError(f"`{Path(command[0]).name}` cannot be started: {failure.strerror}") from None

    def _secrets(self) -> list[str]:
        told = ("TOKEN", "PASSWORD", "SECRET", "KEY", "PASS", "USERNAME")
        return [
            value
            for name, value in self.variables.items()
            if (name.endswith(told) or name in self.requirements.variables) and len(value) > 3
        ]


def _end(process: "subprocess.Popen[str]") -> None:
    end_group(process.pid)
    process.kill()
    process.communicate()


_LONGEST_REASON = 300
_CAUSE = re.compile(r"\s*(?:cause:|Caused by:|╰─▶|×)\s*(.*)")
_MARK = re.compile(r"^(?:ERROR|error|Error)\s*:\s*")
_SAYS_LITTLE = re.compile(
    r"(?:WARNING|warning|hint|note|DEPRECATION)\b|\[notice\]|Looking in|ERROR: (?:ResolutionImpossible|No matching "
    r"distribution)|Using Python|To fix this|\d+\. |\s*[\^~]+$|\s*$"
)
_BUILD = re.compile(r"\s*(?:\[stderr\]|╰─> \[\d+ lines? of output\])")
_HASHES = "THESE PACKAGES DO NOT MATCH THE HASHES"


def last_words(output: str) -> str:
    """What an installer said last that says something, in one line; empty when it said nothing."""
    lines = [line for line in re.sub(r"\x1b\[[0-9;]*m", "", output).splitlines() if line.strip()]
    mismatch = next((number for number, line in enumerate(lines) if _HASHES in line), None)
    if mismatch is not None:
        package = lines[mismatch + 1].split(" from ")[0].strip() if mismatch + 1 < len(lines) else "a package"
        return _shortened([f"{package} is not what its hash in the requirements says"])
    if (built := _failed_build(lines)) is not None:
        return _shortened(built)
    causes = [number for number, line in enumerate(lines) if _CAUSE.match(line)]
    if causes:
        return _shortened(_with_what_belongs_to_it(lines, causes[-1]))
    marked = [line for line in lines if _MARK.match(line) and not _SAYS_LITTLE.match(line)]
    telling = marked or [line for line in lines if not _SAYS_LITTLE.match(line)]
    return _shortened(telling[-1:])


def _failed_build(lines: list[str]) -> list[str] | None:
    """What was being built, and the last line of the package's own build; None when nothing was."""
    start = next((number for number, line in enumerate(lines) if _BUILD.match(line)), None)
    if start is None:
        return None
    # uv says first what it was doing, pip with a cross.
    headline = next((line for line in lines[:start] if _MARK.match(line) and "subprocess-exited" not in line), "")
    headline = headline or next((line.strip(" ×") for line in lines[:start] if "×" in line), "it cannot be built")
    depth = len(lines[start]) - len(lines[start].lstrip())
    last = ""
    for line in lines[start + 1 :]:
        if "[end of output]" in line or len(line) - len(line.lstrip()) < depth:
            break
        last = line
    return [f"{_MARK.sub('', headline).rstrip('.')}: {last.strip()}"]


def _with_what_belongs_to_it(lines: list[str], number: int) -> list[str]:
    """A cause, and the lines below it that are indented more."""
    found = _CAUSE.match(lines[number])
    depth = len(lines[number]) - len(lines[number].lstrip())
    belonging = [found[1] if found is not None else ""]
    for line in lines[number + 1 :]:
        if len(line) - len(line.lstrip()) <= depth or re.fullmatch(r"\s*[\^~]+", line):
            break
        belonging.append(line.strip())
    return belonging


def _shortened(lines: list[str]) -> str:
    text = _MARK.sub("", " ".join(" ".join(lines).split())).rstrip(". ")
    return text if len(text) <= _LONGEST_REASON else text[: _LONGEST_REASON - 1] + "…"


def without_credentials(text: str, secrets: Iterable[str] = ()) -> str:
    """Text in which addresses hold no names, passwords and queries.

    >>> without_credentials("cannot reach https://me:pass@example.org/simple?token=x")
    'cannot reach https://…@example.org/simple?…'
    """
    for secret in secrets:
        text = text.replace(secret, "…")
    text = re.sub(r"(?<=://)[^\s/]*@", "…@", text)
    return re.sub(r"(://[^\s?]+\?)[^\s)`'\"]+", r"\1…", text)
