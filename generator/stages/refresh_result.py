"""What a refresh did, as JSON for a workflow to report."""

import json
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

from generator.cache.disk_errors import disk_work
from generator.model.plan import RunReport, RunResult

# Raised when a field changes its meaning.
_VERSION = 1


def result_json(report: RunReport, now: datetime) -> str:
    """One object: ``version``, ``now``, ``counts`` by status, ``notebooks`` (sorted by name) and ``errors``.

    Each notebook has ``name``, ``path``, ``variant``, ``status`` (``ok``, ``kept``, ``failed``, ``not-due``,
    ``disabled``), ``seconds``, ``ran_at`` of the outputs its page shows, ``because``, and
    for one that failed ``failure``: ``kind``, ``cell`` (from 1), ``line``, ``problem``, ``last_line`` of the
    traceback and ``mend``.
    """
    found = {
        "version": _VERSION,
        "now": now.isoformat(),
        "counts": dict(sorted(Counter(result.status for result in report.results).items())),
        "seconds": round(report.seconds, 1),
        "notebooks": [_notebook(result) for result in report.results],
        "errors": [
            {"at": str(problem.at) if problem.at else None, "problem": problem.problem, "mend": problem.mend}
            for problem in report.errors
            if problem.kind != "run-failed"
        ],
    }
    return json.dumps(found, indent=2, ensure_ascii=False) + "\n"


def pair_of(name: str) -> tuple[str, str | None]:
    """The path and the variant of a ``RunResult.name``; a path may hold a ``#``, too.

    >>> pair_of("_notebooks/a #1.ipynb#de"), pair_of("_notebooks/a #1.ipynb")
    (('_notebooks/a #1.ipynb', 'de'), ('_notebooks/a #1.ipynb', None))
    """
    stem, mark, variant = name.partition(".ipynb#")
    return (f"{stem}.ipynb", variant) if mark else (name, None)


def _notebook(result: RunResult) -> dict[str, Any]:
    path, variant = pair_of(result.name)
    failure = result.failure
    return {
        "name": result.name,
        "path": path,
        "variant": variant,
        "status": result.status,
        "seconds": round(result.seconds, 3),
        "ran_at": _moment(result.ran_at),
        "next_at": _moment(result.next_at),
        "because": result.because,
        "failure": None
        if failure is None
        else {
            "kind": failure.kind.value,
            "cell": failure.cell,
            "line": failure.line,
            "problem": failure.problem,
            "last_line": failure.last_line,
            "mend": failure.mend,
        },
    }


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def write_result(path: Path, report: RunReport, now: datetime) -> None:
    """Write ``result_json`` to path, whole or not at all.

    Raises:
        MachineError: it cannot be written.
    """
    temporary = path.with_name(f"{path.name}~")
    with disk_work("the result of the refresh cannot be written"):
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_text(result_json(report, now), encoding="utf-8", newline="\n")
        temporary.replace(path)
