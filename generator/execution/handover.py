"""What a sandbox hands over: runs as files and a word on each notebook, through one pipe, taken for nothing but bytes.

The other end is in strangers' hands. So there are no paths, links, devices or archives in it, and what does not look
as it should ends the reading; what came before counts.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import IO, Any

from generator.cache.disk_errors import disk_work
from generator.errors import ContentError
from generator.location import Location

RUNS = "runs"
RESULT = "result.json"
_FORMAT = 1
_HEAD = re.compile(rb"(file|said) (\S{1,64}) (\d{1,10})\n")
_FILE_NAME = re.compile(r"[0-9a-f]{40}\.(?:json|ipynb)")
_LONGEST_HEAD = 128
_LARGEST_FILE_BYTES = 100 * 1024 * 1024
_LARGEST_WORD_BYTES = 64 * 1024
_LARGEST_RESULT_BYTES = 1024 * 1024
_MOST_PARTS = 50_000
_MOST_RESULTS = 1000
_LONGEST_TEXT = 400
_LONGEST_NAME = 1000
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
# As Python's libraries, and what R, Julia and curl make of them, say that there is no network.
_NO_NETWORK = re.compile(
    r"gaierror|name resolution|name or service not known|nodename nor servname|could ?n.t resolve host"
    r"|could not resolve|network is unreachable|no route to host|NameResolutionError|URLError|ConnectionError"
    r"|ConnectError|NewConnectionError|Max retries exceeded|failed to establish a new connection|ClientConnector"
    r"|connection refused|Cannot connect to host|cannot open (?:the connection to|URL)|\[Errno (?:-[235]|101|111)\]",
    re.IGNORECASE,
)


class RunStatus(Enum):
    """What became of one notebook in the sandbox."""

    OK = "ok"
    FAILED = "failed"
    UNASKED = "unasked"  # this site does not run it
    LOST = "lost"  # nothing came back


@dataclass(frozen=True, slots=True)
class ConfinedRun:
    """One notebook, all of its variants together.

    Args:
        problem: of the first that failed, as a clause; empty otherwise.
        wants_network: that problem is that there is no network.
    """

    path: str
    status: RunStatus
    problem: str = ""
    wants_network: bool = False


@dataclass(frozen=True, slots=True)
class ConfinedRuns:
    """What came of all notebooks of a pull request.

    Args:
        sha: the commit they are of.
        stopped: why not all could end, as a clause; empty otherwise.
    """

    sha: str
    runs: tuple[ConfinedRun, ...] = ()
    stopped: str = ""


def is_for_want_of_network(*said: str) -> bool:
    """Whether what a failed run said is what libraries say without a network."""
    return any(_NO_NETWORK.search(text) for text in said)


def may_hand_over(name: str, size: int = 0) -> bool:
    """Whether a run's file of that name and size in bytes is taken over."""
    return _FILE_NAME.fullmatch(name) is not None and size <= _LARGEST_FILE_BYTES


def written_word(run: ConfinedRun) -> bytes:
    """A word on a notebook, as bytes."""
    return json.dumps(_plain(run)).encode()


def word_of(content: bytes) -> ConfinedRun | None:
    """What ``written_word`` wrote; None for anything else."""
    try:
        return _run(json.loads(content)) if len(content) <= _LARGEST_WORD_BYTES else None
    except (ValueError, TypeError, LookupError, RecursionError):
        return None


def hand_over(to: IO[bytes], run: ConfinedRun, files: Mapping[str, bytes]) -> None:
    """Write one notebook's end and its files; each whole or, if we are ended, not at all for whoever reads."""
    for name, content in files.items():
        to.write(b"file %s %d\n" % (name.encode(), len(content)))
        to.write(content)
    word = written_word(run)
    to.write(b"said result %d\n" % len(word))
    to.write(word)
    to.flush()


