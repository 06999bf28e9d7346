"""actions/download-artifact: an artifact of this run, unpacked; names that leave the folder are refused."""

import io
import os
import stat
import zipfile
from pathlib import Path

from tests.workflows.fake_actions.wire import fail, inputs, runtime, workspace


def main() -> None:
    status, content, _ = runtime("GET", "artifacts", name=inputs()["name"])
    if status != 200:
        fail(f"Unable to download artifact(s): {content.decode()}")
    target = workspace() / inputs()["path"]
    target.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for member in archive.infolist():
            unpack(archive, member, target)


def unpack(archive: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path) -> None:
    place = Path(os.path.normpath(target / member.filename))
    if not place.is_relative_to(target):
        fail(f"Malformed extraction path: {member.filename}")
    if member.is_dir():
        place.mkdir(parents=True, exist_ok=True)
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    if stat.S_ISLNK(member.external_attr >> 16):
        place.symlink_to(archive.read(member).decode())
    else:
        place.write_bytes(archive.read(member))


if __name__ == "__main__":
    main()
