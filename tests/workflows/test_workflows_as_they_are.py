"""What act is given is the workflow file, less keys that are listed and that it does not know."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.workflows import act_copy
from tests.workflows.act_copy import UNKNOWN_TO_ACT, Plain, Result
from tests.workflows.blog import CHECKOUT

FILES = sorted((CHECKOUT / ".github/workflows").glob("*.yml"))
JOBS = [(path.name, name) for path in FILES for name in act_copy.parsed(path.read_text())["jobs"]]


def read(file: str) -> Plain:
    return act_copy.parsed((CHECKOUT / ".github/workflows" / file).read_text())


def differences(before: Any, after: Any, at: tuple[str, ...] = ()) -> set[tuple[str, ...]]:
    """Paths at which after differs from before; a key that is gone is named itself."""
    if isinstance(before, dict) and isinstance(after, dict):
        gone = {(*at, key) for key in before.keys() ^ after.keys()}
        inner = (differences(before[key], after[key], (*at, key)) for key in before.keys() & after.keys())
        return gone.union(*inner)
    return set() if before == after else {at}


@pytest.mark.parametrize(("file", "name"), JOBS, ids=[f"{file}-{name}" for file, name in JOBS])
def test_a_job_that_act_runs_is_the_files_own_less_listed_keys(file: str, name: str) -> None:
    workflow = read(file)
    needs = act_copy.needs_of(workflow["jobs"][name])
    results = {need: Result("success", {"go": "true"}) for need in needs}

    copy = act_copy.copy_for_act(workflow, name, "push", results, "/collected")

    listed = {("jobs", name, *path[2:]) for path in UNKNOWN_TO_ACT}
    assert differences({"jobs": {name: workflow["jobs"][name]}}, {"jobs": {name: copy["jobs"][name]}}) <= listed
    assert {key: value for key, value in copy.items() if key not in ("on", "jobs")} == {
        key: value for key, value in workflow.items() if key not in ("on", "jobs")
    }
    assert set(copy["jobs"]) == {name, *needs, act_copy.COLLECTOR}


def test_every_listed_key_is_used_and_refused_by_act(tmp_path: Path) -> None:
    used = {path for path in UNKNOWN_TO_ACT for file in FILES if _has(act_copy.parsed(file.read_text()), path)}
    assert used == set(UNKNOWN_TO_ACT)

    for path in UNKNOWN_TO_ACT:
        said = _validated(tmp_path, {"on": "push", "jobs": {"one": _job_with(path)}})
        assert f"Unknown Property {path[-1]}" in said


def test_act_accepts_every_copy(tmp_path: Path) -> None:
    for file in FILES:
        workflow = act_copy.less_unknown(read(file.name))
        workflow["on"] = "push" if "workflow_call" not in workflow["on"] else "workflow_call"
        assert "Unknown Property" not in _validated(tmp_path, workflow), file


def test_the_untouched_files_fit_the_published_schema() -> None:
    checker = Path(sys.executable).with_name("check-jsonschema")

    ran = subprocess.run(
        [checker, "--builtin-schema", "vendor.github-workflows", *FILES], capture_output=True, text=True, check=False
    )

    assert ran.returncode == 0, ran.stdout


STARTS = [
    ("site.yml", "push", "refs/heads/main", "", True),
    ("site.yml", "push", "refs/heads/gh-pages", "", False),
    ("site.yml", "push", "refs/heads/inkmill-runs", "", False),
    ("site.yml", "push", "refs/heads/inkmill/setup", "", False),
    ("site.yml", "push", "refs/heads/dependabot/pip/requests-3", "", False),
    ("site.yml", "push", "refs/tags/v1", "", False),
    ("site.yml", "workflow_dispatch", "refs/heads/main", "", True),
    ("release.yml", "push", "refs/tags/v1.2.0", "", True),
    ("release.yml", "push", "refs/heads/main", "", False),
    ("preview.yml", "issue_comment", "refs/heads/main", "created", True),
    ("preview.yml", "issue_comment", "refs/heads/main", "edited", False),
    ("preview.yml", "pull_request_target", "refs/heads/main", "closed", True),
    ("preview.yml", "pull_request_target", "refs/heads/main", "opened", False),
    ("preview.yml", "schedule", "refs/heads/main", "", True),
    ("experiments.yml", "issue_comment", "refs/heads/main", "created", True),
    ("experiments.yml", "issue_comment", "refs/heads/main", "edited", False),
    ("experiments.yml", "workflow_dispatch", "refs/heads/main", "", True),
    ("experiments.yml", "pull_request", "refs/pull/1/merge", "synchronize", False),
    ("pr.yml", "pull_request", "refs/pull/1/merge", "synchronize", True),
    ("pr.yml", "pull_request", "refs/pull/1/merge", "closed", False),
    ("serve.yml", "push", "refs/heads/main", "", False),
]


@pytest.mark.parametrize("row", STARTS, ids=["-".join(row[:4]).replace("/", ".") for row in STARTS])
def test_an_event_starts_what_the_file_says(row: tuple[str, str, str, str, bool]) -> None:
    file, event, ref, action, expected = row

    assert act_copy.starts(read(file), event, ref=ref, action=action) is expected


def _has(value: Any, path: tuple[str, ...]) -> bool:
    first, *rest = path
    if not isinstance(value, dict):
        return False
    inner = list(value.values()) if first == "*" else [value[first]] if first in value else []
    return bool(inner) if not rest else any(_has(each, tuple(rest)) for each in inner)


def _job_with(path: tuple[str, ...]) -> Plain:
    job: Plain = {"runs-on": "ubuntu-24.04", "steps": [{"run": ":"}]}
    _, _, key, last = path
    return job | {key: {"environment": {"name": "a"}, "concurrency": {"group": "a"}}[key] | {last: "max"}}


def _validated(folder: Path, workflow: Plain) -> str:
    """What act says of a workflow when it only looks at it."""
    import yaml

    path = folder / "w.yml"
    path.write_text(yaml.safe_dump(workflow, sort_keys=False))
    home = folder / "home"
    home.mkdir(exist_ok=True)
    ran = subprocess.run(
        [
            Path(sys.executable).with_name("act"),
            "--validate",
            "--strict",
            "-W",
            path,
            "-P",
            "ubuntu-24.04=-self-hosted",
        ],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        env={"HOME": str(home), "PATH": "/usr/bin:/bin"},
    )
    return ran.stdout + ran.stderr