def take_over(said: IO[bytes], folder: Path, asked: Sequence[str]) -> tuple[ConfinedRun, ...]:
    """Write the runs' files below ``folder / RUNS``; what came of each notebook asked for.

    Args:
        asked: paths of the notebooks.

    Raises:
        MachineError: the folder cannot be written.
    """
    found: dict[str, ConfinedRun] = {}
    with disk_work("the runs cannot be written"):
        place = folder / RUNS
        place.mkdir(parents=True, exist_ok=True)
        for name, content in _parts(said):
            if name is not None:
                place.joinpath(name).write_bytes(content)
                continue
            run = word_of(content)
            if run is not None and run.path in asked:
                found.setdefault(run.path, run)
    return tuple(found.get(path) or ConfinedRun(path, RunStatus.LOST) for path in asked)


def write_result(folder: Path, runs: ConfinedRuns) -> None:
    """Write ``RESULT``.

    Raises:
        MachineError: it cannot be written.
    """
    whole = {
        "inkmill": _FORMAT,
        "sha": runs.sha,
        "stopped": runs.stopped,
        "notebooks": [_plain(run) for run in runs.runs],
    }
    with disk_work("the result of the runs cannot be written"):
        folder.mkdir(parents=True, exist_ok=True)
        folder.joinpath(RESULT).write_text(json.dumps(whole, indent=1) + "\n", encoding="utf-8")


def read_result(folder: Path) -> ConfinedRuns:
    """What ``write_result`` wrote; every field is checked, since it comes from a job that ran strangers' code.

    Raises:
        ContentError: it is not of our shape.
    """
    place = folder / RESULT
    try:
        if place.is_symlink() or not place.is_file() or place.stat().st_size > _LARGEST_RESULT_BYTES:
            raise ValueError("it is no plain file, or too large")
        value = json.loads(place.read_bytes())
        if not isinstance(value, dict) or value.get("inkmill") != _FORMAT:
            raise ValueError("it says nothing of inkmill, or of another one")
        sha = _text(value["sha"])
        if not re.fullmatch(r"[0-9a-f]{40}", sha):
            raise ValueError("`sha` is no commit")
        notebooks = value["notebooks"]
        if not isinstance(notebooks, list) or len(notebooks) > _MOST_RESULTS:
            raise ValueError("`notebooks` is no list, or too long")
        return ConfinedRuns(sha, tuple(_run(one) for one in notebooks), _text(value["stopped"]))
    except (OSError, ValueError, TypeError, LookupError, RecursionError) as wrong:
        raise ContentError(
            f"this is not a result of runs: {wrong}", at=Location(RESULT), mend="run the notebooks again"
        ) from None


def shown(text: str) -> str:
    """Text from outside on one line, without what deceives, cut where it is too long."""
    flat = " ".join(_UNPRINTABLE.sub(" ", text).split())
    return flat if len(flat) <= _LONGEST_TEXT else flat[: _LONGEST_TEXT - 1] + "…"


def _parts(said: IO[bytes]) -> Iterator[tuple[str | None, bytes]]:
    """(name of a file, its bytes), or (None, a word on a notebook); the first that is wrong ends it."""
    for _ in range(_MOST_PARTS):
        head = _HEAD.fullmatch(said.readline(_LONGEST_HEAD))
        if head is None:
            return
        is_file, name, size = head[1] == b"file", head[2].decode(errors="replace"), int(head[3])
        if size > (_LARGEST_FILE_BYTES if is_file else _LARGEST_WORD_BYTES):
            return
        content = said.read(size)
        if len(content) != size or (is_file and not _FILE_NAME.fullmatch(name)):
            return
        yield name if is_file else None, content


def _run(value: Any) -> ConfinedRun:
    path = value["path"]
    if not isinstance(path, str) or not path or len(path) > _LONGEST_NAME or _UNPRINTABLE.search(path):
        raise ValueError("a notebook's path is missing")
    if value["wants_network"] not in (True, False):
        raise ValueError("`wants_network` is neither true nor false")
    return ConfinedRun(path, RunStatus(value["status"]), _text(value["problem"]), value["wants_network"] is True)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("a text is missing")
    return shown(value)


def _plain(run: ConfinedRun) -> dict[str, Any]:
    return {
        "path": run.path,
        "status": run.status.value,
        "problem": shown(run.problem),
        "wants_network": run.wants_network,
    }
