"""What a refresh leaves for a workflow to read."""

import json
from datetime import UTC, datetime
from pathlib import Path

from generator.model.execution import FailureKind, RunFailure
from generator.model.plan import RunReport, RunResult
from generator.model.problem import error
from generator.model.tally import RunTally
from generator.stages.refresh_result import result_json, write_result

NOW = datetime(2026, 1, 2, tzinfo=UTC)
FAILURE = RunFailure(FailureKind.ERROR, "KeyError: 'x'", "mend the cell", 3, 2, 1, "KeyError: 'x'")
REPORT = RunReport(
    (
        RunResult("_notebooks/a.ipynb#fr", "ok", seconds=1.23456, ran_at=NOW, because="due"),
        RunResult("_notebooks/b.ipynb", "kept", FAILURE, 2.0, datetime(2026, 1, 1, tzinfo=UTC), "due"),
        RunResult("_notebooks/c.ipynb", "not-due", next_at=datetime(2026, 1, 3, tzinfo=UTC)),
    ),
    (error("run-failed", "KeyError: 'x'"), error("settings", "wrong", mend="mend it")),
    RunTally(executed=1),
    3.14159,
)


def test_the_result_names_every_notebook_with_its_end_and_its_error() -> None:
    found = json.loads(result_json(REPORT, NOW))

    assert found["counts"] == {"kept": 1, "not-due": 1, "ok": 1}
    assert (found["version"], found["now"], found["seconds"]) == (1, "2026-01-02T00:00:00+00:00", 3.1)
    first, second, third = found["notebooks"]
    assert (first["path"], first["variant"], first["status"], first["seconds"]) == (
        "_notebooks/a.ipynb",
        "fr",
        "ok",
        1.235,
    )
    assert second["ran_at"] == "2026-01-01T00:00:00+00:00"
    assert second["failure"] == {
        "kind": "error",
        "cell": 3,
        "line": 1,
        "problem": "KeyError: 'x'",
        "last_line": "KeyError: 'x'",
        "mend": "mend the cell",
    }
    assert (third["next_at"], third["failure"]) == ("2026-01-03T00:00:00+00:00", None)


def test_what_is_wrong_beside_runs_is_in_the_result_once() -> None:
    assert json.loads(result_json(REPORT, NOW))["errors"] == [{"at": None, "problem": "wrong", "mend": "mend it"}]


def test_the_result_is_written_whole_below_folders_that_do_not_exist_yet(tmp_path: Path) -> None:
    target = tmp_path / "deep/er/refresh.json"

    write_result(target, REPORT, NOW)

    assert target.read_text(encoding="utf-8") == result_json(REPORT, NOW)
    assert [path.name for path in target.parent.iterdir()] == ["refresh.json"]
