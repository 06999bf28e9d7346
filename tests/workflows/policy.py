"""What no workflow of this repository may do; each rule names file and line."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from tests.workflows.policy_handed import (
    checkouts_are_ours,
    files_have_places,
    outputs_are_a_steps_own,
    variables_are_listed,
)
from tests.workflows.policy_lists import (
    ACTIONS,
    CONDITIONS,
    ENVIRONMENTS,
    MAY,
    P_SCOPES,
    READ,
    RIGHTS,
    RUNS_A_BRANCH,
    SECRETS,
    STEPS_OF_P,
    WRITER_OF,
)
from tests.workflows.workflow_file import Job, Place, WorkflowFile

_ACTION = re.compile(r"(actions/[a-z-]+(?:/[a-z-]+)*)@([0-9a-f]{40})\Z")
_VERSION = re.compile(r"v\d+\.\d+\.\d+\b")
_RUN = re.compile(
    r"(?:make (?:environment|steps|wheel|test-wheel)"
    r"|\.ci/run|sudo \.ci/debian --all"
    r"|\.venv(?:-steps)?/bin/python -m generator\.steps [a-z-]+(?: [\w./\"$-]+)*)\Z"
)
_STEP = re.compile(r"-m generator\.steps ([a-z-]+)")
_PULL_REQUEST_EVENTS = frozenset({"pull_request", "pull_request_target", "issue_comment"})
_HEAD = re.compile(r"head|merge_commit|github\.head_ref|needs\.gate\.outputs\.sha|pull/")
_FORBIDDEN_TRIGGERS = ("workflow_run", "repository_dispatch", "discussion", "discussion_comment", "issues", "fork")


@dataclass(frozen=True, slots=True)
class Finding:
    """One breach.

    Args:
        line: from 1.
    """

    rule: str
    file: str
    line: int
    said: str

    def __str__(self) -> str:
        return f".github/workflows/{self.file}:{self.line}: {self.said} [{self.rule}]"


Breach = tuple[Place, str]
Rule = Callable[[WorkflowFile], Iterator[Breach]]


def findings(files: Sequence[WorkflowFile]) -> list[Finding]:
    """Every breach in the files, in their order."""
    found = [
        Finding(name, file.name, file.line(place), said)
        for file in files
        for name, rule in RULES.items()
        for place, said in rule(file)
    ]
    return found + list(_one_commit_an_action(files))


def _nothing_at_the_top(file: WorkflowFile) -> Iterator[Breach]:
    if file.value.get("permissions") != {}:
        yield ("permissions",), "a workflow has no right of its own: write `permissions: {}` at its top"


def _kind_is_said(file: WorkflowFile) -> Iterator[Breach]:
    for job in file.jobs:
        if not job.kind:
            yield job.place, f"`{job.name}` says no kind: write `# kind: U`, `R`, `P` or `W` beside it"


def _job_is_bounded(file: WorkflowFile) -> Iterator[Breach]:
    for job in file.jobs:
        if not job.value.get("name"):
            yield job.place, f"`{job.name}` has no name"
        if "uses" in job.value:
            continue
        minutes = job.value.get("timeout-minutes")
        if not isinstance(minutes, int) or not 0 < minutes <= 120:
            yield (*job.place, "timeout-minutes"), f"`{job.name}` has no timeout of at most 120 minutes"


def _runner_is_githubs(file: WorkflowFile) -> Iterator[Breach]:
    for job in file.jobs:
        if "uses" not in job.value and job.value.get("runs-on") != "ubuntu-24.04":
            yield (*job.place, "runs-on"), f"`{job.name}` runs elsewhere than on ubuntu-24.04 of GitHub's"
        for key in ("container", "services"):
            if key in job.value:
                yield (*job.place, key), f"`{job.name}` starts an image of somebody else's"


def _least_rights(file: WorkflowFile) -> Iterator[Breach]:
    for job in file.jobs:
        place = (*job.place, "permissions")
        if "permissions" not in job.value:
            yield job.place, f"`{job.name}` does not say its permissions"
        for scope, right in job.scopes.items():
            is_allowed = scope in P_SCOPES if job.kind == "P" else (scope, right) in MAY.get(job.kind, READ)
            if not is_allowed:
                yield (*place, scope), f"`{job.name}` is of kind {job.kind or '?'} and may not have `{scope}: {right}`"
            elif not file.comment((*place, scope)):
                yield (*place, scope), f"`{scope}: {right}` does not say what it is for"


def _rights_are_listed(file: WorkflowFile) -> Iterator[Breach]:
    for job in file.jobs:
        if job.kind == "P" and dict(job.scopes) != dict(RIGHTS.get((file.name, job.name), {})):
            yield (*job.place, "permissions"), f"`{job.name}` has other rights than this policy lists for it"


def _execute_has_no_right(file: WorkflowFile) -> Iterator[Breach]:
    for job in file.jobs:
        if _steps_of(job) & {"execute"} and job.value.get("permissions") != {}:
            yield (*job.place, "permissions"), "what runs a stranger's notebooks has `permissions: {}`"


def _secrets_only_where_they_belong(file: WorkflowFile) -> Iterator[Breach]:
    for job in file.jobs:
        environment = job.value.get("environment")
        name = environment.get("name") if isinstance(environment, Mapping) else environment
        if name is not None and name not in ENVIRONMENTS.get(job.kind, ()):
            yield (*job.place, "environment"), f"a job of kind {job.kind or '?'} may not use the environment `{name}`"
        if job.value.get("secrets") is not None:
            yield (*job.place, "secrets"), "secrets are never handed on to another workflow"
        for place, text in _texts_of(file, job):
            for secret in re.findall(r"secrets\s*(?:\.\s*(\w+)|\[|\))", text):
                if job.kind != "W" or name != "notebooks" or secret not in SECRETS:
                    yield place, f"`secrets.{secret}` is for jobs of kind W in the environment `notebooks`"


def _tokens_only_where_they_belong(file: WorkflowFile) -> Iterator[Breach]:
    for job in file.jobs:
        for place, text in _texts_of(file, job):
            if not re.search(r"github\.token|github\s*\[|toJSON\(\s*github\s*\)", text):
                continue
            step = _step_at(job, place)
            takes_runs = job.kind == "W" and "take-runs" in str(step.get("run", ""))
            if place[-2:] != ("env", "GH_TOKEN") or not (job.kind == "P" or takes_runs):
                yield place, "the token goes to steps of kind P alone, and to `take-runs`, as `GH_TOKEN`"


def _no_expression_in_run(file: WorkflowFile) -> Iterator[Breach]:
    for job in file.jobs:
        for place, run in job.runs:
            if "${{" in run:
                yield place, "text from outside would be read as shell: hand it over in `env:`"


def _runs_are_calls(file: WorkflowFile) -> Iterator[Breach]:
    for job in file.jobs:
        for place, run in job.runs:
            if "${{" not in run and not _RUN.fullmatch(run.strip()):
                yield place, "a workflow holds no logic: each `run:` is one call of make or of a step"
        for place, step in job.steps:
            for key in ("shell", "working-directory"):
                if key in step:
                    yield (*place, key), f"`{key}` changes what a call means"


def _only_steps_of_p_hold_rights(file: WorkflowFile) -> Iterator[Breach]:
    for job in file.jobs:
        if job.kind != "P":
            continue
        for place, run in job.runs:
            step = _STEP.search(run)
            if step is None and run.strip() != "make steps":
                yield place, "a job that may write sets up with `make steps` and runs steps of kind P"
            elif step is not None and (step[1] not in STEPS_OF_P or ".venv-steps/" not in run):
                yield place, f"`{step[1]}` is no step for a job that may write"


def _actions_are_pinned(file: WorkflowFile) -> Iterator[Breach]:
    for job in file.jobs:
        for place, used, _ in job.uses:
            if used == "./.github/workflows/serve.yml":
                continue
            found = _ACTION.fullmatch(used)
            if not found:
                yield place, f"`{used}` is not an action of `actions/` at a full commit"
            elif found[1] not in ACTIONS:
                yield place, f"`{found[1]}` is none of those that are used here"
            elif not _VERSION.search(file.comment(place)):
                yield place, f"`{used}` does not say which version that is"


def _checkouts_are_plain(file: WorkflowFile) -> Iterator[Breach]:
    for job in file.jobs:
        for place, used, options in job.uses:
            if not used.startswith("actions/checkout@"):
                continue
            if options.get("persist-credentials") is not False:
                yield place, "a checkout leaves the token behind: write `persist-credentials: false`"
            reads_head = bool(_HEAD.search(f"{options.get('ref', '')} {options.get('repository', '')}"))
            if "pull_request" in file.triggers and job.kind == "P" and "ref" not in options:
                yield place, "of a pull request GitHub checks out its merge: name the default branch in `ref:`"
            if reads_head and (options.get("submodules") is not False or options.get("lfs") is not False):
                yield place, "a stranger's checkout has no submodules and no LFS: write both as false"
            if (file.name, job.name) == RUNS_A_BRANCH:
                yield from _of_this_repository(place, options)
            elif reads_head and job.kind not in ("U", "R"):
                yield place, "a pull request's files are for jobs of kind U and R"
            elif reads_head and options.get("path") in (None, "", "."):
                yield place, "a stranger's files have a folder of their own"


def _of_this_repository(place: Place, options: Mapping[str, Any]) -> Iterator[Breach]:
    """What runs with secrets is the commit that the gate has proved to be this repository's own, and no other."""
    if "repository" in options:
        yield place, "a notebook runs with secrets from this very repository alone: leave `repository:` out"
    if options.get("ref") != "${{ needs.gate.outputs.sha }}":
        yield place, "a notebook runs with secrets at the commit that the gate hands on, and at no branch"


