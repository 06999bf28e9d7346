"""The branch `inkmill-runs`: good runs of scheduled notebooks and snapshots of experiments, plain files, one commit."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from generator.errors import ContentError
from generator.github.branch import Graft, Rewrite, Tip, TreeStep, make_commit, rewrite_branch, store_tree
from generator.github.context import RunContext
from generator.github.git import BareRepository, bare_repository, remote_of
from generator.github.inert_tree import InertTree, TreeRules, check_tree
from generator.github.plain_files import quoted_name, read_plain

RUNS_BRANCH = "inkmill-runs"
RUNS_FOLDER = "runs"
SNAPSHOTS_FOLDER = "snapshots"
"""In the artifact and on the branch, where runs stand at its top: who knows of no snapshots looks there alone."""

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*\.(?:json|ipynb)")
_SNAPSHOT_NAME = re.compile(r"[0-9a-f]{16}\.json")
_RUN = re.compile(r"^inkmill-run: ([0-9]{1,19})$", re.MULTILINE)
_MEGABYTE = 1024 * 1024
# GitHub takes no file of 100 MB; a branch of a repository is no place for more than a gigabyte.
_RULES = TreeRules(20_000, 95 * _MEGABYTE, 1024 * _MEGABYTE, extensions=frozenset({"json", "ipynb"}))
_SNAPSHOT_RULES = TreeRules(2_000, 8 * _MEGABYTE, 200 * _MEGABYTE, extensions=frozenset({"json"}))


@dataclass(frozen=True, slots=True)
class KeptRuns:
    """What the branch holds now.

    Args:
        files: of runs, how many were handed over.
        newer_run: the run of a workflow that came after this one and had written already, or None.
        snapshots: how many were handed over.
    """

    files: int
    newer_run: int | None = None
    snapshots: int = 0


def keep_runs(context: RunContext, folder: Path, now: datetime) -> KeptRuns:
    """Make the branch hold the files of `runs/` and of `snapshots/` in the folder of an artifact, and no others.

    Where there are none of a kind, those on the branch stay as they are: a run that broke takes nothing away.

    Raises:
        ContentError: a file is none that a refresh writes.
        RefusedError, MachineError: as `rewrite_branch`.
    """
    runs = _handed_over(folder / RUNS_FOLDER, _RULES, _NAME)
    snapshots = _handed_over(folder / SNAPSHOTS_FOLDER, _SNAPSHOT_RULES, _SNAPSHOT_NAME)
    kept = KeptRuns(_count(runs), snapshots=_count(snapshots))
    if runs is None and snapshots is None:
        return kept
    with bare_repository(remote_of(context)) as repository:
        stored_runs, stored_snapshots = (_stored(repository, tree, now) for tree in (runs, snapshots))

        def plan(tip: Tip) -> Rewrite[KeptRuns]:
            newer = _run_of(tip)
            if newer > context.run_id > 0:
                return Rewrite(replace(kept, newer_run=newer))
            message = f"Keep {kept.files + kept.snapshots} files of runs\n\ninkmill-run: {context.run_id}"
            steps = tuple(_steps(tip, stored_runs, stored_snapshots))
            return Rewrite(kept, make_commit(repository, steps, message, now))

        return rewrite_branch(repository, RUNS_BRANCH, plan)


def _stored(repository: BareRepository, tree: InertTree | None, now: datetime) -> str:
    if tree is None:
        return ""
    return store_tree(
        repository, ((path, read_plain(tree.folder, path, size)) for path, size in tree.sizes.items()), now
    )


def _steps(tip: Tip, runs: str, snapshots: str) -> Iterator[TreeStep]:
    """What was handed over, each kind in place of its own, and of the other kind what is there."""
    root, beside = runs or tip.tree, snapshots or tip.folder(SNAPSHOTS_FOLDER)
    if root:
        yield Graft("", root)
    if beside:
        yield Graft(SNAPSHOTS_FOLDER, beside)


def _count(tree: InertTree | None) -> int:
    return 0 if tree is None else len(tree.sizes)


def _handed_over(folder: Path, rules: TreeRules, names: "re.Pattern[str]") -> InertTree | None:
    """None where there are no files."""
    if folder.is_symlink():
        raise ContentError(f"{quoted_name(folder.name)} is a symbolic link", mend="run the job that refreshes again")
    if not folder.is_dir():
        return None
    tree = check_tree(folder, rules)
    for path in tree.sizes:
        if not names.fullmatch(path):
            raise ContentError(
                f"{quoted_name(path)} is no file that a refresh writes", mend="run the job that refreshes again"
            )
    return tree if tree.sizes else None


def _run_of(tip: Tip) -> int:
    """The run of a workflow that wrote the branch; 0 where it does not say."""
    if not tip.commit:
        return 0
    found = _RUN.search(tip.message())
    return int(found[1]) if found else 0
