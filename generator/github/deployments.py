"""Deployments of GitHub's: what is put to use where, and how that went. Deploying is the author's own workflow."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from generator.errors import MachineError, UsageError
from generator.github.answers import number_of, part_of
from generator.github.api import GitHub
from generator.github.context import RunContext
from generator.github.marked import is_us

DeploymentState = Literal["queued", "in_progress", "success", "failure", "error", "inactive"]

# GitHub's own limits.
_LONGEST_DESCRIPTION = 140
_LONGEST_ENVIRONMENT = 255
_MOST_PAYLOAD = 20_000


@dataclass(frozen=True, slots=True)
class AskedDeployment:
    """What is to be deployed.

    Args:
        sha: all 40 digits.
        environment: such as ``production``; GitHub makes it where there is none of that name.
        payload: what the author's workflow reads; it must tell this request from every other one, so that trying again
            finds the deployment that was made.
    """

    sha: str
    environment: str
    payload: Mapping[str, str | int]


def open_deployment(github: GitHub, context: RunContext, asked: AskedDeployment) -> int:
    """The id of the deployment with that payload, which is made where there is none.

    Raises:
        UsageError: no environment can have that name, or the payload is too long.
    """
    payload = dict(asked.payload)
    if len(json.dumps(payload)) > _MOST_PAYLOAD:
        raise UsageError(f"the payload has more than {_MOST_PAYLOAD:,} characters", mend="hand on less")
    path = f"/repos/{context.repository}/deployments"
    environment = environment_name(asked.environment)

    def made() -> object:
        listed = github.pages(path, sha=asked.sha, environment=environment)
        return next((found for found in listed if is_opened_by_us(found) and payload_of(found) == payload), None)

    body = {
        "ref": asked.sha,
        "environment": environment,
        "auto_merge": False,
        # What must be green first is for the rules of the environment to say.
        "required_contexts": [],
        "payload": payload,
    }
    number = number_of(made() or github.post(path, body, find=made), "id")
    if not number:
        raise MachineError("GitHub's answer on the deployment makes no sense: it has no id", mend="try again")
    return number


def environment_name(written: str) -> str:
    """The name of an environment, as a person set it.

    Raises:
        UsageError: no environment can have it.
    """
    name = written.strip()
    if not name or len(name) > _LONGEST_ENVIRONMENT or not name.isprintable():
        raise UsageError("the name of the environment is none", mend="set it to a name such as production")
    return name


def tell_deployment(
    github: GitHub,
    context: RunContext,
    deployment: int,
    state: DeploymentState,
    *,
    link: str = "",
    description: str = "",
) -> None:
    """Say how a deployment stands; the same said again is said once.

    Args:
        link: of the log; an address for the web, or empty.
    """
    path = f"/repos/{context.repository}/deployments/{deployment}/statuses"
    body = {
        "state": state,
        "description": description[:_LONGEST_DESCRIPTION],
        **({"log_url": link} if link.startswith(("https://", "http://")) else {}),
    }

    def told() -> object:
        """The newest status, if it says this."""
        newest = next(iter(github.pages(path)), None)
        is_told = isinstance(newest, Mapping) and all((newest.get(name) or "") == said for name, said in body.items())
        return newest if is_told else None

    if told() is None:
        github.post(path, body, find=told)


def is_opened_by_us(deployment: object) -> bool:
    """Whether a workflow opened it: anybody who may write can open one that looks the same."""
    return is_us(part_of(deployment, "creator"))


def payload_of(deployment: object) -> Mapping[str, object]:
    """What was written into it when it was opened; GitHub gives it back as it came, or as the text of it."""
    payload = deployment.get("payload") if isinstance(deployment, Mapping) else None
    if isinstance(payload, str):
        try:
            payload = json.loads(payload)
        except (ValueError, RecursionError):
            return {}
    return payload if isinstance(payload, Mapping) else {}
