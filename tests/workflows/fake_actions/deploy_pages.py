"""actions/deploy-pages: asks Pages to serve the artifact of this run."""

import os

from tests.workflows.fake_actions.wire import api, fail, inputs, set_output


def main() -> None:
    path = f"/repos/{os.environ['GITHUB_REPOSITORY']}/pages/deployments"
    status, answer = api("POST", path, inputs()["token"], {"artifact_name": inputs()["artifact_name"]})
    if status != 200:
        fail(f"Failed to create deployment (status: {status}): {answer.get('message')}")
    set_output("page_url", answer["page_url"])


if __name__ == "__main__":
    main()
