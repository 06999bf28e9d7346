"""A branch that is one commit without a past: read, changed and pushed, against whoever writes at the same time."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Generic, TypeVar

from generator.errors import MachineError, RefusedError
from generator.github.git import TRIES, AbsentRefError, BareRepository, UnansweredByGitError, pause

T = TypeVar("T")

MAIL = "41898282+github-actions[bot]@users.noreply.github.com"
IDENTITY = f"github-actions[bot] <{MAIL}>"
_STORED = "refs/inkmill/stored"
_FETCHED = "refs/inkmill/fetched"
# How servers say that somebody else was quicker; all else is a refusal.
_OVERTAKEN = (
    "stale info",
    "fetch first",
    "non-fast-forward",
    "cannot lock ref",
    "failed to lock",
    "failed to update ref",
    "already exists",
    "remote ref does not exist",
    "incorrect old value",
)
_REFUSED = ("declined", "protected", "prohibited", "denied", "not allowed", "rule violations")


class OvertakenError(MachineError):
    """Others were quicker every time; what they wrote stands, and nothing else was done."""


@dataclass(frozen=True, slots=True)
class Graft:
    """A folder that exists in the repository, put at a path in place of what is there; an empty path is the root."""

    path: str
    tree: str


@dataclass(frozen=True, slots=True)
class Content:
    """A file."""

    path: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Without:
    """Nothing at a path, whatever was there."""

    path: str


TreeStep = Graft | Content | Without


@dataclass(frozen=True, slots=True)
class Tip:
    """A branch as the remote has it.

    Args:
        commit, tree: empty where the branch does not exist.
        others: further refs that were asked for, by full name.
    """

    repository: BareRepository
    commit: str
    tree: str
    others: Mapping[str, str]

    def folder(self, path: str) -> str:
        """The object of a folder, or an empty text."""
        return next((row.object for row in self._rows(path) if row.is_folder), "")

    def names(self, path: str = "") -> tuple[str, ...]:
        """What is in a folder (an empty path is the root), by name."""
        at = f"{path}/" if path else ""
        return tuple(row.path.removeprefix(at) for row in self._rows(at) if row.path.startswith(at))

    def read(self, path: str, most_bytes: int) -> bytes | None:
        """The content of a file; None where there is no plain file.

        Raises:
            MachineError: it is larger than most_bytes, or cannot be fetched.
        """
        return read_file(self.repository, self.tree, path, most_bytes) if self.tree else None

    def moment(self) -> datetime:
        """When the commit says it was made."""
        seconds = self.repository.run("show", "-s", "--format=%ct", self.commit)
        return datetime.fromtimestamp(int(seconds), UTC)

    def message(self) -> str:
        """What the commit says."""
        return self.repository.run("show", "-s", "--format=%B", self.commit).decode(errors="replace")

    def _rows(self, path: str) -> tuple["TreeRow", ...]:
        return list_tree(self.repository, self.tree, path) if self.tree else ()


@dataclass(frozen=True, slots=True)
class TreeRow:
    """A line of a tree."""

    mode: str
    object: str
    path: str

    @property
    def is_folder(self) -> bool:
        """Whether it is a tree of its own."""
        return self.mode == "040000"

    @property
    def is_plain_file(self) -> bool:
        """Whether it is a file, and no link."""
        return self.mode.startswith("100")


@dataclass(frozen=True, slots=True)
class Rewrite(Generic[T]):
    """What to make of a branch.

    Args:
        outcome: what the caller wants back once this is on the remote.
        commit: to put there; empty to leave all as it is.
        may_touch: whether a path may differ from what is there.
        refs: full name → commit to set it to, or an empty text to remove it, together with the branch.
    """

    outcome: T
    commit: str = ""
    may_touch: Callable[[str], bool] = lambda _: True
    refs: Mapping[str, str] = field(default_factory=dict)


def store_tree(repository: BareRepository, files: Iterable[tuple[str, bytes]], moment: datetime) -> str:
    """Take files into the repository, none of which stands on the disk of a checkout; the object of their folder."""
    _store(repository, (Content(path, content) for path, content in files), "files", moment)
    return tree_of(repository, _STORED)


def make_commit(repository: BareRepository, steps: Iterable[TreeStep], message: str, moment: datetime) -> str:
    """A commit without a parent, the same for the same steps, message and moment."""
    _store(repository, steps, message, moment)
    return repository.run("rev-parse", _STORED).decode().strip()


def _store(repository: BareRepository, steps: Iterable[TreeStep], message: str, moment: datetime) -> None:
    text = message.encode()
    seconds = int(moment.astimezone(UTC).timestamp())
    # --force: what the ref held before has nothing to do with it.
    with repository.feeding("fast-import", "--quiet", "--force", "--depth=0", "--done") as pipe:
        pipe.write(f"commit {_STORED}\ncommitter {IDENTITY} {seconds} +0000\ndata {len(text)}\n".encode())
        pipe.write(text + b"\n")
        for step in steps:
            pipe.writelines(_told(step))
        pipe.write(b"\ndone\n")


def _told(step: TreeStep) -> Iterator[bytes]:
    path = b'"' + step.path.encode().replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"'
    match step:
        case Graft(tree=tree):
            yield b"M 040000 " + tree.encode() + b" " + path + b"\n"
        case Content(content=content):
            yield b"M 100644 inline " + path + f"\ndata {len(content)}\n".encode()
            yield content
            yield b"\n"
        case Without():
            yield b"D " + path + b"\n"


def tree_of(repository: BareRepository, commit: str) -> str:
    """The object of a commit's root folder."""
    return repository.run("rev-parse", f"{commit}^{{tree}}").decode().strip()