def _caches_are_the_default_branchs(file: WorkflowFile) -> Iterator[Breach]:
    is_for_strangers = bool(_PULL_REQUEST_EVENTS & file.triggers.keys())
    for job in file.jobs:
        for place, used, _ in job.uses:
            name = used.partition("@")[0]
            if not name.startswith("actions/cache"):
                continue
            if name == "actions/cache" or (name == "actions/cache/save" and is_for_strangers):
                yield place, "what a pull request makes is never saved for the default branch"
            elif job.kind == "P" or "issue_comment" in file.triggers:
                yield place, "neither a preview nor a job that may write reads a cache"


def _writers_queue(file: WorkflowFile) -> Iterator[Breach]:
    for job in file.jobs:
        for step in sorted(_steps_of(job) & WRITER_OF.keys()):
            place = (*job.place, "concurrency")
            wanted = {"group": WRITER_OF[step], "cancel-in-progress": False, "queue": "max"}
            if job.value.get("concurrency") != wanted:
                yield place, f"`{step}` waits its turn: group `{WRITER_OF[step]}`, no cancelling, queue max"
    if "concurrency" in file.value:
        yield ("concurrency",), "concurrency of a whole workflow would cancel what writes"


def _pull_requests_are_bounded(file: WorkflowFile) -> Iterator[Breach]:
    for job in file.jobs:
        concurrency = job.value.get("concurrency")
        is_started = "pull_request" in file.triggers or _steps_of(job) & {"execute", "render"}
        if is_started and job.kind in ("U", "R"):
            cancels = isinstance(concurrency, Mapping) and concurrency.get("cancel-in-progress") is True
            if not cancels:
                yield (*job.place, "concurrency"), f"a newer push ends `{job.name}`: group of its own, cancelling"


