"""What the last build saw and wrote, so that the next can tell what changed."""

import hashlib
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from generator.cache.codec import decode, encode
from generator.cache.disk_errors import disk_work
from generator.model.problem import Problem
from generator.model.site import Fate
from generator.model.tally import RunTally

_MAGIC = b"inkmill state 1\n"
_DIGEST_BYTES = 16
_COARSE_STEP_NS = 2_000_000_000
_FINE_STEP_NS = 20_000_000


@dataclass(frozen=True, slots=True)
class InputRecord:
    """A file of the source directory as it was last seen.

    Args:
        size: in bytes.
        digest: SHA-256, hexadecimal; empty when nobody had to know.
    """

    size: int
    mtime_ns: int
    digest: str = ""


@dataclass(frozen=True, slots=True)
class OutputRecord:
    """A file of the output folder as it was written.

    Args:
        key: of what it was made.
        size: in bytes.
    """

    key: str
    size: int
    mtime_ns: int


@dataclass(frozen=True, slots=True)
class Memo:
    """Where a source's document lies in the store.

    Args:
        key: what it was made of, companions apart.
        document: its key in the store.
    """

    key: str
    document: str


@dataclass(frozen=True, slots=True)
class State:
    """One build, remembered.

    Args:
        engine: fingerprint of inkmill, its templates, plugins and libraries.
        request: whatever of the command line and the environment shapes the output, as one key.
        settings_digest: of ``_config.yml``; empty without one.
        settings: encoded settings, so that an unchanged file is not parsed again.
        listed_at_ns: when the listing of the inputs began.
        inputs: by path relative to the source directory.
        memos: by path, and variant after ``#``.
        output: the output folder, absolute.
        output_id: what ``write.publish.folder_id`` said of it; the records hold only while it says the same.
        outputs: by path relative to the output folder.
        git_mark: what ``sources.git.mark_of`` said.
        git: encoded facts.
        base_path: of the pages: ``""`` or ``/blog``.
        now: the build's own now; an earlier one must look again.
        next_change: when a scheduled or expiring document changes state by itself.
        runs: of notebooks whose outputs are execution's affair: (path, variant, mark of what is known of their runs).
        pythons: interpreters of their kernels, beside the one inkmill runs in.
        installed: what ``stages.unchanged.installed`` said, if there are such notebooks.
        is_settled: no run is to be tried again.
        fates, problems, tally: of the last report, told again when nothing changed.
    """

    engine: str = ""
    request: str = ""
    settings_digest: str = ""
    settings: bytes = b""
    listed_at_ns: int = 0
    inputs: Mapping[str, InputRecord] = field(default_factory=dict)
    memos: Mapping[str, Memo] = field(default_factory=dict)
    output: str = ""
    output_id: str = ""
    outputs: Mapping[str, OutputRecord] = field(default_factory=dict)
    git_mark: str = ""
    git: bytes = b""
    base_path: str = ""
    now: datetime | None = None
    next_change: datetime | None = None
    fates: tuple[Fate, ...] = ()
    problems: tuple[Problem, ...] = ()
    runs: tuple[tuple[str, str | None, str], ...] = ()
    pythons: tuple[str, ...] = ()
    installed: str = ""
    is_settled: bool = True
    tally: RunTally = field(default_factory=RunTally)


def load_state(folder: Path, name: str = "state") -> State | None:
    """The state kept in folder; None when there is none that can be trusted."""
    try:
        content = folder.joinpath(name).read_bytes()
    except OSError:
        return None
    body = memoryview(content)[len(_MAGIC) + _DIGEST_BYTES :]
    if content[: len(_MAGIC)] != _MAGIC or content[len(_MAGIC) : len(_MAGIC) + _DIGEST_BYTES] != _seal(body):
        return None
    return decode(body, State)


def save_state(folder: Path, state: State, name: str = "state") -> None:
    """Keep state in folder, whole or not at all.

    Raises:
        MachineError: the disk is full or will not be written to.
    """
    body = encode(state)
    temporary = folder / f"{name}.{os.getpid()}~"
    with disk_work("the state of the build cannot be written"):
        folder.mkdir(parents=True, exist_ok=True)
        try:
            with temporary.open("wb") as file:
                file.write(_MAGIC + _seal(body))
                file.write(body)
            temporary.replace(folder / name)
        except BaseException:
            with suppress(OSError):
                temporary.unlink()
            raise


def forget_state(folder: Path, name: str = "state") -> None:
    """Drop the state, so that the next build looks at everything anew."""
    with suppress(OSError):
        folder.joinpath(name).unlink()


def known_digest(state: State | None, path: str, size: int, mtime_ns: int) -> str | None:
    """The digest the state remembers of an input that still looks the same; None when it must be hashed."""
    record = None if state is None else state.inputs.get(path)
    if state is None or record is None or not record.digest:
        return None
    if (record.size, record.mtime_ns) != (size, mtime_ns) or is_racy(mtime_ns, state.listed_at_ns):
        return None
    return record.digest


def is_racy(mtime_ns: int, listed_at_ns: int) -> bool:
    """Whether a file might have been written again within its own time stamp, and so must be hashed all the same.

    Args:
        mtime_ns: of the file when it was listed.
        listed_at_ns: when the listing that recorded it began.
    """
    # File systems keep time in steps of up to two seconds (FAT), ext4 and APFS in steps of a clock tick.
    step_ns = _COARSE_STEP_NS if mtime_ns % 1_000_000_000 == 0 else _FINE_STEP_NS
    return mtime_ns + step_ns >= listed_at_ns


def _seal(body: bytes | memoryview) -> bytes:
    return hashlib.blake2b(body, digest_size=_DIGEST_BYTES).digest()
