"""Good runs as plain files, for the branch ``inkmill-runs``."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from generator.cache.disk_errors import disk_work
from generator.errors import NotebookError
from generator.execution.key import key_of
from generator.execution.records import Pair, Runs, name_of_pair
from generator.formats.notebook import parse
from generator.location import Location
from generator.model.execution import FailureKind, RunFailure, RunHistory, RunRecord
from generator.model.problem import Problem, warning

_FORMAT = 1
_NAME = re.compile(r"[0-9a-f]{40}\.json")
# A branch of a repository is no place for more, and GitHub takes no file of more than 100 MB.
_LARGEST_NOTEBOOK_BYTES = 100 * 1024 * 1024
_LARGEST_HISTORY_BYTES = 4 * 1024 * 1024


def write_runs(runs: Runs, pairs: Iterable[Pair], folder: Path) -> tuple[str, ...]:
    """Write what is known of these notebooks and variants: ``NAME.json``, and ``NAME.ipynb`` of the last good run.

    Returns:
        The names of the files, sorted. Whatever else is in the folder stays.

    Raises:
        LostBytesError: a notebook in the store is corrupt.
        MachineError: the folder cannot be written.
    """
    written: list[str] = []
    with disk_work("the runs cannot be written"):
        folder.mkdir(parents=True, exist_ok=True)
        for path, variant in pairs:
            history = runs.history(path, variant)
            if history is None:
                continue
            name = name_of_pair(path, variant)
            if history.last_good is not None:
                folder.joinpath(f"{name}.ipynb").write_bytes(runs.notebook_of(history.last_good))
                written.append(f"{name}.ipynb")
            text = json.dumps(_plain(history), ensure_ascii=False, indent=1, sort_keys=True)
            folder.joinpath(f"{name}.json").write_text(f"{text}\n", encoding="utf-8", newline="\n")
            written.append(f"{name}.json")
    return tuple(sorted(written))


def read_runs(runs: Runs, folder: Path) -> tuple[tuple[RunHistory, ...], tuple[Problem, ...]]:
    """Take what ``write_runs`` wrote into the store, where it is newer than what the store knows.

    Files of other names are nobody's concern; a ``NAME.json`` that is not of our shape, or whose notebook is not the
    one it speaks of, is refused with a warning.

    Returns:
        What was taken, and what was refused.

    Raises:
        MachineError: a file cannot be read, or the store not written.
    """
    taken: list[RunHistory] = []
    refused: list[Problem] = []
    with disk_work("the runs cannot be read"):
        names = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
        for name in filter(_NAME.fullmatch, names):
            try:
                history, notebook = _read(folder / name)
            except (ValueError, TypeError, LookupError, RecursionError, NotebookError) as wrong:
                refused.append(_refusal(name, wrong))
                continue
            if _is_news(history, runs.history(history.path, history.variant)):
                if history.last_good is not None:
                    runs.put(history.last_good, notebook)
                taken.append(runs.note(history))
    return tuple(taken), tuple(refused)


def _is_news(history: RunHistory, known: RunHistory | None) -> bool:
    return known is None or _last_moment(history) > _last_moment(known)


def _last_moment(history: RunHistory) -> float:
    moments = (history.failed_at, history.last_good.ran_at if history.last_good else None)
    return max((moment.timestamp() for moment in moments if moment is not None), default=0.0)


def _refusal(name: str, wrong: Exception) -> Problem:
    reason = wrong.problem if isinstance(wrong, NotebookError) else str(wrong)
    return warning(
        "foreign-run",
        f"this is not a run that inkmill kept: {reason}",
        Location(name),
        "leave the branch `inkmill-runs` to inkmill; the notebook will run again",
    )


def _plain(history: RunHistory) -> dict[str, Any]:
    good, failure = history.last_good, history.last_failure
    return {
        "inkmill": _FORMAT,
        "path": history.path,
        "variant": history.variant,
        "failures_in_row": history.failures_in_row,
        "failed_at": None if history.failed_at is None else history.failed_at.isoformat(),
        "failed_key": history.failed_key,
        "last_failure": None if failure is None else _plain_failure(failure),
        "last_good": None if good is None else _plain_record(good),
    }


def _plain_failure(failure: RunFailure) -> dict[str, Any]:
    return {
        "kind": failure.kind.value,
        "problem": failure.problem,
        "mend": failure.mend,
        "cell": failure.cell,
        "execution_count": failure.execution_count,
        "line": failure.line,
        "last_line": failure.last_line,
    }


def _plain_record(record: RunRecord) -> dict[str, Any]:
    return {
        "key": dict(record.key.parts),
        "ran_at": record.ran_at.isoformat(),
        "seconds": record.seconds,
        "source_digest": record.source_digest,
        "notebook": record.notebook,
        "versions": dict(record.versions),
    }


def _read(path: Path) -> tuple[RunHistory, bytes]:
    """A history and the notebook of its last good run, empty without one.

    Raises:
        ValueError, TypeError, LookupError, NotebookError: it is not of our shape.
    """
    value = json.loads(_content(path, _LARGEST_HISTORY_BYTES))
    if not isinstance(value, dict) or value.get("inkmill") != _FORMAT:
        raise ValueError("it says nothing of inkmill, or of another one")
    notebook_path, variant = _text(value["path"]), _text_or_none(value["variant"])
    if path.stem != name_of_pair(notebook_path, variant):
        raise ValueError("its name is that of another notebook")
    if notebook_path.startswith("/") or "\\" in notebook_path or ".." in notebook_path.split("/"):
        raise ValueError("its path leads out of the repository")
    good = None if value["last_good"] is None else _record(value["last_good"], notebook_path, variant)
    failure = None if value["last_failure"] is None else _failure(value["last_failure"])
    failed_at = None if value["failed_at"] is None else _moment(value["failed_at"])
    # Files that an older inkmill wrote have no such field.
    failed_key = _text(value.get("failed_key", ""))
    history = RunHistory(notebook_path, variant, good, _count(value["failures_in_row"]), failure, failed_at, failed_key)
    return history, b"" if good is None else _notebook(path.with_suffix(".ipynb"), good)


def _notebook(path: Path, record: RunRecord) -> bytes:
    content = _content(path, _LARGEST_NOTEBOOK_BYTES)
    if record.notebook != f"{hashlib.sha256(content).hexdigest()}.ipynb":
        raise ValueError("its notebook is another")
    parse(content, path.name)
    return content


def _content(path: Path, most_bytes: int) -> bytes:
    if path.is_symlink() or not path.is_file():
        raise ValueError(f"{path.suffix} is no plain file")
    if path.stat().st_size > most_bytes:
        raise ValueError(f"{path.suffix} is larger than {most_bytes // 1024**2} MB")
    return path.read_bytes()


def _record(value: Mapping[str, Any], path: str, variant: str | None) -> RunRecord:
    seconds = value["seconds"]
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 <= seconds < float("inf"):
        raise ValueError("`seconds` is no duration")
    return RunRecord(
        path,
        variant,
        key_of(_texts(value["key"])),
        _moment(value["ran_at"]),
        float(seconds),
        _text(value["source_digest"]),
        _text(value["notebook"]),
        _texts(value["versions"]),
    )


def _failure(value: Mapping[str, Any]) -> RunFailure:
    return RunFailure(
        FailureKind(value["kind"]),
        _text(value["problem"]),
        _text(value["mend"]),
        cell=_count_or_none(value["cell"]),
        execution_count=_count_or_none(value["execution_count"]),
        line=_count_or_none(value["line"]),
        last_line=_text(value["last_line"]),
    )


def _moment(value: object) -> datetime:
    moment = datetime.fromisoformat(_text(value))
    if moment.tzinfo is None:
        raise ValueError("a time without a zone")
    return moment


def _text(value: object) -> str:
    # A lone surrogate can be in JSON and in no file name, page or store.
    if not isinstance(value, str) or (not value.isascii() and value != value.encode(errors="ignore").decode()):
        raise ValueError("a text is missing")
    return value


def _text_or_none(value: object) -> str | None:
    return None if value is None else _text(value)


def _texts(value: object) -> Mapping[str, str]:
    if not isinstance(value, dict):
        raise ValueError("a list of texts is missing")
    return {_text(name): _text(text) for name, text in value.items()}


def _count(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**31:
        raise ValueError("a number is missing")
    return value


def _count_or_none(value: object) -> int | None:
    return None if value is None else _count(value)
