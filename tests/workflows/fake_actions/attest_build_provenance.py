"""actions/attest-build-provenance: hands GitHub the digests of what was built."""

import glob
import hashlib
import os
from pathlib import Path

from tests.workflows.fake_actions.wire import api, fail, inputs, workspace


def main() -> None:
    found = sorted(glob.glob(str(workspace() / inputs()["subject-path"])))  # noqa: PTH207 - the path is absolute
    if not found:
        fail(f"Could not find subject at path {inputs()['subject-path']}")
    subjects = {Path(path).name: hashlib.sha256(Path(path).read_bytes()).hexdigest() for path in found}
    path = f"/repos/{os.environ['GITHUB_REPOSITORY']}/attestations"
    status, answer = api("POST", path, inputs()["github-token"], {"subjects": subjects})
    if status != 201:
        fail(f"Failed to persist attestation: {answer.get('message')}")


if __name__ == "__main__":
    main()
