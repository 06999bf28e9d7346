"""Runs a workflow file of a repository of the fake GitHub, job after job, with what each job may have and no more."""

import re
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.workflows import act, act_copy, bare_repository
from tests.workflows.act import Annotation, JobRun
from tests.workflows.act_copy import Plain, Result
from tests.workflows.events import Event
from tests.workflows.fake_github import FakeGitHub
from tests.workflows.github_state import Level, Repository, Seat
from tests.workflows.loopback import Loopback

_EXPRESSION = re.compile(r"\$\{\{\s*([\w.-]+)\s*\}\}")
_MAY_NOT_SAVE_CACHES = ("issue_comment", "pull_request_target")
_QUICK = {"INKMILL_RETRY_SECONDS": "0.01"}


@dataclass(frozen=True, slots=True)
class WorkflowRun:
    """How a workflow went; a job of a called workflow is ``caller/job``.

    Args:
        was_started: false where no trigger of the file is the event's.
    """

    number: int
    was_started: bool
    jobs: dict[str, JobRun] = field(default_factory=dict)

    @property
    def results(self) -> dict[str, str]:
        """How each job ended."""
        return {name: job.result for name, job in self.jobs.items()}

    @property
    def log(self) -> str:
        return "".join(job.log for job in self.jobs.values())

    @property
    def summary(self) -> str:
        return "".join(job.summary for job in self.jobs.values())

    @property
    def annotations(self) -> tuple[Annotation, ...]:
        return tuple(annotation for job in self.jobs.values() for annotation in job.annotations)


@dataclass(frozen=True, slots=True)
class Runner:
    """Runs workflows in one network.

    Args:
        bytecode: of the engine, for checkouts of it.
    """

    github: FakeGitHub
    network: Loopback
    bytecode: Path

    def run(self, file: str, event: Event, environ: Mapping[str, str] | None = None) -> WorkflowRun:
        """Run ``.github/workflows/FILE`` as it stands in the commit that the event names.

        Args:
            environ: variables that jobs find set, for what a scenario has to fix.
        """
        repository = self.github.repositories[event.repository]
        run = WorkflowRun(self.github.number(), was_started=True)
        workflow = _read(repository, event.sha, file)
        if not act_copy.starts(workflow, event.name, ref=event.ref, action=event.action):
            return WorkflowRun(run.number, was_started=False)
        record = _recorded(self.github, repository, event, file, run.number)
        one = _Run(self, repository, event, run, file, {**_QUICK, **(environ or {})}, record["run_number"])
        one.run_jobs(workflow, "", None)
        bad = {"failure", "cancelled"} & set(run.results.values())
        record |= {"status": "completed", "conclusion": "failure" if bad else "success"}
        return run


@dataclass(frozen=True, slots=True)
class _Job:
    """One job on its turn.

    Args:
        results: of the jobs of the same file that came before.
        label: its name in the run.
        ceiling: the scopes of the job that called the file, if one did.
    """

    workflow: Plain
    name: str
    results: Mapping[str, Result]
    label: str
    ceiling: Mapping[str, Level] | None

    @property
    def own(self) -> Plain:
        """What the file says of it."""
        found: Plain = self.workflow["jobs"][self.name]
        return found