def list_tree(repository: BareRepository, tree: str, path: str = "", *, deep: bool = False) -> tuple[TreeRow, ...]:
    """What is at a path: itself, or what is in it if it ends in a slash or is empty; with deep, all files below."""
    words = ["ls-tree", "-z", "--full-tree", *(["-r"] if deep else []), tree, *(["--", path] if path else [])]
    rows: list[TreeRow] = []
    for line in repository.run(*words).decode(errors="surrogateescape").split("\0"):
        facts, _, name = line.partition("\t")
        if name:
            mode, _, found = facts.split(" ")
            rows.append(TreeRow(mode, found, name))
    return tuple(rows)


def read_file(repository: BareRepository, tree: str, path: str, most_bytes: int) -> bytes | None:
    """The content of a plain file of a tree, or None."""
    row = next((row for row in list_tree(repository, tree, path) if row.is_plain_file), None)
    if row is None:
        return None
    # Where only names were fetched, git fetches the one file now.
    size = int(repository.ask("cat-file", "-s", row.object))
    if size > most_bytes:
        raise MachineError(f"`{path}` on the branch is larger than {most_bytes:,} bytes", mend="remove it there")
    return repository.run("cat-file", "blob", row.object)


def fetch_commit(repository: BareRepository, ref: str, *, with_files: bool = False) -> str:
    """The commit of a ref that exists, without its past; contents follow when they are asked for, or come with it."""
    partial = ("--no-filter",) if with_files else ("--filter=blob:none",)
    words = ("--quiet", "--no-tags", "--depth=1", "--no-write-fetch-head", *partial)
    repository.ask("fetch", *words, "origin", f"+{ref}:{_FETCHED}")
    return repository.run("rev-parse", f"{_FETCHED}^{{commit}}").decode().strip()


def list_refs(repository: BareRepository, *patterns: str) -> dict[str, str]:
    """Refs of the remote by full name."""
    lines = repository.ask("ls-remote", "--quiet", "--refs", "origin", *patterns).decode().splitlines()
    return {name: found for found, _, name in (line.partition("\t") for line in lines)}


