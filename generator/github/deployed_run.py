"""Which run a deployment of ours is about, by what was written into it when it was opened."""

import json
import re
from collections.abc import Mapping

from generator.errors import RefusedError
from generator.github.answers import number_of
from generator.github.api import GitHub
from generator.github.command import RUN_ID
from generator.github.context import RunContext
from generator.github.experiment_comment import DeployedRun
from generator.github.marked import is_by_us

_ADDRESS = re.compile(r"https?://[!-~]{1,2000}")
_LONGEST = 500


def deployed_run(github: GitHub, context: RunContext, sha: str, deployment: int) -> DeployedRun:
    """The run, where it goes, and what it made.

    Raises:
        RefusedError: there is no such deployment of that commit, or a workflow of ours did not open it.
    """
    listed = github.pages(f"/repos/{context.repository}/deployments", sha=sha)
    found = next((one for one in listed if number_of(one, "id") == deployment), None)
    payload = _payload(found)
    run_id, url, artifact = (payload.get(name) for name in ("run_id", "run_url", "artifact"))
    if not _is_ours(found) or not isinstance(run_id, str) or not RUN_ID.fullmatch(run_id):
        raise RefusedError(
            f"{deployment} is no deployment of a run of this commit",
            mend="hand on the input `deployment` as the workflow got it",
        )
    environment = found.get("environment") if isinstance(found, Mapping) else None
    is_address = isinstance(url, str) and _ADDRESS.fullmatch(url) is not None
    made = (artifact[:_LONGEST],) if isinstance(artifact, str) and artifact else ()
    return DeployedRun(
        run_id, str(url) if is_address else "", environment if isinstance(environment, str) else "", made
    )


def _is_ours(deployment: object) -> bool:
    creator = deployment.get("creator") if isinstance(deployment, Mapping) else None
    return is_by_us({"user": creator})


def _payload(deployment: object) -> Mapping[str, object]:
    """GitHub gives it back as it came, or as the text of it."""
    payload = deployment.get("payload") if isinstance(deployment, Mapping) else None
    if isinstance(payload, str):
        try:
            payload = json.loads(payload)
        except (ValueError, RecursionError):
            return {}
    return payload if isinstance(payload, Mapping) else {}
