"""Opens a deployment of a finished run of this very commit, and starts the blog's own workflow that deploys it."""

import argparse
import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from generator.errors import ContentError, InkmillError
from generator.github.answers import part_of
from generator.github.api import GitHub
from generator.github.asked_experiment import asked_comment, asked_run_id
from generator.github.asked_preview import asked_number, asked_sha
from generator.github.command import CommandKind
from generator.github.context import RunContext, read_context
from generator.github.deployable import deployable_run
from generator.github.deployments import AskedDeployment, open_deployment, tell_deployment
from generator.github.experiment_comment import (
    AskedOf,
    DeployedRun,
    deployment_text,
    not_deployed_text,
    not_started_text,
)
from generator.github.job_results import JobResult, read_result
from generator.github.labels import Label, show_label
from generator.github.outputs import RunnerFiles, stopped
from generator.github.own_workflow import NotStarted, start_workflow, unstartable, workflow_url
from generator.github.reactions import Reaction, react
from generator.github.runs_file import Unasked, read_runs
from generator.github.status_comment import Stage, Status, StatusComment
from generator.model.experiment import Run
from generator.steps.result import StepResult

VARIABLE = "DEPLOY_WORKFLOW"
_ENVIRONMENT = "production"


def main(arguments: Sequence[str]) -> StepResult:
    """Deploy RUN_ID of pull request PR at commit SHA; exit 1 where it may not be, or nothing deploys it.

    Raises:
        UsageError: a variable is wrong.
        RefusedError: this job may not open deployments or start workflows.
        MachineError: GitHub did not answer.
    """
    parser = argparse.ArgumentParser(prog="deploy", description=__doc__)
    parser.add_argument("--from", dest="folder", required=True, type=Path, help="the artifact `runs`")
    folder: Path = parser.parse_args(arguments).folder
    context = read_context(os.environ)
    asked = AskedOf(asked_number(os.environ), asked_sha(os.environ))
    environment = os.environ.get("ENVIRONMENT", "").strip() or _ENVIRONMENT
    written = os.environ.get("WORKFLOW", "")
    job = _Job(context, GitHub(context), asked, asked_run_id(os.environ), asked_comment(os.environ), environment)
    try:
        return job.run(folder, written)
    except InkmillError as failure:
        # The failure that was first is the one to end with; nobody is left waiting.
        with suppress(InkmillError):
            text = not_started_text(context, asked, CommandKind.DEPLOY, NotStarted.of(failure))
            job.tell(text, Stage.FAILED)
        raise


@dataclass(frozen=True, slots=True)
class _Job:
    """One deployment.

    Args:
        comment: that asked for it; 0 at a desk.
        notes: what could not be done of the courtesies, for the log.
    """

    context: RunContext
    github: GitHub
    asked: AskedOf
    run_id: str
    comment: int
    environment: str
    notes: list[str] = field(default_factory=list)

    def run(self, folder: Path, written: str) -> StepResult:
        artifacts, judged = self._judged(folder)
        if not isinstance(judged, Run):
            clause = judged if isinstance(judged, str) else judged.problem
            return self._failed(not_deployed_text(self.context, self.asked, self.run_id, judged), clause)
        if (why := unstartable(VARIABLE, written)) is not None:
            return self._failed(not_started_text(self.context, self.asked, CommandKind.DEPLOY, why), why.why)
        artifact = artifacts[0] if artifacts else ""
        deployment = self._open(judged, artifact)
        why = self._start(judged, artifact, deployment, written)
        if why is not None:
            return self._failed(not_started_text(self.context, self.asked, CommandKind.DEPLOY, why), why.why)
        deployed = DeployedRun(judged.id, judged.url, self.environment, artifacts)
        address = workflow_url(self.context, written)
        text = deployment_text(self.context, self.asked, deployed, "running", address=address)
        self.tell(text, Stage.RUNNING)
        line = f"Deployment {deployment} of run {judged.id} to {self.environment} was started."
        return StepResult((line, *self.notes))

    def tell(self, text: str, stage: Stage) -> None:
        """In the comment, by a label and by a reaction."""
        status = Status(stage, self.context.run_id, self.asked.sha, about=self.run_id)
        is_told = StatusComment(self.github, self.context, self.asked.number, CommandKind.DEPLOY).tell(status, text)
        RunnerFiles.from_environ(os.environ).add_summary(text)
        is_started = stage is Stage.RUNNING
        label = Label.DEPLOY_STARTED if is_started else Label.DEPLOY_FAILED
        reaction: Reaction = "rocket" if is_started else "confused"
        notes = [show_label(self.github, self.context, self.asked.number, label)] if is_told else []
        if self.comment:
            notes.append(react(self.github, self.context, self.comment, reaction, instead_of="eyes"))
        self.notes.extend(note for note in notes if note)

    def _failed(self, text: str, why: str) -> StepResult:
        self.tell(text, Stage.FAILED)
        return StepResult((*stopped(f"Nothing is deployed: {why}."), *self.notes), 1)

    def _judged(self, folder: Path) -> tuple[tuple[str, ...], Run | Unasked | str]:
        """What the run made, and the run; or why it is not deployed, as text a clause."""
        if read_result(os.environ, "RUNS_RESULT") not in (JobResult.SUCCESS, JobResult.UNKNOWN):
            return (), "the job that asks for the run did not end well"
        try:
            found = read_runs(folder)
        except ContentError as failure:
            return (), f"{failure.at}: {failure.problem}"
        if found.unasked is not None:
            return (), found.unasked
        return found.artifacts, self._moved() or deployable_run(found, self.run_id, self.asked.sha)

    def _moved(self) -> str:
        """Why the commit is no longer the one to deploy; minutes have gone by since the gate looked."""
        pull = self.github.get_or_none(f"/repos/{self.context.repository}/pulls/{self.asked.number}")
        if not isinstance(pull, dict) or pull.get("state") != "open":
            return "the pull request is closed"
        is_head = part_of(pull, "head").get("sha") == self.asked.sha
        return "" if is_head else "the pull request has a newer commit by now"

    def _open(self, run: Run, artifact: str) -> int:
        payload: dict[str, str | int] = {
            "pr": self.asked.number,
            "run_id": run.id,
            "run_url": run.url,
            "artifact": artifact,
            # Tells this request from one for the same run on another day.
            "comment": self.comment,
        }
        return open_deployment(self.github, self.context, AskedDeployment(self.asked.sha, self.environment, payload))

    def _start(self, run: Run, artifact: str, deployment: int, written: str) -> NotStarted | None:
        inputs = {
            "sha": self.asked.sha,
            "pr": str(self.asked.number),
            "run_id": run.id,
            "artifact": artifact,
            "deployment": str(deployment),
        }
        # A deployment that nobody carries out would stand as pending for good.
        try:
            tell_deployment(self.github, self.context, deployment, "queued", link=self.context.run_url)
            why = start_workflow(self.github, self.context, VARIABLE, written, inputs)
        except InkmillError:
            with suppress(InkmillError):
                tell_deployment(self.github, self.context, deployment, "error", link=self.context.run_url)
            raise
        if why is not None:
            tell_deployment(
                self.github, self.context, deployment, "error", link=self.context.run_url, description=why.why
            )
        return why