@dataclass(frozen=True, slots=True)
class _Run:
    """One run of one file: what all its jobs share."""

    runner: Runner
    repository: Repository
    event: Event
    run: WorkflowRun
    file: str
    environ: Mapping[str, str]
    run_number: int

    @property
    def folder(self) -> Path:
        return self.runner.github.folder / "runs" / f"{self.run.number}-{Path(self.file).stem}"

    def run_jobs(self, workflow: Plain, prefix: str, ceiling: Mapping[str, Level] | None) -> dict[str, Result]:
        """All jobs of a file, in order; of a called one with the rights of the calling job at most."""
        assert "concurrency" not in workflow, "concurrency of a whole workflow is not modelled"
        results: dict[str, Result] = {}
        for name in act_copy.in_order(workflow["jobs"]):
            job = _Job(workflow, name, dict(results), prefix + name, ceiling)
            found = self.called(job) if "uses" in job.own else self.ran(job)
            if "uses" not in job.own or found.result == "skipped":
                self.run.jobs[job.label] = found
            results[name] = Result(found.result, found.outputs)
        return results

    def called(self, job: _Job) -> JobRun:
        """A job that calls a workflow of the same repository: the jobs of that one are run here, one by one."""
        if not self.is_let_run(job):
            return JobRun("skipped", {})
        workflow = _read(self.repository, self.event.sha, Path(job.own["uses"]).name)
        assert "workflow_call" in workflow["on"], f"{job.own['uses']} cannot be called"
        inner = self.run_jobs(workflow, f"{job.label}/", self.scopes(job))
        ended = {result.result for result in inner.values()}
        return JobRun("failure" if ended & {"failure", "cancelled"} else "success", {})

    def ran(self, job: _Job) -> JobRun:
        """A job of steps, with a token of its own."""
        if not self.is_let_run(job):
            return JobRun("skipped", {})
        where = f"{self.run.number}/{job.label}"
        seat = self.runner.github.mint(
            self.repository.name, self.scopes(job), where, run=self.run.number, ref=self.event.ref
        )
        seat.may_save_caches = self.event.name not in _MAY_NOT_SAVE_CACHES
        environment = job.own.get("environment", "")
        seat.environment = environment["name"] if isinstance(environment, dict) else environment
        if not self.is_admitted(seat.environment):
            words = f"{self.event.ref} is not allowed to deploy to {seat.environment}: environment protection rules"
            return JobRun("failure", {}, words)
        with self.held(job, seat):
            return act.run(self.call(job, seat))

    def is_let_run(self, job: _Job) -> bool:
        """Whether the job's needs and its `if` let it run; act says so, with nothing in reach."""
        ends = {job.results[need].result for need in act_copy.needs_of(job.own)}
        if "cancelled" in ends:
            # act knows no cancelled need; nothing of ours runs after one.
            return False
        if "if" not in job.own:
            return ends <= {"success"}
        nobody = Seat("", self.repository.name, {}, self.runner.github.account("ghost"))
        return act.run(self.call(job, nobody, is_asked_only=True)).result == "success"

    @contextmanager
    def held(self, job: _Job, seat: Seat) -> Iterator[None]:
        """The job's concurrency group, if it names one."""
        rule = job.own.get("concurrency")
        with ExitStack() as stack:
            if rule:
                rule = {"group": rule} if isinstance(rule, str) else rule
                group = self.filled(rule["group"], job.results)
                cancels = bool(rule.get("cancel-in-progress"))
                stack.enter_context(self.runner.github.holding(seat, group, cancels=cancels))
            yield

    def filled(self, text: str, results: Mapping[str, Result]) -> str:
        """text with its plain look-ups done; AssertionError for any other expression."""
        contexts = {
            "github": {**self.github_variables(), "event": self.event.payload},
            "needs": {name: {"outputs": result.outputs, "result": result.result} for name, result in results.items()},
        }

        def look_up(found: re.Match[str]) -> str:
            value: Any = contexts
            for part in found[1].split("."):
                # What an event does not have is empty, as on GitHub.
                value = value.get(part, "") if isinstance(value, Mapping) else ""
            return str(value)

        filled = _EXPRESSION.sub(look_up, text)
        assert "${{" not in filled, f"{text} holds more than look-ups"
        return filled

    def scopes(self, job: _Job) -> dict[str, Level]:
        """What the job's token may: what the file says, less than that for strangers, never above the ceiling."""
        said = job.own.get("permissions", job.workflow.get("permissions"))
        assert isinstance(said, dict), "permissions are written out, scope by scope"
        if self.event.is_of_a_stranger:
            said = {scope: "read" for scope, level in said.items() if level != "none" and scope != "id-token"}
        order = ("none", "read", "write")
        if job.ceiling is not None:
            said = {scope: min(level, job.ceiling.get(scope, "none"), key=order.index) for scope, level in said.items()}
        return dict(said)

    def is_admitted(self, environment: str) -> bool:
        """Whether the environment's branch rule lets this run in; one that nobody made has no rule."""
        found = self.repository.environments.get(environment)
        if not found or not found.default_branch_only:
            return True
        return self.event.ref == f"refs/heads/{self.repository.default_branch}"

    def secrets(self, environment: str) -> dict[str, str]:
        """Of the repository and of the environment; none for strangers."""
        if self.event.is_of_a_stranger:
            return {}
        found = self.repository.environments.get(environment)
        return {**self.repository.secrets, **(found.secrets if found else {})}

    def github_variables(self) -> dict[str, str]:
        """The `github` context, as far as concurrency groups use it."""
        name = self.event.ref.removeprefix("refs/heads/").removeprefix("refs/tags/").removeprefix("refs/")
        return {"ref": self.event.ref, "ref_name": name.removeprefix("pull/") if "pull/" in name else name}

    def call(self, job: _Job, seat: Seat, *, is_asked_only: bool = False) -> act.Call:
        """Everything act is given for a job; to be asked only whether it runs, no secret and no step of it."""
        folder = self.folder / f"{job.label.replace('/', '-')}{'-if' if is_asked_only else ''}"
        folder.mkdir(parents=True)
        collected = folder / "collected.json"
        secrets = {} if is_asked_only else {**self.secrets(seat.environment), "GITHUB_TOKEN": seat.token}
        return act.Call(
            folder=folder,
            workflow=act_copy.copy_for_act(
                job.workflow, job.name, self.event.name, job.results, str(collected), is_asked_only=is_asked_only
            ),
            job=job.name,
            asked=act_copy.COLLECTOR,
            collected=collected,
            event=self.event.name,
            payload=self.event.payload,
            environ=self.environ_of_job(),
            secrets=secrets,
            variables=self.repository.variables,
            before=self.runner.network.words(),
            runtime={
                "address": self.runner.github.address,
                "runtime_token": seat.runtime_token,
                "bytecode": str(self.runner.bytecode),
            },
            is_cancelled=lambda: seat.is_cancelled,
        )

    def environ_of_job(self) -> dict[str, str]:
        """What GitHub sets for every job, beside what act sets."""
        event, github = self.event, self.runner.github
        return {
            "GITHUB_ACTOR": event.actor,
            "GITHUB_API_URL": github.api,
            "GITHUB_SERVER_URL": github.address,
            "GITHUB_REPOSITORY": event.repository,
            "GITHUB_REPOSITORY_OWNER": event.repository.split("/")[0],
            "GITHUB_REF": event.ref,
            "GITHUB_REF_NAME": self.github_variables()["ref_name"],
            "GITHUB_REF_TYPE": "tag" if event.ref.startswith("refs/tags/") else "branch",
            "GITHUB_HEAD_REF": event.head_ref,
            "GITHUB_BASE_REF": event.base_ref,
            "GITHUB_SHA": event.sha,
            "SHA_REF": event.sha,
            "GITHUB_RUN_ID": str(self.run.number),
            "GITHUB_RUN_NUMBER": str(self.run_number),
            "GITHUB_RUN_ATTEMPT": "1",
            **self.environ,
        }


def _read(repository: Repository, sha: str, file: str) -> Plain:
    return act_copy.parsed(bare_repository.blob(repository.git, f"{sha}:.github/workflows/{file}").decode())


def _recorded(github: FakeGitHub, repository: Repository, event: Event, file: str, number: int) -> dict[str, Any]:
    path = f".github/workflows/{file}"
    record = {
        "id": number,
        "run_number": sum(run["path"] == path for run in repository.workflow_runs) + 1,
        "path": path,
        "event": event.name,
        "head_sha": event.sha,
        "head_branch": event.head_ref or event.ref.removeprefix("refs/heads/"),
        "status": "in_progress",
        "conclusion": None,
        "created_at": github.now(),
        "html_url": f"{github.address}/{repository.name}/actions/runs/{number}",
    }
    repository.workflow_runs.append(record)
    return record
