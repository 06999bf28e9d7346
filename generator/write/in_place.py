"""A folder made equal to another file by file, for output folders that cannot be moved."""

# ruff: noqa: PTH103, PTH105, PTH106, PTH108, PTH112

import filecmp
import os
import shutil
from pathlib import Path

from generator.write.folder import Contents, contents

# Begins like a temporary file of ours and nobody else's, so that a next try may overwrite it.
_TEMPORARY = ".inkmill-new~"


def make_equal(output: Path, stage: Path) -> None:
    """Make output hold the files of stage and no others; a file that is equal already is not touched.

    Pages come last, so that none is there before what it shows; deletions come after them. May be repeated at any time.

    Raises:
        OSError: the disk said no.
    """
    wanted, present = contents(stage), contents(output)
    _clear_the_way(output, wanted, present)
    for path in sorted(wanted.files, key=lambda path: (path.endswith(".html"), path)):
        if not _is_equal(path, output, stage, wanted, present):
            _place(output, stage, path)
    for path in present.files.keys() - wanted.files.keys():
        if path not in wanted.folders and os.path.lexists(output / path):
            os.unlink(output / path)
    for path in sorted(present.folders - wanted.folders, reverse=True):
        if os.path.isdir(output / path):
            os.rmdir(output / path)


def _clear_the_way(output: Path, wanted: Contents, present: Contents) -> None:
    """Make the folders, and remove what stands where one belongs or where a file belongs."""
    output.mkdir(parents=True, exist_ok=True)
    for path in present.folders & wanted.files.keys():
        if os.path.isdir(output / path):
            shutil.rmtree(output / path)
    for path in sorted(wanted.folders):
        if os.path.lexists(output / path) and not os.path.isdir(output / path):
            os.unlink(output / path)
        os.makedirs(output / path, exist_ok=True)


def _is_equal(path: str, output: Path, stage: Path, wanted: Contents, present: Contents) -> bool:
    new, old = wanted.files[path], present.files.get(path)
    if old is None or not old.is_file or old.size != new.size:
        return False
    return old.inode == new.inode or filecmp.cmp(output / path, stage / path, shallow=False)


def _place(output: Path, stage: Path, path: str) -> None:
    target = output / path
    temporary = target.with_name(_TEMPORARY)
    shutil.copyfile(stage / path, temporary)
    os.replace(temporary, target)