def _triggers_are_narrow(file: WorkflowFile) -> Iterator[Breach]:
    for event, filters in file.triggers.items():
        place = ("on", event)
        if event in _FORBIDDEN_TRIGGERS:
            yield place, f"`{event}` starts nothing here"
        if event == "pull_request_target" and filters.get("types") != ["closed"]:
            yield place, "`pull_request_target` is for `closed` alone"
        if event == "issue_comment" and filters.get("types") != ["created"]:
            yield place, "`issue_comment` is for `created` alone: an edit starts nothing"
        if event == "schedule":
            for index, entry in enumerate(filters):
                if not entry.get("timezone"):
                    yield (*place, index), "a schedule says its time zone"


def _conditions_hold(file: WorkflowFile) -> Iterator[Breach]:
    for job in file.jobs:
        for part in CONDITIONS.get((file.name, job.name), ()):
            if part not in str(job.value.get("if", "")):
                yield (*job.place, "if"), f"`{job.name}` must hold `{part}`"


def _artifacts_stay_apart(file: WorkflowFile) -> Iterator[Breach]:
    seen: set[str] = set()
    for job in file.jobs:
        filled: set[str] = set()
        for place, used, options in job.uses:
            name = used.partition("@")[0]
            if name == "actions/download-artifact":
                if not options.get("name"):
                    yield place, "an artifact is asked for by its name"
                where = str(options.get("path", ""))
                if where in filled:
                    yield place, "two artifacts in one folder: the second could stand in for the first"
                filled.add(where)
                if job.kind in ("P", "R") and not where.startswith("${{ runner.temp }}/"):
                    yield place, "what another job made is unpacked beside the checkout, in runner.temp"
                for key in ("run-id", "github-token", "repository"):
                    if key in options:
                        yield place, "artifacts come from this very run"
            if name == "actions/upload-artifact":
                if options.get("name") in seen or options.get("overwrite"):
                    yield place, f"two uploads are called `{options.get('name')}`"
                seen.add(str(options.get("name")))


