"""A branch of ours that offers commits: made, brought up to date, and left alone once a person works on it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from generator.errors import MachineError
from generator.github.branch import MAIL, declined, is_rejected_for_another, list_refs
from generator.github.commits import changes_of, commit_on
from generator.github.git import TRIES, BareRepository, UnansweredByGitError, pause
from generator.github.tree_edits import Edits

_FETCHED = "refs/inkmill/proposed"
# In the message of each of our commits: which one it is, and of how many.
_PART = re.compile(r"^Inkmill-Part: (\d) of (\d)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Offered:
    """One commit of an offer."""

    message: str
    edits: Edits


class BranchState(StrEnum):
    """What became of the branch."""

    MADE = "made"
    UPDATED = "brought up to date"
    UNCHANGED = "as it should be already"
    THEIRS = "left alone, since somebody works on it"


@dataclass(frozen=True, slots=True)
class _Standing:
    """The branch as it is.

    Args:
        ours: our commits at its end, the oldest first.
        parts: how many we once made of them.
    """

    head: str
    ours: tuple[str, ...]
    parts: int


def propose(
    repository: BareRepository, branch: str, base: str, commits: Sequence[Offered], *, is_in_use: bool
) -> BranchState:
    """Put commits on top of base into a branch.

    Args:
        is_in_use: a pull request or an issue of ours points at the branch. Then what a person did to it stays: commits
            of theirs on top, and a last commit of ours that they dropped.

    Raises:
        RefusedError: the token may not write to it.
        MachineError: somebody else was quicker every time.
    """
    for number in range(1, TRIES + 1):
        head = list_refs(repository, f"refs/heads/{branch}").get(f"refs/heads/{branch}", "")
        standing = _look(repository, branch, len(commits)) if head else None
        wanted = list(commits)
        if standing and is_in_use:
            if not standing.ours:
                return BranchState.THEIRS
            if len(standing.ours) < standing.parts:
                wanted = wanted[: len(standing.ours)]
        built = _built(repository, base, wanted, len(commits))
        if standing and _is_same(repository, standing.ours, built):
            return BranchState.UNCHANGED
        if _pushed(repository, branch, built[-1], standing.head if standing else ""):
            return BranchState.UPDATED if standing else BranchState.MADE
        pause(repository.remote, number)
    raise MachineError(f"others wrote to the branch `{branch}` at every try", mend="run the workflow again")


def _look(repository: BareRepository, branch: str, most: int) -> _Standing:
    depth = f"--depth={most + 1}"
    words = ("--quiet", "--no-tags", "--no-write-fetch-head", "--filter=blob:none", depth)
    repository.ask("fetch", *words, "origin", f"+refs/heads/{branch}:{_FETCHED}")
    told = repository.run("log", "-z", "--first-parent", f"--max-count={most}", "--format=%H%n%ce%n%B", _FETCHED)
    ours: list[str] = []
    parts = earlier = 0
    for entry in told.decode(errors="replace").split("\0"):
        commit, mail, message = [*entry.split("\n", 2), "", ""][:3]
        part = _PART.search(message)
        if mail != MAIL or part is None or (ours and int(part[1]) != earlier):
            break
        earlier, parts = int(part[1]) - 1, int(part[2])
        ours.insert(0, commit)
    return _Standing(repository.run("rev-parse", _FETCHED).decode().strip(), tuple(ours), parts)


def _built(repository: BareRepository, base: str, commits: Sequence[Offered], parts: int) -> list[str]:
    built: list[str] = []
    for number, offered in enumerate(commits, start=1):
        message = f"{offered.message.strip()}\n\nInkmill-Part: {number} of {parts}\n"
        built.append(commit_on(repository, built[-1] if built else base, offered.edits, message))
    return built


def _is_same(repository: BareRepository, standing: Sequence[str], built: Sequence[str]) -> bool:
    """Whether both change the same to the same, on whatever they stand."""
    return len(standing) == len(built) and all(
        changes_of(repository, old) == changes_of(repository, new) for old, new in zip(standing, built, strict=True)
    )


def _pushed(repository: BareRepository, branch: str, commit: str, expected: str) -> bool:
    """Whether the branch is at commit now; False where somebody else was quicker, or nobody answered."""
    lease = f"--force-with-lease=refs/heads/{branch}:{expected}"
    try:
        rejected = repository.push(lease, "origin", f"{commit}:refs/heads/{branch}")
    except UnansweredByGitError:
        # Perhaps it happened; the next look tells.
        return False
    if rejected and not is_rejected_for_another(rejected):
        raise declined(branch, rejected)
    return not rejected