def read_tip(repository: BareRepository, branch: str, *others: str) -> Tip:
    """A branch, and the refs that match the patterns `others`, as they stood at one moment."""
    ref = f"refs/heads/{branch}"
    for number in range(1, TRIES + 1):
        refs = list_refs(repository, ref, *others)
        seen = refs.pop(ref, "")
        if not seen:
            return Tip(repository, "", "", refs)
        commit = _fetched(repository, ref)
        if commit == seen:
            return Tip(repository, commit, tree_of(repository, commit), refs)
        pause(repository.remote, number)
    raise MachineError(f"the branch `{branch}` changes faster than it can be read", mend="run the job again")


def _fetched(repository: BareRepository, ref: str) -> str:
    try:
        return fetch_commit(repository, ref)
    except AbsentRefError:
        return ""


def rewrite_branch(repository: BareRepository, branch: str, plan: Callable[[Tip], Rewrite[T]], *others: str) -> T:
    """Make of a branch what `plan` says, which is asked again whenever somebody else was quicker.

    Args:
        others: patterns of further refs that plan wants to know of.

    Returns:
        The outcome of the plan that came true.

    Raises:
        RefusedError: the token may not write, or the server declines (a protected branch).
        OvertakenError: somebody else was quicker every time.
        MachineError: no answer.
    """
    unsure: Rewrite[T] | None = None
    rejected: tuple[str, ...] = ()
    for number in range(1, TRIES + 1):
        if number > 1:
            pause(repository.remote, number - 1)
        tip = read_tip(repository, branch, *others)
        if unsure is not None and unsure.commit == tip.commit:
            # The push before did its work, but the answer was lost; or git sent it a second time, which was rejected.
            return unsure.outcome
        planned = plan(tip)
        new = tree_of(repository, planned.commit) if planned.commit else tip.tree
        if new == tip.tree:
            return planned.outcome
        _check_touched(repository, tip, new, planned.may_touch)
        unsure = planned
        try:
            rejected = repository.push(*_push_words(branch, tip, planned))
        except UnansweredByGitError:
            if number == TRIES:
                raise
            continue
        if not rejected:
            return planned.outcome
        if not is_rejected_for_another(rejected):
            raise declined(branch, rejected)
    raise OvertakenError(
        f"others wrote to the branch `{branch}` at each of {TRIES} tries: {' / '.join(rejected)}",
        mend="run the job again",
    )


def _check_touched(repository: BareRepository, tip: Tip, new: str, may_touch: Callable[[str], bool]) -> None:
    if tip.tree:
        words = ("diff-tree", "-r", "-z", "--no-renames", "--name-only", tip.tree, new)
        touched = repository.run(*words).decode(errors="surrogateescape").split("\0")
    else:
        touched = [row.path for row in list_tree(repository, new, deep=True)]
    for path in filter(None, touched):
        if not may_touch(path):
            raise MachineError(
                f"this would have changed {path!r} on the branch, which is not its own", mend="report this as a defect"
            )


def _push_words(branch: str, tip: Tip, planned: Rewrite[T]) -> Iterator[str]:
    """All refs change together or none does, and only from what was read."""
    yield "--atomic"
    goals = {f"refs/heads/{branch}": planned.commit, **planned.refs}
    known = {**tip.others, f"refs/heads/{branch}": tip.commit}
    for name in goals:
        yield f"--force-with-lease={name}:{known.get(name, '')}"
    yield "origin"
    for name, commit in goals.items():
        yield f"{commit}:{name}"


def is_rejected_for_another(rejected: Iterable[str]) -> bool:
    """Whether a push was rejected only because somebody else was quicker."""
    said = " ".join(rejected)
    return any(word in said for word in _OVERTAKEN) and not any(word in said for word in _REFUSED)


def declined(branch: str, rejected: Iterable[str]) -> RefusedError:
    """The error for a push that the server does not take, and will not."""
    return RefusedError(
        f"the server does not take the branch `{branch}`: {' / '.join(rejected)}",
        mend=f"let workflows write to `{branch}`: take it out of branch protection and rule sets",
    )
