"""actions/cache/save: packs paths of the workspace; a refusal is a warning, never a failure."""

import io
import tarfile

from tests.workflows.fake_actions.wire import inputs, runtime, say, workspace


def main() -> None:
    packed = io.BytesIO()
    there = [path for path in inputs()["path"].split("\n") if path and (workspace() / path).exists()]
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for path in there:
            archive.add(workspace() / path, arcname=path)
    if there:
        status, answer, _ = runtime("POST", "caches", packed.getvalue(), key=inputs()["key"])
        say("Cache saved" if status == 201 else f"::warning::Failed to save: {answer.decode()}")
    else:
        say("::warning::Path Validation Error: nothing there to be cached")


if __name__ == "__main__":
    main()
