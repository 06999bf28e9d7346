"""actions/upload-pages-artifact: the tar command of the real one, which follows symbolic and hard links."""

import io
import os
import subprocess
import zipfile
from pathlib import Path

from tests.workflows.fake_actions.wire import fail, inputs, runtime, workspace


def main() -> None:
    packed = Path(os.environ["RUNNER_TEMP"], "artifact.tar")
    options = [
        "--dereference",
        "--hard-dereference",
        "--directory",
        str(workspace() / inputs()["path"]),
        "-cvf",
        str(packed),
    ]
    excluded = ["--exclude=.git", "--exclude=.github", "--exclude=.[^/]*"]
    if subprocess.run(["tar", *options, *excluded, "."], check=False, stdout=subprocess.DEVNULL).returncode:
        fail("tar failed")
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.write(packed, "artifact.tar")
    status, answer, _ = runtime("POST", "artifacts", content.getvalue(), name=inputs()["name"])
    if status != 201:
        fail(f"Failed to CreateArtifact: {answer.decode()}")


if __name__ == "__main__":
    main()
