"""Reports how a full test or a deployment stands that the blog's own workflow does: in the command's status comment.

Called at the end of that workflow, or at a desk: ``inkmill github report --pr 7 --sha SHA --state success``.
"""

import argparse
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from generator.errors import UsageError
from generator.experiments.metrics import read_metric
from generator.github.api import GitHub
from generator.github.asked_preview import asked_number, asked_sha
from generator.github.command import CommandKind
from generator.github.context import RunContext, read_context
from generator.github.deployed_run import deployed_run
from generator.github.deployments import DeploymentState, tell_deployment
from generator.github.experiment_comment import AskedOf, DeployedRun, TestState, deployment_text, full_test_text
from generator.github.labels import Label, show_label
from generator.github.outputs import RunnerFiles
from generator.github.reported_runs import reported_runs_text
from generator.github.status_comment import Stage, Status, StatusComment
from generator.model.experiment import Metric
from generator.steps.result import StepResult

# As `job.status` and `needs.JOB.result` say it, too: what did not end well has failed.
_STATES: Mapping[str, TestState] = MappingProxyType(
    {"running": "running", "success": "success", "failure": "failure", "cancelled": "failure", "skipped": "failure"}
)
_STAGES: Mapping[TestState, Stage] = MappingProxyType(
    {"running": Stage.RUNNING, "success": Stage.DONE, "failure": Stage.FAILED}
)
_LABELS: Mapping[tuple[str, TestState], Label] = MappingProxyType(
    {
        ("full-test", "running"): Label.FULL_TEST_RUNNING,
        ("full-test", "success"): Label.FULL_TEST_PASSED,
        ("full-test", "failure"): Label.FULL_TEST_FAILED,
        ("deploy", "running"): Label.DEPLOY_STARTED,
        ("deploy", "success"): Label.DEPLOY_DONE,
        ("deploy", "failure"): Label.DEPLOY_FAILED,
    }
)
_DEPLOYMENT_STATES: Mapping[TestState, DeploymentState] = MappingProxyType(
    {"running": "in_progress", "success": "success", "failure": "failure"}
)
_LINK = re.compile(r"https?://[!-~]{1,2000}")
_ID = re.compile(r"[1-9][0-9]{0,18}")
_MOST_OF_RUNS = 52_000


@dataclass(frozen=True, slots=True)
class _Told:
    """The words of the command.

    Args:
        deployment: its id; 0 for none.
        address: of the page of what tests or deploys.
    """

    asked: AskedOf
    state: TestState
    command: Literal["full-test", "deploy"]
    deployment: int = 0
    runs: Path | None = None
    metrics: tuple[Metric, ...] = ()
    address: str = ""


def main(arguments: Sequence[str]) -> StepResult:
    """Report; exit 0 also where the pull request has since been asked for another commit, and nothing is changed.

    Raises:
        UsageError: a word is wrong.
        ContentError: the file of runs is none.
        RefusedError, MachineError: GitHub refused, or did not answer.
    """
    told = _told(arguments)
    context = read_context(os.environ)
    github = GitHub(context)
    # Before anything is said: a file that is none shall not leave half a report.
    runs = _runs_text(told)
    deployed = deployed_run(github, context, told.asked.sha, told.deployment) if told.deployment else None
    notes = _tell_deployment(github, context, told)
    comment = StatusComment(github, context, told.asked.number, CommandKind(told.command))
    now = comment.status()
    if now is None or now.sha != told.asked.sha:
        line = (
            f"Pull request {told.asked.number} was not asked for `{told.command}` of {told.asked.sha}: it is not told."
        )
        return StepResult((line, *notes))
    text = _text(context, told, deployed, runs)
    about = deployed.run_id if deployed and told.command == "deploy" else now.about
    # At a desk there is no run; what is told there is newer all the same.
    status = Status(_STAGES[told.state], max(now.run, context.run_id), now.sha, about=about)
    comment.tell(status, text)
    RunnerFiles.from_environ(os.environ).add_summary(text)
    label = show_label(github, context, told.asked.number, _LABELS[told.command, told.state])
    line = f"Pull request {told.asked.number} is told of {told.command} of {told.asked.sha}: {told.state}."
    return StepResult((line, *notes, *([label] if label else [])))


def _told(arguments: Sequence[str]) -> _Told:
    parser = argparse.ArgumentParser(prog="report", description=__doc__)
    parser.add_argument("--pr", required=True, help="number of the pull request")
    parser.add_argument("--sha", required=True, help="its commit, all 40 digits")
    parser.add_argument("--state", required=True, choices=tuple(_STATES), help="how it stands")
    parser.add_argument("--command", default="full-test", choices=("full-test", "deploy"), help="that is reported on")
    parser.add_argument("--deployment", default="", help="id of the deployment that is carried out; for deploy")
    parser.add_argument("--runs", type=Path, help="runs to compare, as `inkmill wandb runs` writes them")
    parser.add_argument("--metric", action="append", default=[], help="of those runs, such as acc:max; may be repeated")
    parser.add_argument("--link", default="", help="page of what tests or deploys")
    given = parser.parse_args(arguments)
    asked = AskedOf(asked_number({"--pr": given.pr}, "--pr"), asked_sha({"--sha": given.sha}, "--sha"))
    if given.link and not _LINK.fullmatch(given.link):
        raise UsageError("--link is no address for the web", mend="write it as https://…, or leave it out")
    if given.deployment and not _ID.fullmatch(given.deployment):
        raise UsageError("--deployment is no id", mend="hand on the input `deployment` as it came")
    if given.command == "deploy" and not given.deployment:
        raise UsageError("--deployment is missing", mend="hand on the input `deployment` as the workflow got it")
    return _Told(
        asked,
        _STATES[given.state],
        given.command,
        int(given.deployment or 0),
        given.runs,
        tuple(map(read_metric, given.metric)),
        given.link,
    )


def _runs_text(told: _Told) -> str:
    if told.runs is None:
        return ""
    return reported_runs_text(told.runs, told.asked.sha, told.metrics, most=_MOST_OF_RUNS)


def _tell_deployment(github: GitHub, context: RunContext, told: _Told) -> tuple[str, ...]:
    if not told.deployment:
        return ()
    state = _DEPLOYMENT_STATES[told.state]
    tell_deployment(github, context, told.deployment, state, link=told.address or context.run_url)
    return (f"Deployment {told.deployment} is told: {state}.",)


def _text(context: RunContext, told: _Told, deployed: DeployedRun | None, runs: str) -> str:
    address = told.address or context.run_url
    if told.command == "full-test" or deployed is None:
        return full_test_text(context, told.asked, told.state, address=address, runs=runs)
    text = deployment_text(context, told.asked, deployed, told.state, address=address)
    return f"{text}\n\n{runs}" if runs else text
