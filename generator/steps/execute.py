"""Runs the changed notebooks of a pull request in a sandbox, and keeps what they made for the job that renders.

Whatever they do is no failure of this step: a preview shows committed outputs where there are no others.
"""

import argparse
import json
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType

import generator
from generator.errors import RefusedError, UsageError
from generator.execution.confined import Ended, run_confined
from generator.execution.handover import ConfinedRun, ConfinedRuns, RunStatus, shown, take_over, write_result
from generator.execution.sandbox import Limits, interpreter_paths, machine_limits
from generator.github.asked_preview import asked_sha
from generator.github.outputs import stopped
from generator.sources.git_tree import head_of
from generator.sources.pull_request import merge
from generator.sources.taken import why_not_safe
from generator.stages.engine import templates_folder
from generator.steps import inside_sandbox
from generator.steps.result import StepResult

_MOST_NOTEBOOKS = 100
_LONGEST_LIST = 100_000
# Of the sandbox's time: to start, and to end by itself before it is ended.
_START_SECONDS = 60.0
_SHARE_OF_KERNELS = 0.75
_SAID = MappingProxyType(
    {
        RunStatus.OK: "ran",
        RunStatus.FAILED: "failed",
        RunStatus.UNASKED: "is not one that this site runs",
        RunStatus.LOST: "did not come back",
    }
)


def main(arguments: Sequence[str]) -> StepResult:
    """Run them; ``--output`` holds ``runs/`` and ``result.json`` afterwards.

    Raises:
        UsageError: an argument or a variable is wrong.
        RefusedError: another commit is checked out than was asked for.
        ContentError: the pull request is too large.
        MachineError: no sandbox can be made here.
    """
    parser = argparse.ArgumentParser(prog="execute", description=__doc__)
    parser.add_argument("--pull-request", type=Path, required=True, help="its checkout")
    parser.add_argument("--output", type=Path, required=True, help="a folder that is empty or not there yet")
    given = parser.parse_args(arguments)
    pull_request = given.pull_request.resolve()
    sha = checked_sha(os.environ, pull_request)
    return execute(pull_request, given.output.resolve(), sha, notebooks_of(os.environ), machine_limits())


def execute(pull_request: Path, output: Path, sha: str, notebooks: Sequence[str], limits: Limits) -> StepResult:
    """Run those of the notebooks that are not as on the default branch, which is checked out where we stand."""
    if output.exists() and (not output.is_dir() or any(output.iterdir())):
        raise UsageError(f"`{output}` is no empty folder", mend="name a folder that is not there yet")
    with tempfile.TemporaryDirectory(prefix="inkmill-") as folder:
        tree = Path(folder) / "tree"
        merged = merge(Path.cwd(), pull_request, tree)
        asked = [path for path in notebooks if path in merged.changed]
        if not asked:
            write_result(output, ConfinedRuns(sha))
            return StepResult(("No notebook is to be run.",))
        ended, runs = _run(tree, output, asked, limits)
    reason = ended.stopped or (f"it ended early ({ended.exit_code})" if ended.exit_code else "")
    write_result(output, ConfinedRuns(sha, runs, reason))
    return StepResult(tuple(_lines(runs, ended, reason)))


def checked_sha(environ: Mapping[str, str], pull_request: Path) -> str:
    """The commit that SHA names, which is the one that is checked out.

    Raises:
        UsageError: SHA is no commit, or the folder no checkout.
        RefusedError: another one is checked out.
    """
    sha = asked_sha(environ)
    head = head_of(pull_request)
    if head != sha:
        raise RefusedError(
            f"the pull request is checked out at {head[:7]}, and {sha[:7]} was asked for",
            mend="ask for a preview again",
        )
    return sha


def notebooks_of(environ: Mapping[str, str]) -> tuple[str, ...]:
    """The paths that NOTEBOOKS lists, as JSON.

    Raises:
        UsageError: it is no such list, or holds what is no notebook's path.
    """
    written = environ.get("NOTEBOOKS", "")
    try:
        found = json.loads(written) if len(written) <= _LONGEST_LIST else None
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, list) or len(found) > _MOST_NOTEBOOKS or not all(isinstance(path, str) for path in found):
        raise UsageError("NOTEBOOKS is no JSON list of paths", mend="give it what the step `gate` found")
    for path in found:
        if not path.endswith(".ipynb") or path.startswith("-") or why_not_safe(path) is not None:
            raise UsageError(f"NOTEBOOKS names {shown(path)!r}, which is no notebook", mend="rename it")
    return tuple(dict.fromkeys(found))


def _run(tree: Path, output: Path, asked: Sequence[str], limits: Limits) -> tuple[Ended, tuple[ConfinedRun, ...]]:
    package = Path(generator.__file__).resolve().parent
    command = inside_sandbox.command(
        package_parent=package.parent,
        now=datetime.now(UTC),
        seconds=max(limits.seconds - _START_SECONDS, limits.seconds / 2),
        memory_bytes=int(limits.memory_bytes * _SHARE_OF_KERNELS),
        paths=asked,
    )
    readable = (*interpreter_paths(), package, templates_folder())
    with tempfile.TemporaryFile() as answer:
        ended = run_confined(command, answer, tree=tree, readable=readable, limits=limits)
        answer.seek(0)
        return ended, take_over(answer, output, asked)


def _lines(runs: Sequence[ConfinedRun], ended: Ended, reason: str) -> Iterator[str]:
    if ended.log:
        yield from stopped(ended.log.decode(errors="replace"))
    if ended.was_cut:
        yield "What the notebooks' processes printed was longer than is kept."
    for run in runs:
        why = f": {run.problem}" if run.problem else ""
        yield from stopped(f"{run.path} {_SAID[run.status]}{why}")
    if reason:
        yield f"The sandbox was left before all was done: {reason}."
