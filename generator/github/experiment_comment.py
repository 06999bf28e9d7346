"""The words of the comments on experiments once there is a result. Text from outside goes through `said`."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from generator.experiments.comparison import compare
from generator.github.command import CommandKind
from generator.github.command_words import HEADINGS
from generator.github.context import RunContext
from generator.github.job_results import JobResult
from generator.github.own_workflow import NotStarted
from generator.github.preview_comment import commit_link
from generator.github.refresh_report import NotebookFailure, RefreshReport
from generator.github.runs_comment import AboutRuns, comparison_text
from generator.github.runs_file import ExperimentRuns, Unasked
from generator.github.said import code_span, fenced, in_run, inline, link

TestState = Literal["running", "success", "failure"]

# GitHub refuses 65,536 characters, and the words around it need a few thousand.
_MOST_OF_RUNS = 52_000
_MOST_FAILURES = 10
_MOST_ARTIFACTS = 10
_SETTINGS = """experiments:
  project: ENTITY/PROJECT  # of MLflow: the experiment, with `source: mlflow` and `tracking_url: https://…`
  baseline_tags: [baseline]
  metrics: [accuracy:max, loss:min]"""
# Failures of a notebook that no kernel was started for.
_NEVER_BEGUN = ("kernel", "environment", "parameters", "data")
_ENDED: Mapping[JobResult, str] = MappingProxyType(
    {JobResult.CANCELLED: "was stopped", JobResult.SKIPPED: "was not started"}
)


@dataclass(frozen=True, slots=True)
class AskedOf:
    """The commit that a command is about.

    Args:
        number: of the pull request.
    """

    number: int
    sha: str


def runs_text(asked: AskedOf, found: ExperimentRuns | None, unread: str = "", *, where: str = "") -> str:
    """What the runs of a commit came to, or why nobody knows.

    Args:
        unread: why found is None, a clause.
        where: Markdown of ours that goes on after the time.
    """
    if found is None:
        return f"What the runs of this commit came to is not known: {inline(unread or 'nobody was asked', 500)}."
    if found.unasked is not None:
        return _unasked_text(found.unasked)
    comparison = compare(found.candidates, found.baselines, found.metrics, found.config, found.previous)
    notes = [*found.notes, *([f"{found.more_runs:,} more runs of this commit are left out"] if found.more_runs else [])]
    about = AboutRuns(
        found.query.project,
        asked.sha,
        project_url=_project_url(found),
        previous_sha=found.previous_sha,
        notes=tuple(notes),
    )
    text = comparison_text(comparison, about, most=_MOST_OF_RUNS, rest="in the project")
    return f"{text}\n\n<sub>As of {found.fetched_at.replace('T', ' ').removesuffix('Z')} UTC{where}.</sub>"


def asked_runs_text(context: RunContext, asked: AskedOf, found: ExperimentRuns | None, unread: str = "") -> str:
    """Of `/get-runs`; as for `runs_text`."""
    commit = commit_link(context, asked.number, asked.sha)
    if found is not None and found.unasked is None:
        return runs_text(asked, found, where=f", of {commit}{in_run(context.run_url)}")
    head = f"{_heading(CommandKind.GET_RUNS)} those of {commit} could not be shown{in_run(context.run_url)}."
    return f"{head}\n\n{runs_text(asked, found, unread)}"


@dataclass(frozen=True, slots=True)
class RanNotebook:
    """How a notebook ended.

    Args:
        report: None where it could not be read; why is unread, a clause.
        result: of the job that ran it.
    """

    path: str
    report: RefreshReport | None
    unread: str = ""
    result: JobResult = JobResult.UNKNOWN

    @property
    def is_kept(self) -> bool:
        """Whether the notebook was handed on: it was run, and no secret was found in it."""
        notebooks = self.report.notebooks if self.report else ()
        failures = [one.failure.kind for one in notebooks if one.failure is not None]
        return bool(notebooks) and not {"leak", *_NEVER_BEGUN} & set(failures)

    @property
    def is_good(self) -> bool:
        """Everything ran, and nothing was wrong."""
        report = self.report
        is_told_good = report is not None and bool(report.notebooks) and not report.errors
        has_ended = self.result in (JobResult.SUCCESS, JobResult.UNKNOWN)
        return has_ended and is_told_good and report is not None and all(one.status == "ok" for one in report.notebooks)


def ran_text(context: RunContext, asked: AskedOf, ran: RanNotebook, runs: str) -> str:
    """Of `/run`: the notebook, where it failed if it did, and what its runs came to."""
    commit = commit_link(context, asked.number, asked.sha)
    head = f"{_heading(CommandKind.RUN)} {code_span(ran.path, 400)} of {commit} {_how(ran)}{in_run(context.run_url)}."
    failures = "\n".join(_failures(ran))
    kept = "The notebook as it ran is the artifact `notebook` of that run." if context.run_url and ran.is_kept else ""
    return "\n\n".join(part for part in (head, failures, kept, runs) if part)


def full_test_text(context: RunContext, asked: AskedOf, state: TestState, *, address: str = "", runs: str = "") -> str:
    """Of `/run-full-test`, from when it was started.

    Args:
        address: of the test's own page; empty for none.
    """
    said = {"running": "is running", "success": "passed", "failure": "failed"}[state]
    where = f" ({link('its page', address)})" if address else ""
    head = f"{_heading(CommandKind.FULL_TEST)} of {commit_link(context, asked.number, asked.sha)} {said}{where}."
    return "\n\n".join(part for part in (head, runs) if part)


@dataclass(frozen=True, slots=True)
class DeployedRun:
    """What is deployed where.

    Args:
        url: of the run's page; may be empty.
        artifacts: that the run made, the one that is deployed first.
    """

    run_id: str
    url: str
    environment: str
    artifacts: tuple[str, ...] = ()


def deployment_text(
    context: RunContext, asked: AskedOf, deployed: DeployedRun, state: TestState, *, address: str = ""
) -> str:
    """Of `/deploy`, from when it was started.

    Args:
        address: of the page of what deploys; empty for none.
    """
    said = {"running": "is being deployed to", "success": "was deployed to", "failure": "could not be deployed to"}
    where = f" ({link('its page', address)})" if address else ""
    run = f"the run {link(deployed.run_id, deployed.url)} of {commit_link(context, asked.number, asked.sha)}"
    head = f"{_heading(CommandKind.DEPLOY)} {run} {said[state]} {code_span(deployed.environment, 255)}{where}."
    made = [f"- {code_span(name)}" for name in deployed.artifacts[:_MOST_ARTIFACTS]]
    more = len(deployed.artifacts) - len(made)
    made += [f"- and {more} more"] if more else []
    return "\n\n".join([head, *(["What the run made:\n\n" + "\n".join(made)] if made else [])])


def not_deployed_text(context: RunContext, asked: AskedOf, run_id: str, why: Unasked | str) -> str:
    """Why nothing was deployed.

    Args:
        why: as text a clause.
    """
    commit = commit_link(context, asked.number, asked.sha)
    head = f"{_heading(CommandKind.DEPLOY)} {code_span(run_id)} of {commit} is not deployed{in_run(context.run_url)}"
    return f"{head}: {inline(why, 500)}." if isinstance(why, str) else f"{head}. {_unasked_text(why)}"


def not_started_text(context: RunContext, asked: AskedOf, kind: CommandKind, why: NotStarted) -> str:
    """Of a command whose workflow was not started."""
    commit = commit_link(context, asked.number, asked.sha)
    if why.is_in_doubt:
        said = f"{_heading(kind)} whether it was started for {commit} is not known{in_run(context.run_url)}"
        return (
            f"{said}: {inline(why.why, 500)}. Look at the runs of your workflow before you comment the command again."
        )
    head = f"{_heading(kind)} nothing was started for {commit}{in_run(context.run_url)}: {inline(why.why, 500)}."
    if not why.is_unconfigured:
        return f"{head} Mend: {inline(why.mend, 500)}." if why.mend else head
    example = "full-test.yml" if kind is CommandKind.FULL_TEST else "deploy.yml"
    return (
        f"{head} Set it under *Settings → Secrets and variables → Actions → Variables* to the name of a workflow of "
        f"yours on the default branch, such as `{example}`, that is started by `workflow_dispatch`."
    )


def _heading(kind: CommandKind) -> str:
    return f"**{HEADINGS[kind]}:**"


def _how(ran: RanNotebook) -> str:
    if ran.is_good and ran.report is not None:
        return f"ran in {sum(one.seconds for one in ran.report.notebooks):.0f} s"
    if ran.result in _ENDED:
        return _ENDED[ran.result]
    return "failed" if ran.report is not None else "broke off"


def _failures(ran: RanNotebook) -> Iterator[str]:
    if ran.report is None:
        if ran.unread and ran.result not in _ENDED:
            yield f"- {inline(ran.unread, 500)}"
        return
    failed = [one for one in ran.report.notebooks if one.failure is not None]
    for one in failed[:_MOST_FAILURES]:
        if one.failure is not None:
            yield f"- {_place(one.failure)}{inline(one.failure.problem, 500)}{_mending(one.failure.mend)}"
    for problem in ran.report.errors[:_MOST_FAILURES]:
        place = f"{code_span(problem.place, 200)}: " if problem.place else ""
        yield f"- {place}{inline(problem.problem, 500)}{_mending(problem.mend)}"
    more = max(0, len(failed) - _MOST_FAILURES) + max(0, len(ran.report.errors) - _MOST_FAILURES)
    if more:
        yield f"- and {more} more"


def _mending(mend: str) -> str:
    return f". Mend: {inline(mend, 300)}" if mend else ""


def _place(failure: NotebookFailure) -> str:
    if failure.cell is None:
        return ""
    line = f", line {failure.line}" if failure.line is not None else ""
    return f"cell {failure.cell}{line}: "


def _unasked_text(why: Unasked) -> str:
    said = f"{_sentence(why.problem)}."
    mend = f" Mend: {inline(why.mend, 500)}." if why.mend else ""
    match why.reason:
        case "unconfigured":
            return f"{said} Write into `_config.yml` of the default branch:\n\n{fenced(_SETTINGS, 'yaml')}"
        case "refused":
            keys = "`WANDB_API_KEY` is a secret of the environment `notebooks`; keys of other services are lines of "
            return f"{said}{mend} {keys}its secret `NOTEBOOK_SECRETS`."
        case "unanswered":
            return f"{said} Comment the command again in a few minutes."
        case _:
            return f"{said}{mend}"


def _sentence(clause: str) -> str:
    shown = inline(clause, 500)
    # A host, such as api.wandb.ai, is written as it is.
    return shown if "." in shown.split(" ")[0] else shown[:1].upper() + shown[1:]


def _project_url(found: ExperimentRuns) -> str:
    """From the address of one of its runs."""
    urls: Sequence[str] = [run.url for run in (*found.candidates, *found.baselines) if "/runs/" in run.url]
    return urls[0].rpartition("/runs/")[0] if urls else ""
