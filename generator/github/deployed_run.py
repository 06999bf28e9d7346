"""Which run a deployment of ours is about, by what was written into it when it was opened."""

import re
from collections.abc import Mapping

from generator.errors import RefusedError
from generator.github.answers import number_of
from generator.github.api import GitHub
from generator.github.command import RUN_ID
from generator.github.context import RunContext
from generator.github.deployments import is_opened_by_us, payload_of
from generator.github.experiment_comment import DeployedRun

_ADDRESS = re.compile(r"https?://[!-~]{1,2000}")
_LONGEST = 500


def deployed_run(github: GitHub, context: RunContext, sha: str, deployment: int) -> DeployedRun:
    """The run, where it goes, and what it made.

    Raises:
        RefusedError: there is no such deployment of that commit, or a workflow of ours did not open it.
    """
    listed = github.pages(f"/repos/{context.repository}/deployments", sha=sha)
    found = next((one for one in listed if number_of(one, "id") == deployment), None)
    payload = payload_of(found)
    run_id, url, artifact = (payload.get(name) for name in ("run_id", "run_url", "artifact"))
    if not is_opened_by_us(found) or not isinstance(run_id, str) or not RUN_ID.fullmatch(run_id):
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
