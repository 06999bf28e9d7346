"""The files of a branch as files of a folder."""

from pathlib import Path

from generator.errors import MachineError
from generator.github.branch import fetch_commit, list_refs, list_tree, tree_of
from generator.github.context import RunContext
from generator.github.git import bare_repository, remote_of
from generator.github.inert_tree import name_fault

_MOST_FILES = 20_000
_MOST_BYTES = 2 * 1024**3


def read_branch(context: RunContext, branch: str, folder: Path) -> bool:
    """Write the plain files of a branch into a folder; a public repository needs no token for it.

    Files with a name that nothing of ours has are left out, and so are links. What is in the folder stays.

    Returns:
        Whether there is such a branch.

    Raises:
        RefusedError: the repository is private, and the token is missing or may not read it.
        MachineError: no answer, more than 20,000 files or 2 GB, or the folder cannot be written.
    """
    ref = f"refs/heads/{branch}"
    with bare_repository(remote_of(context)) as repository:
        if ref not in list_refs(repository, ref):
            return False
        commit = fetch_commit(repository, ref, with_files=True)
        rows = [row for row in list_tree(repository, tree_of(repository, commit), deep=True) if row.is_plain_file]
        rows = [row for row in rows if name_fault(row.path, for_any_system=False) is None]
        if len(rows) > _MOST_FILES:
            raise _too_much(branch)
        left = _MOST_BYTES
        for row, content in zip(rows, repository.contents([row.object for row in rows]), strict=True):
            left -= len(content)
            if left < 0:
                raise _too_much(branch)
            _write(folder / row.path, content)
    return True


def _write(path: Path, content: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except OSError as failure:
        raise MachineError(f"{path} cannot be written: {failure.strerror}", mend="make room, then try again") from None


def _too_much(branch: str) -> MachineError:
    return MachineError(f"the branch `{branch}` is too large to be read", mend=f"delete `{branch}`: it is made anew")
