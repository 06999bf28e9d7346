"""One call of act: one job in a fresh workspace, on this machine, in a network of loopback alone."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import sysconfig
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests.workflows.blog import CHECKOUT

_FAKE_ACTIONS = Path(__file__).with_name("fake_actions")
_SECONDS = 120.0
_BASH = shutil.which("bash") or "/bin/bash"

_ENVIRONMENTS = {
    ".venv": (str(CHECKOUT / ".venv"), "requirements.lock", "site.stamp"),
    ".venv-steps": (str(CHECKOUT / ".venv-steps"), "requirements-github.lock", "steps.stamp"),
}


@dataclass(frozen=True, slots=True)
class Annotation:
    """A workflow command that points at a place: ``error``, ``warning`` or ``notice``."""

    level: str
    message: str
    file: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class JobRun:
    """How a job ended, and what it said.

    Args:
        result: success, failure, skipped or cancelled.
        log: what its steps printed.
        steps: how each step ended, by its name.
    """

    result: str
    outputs: Mapping[str, str]
    log: str = ""
    summary: str = ""
    annotations: tuple[Annotation, ...] = ()
    steps: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Call:
    """What one call of act is given.

    Args:
        folder: of this job, empty.
        workflow: plain values, as `act_copy.copy_for_act` makes them; ``collected`` is the file named there.
        before: words that put the program into the network.
        runtime: what fake actions find beside them.
    """

    folder: Path
    workflow: dict[str, Any]
    job: str
    asked: str
    collected: Path
    event: str
    payload: Mapping[str, Any]
    environ: Mapping[str, str]
    secrets: Mapping[str, str]
    variables: Mapping[str, str]
    before: tuple[str, ...]
    runtime: Mapping[str, str]
    is_cancelled: Callable[[], bool]


def run(call: Call) -> JobRun:
    """Run the job. AssertionError where act itself refuses the workflow."""
    folder = call.folder
    words = [*call.before, str(Path(sysconfig.get_path("scripts"), "act")), call.event, *_laid_out(call)]
    with (folder / "act.log").open("wb") as log, (folder / "act.err").open("wb") as complaints:
        process = subprocess.Popen(
            words, cwd=folder / "project", stdout=log, stderr=complaints, env=_environ(folder), start_new_session=True
        )
        was_cancelled = _wait(process, call.is_cancelled)
    (folder / "secrets").unlink()
    if was_cancelled:
        return JobRun("cancelled", {}, *_said(folder / "act.log", call.job))
    assert call.collected.is_file(), f"act did not run {call.job}: {(folder / 'act.err').read_text()}"
    found = json.loads(call.collected.read_text())
    said = _said(folder / "act.log", call.job)
    return JobRun(found["result"], found.get("outputs") or {}, *said)


def _laid_out(call: Call) -> list[str]:
    """Write what act reads, and return the flags that name it."""
    folder = call.folder
    workflow = folder / "project/.github/workflows/run.yml"
    workflow.parent.mkdir(parents=True)
    workflow.write_text(yaml.safe_dump(call.workflow, sort_keys=False, allow_unicode=True))
    (folder / "event.json").write_text(json.dumps(call.payload))
    secrets = folder / "secrets"
    secrets.touch(mode=0o600)
    secrets.write_text("".join(f"{name}={json.dumps(value)}\n" for name, value in call.secrets.items()))
    _lay_out_bin(folder / "bin")
    # GITHUB_TOKEN is how act is told what `github.token` is. Values are not masked, so that a leak is seen.
    return [
        "--workflows", str(workflow), "--job", call.asked, "--eventpath", str(folder / "event.json"),
        "--platform", "ubuntu-24.04=-self-hosted", "--action-offline-mode", "--no-skip-checkout", "--no-cache-server",
        "--insecure-secrets", "--json", "--actor", call.environ["GITHUB_ACTOR"], "--secret-file", str(secrets),
        "--action-cache-path", str(folder / "w"),
        *(word for name, value in call.environ.items() for word in ("--env", f"{name}={value}")),
        *(word for name, value in call.variables.items() for word in ("--var", f"{name}={value}")),
        *(word for action in _used(call.workflow) for word in ("--local-repository", _staged(call, action))),
    ]  # fmt: skip


def _lay_out_bin(folder: Path) -> None:
    """`python3`, the door of the fake actions, and the shell of steps."""
    folder.mkdir()
    python = getattr(sys, "_base_executable", sys.executable)
    (folder / "python3").symlink_to(python)
    door = folder / "fake-action"
    door.write_text(f'#!/bin/sh\nPYTHONPATH={CHECKOUT} exec {python} -S -P -m "tests.workflows.fake_actions.$1"\n')
    door.chmod(0o755)
    # act gives steps a terminal, GitHub does not.
    bash = folder / "bash"
    bash.write_text(f'#!{_BASH}\n{_BASH} "$@" </dev/null 2>&1 | cat\nexit "${{PIPESTATUS[0]}}"\n')
    bash.chmod(0o755)


def _environ(folder: Path) -> dict[str, str]:
    """What act itself runs with; steps see the same PATH and HOME, and nothing else of this process."""
    home = folder / "home"
    home.mkdir()
    outside = [part for part in os.environ["PATH"].split(os.pathsep) if not part.startswith(sys.prefix)]
    return {"PATH": os.pathsep.join([str(folder / "bin"), *outside]), "HOME": str(home), "LC_ALL": "C.UTF-8"}


def _used(workflow: dict[str, Any]) -> list[str]:
    """``owner/name@ref`` of every action, once."""
    found = {step["uses"] for job in workflow["jobs"].values() for step in job.get("steps", ()) if "uses" in step}
    return sorted(used for used in found if not used.startswith("./"))


def _staged(call: Call, used: str) -> str:
    """``owner/name@ref=FOLDER``: a fake action with what it needs to know of the job beside it."""
    path, _, ref = used.partition("@")
    owner, name, *_ = path.split("/")
    assert owner == "actions", f"there is no fake of {used}"
    folder = call.folder / "actions" / f"{name}@{ref}"
    if not folder.exists():
        shutil.copytree(_FAKE_ACTIONS / "actions" / name, folder)
        known = {**call.runtime, "environments": _ENVIRONMENTS, "checkout": str(CHECKOUT)}
        for action in folder.rglob("action.yml"):
            beside = action.with_name("job.json")
            beside.touch(mode=0o600)
            beside.write_text(json.dumps(known))
    return f"{owner}/{name}@{ref}={folder}"


def _wait(process: subprocess.Popen[bytes], is_cancelled: Callable[[], bool]) -> bool:
    """Until it ends; True when it was cancelled and ended for that."""
    timer = threading.Timer(_SECONDS, lambda: _end(process))
    timer.start()
    try:
        while process.poll() is None:
            if is_cancelled():
                _end(process)
                process.wait()
                return True
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(0.02)
    finally:
        timer.cancel()
    return False


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)


def _said(log: Path, job: str) -> tuple[str, str, tuple[Annotation, ...], dict[str, str]]:
    """Log, summary, annotations and steps of one job in act's log."""
    printed, summaries, annotations, steps = [], [], [], {}
    for line in log.read_text(errors="replace").splitlines():
        try:
            entry = json.loads(line)
        except ValueError:
            continue
        if entry.get("jobID") != job:
            continue
        command = entry.get("command", "")
        if entry.get("raw_output"):
            printed.append(entry["msg"])
        elif command == "summary":
            summaries.append(entry["content"])
        elif command in ("error", "warning", "notice"):
            annotations.append(_annotation(entry))
            printed.append(entry.get("raw", ""))
        elif "stepResult" in entry and entry.get("stage") == "Main" and len(entry["stepID"]) == 1:
            steps[entry["step"]] = entry["stepResult"]
        elif "stepResult" not in entry and entry.get("level") in ("warning", "error"):
            printed.append(f"{entry['msg']}\n")
    return "".join(printed), "".join(summaries), tuple(annotations), steps


def _annotation(entry: dict[str, Any]) -> Annotation:
    where = entry.get("kvPairs") or {}
    return Annotation(entry["command"], entry.get("arg", ""), where.get("file", ""), int(where.get("line") or 0))
