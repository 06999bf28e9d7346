"""When each job runs, by the expressions of GitHub's own parser."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.workflows.githubs_parser import Condition, are_true
from tests.workflows.workflow_file import workflow_files

pytestmark = pytest.mark.slow

_OWN = {"is_template": False, "fork": False, "private": False, "default_branch": "main"}
_COMMENT: dict[str, Any] = {"body": "/preview 1a2b3c4", "user": {"type": "User"}}
_OPEN: dict[str, Any] = {"issue": {"pull_request": {"url": "x"}, "number": 7}, "comment": _COMMENT}
_HEAD: dict[str, Any] = {
    "head": {"repo": {"full_name": "ada/notes"}},
    "user": {"login": "ada", "type": "User"},
    "number": 7,
}


def by_bot(name: str) -> dict[str, Any]:
    return {**_HEAD, "user": {"login": f"{name}[bot]", "type": "Bot"}}


def condition(file: str, job: str, context: Mapping[str, Any], *, cancelled: bool = False) -> Condition:
    workflow = next(known for known in workflow_files() if known.name == file)
    found = next(known for known in workflow.jobs if known.name == job)
    return Condition(str(found.value.get("if", "true")), context, {"cancelled": cancelled, "always": True})


def event(name: str, repository: Mapping[str, Any] | None = None, **payload: Any) -> dict[str, Any]:
    whole = {"repository": {**_OWN, **(repository or {})}, **payload}
    return {
        "github": {
            "event_name": name,
            "event": whole,
            "ref": "refs/heads/main",
            "repository": "ada/notes",
            "actor": "ada",
        },
        "needs": {},
        "vars": {},
    }


def needs(context: dict[str, Any], **results: Mapping[str, Any]) -> dict[str, Any]:
    return {**context, "needs": {name: {"outputs": {}, **result} for name, result in results.items()}}


def on(context: dict[str, Any], **github: Any) -> dict[str, Any]:
    return {**context, "github": {**context["github"], **github}}


_GO: dict[str, Any] = {"result": "success", "outputs": {"go": "true", "notebooks": '["_notebooks/a.ipynb"]'}}
_STOP: dict[str, Any] = {"result": "success", "outputs": {"go": "false", "notebooks": "[]"}}
_DONE = {"result": "success"}


def asked(command: str, go: str = "true", **results: str) -> dict[str, Any]:
    """After the gate of experiments."""
    gate = {"result": "success", "outputs": {"go": go, "command": command}}
    return needs(event("issue_comment", **_OPEN), gate=gate, **{name: {"result": end} for name, end in results.items()})


def said(body: str, **changes: Any) -> dict[str, Any]:
    """A comment on a pull request."""
    return event("issue_comment", issue=_OPEN["issue"], comment={**_COMMENT, "body": body, **changes})


CASES: tuple[tuple[str, str, str, dict[str, Any], bool], ...] = (
    ("push to the default branch", "site.yml", "build", event("push"), True),
    ("push to another branch", "site.yml", "build", on(event("push"), ref="refs/heads/topic"), False),
    ("by hand on another branch", "site.yml", "build", on(event("workflow_dispatch"), ref="refs/heads/topic"), False),
    ("a tag that is called as the branch", "site.yml", "build",
     on(event("workflow_dispatch"), ref="refs/tags/main"), False),
    ("a schedule", "refresh.yml", "refresh", event("schedule"), True),
    ("a schedule of a fork", "refresh.yml", "refresh", event("schedule", {"fork": True}), False),
    ("a fork by hand", "refresh.yml", "refresh", event("workflow_dispatch", {"fork": True}), True),
    ("runs are kept after a failure", "refresh.yml", "keep",
     needs(event("schedule"), refresh={"result": "failure"}), True),
    ("nothing is kept of a skipped run", "refresh.yml", "keep",
     needs(event("schedule"), refresh={"result": "skipped"}), False),
    ("a failure is reported", "refresh.yml", "report", needs(event("schedule"), refresh={"result": "failure"}), True),
    ("a comment on a pull request", "preview.yml", "gate", event("issue_comment", **_OPEN), True),
    ("a comment that is indented", "preview.yml", "gate",
     event("issue_comment", issue=_OPEN["issue"], comment={**_COMMENT, "body": "  /preview 1a2b3c4"}), True),
    ("a comment on an issue", "preview.yml", "gate",
     event("issue_comment", issue={"number": 7}, comment=_COMMENT), False),
    ("a comment of a bot", "preview.yml", "gate",
     event("issue_comment", issue=_OPEN["issue"], comment={**_COMMENT, "user": {"type": "Bot"}}), False),
    ("a comment that begins otherwise", "preview.yml", "gate",
     event("issue_comment", issue=_OPEN["issue"], comment={**_COMMENT, "body": "see /preview"}), False),
    ("a command on the second line", "preview.yml", "gate",
     event("issue_comment", issue=_OPEN["issue"], comment={**_COMMENT, "body": "hi\n/preview 1a2b3c4"}), False),
    ("a closed pull request is no comment", "preview.yml", "gate", event("pull_request_target"), False),
    ("the gate is open", "preview.yml", "execute", needs(event("issue_comment", **_OPEN), gate=_GO), True),
    ("the gate is shut", "preview.yml", "execute", needs(event("issue_comment", **_OPEN), gate=_STOP), False),
    ("no notebook changes", "preview.yml", "execute",
     needs(event("issue_comment", **_OPEN), gate={"result": "success", "outputs": {"go": "true",
     "notebooks": "[]"}}), False),
    ("a private repository", "preview.yml", "execute",
     needs(event("issue_comment", {"private": True}, **_OPEN), gate=_GO), False),
    ("nothing was executed", "preview.yml", "render",
     needs(event("issue_comment", **_OPEN), gate=_GO, execute={"result": "skipped"}), True),
    ("executing broke", "preview.yml", "render",
     needs(event("issue_comment", **_OPEN), gate=_GO, execute={"result": "failure"}), True),
    ("nothing is rendered without the gate", "preview.yml", "render",
     needs(event("issue_comment", **_OPEN), gate=_STOP, execute={"result": "skipped"}), False),
    ("rendering broke", "preview.yml", "publish",
     needs(event("issue_comment", **_OPEN), gate=_GO, execute=_DONE, render={"result": "failure"}), True),
    ("nothing is published without the gate", "preview.yml", "publish",
     needs(event("issue_comment", **_OPEN), gate=_STOP, execute=_DONE, render={"result": "skipped"}), False),
    ("a pull request is closed", "preview.yml", "look", event("pull_request_target"), True),
    ("every night", "preview.yml", "look", event("schedule"), True),
    ("a comment cleans nothing", "preview.yml", "look", event("issue_comment", **_OPEN), False),
    ("a preview is there", "preview.yml", "clean",
     needs(event("schedule"), look={"result": "success", "outputs": {"any": "true"}}), True),
    ("no preview is there", "preview.yml", "clean",
     needs(event("schedule"), look={"result": "success", "outputs": {"any": "false"}}), False),
    ("a pull request of the repository's own", "pr.yml", "publish",
     needs(event("pull_request", pull_request=_HEAD), build=_DONE), True),
    ("its build failed", "pr.yml", "publish",
     needs(event("pull_request", pull_request=_HEAD), build={"result": "failure"}), True),
    ("a pull request of a fork", "pr.yml", "publish",
     needs(event("pull_request", pull_request={**_HEAD, "head": {"repo": {"full_name": "eve/notes"}}}),
     build=_DONE), False),
    ("a fork that is gone", "pr.yml", "publish",
     needs(event("pull_request", pull_request={**_HEAD, "head": {"repo": None}}), build=_DONE), False),
    ("a pull request of Dependabot's", "pr.yml", "publish",
     needs(event("pull_request", pull_request=by_bot("dependabot")), build=_DONE), False),
    ("a pull request of another bot", "pr.yml", "publish",
     needs(event("pull_request", pull_request=by_bot("renovate")), build=_DONE), False),
    ("the setup pull request", "pr.yml", "publish",
     needs(event("pull_request", pull_request=by_bot("github-actions")), build=_DONE), True),
    ("started by Dependabot", "pr.yml", "publish",
     on(needs(event("pull_request", pull_request=_HEAD), build=_DONE), actor="dependabot[bot]"), False),
    *((f"`{body}`", "experiments.yml", "gate", said(body), True) for body in (
        "/get-runs", "/run _notebooks/a.ipynb lr=0.1", "/run-full-test", "/deploy r1", "/help", "  /deploy r1")),
    *((f"no command: `{body}`", "experiments.yml", "gate", said(body), False) for body in (
        "/preview 1a2b3c4", "> /deploy r1", "please /run", "hi\n/deploy r1", "`/deploy r1`")),
    ("a command of a bot", "experiments.yml", "gate", said("/deploy r1", user={"type": "Bot"}), False),
    ("a command on an issue", "experiments.yml", "gate",
     event("issue_comment", issue={"number": 7}, comment={**_COMMENT, "body": "/deploy r1"}), False),
    ("another system reports", "experiments.yml", "gate", event("workflow_dispatch"), True),
    ("another system reports on a branch", "experiments.yml", "gate",
     on(event("workflow_dispatch"), ref="refs/heads/topic"), False),
    ("a notebook is to run", "experiments.yml", "run", asked("run"), True),
    ("a notebook without the gate", "experiments.yml", "run", asked("run", "false"), False),
    ("another command runs no notebook", "experiments.yml", "run", asked("get-runs"), False),
    *((f"runs are asked for: {command}", "experiments.yml", "runs", asked(command, run="skipped"), True)
      for command in ("get-runs", "deploy", "report")),
    ("runs of a notebook that failed", "experiments.yml", "runs", asked("run", run="failure"), True),
    ("no runs for the start of a test", "experiments.yml", "runs", asked("full-test", run="skipped"), False),
    ("no runs without the gate", "experiments.yml", "runs", asked("get-runs", "false", run="skipped"), False),
    *((f"told: {command}", "experiments.yml", "report", asked(command, run="skipped", runs="failure"), True)
      for command in ("get-runs", "run", "report")),
    ("a deployment tells of itself", "experiments.yml", "report",
     asked("deploy", run="skipped", runs="success"), False),
    ("nothing is told without the gate", "experiments.yml", "report",
     asked("get-runs", "false", run="skipped", runs="skipped"), False),
    ("a full test is started", "experiments.yml", "test", asked("full-test"), True),
    ("a full test without the gate", "experiments.yml", "test", asked("full-test", "false"), False),
    ("a run starts no full test", "experiments.yml", "test", asked("run"), False),
    ("a run is deployed", "experiments.yml", "deploy", asked("deploy", runs="success"), True),
    ("nobody could be asked for the run", "experiments.yml", "deploy", asked("deploy", runs="failure"), True),
    ("nothing is deployed without the gate", "experiments.yml", "deploy",
     asked("deploy", "false", runs="skipped"), False),
    ("a report deploys nothing", "experiments.yml", "deploy", asked("report", runs="success"), False),
    ("a new blog", "setup.yml", "look", event("push"), True),
    ("the template", "setup.yml", "look", event("push", {"is_template": True}), False),
    ("a fork of a blog", "setup.yml", "look", event("push", {"fork": True}), False),
    ("the setup is pending", "setup.yml", "setup",
     needs(event("push"), look={"result": "success", "outputs": {"pending": "true"}}), True),
    ("the setup is done", "setup.yml", "setup",
     needs(event("push"), look={"result": "success", "outputs": {"pending": "false"}}), False),
    ("a blog asks for upgrades", "upgrade.yml", "upgrade", event("schedule"), True),
    ("the template does not", "upgrade.yml", "upgrade", event("schedule", {"is_template": True}), False),
    ("tests of the template", "ci.yml", "test", event("push", {"is_template": True}), True),
    ("no tests in a blog", "ci.yml", "test", event("push"), False),
    ("no release of a blog", "release.yml", "build", event("push"), False),
    ("Pages serves the branch", "site.yml", "serve", event("push"), False),
    ("Pages is served by a workflow", "site.yml", "serve", {**event("push"), "vars": {"PAGES_MODE": "workflow"}}, True),
)  # fmt: skip


def test_every_job_runs_when_it_should_and_at_no_other_time() -> None:
    answers = are_true([condition(file, job, context) for _, file, job, context, _ in CASES])

    wrong = [name for (name, _, _, _, wanted), found in zip(CASES, answers, strict=True) if found is not wanted]
    assert wrong == []


def test_every_condition_of_a_job_is_tried_both_ways() -> None:
    tried = {(file, job, wanted) for _, file, job, _, wanted in CASES}
    conditional = {(file.name, job.name) for file in workflow_files() for job in file.jobs if "if" in job.value}
    # The same words as in site.yml, or what follows a job that is itself conditional.
    same = {("refresh.yml", "serve"), ("pr.yml", "serve"), ("preview.yml", "serve"), ("refresh.yml", "publish")}
    one_way = {("release.yml", "build"), ("refresh.yml", "report")}

    assert {place for place in conditional - same - one_way if not {(*place, True), (*place, False)} <= tried} == set()


def test_what_was_cancelled_publishes_nothing() -> None:
    context = needs(event("issue_comment", **_OPEN), gate=_GO, execute=_DONE, render=_DONE)

    assert are_true([condition("preview.yml", "publish", context, cancelled=True)]) == [False]