def _going_on_says_why(file: WorkflowFile) -> Iterator[Breach]:
    for job in file.jobs:
        if "continue-on-error" in job.value:
            yield (*job.place, "continue-on-error"), f"`{job.name}` hides that it failed"
        for place, step in job.steps:
            if "continue-on-error" in step and not file.comment((*place, "continue-on-error")):
                yield (*place, "continue-on-error"), "going on after an error says why"


def _environment_is_clean(file: WorkflowFile) -> Iterator[Breach]:
    if "env" in file.value:
        yield ("env",), "what every job gets, a stranger's gets: set `env:` at the step"
    if "defaults" in file.value:
        yield ("defaults",), "defaults change what a call means"
    for job in file.jobs:
        if "env" in job.value:
            yield (*job.place, "env"), "set `env:` at the step that needs it"


RULES: Mapping[str, Rule] = MappingProxyType(
    {
        "nothing-at-the-top": _nothing_at_the_top,
        "kind-is-said": _kind_is_said,
        "job-is-bounded": _job_is_bounded,
        "runner-is-githubs": _runner_is_githubs,
        "least-rights": _least_rights,
        "rights-are-listed": _rights_are_listed,
        "execute-has-no-right": _execute_has_no_right,
        "secrets-where-they-belong": _secrets_only_where_they_belong,
        "tokens-where-they-belong": _tokens_only_where_they_belong,
        "no-expression-in-run": _no_expression_in_run,
        "runs-are-calls": _runs_are_calls,
        "steps-of-p": _only_steps_of_p_hold_rights,
        "actions-are-pinned": _actions_are_pinned,
        "checkouts-are-plain": _checkouts_are_plain,
        "caches-are-the-default-branchs": _caches_are_the_default_branchs,
        "writers-queue": _writers_queue,
        "pull-requests-are-bounded": _pull_requests_are_bounded,
        "triggers-are-narrow": _triggers_are_narrow,
        "conditions-hold": _conditions_hold,
        "artifacts-stay-apart": _artifacts_stay_apart,
        "going-on-says-why": _going_on_says_why,
        "environment-is-clean": _environment_is_clean,
        "variables-are-listed": variables_are_listed,
        "outputs-are-a-steps-own": outputs_are_a_steps_own,
        "checkouts-are-ours": checkouts_are_ours,
        "files-have-places": files_have_places,
    }
)


def _one_commit_an_action(files: Sequence[WorkflowFile]) -> Iterator[Finding]:
    """An action is the same commit wherever it is used."""
    first: dict[str, str] = {}
    for file in files:
        for job in file.jobs:
            for place, used, _ in job.uses:
                action, _, commit = used.partition("@")
                if commit and first.setdefault(action, commit) != commit:
                    said = f"`{action}` is another commit elsewhere"
                    yield Finding("one-commit-an-action", file.name, file.line(place), said)


def _steps_of(job: Job) -> set[str]:
    """Steps that do something; one that only looks writes nothing."""
    return {step[1] for _, run in job.runs if (step := _STEP.search(run)) and "--look" not in run}


def _texts_of(file: WorkflowFile, job: Job) -> Iterator[tuple[Place, str]]:
    return ((place, text) for place, text in file.expressions() if place[:2] == job.place)


def _step_at(job: Job, place: Place) -> Mapping[str, Any]:
    return next((step for own, step in job.steps if place[: len(own)] == own), {})
