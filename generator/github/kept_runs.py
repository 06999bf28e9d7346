"""The branch `inkmill-runs`: good runs of scheduled notebooks as plain files, one commit."""

import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from generator.errors import ContentError
from generator.github.branch import Graft, Rewrite, Tip, make_commit, rewrite_branch, store_tree
from generator.github.context import RunContext
from generator.github.git import bare_repository, remote_of
from generator.github.inert_tree import InertTree, TreeRules, check_tree
from generator.github.plain_files import quoted_name, read_plain

RUNS_BRANCH = "inkmill-runs"
RUNS_FOLDER = "runs"

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*\.(?:json|ipynb)")
_RUN = re.compile(r"^inkmill-run: ([0-9]{1,19})$", re.MULTILINE)
_MEGABYTE = 1024 * 1024
# GitHub takes no file of 100 MB; a branch of a repository is no place for more than a gigabyte.
_RULES = TreeRules(20_000, 95 * _MEGABYTE, 1024 * _MEGABYTE, extensions=frozenset({"json", "ipynb"}))


@dataclass(frozen=True, slots=True)
class KeptRuns:
    """What the branch holds now.

    Args:
        files: how many were handed over.
        newer_run: the run of a workflow that came after this one and had written already, or None.
    """

    files: int
    newer_run: int | None = None


def keep_runs(context: RunContext, folder: Path, now: datetime) -> KeptRuns:
    """Make the branch hold the files of `runs/` in the folder of an artifact, and no others.

    Where there are none, the branch stays as it is: a run that broke takes nothing away.

    Raises:
        ContentError: a file is none that a refresh writes.
        RefusedError, MachineError: as `rewrite_branch`.
    """
    tree = _runs(folder / RUNS_FOLDER)
    if tree is None or not tree.sizes:
        return KeptRuns(0)
    with bare_repository(remote_of(context)) as repository:
        files = ((path, read_plain(tree.folder, path, size)) for path, size in tree.sizes.items())
        stored = store_tree(repository, files, now)

        def plan(tip: Tip) -> Rewrite[KeptRuns]:
            newer = _run_of(tip)
            if newer > context.run_id > 0:
                return Rewrite(KeptRuns(len(tree.sizes), newer))
            message = f"Keep {len(tree.sizes)} files of runs\n\ninkmill-run: {context.run_id}"
            return Rewrite(KeptRuns(len(tree.sizes)), make_commit(repository, [Graft("", stored)], message, now))

        return rewrite_branch(repository, RUNS_BRANCH, plan)


def _runs(folder: Path) -> InertTree | None:
    if folder.is_symlink():
        raise ContentError(f"{quoted_name(folder.name)} is a symbolic link", mend="run the job that refreshes again")
    if not folder.is_dir():
        return None
    tree = check_tree(folder, _RULES)
    for path in tree.sizes:
        if not _NAME.fullmatch(path):
            raise ContentError(
                f"{quoted_name(path)} is no file that a refresh writes", mend="run the job that refreshes again"
            )
    return tree


def _run_of(tip: Tip) -> int:
    """The run of a workflow that wrote the branch; 0 where it does not say."""
    if not tip.commit:
        return 0
    found = _RUN.search(tip.message())
    return int(found[1]) if found else 0
