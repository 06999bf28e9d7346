"""Deployments to environments, and workflows that a token dispatches, as the API has them."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

import yaml

from tests.workflows import bare_repository
from tests.workflows.github_state import DeploymentStatus, DispatchedWorkflow, OpenedDeployment
from tests.workflows.rest_reply import NOT_FOUND, Listed, Reply, Visit, account_json

_STATES = ("error", "failure", "inactive", "in_progress", "queued", "pending", "success")
_LONGEST_DESCRIPTION = 140
_MOST_INPUTS = 10


def deployments(visit: Visit) -> Reply:
    """The newest first."""
    query = visit.request.query
    found = [
        deployment
        for deployment in reversed(visit.repository.opened_deployments)
        if query.get("sha", deployment.sha) == deployment.sha
        and query.get("ref", deployment.ref) == deployment.ref
        and query.get("environment", deployment.environment) == deployment.environment
    ]
    return Reply(Listed([_deployment_json(visit, deployment) for deployment in found]))


def create_deployment(visit: Visit) -> Reply:
    """Of a commit as it is: what merges, and what waits for checks, is refused, since nothing of ours may."""
    given = visit.request.json()
    ref = str(given.get("ref", ""))
    sha = bare_repository.resolved(visit.repository.git, ref)
    if not sha:
        return Reply(f"No ref found for: {ref}", 422)
    if given.get("auto_merge", True):
        return Reply("Conflict merging the default branch into the ref", 409)
    if given.get("required_contexts") != []:
        return Reply("Conflict: Commit status checks failed", 409)
    made = OpenedDeployment(
        visit.github.number(), ref, sha, str(given.get("environment", "production")), given.get("payload", ""),
        visit.author, visit.github.now(),
    )  # fmt: skip
    visit.repository.opened_deployments.append(made)
    return Reply(_deployment_json(visit, made), 201)


def deployment_statuses(visit: Visit) -> Reply:
    """The newest first."""
    found = _deployment(visit)
    return Reply(Listed([_status_json(status) for status in reversed(found.statuses)])) if found else NOT_FOUND


def create_deployment_status(visit: Visit) -> Reply:
    found, given = _deployment(visit), visit.request.json()
    if not found:
        return NOT_FOUND
    state, description = str(given.get("state", "")), str(given.get("description", ""))
    if state not in _STATES or len(description) > _LONGEST_DESCRIPTION:
        return Reply("Validation Failed", 422)
    made = DeploymentStatus(visit.github.number(), state, description, str(given.get("log_url", "")), visit.author)
    found.statuses.append(made)
    return Reply(_status_json(made), 201)


def dispatch_workflow(visit: Visit) -> Reply:
    """Remembers what was asked for; a test starts it, if it wants to see it run."""
    name, given = unquote(visit.named["workflow"]), visit.request.json()
    ref, inputs = str(given.get("ref", "")), given.get("inputs") or {}
    sha = bare_repository.resolved(visit.repository.git, f"refs/heads/{ref}")
    if not sha:
        return Reply(f"No ref found for: {ref}", 422)
    path = f".github/workflows/{name}"
    content = bare_repository.tree_files(visit.repository.git, sha).get(path)
    if content is None:
        return NOT_FOUND
    if visit.repository.workflow_states.get(name, "active") != "active":
        return Reply("Cannot trigger a 'workflow_dispatch' on a disabled workflow", 422)
    if wrong := _wrong_inputs(yaml.load(content, yaml.BaseLoader), inputs):
        return Reply(wrong, 422)
    job = visit.request.seat.job if visit.request.seat else ""
    visit.repository.dispatched.append(DispatchedWorkflow(name, ref, dict(inputs), job))
    return Reply(None, 204)


def _wrong_inputs(workflow: Mapping[str, Any], inputs: Mapping[str, object]) -> str:
    """What GitHub says of inputs that the file does not declare, or declares and misses."""
    on = workflow.get("on")
    events = on if isinstance(on, dict) else dict.fromkeys([on] if isinstance(on, str) else on or [])
    if "workflow_dispatch" not in events:
        return "Workflow does not have 'workflow_dispatch' trigger"
    trigger = events["workflow_dispatch"]
    declared = (trigger.get("inputs") if isinstance(trigger, dict) else None) or {}
    unexpected = sorted(set(inputs) - set(declared))
    if unexpected:
        return f"Unexpected inputs provided: {unexpected}"
    for name, about in declared.items():
        is_needed = isinstance(about, dict) and about.get("required") == "true" and "default" not in about
        if is_needed and name not in inputs:
            return f"Required input '{name}' not provided"
    is_sound = len(inputs) <= _MOST_INPUTS and all(isinstance(value, str) for value in inputs.values())
    return "" if is_sound else "Invalid request."


def _deployment(visit: Visit) -> OpenedDeployment | None:
    wanted = visit.named["deployment"]
    return next((found for found in visit.repository.opened_deployments if str(found.number) == wanted), None)


def _deployment_json(visit: Visit, deployment: OpenedDeployment) -> dict[str, Any]:
    own = f"{visit.github.api}/repos/{visit.repository.name}/deployments/{deployment.number}"
    return {
        "id": deployment.number,
        "ref": deployment.ref,
        "sha": deployment.sha,
        "task": "deploy",
        "environment": deployment.environment,
        "payload": deployment.payload,
        "creator": account_json(deployment.author),
        "created_at": deployment.created,
        "url": own,
        "statuses_url": f"{own}/statuses",
    }


def _status_json(status: DeploymentStatus) -> dict[str, Any]:
    return {
        "id": status.number,
        "state": status.state,
        "description": status.description,
        "log_url": status.log_url,
        "creator": account_json(status.author),
    }
