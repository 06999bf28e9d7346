"""actions/upload-artifact: files below a path as one zip; links are followed, hidden files left out by default."""

import io
import os
import zipfile
from collections.abc import Iterator
from pathlib import Path

from tests.workflows.fake_actions.wire import fail, inputs, is_true, runtime, say, workspace


def main() -> None:
    root = workspace() / inputs()["path"]
    names = sorted(files(root)) if root.is_dir() else [root.name] if root.is_file() else []
    if not names:
        words = f"No files were found with the provided path: {inputs()['path']}. No artifacts will be uploaded."
        if inputs()["if-no-files-found"] == "error":
            fail(words)
        say(words if inputs()["if-no-files-found"] == "ignore" else f"::warning::{words}")
        return
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in names:
            archive.write(root / name if root.is_dir() else root, name)
    status, answer, _ = runtime("POST", "artifacts", packed.getvalue(), name=inputs()["name"])
    if status != 201:
        fail(f"Failed to CreateArtifact: {answer.decode()}")


def files(root: Path) -> Iterator[str]:
    seen: set[str] = set()
    for folder, folders, names in os.walk(root, followlinks=True):
        real = os.path.realpath(folder)
        if real in seen:
            folders.clear()
            continue
        seen.add(real)
        for name in names:
            path = Path(folder, name)
            relative = path.relative_to(root)
            is_hidden = any(part.startswith(".") for part in relative.parts)
            if path.is_file() and (is_true("include-hidden-files") or not is_hidden):
                yield str(relative)


if __name__ == "__main__":
    main()
