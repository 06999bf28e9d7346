"""The next site while it is made: a folder nobody sees, filled with links to the present one."""

# 20,000 files are linked or left in every build, and a Path costs as much as the system call.
# ruff: noqa: PTH102, PTH103, PTH106, PTH108, PTH116, PTH118, PTH123

import errno
import hashlib
import os
import shutil
from collections.abc import Collection, Iterable
from pathlib import Path

from generator.write.folder import Contents, Found, contents, folder_id, folders_of, found

# What a file system answers that has no hard links, or no more for this file.
_NO_LINK = frozenset(
    (errno.EPERM, errno.EXDEV, errno.EMLINK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EACCES)
)


class Stage:
    """A folder that becomes the site.

    It may hold what an earlier build left there, mostly the site before the present one. A file in it is right
    if, and only if, it is the same file (one inode) as the present site's: so nothing has to be remembered about it.

    Args:
        folder: the stage.
        site: the present output folder, whose files it links to.
        present: what the site holds.
    """

    def __init__(self, folder: Path, site: Path, present: Contents) -> None:
        self._folder = str(folder)
        self._site = str(site)
        self._present = present
        self._linked: set[str] = set()
        self._made: set[str] = set()

    def clear(self, wanted: Collection[str]) -> None:
        """Remove what cannot stay, and make every folder the wanted files need.

        Raises:
            OSError: the disk said no.
        """
        left = contents(Path(self._folder))
        for path, file in left.files.items():
            now = self._present.files.get(path)
            if path in wanted and now is not None and now == file:
                self._linked.add(path)
            else:
                os.unlink(os.path.join(self._folder, path))
        needed = folders_of(wanted)
        for path in sorted(left.folders - needed, reverse=True):
            os.rmdir(os.path.join(self._folder, path))
        os.makedirs(self._folder, exist_ok=True)
        for path in sorted(needed - left.folders):
            os.mkdir(os.path.join(self._folder, path))

    def write(self, path: str, blocks: Iterable[bytes]) -> Found:
        """A new file.

        Raises:
            OSError: the disk said no.
        """
        target = os.path.join(self._folder, path)
        if path in self._linked:
            # Never through the link: the present site would change with it.
            self._linked.discard(path)
            os.unlink(target)
        with open(target, "xb") as file:
            file.writelines(blocks)
        return found(os.stat(target))

    def keep(self, path: str) -> Found:
        """The present site's file once more.

        Raises:
            OSError: the disk said no.
        """
        present = self._present.files[path]
        if path in self._linked:
            return present
        origin, target = os.path.join(self._site, path), os.path.join(self._folder, path)
        if _link(origin, target):
            return present
        shutil.copyfile(origin, target)
        os.utime(target, ns=(present.mtime_ns, present.mtime_ns))
        return found(os.stat(target))


def _link(origin: str, target: str) -> bool:
    link = getattr(os, "link", None)
    if link is None:
        return False
    try:
        link(origin, target)
    except OSError as failure:
        if failure.errno not in _NO_LINK:
            raise
        return False
    return True


def stage_folder(output: Path, private: Path) -> Path:
    """Where the stage of output lies: in the store's folder, or beside output when that is another file system.

    Args:
        private: the store's folder; it exists.
    """
    above = output.parent
    while not above.exists():
        above = above.parent
    if above.stat().st_dev == private.stat().st_dev:
        return private / "stage" / f"{output.name}-{hashlib.sha256(os.fsencode(output)).hexdigest()[:12]}"
    return output.with_name(f".{output.name}.inkmill-stage")


def renew(folder: Path, unlike: str) -> None:
    """Make folder empty and new, and never one whose ``folder_id`` is ``unlike``.

    A build that dies right after its swap leaves a state that speaks of an older folder; were its number
    given out again, the next build would take its words for the new one.
    """
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    if folder_id(folder) == unlike:
        other = folder.with_name(folder.name + ".new")
        other.mkdir()
        folder.rmdir()
        other.rename(folder)
