"""Runs one notebook of a pull request of this very repository, with parameters, and ties what it logs to its commit.

What became of it is in ``ran.json``; the notebook as it ran, in ``executed/notebook.ipynb``.
"""

import argparse
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from generator.asking import Words, absolute, request_of
from generator.cache.disk_errors import disk_work
from generator.errors import InkmillError, RefusedError
from generator.github.annotations import annotations_of
from generator.github.asked_experiment import asked_notebook, asked_parameters
from generator.github.asked_preview import asked_sha
from generator.github.outputs import RunnerFiles, stopped
from generator.github.refresh_report import RAN
from generator.github.typed_words import typed
from generator.model.execution import Executor, FailureKind
from generator.model.plan import RunReport
from generator.model.problem import error
from generator.model.tally import RunTally
from generator.runs import run
from generator.sources.git_tree import head_of
from generator.stages.executors import executor_for
from generator.stages.refresh_result import write_result
from generator.stages.runner import Runner
from generator.stages.selecting import Selection
from generator.stages.slices import experiment_rules
from generator.steps.build_summary import run_summary
from generator.steps.notebook_secrets import NotebookSecrets, take_secrets
from generator.steps.result import StepResult
from generator.steps.site_settings import settings_here
from generator.steps.tied_executor import handed_on, tied_executor
from generator.wording import error_text, internal_error_text, run_lines

_EXECUTED = "executed"


@dataclass(frozen=True, slots=True)
class AskedNotebook:
    """What is to run.

    Args:
        path: relative to the source directory.
        parameters: values for its ``parameters`` cell.
    """

    path: str
    parameters: Mapping[str, Any] = field(default_factory=dict)


def main(arguments: Sequence[str]) -> StepResult:
    """Run NOTEBOOK of the commit SHA with PARAMETERS; exit 1 where it fails.

    Raises:
        UsageError: an argument or a variable is wrong.
        RefusedError: another commit is checked out than was asked for.
        MachineError: the folder cannot be written.
    """
    parser = argparse.ArgumentParser(prog="run-notebook", description=__doc__)
    parser.add_argument("--output", type=Path, required=True, help="a folder of its own")
    parser.add_argument("--executor", choices=("local", "ray"), help="where kernels run; ray where RAY_ADDRESS is set")
    given = parser.parse_args(arguments)
    secrets = take_secrets(os.environ)
    sha = _checked_sha(os.environ)
    parameters = {name: typed(text) for name, text in asked_parameters(os.environ).items()}
    asked = AskedNotebook(asked_notebook(os.environ), parameters)
    address = os.environ.get("RAY_ADDRESS") or None
    executor = given.executor or ("ray" if address else "local")
    words = Words(execute="always", executor=executor, ray_address=address if executor == "ray" else None)
    return run_notebook(absolute(given.output), sha, asked, words, secrets)


def run_notebook(
    folder: Path,
    sha: str,
    asked: AskedNotebook,
    words: Words,
    secrets: NotebookSecrets,
    *,
    executor: Executor | None = None,
) -> StepResult:
    """Run it, and write down in folder what became of it, whatever that is.

    Args:
        executor: in place of the one that words name.

    Raises:
        MachineError: the folder cannot be written.
    """
    request = request_of(replace(words, secrets=secrets.searched_for))
    _clear(folder)
    lines: list[str] = []
    try:
        settings = settings_here()
        inner, rules = executor or executor_for(request, settings.execution), experiment_rules(settings.experiments)
        with tied_executor(inner, request, sha, rules) as tied:
            report = _told(run(request, Selection((asked.path,), asked.parameters), Runner(executor=tied)))
        _keep_notebook(folder, report, tied.notebooks)
    except InkmillError as failure:
        report = _broken(failure)
        lines = stopped(error_text(failure))
        code = failure.exit_code
    except Exception as failure:
        # Whoever reports must not take silence for a run that went well; a value in the message is masked in the log,
        # and would not be in the file.
        report, code = _broken(InkmillError("the run broke off", mend="look at the log of the run")), 4
        lines = stopped(internal_error_text(failure, None))
    else:
        code = 1 if report.errors or any(result.failure for result in report.results) else 0
    write_result(folder / RAN, report, request.now)
    RunnerFiles.from_environ(os.environ).add_summary(run_summary("Notebook", report))
    lines = lines or [*annotations_of(report.problems), *stopped("\n".join(run_lines(report, quiet=False)))]
    return secrets.before(StepResult(tuple(lines), code))


def _checked_sha(environ: Mapping[str, str]) -> str:
    sha, head = asked_sha(environ), head_of(Path.cwd())
    if head != sha:
        raise RefusedError(f"{head[:7]} is checked out, and {sha[:7]} was asked for", mend="comment the command again")
    return sha


def _clear(folder: Path) -> None:
    """A notebook that an earlier run left would be handed on as if it were of this one."""
    with disk_work("the run cannot be handed on"):
        (folder / _EXECUTED).mkdir(parents=True, exist_ok=True)
        for path in (folder / RAN, *(folder / _EXECUTED).glob("*.ipynb")):
            path.unlink(missing_ok=True)


def _told(report: RunReport) -> RunReport:
    """The report, in which a notebook that was not run at all is an error: somebody asked for it."""
    unrun = next((problem for problem in report.warnings if problem.kind == "not-run"), None)
    if report.results or report.errors:
        return report
    said, place = (unrun.problem, unrun.at) if unrun else ("it has no code to run", None)
    mend = unrun.mend if unrun else "name another notebook"
    return replace(report, problems=(*report.problems, error("run-broken", said, place, mend)))


def _keep_notebook(folder: Path, report: RunReport, notebooks: Mapping[str, bytes | None]) -> None:
    """The notebook as it ran, failed or not; nothing of one that holds a secret."""
    leaked = any(one.failure is not None and one.failure.kind is FailureKind.LEAK for one in report.results)
    for name, content in handed_on({} if leaked else notebooks):
        with disk_work("the notebook cannot be handed on"):
            (folder / _EXECUTED / name).write_bytes(content)


def _broken(failure: InkmillError) -> RunReport:
    problem = error("run-broken", failure.problem, failure.at, failure.mend)
    return RunReport((), (problem,), RunTally())
